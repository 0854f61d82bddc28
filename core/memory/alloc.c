// SPDX-License-Identifier: GPL-2.0
/* Memory of handlers: what Rust's allocator asks for. */
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "core.h"

/**
 * chard_alloc() - memory for a handler; sleeps only where that is possible
 * @driver: the driver, for its count
 * @size: bytes, not 0
 * @align: a power of two
 * @zero: not 0: zeroed
 *
 * Charged to the cgroup of the caller whose call asks for it.
 *
 * Return: the memory; NULL when there is none, or for an alignment above a page's.
 */
void *chard_alloc(const struct chard_driver *driver, unsigned long size, unsigned long align,
		  int zero)
{
	gfp_t flags = chard_gfp() | (zero ? __GFP_ZERO : 0);
	void *new;

	if (size > INT_MAX || align > PAGE_SIZE)
		return NULL;
	/* kmalloc aligns sizes that are a power of two to their size, only those. */
	if (align > ARCH_KMALLOC_MINALIGN)
		size = roundup_pow_of_two(max(size, align));
	/* A caller may have chosen the size: no allocator is to warn of it. */
	if (size > (gfpflags_allow_blocking(flags) ? INT_MAX : KMALLOC_MAX_SIZE))
		return NULL;
	new = chard_memory_new(size, flags);
	if (new)
		this_cpu_inc(driver->live->counts->boxes);
	return new;
}
EXPORT_SYMBOL_GPL(chard_alloc);

/* Large memory that came back where one may not sleep. */
static LLIST_HEAD(chard_late);

static void chard_free_late(struct work_struct *work)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, llist_del_all(&chard_late)) vfree(node);
}

static DECLARE_WORK(chard_late_work, chard_free_late);

/* chard_memory_exit() - wait for what is freed late; no more is freed */
void chard_memory_exit(void)
{
	flush_work(&chard_late_work);
}

/**
 * chard_free() - give back what chard_alloc() gave; any context
 * @driver: the driver that was counted
 * @old: the memory
 */
void chard_free(const struct chard_driver *driver, const void *old)
{
	this_cpu_dec(driver->live->counts->boxes);
	if (likely(!is_vmalloc_addr(old)))
		kfree(old);
	else if (chard_gfp_sleeps())
		vfree(old);
	else if (llist_add((struct llist_node *)old, &chard_late))
		schedule_work(&chard_late_work);
}
EXPORT_SYMBOL_GPL(chard_free);
