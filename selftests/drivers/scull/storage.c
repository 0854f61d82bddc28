// SPDX-License-Identifier: GPL-2.0
/* scull0 to scull3: memory in quanta, which stays; and what they hold at most. */
#include "common.h"

#include <string.h>
#include <sys/stat.h>

#define NODE "/dev/scull0"

FIXTURE(storage)
{
	int fd;
};

FIXTURE_SETUP(storage)
{
	empty(NODE);
	self->fd = open(NODE, O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(storage)
{
	close(self->fd);
	empty(NODE);
}

TEST(nodes)
{
	static const char *const names[] = { "scull0",	   "scull1",	 "scull2",
					     "scull3",	   "scullpipe0", "scullpipe1",
					     "scullpipe2", "scullpipe3", "scullsingle",
					     "sculluid",   "scullwuid",	 "scullpriv" };
	struct stat stats;
	char path[32];

	for (unsigned int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "/dev/%s", names[i]);
		ASSERT_EQ(0, stat(path, &stats));
		EXPECT_EQ(i, stats.st_rdev & 0xff);
		EXPECT_EQ(S_IFCHR | 0666, stats.st_mode);
	}
}

TEST_F(storage, stays_when_it_is_closed)
{
	char bytes[16] = "";

	EXPECT_EQ(5, write(self->fd, "hello", 5));
	close(self->fd);
	self->fd = open(NODE, O_RDONLY);
	EXPECT_EQ(5, read(self->fd, bytes, sizeof(bytes)));
	EXPECT_STREQ("hello", bytes);
	EXPECT_EQ(0, read(self->fd, bytes, sizeof(bytes)));
}

TEST_F(storage, is_shared_by_all_files_of_one_device)
{
	int other = open(NODE, O_RDWR), another = open("/dev/scull1", O_RDONLY);
	char bytes[4] = "";

	empty("/dev/scull1");
	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(3, read(other, bytes, 3));
	EXPECT_STREQ("abc", bytes);
	EXPECT_EQ(0, read(another, bytes, 3));
	close(other);
	close(another);
}

TEST_F(storage, who_only_writes_empties_it)
{
	char byte;

	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(0, try_open(NODE, O_RDONLY));
	EXPECT_EQ(0, try_open(NODE, O_RDWR));
	EXPECT_EQ(3, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(0, try_open(NODE, O_WRONLY));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(0, pread(self->fd, &byte, 1, 0));
}

TEST_F(storage, a_transfer_ends_with_a_quantum)
{
	static char bytes[10000], back[10000];

	memset(bytes, 'x', sizeof(bytes));
	EXPECT_EQ(SCULL_QUANTUM, write(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(SCULL_QUANTUM, write(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(100, write(self->fd, bytes, 100));
	EXPECT_EQ(1, pread(self->fd, back, sizeof(back), SCULL_QUANTUM - 1));
	EXPECT_EQ(SCULL_QUANTUM, pread(self->fd, back, sizeof(back), SCULL_QUANTUM));
	EXPECT_EQ(0, memcmp(bytes, back, SCULL_QUANTUM));
	EXPECT_EQ(100, pread(self->fd, back, sizeof(back), 2 * SCULL_QUANTUM));
	EXPECT_EQ(1, pwrite(self->fd, bytes, 9, SCULL_QUANTUM - 1));
}

/* Many sets, which the sizes of small ones make; each byte is where it was put. */
TEST_F(storage, sets_and_quanta)
{
	ASSERT_EQ(SCULL_QUANTUM, ioctl(self->fd, SCULL_IOCHQUANTUM, 3));
	ASSERT_EQ(SCULL_QSET, ioctl(self->fd, SCULL_IOCHQSET, 2));
	empty(NODE);
	for (unsigned char i = 0; i < 200; i++)
		EXPECT_EQ(1, write(self->fd, &i, 1));
	for (unsigned int i = 0; i < 200; i++) {
		unsigned char byte = 0;

		EXPECT_EQ(1, pread(self->fd, &byte, 1, i));
		EXPECT_EQ(i, byte);
	}
	EXPECT_EQ(0, ioctl(self->fd, SCULL_IOCRESET));
	/* The device keeps what it was filled with. */
	EXPECT_EQ(3, pwrite(self->fd, "abcdef", 6, 300));
	empty(NODE);
	EXPECT_EQ(6, pwrite(self->fd, "abcdef", 6, 300));
}

TEST_F(storage, holes)
{
	char bytes[8];

	/* Far beyond what there is memory for. */
	EXPECT_EQ(1, pwrite(self->fd, "z", 1, 1LL << 40));
	EXPECT_EQ((1LL << 40) + 1, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(1, pread(self->fd, bytes, 8, 1LL << 40));
	EXPECT_EQ('z', bytes[0]);
	/* They are not filled: a read finds the end there. */
	EXPECT_EQ(0, pread(self->fd, bytes, 8, 0));
	/* What is beside a byte in its quantum is zeros. */
	EXPECT_EQ(1, pwrite(self->fd, "y", 1, 10));
	EXPECT_EQ(8, pread(self->fd, bytes, 8, 3));
	EXPECT_EQ(0, memcmp("\0\0\0\0\0\0\0y", bytes, 8));
}

TEST_F(storage, positions)
{
	EXPECT_EQ(10, write(self->fd, "0123456789", 10));
	/* What is written within it does not end it. */
	EXPECT_EQ(1, pwrite(self->fd, "0", 1, 0));
	EXPECT_EQ(10, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(4, lseek(self->fd, 4, SEEK_SET));
	EXPECT_EQ(6, lseek(self->fd, 2, SEEK_CUR));
	EXPECT_EQ(7, lseek(self->fd, -3, SEEK_END));
	EXPECT_EQ(100, lseek(self->fd, 90, SEEK_END));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -1, SEEK_SET)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -101, SEEK_CUR)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -11, SEEK_END)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 0, 77)));
	EXPECT_EQ(100, lseek(self->fd, 0, SEEK_CUR));
}

TEST_F(storage, appending)
{
	int fd = open(NODE, O_RDWR | O_APPEND);

	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(2, write(fd, "de", 2));
	EXPECT_EQ(5, lseek(fd, 0, SEEK_END));
	close(fd);
}

TEST_F(storage, bad_buffers)
{
	EXPECT_EQ(-EFAULT, result(write(self->fd, (void *)-4096L, 3)));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(-EFAULT, result(pread(self->fd, (void *)-4096L, 3, 0)));
	EXPECT_EQ(0, write(self->fd, "", 0));
}

TEST_F(storage, may_be_read_and_written_at_any_time)
{
	struct pollfd one = { .fd = self->fd, .events = POLLIN | POLLOUT };

	EXPECT_EQ(1, poll(&one, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT, one.revents);
}

TEST_F(storage, is_full_some_time)
{
	static char bytes[SCULL_QUANTUM];
	long long written = 0, ret;

	while ((ret = result(write(self->fd, bytes, sizeof(bytes)))) > 0)
		written += ret;
	EXPECT_EQ(-ENOMEM, ret);
	EXPECT_LE(written, SCULL_MEMORY_MAX);
	EXPECT_GE(written, SCULL_MEMORY_MAX / 10 * 9);
	/* For all devices; what there is can still be written. */
	empty("/dev/scull1");
	EXPECT_EQ(1, pwrite(self->fd, "a", 1, 0));
	empty(NODE);
	EXPECT_EQ(1, pwrite(self->fd, "a", 1, 0));
}

TEST_F(storage, view)
{
	FILE *view;
	char text[256] = "";
	size_t length;

	EXPECT_EQ(3, pwrite(self->fd, "abc", 3, 3 * SCULL_QUANTUM));
	view = fopen("/sys/kernel/debug/chard/scull0/scullmem", "r");
	ASSERT_NE(NULL, view);
	length = fread(text, 1, sizeof(text) - 1, view);
	fclose(view);
	EXPECT_LT(0, length);
	EXPECT_STREQ("qset 1000, q 4000, sz 12003\n  set 0: 1 quanta\n    3\n", text);
}

TEST_HARNESS_MAIN
