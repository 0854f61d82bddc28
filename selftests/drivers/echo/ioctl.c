// SPDX-License-Identifier: GPL-2.0
/* The ioctls of chard_echo.h, and numbers that are none of them. */
#include "common.h"

static long long sum_of(int fd, __u64 offset, __u64 length, struct chard_echo_sum *sum)
{
	*sum = (struct chard_echo_sum){ offset, length, 77, 77 };
	return result(ioctl(fd, CHARD_ECHO_SUM, sum));
}

/* One layout for 64- and 32-bit callers: the numbers say the size. */
TEST(layout)
{
	EXPECT_EQ(32u, sizeof(struct chard_echo_sum));
	EXPECT_EQ(0x8008ec01u, (unsigned int)CHARD_ECHO_GET_SIZE);
	EXPECT_EQ(0x0000ec02u, (unsigned int)CHARD_ECHO_CLEAR);
	EXPECT_EQ(0x4008ec03u, (unsigned int)CHARD_ECHO_SET_LIMIT);
	EXPECT_EQ(0xc020ec04u, (unsigned int)CHARD_ECHO_SUM);
}

TEST_F(echo, get_size)
{
	__u64 around[3] = { ~0ULL, ~0ULL, ~0ULL };

	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_GET_SIZE, &around[1]));
	EXPECT_EQ(0u, around[1]);
	EXPECT_EQ(300, result(pwrite(self->fd, "x", 1, 299)) + 299);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_GET_SIZE, &around[1]));
	EXPECT_EQ(300u, around[1]);
	EXPECT_EQ(~0ULL, around[0]);
	EXPECT_EQ(~0ULL, around[2]);
}

/* User space may hand over a pointer of any alignment. */
TEST_F(echo, unaligned)
{
	char bytes[48];
	__u64 size = 1;
	unsigned int i;

	EXPECT_EQ(5, result(write(self->fd, "abcde", 5)));
	for (i = 0; i < 8; i++) {
		struct chard_echo_sum sum = { 0, 2, 0, 0 };

		EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_GET_SIZE, bytes + i));
		memcpy(&size, bytes + i, sizeof(size));
		EXPECT_EQ(5u, size);
		memcpy(bytes + i, &sum, sizeof(sum));
		EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_SUM, bytes + i));
		memcpy(&sum, bytes + i, sizeof(sum));
		EXPECT_EQ(0u + 'a' + 'b', sum.sum);
	}
}

TEST_F(echo, clear)
{
	char byte;

	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(0, result(pread(self->fd, &byte, 1, 0)));
	/* It takes no argument, so any will do. */
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR, BAD_POINTER));
}

TEST_F(echo, set_limit)
{
	static const __u64 bad[] = { 0,		 CHARD_ECHO_LIMIT_MAX + 1,
				     1ULL << 32, (1ULL << 32) + 10,
				     1ULL << 63, ~0ULL };
	unsigned int i;

	EXPECT_EQ(0, set_limit(self->fd, 10));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		long long ret = set_limit(self->fd, bad[i]);

		EXPECT_EQ(-EINVAL, ret);
	}
	/* Still 10: */
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, 10)));
	EXPECT_EQ(1, result(pwrite(self->fd, "x", 1, 9)));
	EXPECT_EQ(-EBUSY, set_limit(self->fd, 9));
	EXPECT_EQ(-EINVAL, set_limit(self->fd, 0));
	EXPECT_EQ(0, set_limit(self->fd, 10));
	EXPECT_EQ(0, set_limit(self->fd, CHARD_ECHO_LIMIT_MAX));
	EXPECT_EQ(10, buffer_size(self->fd));
}

TEST_F(echo, sum)
{
	struct chard_echo_sum sum;
	unsigned char bytes[256];
	unsigned int i;

	for (i = 0; i < 256; i++)
		bytes[i] = i;
	ASSERT_EQ(256, result(write(self->fd, bytes, 256)));

	EXPECT_EQ(0, sum_of(self->fd, 0, 256, &sum));
	EXPECT_EQ(255u * 128, sum.sum);
	EXPECT_EQ(256u, sum.covered);
	EXPECT_EQ(0u, sum.offset);
	EXPECT_EQ(256u, sum.length);

	EXPECT_EQ(0, sum_of(self->fd, 254, 1, &sum));
	EXPECT_EQ(254u, sum.sum);
	EXPECT_EQ(1u, sum.covered);
	EXPECT_EQ(0, sum_of(self->fd, 10, 0, &sum));
	EXPECT_EQ(0u, sum.sum);
	EXPECT_EQ(0u, sum.covered);
	EXPECT_EQ(256, file_position(self->fd));
}

