// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/fdinfo says what is in the pipe. */
#include "common.h"

static const char *shown(int fd)
{
	static char text[1024];
	char path[64];
	ssize_t length;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	length = read(info, text, sizeof(text) - 1);
	text[length < 0 ? 0 : length] = '\0';
	close(info);
	return text;
}

TEST_F(fifo, says_what_is_in_it)
{
	EXPECT_NE(NULL, strstr(shown(self->fd), "pos:\t0\n"));
	EXPECT_NE(NULL, strstr(shown(self->fd), "\nfifo-fill:\t0\nfifo-size:\t65536\n"));
	ASSERT_EQ(3, write(self->fd, "abc", 3));
	ASSERT_EQ(0, set_size(self->fd, 1000));
	EXPECT_NE(NULL, strstr(shown(self->nonblock), "\nfifo-fill:\t3\nfifo-size:\t1000\n"));
}

TEST_HARNESS_MAIN
