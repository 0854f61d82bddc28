// SPDX-License-Identifier: GPL-2.0
/*
 * What core/bus/pci*.c is, for a process, where nothing is bound to a PCI device: what a handler
 * asks of one is refused.
 */
#include <errno.h>
#include <time.h>

#include "host.h"
#include "objects.h"

/* The error of a call that may not do all of @need, and else that there is no such device. */
static int refused(struct chard_call *call, __u32 need)
{
	int ret = chard_call_may(call, need);

	return ret ? ret : -EOPNOTSUPP;
}

int chard_pci_map(struct chard_call *call, __u32 number, __u64 len, __u32 ports)
{
	(void)number, (void)len, (void)ports;
	return refused(call, CHARD_MAY_SLEEP);
}

int chard_pci_read(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 *value)
{
	(void)number, (void)offset, (void)width, (void)value;
	return refused(call, 0);
}

int chard_pci_write(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 value)
{
	(void)number, (void)offset, (void)width, (void)value;
	return refused(call, 0);
}

int chard_pci_area(struct chard_call *call, struct chard_area *area, __u32 number)
{
	(void)area, (void)number;
	return refused(call, 0);
}

int chard_poll_error(struct chard_call *call, __u64 limit)
{
	return limit > CHARD_POLL_BUSY_NS ? chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT)
					  : 0;
}

int chard_poll_pause(struct chard_call *call, __u64 limit)
{
	struct timespec pause = { .tv_nsec = 10000 };
	int ret = chard_poll_error(call, limit);

	if (ret)
		return ret;
	if (chard_call_can(call, CHARD_MAY_SLEEP))
		nanosleep(&pause, NULL);
	return 0;
}

int chard_pci_interrupts(struct chard_call *call, __u32 min, __u32 max)
{
	(void)min, (void)max;
	return refused(call, CHARD_MAY_SLEEP);
}

int chard_pci_dma_mask(struct chard_call *call, __u32 bits)
{
	(void)bits;
	return refused(call, CHARD_MAY_SLEEP);
}

int chard_pci_buffer(struct chard_call *call, __u64 len, __u64 *address)
{
	(void)len, (void)address;
	return refused(call, CHARD_MAY_SLEEP);
}

int chard_pci_buffer_read(struct chard_call *call, __u32 number, __u64 offset, void *to,
			  unsigned long len)
{
	(void)number, (void)offset, (void)to, (void)len;
	return refused(call, 0);
}

int chard_pci_buffer_write(struct chard_call *call, __u32 number, __u64 offset, const void *from,
			   unsigned long len)
{
	(void)number, (void)offset, (void)from, (void)len;
	return refused(call, 0);
}
