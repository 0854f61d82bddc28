/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices that a driver's own C makes and removes, and how it talks to the handler: for each
 * of its C files. The file NAME.c includes chard_bound.h. docs/bound.md has an example.
 *
 * A device stands for something that the driver's C has been given by the kernel, its parent:
 * a piece of hardware on a bus, or whatever comes and goes. It is bound to that until
 * chard_device_unregister(), which waits for the handler: no call, timer, work or thread of
 * the device reaches the driver's C behind that, though files of it may be open for long.
 */
#ifndef CHARD_DEVICE_API_H
#define CHARD_DEVICE_API_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/pm.h>
#include <linux/types.h>

struct chard_device;
struct chard_driver;
struct pci_dev;
struct pci_error_handlers;

struct chard_device *chard_device_alloc(const struct chard_driver *driver, struct device *parent,
					void *data);
int chard_device_register(struct chard_device *device);
void chard_device_unregister(struct chard_device *device);
void chard_device_put(struct chard_device *device);
void *chard_device_data(const struct chard_device *device);
bool chard_device_is_gone(const struct chard_device *device);
void chard_device_wake(struct chard_device *device, __poll_t ready);
long chard_device_event(struct chard_device *device, u32 event, void *data, size_t len);
long chard_device_request(struct chard_device *device, u32 request, void *data, size_t len);

int chard_device_suspend(struct chard_device *device, u32 why);
int chard_device_resume(struct chard_device *device, u32 why);
/* Of a driver whose drvdata is its struct chard_device: what calls the two. */
extern const struct dev_pm_ops chard_pm_ops;

struct chard_device *devm_chard_device_alloc(const struct chard_driver *driver,
					     struct device *parent, void *data);
int devm_chard_device_register(struct chard_device *device);

/* Of a kernel with CONFIG_PCI: for CHARD_PCI_DRIVER(), and for a struct pci_driver of one's own. */
int chard_pci_probe(struct pci_dev *pdev, const struct chard_driver *driver);
void chard_pci_remove(struct pci_dev *pdev);
void chard_pci_shutdown(struct pci_dev *pdev);
extern const struct pci_error_handlers chard_pci_errors;

#endif
