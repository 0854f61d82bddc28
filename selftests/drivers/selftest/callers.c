// SPDX-License-Identifier: GPL-2.0
/*
 * One ioctl, two layouts: what a caller of this program's size hands over is taken
 * for that. Built for callers of 64 and of 32 bits.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "chard_selftest.h"

#define MAPPED_BY_NOBODY ((void *)4096)

/* As a C program has it. */
struct words {
	void *pointer;
	long word;
};

FIXTURE(callers)
{
	int fd;
};

FIXTURE_SETUP(callers)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(callers)
{
	EXPECT_EQ(0, close(self->fd));
}

TEST_F(callers, own_layout)
{
	struct {
		struct words words;
		long behind;
	} memory = { { (void *)0x1234, 0x55 }, 0x77 };

	EXPECT_EQ(sizeof(struct words), ioctl(self->fd, CHARD_SELFTEST_WORDS, &memory.words));
	EXPECT_EQ(~0x1234UL, (unsigned long)memory.words.pointer);
	EXPECT_EQ(~0x55L, memory.words.word);
	EXPECT_EQ(0x77, memory.behind);
}

TEST_F(callers, same_layout)
{
	EXPECT_EQ(3, ioctl(self->fd, CHARD_SELFTEST_RETURN, 3L));
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_LOCK_TWICE));
	EXPECT_EQ(EDEADLK, errno);
}

TEST_F(callers, errors)
{
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_WORDS, MAPPED_BY_NOBODY));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_WORDS, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IO(CHARD_SELFTEST_MAGIC, 99)));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_HARNESS_MAIN
