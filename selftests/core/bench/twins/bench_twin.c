// SPDX-License-Identifier: GPL-2.0
/*
 * bench_twin.ko: chard-bench by hand, in C, to be measured against: a misc device that
 * makes and removes devices of a region.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "chard_bench.h"
#include "twin.h"

/**
 * struct twin_device - a device of the region
 * @dev: its node
 * @cdev: what is opened
 */
struct twin_device {
	struct device dev;
	struct cdev cdev;
};

static dev_t first;
static struct class *class;
/* Guards which devices there are. */
static DEFINE_MUTEX(lock);
static DEFINE_XARRAY_ALLOC(devices);

static const struct file_operations twin_fops;

static void twin_device_free(struct device *dev)
{
	kfree(container_of(dev, struct twin_device, dev));
}

static long twin_create(unsigned long index)
{
	struct twin_device *device;
	long ret;

	if (index >= CHARD_BENCH_DEVICES)
		return -EINVAL;
	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return -ENOMEM;
	mutex_lock(&lock);
	ret = xa_insert(&devices, index, device, GFP_KERNEL_ACCOUNT);
	if (ret) {
		kfree(device);
		goto out;
	}
	device_initialize(&device->dev);
	device->dev.class = class;
	device->dev.devt = first + index;
	device->dev.release = twin_device_free;
	cdev_init(&device->cdev, &twin_fops);
	device->cdev.owner = THIS_MODULE;
	ret = dev_set_name(&device->dev, "ctwin-bench%lu", index)
		      ?: cdev_device_add(&device->cdev, &device->dev);
	if (ret) {
		xa_erase(&devices, index);
		put_device(&device->dev);
	}
out:
	mutex_unlock(&lock);
	return ret ?: (long)index;
}

static long twin_remove(unsigned long index)
{
	struct twin_device *device;

	mutex_lock(&lock);
	device = xa_erase(&devices, index);
	if (device) {
		cdev_device_del(&device->cdev, &device->dev);
		put_device(&device->dev);
	}
	mutex_unlock(&lock);
	return device ? 0 : -ENXIO;
}

/* Other drivers' misc devices: misc_open() looks at each that has come later. */
static struct twin_other {
	struct miscdevice misc;
	char name[16];
} others[CHARD_BENCH_MISC_DEVICES];
static unsigned long others_there;

static long twin_misc(unsigned long count)
{
	long ret = 0;

	if (count > ARRAY_SIZE(others))
		return -EINVAL;
	mutex_lock(&lock);
	while (others_there < count && !ret) {
		struct twin_other *other = &others[others_there];

		snprintf(other->name, sizeof(other->name), "ctwin-misc%lu", others_there);
		other->misc = (struct miscdevice){
			.minor = MISC_DYNAMIC_MINOR,
			.name = other->name,
			.fops = &twin_fops,
		};
		ret = misc_register(&other->misc);
		if (!ret)
			others_there++;
	}
	while (others_there > count)
		misc_deregister(&others[--others_there].misc);
	mutex_unlock(&lock);
	return ret;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct chard_bench_numbers numbers;
	int i;

	switch (cmd) {
	case CHARD_BENCH_EMPTY:
		return 0;
	case CHARD_BENCH_ADD:
		if (copy_from_user(&numbers, (void __user *)arg, sizeof(numbers)))
			return -EFAULT;
		for (i = 0; i < ARRAY_SIZE(numbers.number); i++)
			numbers.number[i]++;
		return copy_to_user((void __user *)arg, &numbers, sizeof(numbers)) ? -EFAULT : 0;
	case CHARD_BENCH_CREATE:
		return twin_create(arg);
	case CHARD_BENCH_REMOVE:
		return twin_remove(arg);
	case CHARD_BENCH_MISC:
		return twin_misc(arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ctwin-bench0",
	.fops = &twin_fops,
	.mode = 0666,
};

static int __init twin_init(void)
{
	int ret = alloc_chrdev_region(&first, 0, CHARD_BENCH_DEVICES, "bench-twin");

	if (ret)
		return ret;
	class = twin_class_create("bench-twin");
	ret = PTR_ERR_OR_ZERO(class);
	if (ret)
		goto err_region;
	ret = misc_register(&twin);
	if (ret)
		goto err_class;
	return 0;

err_class:
	class_destroy(class);
err_region:
	unregister_chrdev_region(first, CHARD_BENCH_DEVICES);
	return ret;
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	struct twin_device *device;
	unsigned long index;

	twin_misc(0);
	misc_deregister(&twin);
	xa_for_each(&devices, index, device)
		twin_remove(index);
	class_destroy(class);
	unregister_chrdev_region(first, CHARD_BENCH_DEVICES);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-bench by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
