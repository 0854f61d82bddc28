// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses that user space may hand over and cannot use. Nothing may come of
 * it but EFAULT, or the count of what could be moved before the bad byte.
 */
#include "common.h"

/* Each test once for every kind of bad address. */
FIXTURE(bad)
{
	int fd;
	char *at;
};

FIXTURE_VARIANT(bad)
{
	void *(*make)(long page);
};

static void *make_null(long page)
{
	return NULL;
}

static void *make_beyond(long page)
{
	return BAD_POINTER;
}

static void *make_unmapped(long page)
{
	unsigned char *at = page_before_gap();

	return at == MAP_FAILED ? at : at + page;
}

static void *make_no_access(long page)
{
	return mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* It would take a blank that checkpatch wants. */
/* clang-format off */
FIXTURE_VARIANT_ADD(bad, null) { .make = make_null };
FIXTURE_VARIANT_ADD(bad, beyond) { .make = make_beyond };
FIXTURE_VARIANT_ADD(bad, unmapped) { .make = make_unmapped };
FIXTURE_VARIANT_ADD(bad, no_access) { .make = make_no_access };
/* clang-format on */

#if __SIZEOF_POINTER__ == 8
/* The kernel's own memory, the first address past user space's, and none. */
static void *make_kernel(long page)
{
	return (void *)0xffff888000000000UL;
}

static void *make_past(long page)
{
	return (void *)0x0000800000000000UL;
}

static void *make_noncanonical(long page)
{
	return (void *)0x8000000000000000UL;
}

/* clang-format off */
FIXTURE_VARIANT_ADD(bad, kernel) { .make = make_kernel };
FIXTURE_VARIANT_ADD(bad, past) { .make = make_past };
FIXTURE_VARIANT_ADD(bad, noncanonical) { .make = make_noncanonical };
/* clang-format on */
#endif

FIXTURE_SETUP(bad)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_reset(self->fd));
	ASSERT_EQ(8, result(write(self->fd, "abcdefgh", 8)));
	ASSERT_EQ(2, result(lseek(self->fd, 2, SEEK_SET)));
	self->at = variant->make(sysconf(_SC_PAGESIZE));
	ASSERT_TRUE(self->at != MAP_FAILED);
}

/* Whatever was tried: bytes, size, limit and position are what they were. */
FIXTURE_TEARDOWN(bad)
{
	char text[10] = "";

	EXPECT_EQ(2, file_position(self->fd));
	EXPECT_EQ(8, buffer_size(self->fd));
	EXPECT_EQ(8, result(pread(self->fd, text, 9, 0)));
	EXPECT_STREQ("abcdefgh", text);
	EXPECT_EQ(1, result(pwrite(self->fd, "z", 1, CHARD_ECHO_LIMIT_DEFAULT - 1)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "z", 1, CHARD_ECHO_LIMIT_DEFAULT)));
	EXPECT_EQ(0, device_reset(self->fd));
	EXPECT_EQ(0, close(self->fd));
}

TEST_F(bad, read)
{
	EXPECT_EQ(-EFAULT, result(read(self->fd, self->at, 4)));
	EXPECT_EQ(-EFAULT, result(pread(self->fd, self->at, 100, 0)));
}

TEST_F(bad, write)
{
	EXPECT_EQ(-EFAULT, result(write(self->fd, self->at, 4)));
	EXPECT_EQ(-EFAULT, result(write(self->fd, self->at, 4000)));
	/* Past the end: a hole that nothing follows is not made either. */
	EXPECT_EQ(-EFAULT, result(pwrite(self->fd, self->at, 4, 8)));
	EXPECT_EQ(-EFAULT, result(pwrite(self->fd, self->at, 4, 5000)));
	EXPECT_EQ(-EFAULT, result(pwrite(self->fd, self->at, 99999, 5000)));
}

TEST_F(bad, append)
{
	int log = device_open(O_WRONLY | O_APPEND);

	ASSERT_LE(0, log);
	EXPECT_EQ(-EFAULT, result(write(log, self->at, 4)));
	EXPECT_EQ(0, file_position(log));
	EXPECT_EQ(0, close(log));
}

TEST_F(bad, ioctl)
{
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_GET_SIZE, self->at)));
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_SET_LIMIT, self->at)));
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_SUM, self->at)));
}

TEST_F(bad, vectors)
{
	struct iovec iov = { self->at, 4 };

	EXPECT_EQ(-EFAULT, result(readv(self->fd, &iov, 1)));
	EXPECT_EQ(-EFAULT, result(writev(self->fd, &iov, 1)));
	/* The list itself, now. */
	EXPECT_EQ(-EFAULT, result(readv(self->fd, (void *)self->at, 2)));
	EXPECT_EQ(-EFAULT, result(writev(self->fd, (void *)self->at, 2)));
}

/* Memory that can be read but not written. */
TEST_F(echo, read_only_page)
{
	unsigned char *page = page_before_gap();
	struct chard_echo_sum sum = { 0, 4, 5, 6 };
	__u64 limit = 4;

	ASSERT_TRUE(page != MAP_FAILED);
	memcpy(page, &sum, sizeof(sum));
	memcpy(page + 64, &limit, sizeof(limit));
	ASSERT_EQ(0, mprotect(page, self->page, PROT_READ));
	ASSERT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(-EFAULT, result(pread(self->fd, page, 4, 0)));
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_GET_SIZE, page)));
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_SUM, page)));
	EXPECT_EQ(0, memcmp(page, &sum, sizeof(sum)));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_SET_LIMIT, page + 64));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "e", 1, 4)));
}

/* Payloads that begin in a page and end in none. */
TEST_F(echo, ioctl_over_the_edge)
{
	unsigned char *edge = page_before_gap();
	size_t in;

	ASSERT_TRUE(edge != MAP_FAILED);
	edge += self->page;
	memset(edge - 64, 0, 64);
	for (in = 1; in < 8; in++) {
		EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_GET_SIZE, edge - in)));
		EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_ECHO_SET_LIMIT, edge - in)));
	}
	for (in = 1; in < sizeof(struct chard_echo_sum); in++) {
		long long ret = result(ioctl(self->fd, CHARD_ECHO_SUM, edge - in));

		EXPECT_EQ(-EFAULT, ret);
	}
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_GET_SIZE, edge - 8));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_SUM, edge - sizeof(struct chard_echo_sum)));
}

TEST_HARNESS_MAIN
