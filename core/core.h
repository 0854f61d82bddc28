/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of chard.ko know of each other. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "chard_device.h"
#include "driver.h"
#include "calls/context.h"

/**
 * struct chard_nodes - where the devices of a driver are registered
 * @region: on a region of minors; else there is one misc device
 * @bound: on a region: its devices are made by the driver's own C alone
 * @closed: no device comes any more; under chard_devices_lock
 * @first: the first number; of a misc device its own, or MISC_DYNAMIC_MINOR before it has one
 * @minors: how many there are
 * @devices: by their index, with places reserved for those to come
 * @count: the devices there are, registered or not; and one for @cdev
 * @cdev: of a region
 * @parent: of a region's class devices
 * @node: the driver's name for nodes, or NULL
 * @names: the driver's names of the first ones, NULL behind the last; or NULL
 * @attributes: of its devices
 * @removals: runs removals and ends of its devices, which may wait for its handler: those of
 *	      another driver do not wait behind them; and tells udev of their states
 * @name: chard-NAME
 */
struct chard_nodes {
	bool region;
	bool bound;
	bool closed;
	dev_t first;
	u32 minors;
	struct xarray devices;
	atomic_t count;
	struct chard_cdev cdev;
	struct device *parent;
	const char *node;
	const char *const *names;
	struct chard_attributes *attributes;
	struct workqueue_struct *removals;
	char name[32];
};

extern struct list_head chard_devices;
extern struct mutex chard_devices_lock;

struct chard_device *chard_device_new(const struct chard_driver *driver, u32 index,
				      struct device *parent, void *data);
int chard_device_publish(struct chard_device *device);
long chard_device_add(const struct chard_driver *driver, u32 index);
void chard_device_put_late(struct chard_device *device);
void chard_device_halt(struct chard_device *device);
void chard_device_quarantine(struct chard_device *device);
long chard_device_reset(struct chard_device *device);

/* bound.c */
int chard_bound_init(struct chard_device *device, struct device *parent, void *data);
void chard_bound_exit(struct chard_device *device);
void chard_bound_drain(struct chard_device *device);
void chard_bound_end(struct chard_device *device);
void chard_bound_leave_slowly(struct chard_call *call);

/* suspend.c */
int chard_device_wait_awake(struct chard_device *device);
void chard_bound_return_slowly(struct chard_call *call);
bool chard_bound_return_with_lock(struct chard_call *call, bool counted);
void chard_gate_pass_slowly(struct chard_call *call);
bool chard_gate_end(struct chard_device *device);
int chard_gate_hold(struct chard_device *device);

/* chard_gate_let_go() - the reverse of chard_gate_hold() */
static inline void chard_gate_let_go(struct chard_device *device)
{
	if (device->parent)
		mutex_unlock(&device->gate_lock);
}

/* chard_gate_wake() - calls that wait at the gate of a device are to look; any context */
static inline void chard_gate_wake(struct chard_device *device)
{
	if (device->parent)
		wake_up_all(&device->awake);
}

/* core/bus/pci.c */
#if IS_ENABLED(CONFIG_PCI)
struct chard_pci *chard_pci_find(struct device *parent);
void chard_pci_quiet(struct chard_pci *pci);
void chard_pci_answers(struct chard_pci *pci);
void chard_pci_area_begin(struct vm_area_struct *vma, u32 number, unsigned long never);
#else
static inline struct chard_pci *chard_pci_find(struct device *parent)
{
	return NULL;
}

static inline void chard_pci_quiet(struct chard_pci *pci)
{
}

static inline void chard_pci_answers(struct chard_pci *pci)
{
}

static inline void chard_pci_area_begin(struct vm_area_struct *vma, u32 number, unsigned long never)
{
}
#endif

/*
 * chard_bound_leave() - the end of a binding does not wait for this call, while it waits for
 * user space or may be frozen
 *
 * Return: whether the call was counted: pass it to chard_bound_return(), behind which the
 * device may not be bound any more.
 */
static inline bool chard_bound_leave(struct chard_call *call)
{
	if (likely(!(call->may & CHARD_CALL_COUNTED)))
		return false;
	chard_bound_leave_slowly(call);
	return true;
}

static inline void chard_bound_return(struct chard_call *call, bool counted)
{
	if (unlikely(counted))
		chard_bound_return_slowly(call);
}

/* chard_gate_pass() - a call that holds no lock goes on for long: see chard_gate_pass_slowly() */
static inline void chard_gate_pass(struct chard_call *call)
{
	if (unlikely(call->may & CHARD_CALL_COUNTED))
		chard_gate_pass_slowly(call);
}

