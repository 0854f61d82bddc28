// SPDX-License-Identifier: GPL-2.0
/*
 * What the crate asks of the kernel and cannot call itself: inline functions,
 * macros, and whatever differs between kernel versions.
 */
#include <linux/dynamic_debug.h>
#include <linux/fs.h>
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "core.h"

/*
 * Copies. Each returns how many bytes were copied, which is less than @len
 * where user memory faults. The inline functions are used, not
 * what they end in, since they hold the hardened user copy's checks. Behind
 * what was copied in, the destination stays as it was.
 */

/* A fault must not sleep where the call may not: then memory that is not at hand fails. */
#define CHARD_COPY(_call, _copy)                \
	({                                      \
		u16 __atomic = (_call)->atomic; \
		unsigned long __copied;         \
		if (unlikely(__atomic))         \
			pagefault_disable();    \
		__copied = (_copy);             \
		if (unlikely(__atomic))         \
			pagefault_enable();     \
		__copied;                       \
	})

/** chard_copy_to_iter() - copy to where an iov_iter of the call's goes on; any context */
unsigned long chard_copy_to_iter(const struct chard_call *call, struct iov_iter *iter,
				 const void *from, unsigned long len)
{
	return CHARD_COPY(call, copy_to_iter(from, len, iter));
}
EXPORT_SYMBOL_GPL(chard_copy_to_iter);

/** chard_copy_from_iter() - the reverse of chard_copy_to_iter() */
unsigned long chard_copy_from_iter(const struct chard_call *call, struct iov_iter *iter, void *to,
				   unsigned long len)
{
	return CHARD_COPY(call, copy_from_iter(to, len, iter));
}
EXPORT_SYMBOL_GPL(chard_copy_from_iter);

/**
 * chard_copy_to_user() - copy to an address of the caller's; any context
 * @call: the call; one without CHARD_MAY_COPY copies nothing
 * @to: the address
 * @from: the bytes
 * @len: how many
 */
unsigned long chard_copy_to_user(const struct chard_call *call, __u64 to, const void *from,
				 unsigned long len)
{
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return 0;
	return len - CHARD_COPY(call, copy_to_user(u64_to_user_ptr(to), from, len));
}
EXPORT_SYMBOL_GPL(chard_copy_to_user);

/** chard_copy_from_user() - the reverse of chard_copy_to_user() */
unsigned long chard_copy_from_user(const struct chard_call *call, void *to, __u64 from,
				   unsigned long len)
{
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return 0;
	return len - CHARD_COPY(call, chard_raw_copy_from_user(to, u64_to_user_ptr(from), len));
}
EXPORT_SYMBOL_GPL(chard_copy_from_user);

/*
 * A value of a type of Rust's, whose size the compiler knows: so nobody looks whether it is
 * as large as the object that it lies in, as in C. For one that is a word the kernel has
 * functions of less instructions.
 */
#define CHARD_COPY_WORD(_copy, _value, _user, _size)                              \
	({                                                                        \
		int __error;                                                      \
		switch (_size) {                                                  \
		case 1:                                                           \
			__error = _copy(*(u8 *)(_value), (u8 __user *)(_user));   \
			break;                                                    \
		case 2:                                                           \
			__error = _copy(*(u16 *)(_value), (u16 __user *)(_user)); \
			break;                                                    \
		case 4:                                                           \
			__error = _copy(*(u32 *)(_value), (u32 __user *)(_user)); \
			break;                                                    \
		case 8:                                                           \
			__error = _copy(*(u64 *)(_value), (u64 __user *)(_user)); \
			break;                                                    \
		default:                                                          \
			__error = 1;                                              \
		}                                                                 \
		__error;                                                          \
	})

static bool chard_is_word(unsigned long size)
{
	return size <= 8 && is_power_of_2(size);
}

/**
 * chard_put_value() - copy a value to an address of the caller's; any context
 * @call: the call; one without CHARD_MAY_COPY copies nothing
 * @to: the address
 * @from: the value, aligned as a word where it has the size of one
 * @size: its bytes
 *
 * Return: 0, or something else where not all of it was copied.
 */
int chard_put_value(const struct chard_call *call, __u64 to, const void *from, unsigned long size)
{
	void __user *user = u64_to_user_ptr(to);

	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	if (chard_is_word(size))
		return CHARD_COPY(call, CHARD_COPY_WORD(put_user, from, user, size));
	return CHARD_COPY(call, _copy_to_user(user, from, size)) != 0;
}
EXPORT_SYMBOL_GPL(chard_put_value);

/** chard_get_value() - the reverse of chard_put_value() */
int chard_get_value(const struct chard_call *call, void *to, __u64 from, unsigned long size)
{
	void __user *user = u64_to_user_ptr(from);

	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	if (chard_is_word(size))
		return CHARD_COPY(call, CHARD_COPY_WORD(get_user, to, user, size));
	return CHARD_COPY(call, _copy_from_user(to, user, size)) != 0;
}
EXPORT_SYMBOL_GPL(chard_get_value);

/**
 * chard_alloc() - memory for a handler; sleeps only where that is possible
 * @driver: the driver, for its count
 * @size: bytes, not 0
 * @align: a power of two
 * @zero: not 0: zeroed
 *
 * Charged to the cgroup of the caller whose call asks for it.
 *
 * Return: the memory; NULL when there is none, or for an alignment above a page's.
 */
