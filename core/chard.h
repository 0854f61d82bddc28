/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a driver's C file needs: one macro that names its operations.
 *
 * The macro makes the driver's own const file_operations, whose entries call
 * the handler's symbols directly: one indirect call a system call, the VFS's,
 * as in a driver written by hand. What is not hot is in chard.ko.
 */
#ifndef CHARD_H
#define CHARD_H

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/percpu.h>
#include <linux/poll.h>
#include <linux/ratelimit_types.h>
#include <linux/seq_file.h>
#include <linux/uio.h>

#include "chard_contract.h"
#include "chard_each.h"

/**
 * struct chard_counts - what a driver has made and not yet unmade
 * @devices: devices
 * @files: open files
 * @states: states of devices and files that the handler has made
 * @boxes: allocations of the handler
 * @pages: pages in its arrays, and those that it holds
 * @panics: panics that ended a call; these are never unmade
 *
 * Per CPU, since allocations are counted; only the sum over all means
 * something. A sum that is not zero when the driver is unregistered is a leak
 * and is reported. They come from alloc_percpu(), since all modules together may
 * have 8 KiB of per-CPU data of their own (PERCPU_MODULE_RESERVE).
 */
struct chard_counts {
	long devices;
	long files;
	long states;
	long boxes;
	long pages;
	long panics;
};

/*
 * Enters a handler for a device, on behalf of what the core has set going: a
 * timer, work, a thread. Refuses, with a negative errno, where that does not answer.
 */
typedef long (*chard_callback_t)(struct chard_device *device, struct chard_object *object,
				 void *place, unsigned long token);

/* Enters a handler for an attribute of a device; refuses likewise. */
typedef long (*chard_attribute_t)(struct chard_device *device, void *place, u32 index,
				  struct chard_text *text);

/* Places of panics that a driver remembers as reported. */
#define CHARD_PLACES 32

/**
 * struct chard_live - what changes of a driver while it is loaded; core's own
 * @counts: what it has made; NULL while it is not registered
 * @limit: how often a caller may have a line in the log (chard_may_log())
 * @nodes: what its devices are registered with (node.c)
 * @file_bytes: what an open file takes that has a state; 0 where they have none
 * @places: places of panics, 0 behind the last
 */
struct chard_live {
	struct chard_counts __percpu *counts;
	struct ratelimit_state limit;
	struct chard_nodes *nodes;
	size_t file_bytes;
	atomic_long_t places[CHARD_PLACES];
};

/**
 * struct chard_where - where a driver's devices are to be found
 * @region: on a region of numbers of their own; else one misc device
 * @major: of a region; 0 for one that is free
 * @first: the first minor of a region; of a misc device its minor,
 *	   MISC_DYNAMIC_MINOR for one that is free
 * @minors: how many devices a region has room for, 1 to 1048576
 * @devices: how many of them there are when the driver is loaded: the first ones
 * @node: what nodes are called: a misc device's whole name, on a region that
 *	  with the device's number behind it; NULL for chard-NAME
 * @names: names of the first nodes of a region, NULL behind the last; or NULL
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

/**
 * struct chard_driver - a driver, as chard.ko knows it
 * @contract: CHARD_CONTRACT as the driver's C was built with; stays the first
 *	      member, so that it can be read whatever else changes
 * @name: the handler's name
 * @owner: its module; NULL where it is built in
 * @mode: its nodes' permissions
 * @fops: its table; NULL of a system call
 * @handler: what the handler says of itself
 * @device_init: calls the handler's entry of that name
 * @device_exit: calls the handler's entry of that name
 * @device_reset: calls the handler's entry of that name
 * @registered: calls the handler's entry of that name
 * @removed: calls the handler's entry of that name
 * @load: calls the handler's entry of that name, for no device
 * @unload: calls the handler's entry of that name, for no device
 * @timer: calls the handler's entry of that name; NULL where there is none
 * @work: likewise
 * @thread: likewise
 * @attributes: the handler's table of its devices' files; NULL where it has none
 * @attribute_show: calls the handler's entry of that name
 * @attribute_store: likewise
 * @sites: where its C goes on when the handler is back; see CHARD_ENTER
 * @sites_end: the end of these
 * @text: the first function of its handler's code (handler.lds); never called
 * @text_end: the last one; never called
 * @live: what changes
 */
struct chard_driver {
	u32 contract;
	const char *name;
	struct module *owner;
	umode_t mode;
	const struct file_operations *fops;
	const struct chard_handler *handler;
	long (*device_init)(struct chard_device *device, void *place);
	long (*device_exit)(struct chard_device *device, void *place);
	long (*device_reset)(struct chard_device *device, void *place);
	long (*registered)(struct chard_device *device, void *place);
	long (*removed)(struct chard_device *device, void *place);
	long (*load)(struct chard_device *device, void *place);
	long (*unload)(struct chard_device *device, void *place);
	chard_callback_t timer;
	chard_callback_t work;
	chard_callback_t thread;
	const struct chard_attribute *(*attributes)(u32 *count);
	chard_attribute_t attribute_show;
	chard_attribute_t attribute_store;
	const s32 *sites;
	const s32 *sites_end;
	void (*text)(void);
	void (*text_end)(void);
	struct chard_live *live;
};

int chard_register(const struct chard_driver *driver, const struct chard_where *where);
void chard_unregister(const struct chard_driver *driver);

