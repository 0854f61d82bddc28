// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that a payload names by their addresses: they are the caller's own, or EFAULT.
 * Nobody but the handler's copies look at them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "chard_selftest.h"

FIXTURE(buffers)
{
	int fd;
	long page;
	/* One page, and behind it none. */
	char *bytes;
};

FIXTURE_SETUP(buffers)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
	self->page = sysconf(_SC_PAGESIZE);
	self->bytes = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->bytes);
	ASSERT_EQ(0, munmap(self->bytes + self->page, self->page));
}

FIXTURE_TEARDOWN(buffers)
{
	EXPECT_EQ(0, munmap(self->bytes, self->page));
	EXPECT_EQ(0, close(self->fd));
}

/* What comes of it: the bytes, or the errno below 0. */
static long reverse(int fd, unsigned long from, unsigned long to, unsigned long length)
{
	struct chard_selftest_reverse request = { from, to, length };
	int ret = ioctl(fd, CHARD_SELFTEST_REVERSE, &request);

	return ret < 0 ? -errno : ret;
}

/* Where the kernel has a text of its own, which it may read whenever it likes. */
static unsigned long kernel_text(void)
{
	FILE *symbols = fopen("/proc/kallsyms", "r");
	unsigned long at, found = 0;
	char name[256];

	while (symbols && !found && fscanf(symbols, "%lx %*c %255s%*[^\n]", &at, name) == 2) {
		if (!strcmp(name, "linux_banner"))
			found = at;
	}
	if (symbols)
		fclose(symbols);
	return found;
}

TEST_F(buffers, from_one_to_another)
{
	unsigned long from = (unsigned long)self->bytes, to = from + self->page - 5;

	memcpy(self->bytes, "abcde", 5);
	EXPECT_EQ(5, reverse(self->fd, from, to, 5));
	EXPECT_EQ(0, memcmp(self->bytes + self->page - 5, "edcba", 5));
	EXPECT_EQ(0, reverse(self->fd, from, to, 0));
	EXPECT_EQ(-EINVAL, reverse(self->fd, from, to, 4097));
}

TEST_F(buffers, not_all_there)
{
	unsigned long from = (unsigned long)self->bytes, edge = from + self->page;

	memset(self->bytes, 'x', self->page);
	EXPECT_EQ(-EFAULT, reverse(self->fd, edge - 4, from, 5));
	EXPECT_EQ('x', self->bytes[0]);
	EXPECT_EQ(-EFAULT, reverse(self->fd, from, edge - 4, 5));
	EXPECT_EQ(-EFAULT, reverse(self->fd, 0, from, 1));
	EXPECT_EQ(-EFAULT, reverse(self->fd, from, 0, 1));
}

TEST_F(buffers, of_the_kernel)
{
	unsigned long from = (unsigned long)self->bytes, text = kernel_text();

	ASSERT_NE(0, text);
	memset(self->bytes, 'x', self->page);
	EXPECT_EQ(-EFAULT, reverse(self->fd, text, from, 16));
	EXPECT_EQ('x', self->bytes[0]);
	EXPECT_EQ(-EFAULT, reverse(self->fd, from, text, 16));
	/* Round the end of all addresses. */
	EXPECT_EQ(-EFAULT, reverse(self->fd, -8UL, from, 16));
	EXPECT_EQ(-EFAULT, reverse(self->fd, from, -8UL, 16));
}

TEST_HARNESS_MAIN
