// SPDX-License-Identifier: GPL-2.0
/* Copies between a handler's memory and user space. */
#include <linux/log2.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "compat.h"
#include "core.h"

/*
 * Copies. Each returns how many bytes were copied, which is less than @len
 * where user memory faults, and 0 where the caller was killed. The inline functions are used, not
 * what they end in, since they hold the hardened user copy's checks. Behind
 * what was copied in, the destination stays as it was.
 */

/*
 * chard_copy_carefully() - a copy before which there is something to be seen to
 *
 * The caller chooses how long a transfer is, and a handler may move a byte at a time: so a kill
 * ends it between two copies, and others run. A fault must not sleep where the call may not: then
 * memory that is not at hand fails. Where it may, it waits for as long as user space likes, and
 * the end of a binding must not.
 */
static noinline unsigned long chard_copy_carefully(struct chard_call *call,
						   unsigned long (*copy)(void *to, const void *from,
									 unsigned long len),
						   void *to, const void *from, unsigned long len)
{
	bool atomic = call->atomic, counted = false;
	unsigned long ret;

	if (chard_call_pause(call))
		return 0;
	if (atomic)
		pagefault_disable();
	else
		counted = chard_bound_leave(call);
	ret = copy(to, from, len);
	if (atomic)
		pagefault_enable();
	else
		chard_bound_return(call, counted);
	return ret;
}

/* What a task should do before it goes on with a long transfer. */
#define CHARD_COPY_LATER (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NEED_RESCHED)

/* Whether there is nothing of that, as before most copies, and the call may do @need. */
static __always_inline bool chard_copy_is_plain(const struct chard_call *call, u32 need)
{
	return likely(!call->atomic && (call->may & (need | CHARD_CALL_COUNTED)) == need &&
		      !(read_thread_flags() & CHARD_COPY_LATER));
}

static __always_inline unsigned long chard_to_iter(void *to, const void *from, unsigned long len)
{
	return copy_to_iter(from, len, to);
}

/**
 * chard_copy_to_iter() - copy to where an iov_iter of the call's goes on; sleeps where that is
 *			  possible
 * @call: the call
 * @iter: where to, which moves on
 * @from: the bytes
 * @len: how many
 */
unsigned long chard_copy_to_iter(struct chard_call *call, struct iov_iter *iter, const void *from,
				 unsigned long len)
{
	if (chard_copy_is_plain(call, 0))
		return chard_to_iter(iter, from, len);
	if (call->atomic && CHARD_ITER_ALLOCATES(iter))
		return 0;
	return chard_copy_carefully(call, chard_to_iter, iter, from, len);
}
EXPORT_SYMBOL_GPL(chard_copy_to_iter);

static __always_inline unsigned long chard_from_iter(void *to, const void *from, unsigned long len)
{
	/* It moves on. */
	return copy_from_iter(to, len, (struct iov_iter *)from);
}

/** chard_copy_from_iter() - the reverse of chard_copy_to_iter() */
unsigned long chard_copy_from_iter(struct chard_call *call, struct iov_iter *iter, void *to,
				   unsigned long len)
{
	if (chard_copy_is_plain(call, 0))
		return chard_from_iter(to, iter, len);
	return chard_copy_carefully(call, chard_from_iter, to, iter, len);
}
EXPORT_SYMBOL_GPL(chard_copy_from_iter);

static __always_inline unsigned long chard_to_user(void *to, const void *from, unsigned long len)
{
	return len - copy_to_user((__force void __user *)to, from, len);
}

/**
 * chard_copy_to_user() - copy to an address of the caller's
 * @call: the call; one without CHARD_MAY_COPY copies nothing
 * @to: the address
 * @from: the bytes
 * @len: how many
 */
unsigned long chard_copy_to_user(struct chard_call *call, __u64 to, const void *from,
				 unsigned long len)
{
	if (chard_copy_is_plain(call, CHARD_MAY_COPY))
		return chard_to_user((void *)(uintptr_t)to, from, len);
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return 0;
	return chard_copy_carefully(call, chard_to_user, (void *)(uintptr_t)to, from, len);
}
EXPORT_SYMBOL_GPL(chard_copy_to_user);

static __always_inline unsigned long chard_from_user(void *to, const void *from, unsigned long len)
{
	return len - chard_raw_copy_from_user(to, (__force const void __user *)from, len);
}

/** chard_copy_from_user() - the reverse of chard_copy_to_user() */
unsigned long chard_copy_from_user(struct chard_call *call, void *to, __u64 from, unsigned long len)
{
	if (chard_copy_is_plain(call, CHARD_MAY_COPY))
		return chard_from_user(to, (const void *)(uintptr_t)from, len);
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return 0;
	return chard_copy_carefully(call, chard_from_user, to, (const void *)(uintptr_t)from, len);
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

static __always_inline unsigned long chard_put(void *to, const void *from, unsigned long size)
{
	void __user *user = (__force void __user *)to;

	if (chard_is_word(size))
		return CHARD_COPY_WORD(put_user, from, user, size) ? 0 : size;
	return size - _copy_to_user(user, from, size);
}

/**
 * chard_put_value() - copy a value to an address of the caller's
 * @call: the call; one without CHARD_MAY_COPY copies nothing
 * @to: the address
 * @from: the value, aligned as a word where it has the size of one
 * @size: its bytes
 *
 * Return: 0, or something else where not all of it was copied.
 */
int chard_put_value(struct chard_call *call, __u64 to, const void *from, unsigned long size)
{
	if (chard_copy_is_plain(call, CHARD_MAY_COPY))
		return chard_put((void *)(uintptr_t)to, from, size) != size;
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	return chard_copy_carefully(call, chard_put, (void *)(uintptr_t)to, from, size) != size;
}
EXPORT_SYMBOL_GPL(chard_put_value);

static __always_inline unsigned long chard_get(void *to, const void *from, unsigned long size)
{
	const void __user *user = (__force const void __user *)from;

	if (chard_is_word(size))
		return CHARD_COPY_WORD(get_user, to, user, size) ? 0 : size;
	return size - _copy_from_user(to, user, size);
}

/** chard_get_value() - the reverse of chard_put_value() */
int chard_get_value(struct chard_call *call, void *to, __u64 from, unsigned long size)
{
	if (chard_copy_is_plain(call, CHARD_MAY_COPY))
		return chard_get(to, (const void *)(uintptr_t)from, size) != size;
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	return chard_copy_carefully(call, chard_get, to, (const void *)(uintptr_t)from, size) !=
	       size;
}
EXPORT_SYMBOL_GPL(chard_get_value);
