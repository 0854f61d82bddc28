// SPDX-License-Identifier: GPL-2.0
/* tick_twin.ko: chard-tick by hand, in C, to be measured against. */
#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/wait.h>

#include "chard_tick.h"
#include "compat.h"
#include "twin.h"

static DEFINE_MUTEX(lock);
static DECLARE_WAIT_QUEUE_HEAD(readers);
static struct fasync_struct *subscribers;
static struct hrtimer timer;
static unsigned int files;
static atomic64_t ticks, period = ATOMIC64_INIT(CHARD_TICK_PERIOD_DEFAULT);

static enum hrtimer_restart twin_expired(struct hrtimer *expired)
{
	atomic64_inc(&ticks);
	wake_up_interruptible_poll(&readers, EPOLLIN | EPOLLRDNORM);
	kill_fasync(&subscribers, SIGIO, POLL_IN);
	hrtimer_forward_now(expired, ns_to_ktime(atomic64_read(&period)));
	return HRTIMER_RESTART;
}

/* The ticks that a file has not seen yet, which from now on it has. */
static u64 twin_news(atomic64_t *seen)
{
	s64 now = atomic64_read(&ticks), old = atomic64_read(seen);

	do {
		if (old >= now)
			return 0;
	} while (!atomic64_try_cmpxchg(seen, &old, now));
	return now - old;
}

static __always_inline ssize_t twin_read_bytes(struct file *file, struct twin_bytes *to,
					       loff_t *pos, int flags)
{
	atomic64_t *seen = file->private_data;
	u64 news;
	int ret;

	if (to->left < sizeof(news))
		return -EINVAL;
	if (file->f_flags & O_NONBLOCK) {
		news = twin_news(seen);
		if (!news)
			return -EAGAIN;
	} else {
		ret = wait_event_interruptible(readers, (news = twin_news(seen)));
		if (ret)
			return ret;
	}
	return twin_out(to, &news, sizeof(news)) == sizeof(news) ? sizeof(news) : -EFAULT;
}

TWIN_READ(static, twin_read)

static __poll_t twin_poll(struct file *file, struct poll_table_struct *table)
{
	atomic64_t *seen = file->private_data;

	poll_wait(file, &readers, table);
	return atomic64_read(&ticks) > atomic64_read(seen) ? EPOLLIN | EPOLLRDNORM : 0;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 number;

	switch (cmd) {
	case CHARD_TICK_GET_PERIOD:
		number = atomic64_read(&period);
		break;
	case CHARD_TICK_GET_COUNT:
		number = atomic64_read(&ticks);
		break;
	default:
		return -ENOTTY;
	}
	return copy_to_user((void __user *)arg, &number, sizeof(number)) ? -EFAULT : 0;
}

static int twin_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &subscribers);
}

static int twin_open(struct inode *inode, struct file *file)
{
	atomic64_t *seen = kzalloc(sizeof(*seen), GFP_KERNEL_ACCOUNT);

	if (!seen)
		return -ENOMEM;
	mutex_lock(&lock);
	if (!files++)
		hrtimer_start(&timer, ns_to_ktime(atomic64_read(&period)), HRTIMER_MODE_REL_SOFT);
	mutex_unlock(&lock);
	atomic64_set(seen, atomic64_read(&ticks));
	file->private_data = seen;
	return stream_open(inode, file);
}

static int twin_release(struct inode *inode, struct file *file)
{
	mutex_lock(&lock);
	if (!--files)
		hrtimer_cancel(&timer);
	mutex_unlock(&lock);
	kfree(file->private_data);
	return 0;
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.open = twin_open,
	.release = twin_release,
	.read = twin_read,
	.read_iter = twin_read_iter,
	.splice_read = copy_splice_read,
	.poll = twin_poll,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fasync = twin_fasync,
};

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ctwin-tick",
	.fops = &twin_fops,
	.mode = 0666,
};

static int __init twin_init(void)
{
	chard_compat_hrtimer_setup(&timer, twin_expired);
	return misc_register(&twin);
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	misc_deregister(&twin);
	hrtimer_cancel(&timer);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-tick by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
