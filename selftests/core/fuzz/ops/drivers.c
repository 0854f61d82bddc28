// SPDX-License-Identifier: GPL-2.0
/* Rows: ioctl of scull, and of the drivers that are tests: all that a handler may use. */
#define _GNU_SOURCE
#include <sys/ioctl.h>

#include "chard_armed.h"
#include "chard_many.h"
#include "chard_scull.h"
#include "chard_types.h"
#include "../fuzz.h"

/* Others wait for who waits: now and then only, since removal alone wakes all who do. */
#define SELDOM 60

long op_ioctl_scull(struct fuzzer *f)
{
	int number = one_in(f, 4) ? (int)draw(f) : (int)below(f, one_in(f, 4) ? 70000 : 300);
	unsigned int cmd = PICK(f, SCULL_IOCRESET, SCULL_IOCSQUANTUM, SCULL_IOCSQSET,
				SCULL_IOCTQUANTUM, SCULL_IOCTQSET, SCULL_IOCGQUANTUM,
				SCULL_IOCGQSET, SCULL_IOCQQUANTUM, SCULL_IOCQQSET,
				SCULL_IOCXQUANTUM, SCULL_IOCXQSET, SCULL_IOCHQUANTUM,
				SCULL_IOCHQSET, SCULL_P_IOCTSIZE, SCULL_P_IOCQSIZE);
	long ret;

	if (_IOC_SIZE(cmd))
		return control_with(f, SCULL, cmd, &number);
	ret = control(pick_file_of(f, SCULL)->fd, cmd, (void *)(uintptr_t)(unsigned int)number);
	if (ret > SCULL_QUANTUM_MAX)
		fail(f, "a size of %ld", ret);
	return ret;
}

long op_ioctl_many(struct fuzzer *f)
{
	static const struct chard_many_params none;
	int fd = pick_file_of(f, MANY)->fd;
	unsigned long number = one_in(f, 10) ? draw(f) : below(f, 14);
	long ret;

	switch (below(f, 8)) {
	case 0:
	case 1:
		number = one_in(f, 3) ? CHARD_MANY_ANY : number;
		return control(fd, CHARD_MANY_CREATE, (void *)number);
	case 2:
	case 3:
		return control(fd, CHARD_MANY_REMOVE, (void *)number);
	case 4:
		return control(fd, CHARD_MANY_HOLD, (void *)(uintptr_t)one_in(f, 4));
	case 5:
		return control(fd, CHARD_MANY_TELL, (void *)(uintptr_t)below(f, 4));
	case 6:
		ret = control(fd, CHARD_MANY_LOCKED, NULL);
		if (ret == -EINVAL)
			fail(f, "a device comes or goes under a spinlock");
		return ret;
	}
	if (one_in(f, 4))
		return control(fd, CHARD_MANY_SPOIL, (void *)(uintptr_t)(options.panics ? 1 : 2));
	return control_with(f, MANY, CHARD_MANY_PARAMS, &none);
}

long op_ioctl_armed(struct fuzzer *f)
{
	/* What else there is, makes a fault wait, and whoever wants the caller's memory. */
	unsigned long what = 1UL << below(f, 17);
	int fd = pick_file_of(f, ARMED)->fd;
	__u64 none = 0;
	long ret;

	switch (below(f, 12)) {
	case 0:
	case 1:
		if (!options.panics)
			what = CHARD_ARMED_OTHER_PAGE;
		return control(fd, CHARD_ARMED_ARM, (void *)what);
	case 2:
		return control(fd, CHARD_ARMED_START_TIMER, NULL);
	case 3:
		return control(fd, CHARD_ARMED_START_WORK, NULL);
	case 4:
		return control(fd, CHARD_ARMED_START_THREAD, NULL);
	case 5:
		return control(fd, CHARD_ARMED_LOCKS, NULL);
	case 6:
		ret = control(fd, CHARD_ARMED_SLEEP_LOCKED, NULL);
		if (ret == -EINVAL)
			fail(f, "what sleeps is not refused under a spinlock");
		return ret;
	case 7:
		return control_with(f, ARMED, CHARD_ARMED_COUNT, &none);
	case 8:
		/* It forgets a timer, which is said when the driver goes. */
		if (options.panics)
			return control(fd, CHARD_ARMED_DROP, NULL);
		break;
	case 9:
		if (one_in(f, SELDOM / 12))
			return control(fd, CHARD_ARMED_WAIT, NULL);
		break;
	case 10:
		ret = control(fd, CHARD_ARMED_OWN, NULL);
		if (ret == -EINVAL)
			fail(f, "what was written to pages is not there");
		return ret;
	}
	return control(fd, CHARD_ARMED_PUNCH, NULL);
}

long op_ioctl_types(struct fuzzer *f)
{
	static const char none[sizeof(struct chard_types_who) + sizeof(struct chard_types_clocks)];
	unsigned int cmd = PICK(f, CHARD_TYPES_MEND, CHARD_TYPES_SUM, CHARD_TYPES_ALIVE,
				CHARD_TYPES_COMPLETE, CHARD_TYPES_COMPLETE,
				CHARD_TYPES_COMPLETE_ALL, CHARD_TYPES_RESET,
				CHARD_TYPES_WAIT_SHORTLY, CHARD_TYPES_TIMER, CHARD_TYPES_CLOCKS,
				CHARD_TYPES_WHO);
	unsigned long seed = below(f, 1000);

	if (one_in(f, SELDOM))
		cmd = PICK(f, CHARD_TYPES_WAIT, CHARD_TYPES_COLLECT);
	if (options.panics && one_in(f, 20))
		cmd = CHARD_TYPES_TIMER_PANIC;
	if (_IOC_SIZE(cmd))
		return control_with(f, TYPES, cmd, none);
	return control(pick_file_of(f, TYPES)->fd, cmd, (void *)seed);
}

