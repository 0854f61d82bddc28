// SPDX-License-Identifier: GPL-2.0
/* Through an io_uring: transfers, which may be a worker's then, and commands. */
#define _GNU_SOURCE
#include <sys/ioctl.h>

#include "../../faults/armed/chard_armed.h"
#include "../../faults/uring.h"
#include "../fuzz.h"

/* Its ring would be the parent's. */
static bool open_ring(struct fuzzer *f, struct ring *ring, unsigned int flags, long *ret)
{
	*ret = f->child ? 0 : ring_open(ring, flags);
	return !f->child && !*ret;
}

long op_io_uring(struct fuzzer *f)
{
	size_t length = below(f, 2000);
	struct buffer buffer = pick_buffer(f, length, 0, 1);
	struct io_uring_sqe entry = {
		.opcode = PICK(f, IORING_OP_READ, IORING_OP_READ, IORING_OP_WRITE, IORING_OP_WRITE,
			       IORING_OP_FSYNC, IORING_OP_NOP, IORING_OP_FALLOCATE,
			       IORING_OP_FADVISE, 255),
		.flags = one_in(f, 3) ? IOSQE_ASYNC : 0,
		.fd = pick_fd(f),
		.off = below(f, 1000),
		.addr = (uintptr_t)buffer.at,
		.len = length,
	};
	struct ring ring;
	long ret;

	if (!open_ring(f, &ring, 0, &ret))
		return ret;
	if (entry.opcode == IORING_OP_READ)
		expect_output(&buffer, 1);
	interruptible(false);
	ret = ring_submit(&ring, entry);
	if (ret == 1)
		ret = ring_next(&ring, NULL);
	interruptible(true);
	if (ret > 0 && (size_t)ret > length)
		fail(f, "%ld of %zu bytes", ret, length);
	letters(&buffer);
	ring_close(&ring);
	return ret > 0 ? 0 : ret;
}

/* What a command asks for: small numbers mean something, but this leaks, as it should. */
static unsigned int pick_command(struct fuzzer *f)
{
	unsigned int op = one_in(f, 8) ? draw(f) : below(f, 10);

	return op == CHARD_ARMED_CMD_FORGET ? 0 : op;
}

/* Several at once, some of which wait until the device is asked to answer, or their ring goes. */
long op_uring_cmd(struct fuzzer *f)
{
	unsigned int flags =
		PICK(f, 0, 0, IORING_SETUP_SQE128 | IORING_SETUP_CQE32, IORING_SETUP_IOPOLL);
	unsigned long long words[10];
	long ret, submitted = 0;
	struct ring ring;
	int fd = -1;

	if (!open_ring(f, &ring, flags, &ret))
		return ret;
	for (unsigned int i = 0; i < 10; i++)
		words[i] = one_in(f, 3) ? draw(f) : below(f, 5000);
	interruptible(false);
	for (unsigned int i = 1 + below(f, 4); i && ret >= 0; i--) {
		struct io_uring_sqe entry;

		/* Of those that have commands, most often. */
		fd = one_in(f, 4) ? pick_fd(f) : pick_file_of(f, PICK(f, ARMED, ARMED, FIFO))->fd;
		entry = ring_command(fd, pick_command(f), i);
		entry.flags = one_in(f, 4) ? IOSQE_ASYNC : 0;
		ret = ring_submit_with(&ring, &entry, words, flags & IORING_SETUP_SQE128 ? 80 : 16);
		submitted += ret > 0;
	}
	if (ret >= 0 && one_in(f, 2))
		ioctl(fd,
		      PICK(f, CHARD_ARMED_ANSWER_KEPT, CHARD_ARMED_DROP_KEPT,
			   CHARD_ARMED_KEPT_OVER),
		      below(f, 100));
	while (ret >= 0 && ring_ended(&ring)) {
		unsigned long which = 0;

		ret = ring_next(&ring, &which);
		if (which < 1 || which > 4 || !submitted--)
			fail(f, "command %lu has ended, which nobody has submitted", which);
	}
	ring_close(&ring);
	interruptible(true);
	return ret > 0 ? 0 : ret;
}
