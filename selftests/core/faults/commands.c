// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of an io_uring that are answered from wherever, dropped, forgotten, refused
 * behind it or caught by a panic: each ends once.
 */
#include <stdlib.h>
#include <sys/ioctl.h>

#include "armed/chard_armed.h"
#include "module.h"
#include "uring.h"

/* What a command that ends at once ends with, by the submitter and by a worker alike. */
static int command_ends(int fd, unsigned int op, unsigned int flags)
{
	struct io_uring_sqe entry = ring_command(fd, op, 1);
	struct ring ring;
	int ret = ring_open(&ring, 0);

	if (ret)
		return ret;
	entry.flags = flags;
	ret = ring_submit(&ring, entry);
	if (ret == 1)
		ret = ring_next(&ring, NULL);
	if (ring_ended(&ring))
		ret = -EEXIST;
	ring_close(&ring);
	return ret;
}

/* The same of one that panics, which it does once. */
int command_error(int fd, unsigned int op)
{
	return command_ends(fd, op, 0);
}

static bool ends_with(int fd, unsigned int op, int result)
{
	return command_ends(fd, op, 0) == result && command_ends(fd, op, IOSQE_ASYNC) == result;
}

/* Submits one that is kept, which is pending then. */
static bool keep(struct ring *ring, int fd)
{
	return ring_submit(ring, ring_command(fd, CHARD_ARMED_CMD_KEEP, 1)) == 1 &&
	       !ring_ended(ring);
}

static void at_once(int fd)
{
	report(ends_with(fd, 99, -EOPNOTSUPP), "commands: an unknown one is EOPNOTSUPP");
	report(ends_with(fd, CHARD_ARMED_CMD_DROP, -ECANCELED),
	       "commands: one that is dropped is ECANCELED");
	report(ends_with(fd, CHARD_ARMED_CMD_FAIL, -ENOSPC),
	       "commands: an error is the answer, though it is kept");
	report(ioctl(fd, CHARD_ARMED_ANSWER_KEPT, 1) == 0,
	       "commands: no other answer comes behind it");
	report(ends_with(fd, CHARD_ARMED_CMD_NOW, 5),
	       "commands: a number is the answer, though it is kept");
	report(ioctl(fd, CHARD_ARMED_KEPT_OVER) == 1 && !ioctl(fd, CHARD_ARMED_DROP_KEPT),
	       "commands: the handler sees that it is over");
	report(ends_with(fd, CHARD_ARMED_CMD_EARLY, 7),
	       "commands: one may be answered before its entry is back");
	report(ends_with(fd, CHARD_ARMED_CMD_SIGNAL, -EINTR),
	       "commands: ERESTARTSYS is EINTR to user space");
	report(ends_with(fd, CHARD_ARMED_CMD_LARGE, -EINVAL),
	       "commands: more than a small entry has is EINVAL");
}

static void large_entries(int fd, const char *name, int opcode, unsigned int flags)
{
	struct io_uring_sqe entry = ring_command(fd, CHARD_ARMED_CMD_LARGE, 1);
	unsigned long long words[10] = {}, extra = 0;
	int taken = opcode == IORING_OP_URING_CMD ? 1 : 2;
	struct ring ring;
	bool good;

	for (int i = 0; i < 10; i++)
		words[i] = 100 + i;
	entry.opcode = opcode;
	good = !ring_open(&ring, flags) &&
	       ring_submit_with(&ring, &entry, words, sizeof(words)) == taken;
	report(good && ring_next(&ring, NULL) == 1045, "commands: 80 bytes of %s arrive", name);
	if (!good)
		return;
	entry.cmd_op = CHARD_ARMED_CMD_EXTRA;
	ring_submit_with(&ring, &entry, words, sizeof(words));
	report(ring_next_with(&ring, NULL, &extra) == 1 && extra == 100,
	       "commands: the completion of %s has a second result", name);
	entry.cmd_op = CHARD_ARMED_CMD_EARLY;
	ring_submit_with(&ring, &entry, words, sizeof(words));
	report(ring_next_with(&ring, NULL, &extra) == 7 && extra == 8,
	       "commands: so has one of %s that is answered by its handle", name);
	report(!ring_ended(&ring), "commands: nothing of %s ends twice", name);
	ring_close(&ring);
}

