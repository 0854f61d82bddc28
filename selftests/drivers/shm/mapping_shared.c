// SPDX-License-Identifier: GPL-2.0
/* What is written through a shared mapping is the device's, for every reader. */
#define _GNU_SOURCE
#include "common.h"

#include <sys/syscall.h>

TEST_F(shm, two_mappings_have_the_same_bytes)
{
	int other = open(SHM_NODE, O_RDWR);
	char *first = map(self->fd, 3 * PAGE, RW, MAP_SHARED, 0);
	char *second = map(other, PAGE, RW, MAP_SHARED, 2 * PAGE);

	ASSERT_NE(MAP_FAILED, first);
	ASSERT_NE(MAP_FAILED, second);
	strcpy(first + 2 * PAGE, "from the first");
	EXPECT_STREQ("from the first", second);
	strcpy(second + 100, "from the second");
	EXPECT_STREQ("from the second", first + 2 * PAGE + 100);
	EXPECT_EQ(0, first[0]);
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(0, munmap(first, 3 * PAGE));
	EXPECT_EQ(0, munmap(second, PAGE));
}

TEST_F(shm, two_nodes_have_the_same_bytes)
{
	struct stat status;
	char *first, *second;
	int other;

	ASSERT_EQ(0, fstat(self->fd, &status));
	unlink("/tmp/second-shm");
	ASSERT_EQ(0, mknod("/tmp/second-shm", S_IFCHR | 0600, status.st_rdev));
	other = open("/tmp/second-shm", O_RDWR);
	ASSERT_LE(0, other);
	first = map(self->fd, PAGE, RW, MAP_SHARED, 0);
	second = map(other, PAGE, RW, MAP_SHARED, 0);
	strcpy(first, "by any node");
	EXPECT_STREQ("by any node", second);
	/* What is cut off is cut off for both. */
	EXPECT_EQ(0, set_size(self->fd, 0));
	EXPECT_EQ(SIGBUS, look(first));
	EXPECT_EQ(SIGBUS, look(second));
	close(other);
	unlink("/tmp/second-shm");
}

TEST_F(shm, a_child_has_the_same_bytes)
{
	char *at = map(self->fd, 2 * PAGE, RW, MAP_SHARED, 0);
	pid_t child;

	strcpy(at, "from the parent");
	child = fork();
	if (!child) {
		int good = !strcmp(at, "from the parent");

		strcpy(at + PAGE, "from the child");
		_exit(good ? 0 : 1);
	}
	EXPECT_EQ(0, ended(child));
	EXPECT_STREQ("from the child", at + PAGE);
}

TEST_F(shm, it_outlives_its_descriptor)
{
	char *at = map(self->fd, PAGE, RW, MAP_SHARED, 0);
	int other = open(SHM_NODE, O_RDWR);

	close(self->fd);
	strcpy(at, "still here");
	EXPECT_EQ(-EAGAIN, result(syscall(SYS_delete_module, "chard_shm", O_NONBLOCK)));
	self->fd = other;
	EXPECT_EQ(0, munmap(at, PAGE));
}

TEST_F(shm, it_can_only_do_what_the_file_can)
{
	int reader = open(SHM_NODE, O_RDONLY), writer = open(SHM_NODE, O_WRONLY);
	char *at;

	EXPECT_EQ(MAP_FAILED, map(reader, PAGE, RW, MAP_SHARED, 0));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(MAP_FAILED, map(writer, PAGE, PROT_WRITE, MAP_SHARED, 0));
	EXPECT_EQ(EACCES, errno);
	at = map(reader, PAGE, PROT_READ, MAP_SHARED, 0);
	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(1, pwrite(self->fd, "x", 1, 0));
	EXPECT_EQ('x', *at);
	EXPECT_EQ(SIGSEGV, poke(at));
	close(reader);
	close(writer);
}

TEST_F(shm, a_large_one_costs_what_is_touched)
{
	char *at;

	ASSERT_EQ(0, set_size(self->fd, CHARD_SHM_SIZE_MAX));
	at = map(self->fd, CHARD_SHM_SIZE_MAX, RW, MAP_SHARED, 0);
	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(0, pages(self->fd));
	EXPECT_EQ(0, poke(at + 5 * PAGE));
	EXPECT_EQ(0, poke(at + 500 * PAGE));
	EXPECT_EQ(0, look(at + CHARD_SHM_SIZE_MAX - 1));
	EXPECT_EQ(3, pages(self->fd));
}

TEST_F(shm, msync)
{
	char *at = map(self->fd, 2 * PAGE, RW, MAP_SHARED, 0);

	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, msync(at, 2 * PAGE, MS_SYNC));
	EXPECT_EQ(0, msync(at, 2 * PAGE, MS_ASYNC));
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_EQ('w', *at);
}

TEST_F(shm, what_a_caller_asks_the_kernel_for)
{
	char *at = map(self->fd, 4 * PAGE, RW, MAP_SHARED, 0);
	unsigned char there[4];

	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, mlock(at, 2 * PAGE));
	EXPECT_EQ(0, munlock(at, 2 * PAGE));
	/* The kernel's table forgets the page, the device does not. */
	EXPECT_EQ(0, madvise(at, PAGE, MADV_DONTNEED));
	EXPECT_EQ('w', *at);
	EXPECT_EQ(0, madvise(at, 4 * PAGE, MADV_WILLNEED));
	EXPECT_EQ(0, madvise(at, 4 * PAGE, MADV_RANDOM));
	/* What the VFS refuses for a device. */
	EXPECT_EQ(-ENODEV, result(madvise(at, PAGE, MADV_REMOVE)));
	EXPECT_EQ(-EINVAL, result(madvise(at, PAGE, MADV_FREE)));
	EXPECT_EQ(0, mincore(at, 4 * PAGE, there));
	EXPECT_EQ(0, madvise(at, 4 * PAGE, 23 /* MADV_POPULATE_WRITE */));
	EXPECT_EQ(4, pages(self->fd));
}

TEST_F(shm, mapped_at_once)
{
	char *at = map(self->fd, 4 * PAGE, RW, MAP_SHARED | MAP_POPULATE, 0);

	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(4, pages(self->fd));
}

/* A pinned page stays with the task that pinned it, whatever becomes of the array. */
TEST_F(shm, pinned_pages)
{
	char *at = map(self->fd, PAGE, RW, MAP_SHARED, 0), bytes[8] = "";
	struct iovec vector = { at, 6 };
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	strcpy(at, "spliced");
	EXPECT_EQ(6, vmsplice(ends[1], &vector, 1, 0));
	EXPECT_EQ(0, change(self->fd, CHARD_SHM_PUNCH, 0, PAGE));
	EXPECT_EQ(0, *at);
	EXPECT_EQ(6, read(ends[0], bytes, 6));
	EXPECT_STREQ("splice", bytes);
	EXPECT_EQ(1, pages(self->fd));
}

TEST_HARNESS_MAIN
