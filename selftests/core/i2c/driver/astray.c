// SPDX-License-Identifier: GPL-2.0
/* The handler of chips, bound to a device of another bus. */
#include <linux/platform_device.h>

#include "chard_bound.h"

static struct platform_device *piece;

static int astray_probe(struct platform_device *pdev)
{
	struct chard_device *device = devm_chard_device_alloc(&chard_this_driver, &pdev->dev, pdev);

	return PTR_ERR_OR_ZERO(device) ?: devm_chard_device_register(device);
}

static struct platform_driver astray_driver = {
	.driver.name = "chard-astray",
	.probe = astray_probe,
};

static int __init astray_begin(void)
{
	int ret = platform_driver_register(&astray_driver);

	if (ret)
		return ret;
	piece = platform_device_register_simple("chard-astray", 0, NULL, 0);
	ret = PTR_ERR_OR_ZERO(piece);
	if (ret)
		platform_driver_unregister(&astray_driver);
	return ret;
}

static void __exit astray_end(void)
{
	platform_device_unregister(piece);
	platform_driver_unregister(&astray_driver);
}

CHARD_BOUND_DRIVER(astray, 0666, 1, astray_begin, astray_end);

MODULE_DESCRIPTION("chard astray: asks for a chip of I2C on another bus");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