/* node.c */
int chard_nodes_begin(const struct chard_driver *driver, const struct chard_where *where);
int chard_nodes_open(const struct chard_driver *driver);
void chard_nodes_close(struct chard_nodes *nodes);
void chard_nodes_end(const struct chard_driver *driver);
long chard_node_reserve(struct chard_nodes *nodes, u32 index);
void chard_node_release(struct chard_nodes *nodes, u32 index);
void chard_node_unreserve(struct chard_device *device);
int chard_node_init(struct chard_device *device);
int chard_node_add(struct chard_device *device);
void chard_node_del(struct chard_device *device);
int chard_nodes_init(void);
void chard_nodes_exit(void);

/* The last that a device does, or a region's cdev: the driver may go from then on. */
static inline void chard_nodes_uncount(struct chard_nodes *nodes)
{
	if (atomic_dec_and_test(&nodes->count))
		wake_up_var(&nodes->count);
}

/* open.c */
extern const struct file_operations chard_open_fops;
int chard_cdev_add(struct chard_cdev *cdev, const struct chard_driver *driver,
		   struct kobj_type *type, dev_t first, unsigned int count);
struct chard_device *chard_node_find(struct chard_nodes *nodes, const struct inode *inode,
				     const struct file *file);
struct chard_device *chard_node_at(struct chard_nodes *nodes, u32 index);

/* chard_node_by_misc() - an open came by misc_open(), which holds misc_mtx */
static inline bool chard_node_by_misc(const struct file *file)
{
	return unlikely(file->private_data);
}

/*
 * chard_driver_get() - hold a driver's module, if that is loaded: its init can not fail any
 * more; module_put() is the reverse
 */
static inline bool chard_driver_get(const struct chard_driver *driver)
{
	struct module *owner = driver->owner;

	return (!owner || READ_ONCE(owner->state) == MODULE_STATE_LIVE) && try_module_get(owner);
}

/* uevent.c */
const char *chard_state_name(const struct chard_device *device);
void chard_state_init(struct chard_device *device);
void chard_state_changed(struct chard_device *device);
int chard_states_init(void);
void chard_states_exit(void);

/* own_attributes.c */
extern const struct attribute_group chard_own_group;

/* handler_attributes.c */
struct chard_attributes *chard_attributes_new(const struct chard_driver *driver);
void chard_attributes_free(struct chard_attributes *attributes);
const struct attribute_group **chard_attribute_groups(struct chard_attributes *attributes);
void chard_views_add(struct chard_device *device);
void chard_views_del(struct chard_device *device);
void chard_views_init(void);
void chard_views_exit(void);

/* A class device's; that of a region has @misc's place, as misc_register() has it. */
static inline struct chard_device *chard_device_of(struct device *dev)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	return container_of(misc, struct chard_device, misc);
}

/* file.c */
int chard_file_watch(struct chard_file *cf, struct chard_object *object);
int chard_files_begin(const struct chard_driver *driver);
size_t chard_size_with(size_t head, u32 size, u32 align);

/* counts.c */
int chard_counts_begin(const struct chard_driver *driver);
void chard_counts_end(const struct chard_driver *driver);
void chard_counts_report(const struct chard_driver *driver);

/* Whether what a caller has caused may have a line in the log now: ten in five seconds. */
static inline bool chard_may_log(const struct chard_driver *driver)
{
	return ___ratelimit(&driver->live->limit, driver->name);
}

/* core/memory/copy.c */
void chard_memory_exit(void);

/*
 * copy_from_user() without the zeros behind what could be copied: a device keeps its
 * bytes there. Returns how many were not copied; may sleep.
 */
static inline size_t chard_raw_copy_from_user(void *to, const void __user *from, size_t len)
{
	if (unlikely(!access_ok(from, len)))
		return len;
	barrier_nospec();
	return __copy_from_user(to, from, len);
}

/*
 * chard_gfp() - how memory is allocated in the context of the CPU
 *
 * For allocations that have no call: Rust's allocator is given none. A call that may not
 * sleep is in an interrupt, has softirqs or interrupts off, or is in an RCU section
 * (chard_rcu_begin()), all of which the CPU tells on each kernel; preemption alone is never
 * off in a handler.
 *
 * What is allocated is charged to the cgroup of the task that runs, which is the caller's
 * in a system call; the kernel charges no cgroup in an interrupt. There alone an allocation
 * may use the memory that the kernel keeps in reserve: a task that may would get what is
 * beyond its cgroup's limit, too. A size may be a caller's choice, so a failure is not worth
 * a warning.
 */
static inline gfp_t chard_gfp(void)
{
	gfp_t how = GFP_KERNEL;

	if (preempt_count() || irqs_disabled() || rcu_preempt_depth())
		how = in_task() ? GFP_NOWAIT : GFP_ATOMIC;
	return how | __GFP_ACCOUNT | __GFP_NOWARN;
}

/* chard_gfp_sleeps() - whether an allocation may sleep here, and so may what frees it */
static inline bool chard_gfp_sleeps(void)
{
	return gfpflags_allow_blocking(chard_gfp());
}

