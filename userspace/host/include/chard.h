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

#include "chard_contract.h"
#include "chard_each.h"

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
 * @devices: how many there are
 * @node: what nodes are called, NULL for chard-NAME
 * @names: names of the first nodes of a region, NULL behind the last; or NULL
 *
 * Numbers mean nothing here.
 */
struct chard_where {
	bool region;
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

/**
 * struct chard_driver - a driver, as the stand-in knows it
 * @name: the handler's name
 * @counts: what it has made
 * @handler: what the handler says of itself
 *
 * The rest are the handler's entries; what its driver does not name is NULL.
 */
struct chard_driver {
	const char *name;
	struct chard_counts *counts;
	const struct chard_handler *handler;
#define CHARD_MEMBER(_member, ...) \
	long (*_member)(struct chard_call * call, ##__VA_ARGS__, void *place)
	CHARD_MEMBER(device_init);
	CHARD_MEMBER(device_exit);
	CHARD_MEMBER(device_reset);
	CHARD_MEMBER(registered);
	CHARD_MEMBER(removed);
	CHARD_MEMBER(load);
	CHARD_MEMBER(unload);
	CHARD_MEMBER(open);
	CHARD_MEMBER(release);
	CHARD_MEMBER(read_iter, unsigned long at, unsigned long left, __s64 *pos, __u32 flags);
	CHARD_MEMBER(write_iter, unsigned long at, unsigned long left, __s64 *pos, __u32 flags);
	CHARD_MEMBER(llseek, __s64 offset, int whence, __s64 pos);
	union {
		CHARD_MEMBER(ioctl, unsigned int cmd, unsigned long arg);
		CHARD_MEMBER(unlocked_ioctl, unsigned int cmd, unsigned long arg);
	};
	CHARD_MEMBER(compat_ioctl, unsigned int cmd, unsigned long arg);
	CHARD_MEMBER(poll, struct poll_table_struct *table);
	CHARD_MEMBER(fasync);
	CHARD_MEMBER(flush);
	CHARD_MEMBER(fsync, __s64 start, __s64 end, int datasync);
	CHARD_MEMBER(mmap, struct chard_area *area);
	CHARD_MEMBER(fault, __u64 index, struct page **page);
	CHARD_MEMBER(uring_cmd, struct chard_command *command);
	CHARD_MEMBER(timer, unsigned long token);
	CHARD_MEMBER(work, unsigned long token);
	CHARD_MEMBER(thread, unsigned long token);
	CHARD_MEMBER(show_fdinfo, struct chard_text *text);
	CHARD_MEMBER(attribute_show, __u32 index, struct chard_text *text);
	CHARD_MEMBER(attribute_store, __u32 index, struct chard_text *text);
	const struct chard_attribute *(*attributes)(__u32 *count);
};

void chard_register(const struct chard_driver *driver, const struct chard_where *where);
long chard_call_release(struct chard_call *call, long ret);

/* CHARD_CALL - enter a handler; the only way from C into Rust, as in the core */
#define CHARD_CALL(_call, _entry, ...)                      \
	({                                                  \
		struct chard_call *__call = (_call);        \
		long __ret = _entry(__call, ##__VA_ARGS__); \
		if (__call->held)                           \
			chard_call_release(__call, __ret);  \
		__ret;                                      \
	})
#define CHARD_CALL_DEVICE(_device, _may, _entry, ...)                            \
	({                                                                       \
		struct chard_device *__device = (_device);                       \
		struct chard_call __new = { .device = __device, .may = (_may) }; \
		CHARD_CALL(&__new, _entry, ##__VA_ARGS__, __device->state);      \
	})
#define CHARD_CALL_FILE(_file, _may, _entry, ...)                               \
	({                                                                      \
		struct file *__file = (_file);                                  \
		struct chard_call __new = { .file = &__file->chard,             \
					    .filp = __file,                     \
					    .may = (_may) };                    \
		CHARD_CALL(&__new, _entry, ##__VA_ARGS__, __file->chard.place); \
	})

/* What entries of a file and of a device may do, as core/entries.h has it. */
#define CHARD_MAY_FILE (CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_KILLABLE)
#define CHARD_MAY_DEVICE (CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_CALLER)

#define CHARD_DECLARE(name, op) CHARD_HANDLER_##op(name);
#define CHARD_ENTRY(name, op) .op = chard_##name##_##op,

#define CHARD_MISC_DRIVER(_name, _mode, ...) CHARD_DRIVER(_name, _mode, CHARD_MISC(), ##__VA_ARGS__)

/* The node's mode is the kernel's business: here everybody may open it. */
#define CHARD_DRIVER(_name, _mode, _where, ...)                                           \
	CHARD_HANDLER_DEVICE(_name);                                                      \
	CHARD_EACH(CHARD_DECLARE, _name, ##__VA_ARGS__)                                   \
	/* They come with mmap and attributes, and are not named themselves. */           \
	extern typeof(long(struct chard_call *, __u64, struct page **,                    \
			   void *)) chard_##_name##_fault __attribute__((weak));          \
	extern typeof(long(struct chard_call *, __u32, struct chard_text *,               \
			   void *)) chard_##_name##_attribute_show __attribute__((weak)), \
		chard_##_name##_attribute_store __attribute__((weak));                    \
	static struct chard_counts _name##_counts;                                        \
	const struct chard_driver chard_##_name##_driver = {                              \
		.name = #_name,                                                           \
		.counts = &_name##_counts,                                                \
		.handler = &chard_##_name##_handler,                                      \
		.device_init = chard_##_name##_device_init,                               \
		.device_exit = chard_##_name##_device_exit,                               \
		.device_reset = chard_##_name##_device_reset,                             \
		.registered = chard_##_name##_registered,                                 \
		.removed = chard_##_name##_removed,                                       \
		.load = chard_##_name##_load,                                             \
		.unload = chard_##_name##_unload,                                         \
		.open = chard_##_name##_open,                                             \
		.release = chard_##_name##_release,                                       \
		.fault = chard_##_name##_fault,                                           \
		.attribute_show = chard_##_name##_attribute_show,                         \
		.attribute_store = chard_##_name##_attribute_store,                       \
		CHARD_EACH(CHARD_ENTRY, _name, ##__VA_ARGS__)                             \
	};                                                                                \
	static void __attribute__((constructor)) _name##_init(void)                       \
	{                                                                                 \
		const struct chard_where where = _where;                                  \
                                                                                          \
		chard_register(&chard_##_name##_driver, &where);                          \
	}                                                                                 \
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

#endif
