// SPDX-License-Identifier: GPL-2.0
/* The system call chard_upper: its results, pointers that are not the caller's, a panic. */
#include "kselftest_harness.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "numbers.h"

static char to[4096];

/* What it returns, or the errno as a negative number. */
static long upper(const void *from, size_t from_len, void *room, size_t room_len)
{
	long ret = syscall(NR_chard_upper, from, from_len, room, room_len);

	return ret < 0 ? -errno : ret;
}

/* Two pages, the second of which is nobody's; NULL on failure. */
static char *half_mapped(int protection)
{
	char *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || munmap(at + 4096, 4096))
		return NULL;
	memset(at, 'a', 4096);
	return mprotect(at, 4096, protection) ? NULL : at;
}

TEST(capitals)
{
	memset(to, '.', sizeof(to));
	EXPECT_EQ(12, upper("hello, World", 12, to, sizeof(to)));
	EXPECT_EQ(0, memcmp(to, "HELLO, WORLD....", 16));
}

TEST(nothing)
{
	EXPECT_EQ(0, upper("", 0, to, 0));
	/* No byte is touched, so no pointer is wrong. */
	EXPECT_EQ(0, upper(NULL, 0, NULL, 0));
}

TEST(more_than_one_part)
{
	static char from[4096];

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = 'a' + i % 26;
	EXPECT_EQ((long)sizeof(from), upper(from, sizeof(from), to, sizeof(to)));
	for (size_t i = 0; i < sizeof(from); i++)
		ASSERT_EQ('A' + (char)(i % 26), to[i]);
}

TEST(onto_itself)
{
	char text[] = "in place";

	EXPECT_EQ(8, upper(text, 8, text, 8));
	EXPECT_STREQ("IN PLACE", text);
}

TEST(no_room)
{
	EXPECT_EQ(-EMSGSIZE, upper("ab", 2, to, 1));
	EXPECT_EQ(-EMSGSIZE, upper("ab", SIZE_MAX, to, 1));
}

TEST(not_ascii)
{
	EXPECT_EQ(-EINVAL, upper("\xff", 1, to, 1));
}

TEST(bad_pointers)
{
	static const uintptr_t bad[] = { 0,
					 4096 - 16,
					 (uintptr_t)-4096,
					 (uintptr_t)-1,
					 0xffffffff81000000,
					 0x8000000000000000 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EFAULT, upper((void *)bad[i], 8, to, 8));
		EXPECT_EQ(-EFAULT, upper("abcdefgh", 8, (void *)bad[i], 8));
	}
}

TEST(pointers_that_end_badly)
{
	char *at = half_mapped(PROT_READ | PROT_WRITE);

	ASSERT_NE(NULL, at);
	EXPECT_EQ(-EFAULT, upper(at + 4090, 12, to, sizeof(to)));
	EXPECT_EQ(-EFAULT, upper("abcdefghijkl", 12, at + 4090, 12));
	/* As much as there could be, from and to where there is a little. */
	EXPECT_EQ(-EFAULT, upper(at, SIZE_MAX, at, SIZE_MAX));
	/* What was moved before the fault stays: here all that there was room for. */
	EXPECT_EQ(0, memcmp(at + 4090, "ABCDEF", 6));
	EXPECT_EQ(6, upper(at + 4090, 6, at + 4090, 6));
}

TEST(read_only_memory)
{
	char *at = half_mapped(PROT_READ);

	ASSERT_NE(NULL, at);
	EXPECT_EQ(4, upper(at, 4, to, 4));
	EXPECT_EQ(-EFAULT, upper("abcd", 4, at, 4));
	EXPECT_EQ('a', at[0]);
}

/* What only a register of 64 bits holds gets there. */
TEST(high_halves)
{
	EXPECT_EQ(-EMSGSIZE, upper("ab", (size_t)1 << 32, to, 2));
	EXPECT_EQ(2, upper("ab", 2, to, ((size_t)1 << 32) + 2));
}

TEST_HARNESS_MAIN
