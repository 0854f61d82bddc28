// SPDX-License-Identifier: GPL-2.0
/*
 * Mapped memory: what mmap(2) makes of a device, and how a removal takes it back.
 *
 * A device can be opened through any number of nodes. Each node has an inode, and so an
 * address space, of its own. A device whose handler maps has one more inode, in an internal
 * file system, and all its files are mapped through the address space of that inode: a zap
 * of that finds every mapping.
 *
 * Only pages with a reference count are mapped, and only when they are touched. A fault puts
 * a page into a page table under the device's rwsem, held for reading, after it has checked
 * that the device answers and that the page is still in its array. A task that takes pages
 * or the device away first makes that check fail, then waits for the rwsem, then unmaps: no
 * fault maps the page after that.
 */
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "core.h"

#define CHARD_FS_MAGIC 0x63687264

static int chard_fs_init_context(struct fs_context *fc)
{
	return init_pseudo(fc, CHARD_FS_MAGIC) ? 0 : -ENOMEM;
}

static struct file_system_type chard_fs = {
	.owner = THIS_MODULE,
	.name = "chard",
	.init_fs_context = chard_fs_init_context,
	.kill_sb = kill_anon_super,
};

/* Mounted while there is a device with something to map. */
static struct vfsmount *chard_mount;
static int chard_mounts;

/* chard_mapping_init() - what a device needs so that it can be mapped; may sleep */
int chard_mapping_init(struct chard_device *device)
{
	struct inode *inode;
	int ret;

	if (!device->driver->fops->mmap)
		return 0;
	ret = simple_pin_fs(&chard_fs, &chard_mount, &chard_mounts);
	if (ret)
		return ret;
	inode = alloc_anon_inode(chard_mount->mnt_sb);
	if (IS_ERR(inode)) {
		simple_release_fs(&chard_mount, &chard_mounts);
		return PTR_ERR(inode);
	}
	device->mapping = inode;
	return 0;
}

/* chard_mapping_exit() - the reverse; nothing of the device is mapped any more; may sleep */
void chard_mapping_exit(struct chard_device *device)
{
	if (!device->mapping)
		return;
	iput(device->mapping);
	simple_release_fs(&chard_mount, &chard_mounts);
}

/*
 * chard_mapping_zap() - take away all that is mapped of a device; may sleep
 * @copies: private copies, too
 *
 * Its flag is set already, or its gate shut: a task that touches what was mapped has SIGBUS from
 * now on, or waits.
 */
void chard_mapping_zap(struct chard_device *device, bool copies)
{
	if (!device->mapping)
		return;
	/* A fault that has not seen that has mapped its page when this is over. */
	down_write(&device->pages_lock);
	up_write(&device->pages_lock);
	unmap_mapping_range(device->mapping->i_mapping, 0, 0, copies);
}

/**
 * chard_area_init() - what mmap(2) asks for
 * @area: is filled with it
 * @vma: as the VFS gives it
 *
 * MAP_SHARED is what the caller has said, which VM_SHARED is not where a file can
 * not be written to. The VFS has refused what is beyond all offsets.
 */
void chard_area_init(struct chard_area *area, const struct vm_area_struct *vma)
{
	area->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	area->length = vma->vm_end - vma->vm_start;
	area->bar = 0;
	area->flags = (vma->vm_flags & VM_READ ? CHARD_AREA_READ : 0) |
		      (vma->vm_flags & VM_WRITE ? CHARD_AREA_WRITE : 0) |
		      (vma->vm_flags & VM_EXEC ? CHARD_AREA_EXEC : 0) |
		      (vma->vm_flags & VM_MAYSHARE ? CHARD_AREA_SHARED : 0);
}
EXPORT_SYMBOL_GPL(chard_area_init);

/**
 * chard_area_begin() - the handler has agreed to what mmap(2) asks for
 * @vma: as the VFS gives it
 * @ops: the driver's
 * @area: as the handler leaves it
 *
 * mprotect(2) may add to a mapping any access that the file's mode allows, unless the
 * handler has denied it.
 */
void chard_area_begin(struct vm_area_struct *vma, const struct vm_operations_struct *ops,
		      const struct chard_area *area)
{
	unsigned long never = (area->flags & CHARD_AREA_NEVER_WRITE ? VM_MAYWRITE : 0) |
			      (area->flags & CHARD_AREA_NEVER_EXEC ? VM_MAYEXEC : 0);

	if (area->bar) {
		chard_pci_area_begin(vma, area->bar - 1, never);
		return;
	}
	/* Pages that the fault itself puts into the table. */
	chard_compat_vma_flags(vma, VM_MIXEDMAP, never);
	vma->vm_ops = ops;
}
EXPORT_SYMBOL_GPL(chard_area_begin);

/*
 * True if a fault whose page has gone must not be tried again: no signal could end that. A task
 * tries until there is a page or a signal kills it, but a kernel thread has no such signal, and a
 * task that exits none any more. They have SIGBUS or EFAULT for it, also where one more try would
 * find a page.
 */
static bool chard_fault_ends(void)
{
	return fatal_signal_pending(current) || current->flags & (PF_EXITING | PF_KTHREAD);
}

/**
 * chard_fault_end() - map the page that the handler gives
 * @vmf: as the kernel gives it
 * @page: the page, held; this takes the hold over
 * @error: why there is none, a negative errno, or 0
 *
 * In a private mapping it is mapped so that a write makes a copy, which is up to
 * the kernel then.
 *
 * Return: VM_FAULT_NOPAGE when it is mapped, or when the caller is to look again
 * since it was taken out of its array meanwhile; VM_FAULT_SIGBUS.
 */
vm_fault_t chard_fault_end(struct vm_fault *vmf, struct page *page, long error)
{
	const struct chard_file *cf = vmf->vma->vm_file->private_data;
	struct chard_device *device = cf->device;
	vm_fault_t ret = VM_FAULT_NOPAGE;
	unsigned long mark;

	/* VM_FAULT_OOM would be tried again for ever, where it is a limit of the handler's. */
	if (error)
		return VM_FAULT_SIGBUS;
	down_read(&device->pages_lock);
	/* Its array may end meanwhile, which does not wait for the rwsem. */
	mark = READ_ONCE(page->private);
	/* Only the page of this place is found again where one is taken away. */
	if (chard_device_error(cf->device) || (mark && mark != chard_page_mark(vmf->pgoff)))
		ret = VM_FAULT_SIGBUS;
	else if (mark)
		ret = vmf_insert_page(vmf->vma, vmf->address, page);
	else if (chard_fault_ends())
		/* A handler that gives what it has kept gives the same again. */
		ret = VM_FAULT_SIGBUS;
	up_read(&device->pages_lock);
	chard_page_put(device->driver, page);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_fault_end);
