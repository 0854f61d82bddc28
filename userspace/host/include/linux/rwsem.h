/* SPDX-License-Identifier: GPL-2.0 */
/* Locks that are shared, for core/calls/rwlock.c in a process. */
#ifndef CHARD_HOST_RWSEM_H
#define CHARD_HOST_RWSEM_H

#include <linux/mutex.h>

struct rw_semaphore {
	pthread_rwlock_t lock;
};

#define __init_rwsem(s, name, key) \
	((void)(name), (void)(key), (void)pthread_rwlock_init(&(s)->lock, NULL))
#define down_read(s) pthread_rwlock_rdlock(&(s)->lock)
#define down_read_killable(s) down_read(s)
#define down_read_trylock(s) (!pthread_rwlock_tryrdlock(&(s)->lock))
#define up_read(s) pthread_rwlock_unlock(&(s)->lock)
#define down_write(s) pthread_rwlock_wrlock(&(s)->lock)
#define down_write_killable(s) down_write(s)
#define down_write_trylock(s) (!pthread_rwlock_trywrlock(&(s)->lock))
#define up_write(s) pthread_rwlock_unlock(&(s)->lock)

typedef struct rw_semaphore rwlock_t;

#define read_lock_irqsave(l, flags) ((flags) = 0, (void)down_read(l))
#define read_unlock_irqrestore(l, flags) ((void)(flags), (void)up_read(l))
#define write_lock_irqsave(l, flags) ((flags) = 0, (void)down_write(l))
#define write_unlock_irqrestore(l, flags) ((void)(flags), (void)up_write(l))

#endif