TEST_F(echo, sum_past_the_end)
{
	static const __u64 far[] = { 4, 5, 1 << 20, 1ULL << 32, 1ULL << 63, ~0ULL };
	struct chard_echo_sum sum;
	unsigned int i;

	EXPECT_EQ(0, sum_of(self->fd, 0, 10, &sum));
	EXPECT_EQ(0u, sum.sum);
	EXPECT_EQ(0u, sum.covered);

	ASSERT_EQ(4, result(write(self->fd, "\001\002\004\200", 4)));
	EXPECT_EQ(0, sum_of(self->fd, 1, 1000, &sum));
	EXPECT_EQ(134u, sum.sum);
	EXPECT_EQ(3u, sum.covered);
	EXPECT_EQ(1000u, sum.length);
	/* The range's own end does not fit in 64 bits: clipped like others. */
	EXPECT_EQ(0, sum_of(self->fd, 2, ~0ULL, &sum));
	EXPECT_EQ(132u, sum.sum);
	EXPECT_EQ(2u, sum.covered);
	for (i = 0; i < ARRAY_SIZE(far); i++) {
		EXPECT_EQ(0, sum_of(self->fd, far[i], ~0ULL, &sum));
		EXPECT_EQ(0u, sum.sum);
		EXPECT_EQ(0u, sum.covered);
	}
}

/* The largest there can be: no 8-, 16- or 24-bit sum would do. */
TEST_F(echo, sum_of_everything)
{
	static unsigned char bytes[CHARD_ECHO_LIMIT_MAX];
	struct chard_echo_sum sum;

	memset(bytes, 255, CHARD_ECHO_LIMIT_MAX);
	ASSERT_EQ(0, set_limit(self->fd, CHARD_ECHO_LIMIT_MAX));
	EXPECT_EQ(CHARD_ECHO_LIMIT_MAX, result(write(self->fd, bytes, CHARD_ECHO_LIMIT_MAX)));
	EXPECT_EQ(0, sum_of(self->fd, 0, ~0ULL, &sum));
	EXPECT_EQ(255ULL * CHARD_ECHO_LIMIT_MAX, sum.sum);
	EXPECT_EQ((__u64)CHARD_ECHO_LIMIT_MAX, sum.covered);
}

/* They ask nothing of the file's mode: the node's own mode has decided. */
TEST_F(echo, any_access_mode)
{
	int reader = device_open(O_RDONLY), writer = device_open(O_WRONLY);
	struct chard_echo_sum sum;

	ASSERT_LE(0, reader);
	ASSERT_LE(0, writer);
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(3, buffer_size(writer));
	EXPECT_EQ(0, sum_of(writer, 0, 1, &sum));
	EXPECT_EQ(0, set_limit(reader, 100));
	EXPECT_EQ(0, ioctl(reader, CHARD_ECHO_CLEAR));
	EXPECT_EQ(0, close(reader));
	EXPECT_EQ(0, close(writer));
}

static bool known(unsigned int cmd)
{
	return cmd == CHARD_ECHO_GET_SIZE || cmd == CHARD_ECHO_CLEAR ||
	       cmd == CHARD_ECHO_SET_LIMIT || cmd == CHARD_ECHO_SUM;
}

/* Numbers that nobody uses, and those in use with another size or direction. */
TEST_F(echo, unknown)
{
	static const unsigned int sizes[] = { 0, 1, 4, 7, 8, 9, 16, 31, 32, 33, 64, 16383 };
	unsigned int nr, dir, s;
	char bytes[64] = "";

	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		for (nr = 0; nr < 256; nr = nr < 8 ? nr + 1 : nr * 2 - 1) {
			for (dir = 0; dir < 4; dir++) {
				unsigned int cmd = _IOC(dir, CHARD_ECHO_MAGIC, nr, sizes[s]);

				if (known(cmd))
					continue;
				EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, cmd, bytes)))
				{
					TH_LOG("cmd %#x", cmd);
				}
			}
		}
	}
	EXPECT_EQ(3, buffer_size(self->fd));
}

/* The same numbers under other letters; TCGETS; what no driver can know. */
TEST_F(echo, of_others)
{
	unsigned int cmds[] = { _IOR(0xEB, 1, __u64),
				_IO(0xED, 2),
				_IOW('E', 3, __u64),
				_IO('V', 2),
				_IOW(0x6C, 3, __u64),
				0x5401,
				0x5413,
				0xffffffff,
				0x7fffffff };
	char bytes[64] = "";
	unsigned int i;

	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, cmds[i], bytes)))
		{
			TH_LOG("cmd %#x", cmds[i]);
		}
	}
	EXPECT_EQ(3, buffer_size(self->fd));
}

TEST_HARNESS_MAIN
