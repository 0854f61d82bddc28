// SPDX-License-Identifier: GPL-2.0
/* A device without a position says so: ESPIPE, as a pipe. */
#define _GNU_SOURCE
#include <sys/uio.h>

#include "common.h"

FIXTURE(no_position)
{
	int fd;
};

FIXTURE_VARIANT(no_position)
{
	const char *node;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(no_position, fifo) { .node = "/dev/chard-fifo" };
FIXTURE_VARIANT_ADD(no_position, tick) { .node = "/dev/chard-tick" };
/* clang-format on */

FIXTURE_SETUP(no_position)
{
	self->fd = open(variant->node, O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(no_position)
{
	EXPECT_EQ(0, close(self->fd));
}

TEST_F(no_position, seek)
{
	for (int whence = SEEK_SET; whence <= SEEK_HOLE; whence++) {
		EXPECT_EQ(-1, lseek(self->fd, 0, whence));
		EXPECT_EQ(ESPIPE, errno);
	}
}

TEST_F(no_position, transfers)
{
	char bytes[8] = "";
	struct iovec list = { bytes, sizeof(bytes) };

	EXPECT_EQ(-1, pread(self->fd, bytes, sizeof(bytes), 0));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, pwrite(self->fd, bytes, sizeof(bytes), 0));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, preadv(self->fd, &list, 1, 0));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, pwritev(self->fd, &list, 1, 0));
	EXPECT_EQ(ESPIPE, errno);
	/* A position of -1 is the file's own, be there one or not. */
	EXPECT_NE(0, preadv2(self->fd, &list, 1, -1, 0));
	EXPECT_NE(ESPIPE, errno);
}

TEST_HARNESS_MAIN
