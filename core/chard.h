/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a driver's C file includes: the macro that makes it a module.
 *
 * The driver's file_operations and the functions in it are in operations.h; what is
 * needed rarely is in chard.ko.
 */
#ifndef CHARD_H
#define CHARD_H

#include <linux/miscdevice.h>
#include <linux/module.h>

#include "operations.h"
#include "params.h"

/**
 * CHARD_MISC_DRIVER() - a module that is one misc device, /dev/chard-NAME
 * @_name: the handler's name, an identifier
 * @_mode: the node's permissions, 0600 for root only
 * @...: as for CHARD_DRIVER()
 */
#define CHARD_MISC_DRIVER(_name, _mode, ...) CHARD_DRIVER(_name, _mode, CHARD_MISC(), ##__VA_ARGS__)

/*
 * CHARD_MISC - where a misc device is; members of struct chard_where may follow,
 * as in CHARD_MISC(.node = "foo", .first = 222)
 */
#define CHARD_MISC(...)                                                             \
	{                                                                           \
		.first = MISC_DYNAMIC_MINOR, .minors = 1, .devices = 1, __VA_ARGS__ \
	}

/*
 * CHARD_REGION - a region with @_minors devices, made when the driver is loaded
 * unless .devices says otherwise; members of struct chard_where may follow. They
 * are worked out when the driver is loaded, and may be module parameters.
 */
#define CHARD_REGION(_minors, ...)                                                     \
	{                                                                              \
		.region = true, .minors = (_minors), .devices = (_minors), __VA_ARGS__ \
	}

/**
 * CHARD_DRIVER() - a module with the devices of a handler
 * @_name: the handler's name, an identifier; the file is called NAME.c
 * @_mode: the nodes' permissions
 * @_where: CHARD_MISC() or CHARD_REGION()
 * @...: the operations of the driver, for a reader of its C: none, or all of them. The
 *	 build fails where they are not those that the handler implements.
 *
 * The driver has the operations whose traits its handler implements. Another operation
 * is absent from the driver's table (chard_fops), and answers as in any driver that lacks
 * it: without llseek, lseek(2) gives ESPIPE while pread(2) still reaches the handler.
 *
 * An operation is listed by the name of its field in struct file_operations (read_iter,
 * which brings read and splice_read; write_iter, likewise; llseek, poll, fasync, flush,
 * fsync, show_fdinfo, uring_cmd, mmap, compat_ioctl), or of its trait in small letters
 * (ioctl, attributes); what a handler sets going itself are timer, work and thread.
 */
#define CHARD_DRIVER(_name, _mode, _where, ...)         \
	CHARD_IS_NOT_BOUND;                             \
	CHARD_DRIVER_TABLE(_name, _mode, #__VA_ARGS__); \
	CHARD_DRIVER_MODULE(_name, chard_nothing(), (void)0, _where)

/* Of devices that nobody has bound no call could be counted. */
#define CHARD_IS_NOT_BOUND                 \
	static_assert(!CHARD_COUNTS_CALLS, \
		      "a driver that includes chard_bound.h is a CHARD_BOUND_DRIVER()")

static inline int chard_nothing(void)
{
	return 0;
}

#define CHARD_DRIVER_TABLE(_name, _mode, _listed)                     \
	static struct chard_live chard_live = CHARD_LIVE();           \
	const struct chard_driver chard_##_name##_driver = {          \
		CHARD_THIS_DRIVER(_name),                             \
		CHARD_DRIVER_DEVICES,                                 \
		.mode = (_mode),                                      \
	};                                                            \
	/* For handler.sh, which compares it; the linker drops it. */ \
	static const char chard_listed[] __used __section(".discard.chard_listed") = _listed

/* What is behind @_exit is the place, whose commas are not those of arguments. */
#define CHARD_DRIVER_MODULE(_name, _init, _exit, ...)                      \
	static int __init chard_module_init(void)                          \
	{                                                                  \
		const struct chard_where where = __VA_ARGS__;              \
		int ret = chard_register(&chard_##_name##_driver, &where); \
		if (ret)                                                   \
			return ret;                                        \
		ret = _init;                                               \
		if (ret)                                                   \
			chard_unregister(&chard_##_name##_driver);         \
		return ret;                                                \
	}                                                                  \
	module_init(chard_module_init);                                    \
	static void __exit chard_module_exit(void)                         \
	{                                                                  \
		_exit;                                                     \
		chard_unregister(&chard_##_name##_driver);                 \
	}                                                                  \
	module_exit(chard_module_exit)

#endif
