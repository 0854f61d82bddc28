// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-plug0 and on: devices that are bound to platform devices, of which there are two. */
#include <linux/platform_device.h>

#include "chard_bound.h"
#include "plug_c.h"
#include "plug.h"

CHARD_PARAM(plug, uint, fail, 0, 0, 9, 0644,
	    "Fails: 1 new, 2 registered, 3 bus, 4 probe, 5 node, 6, 7 suspend, 8, 9 resume");

static struct platform_device *pieces[2];

static ssize_t ask_store(struct device *dev, struct device_attribute *attr, const char *text,
			 size_t len)
{
	struct plug *plug = dev_get_drvdata(dev);
	struct chard_plug_message message = {};
	long ret = kstrtou32(text, 0, &message.value);

	ret = ret ?: chard_device_request(plug->device, PLUG_ASKS, &message, sizeof(message));
	plug->answer = ret < 0 ? ret : message.value;
	return len;
}

static ssize_t ask_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct plug *plug = dev_get_drvdata(dev);

	return sysfs_emit(text, "%ld\n", plug->answer);
}
static DEVICE_ATTR_RW(ask);

/* A reason, below 0 to wake up; and the answer. */
static ssize_t sleep_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t len)
{
	struct plug *plug = dev_get_drvdata(dev);
	int why, ret = kstrtoint(text, 0, &why);

	plug->slept = ret ?: why < 0 ? plug_wake(plug, 0) : plug_sleep(plug, why);
	return len;
}

static ssize_t sleep_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct plug *plug = dev_get_drvdata(dev);

	return sysfs_emit(text, "%ld\n", plug->slept);
}
static DEVICE_ATTR_RW(sleep);

static ssize_t touched_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct plug *plug = dev_get_drvdata(dev);

	return sysfs_emit(text, "%d\n", atomic_read(&plug->touched));
}
static DEVICE_ATTR_RO(touched);

static struct attribute *plug_attrs[] = {
	&dev_attr_ask.attr,
	&dev_attr_sleep.attr,
	&dev_attr_touched.attr,
	NULL,
};
ATTRIBUTE_GROUPS(plug);

static int plug_probe(struct platform_device *pdev)
{
	struct plug *plug = devm_kzalloc(&pdev->dev, sizeof(*plug), GFP_KERNEL);
	int ret;

	if (!plug)
		return -ENOMEM;
	platform_set_drvdata(pdev, plug);
	plug_init(plug);
	plug->device = devm_chard_device_alloc(&chard_this_driver, &pdev->dev, plug);
	if (IS_ERR(plug->device))
		return PTR_ERR(plug->device);
	ret = devm_add_action_or_reset(&pdev->dev, plug_end, plug);
	if (ret)
		return ret;
	if (CHARD_VALUE(plug, uint, fail) == 5)
		return -EXDEV;
	ret = devm_chard_device_register(plug->device);
	return ret ?: CHARD_VALUE(plug, uint, fail) == 4 ? -EXDEV : 0;
}

static int plug_suspend(struct device *dev)
{
	return plug_sleep(dev_get_drvdata(dev), CHARD_SLEEP_SUSPEND);
}

static int plug_resume(struct device *dev)
{
	return plug_wake(dev_get_drvdata(dev), CHARD_SLEEP_SUSPEND);
}

static const struct dev_pm_ops plug_pm = {
	.suspend = plug_suspend,
	.resume = plug_resume,
};

static struct platform_driver plug_driver = {
	.driver = {
		.name = "chard-plug",
		.pm = &plug_pm,
		.dev_groups = plug_groups,
	},
	.probe = plug_probe,
};

static int __init plug_begin(void)
{
	int ret = CHARD_VALUE(plug, uint, fail) == 3 ? -ENXIO
						     : platform_driver_register(&plug_driver);
	int i;

	for (i = 0; !ret && i < ARRAY_SIZE(pieces); i++) {
		pieces[i] = platform_device_register_simple("chard-plug", i, NULL, 0);
		ret = PTR_ERR_OR_ZERO(pieces[i]);
	}
	return ret;
}

static void __exit plug_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		platform_device_unregister(pieces[i]);
	platform_driver_unregister(&plug_driver);
}

CHARD_BOUND_DRIVER(plug, 0666, 2, plug_begin, plug_exit, read_iter, write_iter, ioctl, poll, fasync,
		   timer, work, thread, event, request, suspend, resume, attributes);

MODULE_DESCRIPTION("A bus that gives and takes");
MODULE_LICENSE("GPL");
