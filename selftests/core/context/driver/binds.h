/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device for the driver to be bound to, by which the test has C call the handler: a number
 * that is written to /sys/devices/platform/chard-ctxbound/event says from where.
 */
#include <linux/irq_work.h>
#include <linux/platform_device.h>

static struct platform_device *piece;
static struct irq_work interrupt;

static void interrupted(struct irq_work *work)
{
	chard_device_event(platform_get_drvdata(piece), 0, NULL, 0);
}

static ssize_t event_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t len)
{
	struct chard_device *device = dev_get_drvdata(dev);
	unsigned long flags;

	switch (text[0]) {
	case '0':
		irq_work_queue(&interrupt);
		irq_work_sync(&interrupt);
		break;
	case '1':
		local_irq_save(flags);
		chard_device_event(device, 0, NULL, 0);
		local_irq_restore(flags);
		break;
	case '2':
		chard_device_event(device, 0, NULL, 0);
		break;
	default:
		chard_device_request(device, 0, NULL, 0);
	}
	return len;
}
static DEVICE_ATTR_WO(event);

static struct attribute *binds_attrs[] = {
	&dev_attr_event.attr,
	NULL,
};
ATTRIBUTE_GROUPS(binds);

static int binds_probe(struct platform_device *pdev)
{
	struct chard_device *device = devm_chard_device_alloc(&chard_this_driver, &pdev->dev, pdev);

	if (IS_ERR(device))
		return PTR_ERR(device);
	platform_set_drvdata(pdev, device);
	return devm_chard_device_register(device);
}

static struct platform_driver binds_driver = {
	.driver = {
		.name = "chard-ctxbound",
		.dev_groups = binds_groups,
	},
	.probe = binds_probe,
};

static int __init binds_begin(void)
{
	int ret = platform_driver_register(&binds_driver);

	if (ret)
		return ret;
	init_irq_work(&interrupt, interrupted);
	piece = platform_device_register_simple("chard-ctxbound", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(piece))
		platform_driver_unregister(&binds_driver);
	return PTR_ERR_OR_ZERO(piece);
}

static void __exit binds_end(void)
{
	platform_device_unregister(piece);
	platform_driver_unregister(&binds_driver);
}
