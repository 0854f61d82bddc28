// SPDX-License-Identifier: GPL-2.0
/* A caller that must not wait (RWF_NOWAIT) gets a lock at once, or EAGAIN. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "types.h"

/* A call that holds what the step takes until the completion comes. */
static void *hold(void *argument)
{
	struct chard_types_steps armed = { .step = { 0, CHARD_TYPES_AWAIT }, .which = { 5 } };
	char results[CHARD_TYPES_STEPS * 2];
	int fd = opened();

	armed.step[0] = *(__u8 *)argument;
	if (ioctl(fd, CHARD_TYPES_ARM, &armed) ||
	    read(fd, results, sizeof(results)) != sizeof(results))
		perror("the call that holds it");
	close(fd);
	return NULL;
}

/* What a step gets that must not wait, while another call holds what @held takes. */
static bool gets(int fd, __u8 held, __u8 step, int expected)
{
	/* What tells that it is held by now: none but EAGAIN, some time. */
	__u8 probe = held == CHARD_TYPES_MUTEX ? held : CHARD_TYPES_SEM_WRITE;
	pthread_t thread;
	bool good;

	if (pthread_create(&thread, NULL, hold, &held))
		exit(EXIT_FAILURE);
	do {
		good = RUN_NOWAIT(fd, { probe, 5 }) == 0;
	} while (good && errors[0] != EAGAIN);
	/* With PREEMPT_RT a writer keeps other writers out a moment before readers. */
	usleep(10000);
	good = good && only(RUN_NOWAIT(fd, { step, 5 }), 0, expected);
	good = !control(fd, CHARD_TYPES_COMPLETE, 0) && good;
	pthread_join(thread, NULL);
	return good && all_good(RUN_NOWAIT(fd, { step, 5 }));
}

int main(void)
{
	int fd = opened();

	report(all_good(RUN_NOWAIT(fd, { CHARD_TYPES_SEM_READ, 0 }, { CHARD_TYPES_SEM_WRITE, 1 },
				   { CHARD_TYPES_MUTEX }, { CHARD_TYPES_LOCK_READ, 0 },
				   { CHARD_TYPES_LOCK_WRITE, 1 }, { CHARD_TYPES_SPIN })),
	       "what is free is given");
	report(only(RUN_NOWAIT(fd, { CHARD_TYPES_SLEEP }), 0, EAGAIN),
	       "a sleep is refused: EAGAIN");
	report(gets(fd, CHARD_TYPES_MUTEX, CHARD_TYPES_MUTEX, EAGAIN), "mutex: EAGAIN");
	report(gets(fd, CHARD_TYPES_SEM_WRITE, CHARD_TYPES_SEM_READ, EAGAIN),
	       "rwsem: a reader behind a writer: EAGAIN");
	report(gets(fd, CHARD_TYPES_SEM_WRITE, CHARD_TYPES_SEM_WRITE, EAGAIN),
	       "rwsem: a writer behind a writer: EAGAIN");
	report(gets(fd, CHARD_TYPES_SEM_READ, CHARD_TYPES_SEM_WRITE, EAGAIN),
	       "rwsem: a writer behind a reader: EAGAIN");
	report(gets(fd, CHARD_TYPES_SEM_READ, CHARD_TYPES_SEM_READ, 0),
	       "rwsem: a reader beside a reader has it");
	close(fd);
	return report_end();
}
