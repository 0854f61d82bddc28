/* SPDX-License-Identifier: GPL-2.0 */
/* What every test of /dev/chard-fifo starts from: two files of it, the pipe empty. */
#ifndef FIFO_COMMON_H
#define FIFO_COMMON_H

#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"
#include "chard_fifo.h"

#define FIFO_NODE "/dev/chard-fifo"

/* A call's result, or its errno as a negative number: one line says both. */
#define result(call)                                         \
	({                                                   \
		long long __result = (call);                 \
		__result < 0 ? -(long long)errno : __result; \
	})

static inline int set_size(int fd, __u64 size)
{
	return result(ioctl(fd, CHARD_FIFO_SET_SIZE, &size));
}

static inline long long fill(int fd)
{
	__u64 bytes = 0;
	int ret = ioctl(fd, CHARD_FIFO_GET_FILL, &bytes);

	return ret ? -(long long)errno : (long long)bytes;
}

/* Takes out what is there. */
static inline void drain(void)
{
	char bytes[4096];
	int fd = open(FIFO_NODE, O_RDONLY | O_NONBLOCK);

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
	set_size(fd, CHARD_FIFO_SIZE_DEFAULT);
	close(fd);
}

FIXTURE(fifo)
{
	int fd;	      /* blocks */
	int nonblock; /* does not */
};

FIXTURE_SETUP(fifo)
{
	drain();
	self->fd = open(FIFO_NODE, O_RDWR);
	self->nonblock = open(FIFO_NODE, O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->nonblock);
}

FIXTURE_TEARDOWN(fifo)
{
	EXPECT_EQ(0, close(self->fd));
	EXPECT_EQ(0, close(self->nonblock));
	drain();
}

#endif
