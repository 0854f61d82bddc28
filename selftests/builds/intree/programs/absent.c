// SPDX-License-Identifier: GPL-2.0
/*
 * Where the system calls are not: in a kernel without them (NOT_THERE), and for 32-bit
 * callers of one that has them. Each answers as what is no system call at all, whatever
 * it comes with.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <unistd.h>

#include "numbers.h"

/* The errno of what is no system call. */
static int nothing(void)
{
	return syscall(-1) == -1 ? errno : 0;
}

/* By the table of 32-bit callers, from whichever program. */
static int interrupt(int number)
{
	int ret;

	/* Addresses are as good as others: nobody looks at them. */
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(number), "b"(0), "c"(4), "d"(0), "S"(4)
		     : "memory");
	return ret;
}

TEST(by_interrupt)
{
	ASSERT_STREQ("Function not implemented", strerror(nothing()));
	EXPECT_EQ(-nothing(), interrupt(NR_chard_upper));
	EXPECT_EQ(-nothing(), interrupt(NR_chard_mix));
}

#ifdef NOT_THERE
TEST(by_syscall)
{
	char text[] = "text";
	int error = nothing();

	errno = 0;
	EXPECT_EQ(-1, syscall(NR_chard_upper, text, sizeof(text), text, sizeof(text)));
	EXPECT_EQ(error, errno);
	errno = 0;
	EXPECT_EQ(-1, syscall(NR_chard_upper, NULL, -1L, NULL, -1L));
	EXPECT_EQ(error, errno);
	errno = 0;
	EXPECT_EQ(-1, syscall(NR_chard_mix, 1L, 1L));
	EXPECT_EQ(error, errno);
}
#endif

#ifdef __LP64__
/* The ABI of 32-bit pointers in 64-bit registers. */
TEST(by_x32)
{
	char text[] = "text";
	int error = nothing();

	errno = 0;
	EXPECT_EQ(-1, syscall(0x40000000L | NR_chard_upper, text, 4, text, 4));
	EXPECT_EQ(error, errno);
}
#endif

TEST_HARNESS_MAIN
