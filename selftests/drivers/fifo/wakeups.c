// SPDX-License-Identifier: GPL-2.0
/* No wake-up is lost, in a pipe that holds one byte. */
#include "common.h"
#include "hammer.h"

TEST_F(fifo, all_bytes_arrive)
{
	ASSERT_EQ(0, set_size(self->fd, 1));
	EXPECT_TRUE(hammer_pipe(FIFO_NODE));
	EXPECT_EQ(0, fill(self->fd));
}

TEST_HARNESS_MAIN
