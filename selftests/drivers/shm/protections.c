// SPDX-License-Identifier: GPL-2.0
/* mprotect(2) gives a shared mapping any access that the mode of its file allows, and no other. */
#define _GNU_SOURCE
#include "common.h"

#define protect(at, protection) result(mprotect(at, PAGE, protection))

/* The device and /dev/zero, which has to answer in the same way. */
static const char *const nodes[] = { SHM_NODE, "/dev/zero" };

TEST_F(shm, a_shared_one_is_widened)
{
	for (int i = 0; i < 2; i++) {
		int file = open(nodes[i], O_RDWR);
		char *none = map(file, PAGE, PROT_NONE, MAP_SHARED, 0);
		char *reads = map(file, PAGE, PROT_READ, MAP_SHARED, 0);

		ASSERT_NE(MAP_FAILED, none);
		ASSERT_NE(MAP_FAILED, reads);
		EXPECT_EQ(SIGSEGV, look(none));
		EXPECT_EQ(0, protect(none, PROT_READ));
		EXPECT_EQ(0, look(none));
		EXPECT_EQ(SIGSEGV, poke(none));
		EXPECT_EQ(0, protect(none, RW));
		EXPECT_EQ(0, poke(none));
		EXPECT_EQ(0, protect(reads, PROT_READ | PROT_EXEC));
		EXPECT_EQ(SIGSEGV, poke(reads));
		EXPECT_EQ(0, protect(reads, RW));
		EXPECT_EQ(0, poke(reads));
		EXPECT_EQ(0, munmap(none, PAGE));
		EXPECT_EQ(0, munmap(reads, PAGE));
		close(file);
	}
}

TEST_F(shm, a_shared_one_that_was_opened_for_reading_is_not_written_to)
{
	for (int i = 0; i < 2; i++) {
		int file = open(nodes[i], O_RDONLY);
		char *none = map(file, PAGE, PROT_NONE, MAP_SHARED, 0);
		char *reads = map(file, PAGE, PROT_READ, MAP_SHARED, 0);

		ASSERT_NE(MAP_FAILED, none);
		ASSERT_NE(MAP_FAILED, reads);
		EXPECT_EQ(-EACCES, protect(none, RW));
		EXPECT_EQ(-EACCES, protect(none, PROT_WRITE));
		EXPECT_EQ(0, protect(none, PROT_READ));
		EXPECT_EQ(0, look(none));
		EXPECT_EQ(-EACCES, protect(reads, RW));
		EXPECT_EQ(SIGSEGV, poke(reads));
		EXPECT_EQ(0, look(reads));
		EXPECT_EQ(0, munmap(none, PAGE));
		EXPECT_EQ(0, munmap(reads, PAGE));
		close(file);
	}
}

TEST_F(shm, a_shared_one_is_narrowed_and_comes_back)
{
	char *at = map(self->fd, PAGE, RW, MAP_SHARED, 0);

	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, protect(at, PROT_READ));
	EXPECT_EQ(SIGSEGV, poke(at));
	EXPECT_EQ(0, protect(at, PROT_NONE));
	EXPECT_EQ(SIGSEGV, look(at));
	EXPECT_EQ(0, protect(at, RW));
	EXPECT_EQ(0, poke(at));
}

TEST_F(shm, a_private_one_is_widened)
{
	char *at = map(self->fd, PAGE, PROT_NONE, MAP_PRIVATE, 0), byte = '?';

	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(SIGSEGV, look(at));
	EXPECT_EQ(0, protect(at, PROT_READ));
	EXPECT_EQ(0, look(at));
	EXPECT_EQ(0, protect(at, RW | PROT_EXEC));
	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(1, pread(self->fd, &byte, 1, 0));
	EXPECT_EQ(0, byte);
}

/* A half that was split off is as the whole was. */
TEST_F(shm, halves)
{
	int file = open(SHM_NODE, O_RDONLY);
	char *at = map(file, 2 * PAGE, PROT_READ, MAP_SHARED, 0);

	close(file);
	EXPECT_EQ(0, protect(at, PROT_NONE));
	EXPECT_EQ(-EACCES, protect(at + PAGE, RW));
	EXPECT_EQ(-EACCES, protect(at, RW));
	EXPECT_EQ(0, protect(at, PROT_READ));
	EXPECT_EQ(0, look(at));
}

/* /proc/self/mem writes where ptrace may, but not for good into what is shared. */
TEST_F(shm, by_proc_mem)
{
	char *reads = map(self->fd, PAGE, PROT_READ, MAP_SHARED, 0), byte = '?';
	int mem = open("/proc/self/mem", O_RDWR);

	ASSERT_LE(0, mem);
	EXPECT_EQ(-EIO, result(pwrite(mem, "x", 1, (off_t)reads)));
	EXPECT_EQ(1, pread(self->fd, &byte, 1, 0));
	EXPECT_EQ(0, byte);
	EXPECT_EQ(1, pread(mem, &byte, 1, (off_t)reads));
	close(mem);
}

TEST_HARNESS_MAIN
