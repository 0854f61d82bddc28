// SPDX-License-Identifier: GPL-2.0
/* What each operation answers, by the table of docs/context.md. */
#include <sys/utsname.h>

#include "test.h"

/* Words of a cell that are no errno; 0 is yes. */
enum {
	CELL_NONE = 1000,
	CELL_LATER,
	CELL_SMALL,
	CELL_AT_HAND,
	CELL_AS_BEFORE,
	CELL_CALLER,
	CELL_OPENER,
	CELL_KERNEL
};

enum column { SLEEP, WAIT, MEMORY, COPY, CREATE, REMOVE, START, UEVENT, CALLS, COLUMNS };

#define HELD_ROW "with a SpinLock, an RwLock or in an RCU section"
#define ERESTARTSYS 512

static struct {
	const char *name;
	int cells[COLUMNS];
	bool used;
} rows[] = {
#include "rows.h"
};

/* What an operation needs, which says what it answers. */
enum need {
	NOTHING,     /* not even a call */
	CALL,	     /* any call */
	CALL_SLEEPS, /* one that the crate takes for one that may sleep */
	LARGE,
	SLEEPS,
	WAITS,	 /* for another task, not in a queue */
	QUEUES,	 /* in a queue for a time */
	FOREVER, /* likewise, where something ends it */
	LOCK,	 /* that another has */
	LOCK_TRY,
	STARTS,
	STARTS_THREAD,
	RESTARTS_THREAD,
	TELLS,
	CHECKS,
	COPIES,
	COPIES_ABSENT,
	MOVES,
	CREATES,
	REMOVES,
	USER,
	RIGHTS,
	TERMINAL,
	CANCELS,
	ANSWERS,
};

#define OP(_name, _need)                             \
	{                                            \
		CHARD_CONTEXT_##_name, #_name, _need \
	}

static const struct {
	unsigned int op;
	const char *name;
	enum need need;
} ops[] = {
	OP(SPIN_LOCK, CALL),
	OP(SPIN_TRY, CALL),
	OP(RW_READ, CALL),
	OP(RW_WRITE, CALL),
	OP(RCU_READ, CALL),
	OP(BOX, NOTHING),
	OP(VEC, NOTHING),
	OP(LARGE, LARGE),
	OP(DROP_LARGE, CALL),
	OP(COUNTER, NOTHING),
	OP(START_TIMER, STARTS),
	OP(START_WORK, STARTS),
	OP(CANCEL, CANCELS),
	OP(WAKE, CALL),
	OP(COMPLETE, CALL),
	OP(PARAMETER, NOTHING),
	OP(RANDOM, NOTHING),
	OP(CLOCK, NOTHING),
	OP(PRINT, NOTHING),
	OP(ANSWER, ANSWERS),
	OP(MAKE_LOCK, NOTHING),
	OP(MUTEX, SLEEPS),
	OP(MUTEX_TRY, SLEEPS),
	OP(SEM_READ, SLEEPS),
	OP(SEM_WRITE, SLEEPS),
	OP(RESIZE, SLEEPS),
	OP(STORE_PAGES, SLEEPS),
	OP(MAKE_PAGE, WAITS),
	OP(START_THREAD, STARTS_THREAD),
	OP(MAKE_OBJECTS, CALL_SLEEPS),
	OP(UEVENT, TELLS),
	OP(WAIT_LIMIT, QUEUES),
	OP(WAIT, FOREVER),
	OP(COMPLETION, QUEUES),
	OP(HELD, LOCK),
	OP(HELD_TRY, LOCK_TRY),
	OP(RCU_REPLACE, WAITS),
	OP(CANCEL_TIMER, WAITS),
	OP(CANCEL_WORK, WAITS),
	OP(CANCEL_THREAD, WAITS),
	OP(RESTART_THREAD, RESTARTS_THREAD),
	OP(COPY_TO, COPIES),
	OP(COPY_FROM, COPIES),
	OP(COPY_ABSENT, COPIES_ABSENT),
	OP(MOVE, MOVES),
	OP(CREATE, CREATES),
	OP(REMOVE, REMOVES),
	OP(CALLER, USER),
	OP(CAPABLE, RIGHTS),
	OP(TTY, TERMINAL),
	OP(TASK, CALL_SLEEPS),
	OP(CHECK, CHECKS),
};

static const char *const variants[CHARD_CONTEXT_VARIANTS] = {
	"nothing held",	     "a signal",       "a SpinLock",
	"an RwLock written", "an RwLock read", "an RCU section",
};

/* The row of this name, and that of a call that can not sleep. */
static int row_of(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!strcmp(rows[i].name, name)) {
			rows[i].used = true;
			return i;
		}
	}
	report(false, "docs/context.md has a row \"%s\"", name);
	exit(1);
}

/* What a row says of a call of this variant. */
static int cell(const struct way *way, unsigned int variant, enum column column)
{
	int before = rows[row_of(way->row)].cells[column], held;

	if (variant < CHARD_CONTEXT_SPIN || before == CELL_NONE)
		return before;
	held = rows[row_of(HELD_ROW)].cells[column];
	return held == CELL_AS_BEFORE ? before : held;
}

static bool copies_to_pipe(void)
{
	struct utsname system;
	int major = 0, minor = 0;

	uname(&system);
	if (sscanf(system.release, "%d.%d", &major, &minor) != 2)
		report(false, "the kernel's version is known");
	return major < 6 || (major == 6 && minor < 5);
}

