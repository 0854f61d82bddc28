// SPDX-License-Identifier: GPL-2.0
/* The ends of a binding: unbind, removal, a device that left its slot, a probe that fails. */
#include "pci_test.h"

#define IDENTITY 0x010000ed

static long identity(int fd)
{
	return get(fd, CHARD_BOARD_READ, 0, 0, 4);
}

static int unbind(void)
{
	return bind_by("board", "unbind", edu_slot);
}

static int bind(void)
{
	return bind_by("board", "bind", edu_slot);
}

/* A file that is open, and a caller that waits for an interrupt which does not come. */
static void with_a_waiter(int (*end)(void), int (*again)(void), const char *what)
{
	int fd = node_of(edu_slot, "board");
	int closed_behind = node_of(edu_slot, "board");
	pid_t waiter = child(-get(fd, CHARD_BOARD_WAIT, 0, 0, 0));

	report(within(state_of(waiter) == 'S'), "%s: a caller waits for an interrupt", what);
	expect(0, end());
	expect(ENODEV, status_of(waiter));
	/* Where it is still there, its INTx is masked, of which nobody would take any notice. */
	if (end == unbind)
		expect(4, config_byte(edu_slot, 5, -1) & 4);
	expect(-ENODEV, identity(fd));
	expect(-ENODEV, get(fd, CHARD_BOARD_BUFFER_READ, 0, 0, 0));
	close(closed_behind);
	expect(0, again());
	/* Of the binding before. */
	expect(-ENODEV, identity(fd));
	close(fd);
	fd = node_of(edu_slot, "board");
	expect(IDENTITY, identity(fd));
	expect(IDENTITY, get(fd, CHARD_BOARD_REMOVED, 0, 0, 0));
	expect(ENODEV, get(fd, CHARD_BOARD_RELEASED, 0, 0, 0));
	expect(0, get(fd, CHARD_BOARD_EVENTS, 0, 0, 0));
	expect(0, interrupt(fd));
	report(get(fd, CHARD_BOARD_WAIT, 0, 0, 0) == 1, "%s: interrupts come again", what);
	close(fd);
}

static int hot_remove(void)
{
	return poke(edu_slot, "remove");
}

static int find_again(void)
{
	return store("/sys/bus/pci/rescan", "1");
}

/* A caller that would look at a register for two minutes. */
static void ends_a_poll(void)
{
	struct chard_board_access poll = { .what = CHARD_BOARD_POLL,
					   .value = 5,
					   .limit = 120000000 };
	int fd = node_of(edu_slot, "board");
	pid_t caller = child(act(fd, &poll));

	usleep(100000);
	expect(0, unbind());
	expect(ENODEV, status_of(caller));
	close(fd);
	expect(0, bind());
}

/* Has edu interrupt, or reads, for as long as that goes well. */
static int fires(int fd, bool reads)
{
	while (reads ? identity(fd) == IDENTITY : !interrupt(fd))
		;
	return 0;
}

/* Interrupts from one side, the end of the binding from the other. */
static void under_fire(void)
{
	for (int i = 0; i < 20; i++) {
		int fd = node_of(edu_slot, "board");
		pid_t tasks[3];

		for (int k = 0; k < 3; k++)
			tasks[k] = child(fires(fd, k == 0));
		usleep(1000 * (i % 7));
		if (unbind())
			report(false, "unbind under fire: %s", strerror(errno));
		for (int k = 0; k < 3; k++)
			waitpid(tasks[k], NULL, 0);
		close(fd);
		if (bind())
			report(false, "bind under fire: %s", strerror(errno));
	}
	report(true, "20 times unbound under interrupts and reads");
	report(log_lacks("nobody cared"), "no interrupt was left without an answer");
}

/*
 * The bridge gives the bus behind it another number, so that nothing answers by edu's address. A
 * register that edu does not have reads as ones then, as all do of what has left its slot.
 */
static void leaves(void)
{
	int fd = node_of(far_slot, "board");
	int bus = config_byte(bridge_slot, 0x19, -1);

	expect(IDENTITY, identity(fd));
	expect(-1, get(fd, CHARD_BOARD_READ, 0, 0, 8));
	config_byte(bridge_slot, 0x19, 0xfe);
	expect(-ENODEV, get(fd, CHARD_BOARD_READ, 0, 0, 8));
	expect(-ENODEV, identity(fd));
	/* Nor where it is back: it has lost its state, as far as one knows. */
	config_byte(bridge_slot, 0x19, bus);
	expect(-ENODEV, identity(fd));
	expect(ENODEV, get(fd, CHARD_BOARD_READ_TIMER, 0, 0, 4));
	expect(-ENODEV, set(fd, CHARD_BOARD_WRITE, 0, 4, 4, 1));
	expect(0, bind_by("board", "unbind", far_slot));
	close(fd);
	expect(0, bind_by("board", "bind", far_slot));
	fd = node_of(far_slot, "board");
	expect(IDENTITY, identity(fd));
	close(fd);
}

/* A probe that fails when the handler has asked for all leaves nothing. */
static void probe_fails(const char *how, int error)
{
	expect(0, unbind());
	expect(0, store(FAIL, how));
	expect(error, bind());
	report(node_of(edu_slot, "board") < 0, "%s: no node", how);
	/* Bus mastering is off. */
	expect(0, config_byte(edu_slot, 4, -1) & 4);
	/* The other edu has its own. */
	expect(0, system("test $(grep -o 'chard-board[0-9]' /proc/interrupts | wc -l) = 1"));
	expect(0, store(FAIL, "0"));
	expect(0, bind());
}

void ends(void)
{
	with_a_waiter(unbind, bind, "unbind");
	with_a_waiter(hot_remove, find_again, "remove");
	ends_a_poll();
	under_fire();
	leaves();
	probe_fails("1", ENOTTY);
	expect(0, unload("chard_board"));
	report(log_lacks("left behind"), "nothing is left behind");
	expect(0, load("chard_board.ko", ""));
	/* What new() has made is lost with its frame, and the core's is not. */
	probe_fails("2", EIO);
	expect(0, unload("chard_board"));
	report(log_is_clean(), "%s: the log is clean", __func__);
	/* It says that. */
	clear_log();
}
