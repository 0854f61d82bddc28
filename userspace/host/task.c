// SPDX-License-Identifier: GPL-2.0
/* What core/calls/task.c, counter.c and the clocks are: of the process itself. */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../suite-host.h"
#include "host.h"

static __thread struct host_identity other;
static __thread bool is_other;

void host_be(const struct host_identity *identity)
{
	is_other = identity;
	if (identity)
		other = *identity;
}

void chard_task_current(struct chard_task *task)
{
	memset(task, 0, sizeof(*task));
	task->pid = syscall(SYS_gettid);
	task->tgid = getpid();
	prctl(PR_GET_NAME, task->comm);
}

/* task_ids() - the rights of this thread */
void task_ids(struct chard_ids *ids)
{
	if (is_other)
		*ids = (struct chard_ids){ other.uid, other.euid, other.gid, other.egid };
	else
		*ids = (struct chard_ids){ getuid(), geteuid(), getgid(), getegid() };
}

void chard_file_opener(const struct file *file, struct chard_ids *ids)
{
	*ids = file->opener;
}

/* task_caps() - the capabilities of this thread, a bit each */
unsigned long long task_caps(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {};

	if (is_other)
		return other.caps;
	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (unsigned long long)data[1].effective << 32;
}

static bool is_caller(const struct chard_call *call)
{
	return call->may & CHARD_CALL_CALLER || !call->file;
}

void chard_call_ids(const struct chard_call *call, struct chard_ids *ids)
{
	if (is_caller(call))
		task_ids(ids);
	else
		chard_file_opener(call->filp, ids);
}

int chard_call_capable(const struct chard_call *call, __u32 cap)
{
	if (!is_caller(call))
		return chard_file_capable(call->filp, cap);
	return cap <= CAP_LAST_CAP && task_caps() >> cap & 1;
}

int chard_file_capable(const struct file *file, __u32 cap)
{
	return cap <= CAP_LAST_CAP && file->caps >> cap & 1;
}

/* The seventh word of stat; the second, a name in parentheses, may hold spaces. */
__u32 chard_call_tty(const struct chard_call *call)
{
	char line[512] = "", *end;
	int tty = 0;
	FILE *file;

	if (!(call->may & CHARD_CALL_CALLER))
		return 0;
	if (is_other)
		return other.tty;
	file = fopen("/proc/self/stat", "r");
	if (file) {
		end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
		if (!end || sscanf(end, ") %*c %*d %*d %*d %d", &tty) != 1)
			tty = 0;
		fclose(file);
	}
	return tty;
}

/* A process has no system call begun again. */
int chard_task_restart(void)
{
	return -EINTR;
}

__u64 chard_clock(__u32 clock)
{
	static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME };
	struct timespec time;

	clock_gettime(clocks[clock], &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

void chard_random(void *bytes, unsigned long len)
{
	while (len) {
		ssize_t got = getrandom(bytes, len, 0);

		if (got < 0)
			continue;
		bytes = (char *)bytes + got;
		len -= got;
	}
}

#define PARTS 8

/* A part for each CPU, up to that many; which one is right at the time matters to nobody. */
struct chard_counter {
	__s64 parts[PARTS];
};

struct chard_counter *chard_counter_new(const struct chard_driver *driver)
{
	struct chard_counter *counter = calloc(1, sizeof(*counter));

	if (counter)
		count(&driver->counts->boxes, 1);
	return counter;
}

void chard_counter_free(const struct chard_driver *driver, struct chard_counter *counter)
{
	count(&driver->counts->boxes, -1);
	free(counter);
}

void chard_counter_add(struct chard_counter *counter, __s64 by)
{
	__atomic_fetch_add(&counter->parts[sched_getcpu() % PARTS], by, __ATOMIC_RELAXED);
}

__s64 chard_counter_sum(const struct chard_counter *counter)
{
	__u64 sum = 0;

	for (int i = 0; i < PARTS; i++)
		sum += __atomic_load_n(&counter->parts[i], __ATOMIC_RELAXED);
	return sum;
}
