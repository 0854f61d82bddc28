// SPDX-License-Identifier: GPL-2.0
/* mprotect(2) gives a shared mapping nothing that mmap(2) was not asked for. */
#define _GNU_SOURCE
#include "common.h"

#define protect(at, protection) result(mprotect(at, PAGE, protection))

TEST_F(shm, a_shared_one_is_not_widened)
{
	char *reads = map(self->fd, PAGE, PROT_READ, MAP_SHARED, 0);
	char *none = map(self->fd, PAGE, PROT_NONE, MAP_SHARED, 0);
	char *both = map(self->fd, PAGE, RW, MAP_SHARED, 0);

	ASSERT_NE(MAP_FAILED, reads);
	EXPECT_EQ(-EACCES, protect(reads, RW));
	EXPECT_EQ(-EACCES, protect(reads, PROT_READ | PROT_EXEC));
	EXPECT_EQ(SIGSEGV, poke(reads));
	EXPECT_EQ(0, look(reads));
	ASSERT_NE(MAP_FAILED, none);
	EXPECT_EQ(-EACCES, protect(none, PROT_READ));
	EXPECT_EQ(-EACCES, protect(none, PROT_WRITE));
	EXPECT_EQ(SIGSEGV, look(none));
	ASSERT_NE(MAP_FAILED, both);
	EXPECT_EQ(-EACCES, protect(both, RW | PROT_EXEC));
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
	char *at = map(self->fd, 2 * PAGE, PROT_READ, MAP_SHARED, 0);

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
