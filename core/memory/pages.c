// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of pages: memory that a handler and user space share.
 *
 * An array is sparse: a page is there once it was written to or mapped, and was
 * zeros before. The device's rwsem guards which pages there are. What is in them is
 * copied in pages_copy.c.
 */
#include <linux/mm.h>

#include "memory/pages.h"

static pgoff_t chard_pages_count(u64 size)
{
	return DIV_ROUND_UP_ULL(size, PAGE_SIZE);
}

/*
 * A page leaves its array. No fault maps it from now on, except one that has read its mark
 * already (chard_fault_end()) and maps it after this. A caller that unmaps the page excludes
 * faults by the rwsem.
 */
static void chard_pages_forget(struct chard_pages *pages, struct page *page)
{
	WRITE_ONCE(page->private, 0);
	put_page(page);
	this_cpu_dec(pages->object.driver->live->counts->pages);
}

/*
 * A mapping of a page has a reference of its own, and keeps the page: nothing is unmapped
 * here, so faults are not excluded. This may run in a timer, which could not wait for them.
 */
static void chard_pages_free(struct chard_object *object)
{
	struct chard_pages *pages = chard_pages_of(object);
	unsigned long index;
	struct page *page;

	xa_for_each(&pages->pages, index, page)
		chard_pages_forget(pages, page);
	xa_destroy(&pages->pages);
}

static const struct chard_object_type chard_pages_type = {
	.free = chard_pages_free,
};

/* Far from what the count holds: the kernel takes references of the page without a check. */
#define CHARD_PAGE_REFS (INT_MAX / 2)

static bool chard_size_fits(u64 size)
{
	return size <= LLONG_MAX - PAGE_SIZE;
}

/**
 * chard_pages_new() - an array of a call's device, all zeros; sleeps where that is possible
 * @call: the call
 * @size: bytes, at most what an off_t holds but for a page
 *
 * Return: the array, NULL when there is no memory, or none for such a size.
 */
struct chard_object *chard_pages_new(struct chard_call *call, __u64 size)
{
	struct chard_pages *pages;

	if (!chard_size_fits(size))
		return NULL;
	pages = chard_object_new(call, sizeof(*pages), &chard_pages_type);
	if (!pages)
		return NULL;
	/* The last one to hold it may be a timer. */
	xa_init_flags(&pages->pages, XA_FLAGS_LOCK_IRQ);
	pages->size = size;
	return chard_object_add(&pages->object);
}
EXPORT_SYMBOL_GPL(chard_pages_new);

/** chard_pages_size() - the bytes of an array; any context */
__u64 chard_pages_size(const struct chard_object *object)
{
	return chard_pages_bytes(chard_pages_of(object));
}
EXPORT_SYMBOL_GPL(chard_pages_size);

/*
 * Puts a page into the array, which takes its hold over; gives the one that is there
 * then, held, or an error.
 */
static struct page *chard_pages_put(struct chard_pages *pages, pgoff_t index, struct page *page)
{
	struct page *old;

	if (index >= chard_pages_count(chard_pages_bytes(pages)))
		return ERR_PTR(-ENXIO);
	old = xa_cmpxchg_irq(&pages->pages, index, NULL, page, GFP_KERNEL_ACCOUNT);
	if (xa_is_err(old))
		return ERR_PTR(xa_err(old));
	if (!old) {
		this_cpu_inc(pages->object.driver->live->counts->pages);
		old = page;
	}
	get_page(old);
	return old;
}

/*
 * chard_pages_make() - a page, held, where chard_pages_find() has found none; may sleep
 *
 * Charged to the cgroup of the caller, be it for a fault or a write. A page of another task that
 * has come meanwhile is as good.
 */
struct page *chard_pages_make(struct chard_call *call, struct chard_pages *pages, pgoff_t index)
{
	struct chard_device *device = pages->object.device;
	struct page *page, *made;

	if (index >= chard_pages_count(chard_pages_bytes(pages)))
		return ERR_PTR(-ENXIO);
	if (!(call->may & CHARD_MAY_WAIT))
		return ERR_PTR(chard_call_refuse(call, CHARD_MAY_WAIT));
	made = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!made)
		return ERR_PTR(-ENOMEM);
	set_page_private(made, chard_page_mark(index));
	down_read(&device->pages_lock);
	page = chard_pages_put(pages, index, made);
	up_read(&device->pages_lock);
	if (page != made) {
		set_page_private(made, 0);
		put_page(made);
	}
	return page;
}

/**
 * chard_pages_get() - a page of an array, made where there is none; may sleep
 * @call: a call of its device
 * @object: the array
 * @index: which page
 * @page: the page is put here, held, to be given back by chard_page_put()
 *
 * Return: 0, -ENXIO beyond the array's size, -ENOMEM, also where the page is held too often
 * already, -EXDEV for the array of another device, -EDEADLK where the call holds a spinlock,
 * -EAGAIN where it must not wait.
 */
int chard_pages_get(struct chard_call *call, struct chard_object *object, __u64 index,
		    struct page **page)
{
	struct chard_pages *pages = chard_pages_of(object);
	int error = chard_pages_error(call, object);
	struct page *got;

	if (error)
		return error;
	got = chard_pages_find(pages, index) ?: chard_pages_make(call, pages, index);
	if (IS_ERR(got))
		return PTR_ERR(got);
	/* A handler that forgets what it gets must not let the count run over. */
	if (unlikely(page_ref_count(got) > CHARD_PAGE_REFS)) {
		put_page(got);
		return -ENOMEM;
	}
	this_cpu_inc(chard_call_driver(call)->live->counts->pages);
	*page = got;
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pages_get);

/**
 * chard_page_put() - give back what chard_pages_get() gave; any context
 * @driver: the driver that was counted
 * @page: the page
 */
