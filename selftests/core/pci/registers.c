// SPDX-License-Identifier: GPL-2.0
/* Registers of memory and of ports, of every width, in every context; beyond their ends. */
#include "pci_test.h"

#define IDENTITY 0x010000ed

/* What pci-testdev says of itself: a text at 16, when a test was chosen by a byte at 0. */
static void widths(void)
{
	int fd = node_of(testdev_slot, "board");
	unsigned long text = 0;

	expect(0, set(fd, CHARD_BOARD_WRITE, 0, 0, 1, 0));
	for (int i = 7; i >= 0; i--)
		text = text << 8 | get(fd, CHARD_BOARD_READ, 0, 16 + i, 1);
	report(!memcmp(&text, "mmio", 4), "a BAR of memory: %.8s", (char *)&text);
	expect((long)(text & 0xffff), get(fd, CHARD_BOARD_READ, 0, 16, 2));
	expect((long)(text & 0xffffffff), get(fd, CHARD_BOARD_READ, 0, 16, 4));
	expect((long)text, get(fd, CHARD_BOARD_READ, 0, 16, 8));

	expect(0, set(fd, CHARD_BOARD_WRITE_PORTS, 1, 0, 1, 0));
	text = get(fd, CHARD_BOARD_READ_PORTS, 1, 16, 4);
	report(!memcmp(&text, "port", 4), "a BAR of ports: %.4s", (char *)&text);
	expect((long)(text & 0xffff), get(fd, CHARD_BOARD_READ_PORTS, 1, 16, 2));
	expect((long)(text & 0xff), get(fd, CHARD_BOARD_READ_PORTS, 1, 16, 1));
	expect(0, set(fd, CHARD_BOARD_WRITE_PORTS, 1, 4, 2, 0));
	expect(0, set(fd, CHARD_BOARD_WRITE_PORTS, 1, 4, 4, 0));

	/* The one is not taken for the other. */
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 1, 0, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ_PORTS, 0, 0, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 2, 0, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 5, 0, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 6, 0, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, -1, 0, 4));
	close(fd);
}

static void bounds(int fd)
{
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 0, 0x100, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 0, 0xfe, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 0, 2, 4));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 0, 4, 8));
	expect(-EINVAL, get(fd, CHARD_BOARD_READ, 0, -4, 4));
	expect(-EINVAL, set(fd, CHARD_BOARD_WRITE, 0, 0x100, 4, 0));
	expect(-EINVAL, set(fd, CHARD_BOARD_WRITE, 0, -8, 8, 0));
	expect(-EBUSY, get(fd, CHARD_BOARD_MAP_MORE, 0, 0, 0));
	expect(-EBUSY, get(fd, CHARD_BOARD_MAP_TOO_MUCH, 0, 0, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_MAP_TOO_MUCH, 1, 0, 0));
}

/* A register is read and written where nothing may sleep; a BAR is not mapped there. */
static void contexts(int fd)
{
	expect(IDENTITY, get(fd, CHARD_BOARD_READ, 0, 0, 4));
	expect(IDENTITY, get(fd, CHARD_BOARD_READ_LOCKED, 0, 0, 4));
	expect(IDENTITY, get(fd, CHARD_BOARD_READ_TIMER, 0, 0, 4));
	expect(-EDEADLK, get(fd, CHARD_BOARD_MAP_LOCKED, 0, 0, 0));
	expect(0, set(fd, CHARD_BOARD_WRITE, 0, 4, 4, 0x12345678));
	expect(0xedcba987, get(fd, CHARD_BOARD_READ, 0, 4, 4));
	/* What edu does not have reads as ones, and edu is there still. */
	expect(-1, get(fd, CHARD_BOARD_READ, 0, 0, 8));
	expect(IDENTITY, get(fd, CHARD_BOARD_READ, 0, 0, 4));
}

static long polls(int fd, int what, unsigned int value, int limit)
{
	struct chard_board_access it = { .what = what, .value = value, .limit = limit };

	return -act(fd, &it);
}

static void deadlines(int fd)
{
	expect(0, polls(fd, CHARD_BOARD_POLL, 0, 1000000));
	expect(0, polls(fd, CHARD_BOARD_POLL, 0, 0));
	expect(-ETIMEDOUT, polls(fd, CHARD_BOARD_POLL, 5, 50000));
	expect(-ETIMEDOUT, polls(fd, CHARD_BOARD_POLL, 5, 0));
	expect(0, polls(fd, CHARD_BOARD_POLL_LOCKED, 0, 1000));
	expect(-ETIMEDOUT, polls(fd, CHARD_BOARD_POLL_LOCKED, 5, 1000));
	/* Nor where it is there at once. */
	expect(-EDEADLK, polls(fd, CHARD_BOARD_POLL_LOCKED, 0, 1001));
}

static void dies_polling(int fd)
{
	pid_t caller = child(-polls(fd, CHARD_BOARD_POLL, 5, 100000000));

	usleep(100000);
	report(dies(caller), "a caller that polls a register can be killed");
	waitpid(caller, NULL, 0);
}

void registers(void)
{
	int fd = node_of(edu_slot, "board");

	report(fd >= 0, "the node's parent is the PCI device");
	widths();
	bounds(fd);
	contexts(fd);
	deadlines(fd);
	dies_polling(fd);
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