void *chard_alloc(const struct chard_driver *driver, unsigned long size, unsigned long align,
		  int zero)
{
	gfp_t flags = chard_gfp() | (zero ? __GFP_ZERO : 0);
	void *new;

	if (size > INT_MAX || align > PAGE_SIZE)
		return NULL;
	/* kmalloc aligns sizes that are a power of two to their size, only those. */
	if (align > ARCH_KMALLOC_MINALIGN)
		size = roundup_pow_of_two(max(size, align));
	/* A caller may have chosen the size: no allocator is to warn of it. */
	if (size > (gfpflags_allow_blocking(flags) ? INT_MAX : KMALLOC_MAX_SIZE))
		return NULL;
	new = chard_memory_new(size, flags);
	if (new)
		this_cpu_inc(driver->live->counts->boxes);
	return new;
}
EXPORT_SYMBOL_GPL(chard_alloc);

/* Large memory that came back where one may not sleep. */
static LLIST_HEAD(chard_late);

static void chard_free_late(struct work_struct *work)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, llist_del_all(&chard_late)) vfree(node);
}

static DECLARE_WORK(chard_late_work, chard_free_late);

/* chard_memory_exit() - wait for what is given back late; nobody gives any more */
void chard_memory_exit(void)
{
	flush_work(&chard_late_work);
}

/**
 * chard_free() - give back what chard_alloc() gave; any context but a hard interrupt
 * @driver: the driver that was counted
 * @old: the memory
 */
void chard_free(const struct chard_driver *driver, const void *old)
{
	this_cpu_dec(driver->live->counts->boxes);
	if (likely(!is_vmalloc_addr(old)))
		kfree(old);
	else if (chard_gfp_sleeps())
		vfree(old);
	else if (llist_add((struct llist_node *)old, &chard_late))
		schedule_work(&chard_late_work);
}
EXPORT_SYMBOL_GPL(chard_free);

/** chard_clock() - the time of a clock, CHARD_CLOCK_*, in nanoseconds; any context */
__u64 chard_clock(__u32 clock)
{
	switch (clock) {
	case CHARD_CLOCK_BOOT:
		return ktime_get_boottime_ns();
	case CHARD_CLOCK_REAL:
		return ktime_get_real_ns();
	default:
		return ktime_get_ns();
	}
}
EXPORT_SYMBOL_GPL(chard_clock);

/** chard_random() - so many random bytes; any context */
void chard_random(void *bytes, unsigned long len)
{
	get_random_bytes(bytes, len);
}
EXPORT_SYMBOL_GPL(chard_random);

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

static const char *chard_level(__u32 level)
{
	static const char *const levels[] = { KERN_EMERG,   KERN_ALERT,	 KERN_CRIT, KERN_ERR,
					      KERN_WARNING, KERN_NOTICE, KERN_INFO, KERN_DEBUG };

	return levels[min_t(__u32, level, ARRAY_SIZE(levels) - 1)];
}

/**
 * chard_print() - a line in the kernel's log; any context
 * @driver: whose line it is
 * @level: CHARD_LEVEL_*
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print(const struct chard_driver *driver, __u32 level, const char *text,
		 unsigned long len)
{
	printk("%schard_%s: %.*s\n", chard_level(level), driver->name, (int)len, text);
}
EXPORT_SYMBOL_GPL(chard_print);

/**
 * chard_print_device() - a line that names the device, as dev_printk() does
 * @call: the call that it comes from; before the device has a node, the driver is named
 * @level: CHARD_LEVEL_*
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print_device(const struct chard_call *call, __u32 level, const char *text,
			unsigned long len)
{
	struct device *dev = READ_ONCE(chard_call_device(call)->dev);

	if (!dev)
		return chard_print(chard_call_driver(call), level, text, len);
	dev_printk(chard_level(level), dev, "%.*s\n", (int)len, text);
}
EXPORT_SYMBOL_GPL(chard_print_device);

/**
 * chard_print_debug() - a line for debugging, from a place that is switched on; any context
 * @driver: whose line it is
 * @call: the call that it comes from, whose device is named; NULL names the driver
 * @site: the place, a struct _ddebug
 * @text: the line, without a newline
 * @len: its bytes
 */
void chard_print_debug(const struct chard_driver *driver, const struct chard_call *call,
		       const void *site, const char *text, unsigned long len)
{
#ifdef CONFIG_DYNAMIC_DEBUG
	struct device *dev = call ? READ_ONCE(chard_call_device(call)->dev) : NULL;

	if (dev)
		__dynamic_dev_dbg((struct _ddebug *)site, dev, "%.*s\n", (int)len, text);
	else
		__dynamic_pr_debug((struct _ddebug *)site, "chard_%s: %.*s\n", driver->name,
				   (int)len, text);
#endif
}
EXPORT_SYMBOL_GPL(chard_print_debug);

/** chard_dump_stack() - dump_stack() for handlers; any context */
void chard_dump_stack(void)
{
	dump_stack();
}
EXPORT_SYMBOL_GPL(chard_dump_stack);
