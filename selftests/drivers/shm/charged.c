// SPDX-License-Identifier: GPL-2.0
/* Pages are charged to the cgroup of the task that touches or writes them first. */
#define _GNU_SOURCE
#include "common.h"
#include "cgroup.h"

#define BYTES 1048576L

/* In the group; 0 when it pays, and is paid back. */
static int use(int fd, bool mapped)
{
	char *at = map(fd, BYTES, RW, MAP_SHARED, 0), *bytes = malloc(BYTES);
	long before, after;

	if (!bytes || cgroup_enter())
		return 1;
	memset(bytes, 1, BYTES);
	before = cgroup_charged();
	if (mapped)
		memset(at, 1, BYTES);
	else if (pwrite(fd, bytes, BYTES, 0) != BYTES)
		return 2;
	after = cgroup_charged();
	if (before <= 0 || after - before < BYTES - CGROUP_AT_A_TIME)
		return 3;
	if (set_size(fd, 0))
		return 4;
	return cgroup_charged() < after - BYTES / 2 ? 0 : 5;
}

TEST_F(shm, charged)
{
	pid_t child;

	ASSERT_EQ(0, cgroup_begin());
	for (int mapped = 0; mapped < 2; mapped++) {
		ASSERT_EQ(0, set_size(self->fd, BYTES));
		child = fork();
		if (!child)
			_exit(use(self->fd, mapped));
		EXPECT_EQ(0, ended(child));
	}
	EXPECT_EQ(0, cgroup_end());
}

TEST_HARNESS_MAIN
