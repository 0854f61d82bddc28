// SPDX-License-Identifier: GPL-2.0
/* A mutex that is given back under a lock that spins: it stays locked as long as that. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "types.h"

static void by_one_call(int fd)
{
	report(all_good(RUN(fd, { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SPIN },
			    { CHARD_TYPES_DROP, 0 }, { CHARD_TYPES_DROP, 1 }, { CHARD_TYPES_MUTEX },
			    { CHARD_TYPES_SLEEP })),
	       "a mutex, given back before a spinlock, is free behind it");
	report(all_good(RUN(fd, { CHARD_TYPES_MUTEX }, { CHARD_TYPES_LOCK_READ, 1 },
			    { CHARD_TYPES_LOCK_WRITE, 2 }, { CHARD_TYPES_DROP, 0 },
			    { CHARD_TYPES_DROP, 1 }, { CHARD_TYPES_DROP, 2 },
			    { CHARD_TYPES_MUTEX })),
	       "and behind the last of several that readers share");
	report(only(RUN(fd, { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SPIN }, { CHARD_TYPES_DROP, 0 },
			{ CHARD_TYPES_MUTEX }),
		    3, EDEADLK),
	       "before that it is refused");
	report(RUN(fd, { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SPIN }, { CHARD_TYPES_DROP, 0 },
		   { CHARD_TYPES_PANIC }) == EIO &&
		       all_good(RUN(fd, { CHARD_TYPES_MUTEX })),
	       "a panic under the spinlock poisons that alone");
	report(!control(fd, CHARD_TYPES_MEND, 0), "which is mended");
}

/* Waits until a child sleeps in the state @wanted. */
static bool sleeps(pid_t child, char wanted)
{
	char path[40], state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	for (int i = 0; i < 2000 * slowness() && state != wanted; i++) {
		FILE *file = fopen(path, "r");

		usleep(5000);
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			state = 0;
		if (file)
			fclose(file);
	}
	return state == wanted;
}

static pid_t begin(bool waits)
{
	pid_t child = fork();
	bool good;
	int fd;

	if (child)
		return child;
	fd = opened();
	if (waits)
		good = all_good(RUN(fd, { CHARD_TYPES_MUTEX }));
	else
		good = all_good(RUN(fd, { CHARD_TYPES_MUTEX }, { CHARD_TYPES_AWAIT },
				    { CHARD_TYPES_LOCK_WRITE, 0 }, { CHARD_TYPES_DROP, 0 },
				    { CHARD_TYPES_DROP, 2 }, { CHARD_TYPES_SLEEP }));
	_exit(!good);
}

static bool ended_well(pid_t child)
{
	int status = -1;

	return waitpid(child, &status, 0) == child && !status;
}

/*
 * With somebody who waits for the mutex, and a timer that takes the other lock: what
 * lockdep would say is in the log.
 */
static void waited_for(int fd)
{
	pid_t owner, waiter;
	bool good;

	fflush(stdout);
	report(!control(fd, CHARD_TYPES_TIMER, 0) && !control(fd, CHARD_TYPES_WAIT, 0),
	       "a timer takes the lock that spins");
	owner = begin(false);
	good = sleeps(owner, 'S');
	waiter = begin(true);
	good = good && sleeps(waiter, 'D');
	report(good, "one has the mutex, one waits for it");
	good = !control(fd, CHARD_TYPES_COMPLETE, 0);
	good &= ended_well(owner);
	report(good & ended_well(waiter), "which gets it, given back under the lock");
}

int main(void)
{
	int fd = opened();

	by_one_call(fd);
	waited_for(fd);
	close(fd);
	return report_end();
}
