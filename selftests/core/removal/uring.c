// SPDX-License-Identifier: GPL-2.0
/* What waits for a device in an io_uring when it goes: each ends, once. */
#include "../faults/uring.h"
#include "chard_fifo.h"
#include "removal.h"

#define NODE "/dev/chard-fifo"
#define REMOVE "/sys/class/misc/chard-fifo/remove"

enum { READ = 1, WORKER, POLL, COMMAND, KINDS };

void uring(void)
{
	static const char *const names[KINDS] = { [READ] = "a read",
						  [WORKER] = "a read in a worker",
						  [POLL] = "a poll",
						  [COMMAND] = "a command" };
	static const struct chard_fifo_wait wait = { 1 };
	struct io_uring_sqe entry;
	int ends[KINDS] = {}, results[KINDS] = {}, fd, submitted = 0;
	struct ring ring;
	char bytes[2][8];

	clear_log();
	report(!load("chard_fifo.ko", ""), "pending: fifo loads");
	fd = open(NODE, O_RDWR);
	report(fd >= 0 && !ring_open(&ring, 0), "pending: a ring is there");
	submitted += ring_submit(&ring, ring_transfer(IORING_OP_READ, fd, bytes[0], 8, READ));
	entry = ring_transfer(IORING_OP_READ, fd, bytes[1], 8, WORKER);
	entry.flags = IOSQE_ASYNC;
	submitted += ring_submit(&ring, entry);
	entry = (struct io_uring_sqe){
		.opcode = IORING_OP_POLL_ADD, .fd = fd, .poll32_events = POLLIN, .user_data = POLL
	};
	submitted += ring_submit(&ring, entry);
	entry = ring_command(fd, CHARD_FIFO_CMD_WAIT, COMMAND);
	submitted += ring_submit_with(&ring, &entry, &wait, sizeof(wait));
	report(submitted == KINDS - 1, "pending: all are submitted");
	/* The worker comes when it likes; then it waits as well. */
	usleep(200000 * slowness());
	report(!ring_ended(&ring), "pending: all wait");

	report(!attribute(REMOVE, "1"), "pending: the device is removed");
	for (int i = 1; i < KINDS; i++) {
		unsigned long which = 0;
		int result = ring_next(&ring, &which);

		if (which < KINDS) {
			results[which] = result;
			ends[which]++;
		}
	}
	for (int i = 1; i < KINDS; i++)
		report(ends[i] == 1, "pending: %s ends once", names[i]);
	report(results[READ] == -ENODEV && results[WORKER] == -ENODEV,
	       "pending: reads have ENODEV (%d, %d)", results[READ], results[WORKER]);
	report(results[COMMAND] == -ENODEV, "pending: so has the command (%d)", results[COMMAND]);
	report((results[POLL] & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP),
	       "pending: the poll has POLLERR and POLLHUP (%d)", results[POLL]);
	usleep(100000);
	report(!ring_ended(&ring), "pending: nothing ends twice");
	ring_close(&ring);
	close(fd);
	report(unload_soon("chard_fifo"), "pending: fifo can be unloaded");
	report(log_clean(), "pending: the log is clean");
}
