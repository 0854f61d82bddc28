// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-@name@: reading, and its ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "chard_@name@.h"

FIXTURE(@name@)
{
	int fd;
};

FIXTURE_SETUP(@name@)
{
	self->fd = open("/dev/chard-@name@", O_RDONLY);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(@name@)
{
	close(self->fd);
}

TEST_F(@name@, read)
{
	char text[64] = "";

	ASSERT_LT(0, read(self->fd, text, sizeof(text) - 1));
	EXPECT_STREQ("hello from @name@\n", text);
	EXPECT_EQ(0, read(self->fd, text, sizeof(text)));
}

TEST_F(@name@, opens)
{
	__u64 before, after;
	int fd;

	ASSERT_EQ(0, ioctl(self->fd, CHARD_@NAME@_GET_OPENS, &before));
	fd = open("/dev/chard-@name@", O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_@NAME@_GET_OPENS, &after));
	EXPECT_EQ(before + 1, after);
	EXPECT_EQ(0, close(fd));
}

TEST_F(@name@, unknown_ioctl)
{
	EXPECT_EQ(-1, ioctl(self->fd, _IO(CHARD_@NAME@_MAGIC, 99)));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_HARNESS_MAIN
