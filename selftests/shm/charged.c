// SPDX-License-Identifier: GPL-2.0
/* Pages are charged to the cgroup of who is the first to touch or to write to them. */
#define _GNU_SOURCE
#include "common.h"

#include <stdlib.h>
#include <sys/mount.h>

#define CGROUPS "/tmp/chard-cgroups"
#define GROUP CGROUPS "/shm"
#define BYTES 1048576L

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

/* In the group; 0 when it pays, and is paid back. */
static int use(int fd, bool mapped)
{
	char *at = map(fd, BYTES, RW, MAP_SHARED, 0), *bytes = malloc(BYTES);
	long before, after;

	if (!bytes || write_file(GROUP "/cgroup.procs", "0"))
		return 1;
	memset(bytes, 1, BYTES);
	before = charged();
	if (mapped)
		memset(at, 1, BYTES);
	else if (pwrite(fd, bytes, BYTES, 0) != BYTES)
		return 2;
	after = charged();
	if (before <= 0 || after - before < BYTES)
		return 3;
	if (set_size(fd, 0))
		return 4;
	return charged() < after - BYTES / 2 ? 0 : 5;
}

TEST_F(shm, charged)
{
	pid_t child;

	mkdir(CGROUPS, 0700);
	ASSERT_EQ(0, mount("cgroup", CGROUPS, "cgroup2", 0, NULL));
	ASSERT_EQ(0, write_file(CGROUPS "/cgroup.subtree_control", "+memory"));
	ASSERT_EQ(0, mkdir(GROUP, 0700));
	for (int mapped = 0; mapped < 2; mapped++) {
		ASSERT_EQ(0, set_size(self->fd, BYTES));
		child = fork();
		if (!child)
			_exit(use(self->fd, mapped));
		EXPECT_EQ(0, ended(child));
	}
	EXPECT_EQ(0, rmdir(GROUP));
	EXPECT_EQ(0, umount(CGROUPS));
	EXPECT_EQ(0, rmdir(CGROUPS));
}

TEST_HARNESS_MAIN
