// SPDX-License-Identifier: GPL-2.0
/*
 * selftest_twin.ko: chard-selftest by hand, in C, to be measured against: what a driver
 * may do, and not what goes wrong on purpose.
 */
#include <linux/atomic.h>
#include <linux/compat.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#include "chard_selftest.h"
#include "compat.h"
#include "twin.h"

#define TWIN_SOON (10 * NSEC_PER_MSEC)

static DEFINE_MUTEX(lock);
static unsigned int count;
static atomic_t armed;
static struct hrtimer timer;
static struct workqueue_struct *queue;
static atomic_t came[CHARD_SELFTEST_LATER + 1];

/**
 * struct twin_file - an open file
 * @sum: in memory of its own, as the handler has it
 * @flushes: how often a descriptor was closed
 */
struct twin_file {
	atomic_t *sum;
	atomic_t flushes;
};

static enum hrtimer_restart twin_expired(struct hrtimer *expired)
{
	atomic_inc(&came[CHARD_SELFTEST_TIMER]);
	return HRTIMER_NORESTART;
}

static void twin_worked(struct work_struct *work)
{
	atomic_inc(&came[CHARD_SELFTEST_WORK]);
}

static DECLARE_WORK(work, twin_worked);

static void twin_worked_later(struct work_struct *work)
{
	atomic_inc(&came[CHARD_SELFTEST_LATER]);
}

static DECLARE_DELAYED_WORK(later, twin_worked_later);

static int twin_start(unsigned long what)
{
	switch (what) {
	case CHARD_SELFTEST_TIMER:
		hrtimer_start(&timer, ns_to_ktime(TWIN_SOON), HRTIMER_MODE_REL_SOFT);
		return 0;
	case CHARD_SELFTEST_WORK:
		queue_work(queue, &work);
		return 0;
	case CHARD_SELFTEST_LATER:
		queue_delayed_work(queue, &later, nsecs_to_jiffies(TWIN_SOON) + 1);
		return 0;
	default:
		return -EINVAL;
	}
}

static long twin_reverse(unsigned long arg)
{
	struct chard_selftest_reverse request;
	long ret;
	u8 *bytes;
	u64 i;

	if (copy_from_user(&request, (void __user *)arg, sizeof(request)))
		return -EFAULT;
	if (request.length > 4096)
		return -EINVAL;
	bytes = memdup_user(u64_to_user_ptr(request.from), request.length);
	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	for (i = 0; i < request.length / 2; i++)
		swap(bytes[i], bytes[request.length - 1 - i]);
	ret = request.length;
	if (copy_to_user(u64_to_user_ptr(request.to), bytes, request.length))
		ret = -EFAULT;
	kfree(bytes);
	return ret;
}

static long twin_words(unsigned long arg)
{
	struct chard_selftest_words words;

	if (copy_from_user(&words, (void __user *)arg, sizeof(words)))
		return -EFAULT;
	words.pointer = ~words.pointer;
	words.word = ~words.word;
	if (copy_to_user((void __user *)arg, &words, sizeof(words)))
		return -EFAULT;
	return sizeof(words);
}

static long twin_alloc(size_t size)
{
	void *bytes = kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (!bytes)
		return -ENOMEM;
	kvfree(bytes);
	return 0;
}

