// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a part for each CPU: to add touches no memory that another CPU
 * writes; to sum up looks at all parts.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "core.h"

/**
 * struct chard_counter - a counter
 * @parts: what was added on each CPU
 */
struct chard_counter {
	s64 __percpu *parts;
};

/**
 * chard_counter_new() - a counter at 0; sleeps only where that is possible
 * @driver: the driver, for its count
 *
 * Return: the counter, NULL when there is no memory.
 */
struct chard_counter *chard_counter_new(const struct chard_driver *driver)
{
	gfp_t gfp = chard_gfp();
	struct chard_counter *counter = kmalloc(sizeof(*counter), gfp);

	if (!counter)
		return NULL;
	counter->parts = alloc_percpu_gfp(s64, gfp);
	if (!counter->parts) {
		kfree(counter);
		return NULL;
	}
	this_cpu_inc(driver->live->counts->boxes);
	return counter;
}
EXPORT_SYMBOL_GPL(chard_counter_new);

/**
 * chard_counter_free() - end a counter; any context
 * @driver: the driver that was counted
 * @counter: the counter
 */
void chard_counter_free(const struct chard_driver *driver, struct chard_counter *counter)
{
	this_cpu_dec(driver->live->counts->boxes);
	free_percpu(counter->parts);
	kfree(counter);
}
EXPORT_SYMBOL_GPL(chard_counter_free);

/**
 * chard_counter_add() - add to a counter; any context
 * @counter: the counter
 * @by: so much; what does not fit wraps
 */
void chard_counter_add(struct chard_counter *counter, __s64 by)
{
	this_cpu_add(*counter->parts, by);
}
EXPORT_SYMBOL_GPL(chard_counter_add);

/**
 * chard_counter_sum() - what was added in all; any context
 * @counter: the counter
 *
 * The parts are looked at one after the other: what is added meanwhile may be in
 * the sum or not.
 */
__s64 chard_counter_sum(const struct chard_counter *counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counter->parts, cpu));
	return sum;
}
EXPORT_SYMBOL_GPL(chard_counter_sum);
