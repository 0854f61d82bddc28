/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each test of hostile deeds starts from, and what must hold behind it: the device
 * answers again when its administrator resets it, all its locks can be taken, and another
 * device of the same driver has noticed nothing.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "driver/chard_hostile.h"

#define NODE "/dev/chard-hostile"
#define SYSFS "/sys/class/chard/chard-hostile"
#define DEBUGFS "/sys/kernel/debug/chard/chard-hostile"

/* A call's result, or its errno as a negative number. */
#define result(call)                                         \
	({                                                   \
		long long __result = (call);                 \
		__result < 0 ? -(long long)errno : __result; \
	})

/* A deed of the handler's: its answer, or a negative errno. */
static inline long long deed(int fd, unsigned int what)
{
	return result(ioctl(fd, what));
}

static inline long long told(int fd, unsigned int what, unsigned long value)
{
	return result(ioctl(fd, what, value));
}

static inline long long store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	long long ret = fd < 0 ? -errno : result(write(fd, text, strlen(text)));

	if (fd >= 0)
		close(fd);
	return ret;
}

static inline long long show(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long long ret = fd < 0 ? -errno : result(read(fd, text, size));

	if (fd >= 0)
		close(fd);
	return ret;
}

/* Waits, 20 s at most, until @_condition holds; whether it does. */
#define within(_condition)                             \
	({                                             \
		bool __holds = false;                  \
		for (int __i = 0; __i < 2000; __i++) { \
			__holds = (_condition);        \
			if (__holds)                   \
				break;                 \
			usleep(10000);                 \
		}                                      \
		__holds;                               \
	})

/* Waits until timers, work and threads have come so often; how often they have. */
static inline long long came(int fd, long long wanted)
{
	long long all = 0;

	within((all += deed(fd, CHARD_HOSTILE_CAME)) >= wanted);
	return all;
}

/* How the process ends that touches @page: 0, or a signal. */
static inline int touching(char *page)
{
	pid_t task = fork();
	int status = 0;

	if (!task) {
		__atomic_load_n(page, __ATOMIC_RELAXED);
		_exit(0);
	}
	waitpid(task, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* The kernel's log, in memory that the next call writes to. */
static inline const char *log_text(void)
{
	static char text[1 << 20];
	long length = syscall(SYS_syslog, 3, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

/* Whether all is sound; a wait may have been cut short by the work of an io_uring. */
static inline long long sound(int fd)
{
	long long ret;

	do
		ret = deed(fd, CHARD_HOSTILE_SOUND);
	while (ret == -EINTR);
	return ret;
}

FIXTURE(hostile)
{
	int fd;
	int other;
};

FIXTURE_SETUP(hostile)
{
	self->fd = open(NODE "0", O_RDWR | O_CLOEXEC);
	self->other = open(NODE "1", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->other);
}

FIXTURE_TEARDOWN(hostile)
{
	EXPECT_EQ(0, sound(self->other));
	EXPECT_EQ(1, store(SYSFS "0/reset", "1"));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_MEND));
	EXPECT_EQ(0, sound(self->fd));
	EXPECT_EQ(0, close(self->fd));
	EXPECT_EQ(0, close(self->other));
}

#endif