/*
 * kvmalloc(), which takes its time for what is never so large as to need it. Where this may
 * not sleep, memory comes in one piece: vmalloc's locks are not for every context, and since
 * 6.19 kvmalloc() would take them.
 */
static inline void *chard_memory_new(size_t size, gfp_t flags)
{
	if (likely(size <= PAGE_SIZE) || !gfpflags_allow_blocking(flags))
		return kmalloc(size, flags);
	return kvmalloc(size, flags);
}

/* kvfree(), likewise, of so many bytes. */
static inline void chard_memory_free(const void *memory, size_t size)
{
	if (likely(size <= PAGE_SIZE))
		kfree(memory);
	else
		kvfree(memory);
}

static inline struct chard_device *chard_call_device(const struct chard_call *call)
{
	return call->file ? call->file->device : call->device;
}

static inline const struct chard_driver *chard_call_driver(const struct chard_call *call)
{
	return chard_call_device(call)->driver;
}

/* chard_call_state() - the state of a task that waits for another in a call (TASK_*) */
static inline unsigned int chard_call_state(const struct chard_call *call)
{
	if (call->may & CHARD_CALL_WORKER)
		return TASK_INTERRUPTIBLE;
	return call->may & CHARD_CALL_KILLABLE ? TASK_KILLABLE : TASK_UNINTERRUPTIBLE;
}

/* wait.c */
int chard_call_error(const struct chard_call *call);

/* map.c */
int chard_mapping_init(struct chard_device *device);
void chard_mapping_exit(struct chard_device *device);
void chard_mapping_zap(struct chard_device *device, bool copies);

/* What the page @index of an array is known by; a page that was taken out of its array has 0. */
static inline unsigned long chard_page_mark(pgoff_t index)
{
	return index + 1;
}

/* remove.c */
void chard_removal_init(struct chard_device *device);
void chard_driver_remove(const struct chard_driver *driver);
bool chard_device_claim(struct chard_device *device);
void chard_removal_queue(struct chard_device *device);
int chard_removal_wait(struct chard_device *device, unsigned int state);

/* Spinning locks of the caller's class: the kernel has that by a macro with debugging alone. */
static inline void chard_spinlock_init(spinlock_t *lock, const char *name,
				       struct lock_class_key *class)
{
	spin_lock_init(lock);
	lockdep_set_class_and_name(lock, class, name);
}

static inline void chard_rwlock_init_class(rwlock_t *lock, const char *name,
					   struct lock_class_key *class)
{
	rwlock_init(lock);
	lockdep_set_class_and_name(lock, class, name);
}

/* object.c */

/**
 * struct chard_object_type - what the core does with an object of a kind
 * @wake: the device does not answer any more; in an RCU section; NULL for nothing
 * @cancel: its handle is dropped; any context; NULL for nothing
 * @stop: end what is going on, and wait for that; may sleep; NULL for nothing
 * @free: give back what it has beside itself; any context; NULL for nothing
 */
struct chard_object_type {
	void (*wake)(struct chard_object *object);
	void (*cancel)(struct chard_object *object);
	void (*stop)(struct chard_object *object);
	void (*free)(struct chard_object *object);
};

/**
 * struct chard_object - something of a device that the kernel knows, too (object.c)
 * @entry: in the objects of its device
 * @device: the device; NULL when that has ended
 * @driver: the driver, whose memory is counted
 * @type: its kind
 * @refs: its references; the last one goes under chard_objects_lock
 * @rcu: frees it
 */
struct chard_object {
	struct list_head entry;
	struct chard_device *device;
	const struct chard_driver *driver;
	const struct chard_object_type *type;
	refcount_t refs;
	struct rcu_head rcu;
};

void *chard_object_new(struct chard_call *call, size_t size, const struct chard_object_type *type);
struct chard_object *chard_object_add(struct chard_object *object);
void chard_object_put(struct chard_object *object);
void chard_objects_each(struct chard_device *device, void (*act)(struct chard_object *object));
extern spinlock_t chard_objects_lock;
void chard_objects_wake(struct chard_device *device);
void chard_objects_stop(struct chard_device *device);
void chard_objects_end(struct chard_device *device);

/* background.c */
void chard_background_begin(struct chard_device *device);
void chard_background_discard(struct chard_device *device);
void chard_background_resume(struct chard_device *device);
int chard_work_begin(const struct chard_driver *driver);
void chard_work_end(const struct chard_driver *driver);

/* command.c */
void chard_commands_exit(void);

#ifdef CONFIG_KASAN_STACK
/* KASAN's, for what gcc emits; what modules may call of it. As gcc declares it. */
void __asan_allocas_unpoison(void *top, ssize_t bottom);
#endif

#endif
