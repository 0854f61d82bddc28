// SPDX-License-Identifier: GPL-2.0
/* A handler's lines in the kernel's log. */
#include <linux/dynamic_debug.h>
#include <linux/printk.h>

#include "core.h"

static const char *chard_level(__u32 level)
{
	static const char *const levels[] = { KERN_EMERG,   KERN_ALERT,	 KERN_CRIT, KERN_ERR,
					      KERN_WARNING, KERN_NOTICE, KERN_INFO, KERN_DEBUG };

	return levels[min_t(__u32, level, ARRAY_SIZE(levels) - 1)];
}

/**
 * chard_print() - a line in the kernel's log; any context
 * @driver: whose line it is
 * @level: CHARD_LEVEL_*
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print(const struct chard_driver *driver, __u32 level, const char *text,
		 unsigned long len)
{
	printk("%schard_%s: %.*s\n", chard_level(level), driver->name, (int)len, text);
}
EXPORT_SYMBOL_GPL(chard_print);

/**
 * chard_print_device() - a line that names the device, as dev_printk() does
 * @call: the call that it comes from; before the device has a node, the driver is named
 * @level: CHARD_LEVEL_*
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print_device(const struct chard_call *call, __u32 level, const char *text,
			unsigned long len)
{
	struct device *dev = READ_ONCE(chard_call_device(call)->dev);

	if (!dev)
		return chard_print(chard_call_driver(call), level, text, len);
	dev_printk(chard_level(level), dev, "%.*s\n", (int)len, text);
}
EXPORT_SYMBOL_GPL(chard_print_device);

/**
 * chard_print_debug() - a line for debugging, from a place that is switched on; any context
 * @driver: whose line it is
 * @call: the call that it comes from, whose device is named; NULL names the driver
 * @site: the place, a struct _ddebug
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print_debug(const struct chard_driver *driver, const struct chard_call *call,
		       const void *site, const char *text, unsigned long len)
{
#ifdef CONFIG_DYNAMIC_DEBUG
	struct device *dev = call ? READ_ONCE(chard_call_device(call)->dev) : NULL;

	if (dev)
		__dynamic_dev_dbg((struct _ddebug *)site, dev, "%.*s\n", (int)len, text);
	else
		__dynamic_pr_debug((struct _ddebug *)site, "chard_%s: %.*s\n", driver->name,
				   (int)len, text);
#endif
}
EXPORT_SYMBOL_GPL(chard_print_debug);

/** chard_dump_stack() - dump_stack() for handlers; any context */
void chard_dump_stack(void)
{
	dump_stack();
}
EXPORT_SYMBOL_GPL(chard_dump_stack);
