// SPDX-License-Identifier: GPL-2.0
/* Interrupts: waiters, a panic in one, and what is refused. */
#include <poll.h>

#include "pci_test.h"

static long events(int fd)
{
	return get(fd, CHARD_BOARD_EVENTS, 0, 0, 0);
}

static bool polls_in(int fd)
{
	struct pollfd it = { .fd = fd, .events = POLLIN };

	return poll(&it, 1, 0) == 1 && it.revents == POLLIN;
}

static void kind(void)
{
	bool is_msi = !system("grep chard-board0 /proc/interrupts | grep -q MSI");

	report(is_msi == with_msi, "the interrupt is %s", with_msi ? "an MSI" : "an INTx");
}

static void waiters(int fd)
{
	long before = events(fd);
	pid_t waiter;
	int seen;

	report(!polls_in(fd), "nothing to read yet");
	waiter = child(get(fd, CHARD_BOARD_WAIT, 0, 0, 0) != before + 1);
	report(within(state_of(waiter) == 'S'), "a caller waits for an interrupt");
	expect(0, interrupt(fd));
	expect(0, status_of(waiter));
	/* The child has seen it for the file that both have. */
	expect(0, interrupt(fd));
	report(within(polls_in(fd)), "poll sees an interrupt");
	expect(before + 2, get(fd, CHARD_BOARD_WAIT, 0, 0, 0));
	for (seen = 2; seen < 102; seen++) {
		interrupt(fd);
		/* Two MSIs at once would be one. */
		if (!within(events(fd) == before + seen + 1))
			break;
	}
	expect(102, seen);
}

static void refused(int fd)
{
	struct chard_board_access it = { .what = CHARD_BOARD_INTERRUPTS, .width = 1, .limit = 1 };
	int other = node_of(testdev_slot, "board");

	expect(EBUSY, act(fd, &it));
	it.width = 0;
	expect(EINVAL, act(fd, &it));
	it.width = 2;
	expect(EINVAL, act(fd, &it));
	it.limit = 33;
	expect(EINVAL, act(fd, &it));
	/* new() has asked for them in vain, where there are none. */
	it.limit = 2;
	expect(EBUSY, act(other, &it));
	close(other);
}

/* The device is in quarantine, and interrupts that nobody can acknowledge stop nothing. */
static void panics(int fd)
{
	long before = events(fd);

	expect(0, get(fd, CHARD_BOARD_PANIC, 0, 0, 0));
	expect(0, interrupt(fd));
	report(within(events(fd) == -EIO), "a panic in an interrupt: quarantine");
	report(logged("in an interrupt"), "it is reported");
	expect(0, store(BOARD_SYSFS "reset", "1"));
	report(within(events(fd) == before), "a reset brings the device back");
	expect(0, interrupt(fd));
	report(within(events(fd) == before + 1), "and its interrupts");
	/* What comes between the handler's reset and the end of the quarantine is not lost. */
	expect(-EIO, get(fd, CHARD_BOARD_PANIC, 0, 0, 1));
	expect(0, store(BOARD_SYSFS "reset", "1"));
	report(within(events(fd) == before + 2), "an interrupt during the reset comes behind it");
	report(log_lacks("nobody cared"), "no interrupt was left without an answer");
}

void interrupts(void)
{
	int fd = node_of(edu_slot, "board");

	kind();
	waiters(fd);
	refused(fd);
	for (int i = 0; i < 3; i++)
		panics(fd);
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
