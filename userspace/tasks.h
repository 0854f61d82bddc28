/* SPDX-License-Identifier: GPL-2.0 */
/* Calls of other threads', which wait until a test does what they wait for. */
#ifndef CHARD_TASKS_H
#define CHARD_TASKS_H

#include "suite.h"

#include <pthread.h>
#include <stdio.h>

/**
 * struct task - a call of another thread's
 * @call: what it calls
 * @id: of the thread, once it runs
 * @thread: the thread
 * @ret: what the call has returned, errno as a negative number
 * @bytes: what it has to move
 * @len: how many
 */
struct task {
	long (*call)(struct task *task);
	pid_t id;
	pthread_t thread;
	long ret;
	char bytes[8];
	size_t len;
};

static inline bool is_asleep(const struct task *task)
{
	pid_t id = __atomic_load_n(&task->id, __ATOMIC_ACQUIRE);
	char path[64], state = 0;
	FILE *file;

	if (!id)
		return false;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", id);
	file = fopen(path, "r");
	/* It is over, perhaps. */
	if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'S';
	if (file)
		fclose(file);
	return state == 'S';
}

static inline void *run_task(void *data)
{
	struct task *task = data;

	__atomic_store_n(&task->id, gettid(), __ATOMIC_RELEASE);
	task->ret = task->call(task);
	if (task->ret < 0)
		task->ret = -errno;
	return NULL;
}

/*
 * Begins a call and waits until its thread sleeps: for the device, or for a moment for
 * something else. No result depends on it, only how often a test is about waiting.
 */
static inline void begin(struct task *task)
{
	expect(0, pthread_create(&task->thread, NULL, run_task, task));
	while (!is_asleep(task))
		usleep(1000);
}

static inline long end(struct task *task)
{
	expect(0, pthread_join(task->thread, NULL));
	return task->ret;
}

#endif
