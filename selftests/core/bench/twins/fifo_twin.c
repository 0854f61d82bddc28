// SPDX-License-Identifier: GPL-2.0
/*
 * fifo_twin.ko: chard-fifo by hand, in C, to be measured against: all that reads,
 * writes, waits and polls. Of its commands the one that ends at once.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/wait.h>

#include "chard_fifo.h"
#include "compat.h"
#include "twin.h"

static DEFINE_MUTEX(lock);
static DECLARE_WAIT_QUEUE_HEAD(readers);
static DECLARE_WAIT_QUEUE_HEAD(writers);
static struct fasync_struct *subscribers;
static u8 *bytes;
static size_t size = CHARD_FIFO_SIZE_DEFAULT, start, fill;

static int twin_lock(int flags)
{
	if (!(flags & IOCB_NOWAIT))
		mutex_lock(&lock);
	else if (!mutex_trylock(&lock))
		return -EAGAIN;
	return 0;
}

/* Waits, with the lock given back meanwhile, until @ready says that there is something. */
static int twin_wait(struct file *file, int flags, struct wait_queue_head *queue,
		     bool (*ready)(void))
{
	int ret;

	while (!ready()) {
		mutex_unlock(&lock);
		if (file->f_flags & O_NONBLOCK || flags & IOCB_NOWAIT)
			return -EAGAIN;
		ret = wait_event_interruptible(*queue, ready());
		if (ret)
			return ret;
		mutex_lock(&lock);
	}
	return 0;
}

static bool twin_has_bytes(void)
{
	return READ_ONCE(fill);
}

static bool twin_has_room(void)
{
	return READ_ONCE(fill) < READ_ONCE(size);
}

static void twin_wake(struct wait_queue_head *queue, __poll_t ready, int band)
{
	wake_up_interruptible_poll(queue, ready);
	kill_fasync(&subscribers, SIGIO, band);
}

static __always_inline ssize_t twin_read_bytes(struct file *file, struct twin_bytes *to,
					       loff_t *pos, int flags)
{
	ssize_t done = 0;
	int ret = 0;

	if (!to->left)
		return 0;
	ret = twin_lock(flags) ?: twin_wait(file, flags, &readers, twin_has_bytes);
	if (ret)
		return ret;
	while (fill && to->left) {
		size_t piece = min3(fill, size - start, to->left);
		size_t moved = twin_out(to, bytes + start, piece);

		start = start + moved < size ? start + moved : start + moved - size;
		fill -= moved;
		done += moved;
		if (moved < piece) {
			ret = -EFAULT;
			break;
		}
	}
	mutex_unlock(&lock);
	if (!done)
		return ret;
	twin_wake(&writers, EPOLLOUT | EPOLLWRNORM, POLL_OUT);
	return done;
}

TWIN_READ(static, twin_read)

static __always_inline ssize_t twin_write_bytes(struct file *file, struct twin_bytes *from,
						loff_t *pos, int flags)
{
	ssize_t done = 0;
	int ret = 0;

	while (from->left && !ret) {
		size_t before = done;

		ret = twin_lock(flags) ?: twin_wait(file, flags, &writers, twin_has_room);
		if (ret)
			break;
		while (fill < size && from->left) {
			size_t end = start + fill < size ? start + fill : start + fill - size;
			size_t piece = min3(size - fill, size - end, from->left);
			size_t moved = twin_in(from, bytes + end, piece);

			fill += moved;
			done += moved;
			if (moved < piece) {
				ret = -EFAULT;
				break;
			}
		}
		mutex_unlock(&lock);
		if (done > before)
			twin_wake(&readers, EPOLLIN | EPOLLRDNORM, POLL_IN);
	}
	return done ?: ret;
}

TWIN_WRITE(static, twin_write)

static __poll_t twin_poll(struct file *file, struct poll_table_struct *table)
{
	__poll_t ready = 0;

	if (file->f_mode & FMODE_READ)
		poll_wait(file, &readers, table);
	if (file->f_mode & FMODE_WRITE)
		poll_wait(file, &writers, table);
	mutex_lock(&lock);
	if (file->f_mode & FMODE_READ && fill)
		ready |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE && fill < size)
		ready |= EPOLLOUT | EPOLLWRNORM;
	mutex_unlock(&lock);
	return ready;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 number;

	switch (cmd) {
	case CHARD_FIFO_GET_FILL:
		mutex_lock(&lock);
		number = fill;
		mutex_unlock(&lock);
		break;
	case CHARD_FIFO_GET_SIZE:
		mutex_lock(&lock);
		number = size;
		mutex_unlock(&lock);
		break;
	default:
		return -ENOTTY;
	}
	return copy_to_user((void __user *)arg, &number, sizeof(number)) ? -EFAULT : 0;
}

static int twin_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags)
{
	size_t now;

	if (cmd->cmd_op != CHARD_FIFO_CMD_FILL)
		return -EOPNOTSUPP;
	if (!(flags & IO_URING_F_NONBLOCK))
		mutex_lock(&lock);
	else if (!mutex_trylock(&lock))
		return -EAGAIN;
	now = fill;
	mutex_unlock(&lock);
	if (!now)
		return 0;
	/* As chard has it, for 6.1: not returned. */
	chard_compat_uring_done(cmd, now, 0, flags);
	return -EIOCBQUEUED;
}

static int twin_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &subscribers);
}

static int twin_open(struct inode *inode, struct file *file)
{
	file->f_mode |= FMODE_NOWAIT;
	return stream_open(inode, file);
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.open = twin_open,
	.read = twin_read,
	.read_iter = twin_read_iter,
	.write = twin_write,
	.write_iter = twin_write_iter,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
	.poll = twin_poll,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fasync = twin_fasync,
	.uring_cmd = twin_uring_cmd,
};

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ctwin-fifo",
	.fops = &twin_fops,
	.mode = 0666,
};

static int __init twin_init(void)
{
	int ret;

	bytes = kvzalloc(size, GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;
	ret = misc_register(&twin);
	if (ret)
		kvfree(bytes);
	return ret;
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	misc_deregister(&twin);
	kvfree(bytes);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-fifo by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