static long twin_flags(const struct file *file)
{
	return (file->f_mode & FMODE_READ ? CHARD_SELFTEST_READABLE : 0) |
	       (file->f_mode & FMODE_WRITE ? CHARD_SELFTEST_WRITABLE : 0) |
	       (file->f_flags & O_NONBLOCK ? CHARD_SELFTEST_NONBLOCK : 0);
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct twin_file *tf = file->private_data;

	switch (cmd) {
	case CHARD_SELFTEST_ADD:
		return arg > U32_MAX ? -EOVERFLOW : atomic_add_return(arg, tf->sum);
	case CHARD_SELFTEST_REVERSE:
		return twin_reverse(arg);
	case CHARD_SELFTEST_FLAGS:
		return twin_flags(file);
	case CHARD_SELFTEST_LOCK:
		mutex_lock(&lock);
		count++;
		mutex_unlock(&lock);
		return 0;
	case CHARD_SELFTEST_ALLOC:
		return twin_alloc(arg);
	case CHARD_SELFTEST_RETURN:
		return (u32)arg > INT_MAX ? -EOVERFLOW : (u32)arg;
	case CHARD_SELFTEST_ARM:
		if (arg & ~(unsigned long)CHARD_SELFTEST_ARM_FLUSH)
			return -EOPNOTSUPP;
		atomic_set(&armed, arg);
		return 0;
	case CHARD_SELFTEST_WORDS:
		return twin_words(arg);
	case CHARD_SELFTEST_FLUSHES:
		return atomic_read(&tf->flushes);
	case CHARD_SELFTEST_START:
		return twin_start(arg);
	case CHARD_SELFTEST_CAME:
		return arg < ARRAY_SIZE(came) ? atomic_read(&came[arg]) : -EINVAL;
	default:
		return -ENOTTY;
	}
}

#ifdef CONFIG_COMPAT
static long twin_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct chard_selftest_words32 words;

	if (cmd != CHARD_SELFTEST_WORDS)
		return compat_ptr_ioctl(file, cmd, arg);
	if (copy_from_user(&words, compat_ptr(arg), sizeof(words)))
		return -EFAULT;
	words.pointer = ~words.pointer;
	words.word = ~words.word;
	return copy_to_user(compat_ptr(arg), &words, sizeof(words)) ? -EFAULT : sizeof(words);
}
#endif

static __always_inline ssize_t twin_read_bytes(struct file *file, struct twin_bytes *to,
					       loff_t *pos, int flags)
{
	static const char first[] = "self", second[] = "test\n";
	size_t wanted = min(to->left, strlen(first) + strlen(second));
	size_t n = twin_out(to, first, min(wanted, strlen(first)));

	if (n == strlen(first))
		n += twin_out(to, second, wanted - n);
	return wanted && !n ? -EFAULT : n;
}

TWIN_READ(static, twin_read)

static int twin_flush(struct file *file, fl_owner_t owner)
{
	struct twin_file *tf = file->private_data;

	atomic_inc(&tf->flushes);
	return atomic_read(&armed) & CHARD_SELFTEST_ARM_FLUSH ? -ENOSPC : 0;
}

static int twin_open(struct inode *inode, struct file *file)
{
	struct twin_file *tf = kzalloc(sizeof(*tf), GFP_KERNEL_ACCOUNT);

	if (!tf)
		return -ENOMEM;
	tf->sum = kzalloc(sizeof(*tf->sum), GFP_KERNEL_ACCOUNT);
	if (!tf->sum) {
		kfree(tf);
		return -ENOMEM;
	}
	file->private_data = tf;
	return stream_open(inode, file);
}

static int twin_release(struct inode *inode, struct file *file)
{
	struct twin_file *tf = file->private_data;

	kfree(tf->sum);
	kfree(tf);
	return 0;
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.open = twin_open,
	.release = twin_release,
	.read = twin_read,
	.read_iter = twin_read_iter,
	.splice_read = copy_splice_read,
	.unlocked_ioctl = twin_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = twin_compat_ioctl,
#endif
	.flush = twin_flush,
};

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ctwin-selftest",
	.fops = &twin_fops,
	.mode = 0600,
};

static int __init twin_init(void)
{
	int ret;

	queue = alloc_workqueue("selftest_twin", WQ_UNBOUND, 0);
	if (!queue)
		return -ENOMEM;
	chard_compat_hrtimer_setup(&timer, twin_expired);
	ret = misc_register(&twin);
	if (ret)
		destroy_workqueue(queue);
	return ret;
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	misc_deregister(&twin);
	hrtimer_cancel(&timer);
	cancel_work_sync(&work);
	cancel_delayed_work_sync(&later);
	destroy_workqueue(queue);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-selftest by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
