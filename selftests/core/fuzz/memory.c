// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of each thread's own: where the kernel is told to read and write, what
 * it may have left there, and pages that come late.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "fuzz.h"

#define GUARD (16 * PAGE)

/* A byte for each place, so that a copy from elsewhere is seen in a debugger. */
static char letter_at(const void *at)
{
	return FIRST_LETTER + ((uintptr_t)at * 7 >> 3) % LETTERS;
}

static void fill_letters(char *from, char *to)
{
	for (; from < to; from++)
		*from = letter_at(from);
}

static void slow_register(struct slow *slow)
{
	struct uffdio_register range = {
		.range = { (uintptr_t)slow->pages, SLOW },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (ioctl(slow->uffd, UFFDIO_REGISTER, &range) && errno != EBUSY)
		report(false, "pages can be waited for: %s", strerror(errno));
}

static void slow_init(struct slow *slow)
{
	struct uffdio_api api = { .api = UFFD_API };

	slow->uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (slow->uffd < 0 || ioctl(slow->uffd, UFFDIO_API, &api)) {
		report(false, "userfaultfd: %s", strerror(errno));
		exit(1);
	}
	slow_register(slow);
}

void memory_init(struct fuzzer *f)
{
	size_t size = GUARD + WRITABLE + READ_ONLY + GUARD + SLOW + GUARD;
	char *all = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED) {
		report(false, "memory: %s", strerror(errno));
		exit(1);
	}
	f->arena = all + GUARD;
	f->slow.pages = f->arena + WRITABLE + READ_ONLY + GUARD;
	mprotect(f->arena, WRITABLE + READ_ONLY, PROT_READ | PROT_WRITE);
	mprotect(f->slow.pages, SLOW, PROT_READ | PROT_WRITE);
	fill_letters(f->arena, f->arena + WRITABLE + READ_ONLY);
	mprotect(f->arena + WRITABLE, READ_ONLY, PROT_READ);
	slow_init(&f->slow);
}

void memory_exit(struct fuzzer *f)
{
	close(f->slow.uffd);
	munmap(f->arena - GUARD, GUARD + WRITABLE + READ_ONLY + GUARD + SLOW + GUARD);
}

/* An address where nothing is that could be read. */
char *hostile_address(struct fuzzer *f)
{
	switch (below(f, 8)) {
	case 0:
		return NULL;
	case 1:
		return (char *)(uintptr_t)(1 + below(f, PAGE - 1));
	case 2: /* The kernel's own. */
		return (char *)(uintptr_t)(0xffffffff81000000 + below(f, 1 << 24));
	case 3:
		return (char *)(uintptr_t)0xffff888000000000;
	case 4: /* No address at all. */
		return (char *)(uintptr_t)0x8000000000000000;
	case 5: /* The last of a caller's, and behind it. */
		return (char *)(uintptr_t)(0x7fffffffe000 + below(f, 2 * PAGE));
	case 6:
		return (char *)(-(uintptr_t)1 - below(f, PAGE));
	default: /* A guard's. */
		return f->arena - 1 - below(f, GUARD - 1);
	}
}

size_t pick_length(struct fuzzer *f)
{
	switch (below(f, 16)) {
	case 0:
		return 0;
	case 1:
		return PICK(f, SSIZE_MAX, (__s64)((__u64)SSIZE_MAX + 1), -1, INT_MAX, UINT_MAX,
			    0x7ffff000, 0x7ffff001, 1 << 30);
	case 2:
		return below(f, WRITABLE);
	case 3:
		return PICK(f, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 65535, 65536, 65537);
	case 4:
	case 5:
	case 6:
		return below(f, 3 * PAGE);
	default:
		return below(f, 200);
	}
}

/* What of the arena is looked at when @buffer was written to. */
static void set_window(struct fuzzer *f, struct buffer *buffer, char *from, char *to)
{
	char *end = buffer->length > (size_t)(to - buffer->at) ? to : buffer->at + buffer->length;

	buffer->from = (unsigned char *)(buffer->at - from > 64 ? buffer->at - 64 : from);
	buffer->to = (unsigned char *)(to - end > 64 ? end + 64 : to);
	if (buffer->to > (unsigned char *)f->arena + WRITABLE)
		buffer->to = (unsigned char *)f->arena + WRITABLE;
}

struct buffer pick_buffer(struct fuzzer *f, size_t length, unsigned int part, unsigned int parts)
{
	char *from = f->arena + part * (WRITABLE / parts);
	char *to = part + 1 < parts ? from + WRITABLE / parts : f->arena + WRITABLE;
	struct buffer buffer = { .length = length };
	size_t room;

	switch (below(f, 24)) {
	case 0:
	case 1:
		buffer.at = hostile_address(f);
		return buffer;
	case 2: /* Pages that come late, or not. */
		if (f->child || !one_in(f, 3))
			break;
		madvise(f->slow.pages, SLOW, MADV_DONTNEED);
		slow_register(&f->slow);
		buffer.slow = true;
		buffer.at = f->slow.pages + below(f, SLOW);
		return buffer;
	case 3:
	case 4:
	case 5: /* It may run into what is read-only, and then into nothing. */
		if (part + 1 < parts)
			break;
		buffer.at = to - 1 - below(f, PICK(f, 16, 300, 2 * PAGE));
		set_window(f, &buffer, from, to);
		return buffer;
	case 6:
		buffer.at = f->arena + WRITABLE + below(f, READ_ONLY);
		return buffer;
	}
	/* Only the last may go over its end: the pieces do not overlap. */
	if (part + 1 < parts && length > (size_t)(to - from))
		length = to - from;
	buffer.length = length;
	room = length < (size_t)(to - from) ? to - from - length : 1;
	buffer.at = from + draw(f) % room;
	set_window(f, &buffer, from, to);
	return buffer;
}

