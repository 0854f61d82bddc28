// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: creation, references, end.
 *
 * A device is one allocation, the core's part and behind it the handler's
 * state. It is held by its registration and by each open file, so that it
 * outlives its node for as long as a file is open. How it is found is node.c,
 * how it goes remove.c.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "calls/hold.h"

static void chard_device_end(struct work_struct *work);

LIST_HEAD(chard_devices);
/* Guards the list; held, too, while a device is on its way into it. */
DEFINE_MUTEX(chard_devices_lock);

/* chard_device_halt() - the device's flags have changed: wake its waiters; any context */
void chard_device_halt(struct chard_device *device)
{
	chard_objects_wake(device);
	chard_gate_wake(device);
	kill_fasync(&device->fasync, SIGIO, POLL_HUP);
}

/* chard_device_quarantine() - it does not answer until it is reset; tells udev; any context */
void chard_device_quarantine(struct chard_device *device)
{
	if (atomic_fetch_or(CHARD_DEVICE_PANICKED, &device->flags) & CHARD_DEVICE_PANICKED)
		return;
	chard_device_halt(device);
	chard_state_changed(device);
}

/* Nothing that the handler has set going runs any more; may sleep. */
static void chard_device_quiet(struct chard_device *device)
{
	/* Set already, but for a device that was never registered. */
	atomic_or(CHARD_DEVICE_GONE, &device->flags);
	chard_objects_wake(device);
	chard_objects_stop(device);
}

/*
 * The handler learns that the device has its node. Not where that has gone again; removal
 * waits, so that the handler learns of it afterwards.
 */
static long chard_device_registered(struct chard_device *device)
{
	long ret = 0;

	mutex_lock(&device->life_lock);
	if (!(atomic_read(&device->flags) & CHARD_DEVICE_GONE)) {
		ret = device->driver->registered(device);
		device->registered = !ret;
	}
	mutex_unlock(&device->life_lock);
	return ret;
}

/* What was quarantined answers again: what its handler and its hardware want begins. */
static void chard_device_answers(struct chard_device *device)
{
	chard_background_begin(device);
	if (device->pci)
		chard_pci_answers(device->pci);
	chard_state_changed(device);
}

/*
 * chard_device_reset() - let a device answer again that was quarantined by a panic; may sleep
 *
 * First its handler makes it fit for that. The quarantine stays where that refuses, and
 * where another call panics meanwhile, or the handler's own. What the handler starts
 * begins when the device answers.
 *
 * Return: 0, also where there was nothing to do; -ERESTARTSYS for a signal, -EIO for
 * another panic; what the handler refuses with.
 */
long chard_device_reset(struct chard_device *device)
{
	atomic_t *flags = &device->flags;
	long panics, ret = 0;

	if (!(atomic_read(flags) & CHARD_DEVICE_PANICKED))
		return 0;
	if (mutex_lock_interruptible(&device->life_lock))
		return -ERESTARTSYS;
	ret = chard_gate_hold(device);
	if (ret)
		goto out;
	panics = atomic_long_read(&device->panics);
	if (atomic_read(flags) & CHARD_DEVICE_PANICKED) {
		WRITE_ONCE(device->begun, false);
		if (device->pci)
			chard_pci_quiet(device->pci);
		ret = device->driver->device_reset(device);
		if (!ret) {
			atomic_andnot(CHARD_DEVICE_PANICKED, flags);
			/* A panic counts first and sets the flag then. */
			smp_mb__after_atomic();
			if (atomic_long_read(&device->panics) != panics) {
				atomic_or(CHARD_DEVICE_PANICKED, flags);
				ret = -EIO;
			}
		}
		if (ret)
			chard_background_discard(device);
		else
			chard_device_answers(device);
	}
	chard_gate_let_go(device);
out:
	mutex_unlock(&device->life_lock);
	return ret;
}

/*
 * chard_device_new() - a device whose number is reserved, with its state; may sleep
 * @driver: whose
 * @index: its number, which is free again after an error
 * @parent: what it is bound to, or NULL
 * @data: what the driver's own C knows of that
 *
 * Any caller may make one, where the handler lets it: charged to the caller's cgroup.
 *
 * Return: the device, with one reference; what the handler refuses with, -ENOMEM.
 */
struct chard_device *chard_device_new(const struct chard_driver *driver, u32 index,
				      struct device *parent, void *data)
{
	const struct chard_handler *handler = driver->handler;
	size_t size = chard_size_with(sizeof(struct chard_device), handler->device_size,
				      handler->device_align);
	struct chard_device *device;
	long ret = size ? -ENOMEM : -EINVAL;

	device = size ? chard_memory_new(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO) : NULL;
	if (!device)
		goto no_device;

