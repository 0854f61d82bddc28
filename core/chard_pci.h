/* SPDX-License-Identifier: GPL-2.0 */
/* What the C file NAME.c of a driver for a PCI device includes: docs/pci.md. */
#ifndef CHARD_PCI_H
#define CHARD_PCI_H

#include <linux/pci.h>

#include "chard_bound.h"

#if !IS_ENABLED(CONFIG_PCI)
#error "this kernel has no PCI (CONFIG_PCI): the driver can not be built for it"
#endif

/**
 * CHARD_PCI_DRIVER() - a module for PCI devices, each a device of the handler's
 * @_name: the handler's name, an identifier; the file is called NAME.c
 * @_mode: the nodes' permissions
 * @_minors: how many there may be at once, /dev/chard-NAME0 and on; /dev/chard-lm75-0
 *	     where the name ends in a digit
 * @_ids: the table of the PCI devices, which has its MODULE_DEVICE_TABLE(pci, _ids), by which
 *	  the module is loaded when there is such a device
 * @...: further members of struct pci_driver. One with a .driver.pm, .shutdown or .err_handler of
 *	 its own calls chard_device_suspend() and chard_device_resume() there
 */
#define CHARD_PCI_DRIVER(_name, _mode, _minors, _ids, ...)                               \
	static int chard_pci_begin(struct pci_dev *pdev, const struct pci_device_id *id) \
	{                                                                                \
		return chard_pci_probe(pdev, &chard_this_driver);                        \
	}                                                                                \
	static struct pci_driver chard_pci_driver = { .name = "chard-" #_name,           \
						      .id_table = (_ids),                \
						      .probe = chard_pci_begin,          \
						      .remove = chard_pci_remove,        \
						      .shutdown = chard_pci_shutdown,    \
						      .err_handler = &chard_pci_errors,  \
						      .driver.pm = &chard_pm_ops,        \
						      __VA_ARGS__ };                     \
	static int __init chard_pci_load(void)                                           \
	{                                                                                \
		return pci_register_driver(&chard_pci_driver);                           \
	}                                                                                \
	static void __exit chard_pci_unload(void)                                        \
	{                                                                                \
		pci_unregister_driver(&chard_pci_driver);                                \
	}                                                                                \
	CHARD_BOUND_DRIVER(_name, _mode, _minors, chard_pci_load, chard_pci_unload)

#endif
