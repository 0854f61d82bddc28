// SPDX-License-Identifier: GPL-2.0
/* Commands of an io_uring, answered at once and later; the ring has its memory before. */
#define _GNU_SOURCE
#include <sys/ioctl.h>

#include "chard_armed.h"
#include "failnth.h"
#include "../module.h"
#include "../uring.h"

static int armed = -1;
static struct ring ring, large;

static int begin(void)
{
	int error = load("chard_armed.ko", "");

	if (!error)
		armed = open("/dev/chard-armed", O_RDWR);
	if (!error && armed < 0)
		error = errno;
	if (!error)
		error = -ring_open(&ring, 0);
	return error ? error : -ring_open(&large, IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
}

static int end(void)
{
	ring_close(&ring);
	ring_close(&large);
	close(armed);
	return unload("chard_armed");
}

/* Submits a command; an errno where the ring has not taken it. */
static int submit(struct ring *to, unsigned int op)
{
	static const unsigned char payload[80];
	struct io_uring_sqe entry = ring_command(armed, op, 1);
	int ret = ring_submit_with(to, &entry, payload, ring_entry_size(to) == 128 ? 80 : 16);

	if (ret == 1)
		return 0;
	/* It is not to come with the next. */
	(*ring_word(to, to->about.sq_off.tail))--;
	/* So a ring says that it has no memory for a request. */
	return ret == -EAGAIN ? ENOMEM : -ret;
}

/* One that has ended when it is submitted; the errno that it ended with. */
static int ends(struct ring *to, unsigned int op)
{
	int error = submit(to, op), ret = error ? 0 : ring_next(to, NULL);

	return ret < 0 ? -ret : error;
}

/* What has no answer yet is pending, what was refused has ended. */
static int keep(void)
{
	int error = submit(&ring, CHARD_ARMED_CMD_KEEP);

	return error || !ring_ended(&ring) ? error : -ring_next(&ring, NULL);
}

static int drop(void)
{
	int error = result(ioctl(armed, CHARD_ARMED_DROP_KEPT));

	if (!error && ring_next(&ring, NULL) != -ECANCELED)
		error = EPROTO;
	return error;
}

static int answer(void)
{
	int ret = ioctl(armed, CHARD_ARMED_ANSWER_KEPT, 42);

	if (ret < 0)
		return errno;
	return ret == 1 && ring_next(&ring, NULL) == 42 ? 0 : EPROTO;
}

static int early(void)
{
	return ends(&ring, CHARD_ARMED_CMD_EARLY);
}

static int sum(void)
{
	return ends(&large, CHARD_ARMED_CMD_LARGE);
}

const struct step command_steps[] = {
	{ "", begin, NULL, false },
	/* With this the ring has its requests; so the next is refused what we allocate. */
	{ "a command that is answered early", early, nothing, true },
	{ "a command that waits", keep, drop, true },
	{ "a command of a large entry", sum, nothing, true },
	{ "", keep, NULL, false },
	{ "a command's answer", answer, keep, true },
	{ "", answer, NULL, false },
	{ "", end, NULL, false },
	{},
};
