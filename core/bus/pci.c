// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: the life of a binding.
 *
 * The core asks the kernel for all that a handler uses of its PCI device, and gives it back. A
 * handler has numbers for it (a BAR, a vector, a buffer), which it may drop, forget or keep: they
 * are looked up in the device of the call, and only for a call whose device is bound.
 *
 * The end of a binding, chard_pci_end(), does this in order:
 *
 * 1. chard_device_unregister() waits for all calls; removed() is the last to reach the hardware.
 * 2. Bus mastering is switched off: the hardware reaches no memory from here on, and sends no MSI.
 * 3. The interrupts are given back, which waits for those in progress. Since 1 they are refused.
 *    INTx is masked from here on.
 * 4. The core's reference to the device of chard's is given back.
 * 5. DMA buffers are freed, BARs are unmapped, and the PCI device is disabled.
 */
#include "bus/pci.h"

/* Of the devres, which chard_pci_end() has released before the kernel would. */
static void chard_pci_release(struct device *dev, void *res)
{
}

/* chard_pci_find() - what the core knows of a parent; NULL where it has not bound it as PCI */
struct chard_pci *chard_pci_find(struct device *parent)
{
	return devres_find(parent, chard_pci_release, NULL, NULL);
}

/*
 * chard_pci_of() - the PCI device of a call; any context
 *
 * While the call is counted, that stays.
 *
 * Return: ERR_PTR of -ENODEV where the device is not bound any more, -EOPNOTSUPP where it is
 * bound to something else or to nothing.
 */
struct chard_pci *chard_pci_of(const struct chard_call *call)
{
	struct chard_device *device = chard_bound_device(call);

	if (unlikely(!device))
		return ERR_PTR(chard_call_device(call)->parent ? -ENODEV : -EOPNOTSUPP);
	return device->pci ?: ERR_PTR(-EOPNOTSUPP);
}

/*
 * chard_pci_of_sleeper() - the PCI device of a call that may sleep
 *
 * Return: as chard_pci_of(); ERR_PTR of what chard_call_may() says where the call must not.
 */
struct chard_pci *chard_pci_of_sleeper(struct chard_call *call)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP);

	return ret ? ERR_PTR(ret) : chard_pci_of(call);
}

static struct chard_pci *chard_pci_begin(struct pci_dev *pdev)
{
	struct chard_pci *pci = devres_alloc(chard_pci_release, sizeof(*pci), GFP_KERNEL);
	int ret;

	if (!pci)
		return ERR_PTR(-ENOMEM);
	pci->pdev = pdev;
	mutex_init(&pci->lock);
	ret = pci_enable_device(pdev);
	if (ret)
		goto err_free;
	pci_intx(pdev, 0);
	ret = pci_request_regions(pdev, dev_driver_string(&pdev->dev));
	if (ret)
		goto err_disable;
	devres_add(&pdev->dev, pci);
	return pci;

err_disable:
	pci_disable_device(pdev);
err_free:
	devres_free(pci);
	return ERR_PTR(ret);
}

/* Steps 2 to 5. */
static void chard_pci_end(struct chard_pci *pci)
{
	struct pci_dev *pdev = pci->pdev;

	pci_clear_master(pdev);
	chard_pci_irq_end(pci);
	if (pci->device)
		chard_device_put(pci->device);
	chard_pci_dma_end(pci);
	chard_pci_unmap(pci);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
	devres_release(&pdev->dev, chard_pci_release, NULL, NULL);
}

/**
 * chard_pci_probe() - make a device of chard's for a PCI device; may sleep
 * @pdev: the PCI device
 * @driver: the driver: &chard_this_driver in NAME.c
 *
 * The .probe of CHARD_PCI_DRIVER(). Interrupts may enter the handler before its device has a
 * node. chard_device_data() is @pdev.
 *
 * Return: 0, when chard_pci_remove() is the reverse; -EBUSY where another driver has a BAR; what
 * the handler or the kernel refuses with. Then nothing is left.
 */
int chard_pci_probe(struct pci_dev *pdev, const struct chard_driver *driver)
{
	struct chard_pci *pci = chard_pci_begin(pdev);
	struct chard_device *device;
	int ret;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	device = chard_device_alloc(driver, &pdev->dev, pdev);
	ret = PTR_ERR_OR_ZERO(device);
	if (ret)
		goto err_end;
	pci->device = device;
	ret = chard_pci_irq_begin(pci);
	if (ret)
		goto err_unregister;
	ret = chard_device_register(device);
	if (ret)
		goto err_end;
	pci_set_drvdata(pdev, device);
	return 0;

err_unregister:
	chard_device_unregister(device);
err_end:
	chard_pci_end(pci);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_pci_probe);

/**
 * chard_pci_remove() - end the binding of a PCI device; may sleep
 * @pdev: the PCI device, of which chard_pci_probe() has returned 0
 */
void chard_pci_remove(struct pci_dev *pdev)
{
	struct chard_device *device = pci_get_drvdata(pdev);

	chard_device_unregister(device);
	chard_pci_end(device->pci);
}
EXPORT_SYMBOL_GPL(chard_pci_remove);

/**
 * chard_pci_shutdown() - the machine ends, or starts another kernel; may sleep
 * @pdev: the PCI device, as for chard_pci_remove()
 *
 * Its DMA ends here: the next kernel's memory may be what it writes to.
 */
void chard_pci_shutdown(struct pci_dev *pdev)
{
	chard_device_suspend(pci_get_drvdata(pdev), CHARD_SLEEP_SHUTDOWN);
	pci_clear_master(pdev);
}
EXPORT_SYMBOL_GPL(chard_pci_shutdown);

/* The kernel resets the PCI device, by its attribute "reset" for instance. */
static void chard_pci_reset_prepare(struct pci_dev *pdev)
{
	struct chard_device *device = pci_get_drvdata(pdev);

	int ret = chard_device_suspend(device, CHARD_SLEEP_RESET);

	device->pci->resets = !ret;
	/* It is reset all the same, which is more than the handler knows of; unless it sleeps. */
	if (ret && ret != -EALREADY) {
		pci_err(pdev,
			"%s: not suspended for a reset, error %d: calls end with EIO until the device is reset\n",
			device->name, ret);
		chard_device_quarantine(device);
	}
}

/* What has come back, with the configuration space of before, may have read as ones meanwhile. */
static void chard_pci_reset_done(struct pci_dev *pdev)
{
	struct chard_device *device = pci_get_drvdata(pdev);

	WRITE_ONCE(device->pci->absent, false);
	if (device->pci->resets)
		chard_device_resume(device, CHARD_SLEEP_RESET);
	device->pci->resets = false;
}

const struct pci_error_handlers chard_pci_errors = {
	.reset_prepare = chard_pci_reset_prepare,
	.reset_done = chard_pci_reset_done,
};
EXPORT_SYMBOL_GPL(chard_pci_errors);
