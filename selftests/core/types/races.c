// SPDX-License-Identifier: GPL-2.0
/* Many threads at once: readers and writers, RCU, counters, completions. */
#include <sys/ioctl.h>

#include "types.h"

static __u64 number(unsigned long which)
{
	int fd = opened();
	__u64 value = 0;

	ioctl(fd, which, &value);
	close(fd);
	return value;
}

#define HAMMER(rounds, ...)                    \
	hammer((const __u32[]){ __VA_ARGS__ }, \
	       sizeof((const __u32[]){ __VA_ARGS__ }) / sizeof(__u32), rounds)

int main(void)
{
	__u64 alive = number(CHARD_TYPES_ALIVE), sum = number(CHARD_TYPES_SUM);
	bool good;

	report(HAMMER(20000, CHARD_TYPES_SEM_READS, CHARD_TYPES_SEM_READS, CHARD_TYPES_SEM_WRITES,
		      CHARD_TYPES_SEM_WRITES),
	       "rwsem: no reader sees half of what a writer does");
	report(HAMMER(20000, CHARD_TYPES_LOCK_READS, CHARD_TYPES_LOCK_READS,
		      CHARD_TYPES_LOCK_WRITES, CHARD_TYPES_LOCK_WRITES),
	       "rwlock: no reader sees half of what a writer does");
	good = HAMMER(300, CHARD_TYPES_RCU_READS, CHARD_TYPES_RCU_READS, CHARD_TYPES_RCU_REPLACES,
		      CHARD_TYPES_RCU_REPLACES);
	report(good, "rcu: no reader sees a value that is dropped");
	report(number(CHARD_TYPES_ALIVE) == alive, "rcu: all that were replaced are dropped");
	report(HAMMER(50000, CHARD_TYPES_COUNTS, CHARD_TYPES_COUNTS, CHARD_TYPES_COUNTS,
		      CHARD_TYPES_COUNTS),
	       "counters: four threads add");
	report(number(CHARD_TYPES_SUM) == sum + 200000, "counters: the sum is theirs");
	good = HAMMER(20000, CHARD_TYPES_ARCS, CHARD_TYPES_ARCS, CHARD_TYPES_ARCS) &&
	       number(CHARD_TYPES_ALIVE) == alive;
	report(good, "arcs: the last one drops the value, no other");
	report(HAMMER(20000, CHARD_TYPES_COMPLETES, CHARD_TYPES_WAITS, CHARD_TYPES_COMPLETES,
		      CHARD_TYPES_WAITS),
	       "completions: each lets one go, none is lost");
	report(log_is_clean(), "the kernel has nothing to say");
	return report_end();
}
