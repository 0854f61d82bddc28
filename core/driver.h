/* SPDX-License-Identifier: GPL-2.0 */
/* A driver, as the core knows it, and what the core exports to drivers' C. */
#ifndef CHARD_DRIVER_H
#define CHARD_DRIVER_H

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/ratelimit_types.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "devices/device.h"

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
 * CHARD_MODULE_INFO - what modinfo(8) says of a module: modules go together that say the same.
 * The kernel refuses others when they are loaded; what installs modules reads this before.
 */
#define CHARD_MODULE_INFO MODULE_INFO(chard_contract, __stringify(CHARD_CONTRACT))

/**
 * struct chard_traced_op - an entry that a driver calls, as its tracepoints name it
 * @driver: the handler's driver
 * @name: the name of the entry
 */
struct chard_traced_op {
	const struct chard_driver *driver;
	const char *name;
};

/* Calls an entry for a device: one of its life. */
typedef long (*chard_life_t)(struct chard_device *device);

/* Calls an entry for a suspend or a resume. */
typedef long (*chard_suspend_t)(struct chard_device *device, u32 why);

/* Calls an entry for a timer, work or thread; the device's error where it does not answer. */
typedef long (*chard_callback_t)(struct chard_device *device, struct chard_object *object,
				 unsigned long token);

/* Calls an entry for an attribute of a device; likewise. */
typedef long (*chard_attribute_t)(struct chard_device *device, u32 index, struct chard_text *text);

/* Calls an entry for what the driver's own C has to say (chard_bound.h); likewise. */
typedef long (*chard_message_t)(struct chard_device *device, u32 what, void *data, size_t len);

/* Places of panics that a driver remembers as reported. */
#define CHARD_PLACES 32

/**
 * struct chard_live - what changes of a driver while it is loaded; core's own
 * @counts: what it has made; NULL while it is not registered
 * @limit: how often a caller may have a line in the log (chard_may_log())
 * @nodes: what its devices are registered with (node.c)
 * @file_bytes: what an open file takes that has a state or can be polled; 0 where they share one
 * @work: where its work is queued; NULL where the handler has none
 * @brief_again: when a brief call may wait for a lock again, by ktime_get_ns(); 0 for at once
 * @places: places of panics, 0 behind the last
 */
struct chard_live {
	struct chard_counts __percpu *counts;
	struct ratelimit_state limit;
	struct chard_nodes *nodes;
	size_t file_bytes;
	struct workqueue_struct *work;
	u64 brief_again;
	atomic_long_t places[CHARD_PLACES];
};

/**
 * struct chard_where - where a driver's devices are to be found
 * @region: on a region of numbers of their own; else one misc device
 * @bound: of a region: its devices are made by the driver's own C (chard_bound.h), and by
 *	   nobody else
 * @major: of a region; 0 for one that is free
 * @first: the first minor of a region; of a misc device its minor, below 255, or
 *	   MISC_DYNAMIC_MINOR for one that is free
 * @minors: how many devices a region has room for, 1 to 1048576
 * @devices: how many of them there are when the driver is loaded: the first ones
 * @node: what nodes are called: a misc device's whole name, on a region that
 *	  with the device's number behind it, and a hyphen before that where the name ends
 *	  in a digit; NULL for chard-NAME
 * @names: names of the first nodes of a region, NULL behind the last; or NULL
 */
struct chard_where {
	bool region;
	bool bound;
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
 * @event: likewise
 * @request: likewise
 * @suspend: likewise
 * @resume: likewise; there where @suspend is
 * @attribute_show: calls the handler's entry of that name; NULL where it has none
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
	chard_life_t device_init;
	chard_life_t device_exit;
	chard_life_t device_reset;
	chard_life_t registered;
	chard_life_t removed;
	chard_life_t load;
	chard_life_t unload;
	chard_callback_t timer;
	chard_callback_t work;
	chard_callback_t thread;
	chard_message_t event;
	chard_message_t request;
	chard_suspend_t suspend;
	chard_suspend_t resume;
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
__poll_t chard_file_poll_error(const struct file *file, long error);
ssize_t chard_splice_read(struct file *in, loff_t *pos, struct pipe_inode_info *pipe, size_t len,
			  unsigned int flags);
long chard_call_release(struct chard_call *call, long ret);
void chard_call_uncount(struct chard_call *call);
long chard_call_count_slowly(struct chard_call *call);
bool chard_device_is_asleep(const struct chard_device *device);

/* Not to be called as they are declared: CHARD_TRACE. */
void chard_trace_enter_keeping(void);
void chard_trace_exit_keeping(void);

struct file *chard_command_begin(struct chard_command *command, struct io_uring_cmd *cmd,
				 unsigned int flags);
int chard_command_end(struct chard_command *command, struct io_uring_cmd *cmd, unsigned int flags,
		      long ret);

void chard_area_init(struct chard_area *area, const struct vm_area_struct *vma);
void chard_area_begin(struct vm_area_struct *vma, const struct vm_operations_struct *ops,
		      const struct chard_area *area);
vm_fault_t chard_fault_end(struct vm_fault *vmf, struct page *page, long error);

/* A text that is longer has no end, and would be given all memory that there is. */
#define CHARD_TEXT_MAX 0x100000

/* chard_text_commit() - give seq_file a text; true where seq_file calls again with more room */
static inline bool chard_text_commit(struct seq_file *seq, const struct chard_text *text)
{
	bool again = text->cut && seq->size < CHARD_TEXT_MAX;

	/* A buffer that is full is too small to seq_file. */
	seq_commit(seq, again ? -1 : (int)text->len - !!text->cut);
	return again;
}

/* What a system call may do that a worker of an io_uring makes, too. */
static __always_inline u32 chard_may_task(void)
{
	return unlikely(current->flags & PF_IO_WORKER) ? CHARD_MAY_ALL | CHARD_CALL_WORKER
						       : CHARD_MAY_ALL;
}

/*
 * What a system call may do that the kernel makes for others, too: an exit closes files
 * when the address space has gone already, and kernel threads have none. No signal would end
 * a wait of either, so they are as if asked not to wait, but a lock is tried for a while. An
 * exec closes files with a mutex held, which keeps others from the task's credentials.
 */
static __always_inline u32 chard_may_here(void)
{
	if (unlikely(!current->mm))
		return CHARD_MAY_SLEEP | CHARD_CALL_CALLER | CHARD_CALL_KILLABLE |
		       CHARD_CALL_NOWAIT | CHARD_CALL_BRIEF;
	return unlikely(current->in_execve) ? CHARD_MAY_ALL & ~CHARD_MAY_REMOVE : chard_may_task();
}

#endif
