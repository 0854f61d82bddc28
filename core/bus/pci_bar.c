// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: registers in BARs, of memory and of ports.
 *
 * Each access says how far it goes, and is compared with what is mapped. What a BAR has, memory
 * or ports, the kernel says, and not the handler.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/sched/signal.h>

#include "bus/pci.h"

static int chard_pci_bar_map(struct chard_pci *pci, u32 number, u64 len, bool ports)
{
	struct chard_pci_bar *bar = &pci->bars[number];

	if (bar->base)
		return bar->ports != ports ? -EINVAL : bar->len < len ? -EBUSY : 0;
	if (!!(pci_resource_flags(pci->pdev, number) & IORESOURCE_IO) != ports ||
	    pci_resource_len(pci->pdev, number) < len)
		return -EINVAL;
	bar->base = pci_iomap(pci->pdev, number, len);
	if (!bar->base)
		return -ENOMEM;
	bar->ports = ports;
	/* Behind the rest: an access looks at this first. */
	smp_store_release(&bar->len, len);
	return 0;
}

/**
 * chard_pci_map() - map the beginning of a BAR, until the binding ends; may sleep
 * @call: the call
 * @number: of the BAR, 0 to 5
 * @len: so many bytes
 * @ports: not 0: it has ports; else it has memory
 *
 * Return: 0, also where it is mapped already; -EBUSY where less of it is; -EINVAL where there is
 * no such BAR, it is shorter, or has the other of memory and ports; -ENOMEM; -ENODEV where the
 * device is not bound any more, -EOPNOTSUPP where it is not bound to a PCI device; as
 * chard_call_may().
 */
int chard_pci_map(struct chard_call *call, __u32 number, __u64 len, __u32 ports)
{
	struct chard_pci *pci = chard_pci_of_sleeper(call);
	int ret;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	if (number >= PCI_STD_NUM_BARS || !len)
		return -EINVAL;
	mutex_lock(&pci->lock);
	ret = chard_pci_bar_map(pci, number, len, ports);
	mutex_unlock(&pci->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_pci_map);

/* chard_pci_unmap() - the end of all mappings; no call is left */
void chard_pci_unmap(struct chard_pci *pci)
{
	u32 i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (pci->bars[i].base)
			pci_iounmap(pci->pdev, pci->bars[i].base);
	}
}

/*
 * Where an access goes that may be done; any context
 * @at: takes the address
 *
 * Return: the PCI device; ERR_PTR, as chard_pci_read().
 */
static struct chard_pci *chard_pci_access(const struct chard_call *call, u32 number, u64 offset,
					  u32 width, void __iomem **at)
{
	struct chard_pci *pci = chard_pci_of(call);
	const struct chard_pci_bar *bar;
	u64 len;

	if (IS_ERR(pci))
		return pci;
	if (READ_ONCE(pci->absent))
		return ERR_PTR(-ENODEV);
	if (number >= PCI_STD_NUM_BARS)
		return ERR_PTR(-EINVAL);
	bar = &pci->bars[number];
	/* Before the rest: chard_pci_bar_map() sets it behind that. */
	len = smp_load_acquire(&bar->len);
	if (offset >= len || len - offset < width || offset & (width - 1))
		return ERR_PTR(-EINVAL);
	if (width > (bar->ports ? 4 : 8))
		return ERR_PTR(-EINVAL);
	*at = bar->base + offset;
	return pci;
}

/*
 * What has left its slot reads as ones. Its configuration space does so, too, and has never ones
 * at the beginning where something is there.
 */
static int chard_pci_look(struct chard_pci *pci)
{
	if (pci_device_is_present(pci->pdev))
		return 0;
	WRITE_ONCE(pci->absent, true);
	return -ENODEV;
}

/**
 * chard_pci_read() - read a register of a call's PCI device; any context
 * @call: the call
 * @number: of the BAR
 * @offset: where in it, a multiple of @width
 * @width: 1, 2 or 4 bytes; of memory also 8
 * @value: takes the value, as the CPU has it: a register's low byte comes first
 *
 * Return: 0, -ENODEV where the PCI device has left its slot, or the device is not bound any more;
 * -EINVAL where the BAR is not mapped so far, or for an access that there is not; -EOPNOTSUPP
 * where the device is not bound to a PCI device.
 */
int chard_pci_read(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 *value)
{
	void __iomem *at;
	struct chard_pci *pci = chard_pci_access(call, number, offset, width, &at);

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	switch (width) {
	case 1:
		*value = ioread8(at);
		break;
	case 2:
		*value = ioread16(at);
		break;
	case 4:
		*value = ioread32(at);
		break;
	case 8:
		*value = readq(at);
		break;
	default:
		return -EINVAL;
	}
	return likely(*value != U64_MAX >> (64 - 8 * width)) ? 0 : chard_pci_look(pci);
}
EXPORT_SYMBOL_GPL(chard_pci_read);

/**
 * chard_pci_write() - write a register of a call's PCI device; any context
 * @call: the call
 * @number: as for chard_pci_read()
 * @offset: likewise
 * @width: likewise
 * @value: the value
 *
 * Return: as chard_pci_read(), but that a PCI device which has left its slot shows by a read only.
 */
int chard_pci_write(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 value)
{
	void __iomem *at;
	struct chard_pci *pci = chard_pci_access(call, number, offset, width, &at);

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	switch (width) {
	case 1:
		iowrite8(value, at);
		return 0;
	case 2:
		iowrite16(value, at);
		return 0;
	case 4:
		iowrite32(value, at);
		return 0;
	case 8:
		writeq(value, at);
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(chard_pci_write);

/**
 * chard_poll_error() - whether a call may look at a register again and again
 * @call: the call
 * @limit: for so many nanoseconds
 *
 * Return: 0; for more than CHARD_POLL_BUSY_NS as chard_call_may(), of a call that must sleep
 * between and wait.
 */
int chard_poll_error(struct chard_call *call, __u64 limit)
{
	return limit > CHARD_POLL_BUSY_NS ? chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT)
					  : 0;
}
EXPORT_SYMBOL_GPL(chard_poll_error);

/**
 * chard_poll_pause() - between two looks at a register; sleeps where the call may
 * @call: the call
 * @limit: as for chard_poll_error(): what the call holds may have changed
 *
 * The end of the binding waits for the call. So the call ends when that has begun, but for
 * removed(), which comes behind it, and is not counted.
 *
 * Return: 0, -EINTR where the caller was killed or cancelled, as chard_poll_error() and
 * chard_call_error().
 */
int chard_poll_pause(struct chard_call *call, __u64 limit)
{
	int ret = chard_poll_error(call, limit);

	if (ret)
		return ret;
	if (!chard_call_can(call, CHARD_MAY_SLEEP)) {
		udelay(1);
		return 0;
	}
	usleep_range(10, 50);
	if (signal_pending_state(chard_call_state(call), current))
		return -EINTR;
	return call->may & CHARD_CALL_COUNTED ? chard_call_error(call) : 0;
}
EXPORT_SYMBOL_GPL(chard_poll_pause);
