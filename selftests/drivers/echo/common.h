/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every test of /dev/chard-echo starts from: the device open, its buffer
 * empty, the limit as when loaded.
 */
#ifndef ECHO_COMMON_H
#define ECHO_COMMON_H

#include "../kselftest_harness.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "chard_echo.h"

#define ECHO_NODE "/dev/chard-echo"

/* A call's result, or its errno as a negative number: one line says both. */
#define result(call)                                         \
	({                                                   \
		long long __result = (call);                 \
		__result < 0 ? -(long long)errno : __result; \
	})

/* What the kernel calls ERR_PTR space: mapped for nobody. */
#define BAD_POINTER ((void *)-4096L)

static inline int device_open(int flags)
{
	return open(ECHO_NODE, flags);
}

/* Bytes in the buffer, or a negative errno. */
static inline long long buffer_size(int fd)
{
	__u64 size = 0;
	int ret = ioctl(fd, CHARD_ECHO_GET_SIZE, &size);

	return ret ? -(long long)errno : (long long)size;
}

static inline long long set_limit(int fd, __u64 limit)
{
	return result(ioctl(fd, CHARD_ECHO_SET_LIMIT, &limit));
}

static inline long long file_position(int fd)
{
	return result(lseek(fd, 0, SEEK_CUR));
}

/* Empty first: the limit cannot go below what is there. */
static inline long long device_reset(int fd)
{
	if (ioctl(fd, CHARD_ECHO_CLEAR))
		return -(long long)errno;
	return set_limit(fd, CHARD_ECHO_LIMIT_DEFAULT);
}

/* Bytes that differ from their neighbours, and from seed to seed; none is 0. */
static inline void fill(void *to, size_t length, unsigned int seed)
{
	unsigned char *bytes = to;
	size_t i;

	for (i = 0; i < length; i++)
		bytes[i] = 1 + (seed * 101 + i * 7 + i / 255) % 255;
}

/* How many bytes from the start are @byte. */
static inline size_t run_of(const void *from, size_t length, unsigned char byte)
{
	const unsigned char *bytes = from;
	size_t i;

	for (i = 0; i < length && bytes[i] == byte; i++)
		;
	return i;
}

/* One page that can be used and none behind it; MAP_FAILED if that fails. */
static inline unsigned char *page_before_gap(void)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + page, page))
		return MAP_FAILED;
	return pages;
}

FIXTURE(echo)
{
	int fd;
	long page;
};

FIXTURE_SETUP(echo)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd)
	{
		TH_LOG("%s: %s", ECHO_NODE, strerror(errno));
	}
	/* As when loaded, or as the test before should have left it. */
	EXPECT_EQ(0, result(ioctl(self->fd, CHARD_ECHO_CLEAR)));
	EXPECT_EQ(1, result(pwrite(self->fd, "x", 1, CHARD_ECHO_LIMIT_DEFAULT - 1)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, CHARD_ECHO_LIMIT_DEFAULT)));
	ASSERT_EQ(0, device_reset(self->fd));
}

FIXTURE_TEARDOWN(echo)
{
	EXPECT_EQ(0, device_reset(self->fd));
	EXPECT_EQ(0, close(self->fd));
}

#endif
