/* SPDX-License-Identifier: GPL-2.0 */
/* What core/frames.c says of the kernel's own, for a process. */
#ifndef CHARD_HOST_KERNEL_H
#define CHARD_HOST_KERNEL_H

#include_next <linux/kernel.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;

#define __noreturn __attribute__((noreturn))
#define U64_MAX UINT64_MAX
#define THREAD_SIZE (16UL << 10)
#define BIT(number) (1UL << (number))
#define READ_ONCE_NOCHECK(x) (*(const volatile typeof(x) *)&(x))

static inline s64 sign_extend64(u64 value, int index)
{
	return (s64)(value << (63 - index)) >> (63 - index);
}

#endif
