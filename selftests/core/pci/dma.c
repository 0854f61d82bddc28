// SPDX-License-Identifier: GPL-2.0
/* DMA buffers: their bounds, their number, and that the hardware has the same bytes. */
#include "pci_test.h"

#define MEMORY 0x40000

/* Has edu copy, and waits for its interrupt. */
static bool transfer(int fd, unsigned long from, unsigned long to, unsigned long len,
		     unsigned long command)
{
	return !set(fd, CHARD_BOARD_WRITE, 0, 0x80, 8, from) &&
	       !set(fd, CHARD_BOARD_WRITE, 0, 0x88, 8, to) &&
	       !set(fd, CHARD_BOARD_WRITE, 0, 0x90, 8, len) &&
	       !set(fd, CHARD_BOARD_WRITE, 0, 0x98, 8, command | 5) &&
	       get(fd, CHARD_BOARD_WAIT, 0, 0, 0) > 0;
}

static void asks(int fd)
{
	int other = node_of(testdev_slot, "board");

	expect(-EBUSY, get(fd, CHARD_BOARD_MASK, 0, 0, 32));
	expect(-EINVAL, get(fd, CHARD_BOARD_MASK, 0, 0, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_MASK, 0, 0, 65));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER, 0, 0, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER, 0, 0x400001, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER, 0, -1, 0));
	/* Without a mask. */
	expect(-EINVAL, get(other, CHARD_BOARD_BUFFER, 0, 100, 0));
	expect(0, get(other, CHARD_BOARD_MASK, 0, 0, 64));
	report(get(other, CHARD_BOARD_BUFFER, 0, 0x400000, 0) > 0, "the largest buffer");
	expect(0, get(other, CHARD_BOARD_BUFFER_READ, 0, 0x3ffff8, 0));
	close(other);
}

static void bounds(int fd)
{
	expect(0, get(fd, CHARD_BOARD_BUFFER_READ, 0, 0, 0));
	expect(0, get(fd, CHARD_BOARD_BUFFER_READ, 0, 92, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER_READ, 0, 93, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER_READ, 0, 100, 0));
	expect(-EINVAL, get(fd, CHARD_BOARD_BUFFER_READ, 0, -8, 0));
	expect(-EINVAL, set(fd, CHARD_BOARD_BUFFER_WRITE, 0, 93, 0, 1));
	expect(-EINVAL, set(fd, CHARD_BOARD_BUFFER_WRITE, 0, -1, 0, 1));
}

static void both_ways(int fd, unsigned long address)
{
	expect(0, set(fd, CHARD_BOARD_BUFFER_WRITE, 0, 3, 0, 0x1122334455667788));
	report(transfer(fd, address, MEMORY, 100, 0), "to edu");
	expect(0, set(fd, CHARD_BOARD_BUFFER_WRITE, 0, 3, 0, 0));
	report(transfer(fd, MEMORY, address + 8, 92, 2), "from edu");
	expect(0, get(fd, CHARD_BOARD_BUFFER_READ, 0, 0, 0));
	expect(0x1122334455667788, get(fd, CHARD_BOARD_BUFFER_READ, 0, 11, 0));
}

void dma(void)
{
	int fd = node_of(edu_slot, "board");
	unsigned long address = get(fd, CHARD_BOARD_BUFFER, 0, 100, 0);
	int count;

	report(address && address < 1UL << 28, "a buffer at 0x%lx, within the mask", address);
	asks(fd);
	bounds(fd);
	both_ways(fd, address);
	/* new() has one, and there is the one above. */
	for (count = 2; get(fd, CHARD_BOARD_BUFFER, 0, 8, 0) > 0; count++)
		;
	expect(16, count);
	expect(-ENOSPC, get(fd, CHARD_BOARD_BUFFER, 0, 8, 0));
	expect(0, get(fd, CHARD_BOARD_BUFFER_READ, 0, 0, 0));
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
