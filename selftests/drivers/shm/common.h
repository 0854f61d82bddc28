/* SPDX-License-Identifier: GPL-2.0 */
/* What every test of /dev/chard-shm starts from: a file of it, all its bytes a hole. */
#ifndef SHM_COMMON_H
#define SHM_COMMON_H

#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chard_shm.h"
#include "touch.h"

#define SHM_NODE "/dev/chard-shm"
#define PAGE 4096L

/* A call's result, or its errno as a negative number: one line says both. */
#define result(call)                                         \
	({                                                   \
		long long __result = (call);                 \
		__result < 0 ? -(long long)errno : __result; \
	})

static inline int set_size(int fd, __u64 size)
{
	return result(ioctl(fd, CHARD_SHM_SET_SIZE, &size));
}

static inline int change(int fd, unsigned long cmd, __u64 offset, __u64 length)
{
	struct chard_shm_range range = { offset, length };

	return result(ioctl(fd, cmd, &range));
}

/* How many pages there are, by the holes between them. */
static inline int pages(int fd)
{
	off_t at = 0, hole;
	int count = 0;

	while ((at = lseek(fd, at, SEEK_DATA)) >= 0) {
		hole = lseek(fd, at, SEEK_HOLE);
		count += (hole - at + PAGE - 1) / PAGE;
		at = hole;
	}
	return count;
}

#define look(at) touch(at, false)
#define poke(at) touch(at, true)

/* How many files and other users the driver's module has. */
static inline int users(void)
{
	FILE *file = fopen("/sys/module/chard_shm/refcnt", "r");
	int count = -1;

	if (file && fscanf(file, "%d", &count) != 1)
		count = -1;
	if (file)
		fclose(file);
	return count;
}

/* The exit status of a child; 256 for one that a signal has ended. */
static inline int ended(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

FIXTURE(shm)
{
	int fd;
	int users; /* with that file */
};

FIXTURE_SETUP(shm)
{
	self->fd = open(SHM_NODE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, set_size(self->fd, 0));
	ASSERT_EQ(0, set_size(self->fd, CHARD_SHM_SIZE_DEFAULT));
	self->users = users();
}

FIXTURE_TEARDOWN(shm)
{
	EXPECT_EQ(0, close(self->fd));
}

static inline char *map(int fd, size_t length, int protection, int flags, off_t offset)
{
	return mmap(NULL, length, protection, flags, fd, offset);
}

#define RW (PROT_READ | PROT_WRITE)

#endif
