// SPDX-License-Identifier: GPL-2.0
/* Values that read(2) and write(2) move: each whole or not at all, in however many pieces. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "types.h"

#define PAGE 4096

/* readv or writev. */
typedef ssize_t (*move_t)(int fd, const struct iovec *pieces, int count);

/* Two pages, of which nobody may touch the second. */
static char *pages;

static ssize_t by_buffer_in(int fd, const struct iovec *pieces, int count)
{
	return write(fd, pieces[0].iov_base,
		     pieces[0].iov_len + (count > 1 ? pieces[1].iov_len : 0));
}

static ssize_t by_buffer_out(int fd, const struct iovec *pieces, int count)
{
	return read(fd, pieces[0].iov_base,
		    pieces[0].iov_len + (count > 1 ? pieces[1].iov_len : 0));
}

/* @size bytes that end @beyond bytes behind the first page, in two pieces, the first of @first. */
static ssize_t move(int fd, move_t by, size_t size, size_t first, size_t beyond)
{
	char *at = pages + PAGE + beyond - size;
	struct iovec both[] = { { at, first }, { at + first, size - first } };
	ssize_t moved;

	errno = 0;
	moved = by(fd, both, 2);
	return moved < 0 ? -errno : moved;
}

static bool written_is(int fd, __u32 number)
{
	struct chard_types_value value;

	return !ioctl(fd, CHARD_TYPES_WRITTEN, &value) && value.number == number &&
	       !memcmp(value.text, "a value", 8);
}

/* Values of the numbers from @number on, the last one up to the end of the first page. */
static void put_values(__u32 number, size_t count)
{
	struct chard_types_value value = { .text = "a value" };

	for (size_t i = 0; i < count; i++) {
		value.number = number + i;
		memcpy(pages + PAGE - (count - i) * sizeof(value), &value, sizeof(value));
	}
}

static void check_in(int fd, move_t by, const char *how)
{
	static __u32 number;
	const size_t size = sizeof(struct chard_types_value);
	bool good = true;

	for (size_t first = 0; first <= size; first++) {
		put_values(++number, 1);
		good &= move(fd, by, size, first, 0) == size && written_is(fd, number);
	}
	report(good, "%s: a value in", how);
	number += 3;
	put_values(number - 2, 3);
	report(move(fd, by, 3 * size, size + 5, 0) == 3 * size && written_is(fd, number),
	       "%s: three of them", how);
	put_values(number + 1, 1);
	good = true;
	for (size_t less = 1; less < size; less++)
		good &= move(fd, by, size - less, 1, 0) == -EINVAL;
	report(good && written_is(fd, number), "%s: less than a value in: EINVAL", how);
	good = true;
	for (size_t beyond = 1; beyond <= size; beyond++)
		good &= move(fd, by, size, 1, beyond) == -EFAULT;
	report(good && written_is(fd, number), "%s: not all of it there: EFAULT", how);
	/* The second one is half there. */
	number++;
	memmove(pages + PAGE - size - 5, pages + PAGE - size, size);
	report(move(fd, by, 2 * size, 3, size - 5) == size && written_is(fd, number),
	       "%s: one in of two", how);
	report(move(fd, by, 0, 0, 0) == 0 && written_is(fd, number), "%s: none", how);
}

/* Where the copy may not sleep: what is there is taken, and no page is fetched for it. */
static void check_locked(int fd, move_t by, const char *how)
{
	const size_t size = sizeof(struct chard_types_value);
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec both[] = { { page, 5 }, { page + 5, size - 5 } };
	bool good;

	put_values(1000, 1);
	good = !fcntl(fd, F_SETFL, O_APPEND) && move(fd, by, size, 5, 0) == size;
	report(good && written_is(fd, 1000), "%s: a value in, under a lock", how);
	errno = 0;
	good = by(fd, both, 2) == -1 && errno == EFAULT && written_is(fd, 1000);
	report(good, "%s: from where nothing is yet, under a lock: EFAULT", how);
	memcpy(page, pages + PAGE - size, size);
	page[0]++;
	good = by(fd, both, 2) == size && written_is(fd, 1001);
	report(good && !fcntl(fd, F_SETFL, 0), "%s: which is there then", how);
	munmap(page, PAGE);
}

static void check_out(int fd, move_t by, const char *how)
{
	/* What is read is a word for each step, the first of which fails. */
	static const struct chard_types_steps fails = { .step = { CHARD_TYPES_FORGET } };
	static const struct chard_types_steps forgets = { .step = { CHARD_TYPES_SPIN,
								    CHARD_TYPES_FORGET } };
	const size_t size = sizeof(errors);
	bool good = !ioctl(fd, CHARD_TYPES_ARM, &fails);

	for (size_t first = 0; first <= size; first++) {
		memset(pages, 0xff, PAGE);
		good &= move(fd, by, size, first, 0) == size;
		memcpy(errors, pages + PAGE - size, size);
		good &= only(0, 0, EINVAL) && pages[PAGE - size - 1] == (char)0xff;
	}
	report(good, "%s: a value out", how);
	memset(pages, 0xff, PAGE);
	good = move(fd, by, size + 9, size, 0) == size;
	for (size_t i = 1; i <= 9; i++)
		good &= pages[PAGE - i] == (char)0xff;
	report(good, "%s: and nothing behind it", how);
	good = true;
	for (size_t less = 1; less < size; less++)
		good &= move(fd, by, size - less, 1, 0) == -EINVAL;
	report(good, "%s: no room for a value: EINVAL", how);
	good = true;
	for (size_t beyond = 1; beyond <= size; beyond++)
		good &= move(fd, by, size, 1, beyond) == -EFAULT;
	report(good, "%s: room that is not all there: EFAULT", how);
	/* The lock is held until the call ends: the copy may not sleep. */
	good = !ioctl(fd, CHARD_TYPES_ARM, &forgets) && move(fd, by, size, 3, 0) == size;
	memcpy(errors, pages + PAGE - size, size);
	good &= all_good(0) && !ioctl(fd, CHARD_TYPES_MEND);
	report(good, "%s: a value out, under a lock that was forgotten", how);
}

int main(void)
{
	int fd = opened();

	pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	report(pages != MAP_FAILED && !mprotect(pages + PAGE, PAGE, PROT_NONE), "a page, and none");
	check_in(fd, by_buffer_in, "write");
	check_in(fd, writev, "writev");
	check_locked(fd, by_buffer_in, "write");
	check_locked(fd, writev, "writev");
	check_out(fd, by_buffer_out, "read");
	check_out(fd, readv, "readv");
	close(fd);
	return report_end();
}
