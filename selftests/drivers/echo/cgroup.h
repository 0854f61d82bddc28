/* SPDX-License-Identifier: GPL-2.0 */
/* A cgroup of one's own, and the memory that is charged to it. */
#ifndef ECHO_CGROUP_H
#define ECHO_CGROUP_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define CGROUPS "/tmp/chard-cgroups"
#define GROUP CGROUPS "/group"

/*
 * A processor takes so much from a group at a time, and keeps what is over until another
 * group comes there (MEMCG_CHARGE_BATCH): that was charged before it was used.
 */
#define CGROUP_AT_A_TIME (64 * 4096L)

static inline int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t ret = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return ret < 0 ? -errno : 0;
}

/* 0, or an errno as a negative number. */
static inline int cgroup_begin(void)
{
	int ret;

	mkdir(CGROUPS, 0700);
	if (mount("cgroup", CGROUPS, "cgroup2", 0, NULL))
		return -errno;
	ret = write_file(CGROUPS "/cgroup.subtree_control", "+memory");
	if (!ret && mkdir(GROUP, 0700))
		ret = -errno;
	return ret;
}

/* The reverse; nobody is in the group any more. */
static inline int cgroup_end(void)
{
	return rmdir(GROUP) || umount(CGROUPS) || rmdir(CGROUPS) ? -errno : 0;
}

/*
 * The caller is in the group from now on, and on one processor; 0, or an errno as a negative
 * number.
 */
static inline int cgroup_enter(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return -errno;
	return write_file(GROUP "/cgroup.procs", "0");
}

/* Bytes that are charged to the group, -1 where that is not known. */
static inline long cgroup_charged(void)
{
	char text[32] = "";
	int fd = open(GROUP "/memory.current", O_RDONLY);
	ssize_t ret = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	close(fd);
	return ret < 0 ? -1 : atol(text);
}

#endif
