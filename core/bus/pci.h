/* SPDX-License-Identifier: GPL-2.0 */
/* A PCI device that a device of chard's is bound to, as the files of core/bus/ know it. */
#ifndef CHARD_BUS_PCI_H
#define CHARD_BUS_PCI_H

#include <linux/mutex.h>
#include <linux/pci.h>

#include "core.h"

/**
 * struct chard_pci_bar - a BAR of a PCI device
 * @base: what pci_iomap() has returned; NULL while it is not mapped
 * @len: how many bytes are mapped; 0 while it is not mapped, and set behind the rest
 * @ports: it has ports, and no memory
 */
struct chard_pci_bar {
	void __iomem *base;
	u64 len;
	bool ports;
};

/**
 * struct chard_pci_vector - an interrupt vector of a PCI device
 * @pci: the device
 * @number: its number, from 0
 * @disabled: bit 0: the core has disabled it, since the handler does not answer; bit 1: one has
 *	      come in a suspend
 */
struct chard_pci_vector {
	struct chard_pci *pci;
	u32 number;
	unsigned long disabled;
};

/**
 * struct chard_pci_buffer - memory that the CPU and a PCI device both see
 * @bytes: its address for the CPU
 * @address: its address for the device
 * @len: how many bytes
 */
struct chard_pci_buffer {
	void *bytes;
	dma_addr_t address;
	u64 len;
};

/**
 * struct chard_pci - what the core has asked the kernel for, for one PCI device
 * @pdev: the PCI device
 * @device: chard's; NULL until the handler's state is there
 * @lock: held while any of this is asked for
 * @absent: the PCI device has left its slot
 * @resets: it was suspended for the reset that goes on
 * @dma: the handler has set the mask of its addresses
 * @vector_count: how many interrupt vectors there are
 * @requested: so many of them have the core's interrupt handler, the first ones
 * @buffer_count: how many DMA buffers there are; set behind the buffer
 * @vectors: the vectors; NULL where there are none
 * @bars: the BARs, by their number
 * @buffers: the DMA buffers
 *
 * It is found as a devres of the PCI device, and stays until chard_pci_end(), when no call is
 * left that could use it.
 */
struct chard_pci {
	struct pci_dev *pdev;
	struct chard_device *device;
	/* see above */
	struct mutex lock;
	bool absent;
	bool resets;
	bool dma;
	u32 vector_count;
	u32 requested;
	u32 buffer_count;
	struct chard_pci_vector *vectors;
	struct chard_pci_bar bars[PCI_STD_NUM_BARS];
	struct chard_pci_buffer buffers[CHARD_PCI_BUFFERS];
};

struct chard_pci *chard_pci_of(const struct chard_call *call);
struct chard_pci *chard_pci_of_sleeper(struct chard_call *call);

/* pci_bar.c */
void chard_pci_unmap(struct chard_pci *pci);

/* pci_dma.c */
void chard_pci_dma_end(struct chard_pci *pci);

/* pci_irq.c */
int chard_pci_irq_begin(struct chard_pci *pci);
void chard_pci_irq_end(struct chard_pci *pci);

#endif
