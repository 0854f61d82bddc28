// SPDX-License-Identifier: GPL-2.0
/* A private mapping has copies of what is written to, and the device's bytes else. */
#define _GNU_SOURCE
#include "common.h"

#define PRIVATE map(self->fd, 4 * PAGE, RW, MAP_PRIVATE, 0)

static int byte_at(int fd, off_t pos)
{
	char byte = '?';

	return pread(fd, &byte, 1, pos) == 1 ? byte : -1;
}

TEST_F(shm, what_is_written_is_not_the_devices)
{
	char *first, *second;

	ASSERT_EQ(1, pwrite(self->fd, "d", 1, 0));
	first = PRIVATE;
	second = PRIVATE;
	ASSERT_NE(MAP_FAILED, first);
	EXPECT_EQ('d', first[0]);
	EXPECT_EQ(0, poke(first));
	EXPECT_EQ('w', first[0]);
	EXPECT_EQ('d', second[0]);
	EXPECT_EQ('d', byte_at(self->fd, 0));
	/* A write is the first touch. */
	EXPECT_EQ(0, poke(first + PAGE));
	EXPECT_EQ(0, second[PAGE]);
	EXPECT_EQ(0, byte_at(self->fd, PAGE));
}

TEST_F(shm, the_devices_bytes_are_seen_until_there_is_a_copy)
{
	char *at = PRIVATE;

	EXPECT_EQ(0, at[1]);
	EXPECT_EQ(1, pwrite(self->fd, "1", 1, 1));
	EXPECT_EQ('1', at[1]);
	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(1, pwrite(self->fd, "2", 1, 1));
	EXPECT_EQ('1', at[1]);
}

TEST_F(shm, a_file_that_can_only_be_read_will_do)
{
	int reader = open(SHM_NODE, O_RDONLY);
	char *at = map(reader, PAGE, RW, MAP_PRIVATE, 0);

	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, byte_at(self->fd, 0));
	close(reader);
}

TEST_F(shm, a_child_has_copies_of_copies)
{
	char *at = PRIVATE;
	pid_t child;

	EXPECT_EQ(0, poke(at));
	child = fork();
	if (!child) {
		int good = at[0] == 'w';

		at[0] = 'c';
		at[PAGE] = 'c';
		_exit(good ? 0 : 1);
	}
	EXPECT_EQ(0, ended(child));
	EXPECT_EQ('w', at[0]);
	EXPECT_EQ(0, at[PAGE]);
}

TEST_F(shm, copies_outlive_a_hole_and_not_the_end)
{
	char *at = PRIVATE;

	ASSERT_EQ(2, pwrite(self->fd, "dd", 2, PAGE - 1));
	EXPECT_EQ(0, poke(at));
	EXPECT_EQ('d', at[PAGE]);
	EXPECT_EQ(0, change(self->fd, CHARD_SHM_PUNCH, 0, 2 * PAGE));
	EXPECT_EQ('w', at[0]);
	EXPECT_EQ('d', at[PAGE - 1]);
	EXPECT_EQ(0, at[PAGE]);
	EXPECT_EQ(0, set_size(self->fd, 0));
	EXPECT_EQ(SIGBUS, look(at));
	EXPECT_EQ(SIGBUS, poke(at));
	EXPECT_EQ(0, set_size(self->fd, PAGE));
	EXPECT_EQ(0, look(at));
	EXPECT_EQ(0, at[0]);
}

/* The kernel writes for the caller: into copies. */
TEST_F(shm, a_read_into_it)
{
	char *at = PRIVATE;
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(3, write(ends[1], "abc", 3));
	EXPECT_EQ(3, read(ends[0], at, 3));
	EXPECT_STREQ("abc", at);
	EXPECT_EQ(0, byte_at(self->fd, 0));
}

TEST_HARNESS_MAIN
