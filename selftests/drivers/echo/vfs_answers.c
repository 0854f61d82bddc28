// SPDX-License-Identifier: GPL-2.0
/* What the device does not do, and the VFS answers in its stead. */
#include "common.h"

#include <poll.h>
#include <sys/epoll.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x8
#endif

TEST_F(echo, fallocate)
{
	EXPECT_EQ(-ENODEV, result(fallocate(self->fd, 0, 0, 4096)));
	EXPECT_EQ(0, buffer_size(self->fd));
}

TEST_F(echo, mmap)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE };
	unsigned int i;

	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		errno = 0;
		EXPECT_TRUE(mmap(NULL, self->page, PROT_READ, flags[i], self->fd, 0) == MAP_FAILED);
		EXPECT_EQ(ENODEV, errno);
	}
}

TEST_F(echo, truncate)
{
	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(-EINVAL, result(ftruncate(self->fd, 0)));
	EXPECT_EQ(-EINVAL, result(ftruncate(self->fd, 100)));
	EXPECT_EQ(-EINVAL, result(truncate(ECHO_NODE, 0)));
	EXPECT_EQ(4, buffer_size(self->fd));
}

TEST_F(echo, fsync)
{
	EXPECT_EQ(-EINVAL, result(fsync(self->fd)));
	EXPECT_EQ(-EINVAL, result(fdatasync(self->fd)));
}

/* Without an operation for it a file is always ready, for either. */
TEST_F(echo, poll)
{
	struct pollfd waiting = {
		.fd = self->fd,
		.events = POLLIN | POLLOUT | POLLPRI | POLLRDNORM | POLLWRNORM,
	};

	EXPECT_EQ(1, poll(&waiting, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM, waiting.revents);
}

TEST_F(echo, epoll)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0);

	ASSERT_LE(0, epoll);
	EXPECT_EQ(-EPERM, result(epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event)));
	EXPECT_EQ(0, close(epoll));
}

TEST_F(echo, fionbio)
{
	int on = 1, off = 0;

	EXPECT_EQ(0, ioctl(self->fd, FIONBIO, &on));
	EXPECT_EQ(O_NONBLOCK, fcntl(self->fd, F_GETFL) & O_NONBLOCK);
	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(0, ioctl(self->fd, FIONBIO, &off));
	EXPECT_EQ(0, fcntl(self->fd, F_GETFL) & O_NONBLOCK);
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, FIONBIO, NULL)));
}

/* Asynchronous notification needs .fasync: fcntl ignores it, FIOASYNC not. */
TEST_F(echo, async)
{
	int on = 1;

	EXPECT_EQ(0, fcntl(self->fd, F_SETFL, O_ASYNC));
	EXPECT_EQ(0, fcntl(self->fd, F_GETFL) & O_ASYNC);
	EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, FIOASYNC, &on)));
}

TEST_F(echo, o_path)
{
	int path = device_open(O_PATH);
	__u64 size;
	char byte;

	ASSERT_LE(0, path);
	EXPECT_EQ(-EBADF, result(ioctl(path, CHARD_ECHO_GET_SIZE, &size)));
	EXPECT_EQ(-EBADF, result(ioctl(path, CHARD_ECHO_CLEAR)));
	EXPECT_EQ(-EBADF, result(read(path, &byte, 1)));
	EXPECT_EQ(-EBADF, result(write(path, "x", 1)));
	EXPECT_EQ(-EBADF, result(lseek(path, 0, SEEK_SET)));
	EXPECT_EQ(0, close(path));
}

/* The driver does not promise never to sleep. */
TEST_F(echo, rwf_nowait)
{
	char byte = 'x';
	struct iovec iov = { &byte, 1 };

	EXPECT_EQ(-EOPNOTSUPP, result(pwritev2(self->fd, &iov, 1, 0, RWF_NOWAIT)));
	EXPECT_EQ(-EOPNOTSUPP, result(preadv2(self->fd, &iov, 1, 0, RWF_NOWAIT)));
	EXPECT_EQ(0, buffer_size(self->fd));
}

TEST_F(echo, o_direct_later)
{
	EXPECT_EQ(-EINVAL, result(fcntl(self->fd, F_SETFL, O_DIRECT)));
	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
}

TEST_F(echo, fstat_knows_no_size)
{
	struct stat st;

	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(0, fstat(self->fd, &st));
	EXPECT_EQ(0, st.st_size);
}

TEST_HARNESS_MAIN