void chard_page_put(const struct chard_driver *driver, struct page *page)
{
	this_cpu_dec(driver->live->counts->pages);
	put_page(page);
}
EXPORT_SYMBOL_GPL(chard_page_put);

/* Zeros of what is there, which stays; with the rwsem. */
static void chard_pages_clear(struct chard_pages *pages, u64 start, u64 end)
{
	unsigned long index;
	struct page *page;

	if (start >= end)
		return;
	xa_for_each_range(&pages->pages, index, page, start >> PAGE_SHIFT,
			  (end - 1) >> PAGE_SHIFT) {
		u64 at = (u64)index << PAGE_SHIFT;
		u64 from = max(start, at), to = min_t(u64, end, at + PAGE_SIZE);

		/* As for a copy: others write there when they like. */
		data_race(memset(page_address(page) + (from - at), 0, to - from));
		cond_resched();
	}
}

/* Takes whole pages out, and unmap them; with the rwsem for writing. */
static void chard_pages_drop(struct chard_pages *pages, pgoff_t first, pgoff_t end, bool cows)
{
	struct inode *mapping = pages->object.device->mapping;
	unsigned long index;
	struct page *page;

	if (first >= end)
		return;
	xa_for_each_range(&pages->pages, index, page, first, end - 1) {
		xa_erase_irq(&pages->pages, index);
		chard_pages_forget(pages, page);
		cond_resched();
	}
	if (mapping)
		unmap_mapping_range(mapping->i_mapping, (loff_t)first << PAGE_SHIFT,
				    (loff_t)(end - first) << PAGE_SHIFT, cows);
}

/**
 * chard_pages_resize() - give an array another size; may sleep
 * @call: a call of its device
 * @object: the array
 * @size: bytes, as for chard_pages_new()
 *
 * What is cut off is gone when this returns, private copies of it as well: a task that
 * touches it in a mapping gets SIGBUS. What is added is zeros.
 *
 * Return: 0, -EINVAL for such a size, -EXDEV, -EDEADLK.
 */
int chard_pages_resize(struct chard_call *call, struct chard_object *object, __u64 size)
{
	struct chard_pages *pages = chard_pages_of(object);
	int error = chard_pages_error(call, object);
	pgoff_t before, after = chard_pages_count(size);
	u64 least;

	if (error)
		return error;
	if (!chard_size_fits(size))
		return -EINVAL;
	down_write(&object->device->pages_lock);
	before = chard_pages_count(pages->size);
	least = min(pages->size, size);
	WRITE_ONCE(pages->size, size);
	/* A task that has mapped the last page may have written behind its end. */
	chard_pages_clear(pages, least, round_up(least, PAGE_SIZE));
	chard_pages_drop(pages, after, before, true);
	up_write(&object->device->pages_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pages_resize);

/**
 * chard_pages_zero() - make a range zeros; may sleep
 * @call: a call of its device
 * @object: the array
 * @start: where it begins, in bytes
 * @end: where it ends; what is behind the array's end is left out
 *
 * Pages stay where they are, holes as well.
 *
 * Return: 0, -EXDEV, -EDEADLK.
 */
int chard_pages_zero(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end)
{
	struct chard_pages *pages = chard_pages_of(object);
	int error = chard_pages_error(call, object);

	if (error)
		return error;
	down_read(&object->device->pages_lock);
	chard_pages_clear(pages, start, min(end, pages->size));
	up_read(&object->device->pages_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pages_zero);

/**
 * chard_pages_punch() - make a range zeros, and give its pages back; may sleep
 * @call: a call of its device
 * @object: the array
 * @start: where it begins, in bytes
 * @end: where it ends; what is behind the array's end is left out
 *
 * Whole pages become holes and are unmapped: a task that touches them again finds zeros.
 * Private copies stay, as with a file.
 *
 * Return: 0, -EXDEV, -EDEADLK.
 */
int chard_pages_punch(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end)
{
	struct chard_pages *pages = chard_pages_of(object);
	int error = chard_pages_error(call, object);
	u64 first, last;

	if (error)
		return error;
	down_write(&object->device->pages_lock);
	/* The last page goes as a whole. */
	if (end >= pages->size)
		end = round_up(pages->size, PAGE_SIZE);
	first = round_up(min(start, end), PAGE_SIZE);
	last = round_down(end, PAGE_SIZE);
	if (first <= last) {
		chard_pages_clear(pages, start, min(first, end));
		chard_pages_clear(pages, max(last, start), end);
		chard_pages_drop(pages, first >> PAGE_SHIFT, last >> PAGE_SHIFT, false);
	} else {
		chard_pages_clear(pages, start, end);
	}
	up_write(&object->device->pages_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pages_punch);

/**
 * chard_pages_seek() - where bytes begin, or a hole; any context
 * @object: the array
 * @pos: from there on
 * @hole: not 0 for a hole, which the end is, too
 *
 * Return: the position, -ENXIO where there is none before the end.
 */
__s64 chard_pages_seek(const struct chard_object *object, __u64 pos, int hole)
{
	struct chard_pages *pages = chard_pages_of(object);
	u64 size = chard_pages_bytes(pages);
	unsigned long index = pos >> PAGE_SHIFT;

	if (pos >= size)
		return -ENXIO;
	if (hole) {
		while (index < chard_pages_count(size) && xa_load(&pages->pages, index))
			index++;
	} else if (!xa_find(&pages->pages, &index, chard_pages_count(size) - 1, XA_PRESENT)) {
		return -ENXIO;
	}
	return min(max(pos, (u64)index << PAGE_SHIFT), size);
}
EXPORT_SYMBOL_GPL(chard_pages_seek);
