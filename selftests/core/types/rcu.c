// SPDX-License-Identifier: GPL-2.0
/* A value by RCU: read, replaced, forgotten, and in the middle of a panic. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "types.h"

static __u64 alive(int fd)
{
	__u64 number = 0;

	ioctl(fd, CHARD_TYPES_ALIVE, &number);
	return number;
}

/* A copy to where nothing is yet, or from there: no fault may bring it in. */
static int copy(int fd, __u8 before, __u8 which)
{
	struct chard_types_steps armed = { .step = { before, CHARD_TYPES_COPY },
					   .which = { 0, which } };
	struct iovec all = { errors, sizeof(errors) };
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int error;

	armed.address = (unsigned long)page;
	memset(errors, 0, sizeof(errors));
	error = ioctl(fd, CHARD_TYPES_ARM, &armed) || preadv2(fd, &all, 1, 0, 0) < 0 ? errno : 0;
	munmap(page, 4096);
	return error ?: errors[1];
}

static bool old_was_whole;

/* The error of both ways, or -1 where they differ. */
static int copy_nothing(int fd, __u8 before)
{
	int to = copy(fd, before, 0), from = copy(fd, before, 1);

	return to == from ? to : -1;
}

/* On a processor of its own, since a kernel that is not preempted lets nobody else on it. */
static void stay_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		exit(EXIT_FAILURE);
}

static void *read_the_old(void *unused)
{
	struct chard_types_steps armed = { .step = { CHARD_TYPES_RCU_OLD } };
	__u16 results[CHARD_TYPES_STEPS];
	int fd = opened();

	stay_on(0);
	old_was_whole = !ioctl(fd, CHARD_TYPES_ARM, &armed) &&
			read(fd, results, sizeof(results)) == sizeof(results) && !results[0];
	close(fd);
	return unused;
}

/* A call that replaces a value waits for its readers. */
static void waiting(int fd)
{
	pthread_t reader;
	bool good;

	stay_on(1);
	if (pthread_create(&reader, NULL, read_the_old, NULL))
		exit(EXIT_FAILURE);
	/* It reads by now. */
	good = !control(fd, CHARD_TYPES_WAIT, 0) && all_good(RUN(fd, { CHARD_TYPES_RCU_REPLACE }));
	pthread_join(reader, NULL);
	report(good && old_was_whole, "a value is whole while it is read, replaced or not");
}

int main(void)
{
	int fd = opened();
	__u64 before = alive(fd);
	bool good;

	report(all_good(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_RCU_READ },
			    { CHARD_TYPES_ALLOC }, { CHARD_TYPES_COPY }, { CHARD_TYPES_COPY, 1 },
			    { CHARD_TYPES_SPIN })),
	       "who reads may read again, allocate, copy and take a spinlock");
	report(!copy_nothing(fd, CHARD_TYPES_END), "copies to and from a page that is not there");
	report(copy_nothing(fd, CHARD_TYPES_RCU_READ) == EFAULT, "the same while reading: EFAULT");
	report(copy_nothing(fd, CHARD_TYPES_SPIN) == EFAULT, "and with a spinlock held: EFAULT");
	report(copy_nothing(fd, CHARD_TYPES_SEM_READ) == 0, "and with a rwsem: well");

	waiting(fd);
	report(all_good(RUN(fd, { CHARD_TYPES_RCU_REPLACE })), "a value is replaced");
	report(all_good(RUN(fd, { CHARD_TYPES_SEM_READ, 0 }, { CHARD_TYPES_MUTEX },
			    { CHARD_TYPES_RCU_REPLACE })),
	       "also by who holds locks that sleep");
	report(alive(fd) == before, "the old ones are dropped, each once");
	report(only(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_RCU_REPLACE }), 1, EDEADLK),
	       "not by who reads: EDEADLK");
	good = only(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_MUTEX }), 1, EDEADLK) &&
	       only(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_SEM_READ, 1 }), 1, EDEADLK) &&
	       only(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_SLEEP }), 1, EDEADLK);
	report(good, "nor does that one sleep: EDEADLK");
	report(all_good(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_SPIN },
			    { CHARD_TYPES_DROP, 0 }, { CHARD_TYPES_DROP, 1 },
			    { CHARD_TYPES_RCU_REPLACE }, { CHARD_TYPES_SLEEP })),
	       "in any order");

	mark_log();
	report(only(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_FORGET, 0 },
			{ CHARD_TYPES_RCU_REPLACE }),
		    2, EDEADLK),
	       "who has forgotten to end reading does not replace: EDEADLK");
	report(logged_since("read by RCU"), "that is logged");
	report(all_good(RUN(fd, { CHARD_TYPES_RCU_REPLACE })), "the next call does");
	report(all_good(RUN(fd, { CHARD_TYPES_RCU_DROPPED })),
	       "what is read is dropped when the guard is forgotten");
	good = RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_PANIC }) ==
	       EIO;
	report(good, "a panic while reading: EIO");
	report(all_good(RUN(fd, { CHARD_TYPES_RCU_REPLACE }, { CHARD_TYPES_SLEEP })),
	       "behind it one replaces and sleeps");
	good = RUN_NOWAIT(fd, { CHARD_TYPES_RCU_READ }) == 0 &&
	       only(RUN_NOWAIT(fd, { CHARD_TYPES_RCU_REPLACE }), 0, EAGAIN);
	report(good, "who must not wait reads, and does not replace: EAGAIN");
	report(alive(fd) == before, "no value is lost, none is left");
	close(fd);
	return report_end();
}
