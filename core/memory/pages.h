/* SPDX-License-Identifier: GPL-2.0 */
/* What pages.c and pages_copy.c know of an array of pages. */
#ifndef CHARD_PAGES_H
#define CHARD_PAGES_H

#include <linux/xarray.h>

#include "calls/hold.h"

/**
 * struct chard_pages - an array of pages
 * @object: makes it one of its device's
 * @pages: those that are there, each held once
 * @size: bytes; written with the device's rwsem held for writing
 */
struct chard_pages {
	struct chard_object object;
	struct xarray pages;
	u64 size;
};

static inline struct chard_pages *chard_pages_of(const struct chard_object *object)
{
	return container_of(object, struct chard_pages, object);
}

static inline u64 chard_pages_bytes(const struct chard_pages *pages)
{
	return READ_ONCE(pages->size);
}

/* Why a call can do nothing with an array now, or 0. */
static inline int chard_pages_error(const struct chard_call *call,
				    const struct chard_object *object)
{
	if (object->device != chard_call_device(call))
		return -EXDEV;
	return chard_call_may(call, CHARD_MAY_SLEEP);
}

/* chard_pages_find() - a page, held, or NULL where there is none yet; may sleep */
static inline struct page *chard_pages_find(struct chard_pages *pages, pgoff_t index)
{
	struct chard_device *device = pages->object.device;
	struct page *page;

	down_read(&device->pages_lock);
	page = xa_load(&pages->pages, index);
	if (page)
		get_page(page);
	up_read(&device->pages_lock);
	return page;
}

struct page *chard_pages_make(struct chard_call *call, struct chard_pages *pages, pgoff_t index);

#endif