/* An answer that may be missing. */
#define MAYBE 0x10000
#define ABSENT -1

/* The first that refuses. */
#define FIRST_OF(_first, _then)                   \
	({                                        \
		int __first = (_first);           \
		__first ? __first : (int)(_then); \
	})

/* What an operation answers; MAYBE it is not tried; ABSENT it is never. */
static int answer(const struct way *way, unsigned int variant, enum need need)
{
	bool alone = is_alone(way), signal = variant == CHARD_CONTEXT_SIGNAL;
	int sleep = cell(way, variant, SLEEP), wait = cell(way, variant, WAIT);
	int start = cell(way, variant, START), copy = cell(way, variant, COPY), of;

	if (need == NOTHING)
		return 0;
	if (need == LARGE)
		return cell(way, variant, MEMORY) == CELL_SMALL ? ENOMEM : 0;
	/* A state that is dropped has handles, but no call. */
	if (need == CANCELS)
		return start != CELL_NONE || way->method == CHARD_CONTEXT_FILE_DROP ? 0 : ABSENT;
	if (need == ANSWERS)
		return way->call == call_start ? 0 : ABSENT;
	if (start == CELL_NONE)
		return ABSENT;
	if (need == CALL)
		return 0;
	if (need == STARTS)
		return start;
	/* A timer is never handed more. */
	if (sleep == CELL_NONE)
		return ABSENT;
	/* Where the device has gone, no queue waits any more. */
	of = wait == ENODEV ? 0 : wait;
	switch (need) {
	case SLEEPS:
		return sleep;
	case WAITS:
		return FIRST_OF(sleep, of);
	case QUEUES:
		return FIRST_OF(wait, signal ? EINTR : 0);
	case FOREVER:
		return FIRST_OF(wait, signal ? ERESTARTSYS : ABSENT);
	case LOCK:
		return FIRST_OF(sleep, of ? EAGAIN : 0) | MAYBE;
	case LOCK_TRY:
		return FIRST_OF(sleep, EAGAIN) | MAYBE;
	case STARTS_THREAD:
		return FIRST_OF(sleep, start);
	case RESTARTS_THREAD:
		return FIRST_OF(sleep, FIRST_OF(start, of));
	case TELLS:
		return FIRST_OF(sleep, cell(way, variant, UEVENT));
	case CHECKS:
		return start;
	case COPIES:
	case COPIES_ABSENT:
		if (copy == CELL_AT_HAND)
			copy = need == COPIES_ABSENT ? EFAULT : rows[row_of(way->row)].cells[COPY];
		return copy == CELL_NONE ? ABSENT : copy;
	case MOVES:
		if (way->method != CHARD_CONTEXT_READ && way->method != CHARD_CONTEXT_WRITE)
			return ABSENT;
		/* A pipe's pages come as they are read into, which sleeps, before 6.5. */
		if (way->method == CHARD_CONTEXT_READ && way->way == 2 && copies_to_pipe())
			return cell(way, variant, COPY) == CELL_AT_HAND ? EFAULT : 0;
		return 0;
	case CREATES:
		return FIRST_OF(cell(way, variant, CREATE), alone ? EOPNOTSUPP : 0);
	case REMOVES:
		of = cell(way, variant, REMOVE);
		if (alone && of != EDEADLK)
			of = ENXIO; /* there is no such device */
		return of == CELL_LATER ? CHARD_CONTEXT_LATER : of;
	case USER:
		of = cell(way, variant, CALLS);
		return of == CELL_KERNEL ? 0 : of == CELL_OPENER ? OPENER : CALLER;
	case RIGHTS:
		return cell(way, variant, CALLS) == CELL_KERNEL;
	case TERMINAL:
		of = ENXIO; /* nobody has one here */
		return of;
	default:
		return 0;
	}
}

static bool agrees(int expected, int found)
{
	bool maybe = expected != ABSENT && expected & MAYBE;

	if (expected == ABSENT || !found)
		return !found && (expected == ABSENT || maybe);
	return found - 1 == (expected & ~MAYBE);
}

void expect_row(const struct way *way, unsigned int variant)
{
	struct chard_context_row row = { .method = way->method,
					 .way = way->way,
					 .variant = variant };
	unsigned int tried = 0, wrong = 0;

	if (ioctl(control, CHARD_CONTEXT_ROW, &row))
		report(false, "the row is read: %s", strerror(errno));
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		int expected = answer(way, variant, ops[i].need), found = row.cells[ops[i].op];

		tried += found != 0;
		if (agrees(expected, found))
			continue;
		wrong++;
		printf("# %s, way %u, %s: %s: ", way->row, way->way, variants[variant],
		       ops[i].name);
		if (found)
			printf("found %d, ", found - 1);
		else
			printf("not tried, ");
		if (expected == ABSENT)
			printf("expected not to be tried\n");
		else
			printf("expected %d\n", expected & ~MAYBE);
	}
	report(!wrong && tried, "%s, way %u, %s: %u answers are as documented", way->row, way->way,
	       variants[variant], tried);
}

/* Of a method that nobody is left to ask. */
bool row_has_memory(const char *name)
{
	return !rows[row_of(name)].cells[MEMORY];
}

void expect_all_rows_used(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		report(rows[i].used, "the row \"%s\" is tried", rows[i].name);
}
