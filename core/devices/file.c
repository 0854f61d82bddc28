// SPDX-License-Identifier: GPL-2.0
/* Open files: what stands behind file->private_data. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "compat.h"
#include "core.h"

/*
 * chard_size_with() - bytes for a head of @head bytes and state behind it
 *
 * Return: the size, 0 where it is beyond what kvmalloc() has, or @align is not a power
 * of two.
 */
size_t chard_size_with(size_t head, u32 size, u32 align)
{
	size_t all;

	if (!is_power_of_2(align) || check_add_overflow(head, (size_t)size, &all) ||
	    check_add_overflow(all, (size_t)align - 1, &all) || all > INT_MAX)
		return 0;
	return all;
}

/*
 * chard_files_begin() - what open files of a driver need
 *
 * Return: 0, -EINVAL for a state of impossible size.
 */
int chard_files_begin(const struct chard_driver *driver)
{
	const struct chard_handler *handler = driver->handler;

	if (!handler->file_size && !driver->fops->poll)
		return 0;
	driver->live->file_bytes =
		chard_size_with(sizeof(struct chard_file), handler->file_size, handler->file_align);
	return driver->live->file_bytes ? 0 : -EINVAL;
}

/*
 * Charged to the caller's cgroup, since any caller can open. The state is the handler's to
 * write, in its open, before it is read.
 */
static struct chard_file *chard_file_alloc(const struct chard_driver *driver,
					   struct chard_device *device)
{
	struct chard_file *cf = chard_memory_new(driver->live->file_bytes, GFP_KERNEL_ACCOUNT);

	if (!cf)
		return ERR_PTR(-ENOMEM);
	cf->device = device;
	cf->state = PTR_ALIGN((void *)(cf + 1), driver->handler->file_align);
	cf->watches = NULL;
	return cf;
}

/**
 * struct chard_watch - a queue that a file has watched
 * @next: the one watched before
 * @object: the queue, held
 */
struct chard_watch {
	struct chard_watch *next;
	struct chard_object *object;
};

/* How many queues a file may watch; those that race for the last may all have it. */
#define CHARD_WATCHES 64

/*
 * chard_file_watch() - a file keeps a queue from now on until it is closed; may sleep
 *
 * Two that poll the file at once may both add the queue, which does no harm.
 *
 * Any caller can poll, and what a handler gives it to watch may be new each time.
 *
 * Return: 0, -ENOMEM, -ENOSPC where the file keeps CHARD_WATCHES queues already.
 */
int chard_file_watch(struct chard_file *cf, struct chard_object *object)
{
	/* What another thread has added is whole: it added it by a cmpxchg. */
	struct chard_watch *first = smp_load_acquire(&cf->watches), *watch;

	unsigned int count = 0;

	for (watch = first; watch; watch = watch->next) {
		if (watch->object == object)
			return 0;
		count++;
	}
	if (count >= CHARD_WATCHES)
		return -ENOSPC;
	watch = kmalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	if (!watch)
		return -ENOMEM;
	refcount_inc(&object->refs);
	watch->object = object;
	watch->next = first;
	/* Another thread may have added one meanwhile. */
	while (!try_cmpxchg(&cf->watches, &watch->next, watch))
		;
	return 0;
}

static void chard_file_unwatch(struct chard_file *cf)
{
	struct chard_watch *watch, *next;

	for (watch = cf->watches; watch; watch = next) {
		next = watch->next;
		chard_object_put(watch->object);
		kfree(watch);
	}
}

/**
 * chard_file_new() - what an open file needs, all but the handler's state
 * @driver: the device's driver
 * @inode: the node's
 * @file: the file, whose private_data is a struct chard_file from here on
 *
 * May sleep. Only a file that has a state, or can be polled, has memory of its own.
 *
 * A device that is found here is held, and so alive, though maybe flagged. An
 * open that meets a flag is refused; one that comes just before is a call
 * among those that were let in.
 *
 * Return: what its open may do (CHARD_MAY_*); -ENXIO where the number has no device,
 * -ENODEV when that is being removed, -EIO when it is in quarantine, -ENOMEM.
 */
