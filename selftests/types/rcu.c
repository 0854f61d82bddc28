// SPDX-License-Identifier: GPL-2.0
/* A value by RCU: read, replaced, forgotten, and in the middle of a panic. */
#define _GNU_SOURCE
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

/* A copy to where nothing is yet: no fault may bring it in. */
static int copy_to_nothing(int fd, __u8 before)
{
	struct chard_types_steps armed = { .step = { before, CHARD_TYPES_COPY } };
	struct iovec all = { errors, sizeof(errors) };
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int error;

	armed.address = (unsigned long)page;
	memset(errors, 0, sizeof(errors));
	error = ioctl(fd, CHARD_TYPES_ARM, &armed) || preadv2(fd, &all, 1, 0, 0) < 0 ? errno : 0;
	munmap(page, 4096);
	return error ?: errors[1];
}

int main(void)
{
	int fd = opened();
	__u64 before = alive(fd);
	bool good;

	report(all_good(RUN(fd, { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_RCU_READ },
			    { CHARD_TYPES_ALLOC }, { CHARD_TYPES_COPY }, { CHARD_TYPES_SPIN })),
	       "who reads may read again, allocate, copy and take a spinlock");
	report(!copy_to_nothing(fd, CHARD_TYPES_END), "a copy to a page that is not there");
	report(copy_to_nothing(fd, CHARD_TYPES_RCU_READ) == EFAULT,
	       "the same while reading: EFAULT");
	report(copy_to_nothing(fd, CHARD_TYPES_SPIN) == EFAULT, "and with a spinlock held: EFAULT");
	report(copy_to_nothing(fd, CHARD_TYPES_SEM_READ) == 0, "and with a rwsem: well");

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
