// SPDX-License-Identifier: GPL-2.0
/*
 * What sysfs and udev are told of a device that panics and is reset, wherever it panics. And
 * what sysfs says of its handler.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_selftest.h"
#include "uevent.h"
#include "../kselftest_harness.h"

#define DEVICE "/dev/chard-selftest"
#define SYSFS "/sys/class/misc/chard-selftest/"

/* The first line of an attribute; empty if it cannot be read. */
static const char *show(const char *name)
{
	static char text[64];
	char path[128];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), SYSFS "%s", name);
	fd = open(path, O_RDONLY);
	length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static int reset(void)
{
	int fd = open(SYSFS "reset", O_WRONLY);
	int error = fd < 0 || write(fd, "1", 1) < 0 ? errno : 0;

	close(fd);
	return error;
}

FIXTURE(uevents)
{
	int events;
	int fd;
	char event[4096];
	ssize_t length;
};

FIXTURE_SETUP(uevents)
{
	self->events = uevents_open();
	ASSERT_LE(0, self->events);
	self->fd = open(DEVICE, O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(uevents)
{
	reset();
	ioctl(self->fd, CHARD_SELFTEST_ARM, 0);
	close(self->fd);
	close(self->events);
}

/* The next event of the device; false where there is none now and this does not wait. */
static bool hear(struct _test_data_uevents *self, int flags)
{
	do {
		self->length = recv(self->events, self->event, sizeof(self->event) - 1, flags);
		if (self->length < 0)
			return false;
		self->event[self->length] = '\0';
	} while (strcmp(self->event, "change@/devices/virtual/misc/chard-selftest"));
	return true;
}

#define EXPECT_EVENT(_state, _panics)                                                           \
	do {                                                                                    \
		ASSERT_TRUE(hear(self, 0));                                                     \
		EXPECT_STREQ("misc", uevent_value(self->event, self->length, "SUBSYSTEM"));     \
		EXPECT_STREQ("selftest",                                                        \
			     uevent_value(self->event, self->length, "CHARD_HANDLER"));         \
		EXPECT_STREQ(_state, uevent_value(self->event, self->length, "CHARD_STATE"));   \
		EXPECT_STREQ(_panics, uevent_value(self->event, self->length, "CHARD_PANICS")); \
	} while (0)

static void more_panics(char *panics, size_t size)
{
	snprintf(panics, size, "%d", atoi(show("panics")) + 1);
}

TEST_F(uevents, attributes)
{
	EXPECT_STREQ("selftest", show("handler"));
	EXPECT_STREQ("ready", show("state"));
}

TEST_F(uevents, a_panic_and_a_reset)
{
	char panics[16];

	more_panics(panics, sizeof(panics));
	ASSERT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_EXPLICIT));
	ASSERT_EQ(EIO, errno);
	EXPECT_STREQ("quarantined", show("state"));
	EXPECT_EVENT("quarantined", panics);
	EXPECT_EQ(0, reset());
	EXPECT_STREQ("ready", show("state"));
	EXPECT_EVENT("ready", panics);
	/* A device that answers stays as it is. */
	EXPECT_EQ(0, reset());
	usleep(100000);
	EXPECT_FALSE(hear(self, MSG_DONTWAIT));
}

/* In an interrupt, or in a softirq, of which neither may send anything. */
TEST_F(uevents, a_panic_in_a_timer)
{
	char panics[16];

	more_panics(panics, sizeof(panics));
	ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_TIMER));
	ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_START, CHARD_SELFTEST_TIMER));
	EXPECT_EVENT("quarantined", panics);
	EXPECT_STREQ("quarantined", show("state"));
	EXPECT_EQ(0, reset());
	EXPECT_EVENT("ready", panics);
}

/* The panic poisons the lock, which the event does not wait for. */
TEST_F(uevents, a_panic_that_holds_a_lock)
{
	char panics[16];

	more_panics(panics, sizeof(panics));
	ASSERT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_HOLDING));
	EXPECT_EVENT("quarantined", panics);
	EXPECT_EQ(0, reset());
	EXPECT_EVENT("ready", panics);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_MEND));
}

TEST_HARNESS_MAIN