int chard_file_new(const struct chard_driver *driver, struct inode *inode, struct file *file);
void chard_file_free(const struct chard_driver *driver, struct file *file);
int chard_file_fasync(int fd, struct file *file, int on);
ssize_t chard_splice_read(struct file *in, loff_t *pos, struct pipe_inode_info *pipe, size_t len,
			  unsigned int flags);
long chard_call_release(struct chard_call *call, long ret);

struct file *chard_command_begin(struct chard_command *command, struct io_uring_cmd *cmd,
				 unsigned int flags);
int chard_command_end(struct chard_command *command, struct io_uring_cmd *cmd, unsigned int flags,
		      long ret);

void chard_area_init(struct chard_area *area, const struct vm_area_struct *vma);
void chard_area_begin(struct vm_area_struct *vma, const struct vm_operations_struct *ops,
		      const struct chard_area *area);
vm_fault_t chard_fault_end(struct vm_fault *vmf, struct page *page, long error);

#include "entries.h"
#include "params.h"

#define CHARD_ENTRY(name, op) CHARD_ENTRY_##op(name)
#define CHARD_FIELD(name, op) CHARD_FIELD_##op(name)
#define CHARD_HOOK(name, op) CHARD_HOOK_##op(name)

/**
 * CHARD_MISC_DRIVER() - a module that is one misc device, /dev/chard-NAME
 * @_name: the handler's name, an identifier
 * @_mode: the node's permissions, 0600 for root only
 * @...: the operations that the handler implements, by their names in
 *	 struct file_operations: read_iter (read and splice_read come with
 *	 it), write_iter (likewise), llseek, ioctl (which fills both
 *	 unlocked_ioctl and compat_ioctl; or these two), poll, fasync, flush, fsync,
 *	 show_fdinfo, uring_cmd, mmap (the faults of what is mapped come with it); what a
 *	 handler has set going itself: timer, work, thread; and attributes, for
 *	 files in sysfs and debugfs
 *
 * What is not named is absent from the table, and answers as in any driver
 * that lacks it: without llseek, lseek(2) gives ESPIPE while pread(2) still
 * reaches the handler. The build fails where this list and the handler
 * differ.
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

/* Of each driver, whatever it drives: what it has, and the members that name it. */
#define CHARD_DRIVER_BEGIN(_name, ...)                                                        \
	extern const struct chard_driver chard_##_name##_driver;                              \
	void chard_text_begin_##_name(void);                                                  \
	void chard_text_end_##_name(void);                                                    \
	static struct chard_live _name##_live = {                                             \
		.limit = RATELIMIT_STATE_INIT(_name##_live.limit, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST),                       \
		__VA_ARGS__                                                                   \
	};                                                                                    \
	CHARD_SITES(_name)
#define CHARD_DRIVER_MEMBERS(_name)                                                      \
	.contract = CHARD_CONTRACT, .name = #_name, .handler = &chard_##_name##_handler, \
	.owner = THIS_MODULE, .sites = _name##_sites, .sites_end = _name##_sites_end,    \
	.text = chard_text_begin_##_name, .text_end = chard_text_end_##_name,            \
	.live = &_name##_live

/**
 * CHARD_DRIVER() - a module with devices wherever
 * @_name: the handler's name, an identifier
 * @_mode: the nodes' permissions
 * @_where: CHARD_MISC() or CHARD_REGION()
 * @...: as for CHARD_MISC_DRIVER()
 */
#define CHARD_DRIVER(_name, _mode, _where, ...)                                                \
	CHARD_HANDLER_DEVICE(_name);                                                           \
	CHARD_DRIVER_BEGIN(_name);                                                             \
	CHARD_ENTRY_device(_name) CHARD_EACH(CHARD_ENTRY, _name, open, release)                \
		CHARD_EACH(CHARD_ENTRY, _name,                                                 \
			   ##__VA_ARGS__) static const struct file_operations _name##_fops = { \
			.owner = THIS_MODULE,                                                  \
			CHARD_EACH(CHARD_FIELD, _name, open, release)                          \
				CHARD_EACH(CHARD_FIELD, _name, ##__VA_ARGS__)                  \
		};                                                                             \
	const struct chard_driver chard_##_name##_driver = {                                   \
		CHARD_DRIVER_MEMBERS(_name),                                                   \
		.fops = &_name##_fops,                                                         \
		.device_init = _name##_device_init,                                            \
		.device_exit = _name##_device_exit,                                            \
		.device_reset = _name##_device_reset,                                          \
		.registered = _name##_registered,                                              \
		.removed = _name##_removed,                                                    \
		.load = _name##_load,                                                          \
		.unload = _name##_unload,                                                      \
		CHARD_EACH(CHARD_HOOK, _name, ##__VA_ARGS__).mode = (_mode),                   \
	};                                                                                     \
	static int __init _name##_module_init(void)                                            \
	{                                                                                      \
		const struct chard_where where = _where;                                       \
		return chard_register(&chard_##_name##_driver, &where);                        \
	}                                                                                      \
	module_init(_name##_module_init);                                                      \
	static void __exit _name##_module_exit(void)                                           \
	{                                                                                      \
		chard_unregister(&chard_##_name##_driver);                                     \
	}                                                                                      \
	module_exit(_name##_module_exit)

#endif
