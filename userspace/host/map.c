// SPDX-License-Identifier: GPL-2.0
/*
 * mmap(2) of the device and what follows it, in the VFS's order: what core/memory/map.c is.
 *
 * What is mapped is the memfd of the handler's one array. Its pages are asked for at
 * once, not when they are touched; a handler that gives others than those of its
 * array, in their order, is beyond this.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "host.h"
#include "objects.h"

/* Flags of mmap(2) that change nothing here. */
#define HARMLESS (MAP_FIXED | MAP_NORESERVE | MAP_POPULATE)

void *__real_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t length);
int __real_mprotect(void *at, size_t length, int protection);
void *__real_mremap(void *at, size_t before, size_t after, int flags, ...);
int __real_msync(void *at, size_t length, int flags);
int __real_madvise(void *at, size_t length, int advice);

/**
 * struct mapping - a part of the process's memory that is the device's
 * @next: another one
 * @start: its first byte
 * @end: the byte behind its last
 * @file: holds the file, as in the kernel
 * @shared: not private
 * @may: the protections that it may have
 */
struct mapping {
	struct mapping *next;
	char *start;
	char *end;
	struct file *file;
	bool shared;
	int may;
};

static struct mapping *mappings;
static pthread_mutex_t mappings_lock = PTHREAD_MUTEX_INITIALIZER;

static size_t whole_pages(size_t length)
{
	return (length + CHARD_PAGE_SIZE - 1) & ~(CHARD_PAGE_SIZE - 1UL);
}

/* A mapping that is like @from, and holds its file once more. */
static struct mapping *mapping_add(const struct mapping *from)
{
	struct mapping *mapping = malloc(sizeof(*mapping));

	if (!mapping)
		refuse("mapping without memory", 0);
	*mapping = *from;
	mapping->next = mappings;
	mappings = mapping;
	__atomic_add_fetch(&from->file->refs, 1, __ATOMIC_RELAXED);
	return mapping;
}

/* One that lies in a range, in part or as a whole. */
static struct mapping *mapping_find(const char *start, const char *end)
{
	struct mapping *mapping = mappings;

	while (mapping && (mapping->end <= start || mapping->start >= end))
		mapping = mapping->next;
	return mapping;
}

/* Takes a range out of the one mapping that has a part in it; false if none has. */
static bool mapping_cut(char *start, char *end)
{
	struct mapping *mapping, **at;
	struct file *file = NULL;

	pthread_mutex_lock(&mappings_lock);
	mapping = mapping_find(start, end);
	if (mapping && mapping->start < start && mapping->end > end) {
		mapping_add(mapping)->start = end;
		mapping->end = start;
	} else if (mapping && mapping->start < start) {
		mapping->end = start;
	} else if (mapping && mapping->end > end) {
		mapping->start = end;
	} else if (mapping) {
		for (at = &mappings; *at != mapping; at = &(*at)->next)
			;
		*at = mapping->next;
		file = mapping->file;
		free(mapping);
	}
	pthread_mutex_unlock(&mappings_lock);
	/* It may be the last that held it, and then the handler hears of it. */
	if (file)
		file_put(file);
	return mapping;
}

static void mappings_cut(void *start, size_t length)
{
	while (mapping_cut(start, (char *)start + whole_pages(length)))
		;
}

/* mappings_end() - what the end of a process does */
void mappings_end(void)
{
	while (mappings)
		mapping_cut(mappings->start, mappings->end);
}

/* is_mapped() - whether anything of the device is */
bool is_mapped(const struct chard_device *device)
{
	struct mapping *mapping;

	pthread_mutex_lock(&mappings_lock);
	mapping = mappings;
	while (mapping && mapping->file->chard.device != device)
		mapping = mapping->next;
	pthread_mutex_unlock(&mappings_lock);
	return mapping;
}

/* The mapping that has all of a range, or none that has any of it. */
static struct mapping *mapping_of(void *at, size_t length, const char *what)
{
	char *start = at, *end = start + whole_pages(length);
	struct mapping *mapping;

	pthread_mutex_lock(&mappings_lock);
	mapping = mapping_find(start, end);
	pthread_mutex_unlock(&mappings_lock);
	if (mapping && (mapping->start > start || mapping->end < end))
		refuse(what, length);
	return mapping;
}

/* Why the VFS does not even ask the driver. */
static long refused(const struct file *file, size_t length, int protection, int flags, off_t offset)
{
	int type = flags & MAP_TYPE;

	if (flags & ~(MAP_TYPE | HARMLESS))
		refuse("flag of mmap", flags);
	if (offset % CHARD_PAGE_SIZE || !length)
		return -EINVAL;
	if (whole_pages(length) > TASK_SIZE_MAX)
		return -ENOMEM;
	if ((__u64)offset > ~0ULL - whole_pages(length))
		return -EOVERFLOW;
	if (type != MAP_SHARED && type != MAP_SHARED_VALIDATE && type != MAP_PRIVATE)
		return -EINVAL;
	if (type != MAP_PRIVATE && protection & PROT_WRITE && !(file->mode & CHARD_FMODE_WRITE))
		return -EACCES;
	if (!(file->mode & CHARD_FMODE_READ))
		return -EACCES;
	return chard_loaded->entries->mmap ? device_refusal(file->chard.device) : -ENODEV;
}

