// SPDX-License-Identifier: GPL-2.0
/* A device that removes itself in each of its methods: its file ends, its number is free. */
#include "hostile.h"
#include "uring.h"

#define INDEX 5
#define THIS NODE "5"
#define THIS_SYSFS SYSFS "5"

/* A device that removes itself in a method, and its file; made by @by, another one's. */
static int armed(int by, unsigned int method)
{
	int fd;

	if (told(by, CHARD_HOSTILE_CREATE, INDEX) != INDEX)
		return -1;
	fd = open(THIS, O_RDWR | O_CLOEXEC);
	if (told(fd, CHARD_HOSTILE_REMOVE_IN, method))
		return -1;
	return fd;
}

/* The node has gone; @fd, where it is one, answers no more; another one can be made. */
static bool gone(int by, int fd)
{
	bool good = within(access(THIS, F_OK));

	if (fd >= 0) {
		good = good && sound(fd) == -ENODEV;
		good = !close(fd) && good;
	}
	good = within(told(by, CHARD_HOSTILE_CREATE, INDEX) == INDEX) && good;
	return !told(by, CHARD_HOSTILE_REMOVE, INDEX) && good;
}

TEST_F(hostile, removes_itself_in_open)
{
	int fd;

	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_NEXT, CHARD_HOSTILE_IN_OPEN));
	ASSERT_EQ(INDEX, told(self->fd, CHARD_HOSTILE_CREATE, INDEX));
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_NEXT, 0));
	fd = open(THIS, O_RDWR | O_CLOEXEC);
	EXPECT_LE(0, fd);
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_read)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_READ);
	char text[16];

	EXPECT_EQ(7, result(read(fd, text, sizeof(text))));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_write)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_WRITE);

	EXPECT_EQ(3, result(write(fd, "xyz", 3)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_seek)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_SEEK);

	EXPECT_EQ(3, result(lseek(fd, 3, SEEK_SET)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_ioctl)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_IOCTL);

	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_poll)
{
	struct pollfd polled = { .fd = armed(self->fd, CHARD_HOSTILE_IN_POLL), .events = POLLIN };

	EXPECT_EQ(1, poll(&polled, 1, 10000));
	EXPECT_EQ(POLLERR | POLLHUP, polled.revents);
	EXPECT_TRUE(gone(self->fd, polled.fd));
}

TEST_F(hostile, removes_itself_in_fasync)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_FASYNC);

	/* It is too late to refuse. */
	EXPECT_EQ(0, result(fcntl(fd, F_SETFL, O_ASYNC)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_flush)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_FLUSH);

	EXPECT_EQ(0, close(dup(fd)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_fsync)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_FSYNC);

	EXPECT_EQ(0, result(fsync(fd)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_map)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_MAP);
	char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(SIGBUS, touching(page));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_fault)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_FAULT);
	char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(SIGBUS, touching(page));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_a_command)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_COMMAND);
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, ring_command(fd, 1, 1)));
	EXPECT_EQ(7, ring_next(&ring, NULL));
	ring_close(&ring);
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_work)
{
	EXPECT_TRUE(gone(self->fd, armed(self->fd, CHARD_HOSTILE_IN_WORK)));
}

TEST_F(hostile, removes_itself_in_a_thread)
{
	EXPECT_TRUE(gone(self->fd, armed(self->fd, CHARD_HOSTILE_IN_THREAD)));
}

TEST_F(hostile, removes_itself_in_fdinfo)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_FDINFO);
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	EXPECT_LT(0, show(path, text, sizeof(text)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_show)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_SHOW);
	char text[16];

	EXPECT_EQ(2, show(THIS_SYSFS "/deed", text, sizeof(text)));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_store)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_STORE);

	EXPECT_EQ(1, store(THIS_SYSFS "/deed", "1"));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_release)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_RELEASE);

	EXPECT_EQ(0, close(fd));
	EXPECT_TRUE(gone(self->fd, -1));
}

/* There is no device yet. */
TEST_F(hostile, removes_itself_in_new)
{
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_NEXT, CHARD_HOSTILE_IN_NEW));
	EXPECT_EQ(-ENXIO, told(self->fd, CHARD_HOSTILE_CREATE, INDEX));
	EXPECT_TRUE(gone(self->fd, -1));
}

TEST_F(hostile, removes_itself_when_registered)
{
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_NEXT, CHARD_HOSTILE_IN_REGISTERED));
	EXPECT_EQ(INDEX, told(self->fd, CHARD_HOSTILE_CREATE, INDEX));
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_NEXT, 0));
	EXPECT_TRUE(gone(self->fd, -1));
}

/* It is told that the number has no device. */
TEST_F(hostile, removes_itself_when_removed)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_REMOVED);

	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_EQ(0, told(self->fd, CHARD_HOSTILE_REMOVE, INDEX));
	EXPECT_EQ(ENXIO, deed(self->fd, CHARD_HOSTILE_SEEN));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_F(hostile, removes_itself_in_reset)
{
	int fd = armed(self->fd, CHARD_HOSTILE_IN_RESET);

	EXPECT_EQ(-EIO, deed(fd, CHARD_HOSTILE_PANIC_IN_SORT));
	EXPECT_EQ(1, store(THIS_SYSFS "/reset", "1"));
	EXPECT_TRUE(gone(self->fd, fd));
}

TEST_HARNESS_MAIN
