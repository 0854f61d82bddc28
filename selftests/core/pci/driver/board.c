// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-board0 and on: QEMU's edu and pci-testdev, bound by hand. */
#include "chard_pci.h"

CHARD_PARAM(board, uint, fail, 0, 0, 2, 0644, "How new() ends");

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ PCI_DEVICE(0x1b36, 0x0005) },
	{},
};
MODULE_DEVICE_TABLE(pci, ids);

CHARD_PCI_DRIVER(board, 0666, 4, ids);

MODULE_DESCRIPTION("chard board: registers, interrupts and DMA of PCI devices");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
