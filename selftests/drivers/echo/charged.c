// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller can make the device allocate is charged to the caller's
 * cgroup, so that a container's limit holds here too.
 */
#define _GNU_SOURCE
#include <sys/wait.h>

#include "common.h"
#include "cgroup.h"

/* In the group: fills the device. 0 when the group pays for it. */
static int fill_device(int fd)
{
	__u64 limit = CHARD_ECHO_LIMIT_MAX;
	char *bytes = malloc(limit);
	long before, after;

	if (!bytes || cgroup_enter())
		return 1;
	memset(bytes, 1, limit);
	if (ioctl(fd, CHARD_ECHO_SET_LIMIT, &limit))
		return 2;
	before = cgroup_charged();
	if (write(fd, bytes, limit) != (ssize_t)limit)
		return 3;
	after = cgroup_charged();
	return before > 0 && after - before >= (long)limit - CGROUP_AT_A_TIME ? 0 : 4;
}

TEST_F(echo, charged)
{
	int status;
	pid_t child;

	ASSERT_EQ(0, cgroup_begin());

	child = fork();
	if (!child)
		_exit(fill_device(self->fd));
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);

	EXPECT_EQ(0, cgroup_end());
}

TEST_HARNESS_MAIN
