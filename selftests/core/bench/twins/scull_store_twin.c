// SPDX-License-Identifier: GPL-2.0
/* scull_twin.ko: memory in quanta and sets of quanta. */
#include <linux/atomic.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "chard_scull.h"
#include "scull_twin.h"
#include "twin.h"

/* What an allocation costs beside what it holds, roughly. */
#define TWIN_OVERHEAD 64

/* Bytes that all devices hold. */
static atomic_long_t held;

static void twin_store_begin(struct twin_store *store)
{
	store->quantum = READ_ONCE(scull_twin_quantum);
	store->qset = READ_ONCE(scull_twin_qset);
	store->size = 0;
	store->share = 0;
}

void scull_twin_store_init(struct twin_store *store)
{
	mutex_init(&store->lock);
	xa_init(&store->sets);
	twin_store_begin(store);
}

void scull_twin_store_free(struct twin_store *store)
{
	unsigned long index;
	size_t i;
	u8 **set;

	xa_for_each(&store->sets, index, set) {
		for (i = 0; i < store->qset; i++)
			kvfree(set[i]);
		kvfree(set);
	}
	xa_destroy(&store->sets);
	atomic_long_sub(store->share, &held);
}

/* An open for writing only empties it. */
void scull_twin_store_opened(struct twin_store *store, struct file *file)
{
	file->private_data = store;
	if ((file->f_mode & (FMODE_READ | FMODE_WRITE)) != FMODE_WRITE)
		return;
	mutex_lock(&store->lock);
	scull_twin_store_free(store);
	twin_store_begin(store);
	mutex_unlock(&store->lock);
}

static int twin_store_grow(struct twin_store *store, size_t bytes)
{
	bytes += TWIN_OVERHEAD;
	if (atomic_long_add_return(bytes, &held) > SCULL_MEMORY_MAX) {
		atomic_long_sub(bytes, &held);
		return -ENOMEM;
	}
	store->share += bytes;
	return 0;
}

/* The quantum, which is made where there is none. */
static u8 *twin_store_make(struct twin_store *store, unsigned long index, size_t number)
{
	u8 **set = xa_load(&store->sets, index);
	int ret;

	if (!set) {
		ret = twin_store_grow(store, array_size(store->qset, sizeof(*set)));
		if (ret)
			return ERR_PTR(ret);
		set = kvcalloc(store->qset, sizeof(*set), GFP_KERNEL_ACCOUNT);
		if (!set)
			return ERR_PTR(-ENOMEM);
		ret = xa_insert(&store->sets, index, set, GFP_KERNEL_ACCOUNT);
		if (ret) {
			kvfree(set);
			return ERR_PTR(ret);
		}
	}
	if (!set[number]) {
		ret = twin_store_grow(store, store->quantum);
		if (ret)
			return ERR_PTR(ret);
		set[number] = kvzalloc(store->quantum, GFP_KERNEL_ACCOUNT);
		if (!set[number])
			return ERR_PTR(-ENOMEM);
	}
	return set[number];
}

static __always_inline ssize_t scull_twin_read_bytes(struct file *file, struct twin_bytes *to,
						     loff_t *pos, int flags)
{
	struct twin_store *store = file->private_data;
	u64 index, number, byte;
	size_t wanted = 0, n = 0;
	u8 **set;

	mutex_lock(&store->lock);
	if (*pos >= store->size)
		goto out;
	index = div64_u64_rem(div64_u64_rem(*pos, store->quantum, &byte), store->qset, &number);
	set = xa_load(&store->sets, index);
	if (!set || !set[number])
		goto out;
	wanted = min3(to->left, (size_t)(store->quantum - byte), (size_t)(store->size - *pos));
	n = twin_out(to, set[number] + byte, wanted);
	*pos += n;
out:
	mutex_unlock(&store->lock);
	return wanted && !n ? -EFAULT : n;
}

TWIN_READ(, scull_twin_read)

static __always_inline ssize_t scull_twin_write_bytes(struct file *file, struct twin_bytes *from,
						      loff_t *at, int flags)
{
	struct twin_store *store = file->private_data;
	u64 index, number, byte;
	ssize_t ret = 0;
	u8 *quantum;
	loff_t pos;

	mutex_lock(&store->lock);
	pos = flags & IOCB_APPEND ? store->size : *at;
	if (!from->left)
		goto out;
	index = div64_u64_rem(div64_u64_rem(pos, store->quantum, &byte), store->qset, &number);
	quantum = twin_store_make(store, index, number);
	if (IS_ERR(quantum)) {
		ret = PTR_ERR(quantum);
		goto out;
	}
	ret = twin_in(from, quantum + byte, min_t(size_t, from->left, store->quantum - byte));
	if (!ret) {
		ret = -EFAULT;
		goto out;
	}
	*at = pos + ret;
	store->size = max_t(u64, store->size, *at);
out:
	mutex_unlock(&store->lock);
	return ret;
}

TWIN_WRITE(, scull_twin_write)

loff_t scull_twin_llseek(struct file *file, loff_t offset, int whence)
{
	struct twin_store *store = file->private_data;
	loff_t base, pos;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = file->f_pos;
		break;
	case SEEK_END:
		mutex_lock(&store->lock);
		base = store->size;
		mutex_unlock(&store->lock);
		break;
	default:
		return -EINVAL;
	}
	if (check_add_overflow(base, offset, &pos))
		return -EOVERFLOW;
	return vfs_setpos(file, pos, LLONG_MAX);
}

void scull_twin_store_show(struct twin_store *store, struct seq_file *text)
{
	unsigned long index;
	size_t i, count;
	u8 **set, **last = NULL;

	mutex_lock(&store->lock);
	seq_printf(text, "qset %zu, q %zu, sz %llu\n", store->qset, store->quantum, store->size);
	xa_for_each(&store->sets, index, set) {
		for (count = 0, i = 0; i < store->qset; i++)
			count += !!set[i];
		seq_printf(text, "  set %lu: %zu quanta\n", index, count);
		last = set;
	}
	for (i = 0; last && i < store->qset; i++) {
		if (last[i])
			seq_printf(text, "    %zu\n", i);
	}
	mutex_unlock(&store->lock);
}
