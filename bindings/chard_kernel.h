/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions of the kernel that the crate calls directly, for bindgen alone: C has
 * the kernel's own headers. They are what its inline functions come to, each with
 * the same arguments from 6.1 on. Where they are not (CHARD_DIRECT_*, constants.c),
 * the crate calls a helper, which is C.
 */
#ifndef CHARD_KERNEL_H
#define CHARD_KERNEL_H

#include <stdbool.h>

struct iov_iter;
struct mutex;

void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

void __check_object_size(const void *from, unsigned long len, bool to_user);
unsigned long _copy_to_iter(const void *from, unsigned long len, struct iov_iter *iter);
unsigned long _copy_from_iter(void *to, unsigned long len, struct iov_iter *iter);
/* These two say how many bytes were not copied. */
unsigned long _copy_to_user(void *to, const void *from, unsigned long len);
unsigned long _copy_from_user(void *to, const void *from, unsigned long len);

/* Of x86, by their addresses alone: each takes and gives in registers of its own (word.rs). */
void __get_user_1(void);
void __get_user_2(void);
void __get_user_4(void);
void __get_user_8(void);
void __put_user_1(void);
void __put_user_2(void);
void __put_user_4(void);
void __put_user_8(void);

#endif
