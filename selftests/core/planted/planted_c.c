// SPDX-License-Identifier: GPL-2.0
/* planted_c: bugs in C, one for each ioctl, by which the nets are tried. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "chard_planted.h"

static DEFINE_MUTEX(planted_first);
static DEFINE_MUTEX(planted_second);
static DEFINE_SPINLOCK(planted_spin);
static unsigned long planted_count;

static noinline long planted_c_use_after_free(void)
{
	unsigned long *value = kzalloc(64, GFP_KERNEL);

	if (!value)
		return -ENOMEM;
	kfree(value);
	return READ_ONCE(*value) & 1;
}

static noinline long planted_c_lock_order(void)
{
	mutex_lock(&planted_first);
	mutex_lock(&planted_second);
	mutex_unlock(&planted_second);
	mutex_unlock(&planted_first);
	mutex_lock(&planted_second);
	mutex_lock(&planted_first);
	mutex_unlock(&planted_first);
	mutex_unlock(&planted_second);
	return 0;
}

static noinline long planted_c_leak(void)
{
	int i;

	/* More than one: a stale word somewhere may look like a pointer. */
	for (i = 0; i < 8; i++) {
		void *memory = kzalloc(64, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(memory);
	}
	return 0;
}

static noinline long planted_c_data_race(void)
{
	int i;

	for (i = 0; i < 1000; i++) {
		planted_count++;
		barrier();
	}
	return 0;
}

static noinline long planted_c_sleep(void)
{
	spin_lock(&planted_spin);
	mutex_lock(&planted_first);
	mutex_unlock(&planted_first);
	spin_unlock(&planted_spin);
	return 0;
}

static noinline long planted_c_narrow(unsigned int value)
{
	return value - 1;
}

static noinline long planted_c_call_type(void)
{
	long (*call)(unsigned long value) = (void *)planted_c_narrow;

	OPTIMIZER_HIDE_VAR(call);
	return call(1);
}

static noinline long planted_c_calls(void)
{
	long (*call)(unsigned int value) = planted_c_narrow;

	OPTIMIZER_HIDE_VAR(call);
	return call(1);
}

static long planted_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case CHARD_PLANTED_USE_AFTER_FREE:
		return planted_c_use_after_free();
	case CHARD_PLANTED_LOCK_ORDER:
		return planted_c_lock_order();
	case CHARD_PLANTED_LEAK:
		return planted_c_leak();
	case CHARD_PLANTED_DATA_RACE:
		return planted_c_data_race();
	case CHARD_PLANTED_SLEEP:
		return planted_c_sleep();
	case CHARD_PLANTED_CALL_TYPE:
		return planted_c_call_type();
	case CHARD_PLANTED_CALLS:
		return planted_c_calls();
	}
	return -ENOTTY;
}

static const struct file_operations planted_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = planted_ioctl,
};

static struct miscdevice planted_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "planted-c",
	.fops = &planted_fops,
};
module_misc_device(planted_misc);

MODULE_DESCRIPTION("Bugs in C, for the tools that are to report them");
MODULE_LICENSE("GPL");
