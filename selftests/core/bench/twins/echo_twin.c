// SPDX-License-Identifier: GPL-2.0
/*
 * echo_twin.ko: chard-echo by hand, in C, to be measured against.
 *
 * Same node, same calls, same locking and checks; it passes the same tests.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "chard_echo.h"
#include "twin.h"

static DEFINE_MUTEX(lock);
static u8 *bytes;
static size_t size, capacity;
static size_t limit = CHARD_ECHO_LIMIT_DEFAULT;

static __always_inline ssize_t twin_read_bytes(struct file *file, struct twin_bytes *to,
					       loff_t *pos, int flags)
{
	size_t wanted = to->left, n = 0;

	mutex_lock(&lock);
	if (*pos < size) {
		wanted = min_t(size_t, wanted, size - *pos);
		n = twin_out(to, bytes + *pos, wanted);
		*pos += n;
	} else {
		wanted = 0;
	}
	mutex_unlock(&lock);
	return wanted && !n ? -EFAULT : n;
}

TWIN_READ(static, twin_read)

/* Makes room for @end bytes; those behind the present end are zeros. */
static int twin_grow(size_t end)
{
	if (end > capacity) {
		size_t new_capacity = max(end, min_t(size_t, 2 * capacity, CHARD_ECHO_LIMIT_MAX));
		u8 *new = kvmalloc(new_capacity, GFP_KERNEL_ACCOUNT);

		if (!new)
			return -ENOMEM;
		memcpy(new, bytes, size);
		kvfree(bytes);
		bytes = new;
		capacity = new_capacity;
	}
	if (end > size)
		memset(bytes + size, 0, end - size);
	return 0;
}

static __always_inline ssize_t twin_write_bytes(struct file *file, struct twin_bytes *from,
						loff_t *at, int flags)
{
	size_t n = from->left;
	ssize_t ret;
	loff_t pos;

	mutex_lock(&lock);
	pos = flags & IOCB_APPEND ? size : *at;
	ret = 0;
	if (!n)
		goto out;
	ret = -ENOSPC;
	if (pos >= limit)
		goto out;
	n = min_t(size_t, n, limit - pos);
	ret = twin_grow(pos + n);
	if (ret)
		goto out;
	ret = twin_in(from, bytes + pos, n);
	if (!ret) {
		ret = -EFAULT;
		goto out;
	}
	size = max_t(size_t, size, pos + ret);
	*at = pos + ret;
out:
	mutex_unlock(&lock);
	return ret;
}

TWIN_WRITE(static, twin_write)

static loff_t twin_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t base, pos;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = file->f_pos;
		break;
	case SEEK_END:
		mutex_lock(&lock);
		base = size;
		mutex_unlock(&lock);
		break;
	default:
		return -EINVAL;
	}
	if (check_add_overflow(base, offset, &pos))
		return -EOVERFLOW;
	return vfs_setpos(file, pos, LLONG_MAX);
}

static int twin_set_limit(u64 new_limit)
{
	int ret = 0;

	if (!new_limit || new_limit > CHARD_ECHO_LIMIT_MAX)
		return -EINVAL;
	mutex_lock(&lock);
	if (new_limit < size)
		ret = -EBUSY;
	else
		limit = new_limit;
	mutex_unlock(&lock);
	return ret;
}

static void twin_clear(void)
{
	u8 *old;

	mutex_lock(&lock);
	old = bytes;
	bytes = NULL;
	size = 0;
	capacity = 0;
	mutex_unlock(&lock);
	kvfree(old);
}

static void twin_sum(struct chard_echo_sum *range)
{
	u64 start, end;

	mutex_lock(&lock);
	start = min_t(u64, range->offset, size);
	if (check_add_overflow(range->offset, range->length, &end) || end > size)
		end = size;
	range->covered = end - start;
	range->sum = 0;
	while (start < end)
		range->sum += bytes[start++];
	mutex_unlock(&lock);
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct chard_echo_sum range;
	u64 number;

	switch (cmd) {
	case CHARD_ECHO_GET_SIZE:
		mutex_lock(&lock);
		number = size;
		mutex_unlock(&lock);
		return copy_to_user(user, &number, sizeof(number)) ? -EFAULT : 0;
	case CHARD_ECHO_CLEAR:
		twin_clear();
		return 0;
	case CHARD_ECHO_SET_LIMIT:
		if (copy_from_user(&number, user, sizeof(number)))
			return -EFAULT;
		return twin_set_limit(number);
	case CHARD_ECHO_SUM:
		if (copy_from_user(&range, user, sizeof(range)))
			return -EFAULT;
		twin_sum(&range);
		return copy_to_user(user, &range, sizeof(range)) ? -EFAULT : 0;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.read = twin_read,
	.read_iter = twin_read_iter,
	.write = twin_write,
	.write_iter = twin_write_iter,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
	.llseek = twin_llseek,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* Beside the device that it is compared with it has another name. */
static char *node = "chard-echo";
module_param(node, charp, 0444);

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.fops = &twin_fops,
	.mode = 0666,
};

static int __init twin_init(void)
{
	twin.name = node;
	return misc_register(&twin);
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	misc_deregister(&twin);
	kvfree(bytes);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-echo by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
