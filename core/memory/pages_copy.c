// SPDX-License-Identifier: GPL-2.0
/*
 * Copies of what is in an array of pages.
 *
 * What user space maps it changes when it likes: so the bytes are copied, by C alone,
 * and Rust has no reference to them.
 *
 * No copy to or from user memory runs with the device's rwsem, nor with any other
 * lock: it may touch what the caller has mapped of this very array, and so end in the
 * fault handler. It holds the page, which may leave its array meanwhile: then it was
 * copied just before.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "memory/pages.h"

/**
 * struct chard_bytes - where a transfer's bytes are: one of the two
 * @user: in the caller's buffer, where it goes on
 * @iter: where an iov_iter says; NULL for the caller's buffer
 */
struct chard_bytes {
	void __user *user;
	struct iov_iter *iter;
};

static __always_inline size_t chard_bytes_out(struct chard_bytes bytes, void *at, size_t len)
{
	return bytes.iter ? copy_to_iter(at, len, bytes.iter)
			  : len - copy_to_user(bytes.user, at, len);
}

static __always_inline size_t chard_bytes_in(struct chard_bytes bytes, void *at, size_t len)
{
	return bytes.iter ? copy_from_iter(at, len, bytes.iter)
			  : len - chard_raw_copy_from_user(at, bytes.user, len);
}

static size_t chard_bytes_zero(struct chard_bytes bytes, size_t len)
{
	return bytes.iter ? iov_iter_zero(len, bytes.iter) : len - clear_user(bytes.user, len);
}

/* Copies within one page, or reads a hole as zeros; less where user memory faults. */
static __always_inline size_t chard_page_copy(struct page *page, size_t offset, size_t len,
					      struct chard_bytes bytes, bool out)
{
	void *at;

	if (!page)
		return chard_bytes_zero(bytes, len);
	/* Not the page itself, which a pipe would share from then on. */
	at = page_address(page) + offset;
	/* What others write there meanwhile is between them and their device. */
	return data_race(out ? chard_bytes_out(bytes, at, len) : chard_bytes_in(bytes, at, len));
}

/*
 * What may be moved before the end; less where user memory faults, or the caller is killed.
 * Once for each direction: to ask in between which it is takes longer than a page's lookup.
 */
static __always_inline long chard_pages_copy(struct chard_call *call, struct chard_object *object,
					     struct chard_bytes bytes, u64 pos, unsigned long len,
					     bool out)
{
	struct chard_pages *pages = chard_pages_of(object);
	int error = chard_pages_error(call, object);
	bool counted = chard_bound_leave(call);
	unsigned long done = 0;

	while (!error && done < len) {
		u64 size = chard_pages_bytes(pages);
		pgoff_t index = pos >> PAGE_SHIFT;
		size_t part, moved;
		struct page *page;

		if (pos >= size)
			break;
		part = min_t(u64, min(PAGE_SIZE - offset_in_page(pos), len - done), size - pos);
		page = chard_pages_find(pages, index);
		if (!out && unlikely(!page))
			page = chard_pages_make(call, pages, index);
		if (IS_ERR(page)) {
			/* It has just been cut off: this is the end. */
			error = PTR_ERR(page) == -ENXIO ? 0 : PTR_ERR(page);
			break;
		}
		moved = chard_page_copy(page, offset_in_page(pos), part, bytes, out);
		if (page)
			put_page(page);
		bytes.user += moved;
		done += moved;
		pos += moved;
		if (moved < part)
			error = -EFAULT;
		else if (fatal_signal_pending(current))
			error = -EINTR;
		cond_resched();
	}
	chard_bound_return(call, counted);
	return done ?: error;
}

/**
 * chard_pages_read() - copy from an array to the caller's buffer; may sleep
 * @call: a call of its device; no lock that a fault of the device takes is held
 * @object: the array
 * @to: the buffer
 * @pos: from there on, in bytes
 * @len: bytes
 *
 * Return: how many were copied, up to the array's end; -EFAULT where it were none,
 * else as chard_pages_get().
 */
long chard_pages_read(struct chard_call *call, struct chard_object *object, __u64 to, __u64 pos,
		      unsigned long len)
{
	struct chard_bytes bytes = { .user = u64_to_user_ptr(to) };

	return chard_call_may(call, CHARD_MAY_COPY)
		       ?: chard_pages_copy(call, object, bytes, pos, len, true);
}
EXPORT_SYMBOL_GPL(chard_pages_read);

/**
 * chard_pages_read_iter() - copy from an array to where an iov_iter says; may sleep
 * @call: as for chard_pages_read()
 * @object: the array
 * @to: the iov_iter
 * @pos: from there on, in bytes
 * @len: bytes
 *
 * Return: as chard_pages_read().
 */
long chard_pages_read_iter(struct chard_call *call, struct chard_object *object,
			   struct iov_iter *to, __u64 pos, unsigned long len)
{
	return chard_pages_copy(call, object, (struct chard_bytes){ .iter = to }, pos, len, true);
}
EXPORT_SYMBOL_GPL(chard_pages_read_iter);

/**
 * chard_pages_write() - copy from the caller's buffer to an array; may sleep
 * @call: as for chard_pages_read()
 * @object: the array
 * @from: the buffer
 * @pos: to there on, in bytes
 * @len: bytes
 *
 * Return: as chard_pages_read().
 */
long chard_pages_write(struct chard_call *call, struct chard_object *object, __u64 from, __u64 pos,
		       unsigned long len)
{
	struct chard_bytes bytes = { .user = u64_to_user_ptr(from) };

	return chard_call_may(call, CHARD_MAY_COPY)
		       ?: chard_pages_copy(call, object, bytes, pos, len, false);
}
EXPORT_SYMBOL_GPL(chard_pages_write);

/**
 * chard_pages_write_iter() - copy from where an iov_iter says to an array; may sleep
 * @call: as for chard_pages_read()
 * @object: the array
 * @from: the iov_iter
 * @pos: to there on, in bytes
 * @len: bytes
 *
 * Return: as chard_pages_read().
 */
long chard_pages_write_iter(struct chard_call *call, struct chard_object *object,
			    struct iov_iter *from, __u64 pos, unsigned long len)
{
	return chard_pages_copy(call, object, (struct chard_bytes){ .iter = from }, pos, len,
				false);
}
EXPORT_SYMBOL_GPL(chard_pages_write_iter);

/**
 * chard_pages_load() - copy from an array to the handler's memory; may sleep
 * @call: a call of its device
 * @object: the array
 * @to: to there
 * @pos: from there on, in bytes
 * @len: bytes
 *
 * Return: as chard_pages_read().
 */
long chard_pages_load(struct chard_call *call, struct chard_object *object, void *to, __u64 pos,
		      unsigned long len)
{
	struct kvec vec = { .iov_base = to, .iov_len = len };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, len);
	return chard_pages_read_iter(call, object, &iter, pos, len);
}
EXPORT_SYMBOL_GPL(chard_pages_load);

/**
 * chard_pages_store() - copy from the handler's memory to an array; may sleep
 * @call: a call of its device
 * @object: the array
 * @from: from there
 * @pos: to there on, in bytes
 * @len: bytes
 *
 * Return: as chard_pages_read().
 */
long chard_pages_store(struct chard_call *call, struct chard_object *object, const void *from,
		       __u64 pos, unsigned long len)
{
	struct kvec vec = { .iov_base = (void *)from, .iov_len = len };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_SOURCE, &vec, 1, len);
	return chard_pages_write_iter(call, object, &iter, pos, len);
}
EXPORT_SYMBOL_GPL(chard_pages_store);
