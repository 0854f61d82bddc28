/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's locks for core/calls/ in a process, and what else it says. */
#ifndef CHARD_HOST_MUTEX_H
#define CHARD_HOST_MUTEX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lock_class_key;

struct mutex {
	pthread_mutex_t mutex;
};

#define __mutex_init(m, name, key) \
	((void)(name), (void)(key), (void)pthread_mutex_init(&(m)->mutex, NULL))
#define mutex_destroy(m) pthread_mutex_destroy(&(m)->mutex)
#define mutex_lock(m) pthread_mutex_lock(&(m)->mutex)
/* Nobody kills a task of the process. */
#define mutex_lock_killable(m) mutex_lock(m)
/* Nobody else takes it, where this is asked. */
#define mutex_is_locked(m)                                          \
	({                                                          \
		bool __locked = pthread_mutex_trylock(&(m)->mutex); \
		if (!__locked)                                      \
			pthread_mutex_unlock(&(m)->mutex);          \
		__locked;                                           \
	})
#define mutex_unlock(m) pthread_mutex_unlock(&(m)->mutex)

/* Interrupts do not exist here, nor does spinning. */
typedef struct mutex spinlock_t;

#define spin_lock_irqsave(l, flags) ((flags) = 0, (void)mutex_lock(l))
#define spin_trylock_irqsave(l, flags) ((flags) = 0, mutex_trylock(l))
#define spin_unlock_irqrestore(l, flags) ((void)(flags), (void)mutex_unlock(l))

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define unlikely(x) (x)
#define likely(x) (x)
#define IS_ENABLED(option) 1
#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))
#define swap(a, b)                         \
	do {                               \
		__typeof__(a) __old = (a); \
		(a) = (b);                 \
		(b) = __old;               \
	} while (0)

/* As the kernel's, 0 for a lock that was taken. */
#define mutex_trylock(m) (!pthread_mutex_trylock(&(m)->mutex))

typedef struct {
	int counter;
} atomic_t;

#define atomic_inc(a) ((void)__atomic_add_fetch(&(a)->counter, 1, __ATOMIC_RELAXED))
#define atomic_read_acquire(a) __atomic_load_n(&(a)->counter, __ATOMIC_ACQUIRE)
#define atomic_dec_return_release(a) ((void)__atomic_sub_fetch(&(a)->counter, 1, __ATOMIC_RELEASE))

#define pr_warn_ratelimited(fmt, ...) fprintf(stderr, "<4>" pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) fprintf(stderr, "<3>" pr_fmt(fmt), ##__VA_ARGS__)
#define EXPORT_SYMBOL_GPL(symbol) struct mutex

#endif
