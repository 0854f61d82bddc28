// SPDX-License-Identifier: GPL-2.0
/* Locks of readers and writers: what a call may take, and how it gives it back. */
#include "types.h"

static void taking(int fd)
{
	report(all_good(RUN(fd, { CHARD_TYPES_SEM_READ, 0 }, { CHARD_TYPES_SEM_WRITE, 1 },
			    { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SLEEP }, { CHARD_TYPES_COPY })),
	       "with locks that sleep, one sleeps and copies");
	report(all_good(RUN(fd, { CHARD_TYPES_LOCK_READ, 0 }, { CHARD_TYPES_LOCK_WRITE, 1 },
			    { CHARD_TYPES_SPIN }, { CHARD_TYPES_ALLOC }, { CHARD_TYPES_COPY })),
	       "with locks that spin, one allocates, and copies to what is there");
	/* Interrupts are as before: the last step may sleep. */
	report(all_good(RUN(fd, { CHARD_TYPES_LOCK_READ, 0 }, { CHARD_TYPES_LOCK_WRITE, 1 },
			    { CHARD_TYPES_SPIN }, { CHARD_TYPES_LOCK_READ, 2 },
			    { CHARD_TYPES_DROP, 1 }, { CHARD_TYPES_DROP, 0 },
			    { CHARD_TYPES_DROP, 3 }, { CHARD_TYPES_DROP, 2 },
			    { CHARD_TYPES_SLEEP })),
	       "given back in another order, interrupts are on again");
	/* They are off until then: or the panic would not be contained. */
	report(RUN(fd, { CHARD_TYPES_LOCK_READ, 0 }, { CHARD_TYPES_SPIN }, { CHARD_TYPES_DROP, 0 },
		   { CHARD_TYPES_PANIC }) == EIO,
	       "and not before the last is given back");
	report(!control(fd, CHARD_TYPES_MEND, 0), "what it has left is mended");
}

static void twice(int fd)
{
	static const struct {
		const char *name;
		__u8 first, second;
	} pairs[] = {
		{ "rwsem: read after read", CHARD_TYPES_SEM_READ, CHARD_TYPES_SEM_READ },
		{ "rwsem: write after read", CHARD_TYPES_SEM_READ, CHARD_TYPES_SEM_WRITE },
		{ "rwsem: read after write", CHARD_TYPES_SEM_WRITE, CHARD_TYPES_SEM_READ },
		{ "rwsem: write after write", CHARD_TYPES_SEM_WRITE, CHARD_TYPES_SEM_WRITE },
		{ "rwlock: read after read", CHARD_TYPES_LOCK_READ, CHARD_TYPES_LOCK_READ },
		{ "rwlock: write after read", CHARD_TYPES_LOCK_READ, CHARD_TYPES_LOCK_WRITE },
		{ "rwlock: read after write", CHARD_TYPES_LOCK_WRITE, CHARD_TYPES_LOCK_READ },
		{ "rwlock: write after write", CHARD_TYPES_LOCK_WRITE, CHARD_TYPES_LOCK_WRITE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		report(only(RUN(fd, { pairs[i].first, 3 }, { pairs[i].second, 3 }), 1, EDEADLK),
		       "%s: EDEADLK", pairs[i].name);
		report(all_good(RUN(fd, { pairs[i].first, 3 }, { CHARD_TYPES_DROP, 0 },
				    { pairs[i].second, 3 })),
		       "%s: and one after the other is fine", pairs[i].name);
	}
}

static void sleeping(int fd)
{
	static const __u8 atomic[] = { CHARD_TYPES_SPIN, CHARD_TYPES_LOCK_READ,
				       CHARD_TYPES_LOCK_WRITE };
	static const __u8 sleeps[] = { CHARD_TYPES_MUTEX, CHARD_TYPES_SEM_READ,
				       CHARD_TYPES_SEM_WRITE, CHARD_TYPES_SLEEP,
				       CHARD_TYPES_RCU_REPLACE };
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(atomic); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sleeps); j++)
			good = good &&
			       only(RUN(fd, { atomic[i], 4 }, { sleeps[j], 5 }), 1, EDEADLK);
	}
	report(good, "what sleeps is refused with each lock that spins: EDEADLK");
}

static void too_many(int fd)
{
	int error = RUN(fd, { CHARD_TYPES_SEM_READ, 0 }, { CHARD_TYPES_SEM_READ, 1 },
			{ CHARD_TYPES_SEM_READ, 2 }, { CHARD_TYPES_SEM_READ, 3 },
			{ CHARD_TYPES_SEM_READ, 4 }, { CHARD_TYPES_SEM_READ, 5 },
			{ CHARD_TYPES_SEM_READ, 6 }, { CHARD_TYPES_LOCK_READ, 7 },
			{ CHARD_TYPES_LOCK_READ, 8 }, { CHARD_TYPES_DROP, 7 },
			{ CHARD_TYPES_DROP, 3 }, { CHARD_TYPES_SEM_READ, 7 },
			{ CHARD_TYPES_RCU_READ });

	report(only(error, 8, ENOLCK),
	       "the ninth that a call shares is refused: ENOLCK; what is given back serves again");
}

