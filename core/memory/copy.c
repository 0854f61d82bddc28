// SPDX-License-Identifier: GPL-2.0
/* Copies between a handler's memory and user space. */
#include <linux/log2.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "compat.h"
#include "core.h"

/*
 * Copies. Each returns how many bytes were copied, which is less than @len
 * where user memory faults. The inline functions are used, not
 * what they end in, since they hold the hardened user copy's checks. Behind
 * what was copied in, the destination stays as it was.
 */

/*
 * A fault must not sleep where the call may not: then memory that is not at hand fails. Where
 * it may, it waits for as long as user space likes, and the end of a binding must not.
 */
#define CHARD_COPY(_call, _copy)                                   \
	({                                                         \
		struct chard_call *__call = (_call);               \
		bool __atomic = __call->atomic, __counted = false; \
		unsigned long __copied;                            \
		if (unlikely(__atomic))                            \
			pagefault_disable();                       \
		else                                               \
			__counted = chard_bound_leave(__call);     \
		__copied = (_copy);                                \
		if (unlikely(__atomic))                            \
			pagefault_enable();                        \
		else                                               \
			chard_bound_return(__call, __counted);     \
		__copied;                                          \
	})

/** chard_copy_to_iter() - copy to where an iov_iter of the call's goes on; any context */
unsigned long chard_copy_to_iter(struct chard_call *call, struct iov_iter *iter, const void *from,
				 unsigned long len)
{
	if (unlikely(call->atomic && CHARD_ITER_ALLOCATES(iter)))
		return 0;
	return CHARD_COPY(call, copy_to_iter(from, len, iter));
}
EXPORT_SYMBOL_GPL(chard_copy_to_iter);

/** chard_copy_from_iter() - the reverse of chard_copy_to_iter() */
unsigned long chard_copy_from_iter(struct chard_call *call, struct iov_iter *iter, void *to,
				   unsigned long len)
{
	return CHARD_COPY(call, copy_from_iter(to, len, iter));
}
EXPORT_SYMBOL_GPL(chard_copy_from_iter);

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
	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return 0;
	return len - CHARD_COPY(call, copy_to_user(u64_to_user_ptr(to), from, len));
}
EXPORT_SYMBOL_GPL(chard_copy_to_user);

/** chard_copy_from_user() - the reverse of chard_copy_to_user() */
unsigned long chard_copy_from_user(struct chard_call *call, void *to, __u64 from, unsigned long len)
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
	void __user *user = u64_to_user_ptr(to);

	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	if (chard_is_word(size))
		return CHARD_COPY(call, CHARD_COPY_WORD(put_user, from, user, size));
	return CHARD_COPY(call, _copy_to_user(user, from, size)) != 0;
}
EXPORT_SYMBOL_GPL(chard_put_value);

/** chard_get_value() - the reverse of chard_put_value() */
int chard_get_value(struct chard_call *call, void *to, __u64 from, unsigned long size)
{
	void __user *user = u64_to_user_ptr(from);

	if (unlikely(!chard_call_can(call, CHARD_MAY_COPY)))
		return -EFAULT;
	if (chard_is_word(size))
		return CHARD_COPY(call, CHARD_COPY_WORD(get_user, to, user, size));
	return CHARD_COPY(call, _copy_from_user(to, user, size)) != 0;
}
EXPORT_SYMBOL_GPL(chard_get_value);
