/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/chard.h is to a driver's C file, for a process: the same macro
 * makes a table of the handler's entries, and registers it before main().
 */
#ifndef CHARD_H
#define CHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/timekeeping.h>

#include "chard_contract.h"

/**
 * struct chard_counts - what a driver has made and not yet unmade
 * @devices: devices
 * @files: open files
 * @states: states of devices and files that the handler has made
 * @boxes: allocations of the handler
 * @pages: pages that it holds
 */
struct chard_counts {
	long devices;
	long files;
	long states;
	long boxes;
	long pages;
};

/**
 * struct chard_where - where a driver's devices are, as in core/chard.h
 * @region: they are on a region
 * @bound: of a region: the suite binds its devices (host_bind()); there is none before
 * @chips: of such a region: what the suite binds is a chip (userspace/suite-i2c.h)
 * @devices: how many there are
 * @node: what nodes are called, NULL for chard-NAME
 * @names: names of the first nodes of a region, NULL behind the last; or NULL
 *
 * Numbers mean nothing here.
 */
struct chard_where {
	bool region;
	bool bound;
	bool chips;
	unsigned int major;
	unsigned int first;
	unsigned int minors;
	unsigned int devices;
	const char *node;
	const char *const *names;
};

#define CHARD_MISC(...)                                \
	{                                              \
		.minors = 1, .devices = 1, __VA_ARGS__ \
	}
#define CHARD_REGION(_minors, ...)                                                     \
	{                                                                              \
		.region = true, .minors = (_minors), .devices = (_minors), __VA_ARGS__ \
	}

/* What changes of a driver, as the core has it (core/driver.h). */
struct chard_live {
	u64 brief_again;
};

/**
 * struct chard_driver - a driver, as the stand-in knows it
 * @name: the handler's name
 * @counts: what it has made
 * @live: what else changes
 * @handler: what the handler says of itself
 * @entries: the handler's entries, by its own table of them
 */
struct chard_driver {
	const char *name;
	struct chard_counts *counts;
	struct chard_live *live;
	const struct chard_handler *handler;
	const struct chard_entries *entries;
};

void chard_register(const struct chard_driver *driver, const struct chard_where *where);
long chard_call_release(struct chard_call *call, long ret);
long chard_call_count(struct chard_call *call);
long chard_call_end(struct chard_call *call, long ret);

/* CHARD_CALL - enter a handler; the only way from C into Rust, as in the core */
#define CHARD_CALL(_call, _entry, ...)                        \
	({                                                    \
		struct chard_call *__call = (_call);          \
		long __ret = (_entry)(__call, ##__VA_ARGS__); \
		if (__call->held)                             \
			chard_call_release(__call, __ret);    \
		__ret;                                        \
	})
/* CHARD_CALL_BY - the same, unless the device's binding has ended */
#define CHARD_CALL_BY(_call, _device, _entry, ...)                                        \
	({                                                                                \
		chard_call_count(_call)                                                   \
			?: chard_call_end(_call, CHARD_CALL(_call, _entry, ##__VA_ARGS__, \
							    (_device)->state));           \
	})
#define CHARD_CALL_DEVICE(_device, _may, _entry, ...)                            \
	({                                                                       \
		struct chard_device *__device = (_device);                       \
		struct chard_call __new = { .device = __device, .may = (_may) }; \
		CHARD_CALL_BY(&__new, __device, _entry, ##__VA_ARGS__);          \
	})
/* CHARD_CALL_LIFE - of a device's life: whether it is bound or not */
#define CHARD_CALL_LIFE(_device, _may, _entry)                                       \
	({                                                                           \
		struct chard_device *__device = (_device);                           \
		struct chard_call __new = { .device = __device, .may = (_may) };     \
		chard_call_count(&__new);                                            \
		chard_call_end(&__new, CHARD_CALL(&__new, _entry, __device->state)); \
	})
#define CHARD_CALL_FILE(_file, _may, _entry, ...)                                   \
	({                                                                          \
		struct file *__file = (_file);                                      \
		struct chard_call __new = { .file = &__file->chard,                 \
					    .filp = __file,                         \
					    .may = (_may) };                        \
		CHARD_CALL_BY(&__new, __file->chard.device, _entry, ##__VA_ARGS__); \
	})

/* What an entry for a file may do that serves its caller with less than all. */
#define CHARD_MAY_FILE (CHARD_MAY_KERNEL | CHARD_CALL_KILLABLE)

#define CHARD_MISC_DRIVER(_name, _mode, ...) CHARD_DRIVER(_name, _mode, CHARD_MISC(), ##__VA_ARGS__)

/*
 * The node's mode is the kernel's business: here everybody may open it. The operations
 * that are listed are compared where the driver's module is built.
 */
#define CHARD_DRIVER(_name, _mode, _where, ...)                     \
	extern const struct chard_handler chard_##_name##_handler;  \
	extern const struct chard_entries chard_##_name##_entries;  \
	static struct chard_counts _name##_counts;                  \
	static struct chard_live _name##_live;                      \
	const struct chard_driver chard_##_name##_driver = {        \
		.name = #_name,                                     \
		.counts = &_name##_counts,                          \
		.live = &_name##_live,                              \
		.handler = &chard_##_name##_handler,                \
		.entries = &chard_##_name##_entries,                \
	};                                                          \
	static void __attribute__((constructor)) _name##_init(void) \
	{                                                           \
		const struct chard_where where = _where;            \
                                                                    \
		chard_register(&chard_##_name##_driver, &where);    \
	}                                                           \
	CHARD_NOTHING

/* Parameters have their defaults: nobody gives others. */
struct chard_param {
	const void *values;
	unsigned int size;
	unsigned int count;
};

#define CHARD_VALUE(_driver, _type, _name) chard_##_driver##_param_##_type##_##_name
#define CHARD_TYPE_int __s32
#define CHARD_TYPE_uint __u32
#define CHARD_TYPE_long __s64
#define CHARD_TYPE_ulong __u64
#define CHARD_PARAM(_driver, _type, _name, _default, _min, _max, _mode, _text) \
	CHARD_TYPE_##_type CHARD_VALUE(_driver, _type, _name) = (_default)
#define CHARD_PARAM_BOOL(_driver, _name, _default, _mode, _text) \
	bool CHARD_VALUE(_driver, bool, _name) = (_default)
#define CHARD_PARAM_STRING(_driver, _name, _default, _room, _mode, _text)            \
	static const char _name##_chars[_room] = _default;                           \
	struct chard_param CHARD_VALUE(_driver, string, _name) = { _name##_chars, 1, \
								   sizeof(_default) - 1 }
#define CHARD_PARAM_ARRAY(_driver, _name, _room, _min, _max, _mode, _text) \
	struct chard_param CHARD_VALUE(_driver, array, _name) = { NULL, sizeof(__u32), 0 }

/* What a driver's C may use of the kernel's own. */
#define __init
#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

/* Takes the semicolon behind a macro that says something of a module only. */
#define CHARD_NOTHING struct chard_driver
#define MODULE_DESCRIPTION(text) CHARD_NOTHING
#define MODULE_AUTHOR(text) CHARD_NOTHING
#define MODULE_LICENSE(text) CHARD_NOTHING
#define MODULE_VERSION(text) CHARD_NOTHING
#define MODULE_ALIAS(text) CHARD_NOTHING
#define MODULE_SOFTDEP(text) CHARD_NOTHING
#define MODULE_FIRMWARE(text) CHARD_NOTHING
#define MODULE_IMPORT_NS(text) CHARD_NOTHING
#define MODULE_INFO(tag, text) CHARD_NOTHING

#endif