static void forgetting(int fd)
{
	int other = opened();
	bool good;

	mark_log();
	report(all_good(RUN(fd, { CHARD_TYPES_SEM_READ, 6 }, { CHARD_TYPES_FORGET, 0 },
			    { CHARD_TYPES_LOCK_READ, 6 }, { CHARD_TYPES_FORGET, 2 })),
	       "a call forgets what it shares");
	report(logged_since("types: a call ended while it shared a lock"), "that is logged");
	report(all_good(RUN(other, { CHARD_TYPES_SEM_WRITE, 6 }, { CHARD_TYPES_LOCK_WRITE, 6 })),
	       "another call has it at once, and it is not poisoned");
	report(only(RUN(fd, { CHARD_TYPES_LOCK_READ, 6 }, { CHARD_TYPES_FORGET, 0 },
			{ CHARD_TYPES_SLEEP }),
		    2, EDEADLK),
	       "with what it has forgotten a call can not sleep");
	report(only(RUN(fd, { CHARD_TYPES_SEM_READ, 6 }, { CHARD_TYPES_FORGET, 0 },
			{ CHARD_TYPES_SEM_WRITE, 6 }),
		    2, EDEADLK),
	       "nor take it anew");

	report(all_good(RUN(fd, { CHARD_TYPES_SEM_WRITE, 7 }, { CHARD_TYPES_FORGET, 0 },
			    { CHARD_TYPES_LOCK_WRITE, 7 }, { CHARD_TYPES_FORGET, 2 })),
	       "a call forgets what it has to itself");
	good = only(RUN(other, { CHARD_TYPES_SEM_READ, 7 }), 0, EIO) &&
	       only(RUN(other, { CHARD_TYPES_SEM_WRITE, 7 }), 0, EIO) &&
	       only(RUN(other, { CHARD_TYPES_LOCK_READ, 7 }), 0, EIO) &&
	       only(RUN(other, { CHARD_TYPES_LOCK_WRITE, 7 }), 0, EIO);
	report(good, "another learns that it is poisoned, in either way: EIO");
	good = !control(fd, CHARD_TYPES_MEND, 0) &&
	       all_good(RUN(other, { CHARD_TYPES_SEM_READ, 7 }, { CHARD_TYPES_LOCK_WRITE, 7 }));
	report(good, "new values end the poisoning");
	close(other);
}

static void panicking(int fd)
{
	static const __u8 shares[] = { CHARD_TYPES_SEM_READ, CHARD_TYPES_LOCK_READ };
	static const __u8 has[] = { CHARD_TYPES_SEM_WRITE, CHARD_TYPES_LOCK_WRITE };
	int other = opened();
	bool good;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		report(RUN(fd, { shares[i], 8 }, { CHARD_TYPES_PANIC }) == EIO,
		       "a panic while a lock is shared: EIO");
		report(all_good(RUN(other, { has[i], 8 })), "which is free, and not poisoned");
		report(RUN(fd, { has[i], 8 }, { CHARD_TYPES_PANIC }) == EIO,
		       "a panic while a call has it to itself: EIO");
		report(only(RUN(other, { shares[i], 8 }), 0, EIO), "which is poisoned");
		report(!control(fd, CHARD_TYPES_MEND, 0) && all_good(RUN(other, { has[i], 8 })),
		       "and mended");
	}
	good = RUN(fd, { CHARD_TYPES_SEM_READ, 0 }, { CHARD_TYPES_SEM_WRITE, 1 },
		   { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SPIN }, { CHARD_TYPES_LOCK_READ, 2 },
		   { CHARD_TYPES_RCU_READ }, { CHARD_TYPES_LOCK_WRITE, 3 },
		   { CHARD_TYPES_PANIC }) == EIO;
	report(good, "a panic with one of each kind: EIO");
	good = !control(fd, CHARD_TYPES_MEND, 0) &&
	       all_good(RUN(other, { CHARD_TYPES_SEM_WRITE, 0 }, { CHARD_TYPES_SEM_WRITE, 1 },
			    { CHARD_TYPES_MUTEX }, { CHARD_TYPES_SLEEP },
			    { CHARD_TYPES_RCU_REPLACE }, { CHARD_TYPES_SPIN },
			    { CHARD_TYPES_LOCK_WRITE, 2 }, { CHARD_TYPES_LOCK_WRITE, 3 }));
	report(good, "all of them are free");
	close(other);
}

int main(void)
{
	int fd = opened();

	taking(fd);
	twice(fd);
	sleeping(fd);
	too_many(fd);
	forgetting(fd);
	panicking(fd);
	close(fd);
	return report_end();
}
