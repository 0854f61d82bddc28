// SPDX-License-Identifier: GPL-2.0
/* The C of /dev/chard-gauge's own. */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "gauge_c.h"

static DEFINE_MUTEX(gauge_lock);

__u64 gauge_boot(void)
{
	return ktime_get_boottime_ns();
}

__u32 gauge_cpus(void)
{
	return num_online_cpus();
}

__u64 gauge_sum(const __u8 *data, size_t len)
{
	__u64 sum = 0;

	while (len--)
		sum += *data++;
	return sum;
}

int gauge_error(__s32 error)
{
	return error;
}

long gauge_long(__s64 error)
{
	return error;
}

__s32 gauge_nice(void)
{
	return task_nice(current);
}

int gauge_fill(__u8 *to, size_t len, __u8 byte, bool skipped)
{
	if (mutex_lock_interruptible(&gauge_lock))
		return -EINTR;
	if (!skipped)
		memset(to, byte, len);
	mutex_unlock(&gauge_lock);
	return len;
}

int gauge_nap(__u32 ms)
{
	return msleep_interruptible(ms) ? -EINTR : 0;
}