int chard_file_new(const struct chard_driver *driver, struct inode *inode, struct file *file)
{
	struct chard_device *device = chard_node_find(driver->live->nodes, inode, file);
	u32 may = chard_may_here();
	struct chard_file *cf;

	/* An io_uring opens a file with its own mutex held, and asks not to block. */
	if (file->f_flags & O_NONBLOCK)
		may &= ~CHARD_MAY_REMOVE;
	/* All opens of misc devices would wait behind this one, so it is as if asked not to. */
	if (chard_node_by_misc(file))
		may = (may & CHARD_MAY_NOWAIT & ~CHARD_MAY_COPY) | CHARD_CALL_NOWAIT;

	if (unlikely(!device))
		return -ENXIO;
	cf = ERR_PTR(chard_device_error(device));
	if (likely(!cf))
		cf = driver->live->file_bytes ? chard_file_alloc(driver, device) : &device->shared;
	if (IS_ERR(cf)) {
		chard_device_put(device);
		return PTR_ERR(cf);
	}
	file->private_data = cf;
	/* Each node has an inode, and so an address space, of its own. */
	if (device->mapping)
		file->f_mapping = device->mapping->i_mapping;
	if (driver->handler->flags & CHARD_HANDLER_NOWAIT)
		file->f_mode |= FMODE_NOWAIT;
	this_cpu_inc(driver->live->counts->files);
	return may;
}
EXPORT_SYMBOL_GPL(chard_file_new);

/**
 * chard_file_free() - the reverse of chard_file_new(); may sleep
 * @driver: the device's driver
 * @file: the file; the handler's state of it is gone
 */
void chard_file_free(const struct chard_driver *driver, struct file *file)
{
	struct chard_file *cf = file->private_data;
	struct chard_device *device = cf->device;

	this_cpu_dec(driver->live->counts->files);
	file->private_data = NULL;
	if (cf != &device->shared) {
		chard_file_unwatch(cf);
		chard_memory_free(cf, driver->live->file_bytes);
	}
	chard_device_put(device);
}
EXPORT_SYMBOL_GPL(chard_file_free);

/**
 * chard_file_fasync() - begin or end a file's subscription to SIGIO
 * @fd: as the VFS gives it
 * @file: the file
 * @on: whether it begins
 *
 * Return: 0 or more, or a negative errno.
 */
int chard_file_fasync(int fd, struct file *file, int on)
{
	struct chard_file *cf = file->private_data;

	return fasync_helper(fd, file, on, &cf->device->fasync);
}
EXPORT_SYMBOL_GPL(chard_file_fasync);

/**
 * chard_file_poll_error() - what poll(2) has for an error
 * @file: the file
 * @error: a negative errno; -EAGAIN is that of a lock that another call keeps: the handler
 *	   could not look, so the caller is told to try, and its transfer waits for the lock
 *
 * Return: EPOLL* bits.
 */
__poll_t chard_file_poll_error(const struct file *file, long error)
{
	__poll_t ready = 0;

	if (error != -EAGAIN)
		return error == -ENODEV ? EPOLLERR | EPOLLHUP : EPOLLERR;
	if (file->f_mode & FMODE_READ)
		ready |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE)
		ready |= EPOLLOUT | EPOLLWRNORM;
	return ready;
}
EXPORT_SYMBOL_GPL(chard_file_poll_error);

/**
 * chard_splice_read() - splice(2) and sendfile(2) by way of read_iter
 * @in: from here
 * @pos: from this position
 * @pipe: to there
 * @len: at most so many bytes
 * @flags: SPLICE_F_*
 *
 * The kernel's own, whose name differs between kernels.
 *
 * Return: the bytes moved, or a negative errno.
 */
ssize_t chard_splice_read(struct file *in, loff_t *pos, struct pipe_inode_info *pipe, size_t len,
			  unsigned int flags)
{
	return chard_compat_splice_read(in, pos, pipe, len, flags);
}
EXPORT_SYMBOL_GPL(chard_splice_read);

/** chard_file_flags() - O_NONBLOCK, O_APPEND and so on, as fcntl(2) has them now */
__u32 chard_file_flags(const struct file *file)
{
	return READ_ONCE(file->f_flags);
}
EXPORT_SYMBOL_GPL(chard_file_flags);

/** chard_file_mode() - CHARD_FMODE_* of a file: what it was opened for */
__u32 chard_file_mode(const struct file *file)
{
	return (__force __u32)file->f_mode;
}
EXPORT_SYMBOL_GPL(chard_file_mode);

/** chard_file_stream() - a file has no position; while it is opened */
void chard_file_stream(struct file *file)
{
	/* It does not look at the inode. */
	stream_open(file_inode(file), file);
}
EXPORT_SYMBOL_GPL(chard_file_stream);
