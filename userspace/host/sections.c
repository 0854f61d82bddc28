// SPDX-License-Identifier: GPL-2.0
/*
 * RCU's sections: a lock that all share who read, and that who waits for them has
 * once to itself. Each waits so for more than it must, never for less.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include <linux/rcupdate.h>

static pthread_rwlock_t sections = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

/* How many sections this thread is in; they nest. */
static __thread unsigned int depth;

void rcu_read_lock(void)
{
	if (!depth++)
		pthread_rwlock_rdlock(&sections);
}

void rcu_read_unlock(void)
{
	if (!--depth)
		pthread_rwlock_unlock(&sections);
}

void synchronize_rcu(void)
{
	pthread_rwlock_wrlock(&sections);
	pthread_rwlock_unlock(&sections);
}