	device->driver = driver;
	device->index = index;
	device->state = PTR_ALIGN((void *)(device + 1), handler->device_align);
	device->shared.device = device;
	/* Of no size: anywhere that is aligned. */
	device->shared.state = PTR_ALIGN((void *)device, handler->file_align);
	kref_init(&device->ref);
	init_rwsem(&device->pages_lock);
	mutex_init(&device->life_lock);
	INIT_LIST_HEAD(&device->objects);
	INIT_WORK(&device->end, chard_device_end);
	chard_removal_init(device);
	chard_state_init(device);

	ret = chard_node_init(device) ?: chard_mapping_init(device);
	if (ret)
		goto no_mapping;
	ret = chard_bound_init(device, parent, data) ?: driver->device_init(device);
	if (ret)
		goto no_state;
	device->reserved = true;
	this_cpu_inc(driver->live->counts->states);
	this_cpu_inc(driver->live->counts->devices);
	atomic_inc(&driver->live->nodes->count);
	return device;

no_state:
	chard_device_quiet(device);
	chard_objects_end(device);
	chard_bound_end(device);
	chard_bound_exit(device);
	chard_mapping_exit(device);
no_mapping:
	kvfree_rcu(device, rcu);
no_device:
	chard_node_release(driver->live->nodes, index);
	return ERR_PTR(ret);
}

/* End a device without references; may sleep, waits for its timers, work and threads. */
static void chard_device_free(struct chard_device *device)
{
	const struct chard_driver *driver = device->driver;
	struct chard_nodes *nodes = driver->live->nodes;

	chard_device_quiet(device);
	/* One that was never registered. */
	chard_bound_end(device);
	chard_node_unreserve(device);
	if (!driver->device_exit(device))
		this_cpu_dec(driver->live->counts->states);
	chard_objects_end(device);
	chard_bound_exit(device);
	chard_mapping_exit(device);
	this_cpu_dec(driver->live->counts->devices);
	put_device(device->dev);
	kvfree_rcu(device, rcu);
	chard_nodes_uncount(nodes);
}

static void chard_device_end(struct work_struct *work)
{
	chard_device_free(container_of(work, struct chard_device, end));
}

static void chard_device_release(struct kref *ref)
{
	chard_device_free(container_of(ref, struct chard_device, ref));
}

static void chard_device_release_late(struct kref *ref)
{
	struct chard_device *device = container_of(ref, struct chard_device, ref);

	queue_work(device->driver->live->nodes->removals, &device->end);
}

/**
 * chard_device_put() - give a reference back; may sleep
 * @device: the device
 *
 * The caller is nothing that a device's end waits for: no timer, work or thread.
 */
void chard_device_put(struct chard_device *device)
{
	kref_put(&device->ref, chard_device_release);
}
EXPORT_SYMBOL_GPL(chard_device_put);

/* chard_device_put_late() - the same, from wherever: the device ends elsewhere */
void chard_device_put_late(struct chard_device *device)
{
	kref_put(&device->ref, chard_device_release_late);
}

/*
 * chard_device_publish() - make a new device's node; may sleep
 *
 * A file may be opened before this returns. After an error the device is removed, or was never
 * there, and its number is free; where registered() refuses, when the node has gone, a moment
 * later: the caller may hold what that waits for. The caller's reference stays.
 */
int chard_device_publish(struct chard_device *device)
{
	struct chard_nodes *nodes = device->driver->live->nodes;
	int ret;

	mutex_lock(&chard_devices_lock);
	if (nodes->closed || atomic_read(&device->flags) & CHARD_DEVICE_GONE)
		ret = -ENODEV;
	else
		ret = chard_node_add(device);
	if (!ret) {
		list_add_tail(&device->entry, &chard_devices);
		/* From here on it may be removed. */
		kref_get(&device->ref);
	}
	mutex_unlock(&chard_devices_lock);
	if (ret) {
		/* A call that has come in by an old inode may sleep already. */
		chard_device_claim(device);
		chard_node_unreserve(device);
		return ret;
	}
	chard_background_begin(device);
	ret = chard_device_registered(device);
	if (ret && chard_device_claim(device))
		chard_removal_queue(device);
	return ret;
}

/* A device of a bus is probed again some time; no other is, and its maker may be a system call. */
static int chard_not_deferred(int ret)
{
	return ret == -EPROBE_DEFER ? -EIO : ret;
}

/* chard_device_make() - make a device, whose number is reserved, and its node; may sleep */
static int chard_device_make(const struct chard_driver *driver, u32 index)
{
	struct chard_device *device = chard_device_new(driver, index, NULL, NULL);
	int ret;

	if (IS_ERR(device))
		return chard_not_deferred(PTR_ERR(device));
	ret = chard_device_publish(device);
	/* A handler's work may have made it. */
	chard_device_put_late(device);
	return chard_not_deferred(ret);
}