long op_hammer(struct fuzzer *f)
{
	struct chard_types_hammer hammer = { 1 + below(f, CHARD_TYPES_COMPLETES),
					     1 + below(f, 50) };
	struct buffer buffer = pick_buffer(f, sizeof(hammer), 0, 1);
	bool mapped = buffer.from && buffer.at + sizeof(hammer) <= (char *)buffer.to;
	long ret;

	if (one_in(f, SELDOM))
		hammer = (struct chard_types_hammer){ CHARD_TYPES_WAITS, 1 };
	if (mapped)
		memcpy(buffer.at, &hammer, sizeof(hammer));
	ret = control(pick_file_of(f, TYPES)->fd, CHARD_TYPES_HAMMER, buffer.at);
	if (ret == -EINVAL && mapped)
		fail(f, "many calls at once: %u is not as it must be", hammer.what);
	letters(&buffer);
	return ret;
}

/* What the kernel says within, where a signal has ended a wait. */
#define ERESTARTSYS 512

/* What a step gives may be any of these. */
static bool may_step_give(unsigned int error)
{
	static const int errors[] = { 0,      EDEADLK, ENOLCK, EINVAL, EIO,
				      EFAULT, EAGAIN,  ENODEV, EINTR,  ERESTARTSYS };

	for (unsigned int i = 0; i < ARRAY_SIZE(errors); i++) {
		if ((unsigned int)errors[i] == error)
			return true;
	}
	return false;
}

struct steps {
	struct chard_types_steps all;
	unsigned int count;
};

static void add_step(struct steps *steps, unsigned int step, unsigned int which)
{
	if (steps->count == CHARD_TYPES_STEPS)
		return;
	steps->all.step[steps->count] = step;
	steps->all.which[steps->count++] = which;
}

/* What may be done with anything held: it is refused then, or not. */
static void add_any_step(struct fuzzer *f, struct steps *steps)
{
	switch (below(f, 10)) {
	case 0:
		add_step(steps, CHARD_TYPES_RCU_REPLACE, 0);
		break;
	case 1:
		add_step(steps, CHARD_TYPES_SLEEP, 0);
		break;
	case 2:
		add_step(steps, CHARD_TYPES_ALLOC, 0);
		break;
	case 3:
		add_step(steps, CHARD_TYPES_COPY, below(f, 2));
		break;
	case 4:
		add_step(steps, one_in(f, 8) ? CHARD_TYPES_FORGET : CHARD_TYPES_DROP,
			 below(f, CHARD_TYPES_STEPS));
		break;
	case 5:
		add_step(steps, CHARD_TYPES_RCU_READ, 0);
		break;
	case 6:
		if (options.panics && one_in(f, 8))
			add_step(steps, CHARD_TYPES_PANIC, 0);
		break;
	}
}

/*
 * Locks, in one order for all, since two orders would be a deadlock that nobody
 * promises to see; now and then one twice.
 */
static void pick_steps(struct fuzzer *f, struct steps *steps)
{
	/* Others wait with nothing in hand. */
	if (one_in(f, SELDOM))
		add_step(steps, CHARD_TYPES_AWAIT, 0);
	if (one_in(f, 4))
		add_step(steps, CHARD_TYPES_MUTEX, 0);
	for (unsigned int i = below(f, 20); i < 20; i += 1 + below(f, 12)) {
		unsigned int step = i < 10 ? PICK(f, CHARD_TYPES_SEM_READ, CHARD_TYPES_SEM_WRITE)
					   : PICK(f, CHARD_TYPES_LOCK_READ, CHARD_TYPES_LOCK_WRITE);

		if (i == 10 && one_in(f, 2))
			add_step(steps, CHARD_TYPES_SPIN, 0);
		add_step(steps, step, i % 10);
		if (one_in(f, 8))
			add_step(steps, step, i % 10);
		add_any_step(f, steps);
	}
	/* More than one call may have. */
	for (unsigned int i = one_in(f, 10) ? 10 : below(f, 3); i; i--)
		add_step(steps, CHARD_TYPES_RCU_READ, 0);
	add_any_step(f, steps);
}

long op_steps(struct fuzzer *f)
{
	/* Whoever reads the file again copies there again: nobody looks at it. */
	static char copied[PAGE];
	char *to = one_in(f, 4) ? hostile_address(f) : copied + below(f, PAGE);
	struct steps steps = { .all.address = (uintptr_t)to };
	int fd = pick_file_of(f, TYPES)->fd;
	__u16 errors[CHARD_TYPES_STEPS] = {};
	long ret;

	pick_steps(f, &steps);
	ret = control(fd, CHARD_TYPES_ARM, &steps.all);
	if (ret)
		return ret;
	errno = 0;
	ret = read(fd, errors, sizeof(errors));
	ret = ret < 0 ? -errno : ret;
	if (ret != sizeof(errors))
		return ret;
	for (unsigned int i = 0; i < CHARD_TYPES_STEPS; i++) {
		if (!may_step_give(errors[i]))
			fail(f, "step %u, %u of %u: %s", i, steps.all.step[i], steps.all.which[i],
			     strerror(errors[i]));
	}
	return 0;
}