/* What this kernel has no rings for it says when one is made. */
static void mixed_entries(int fd)
{
	static const unsigned int flags = IORING_SETUP_SQE_MIXED | IORING_SETUP_CQE_MIXED;
	struct ring ring;

	if (ring_open(&ring, flags) == -EINVAL) {
		printf("# this kernel has no rings with entries of either size\n");
		return;
	}
	ring_close(&ring);
	large_entries(fd, "an entry among small ones", IORING_OP_URING_CMD128, flags);
}

static void from_elsewhere(int fd)
{
	static const struct {
		const char *name;
		unsigned long start;
		int result;
	} contexts[] = {
		{ "work", CHARD_ARMED_START_WORK, 2 },
		/* Which goes on. */
		{ "a timer", CHARD_ARMED_START_TIMER, 1 },
	};
	struct ring ring;
	bool good;

	report(!ring_open(&ring, 0) && keep(&ring, fd), "commands: one waits");
	report(ioctl(fd, CHARD_ARMED_ANSWER_KEPT, 42) == 1 && ring_next(&ring, NULL) == 42,
	       "commands: another call answers it");
	good = keep(&ring, fd) && ioctl(fd, CHARD_ARMED_ANSWER_KEPT, 0x80000000) == 1;
	report(good && ring_next(&ring, NULL) == -EOVERFLOW,
	       "commands: an answer that looks like an error is EOVERFLOW");
	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
		good = keep(&ring, fd) && !ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_ANSWER) &&
		       !ioctl(fd, contexts[i].start);
		report(good && ring_next(&ring, NULL) == contexts[i].result,
		       "commands: %s answers it", contexts[i].name);
	}
	good = keep(&ring, fd) && !ioctl(fd, CHARD_ARMED_DROP_KEPT);
	report(good && ring_next(&ring, NULL) == -ECANCELED,
	       "commands: one that waits and is dropped is ECANCELED");
	report(!ring_ended(&ring), "commands: none of them ends twice");
	ring_close(&ring);
}

/* Its ring goes; the command's keeper is told, on older kernels within a second. */
static void ring_goes(int fd)
{
	struct ring ring;
	bool good = !ring_open(&ring, 0) && keep(&ring, fd) && !ioctl(fd, CHARD_ARMED_KEPT_OVER);
	int over = 0;

	ring_close(&ring);
	for (int i = 0; i < 100 * slowness() && !over; i++) {
		usleep(50000);
		over = ioctl(fd, CHARD_ARMED_KEPT_OVER);
	}
	report(good && over == 1, "commands: one whose ring has gone is over");
	report(!ioctl(fd, CHARD_ARMED_ANSWER_KEPT, 1), "commands: it takes no answer");
}

static void panic_elsewhere(int fd)
{
	struct ring ring;
	bool good = !ring_open(&ring, 0) && keep(&ring, fd) &&
		    ring_submit(&ring, ring_command(fd, CHARD_ARMED_CMD_FORGET, 2)) == 1 &&
		    !ring_ended(&ring);
	char byte;

	report(good, "commands: one is kept, one forgotten");
	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ);
	good = read(fd, &byte, 1) == -1 && errno == EIO && ring_next(&ring, NULL) == -EIO;
	report(good && ring_next(&ring, NULL) == -EIO,
	       "commands: both end with EIO when the device panics");
	ring_submit(&ring, ring_command(fd, CHARD_ARMED_CMD_KEEP, 3));
	report(ring_next(&ring, NULL) == -EIO, "commands: so does each one behind it");
	report(!ring_ended(&ring), "commands: none ends twice by a panic");
	ring_close(&ring);
}

/* commands() - all of this; the device, which answers, is left in quarantine */
void commands(int fd)
{
	at_once(fd);
	large_entries(fd, "a large entry", IORING_OP_URING_CMD,
		      IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
	mixed_entries(fd);
	from_elsewhere(fd);
	ring_goes(fd);
	panic_elsewhere(fd);
}
