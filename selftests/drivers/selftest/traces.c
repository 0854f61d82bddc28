// SPDX-License-Identifier: GPL-2.0
/* What the tracepoints of chard say of a call, and that they are silent when they are off. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "chard_selftest.h"
#include "../kselftest_harness.h"

#define TRACING "/sys/kernel/tracing/"
#define DEVICE "/dev/chard-selftest"

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return written;
}

/* The events since the begin of the test, one a line. */
static char *events(void)
{
	static char text[1 << 20];
	size_t len = 0;
	ssize_t n = -1;
	int fd = open(TRACING "trace", O_RDONLY);

	while (fd >= 0 && len < sizeof(text) - 1 &&
	       (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
	return text;
}

/* The number behind @name in the first line that holds @text; -1 if there is none. */
static long long number_in(const char *text, const char *name)
{
	const char *at = strstr(events(), text), *end, *number;

	end = at ? strchr(at, '\n') : NULL;
	number = end ? strstr(at, name) : NULL;
	return number && number < end ? atoll(number + strlen(name)) : -1;
}

/* A value is read, which is a call that nothing refuses. */
static int call(unsigned int cmd, unsigned long arg)
{
	int fd = open(DEVICE, O_RDWR), ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, cmd, arg) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

FIXTURE(traces)
{
	bool there;
};

FIXTURE_SETUP(traces)
{
	mount("tracefs", TRACING, "tracefs", 0, NULL);
	self->there = !access(TRACING "events/chard/enable", W_OK);
	if (!self->there)
		SKIP(return, "the kernel has no tracefs");
	ASSERT_TRUE(write_text(TRACING "trace", ""));
}

FIXTURE_TEARDOWN(traces)
{
	if (!self->there)
		return;
	write_text(TRACING "events/chard/enable", "0");
	write_text(TRACING "events/chard/filter", "0");
}

TEST_F(traces, entry_and_end)
{
	ASSERT_TRUE(write_text(TRACING "events/chard/enable", "1"));
	ASSERT_EQ(-ENOTTY, call(_IO(0, 0), 0));
	EXPECT_NE(NULL,
		  strstr(events(), "chard_enter: driver=selftest device=chard-selftest op=open\n"));
	EXPECT_NE(NULL,
		  strstr(events(),
			 "chard_enter: driver=selftest device=chard-selftest op=unlocked_ioctl\n"));
	EXPECT_EQ(-ENOTTY,
		  number_in("chard_exit: driver=selftest device=chard-selftest op=unlocked_ioctl ",
			    "ret="));
	EXPECT_LT(0,
		  number_in("chard_exit: driver=selftest device=chard-selftest op=unlocked_ioctl ",
			    "duration="));
	EXPECT_NE(NULL,
		  strstr(events(),
			 "chard_exit: driver=selftest device=chard-selftest op=release ret=0 "));
}

TEST_F(traces, off)
{
	ASSERT_EQ(-ENOTTY, call(_IO(0, 0), 0));
	EXPECT_EQ(NULL, strstr(events(), "chard_"));
}

/* Nobody has seen when the call began. */
TEST_F(traces, end_alone)
{
	ASSERT_TRUE(write_text(TRACING "events/chard/chard_exit/enable", "1"));
	ASSERT_EQ(-ENOTTY, call(_IO(0, 0), 0));
	EXPECT_EQ(NULL, strstr(events(), "chard_enter:"));
	EXPECT_EQ(0, number_in("op=unlocked_ioctl ", "duration="));
}

TEST_F(traces, filter)
{
	ASSERT_TRUE(write_text(TRACING "events/chard/chard_enter/filter", "op == \"release\""));
	ASSERT_TRUE(write_text(TRACING "events/chard/chard_enter/enable", "1"));
	ASSERT_EQ(-ENOTTY, call(_IO(0, 0), 0));
	EXPECT_EQ(NULL, strstr(events(), "op=open"));
	EXPECT_NE(NULL, strstr(events(), "op=release"));
}

TEST_F(traces, panic)
{
	ASSERT_TRUE(write_text(TRACING "events/chard/enable", "1"));
	EXPECT_EQ(-EIO, call(CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_EXPLICIT));
	EXPECT_NE(NULL,
		  strstr(events(), "chard_panic: driver=selftest device=chard-selftest place="));
	EXPECT_EQ(-EIO,
		  number_in("chard_exit: driver=selftest device=chard-selftest op=unlocked_ioctl ",
			    "ret="));
	ASSERT_TRUE(write_text("/sys/class/misc/chard-selftest/reset", "1"));
	EXPECT_NE(NULL,
		  strstr(events(),
			 "chard_enter: driver=selftest device=chard-selftest op=device_reset\n"));
}

TEST_HARNESS_MAIN
