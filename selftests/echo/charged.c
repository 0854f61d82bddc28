// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller can make the device allocate is charged to the caller's
 * cgroup, so that a container's limit holds here too.
 */
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common.h"

#define CGROUPS "/tmp/chard-cgroups"
#define GROUP CGROUPS "/echo"

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t ret = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return ret < 0 ? -errno : 0;
}

static long charged(void)
{
	char text[32] = "";
	int fd = open(GROUP "/memory.current", O_RDONLY);
	ssize_t ret = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	close(fd);
	return ret < 0 ? -1 : atol(text);
}

/* In the group: fills the device. 0 when the group pays for it. */
static int fill_device(int fd)
{
	__u64 limit = CHARD_ECHO_LIMIT_MAX;
	char *bytes = malloc(limit);
	long before, after;

	if (!bytes || write_file(GROUP "/cgroup.procs", "0"))
		return 1;
	memset(bytes, 1, limit);
	if (ioctl(fd, CHARD_ECHO_SET_LIMIT, &limit))
		return 2;
	before = charged();
	if (write(fd, bytes, limit) != (ssize_t)limit)
		return 3;
	after = charged();
	return before > 0 && after - before >= (long)limit ? 0 : 4;
}

TEST_F(echo, charged)
{
	int status;
	pid_t child;

	mkdir(CGROUPS, 0700);
	ASSERT_EQ(0, mount("cgroup", CGROUPS, "cgroup2", 0, NULL));
	ASSERT_EQ(0, write_file(CGROUPS "/cgroup.subtree_control", "+memory"));
	ASSERT_EQ(0, mkdir(GROUP, 0700));

	child = fork();
	if (!child)
		_exit(fill_device(self->fd));
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);

	EXPECT_EQ(0, rmdir(GROUP));
	EXPECT_EQ(0, umount(CGROUPS));
	EXPECT_EQ(0, rmdir(CGROUPS));
}

TEST_HARNESS_MAIN
