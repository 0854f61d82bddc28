// SPDX-License-Identifier: GPL-2.0
/*
 * What core/memory/pages.c and core/memory/pages_copy.c are: arrays of pages. Each is a memfd, which is
 * as sparse, and whose mappings are as they are of a device's pages in the kernel:
 * SIGBUS beyond the end, private copies, holes that are punched.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "objects.h"

#define PAGE_SIZE ((__u64)CHARD_PAGE_SIZE)

/* Held while a size must stay as it is. */
static pthread_mutex_t sizes_lock = PTHREAD_MUTEX_INITIALIZER;

static __u64 round_up(__u64 bytes)
{
	return (bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

static __u64 min(__u64 one, __u64 other)
{
	return one < other ? one : other;
}

static bool size_fits(__u64 size)
{
	return size <= LLONG_MAX - PAGE_SIZE;
}

__u64 chard_pages_size(const struct chard_object *object)
{
	struct stat status = {};

	fstat(object->memory, &status);
	return status.st_size;
}

struct chard_object *chard_pages_new(struct chard_call *call, __u64 size)
{
	struct chard_object *object = size_fits(size) ? object_new(call) : NULL;

	if (!object)
		return NULL;
	object->memory = memfd_create("pages", MFD_CLOEXEC);
	if (object->memory > 0 && !ftruncate(object->memory, size))
		return object;
	chard_object_drop(object);
	return NULL;
}

/* Zeros where there are pages, which stay. */
static void clear(struct chard_object *object, __u64 start, __u64 end)
{
	static const char zeros[CHARD_PAGE_SIZE];

	while (start < end) {
		off_t data = lseek(object->memory, start, SEEK_DATA), hole;

		if (data < 0 || (__u64)data >= end)
			return;
		hole = lseek(object->memory, data, SEEK_HOLE);
		for (start = data; start < min(hole, end);) {
			ssize_t done = pwrite(object->memory, zeros,
					      min(min(hole, end) - start, sizeof(zeros)), start);

			if (done <= 0)
				return;
			start += done;
		}
	}
}

int chard_pages_resize(struct chard_call *call, struct chard_object *object, __u64 size)
{
	__u64 before;
	int ret;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	if (!size_fits(size))
		return -EINVAL;
	pthread_mutex_lock(&sizes_lock);
	before = chard_pages_size(object);
	ret = ftruncate(object->memory, size) ? -errno : 0;
	/* A task that maps the last page may have written beyond its end. */
	clear(object, before, min(round_up(before), size));
	pthread_mutex_unlock(&sizes_lock);
	return ret;
}

int chard_pages_zero(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end)
{
	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	pthread_mutex_lock(&sizes_lock);
	clear(object, start, min(end, chard_pages_size(object)));
	pthread_mutex_unlock(&sizes_lock);
	return 0;
}

int chard_pages_punch(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end)
{
	__u64 size;
	int ret = 0;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	pthread_mutex_lock(&sizes_lock);
	size = chard_pages_size(object);
	if (end >= size)
		end = round_up(size);
	if (start < end)
		ret = fallocate(object->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start,
				end - start);
	pthread_mutex_unlock(&sizes_lock);
	return ret ? -errno : 0;
}

__s64 chard_pages_seek(const struct chard_object *object, __u64 pos, int hole)
{
	off_t found;

	if (pos >= chard_pages_size(object))
		return -ENXIO;
	found = lseek(object->memory, pos, hole ? SEEK_HOLE : SEEK_DATA);
	return found < 0 ? -errno : found;
}

int chard_pages_get(struct chard_call *call, struct chard_object *object, __u64 index,
		    struct page **page)
{
	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	if (index >= round_up(chard_pages_size(object)) / PAGE_SIZE)
		return -ENXIO;
	*page = malloc(sizeof(**page));
	if (!*page)
		return -ENOMEM;
	**page = (struct page){ object, index };
	count(&chard_call_driver(call)->counts->pages, 1);
	return 0;
}

void chard_page_put(const struct chard_driver *driver, struct page *page)
{
	count(&driver->counts->pages, -1);
	free(page);
}

/* Within a page; 0 at the end, or where it can not be. */
static size_t bytes_out(struct chard_object *object, char *bytes, size_t len, __u64 pos)
{
	ssize_t moved = pread(object->memory, bytes, len, pos);

	return moved > 0 ? moved : 0;
}

static size_t bytes_in(struct chard_object *object, const char *bytes, size_t len, __u64 pos)
{
	ssize_t moved = 0;
	__u64 size;

	pthread_mutex_lock(&sizes_lock);
	size = chard_pages_size(object);
	if (pos < size)
		moved = pwrite(object->memory, bytes, min(len, size - pos), pos);
	pthread_mutex_unlock(&sizes_lock);
	return moved > 0 ? moved : 0;
}

/* To the iov_iter, or without one to the caller's buffer. */
static long pages_read(struct chard_call *call, struct chard_object *object, __u64 to,
		       struct iov_iter *iter, __u64 pos, unsigned long len)
{
	unsigned long done = 0;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	while (done < len) {
		char bytes[CHARD_PAGE_SIZE];
		size_t part = bytes_out(object, bytes, min(len - done, sizeof(bytes)), pos + done);
		size_t moved = iter ? chard_copy_to_iter(call, iter, bytes, part)
				    : chard_copy_to_user(call, to + done, bytes, part);

		done += moved;
		if (moved < part)
			return done ? (long)done : -EFAULT;
		if (!part)
			break;
	}
	return done;
}

long chard_pages_read(struct chard_call *call, struct chard_object *object, __u64 to, __u64 pos,
		      unsigned long len)
{
	return pages_read(call, object, to, NULL, pos, len);
}

long chard_pages_read_iter(struct chard_call *call, struct chard_object *object,
			   struct iov_iter *to, __u64 pos, unsigned long len)
{
	return pages_read(call, object, 0, to, pos, len);
}

/* From the iov_iter, or without one from the caller's buffer. */
static long pages_write(struct chard_call *call, struct chard_object *object, __u64 from,
			struct iov_iter *iter, __u64 pos, unsigned long len)
{
	unsigned long done = 0;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return -EDEADLK;
	while (done < len && pos + done < chard_pages_size(object)) {
		char bytes[CHARD_PAGE_SIZE];
		size_t part = min(min(len - done, sizeof(bytes)),
				  chard_pages_size(object) - (pos + done));
		size_t moved = iter ? chard_copy_from_iter(call, iter, bytes, part)
				    : chard_copy_from_user(call, bytes, from + done, part);

		if (bytes_in(object, bytes, moved, pos + done) < moved)
			break;
		done += moved;
		if (moved < part)
			return done ? (long)done : -EFAULT;
	}
	return done;
}

long chard_pages_write(struct chard_call *call, struct chard_object *object, __u64 from, __u64 pos,
		       unsigned long len)
{
	return pages_write(call, object, from, NULL, pos, len);
}

long chard_pages_write_iter(struct chard_call *call, struct chard_object *object,
			    struct iov_iter *from, __u64 pos, unsigned long len)
{
	return pages_write(call, object, 0, from, pos, len);
}

long chard_pages_load(struct chard_call *call, struct chard_object *object, void *to, __u64 pos,
		      unsigned long len)
{
	return chard_call_may(call, CHARD_MAY_SLEEP) ? -EDEADLK
						     : (long)bytes_out(object, to, len, pos);
}

long chard_pages_store(struct chard_call *call, struct chard_object *object, const void *from,
		       __u64 pos, unsigned long len)
{
	return chard_call_may(call, CHARD_MAY_SLEEP) ? -EDEADLK
						     : (long)bytes_in(object, from, len, pos);
}
