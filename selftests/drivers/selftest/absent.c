// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler leaves out answers as in any driver that lacks it, and who
 * may open the device is what the driver's C says. chard-tick has no write,
 * chard-selftest no llseek, and is for root only.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "chard_selftest.h"

#define NODE "/dev/chard-selftest"

FIXTURE(absent)
{
	int fd;
};

FIXTURE_SETUP(absent)
{
	self->fd = open(NODE, O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(absent)
{
	EXPECT_EQ(0, close(self->fd));
}

TEST_F(absent, write)
{
	struct iovec vector = { "x", 1 };
	int tick = open("/dev/chard-tick", O_RDWR);

	ASSERT_LE(0, tick);
	EXPECT_EQ(-1, write(tick, "x", 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, writev(tick, &vector, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, close(tick));
}

TEST_F(absent, lseek)
{
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(ESPIPE, errno);
}

/* As in C: without llseek and nonseekable_open, pread still arrives. */
TEST_F(absent, pread)
{
	char text[16] = "";

	EXPECT_EQ(9, pread(self->fd, text, sizeof(text), 3));
	EXPECT_STREQ("selftest\n", text);
}

TEST_F(absent, permission)
{
	struct stat node;
	int status;
	pid_t child;

	ASSERT_EQ(0, stat(NODE, &node));
	EXPECT_EQ(S_IFCHR | 0600, node.st_mode);
	EXPECT_EQ(0, node.st_uid);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (setgid(1000) || setuid(1000))
			_exit(2);
		_exit(open(NODE, O_RDONLY) == -1 && errno == EACCES ? 0 : 1);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

/* The sum is each file's own. */
TEST_F(absent, file_state)
{
	int other = open(NODE, O_RDWR);

	ASSERT_LE(0, other);
	EXPECT_EQ(5, ioctl(self->fd, CHARD_SELFTEST_ADD, 5));
	EXPECT_EQ(3, ioctl(other, CHARD_SELFTEST_ADD, 3));
	EXPECT_EQ(12, ioctl(self->fd, CHARD_SELFTEST_ADD, 7));
	EXPECT_EQ(0, close(other));
}

TEST_HARNESS_MAIN
