// SPDX-License-Identifier: GPL-2.0
/* splice(2) to and from a pipe, tee(2) behind it, and what sendfile(2) says. */
#define _GNU_SOURCE
#include "common.h"

#include <sys/sendfile.h>

TEST_F(fifo, to_a_pipe_and_back)
{
	char bytes[8] = "";
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(5, write(self->fd, "hello", 5));
	EXPECT_EQ(5, splice(self->fd, NULL, ends[1], NULL, 64, 0));
	EXPECT_EQ(0, fill(self->fd));
	EXPECT_EQ(5, splice(ends[0], NULL, self->fd, NULL, 64, 0));
	EXPECT_EQ(5, read(self->fd, bytes, 8));
	EXPECT_STREQ("hello", bytes);
	close(ends[0]);
	close(ends[1]);
}

TEST_F(fifo, through_tee)
{
	int one[2], two[2];
	char bytes[8] = "";

	ASSERT_EQ(0, pipe(one));
	ASSERT_EQ(0, pipe(two));
	EXPECT_EQ(5, write(self->fd, "hello", 5));
	EXPECT_EQ(5, splice(self->fd, NULL, one[1], NULL, 64, 0));
	EXPECT_EQ(5, tee(one[0], two[1], 64, 0));
	EXPECT_EQ(5, read(two[0], bytes, 8));
	EXPECT_STREQ("hello", bytes);
	EXPECT_EQ(5, read(one[0], bytes, 8));
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
}

TEST_F(fifo, nothing_is_there)
{
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(-EAGAIN, result(splice(self->nonblock, NULL, ends[1], NULL, 64, 0)));
	close(ends[0]);
	close(ends[1]);
}

TEST_HARNESS_MAIN
