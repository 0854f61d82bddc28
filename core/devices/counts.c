// SPDX-License-Identifier: GPL-2.0
/* What a driver has made and not yet unmade (struct chard_counts). */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/cpumask.h>
#include <linux/percpu.h>

#include "core.h"

/* chard_counts_begin() - a driver makes nothing before this; -ENOMEM; may sleep */
int chard_counts_begin(const struct chard_driver *driver)
{
	driver->live->counts = alloc_percpu(struct chard_counts);
	return driver->live->counts ? 0 : -ENOMEM;
}

/* chard_counts_end() - the reverse, when nothing is unmade any more */
void chard_counts_end(const struct chard_driver *driver)
{
	free_percpu(driver->live->counts);
	driver->live->counts = NULL;
}

/*
 * chard_counts_report() - say what a driver that goes has left behind
 *
 * A leak does no harm at once, so this is an error in the log, no WARN; the
 * tests read the log and fail on it.
 */
void chard_counts_report(const struct chard_driver *driver)
{
	struct chard_counts sum = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		struct chard_counts *counts = per_cpu_ptr(driver->live->counts, cpu);

		sum.devices += counts->devices;
		sum.files += counts->files;
		sum.states += counts->states;
		sum.boxes += counts->boxes;
		sum.pages += counts->pages;
		sum.panics += counts->panics;
	}
	/* What they had is among what is left behind: their frames are not unwound. */
	if (sum.panics)
		pr_warn("%s: %ld panics contained\n", driver->name, sum.panics);
	if (sum.devices || sum.files || sum.states || sum.boxes || sum.pages)
		pr_err("%s: left behind: %ld devices, %ld files, %ld states, %ld boxes, %ld pages\n",
		       driver->name, sum.devices, sum.files, sum.states, sum.boxes, sum.pages);
}
