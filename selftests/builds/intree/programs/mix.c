// SPDX-License-Identifier: GPL-2.0
/* The system call chard_mix: what its Rust comes to is what this C comes to. */
#include "kselftest_harness.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "numbers.h"

/* As mix.rs has it. */
static unsigned long mix(unsigned long x, unsigned long rounds)
{
	unsigned long table[8] = { x, x, x, x, x, x, x, x };

	while (rounds--) {
		unsigned long *slot = &table[x & 7];

		*slot ^= x;
		x = (x << 7 | x >> 57) + *slot;
	}
	return x & INT_MAX;
}

TEST(as_in_c)
{
	for (unsigned long x = 0; x < 100; x++)
		EXPECT_EQ((long)mix(x << 40 | x, 10 * x),
			  syscall(NR_chard_mix, x << 40 | x, 10 * x));
}

TEST(too_many_rounds)
{
	EXPECT_EQ(-1, syscall(NR_chard_mix, 1UL, 1001UL));
	EXPECT_EQ(E2BIG, errno);
}

TEST_HARNESS_MAIN