struct buffer good_buffer(struct fuzzer *f, size_t length)
{
	struct buffer buffer = { .length = length };

	buffer.at = f->arena + 64 + below(f, WRITABLE - length - 128);
	set_window(f, &buffer, f->arena, f->arena + WRITABLE);
	return buffer;
}

void expect_output(struct buffer *buffers, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (buffers[i].from)
			memset(buffers[i].from, UNTOUCHED, buffers[i].to - buffers[i].from);
	}
}

void letters(struct buffer *buffer)
{
	if (buffer->from)
		fill_letters((char *)buffer->from, (char *)buffer->to);
}

bool is_letter(unsigned char byte, enum device_kind kind)
{
	if (gives_values(kind))
		return true;
	if (kind == MANY)
		return byte >= '0' && byte <= '9';
	if (kind == TEXT)
		return byte == '\n' || (byte >= ' ' && byte <= '~');
	if (kind == SELFTEST)
		return !!memchr("selftest\n", byte, 9);
	return !byte || (byte >= FIRST_LETTER && byte < FIRST_LETTER + LETTERS);
}

/* A byte that nobody has written: the kernel's own. */
static void check_bytes(struct fuzzer *f, const unsigned char *at, size_t length,
			enum device_kind kind)
{
	for (size_t i = 0; i < length; i++) {
		if (is_letter(at[i], kind))
			continue;
		fail(f, "byte %zu of %zu is %#x, which nobody wrote%s", i, length, at[i],
		     at[i] == 0x5a || at[i] == 0x6b || at[i] == 0xa5 || at[i] == 0xaa ? ": poison"
										      : "");
		return;
	}
}

static void check_untouched(struct fuzzer *f, const unsigned char *from, const unsigned char *to,
			    const char *where)
{
	for (; from < to; from++) {
		if (*from != UNTOUCHED) {
			fail(f, "a byte %s what was returned is %#x", where, *from);
			return;
		}
	}
}

void check_output(struct fuzzer *f, struct buffer *buffers, unsigned int count, size_t moved,
		  enum device_kind kind)
{
	for (unsigned int i = 0; i < count; i++) {
		struct buffer *buffer = &buffers[i];
		size_t here = moved < buffer->length ? moved : buffer->length;
		unsigned char *at = (unsigned char *)buffer->at, *end = at + here;

		moved -= here;
		if (!buffer->from)
			continue;
		if (end > buffer->to) {
			fail(f, "%zu bytes are said to be where nobody can write", here);
			end = buffer->to;
		}
		check_bytes(f, at, end - at, kind);
		check_untouched(f, buffer->from, at, "before");
		check_untouched(f, end, buffer->to, "behind");
		fill_letters((char *)buffer->from, (char *)buffer->to);
	}
}

/* Lets a task that waits for a page go on, or not yet. */
static void serve(struct fuzzer *server, struct slow *slow, const char *bytes)
{
	struct uffd_msg message;
	struct uffdio_range range;

	if (read(slow->uffd, &message, sizeof(message)) != sizeof(message) ||
	    message.event != UFFD_EVENT_PAGEFAULT)
		return;
	count(&results->stopped_copies);
	/* Meanwhile the device may be removed. */
	usleep(PICK(server, 0, 0, 100, 2000, 20000));
	range.start = message.arg.pagefault.address & -(__u64)PAGE;
	range.len = PAGE;
	switch (below(server, 3)) {
	case 0: {
		struct uffdio_copy copy = { .dst = range.start,
					    .src = (uintptr_t)bytes,
					    .len = PAGE };

		ioctl(slow->uffd, UFFDIO_COPY, &copy);
		break;
	}
	case 1: {
		struct uffdio_zeropage zero = { .range = range };

		ioctl(slow->uffd, UFFDIO_ZEROPAGE, &zero);
		break;
	}
	default: /* From now on these are pages like others. */
		range.start = (uintptr_t)slow->pages;
		range.len = SLOW;
		ioctl(slow->uffd, UFFDIO_UNREGISTER, &range);
	}
}

/* The thread that serves all others' pages, until all have ended. */
void *serve_slow(void *argument)
{
	struct fuzzer *served = argument, server = { .number = 2000 };
	static char bytes[PAGE];
	struct pollfd waiting[MAX_THREADS];

	fill_letters(bytes, bytes + PAGE);
	for (unsigned int i = 0; i < options.threads; i++)
		waiting[i] = (struct pollfd){ .fd = served[i].slow.uffd, .events = POLLIN };
	for (__u64 round = 0;; round++) {
		pthread_testcancel();
		begin(&server, round);
		if (poll(waiting, options.threads, 50) <= 0)
			continue;
		for (unsigned int i = 0; i < options.threads; i++) {
			if (waiting[i].revents)
				serve(&server, &served[i].slow, bytes);
		}
	}
	return NULL;
}
