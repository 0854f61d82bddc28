// SPDX-License-Identifier: GPL-2.0
/*
 * shm_twin.ko: chard-shm by hand, in C, to be measured against: reads, writes, mmap,
 * and its size, which may change: so pages go as well as come.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/xarray.h>

#include "chard_shm.h"
#include "twin.h"

/* Held for writing to take pages out, for reading to get one or to put one in. */
static DECLARE_RWSEM(lock);
static DEFINE_XARRAY(pages);
static u64 size = CHARD_SHM_SIZE_DEFAULT;
/* All files are mapped through the address space of the first that was opened. */
static struct address_space *mapping;

/* The page, held; NULL where there is none. */
static struct page *twin_find(pgoff_t index)
{
	struct page *page;

	down_read(&lock);
	page = xa_load(&pages, index);
	if (page)
		get_page(page);
	up_read(&lock);
	return page;
}

/* The page, held, which is made where there is none. */
static struct page *twin_page(pgoff_t index)
{
	struct page *page = twin_find(index), *old;

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!page)
		return ERR_PTR(-ENOMEM);
	down_read(&lock);
	old = index < DIV_ROUND_UP(size, PAGE_SIZE)
		      ? xa_cmpxchg(&pages, index, NULL, page, GFP_KERNEL_ACCOUNT)
		      : ERR_PTR(-ENXIO);
	if (!xa_is_err(old) && !IS_ERR(old))
		get_page(old ?: page);
	up_read(&lock);
	if (!old)
		return page;
	put_page(page);
	return xa_is_err(old) ? ERR_PTR(-ENOMEM) : old;
}

static __always_inline ssize_t twin_move(struct twin_bytes *with, loff_t *pos, bool out)
{
	ssize_t done = 0;
	int ret = 0;

	while (with->left && !ret) {
		u64 end = READ_ONCE(size);
		pgoff_t index = *pos >> PAGE_SHIFT;
		size_t offset = offset_in_page(*pos), part, moved;
		struct page *page;

		if (*pos >= end)
			break;
		part = min_t(u64, min(PAGE_SIZE - offset, with->left), end - *pos);
		page = out ? twin_find(index) : twin_page(index);
		if (IS_ERR(page)) {
			ret = PTR_ERR(page) == -ENXIO ? 0 : PTR_ERR(page);
			break;
		}
		if (!page)
			moved = twin_zero(with, part);
		else if (out)
			moved = twin_out(with, page_address(page) + offset, part);
		else
			moved = twin_in(with, page_address(page) + offset, part);
		if (page)
			put_page(page);
		*pos += moved;
		done += moved;
		if (moved < part)
			ret = -EFAULT;
		else if (fatal_signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return done ?: ret;
}

static __always_inline ssize_t twin_read_bytes(struct file *file, struct twin_bytes *to,
					       loff_t *pos, int flags)
{
	return twin_move(to, pos, true);
}

TWIN_READ(static, twin_read)

static __always_inline ssize_t twin_write_bytes(struct file *file, struct twin_bytes *from,
						loff_t *pos, int flags)
{
	if (flags & IOCB_APPEND)
		*pos = READ_ONCE(size);
	if (from->left && *pos >= READ_ONCE(size))
		return -ENOSPC;
	return twin_move(from, pos, false);
}

TWIN_WRITE(static, twin_write)

static loff_t twin_llseek(struct file *file, loff_t offset, int whence)
{
	return generic_file_llseek_size(file, offset, whence, LLONG_MAX, READ_ONCE(size));
}

static vm_fault_t twin_fault(struct vm_fault *vmf)
{
	struct page *page;

	if (vmf->pgoff >= DIV_ROUND_UP(READ_ONCE(size), PAGE_SIZE))
		return VM_FAULT_SIGBUS;
	page = twin_page(vmf->pgoff);
	if (IS_ERR(page))
		return PTR_ERR(page) == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	/* One that was taken out meanwhile is not mapped any more. */
	lock_page(page);
	if (xa_load(&pages, vmf->pgoff) != page) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_NOPAGE;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct twin_vm_ops = {
	.fault = twin_fault,
};

static int twin_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff + vma_pages(vma) > CHARD_SHM_SIZE_MAX >> PAGE_SHIFT)
		return -ENXIO;
	vma->vm_ops = &twin_vm_ops;
	return 0;
}

static long twin_set_size(u64 new_size)
{
	unsigned long index;
	struct page *page;

	if (new_size > CHARD_SHM_SIZE_MAX)
		return -EINVAL;
	down_write(&lock);
	WRITE_ONCE(size, new_size);
	xa_for_each_range(&pages, index, page, DIV_ROUND_UP(new_size, PAGE_SIZE), ULONG_MAX) {
		lock_page(page);
		xa_erase(&pages, index);
		unlock_page(page);
		put_page(page);
	}
	if (mapping)
		unmap_mapping_range(mapping, round_up(new_size, PAGE_SIZE), 0, 1);
	up_write(&lock);
	return 0;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 number = READ_ONCE(size);

	switch (cmd) {
	case CHARD_SHM_GET_SIZE:
		return copy_to_user((void __user *)arg, &number, sizeof(number)) ? -EFAULT : 0;
	case CHARD_SHM_SET_SIZE:
		if (copy_from_user(&number, (void __user *)arg, sizeof(number)))
			return -EFAULT;
		return twin_set_size(number);
	default:
		return -ENOTTY;
	}
}

/* misc_open() keeps others out. */
static int twin_open(struct inode *inode, struct file *file)
{
	if (!mapping) {
		ihold(inode);
		mapping = inode->i_mapping;
	}
	file->f_mapping = mapping;
	return 0;
}

static const struct file_operations twin_fops = {
	.owner = THIS_MODULE,
	.open = twin_open,
	.read = twin_read,
	.read_iter = twin_read_iter,
	.write = twin_write,
	.write_iter = twin_write_iter,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
	.llseek = twin_llseek,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = twin_mmap,
};

static struct miscdevice twin = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ctwin-shm",
	.fops = &twin_fops,
	.mode = 0666,
};

static int __init twin_init(void)
{
	return misc_register(&twin);
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	unsigned long index;
	struct page *page;

	misc_deregister(&twin);
	xa_for_each(&pages, index, page)
		put_page(page);
	xa_destroy(&pages);
	if (mapping)
		iput(mapping->host);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-shm by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
