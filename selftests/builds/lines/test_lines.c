// SPDX-License-Identifier: GPL-2.0
/* The chip by the kernel's own /dev/gpiochipN, its lines by /dev/chard-lines0, and its end. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "chard_lines.h"

#define NODE "/dev/chard-lines0"
#define SIZE (CHARD_LINES + 1)
#define DRIVER "/sys/bus/platform/drivers/chard-lines/"
#define PIECE "/sys/devices/platform/chard-lines.0/"
#define DEVICE "/sys/class/chard/chard-lines0/"

/* 0, or an errno. */
static int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* The chip's own node. */
static int open_chip(void)
{
	char node[64] = "/dev/";
	glob_t found;
	int fd = -1;

	if (glob(PIECE "gpiochip[0-9]*", 0, NULL, &found))
		return -1;
	strncat(node, strrchr(found.gl_pathv[0], '/') + 1, 32);
	fd = open(node, O_RDWR | O_CLOEXEC);
	globfree(&found);
	return fd;
}

/* Requests two lines, from @first on: their descriptor. */
static int request(unsigned int first, unsigned long long flags)
{
	struct gpio_v2_line_request asked = { .offsets = { first, first + 1 },
					      .num_lines = 2,
					      .consumer = "test_lines",
					      .config.flags = flags };
	int chip = open_chip();
	int ret = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &asked);

	close(chip);
	return ret < 0 ? -errno : asked.fd;
}

/* The levels of the two, or a negative errno. */
static int get(int lines)
{
	struct gpio_v2_line_values values = { .mask = 3 };

	return ioctl(lines, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) ? -errno : (int)values.bits;
}

static int set(int lines, unsigned int levels)
{
	struct gpio_v2_line_values values = { .mask = 3, .bits = levels };

	return ioctl(lines, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) ? -errno : 0;
}

/* A child that reads once: it ends with 0 where it has @text, or with an errno. */
static pid_t reader(int fd, const char *text)
{
	char seen[SIZE];
	pid_t pid = fork();

	if (pid)
		return pid;
	if (read(fd, seen, SIZE) < 0)
		_exit(errno);
	_exit(memcmp(seen, text, SIZE) ? 255 : 0);
}