/* The array that the handler has for a device. */
static struct chard_object *the_array(const struct chard_device *device)
{
	struct chard_object *object, *found = NULL;

	for (object = device->objects; object; object = object->next) {
		if (!object->memory)
			continue;
		if (found)
			refuse("mapping of a second array", 0);
		found = object;
	}
	if (!found)
		refuse("mapping without an array", 0);
	return found;
}

/* What is touched in the kernel, one after the other, is asked for here. */
static void ask_for_pages(struct file *file, struct chard_object *array, __u64 index, __u64 end)
{
	const struct chard_driver *driver = chard_loaded;
	__u64 count = (chard_pages_size(array) + CHARD_PAGE_SIZE - 1) / CHARD_PAGE_SIZE;

	for (; index < end; index++) {
		struct page *page = NULL;
		long ret =
			CHARD_CALL_FILE(file, CHARD_MAY_FILE, driver->entries->fault, index, &page);

		if (!ret && (page->pages != array || page->index != index))
			refuse("fault with another page", index);
		if (!ret != (index < count))
			refuse("fault that ends elsewhere than its array", index);
		if (page)
			chard_page_put(driver, page);
	}
}

static long device_mmap(struct file *file, void **at, size_t length, int protection, int flags,
			off_t offset)
{
	const struct chard_driver *driver = chard_loaded;
	struct mapping mapping = { .file = file, .shared = (flags & MAP_TYPE) != MAP_PRIVATE };
	struct chard_area area = {
		.offset = offset,
		.length = whole_pages(length),
		.flags = (protection & PROT_READ ? CHARD_AREA_READ : 0) |
			 (protection & PROT_WRITE ? CHARD_AREA_WRITE : 0) |
			 (protection & PROT_EXEC ? CHARD_AREA_EXEC : 0) |
			 (mapping.shared ? CHARD_AREA_SHARED : 0),
	};
	long ret = refused(file, length, protection, flags, offset);
	struct chard_object *array;

	if (!ret)
		ret = CHARD_CALL_FILE(file, CHARD_MAY_FILE | CHARD_CALL_CALLER,
				      driver->entries->mmap, &area);
	if (ret)
		return ret;
	array = the_array(file->chard.device);
	ask_for_pages(file, array, offset / CHARD_PAGE_SIZE,
		      (offset + area.length) / CHARD_PAGE_SIZE);
	if (flags & MAP_FIXED)
		mappings_cut(*at, length);
	*at = __real_mmap(*at, length, protection, flags, array->memory, offset);
	if (*at == MAP_FAILED)
		return -errno;
	mapping.start = *at;
	mapping.end = mapping.start + area.length;
	mapping.may = PROT_READ;
	if (!mapping.shared || file->mode & CHARD_FMODE_WRITE)
		mapping.may |= PROT_WRITE;
	if (area.flags & CHARD_AREA_NEVER_WRITE)
		mapping.may &= ~PROT_WRITE;
	if (!(area.flags & CHARD_AREA_NEVER_EXEC))
		mapping.may |= PROT_EXEC;
	pthread_mutex_lock(&mappings_lock);
	mapping_add(&mapping);
	pthread_mutex_unlock(&mappings_lock);
	return 0;
}

void *__wrap_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	struct file *file = flags & MAP_ANONYMOUS ? NULL : file_get(fd);
	long ret;

	if (!file) {
		if (flags & MAP_FIXED)
			mappings_cut(at, length);
		return __real_mmap(at, length, protection, flags, fd, offset);
	}
	ret = device_mmap(file, &at, length, protection, flags, offset);
	file_put(file);
	return answer(ret) ? MAP_FAILED : at;
}

int __wrap_munmap(void *at, size_t length)
{
	int ret = __real_munmap(at, length);

	if (!ret)
		mappings_cut(at, length);
	return ret;
}

int __wrap_mprotect(void *at, size_t length, int protection)
{
	struct mapping *mapping = mapping_of(at, length, "mprotect of more than a mapping");

	if (mapping && protection & ~mapping->may)
		return answer(-EACCES);
	return __real_mprotect(at, length, protection);
}

void *__wrap_mremap(void *at, size_t before, size_t after, int flags, ...)
{
	va_list args;
	void *to;

	va_start(args, flags);
	to = flags & MREMAP_FIXED ? va_arg(args, void *) : NULL;
	va_end(args);
	if (mapping_of(at, before, "mremap") || mapping_of(to, after, "mremap"))
		refuse("mremap", flags);
	return __real_mremap(at, before, after, flags, to);
}

int __wrap_msync(void *at, size_t length, int flags)
{
	const struct chard_driver *driver = chard_loaded;
	struct mapping *mapping = mapping_of(at, length, "msync of more than a mapping");
	int ret = __real_msync(at, length, flags);
	long error;

	if (ret || !mapping || !(flags & MS_SYNC) || !mapping->shared)
		return ret;
	error = device_refusal(mapping->file->chard.device);
	if (!driver->entries->fsync)
		error = -EINVAL;
	if (!error)
		error = CHARD_CALL_FILE(mapping->file, CHARD_MAY_ALL, driver->entries->fsync, 0,
					length - 1, 1);
	return answer(error);
}

/* What it does to a memfd may be something else for a device. */
int __wrap_madvise(void *at, size_t length, int advice)
{
	if (mapping_of(at, length, "madvise"))
		refuse("madvise", advice);
	return __real_madvise(at, length, advice);
}
