// SPDX-License-Identifier: GPL-2.0
/*
 * Lengths, offsets and modes that cannot be. Some by syscall(): the compiler
 * knows what read and write are given, and warns.
 */
#include "common.h"

#include <sys/syscall.h>

#define DEFAULT CHARD_ECHO_LIMIT_DEFAULT

TEST_F(echo, access_modes)
{
	int reader = device_open(O_RDONLY), writer = device_open(O_WRONLY);
	struct iovec iov;
	char byte = 'x';

	iov = (struct iovec){ &byte, 1 };
	ASSERT_LE(0, reader);
	ASSERT_LE(0, writer);
	EXPECT_EQ(-EBADF, result(write(reader, &byte, 1)));
	EXPECT_EQ(-EBADF, result(write(reader, &byte, 0)));
	EXPECT_EQ(-EBADF, result(pwrite(reader, &byte, 1, 0)));
	EXPECT_EQ(-EBADF, result(writev(reader, &iov, 1)));
	EXPECT_EQ(-EBADF, result(read(writer, &byte, 1)));
	EXPECT_EQ(-EBADF, result(pread(writer, &byte, 1, 0)));
	EXPECT_EQ(-EBADF, result(readv(writer, &iov, 1)));
	EXPECT_EQ(1, result(write(writer, &byte, 1)));
	EXPECT_EQ(1, result(read(reader, &byte, 1)));
	EXPECT_EQ(0, close(reader));
	EXPECT_EQ(0, close(writer));
}

TEST_F(echo, negative_offsets)
{
	char byte = 'x';
	struct iovec iov = { &byte, 1 };

	EXPECT_EQ(-EINVAL, result(pread(self->fd, &byte, 1, -1)));
	EXPECT_EQ(-EINVAL, result(pwrite(self->fd, &byte, 1, -1)));
	EXPECT_EQ(-EINVAL, result(pread(self->fd, &byte, 0, INT64_MIN)));
	EXPECT_EQ(-EINVAL, result(pwrite(self->fd, &byte, 0, INT64_MIN)));
	EXPECT_EQ(-EINVAL, result(preadv(self->fd, &iov, 1, -2)));
	EXPECT_EQ(-EINVAL, result(pwritev(self->fd, &iov, 1, -2)));
	EXPECT_EQ(0, buffer_size(self->fd));
}

TEST_F(echo, segment_counts)
{
	static struct iovec iov[IOV_MAX + 1];

	EXPECT_EQ(0, result(writev(self->fd, iov, IOV_MAX)));
	EXPECT_EQ(-EINVAL, result(writev(self->fd, iov, IOV_MAX + 1)));
	EXPECT_EQ(-EINVAL, result(readv(self->fd, iov, IOV_MAX + 1)));
	EXPECT_EQ(-EINVAL, result(syscall(SYS_writev, self->fd, iov, -1)));
	EXPECT_EQ(-EINVAL, result(syscall(SYS_readv, self->fd, iov, -1)));
}

/* A segment whose length is negative as ssize_t; both callers' own width. */
TEST_F(echo, segment_lengths)
{
	char a[4] = "abc";
	struct iovec iov[] = { { a, 3 }, { a, (size_t)-1 } };

	EXPECT_EQ(-EINVAL, result(writev(self->fd, iov, 2)));
	EXPECT_EQ(-EINVAL, result(readv(self->fd, iov, 2)));
	iov[1].iov_len = (size_t)SSIZE_MAX + 1;
	EXPECT_EQ(-EINVAL, result(writev(self->fd, iov, 2)));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(0, file_position(self->fd));
}

#if __SIZEOF_POINTER__ == 8
/* They reach beyond user space: refused before the driver is asked. */
TEST_F(echo, huge_lengths)
{
	static const size_t lengths[] = { SSIZE_MAX, (size_t)SSIZE_MAX + 1, SIZE_MAX - 1,
					  SIZE_MAX };
	unsigned int i;
	char byte = 'x';

	EXPECT_EQ(3, result(pwrite(self->fd, "abc", 3, 0)));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		size_t n = lengths[i];

		EXPECT_EQ(-EFAULT, result(syscall(SYS_write, self->fd, &byte, n)));
		EXPECT_EQ(-EFAULT, result(syscall(SYS_read, self->fd, &byte, n)));
	}
	EXPECT_EQ(3, buffer_size(self->fd));
	EXPECT_EQ(0, file_position(self->fd));
	EXPECT_EQ('x', byte);
}
#else
/* To the kernel these are 64-bit lengths that just fit into user space. */
TEST_F(echo, huge_lengths)
{
	static const size_t lengths[] = { SSIZE_MAX, (size_t)SSIZE_MAX + 1, SIZE_MAX };
	unsigned char *edge = page_before_gap();
	unsigned int i;

	ASSERT_TRUE(edge != MAP_FAILED);
	memset(edge, 'x', self->page);
	edge += self->page;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		size_t n = lengths[i];

		EXPECT_EQ(3, result(pwrite(self->fd, edge - 3, n, 0)));
		EXPECT_EQ(3, result(pread(self->fd, edge - 4, n, 0)));
	}
	EXPECT_EQ(3, buffer_size(self->fd));
}
#endif

/* Lengths far above the limit, into memory that is really there. */
TEST_F(echo, more_than_the_limit)
{
	size_t length = 64 << 20;
	unsigned char *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ASSERT_TRUE(bytes != MAP_FAILED);
	memset(bytes, 'x', DEFAULT + 1);
	EXPECT_EQ(DEFAULT, result(write(self->fd, bytes, length)));
	EXPECT_EQ(DEFAULT, buffer_size(self->fd));
	memset(bytes, 0, DEFAULT + 1);
	EXPECT_EQ(DEFAULT, result(pread(self->fd, bytes, length, 0)));
	EXPECT_EQ((size_t)DEFAULT, run_of(bytes, DEFAULT + 1, 'x'));
}

TEST_F(echo, closed_file)
{
	int fd = device_open(O_RDWR);
	char byte = 'x';

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, close(fd));
	EXPECT_EQ(-EBADF, result(read(fd, &byte, 1)));
	EXPECT_EQ(-EBADF, result(write(fd, &byte, 1)));
	EXPECT_EQ(-EBADF, result(ioctl(fd, CHARD_ECHO_CLEAR)));
	EXPECT_EQ(-EBADF, result(close(fd)));
}

TEST_HARNESS_MAIN