static int status_of(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Waits until a process sleeps. */
static int sleeps(pid_t pid)
{
	char path[32], line[256], *end;
	int left;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (left = 500; left; left--) {
		FILE *file = fopen(path, "r");

		end = file && fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
		if (file)
			fclose(file);
		if (end && end[2] == 'S')
			return 1;
		usleep(10000);
	}
	return 0;
}

FIXTURE(lines)
{
	int fd;
};

/* The device of each test is a new one, whose lines are inputs at 0. */
FIXTURE_SETUP(lines)
{
	ASSERT_EQ(0, store(DRIVER "unbind", "chard-lines.0"));
	ASSERT_EQ(0, store(DRIVER "bind", "chard-lines.0"));
	self->fd = open(NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, status_of(reader(self->fd, "00000000\n")));
}

FIXTURE_TEARDOWN(lines)
{
	close(self->fd);
}

TEST_F(lines, outputs)
{
	struct pollfd polled = { .fd = self->fd, .events = POLLIN };
	int lines = request(2, GPIO_V2_LINE_FLAG_OUTPUT);
	pid_t pid;

	ASSERT_LE(0, lines);
	/* They were 0 before. */
	EXPECT_EQ(0, poll(&polled, 1, 0));
	pid = reader(self->fd, "00010000\n");
	EXPECT_TRUE(sleeps(pid));
	EXPECT_EQ(0, set(lines, 2));
	EXPECT_EQ(0, status_of(pid));
	EXPECT_EQ(0, poll(&polled, 1, 0));
	EXPECT_EQ(2, get(lines));
	EXPECT_EQ(0, set(lines, 0));
	EXPECT_EQ(1, poll(&polled, 1, 0));
	close(lines);
}

TEST_F(lines, inputs)
{
	int lines = request(6, GPIO_V2_LINE_FLAG_INPUT);

	ASSERT_LE(0, lines);
	EXPECT_EQ(0, get(lines));
	EXPECT_EQ(SIZE, write(self->fd, "------01\n", SIZE));
	EXPECT_EQ(2, get(lines));
	EXPECT_EQ(SIZE, write(self->fd, "------10\n", SIZE));
	EXPECT_EQ(1, get(lines));
	EXPECT_EQ(-EPERM, set(lines, 0));
	close(lines);
}

/* An active-low line, which gpiolib turns round. */
TEST_F(lines, active_low)
{
	int lines = request(0, GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW);

	ASSERT_LE(0, lines);
	EXPECT_EQ(0, set(lines, 2));
	EXPECT_EQ(0, status_of(reader(self->fd, "10000000\n")));
	close(lines);
}

TEST_F(lines, requested)
{
	char text[16] = "";
	int lines = request(4, GPIO_V2_LINE_FLAG_INPUT);
	int fd = open(DEVICE "requested", O_RDONLY);

	EXPECT_EQ(5, read(fd, text, sizeof(text) - 1));
	EXPECT_STREQ("0x30\n", text);
	/* While another has them. */
	EXPECT_EQ(-EBUSY, request(5, GPIO_V2_LINE_FLAG_INPUT));
	close(lines);
	EXPECT_EQ(5, pread(fd, text, sizeof(text) - 1, 0));
	EXPECT_STREQ("0x00\n", text);
	close(fd);
}

/* The handler's device goes by itself: its chip is there, and has the handler's error. */
TEST_F(lines, removed)
{
	int lines = request(0, GPIO_V2_LINE_FLAG_INPUT);

	EXPECT_EQ(0, store(DEVICE "remove", "1"));
	EXPECT_EQ(-ENODEV, get(lines));
	EXPECT_EQ(-ENODEV, request(2, GPIO_V2_LINE_FLAG_INPUT));
	close(lines);
}

TEST_F(lines, unbound)
{
	pid_t pid = reader(self->fd, "");
	struct pollfd polled = { .fd = self->fd, .events = POLLIN };
	int fd;

	EXPECT_TRUE(sleeps(pid));
	EXPECT_EQ(0, store(DRIVER "unbind", "chard-lines.0"));
	EXPECT_EQ(ENODEV, status_of(pid));
	EXPECT_EQ(-1, access(NODE, F_OK));
	EXPECT_EQ(-1, open_chip());
	EXPECT_EQ(1, poll(&polled, 1, 0));
	EXPECT_EQ(-1, write(self->fd, "00000000\n", SIZE));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(0, store(DRIVER "bind", "chard-lines.0"));
	/* A new device, of which the old file knows nothing. */
	fd = open(NODE, O_RDONLY);
	EXPECT_EQ(0, status_of(reader(fd, "00000000\n")));
	EXPECT_EQ(-1, write(self->fd, "00000000\n", SIZE));
	close(fd);
}

/* Before 6.6 gpiolib keeps the module's reference of a line that outlives its chip. */
static int gpiolib_leaks(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2 || major < 6 ||
	       (major == 6 && minor < 6);
}

TEST_F(lines, unbound_while_requested)
{
	int lines, fd;

	if (gpiolib_leaks())
		SKIP(return, "this kernel's gpiolib leaks a reference to the module");
	lines = request(0, GPIO_V2_LINE_FLAG_OUTPUT);
	ASSERT_LE(0, lines);
	EXPECT_EQ(0, store(DRIVER "unbind", "chard-lines.0"));
	EXPECT_EQ(-ENODEV, get(lines));
	EXPECT_EQ(-ENODEV, set(lines, 3));
	EXPECT_EQ(0, store(DRIVER "bind", "chard-lines.0"));
	/* The line that was requested is none of the new chip's. */
	EXPECT_EQ(-ENODEV, set(lines, 3));
	fd = open(NODE, O_RDONLY);
	EXPECT_EQ(0, status_of(reader(fd, "00000000\n")));
	close(fd);
	close(lines);
}

TEST_HARNESS_MAIN