/*
 * chard_device_add() - make a further device of a driver; may sleep
 * @driver: whose
 * @index: its number, CHARD_ANY for the first that is free
 *
 * Return: the number; -ENODEV when the driver is being unloaded, as
 * chard_node_reserve(); what the handler or the kernel's registration refused
 * with.
 */
long chard_device_add(const struct chard_driver *driver, u32 index)
{
	long number = chard_node_reserve(driver->live->nodes, index);

	return number < 0 ? number : chard_device_make(driver, number) ?: number;
}

/**
 * chard_device_index() - the number of a call's device among its driver's
 * @call: the call
 */
__u32 chard_device_index(const struct chard_call *call)
{
	return chard_call_device(call)->index;
}
EXPORT_SYMBOL_GPL(chard_device_index);

/**
 * chard_device_create() - a handler makes another device of its driver; may sleep
 * @call: the call; holds no spinlock
 * @index: the device's number, CHARD_ANY for the first that is free
 *
 * Return: the number, -EDEADLK where the call can not make devices, -EOPNOTSUPP on a
 * misc device, which is alone, and where devices are bound; as chard_device_add().
 */
long chard_device_create(struct chard_call *call, __u32 index)
{
	const struct chard_nodes *nodes = chard_call_driver(call)->live->nodes;
	int error = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_CREATE);

	if (error)
		return error;
	if (!nodes->region || nodes->bound)
		return -EOPNOTSUPP;
	return chard_device_add(chard_call_driver(call), index);
}
EXPORT_SYMBOL_GPL(chard_device_create);

static int chard_driver_check(const struct chard_driver *driver)
{
	/* Of a driver of another contract only that is known. */
	u32 handler = driver->contract == CHARD_CONTRACT ? driver->handler->contract : 0;

	if (driver->contract != CHARD_CONTRACT || handler != CHARD_CONTRACT) {
		pr_err("%s: driver has contract %07x, its handler %07x, chard.ko %07x: build all from one tree\n",
		       driver->name, driver->contract, handler, CHARD_CONTRACT);
		return -EINVAL;
	}
	return 0;
}

/* As chard_register(), with the error as it came. */
static int chard_driver_begin(const struct chard_driver *driver, const struct chard_where *where)
{
	unsigned int index;
	int ret;

	ret = chard_driver_check(driver);
	ret = ret ?: chard_files_begin(driver);
	ret = ret ?: chard_counts_begin(driver);
	if (ret)
		return ret;
	ret = chard_work_begin(driver);
	if (ret)
		goto err_counts;
	ret = driver->load(NULL);
	if (ret)
		goto err_work;
	ret = chard_nodes_begin(driver, where);
	if (ret)
		goto err_load;
	for (index = 0; index < where->devices; index++) {
		ret = chard_device_make(driver, index);
		if (ret) {
			pr_err("%s: no device %u: error %d\n", driver->name, index, ret);
			goto err_devices;
		}
	}
	ret = chard_nodes_open(driver);
	if (!ret)
		return 0;
	pr_err("%s: no device can be opened: error %d\n", driver->name, ret);
err_devices:
	chard_unregister(driver);
	return ret;
err_load:
	driver->unload(NULL);
err_work:
	chard_work_end(driver);
err_counts:
	chard_counts_end(driver);
	return ret;
}

/**
 * chard_register() - bring a driver's devices to life
 * @driver: the driver; stays valid until chard_unregister()
 * @where: where they are; looked at here alone, but for its strings
 *
 * May sleep; the caller is the driver's module_init.
 *
 * Return: 0, -EINVAL when the driver was built for another contract or is not to
 * be had there, -EBUSY when a name or a number is taken, as chard_nodes_begin() and
 * chard_device_add() else. After an error nothing is left.
 */
int chard_register(const struct chard_driver *driver, const struct chard_where *where)
{
	int ret = chard_driver_begin(driver, where);

	/* To modprobe EEXIST of an init is a module that is there already: a success. */
	return ret == -EEXIST ? -EBUSY : ret;
}
EXPORT_SYMBOL_GPL(chard_register);

/**
 * chard_unregister() - end what chard_register() began
 * @driver: the driver; no file of it is open, since each holds the module
 *
 * May sleep; the caller is the driver's module_exit. Devices may have been
 * removed before. Reports what the driver has left behind.
 */
void chard_unregister(const struct chard_driver *driver)
{
	chard_nodes_close(driver->live->nodes);
	chard_driver_remove(driver);
	chard_nodes_end(driver);
	driver->unload(NULL);
	chard_work_end(driver);
	chard_counts_report(driver);
	chard_counts_end(driver);
}
EXPORT_SYMBOL_GPL(chard_unregister);
