// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-edu0 and on: the handler is rust-handlers/edu. */
#include "chard_pci.h"

static const struct pci_device_id ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, {} };
MODULE_DEVICE_TABLE(pci, ids);

CHARD_PCI_DRIVER(edu, 0666, 8, ids);

MODULE_DESCRIPTION("chard edu: QEMU's educational PCI device");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
