// SPDX-License-Identifier: GPL-2.0
/* Rows: what is mapped of a device is touched, and is what calls read and write. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../fuzz.h"

static __thread sigjmp_buf touched;

static void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = touch_failed, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

/* Reads or writes one byte, as far as it is there; what is read is checked. */
static void touch(struct fuzzer *f, char *at, bool write)
{
	char letter = FIRST_LETTER + below(f, LETTERS), byte;

	if (sigsetjmp(touched, 1))
		return;
	if (write) {
		__atomic_store_n(at, letter, __ATOMIC_RELAXED);
		return;
	}
	byte = __atomic_load_n(at, __ATOMIC_RELAXED);
	if (!is_letter(byte, SHM))
		fail(f, "a mapped byte is %#x, which nobody wrote", (unsigned char)byte);
}

static void touch_some(struct fuzzer *f, char *at, size_t length)
{
	for (unsigned int i = below(f, 12); i; i--)
		touch(f, at + draw(f) % length, one_in(f, 2));
}

/* What the caller may ask the kernel to do to a part of a mapping. */
static void change(struct fuzzer *f, char *at, size_t length)
{
	size_t pages = (length + PAGE - 1) / PAGE, first = draw(f) % pages;
	size_t from = PAGE * first, part = PAGE * (1 + draw(f) % (pages - first));

	switch (below(f, 6)) {
	case 0:
		mprotect(at + from, part, below(f, 8));
		break;
	case 1:
		madvise(at + from, part,
			PICK(f, MADV_DONTNEED, MADV_REMOVE, MADV_WILLNEED, MADV_DONTFORK,
			     MADV_DOFORK, MADV_FREE, MADV_HUGEPAGE, 20, 21, 22, 23, 25));
		break;
	case 2:
		msync(at + from, part, PICK(f, MS_SYNC, MS_ASYNC, MS_INVALIDATE, 99));
		break;
	case 3:
		mlock(at, length);
		break;
	default:
		break;
	}
}

static char *map(struct fuzzer *f, size_t length, int protection)
{
	int fd = one_in(f, 4) ? pick_fd(f) : pick_file_of(f, SHM)->fd;
	int flags =
		PICK(f, MAP_SHARED, MAP_PRIVATE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, 0);
	off_t offset = one_in(f, 8) ? (off_t)draw(f) : PAGE * (off_t)below(f, 40);

	if (one_in(f, 8))
		flags |= MAP_POPULATE;
	return mmap(NULL, length, protection, flags, fd, offset);
}

long op_mmap(struct fuzzer *f)
{
	size_t length = one_in(f, 8) ? pick_length(f) : PAGE * (1 + below(f, 8)), cut, more;
	int protection = one_in(f, 3) ? (int)below(f, 8) : PROT_READ | PROT_WRITE;
	char *at, *grown;

	catch_signals();
	errno = 0;
	at = map(f, length, protection);
	if (at == MAP_FAILED)
		return -errno;
	touch_some(f, at, length);
	change(f, at, length);
	touch_some(f, at, length);
	length = (length + PAGE - 1) / PAGE * PAGE;
	if (one_in(f, 4)) {
		more = PAGE * below(f, 8);
		grown = mremap(at, length, length + more, MREMAP_MAYMOVE);
		if (grown != MAP_FAILED) {
			at = grown;
			length += more;
			touch_some(f, at, length);
		}
	}
	/* In two parts. */
	cut = length > PAGE ? PAGE : 0;
	munmap(at + cut, length - cut);
	if (cut)
		munmap(at, cut);
	return 0;
}

/*
 * What mprotect(2) answers for a shared mapping: the file's mode decides, whatever the
 * mapping was made with or was made since.
 */
long op_protect(struct fuzzer *f)
{
	bool writable = one_in(f, 2);
	int made = PROT_READ | (writable && one_in(f, 2) ? PROT_WRITE : 0);
	int fd = open("/dev/chard-shm", (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	char *at;

	if (fd < 0)
		return -errno;
	catch_signals();
	at = mmap(NULL, PAGE, made, MAP_SHARED, fd, PAGE * (off_t)below(f, 16));
	close(fd);
	if (at == MAP_FAILED)
		return -errno;
	for (int i = 0; i < 8; i++) {
		int wanted = PICK(f, PROT_NONE, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE);
		int error = mprotect(at, PAGE, wanted) ? errno : 0;

		if (error != (wanted & PROT_WRITE && !writable ? EACCES : 0))
			fail(f, "mprotect(%d) of a %s file's mapping: %s", wanted,
			     writable ? "writable" : "read-only", strerror(error));
		touch(f, at, one_in(f, 2));
	}
	munmap(at, PAGE);
	return 0;
}

/* From a mapping of a device into a device, or back: the same one, most often. */
long op_copy_mapped(struct fuzzer *f)
{
	size_t length = PAGE * (1 + below(f, 8)), at, part;
	struct file *file;
	char *mapped;
	long ret;

	errno = 0;
	mapped = map(f, length, PROT_READ | PROT_WRITE);
	if (mapped == MAP_FAILED)
		return -errno;
	at = below(f, length);
	part = below(f, length - at) + 1;
	file = pick_file_of(f, PICK(f, ECHO, SHM, SHM, SHM, FIFO));
	/* What is mapped has letters only. */
	if (!keeps_letters(file->device->kind))
		ret = 0;
	else if (one_in(f, 2))
		ret = pwrite(file->fd, mapped + at, part, below(f, 40 * PAGE));
	else
		ret = pread(file->fd, mapped + at, part, below(f, 40 * PAGE));
	if (ret > (long)part)
		fail(f, "%ld of %zu mapped bytes", ret, part);
	ret = ret < 0 ? -errno : ret;
	munmap(mapped, length);
	return ret;
}
