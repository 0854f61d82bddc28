// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler prints: whose line it is, its level, nothing lost of a long
 * one; and a stack dump from the midst of Rust, in which every frame is known.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "chard_selftest.h"

FIXTURE(log)
{
	int fd;
	int kmsg;
	char line[1200];
};

FIXTURE_SETUP(log)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
	self->kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	ASSERT_LE(0, self->kmsg);
	ASSERT_LE(0, lseek(self->kmsg, 0, SEEK_END));
}

FIXTURE_TEARDOWN(log)
{
	EXPECT_EQ(0, close(self->kmsg));
	EXPECT_EQ(0, close(self->fd));
}

/*
 * The text of the next record; its level goes to @level. A record is
 * "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT\n", and perhaps lines with keys.
 */
static char *next_line(int kmsg, char *line, size_t size, int *level)
{
	ssize_t length = read(kmsg, line, size - 1);
	char *text;

	if (length < 0)
		return NULL;
	line[length] = '\0';
	*level = atoi(line) & 7;
	text = strchr(line, ';');
	if (!text)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

TEST_F(log, lines)
{
	bool short_one = false, of_device = false;
	size_t a = 0, b = 0, bars = 0;
	int level;
	char *text;

	ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_PRINT));
	while ((text = next_line(self->kmsg, self->line, sizeof(self->line), &level))) {
		if (!strcmp(text, "chard_selftest: a line with a number, 42")) {
			short_one = true;
			EXPECT_EQ(6, level);
		} else if (!strcmp(text, "misc chard-selftest: a line of the device's")) {
			of_device = true;
			EXPECT_EQ(4, level);
		} else if (!strncmp(text, "chard_selftest: ", 16)) {
			EXPECT_EQ(5, level);
			for (text += 16; *text; text++) {
				a += *text == 'a';
				b += *text == 'b';
				bars += *text == '|';
			}
		}
	}
	EXPECT_TRUE(short_one);
	EXPECT_TRUE(of_device);
	/* The long one came in pieces, and all of it came. */
	EXPECT_EQ(300, a);
	EXPECT_EQ(300, b);
	EXPECT_EQ(2, bars);
}

/* A caller can have a line in the log as often as it likes, but not keep the log full. */
TEST_F(log, lines_that_a_caller_causes)
{
	int lines = 0, level;
	char *text;

	for (int i = 0; i < 500; i++) {
		ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_FORGET));
		ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_MEND));
	}
	while ((text = next_line(self->kmsg, self->line, sizeof(self->line), &level)))
		lines += !!strstr(text, "held a lock");
	EXPECT_LE(1, lines);
	/* Ten in five seconds. */
	EXPECT_GE(30, lines);
}

#define CONTROL "/sys/kernel/debug/dynamic_debug/control"

/* The line of dynamic debug that has this text; NULL if there is none. */
static const char *place_of(const char *text)
{
	static char line[1000];
	FILE *control = fopen(CONTROL, "r");
	bool found = false;

	while (control && !found && fgets(line, sizeof(line), control))
		found = !!strstr(line, text);
	if (control)
		fclose(control);
	return found ? line : NULL;
}

static bool tell_dynamic_debug(const char *what)
{
	int fd = open(CONTROL, O_WRONLY);
	bool done = fd >= 0 && write(fd, what, strlen(what)) == (ssize_t)strlen(what);

	close(fd);
	return done;
}

/* Each place is off, and in the list; one alone can be switched on, by its line. */
TEST_F(log, lines_for_debugging)
{
	static const char *const queries[] = { "module chard_selftest -p", "",
					       "module chard_selftest +p",
					       "format \"the device's, for debugging\" -p" };
	static const int expected[][2] = { { 0, 0 }, { 0, 0 }, { 1, 1 }, { 1, 0 } };
	const char *place;
	char query[100];
	unsigned int number;

	if (access(CONTROL, W_OK))
		SKIP(return, "the kernel has no dynamic debug");
	place = place_of("the driver's, for debugging: {}");
	ASSERT_NE(NULL, place);
	EXPECT_NE(NULL, strstr(place, "[chard_selftest]selftest =_ ")) TH_LOG("%s", place);
	ASSERT_NE(NULL, strstr(place, "lib.rs:"));
	number = atoi(strstr(place, "lib.rs:") + strlen("lib.rs:"));
	for (int i = 0; i < 5; i++) {
		int lines[2] = {}, level;
		char *text;

		snprintf(query, sizeof(query), "module chard_selftest line %u -p", number);
		ASSERT_TRUE(i < 4 ? !*queries[i] || tell_dynamic_debug(queries[i])
				  : tell_dynamic_debug(query));
		ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_DEBUG));
		while ((text = next_line(self->kmsg, self->line, sizeof(self->line), &level))) {
			if (!strcmp(text, "chard_selftest: the driver's, for debugging: 7"))
				lines[0]++;
			else if (!strcmp(text,
					 "misc chard-selftest: the device's, for debugging: 8"))
				lines[1]++;
			else
				continue;
			EXPECT_EQ(7, level);
		}
		EXPECT_EQ(i < 4 ? expected[i][0] : 0, lines[0]);
		EXPECT_EQ(i < 4 ? expected[i][1] : 0, lines[1]);
	}
}

TEST_F(log, lines_that_do_not_come_each_time)
{
	int once = 0, limited = 0, left_out = 0, level;
	char *text;

	for (int i = 0; i < 4; i++) {
		ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_DEBUG));
		if (i == 2)
			sleep(6);
	}
	while ((text = next_line(self->kmsg, self->line, sizeof(self->line), &level))) {
		once += !strcmp(text, "chard_selftest: comes once");
		limited += !!strstr(text, "misc chard-selftest: is limited: ");
		left_out += !!strstr(text, " lines suppressed");
	}
	/* The test before this one may have had it. */
	EXPECT_GE(1, once);
	EXPECT_LE(10, limited);
	EXPECT_GE(20, limited);
	EXPECT_EQ(1, left_out);
}

/* An address where a function begins is shown as the end of what is before it. */
static bool is_beginning(const char *text)
{
	const char *place = strrchr(text, '+');
	unsigned long offset, size;

	return place && sscanf(place, "+0x%lx/0x%lx", &offset, &size) == 2 && offset == size;
}

TEST_F(log, stack)
{
	bool inside = false, rust = false, c = false, begun = false;
	int level;
	char *text;

	ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_DUMP));
	while ((text = next_line(self->kmsg, self->line, sizeof(self->line), &level))) {
		if (strstr(text, "<TASK>"))
			inside = true;
		if (strstr(text, "</TASK>"))
			break;
		if (!inside)
			continue;
		/*
		 * "?" is an address that the unwinder did not come across: old
		 * words on the stack of the kernel's own, or of the open before
		 * this call, but never of a frame of this one. KASAN alone writes
		 * into a frame where its function begins. The module's name is in
		 * its frames, and where it is built in those of its functions.
		 */
		if (strstr(text, "selftest") && !strstr(text, "chard_open+") &&
		    !is_beginning(text)) {
			EXPECT_EQ(NULL, strstr(text, " ? ")) TH_LOG("%s", text);
			rust |= !!strstr(text, " chard_selftest_unlocked_ioctl+");
			c |= !!strstr(text, " chard_unlocked_ioctl+");
		}
		/* And it came through, to where the system call began. */
		begun |= strstr(text, " entry_SYSCALL_64") && !strstr(text, " ? ");
	}
	EXPECT_TRUE(rust);
	EXPECT_TRUE(c);
	EXPECT_TRUE(begun);
}

TEST_HARNESS_MAIN
