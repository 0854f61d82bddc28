// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: BARs that are mapped to user space.
 *
 * As pages are (core/memory/map.c), a part of a BAR is mapped when it is touched, under the
 * device's rwsem, and not when mmap(2) asks for it: the kernel finds a mapping to zap it when
 * mmap(2) is over. The device goes, and then the hardware, when all that was mapped is zapped and
 * no fault maps it again.
 */
#include <linux/mm.h>

#include "bus/pci.h"
#include "compat.h"

/*
 * While the device answers it is bound, and while it is awake the hardware is there: the flag is
 * set first, and the gate is shut first.
 */
static vm_fault_t chard_pci_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	const struct chard_file *cf = vma->vm_file->private_data;
	unsigned long number = (unsigned long)vma->vm_private_data;
	struct chard_device *device = cf->device;
	vm_fault_t ret = VM_FAULT_SIGBUS;
	resource_size_t start;
	bool asleep;

	down_read(&device->pages_lock);
	asleep = chard_device_is_asleep(device);
	if (!asleep && !chard_device_error(device)) {
		start = pci_resource_start(device->pci->pdev, number);
		ret = vmf_insert_pfn(vma, vmf->address, PHYS_PFN(start) + vmf->pgoff);
	}
	up_read(&device->pages_lock);
	/* Behind that the task touches it again. */
	if (asleep && !chard_device_wait_awake(device))
		ret = VM_FAULT_NOPAGE;
	return ret;
}

static const struct vm_operations_struct chard_pci_vm_ops = {
	.fault = chard_pci_fault,
};

/*
 * chard_pci_area_begin() - the handler has agreed to map the BAR @number; under the lock of the
 * address space
 * @never: VM_MAY* flags that the handler has denied
 *
 * Uncached. It does not grow by mremap(2), and is no part of a core dump.
 */
void chard_pci_area_begin(struct vm_area_struct *vma, u32 number, unsigned long never)
{
	chard_compat_vma_flags(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP, never);
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_private_data = (void *)(unsigned long)number;
	vma->vm_ops = &chard_pci_vm_ops;
}

/**
 * chard_pci_area() - what mmap(2) asks for is a part of a BAR; any context
 * @call: the call of the entry mmap
 * @area: what it asks for; an offset of 0 is the beginning of the BAR
 * @number: of the BAR, 0 to 5, one of memory
 *
 * Only whole pages of the BAR: what lies behind it in the last one may be another device's.
 *
 * Return: 0, -EINVAL where there is no such BAR, the area is not within it, or is private; as
 * chard_pci_read() else.
 */
int chard_pci_area(struct chard_call *call, struct chard_area *area, __u32 number)
{
	struct chard_pci *pci = chard_pci_of(call);
	u64 len;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	if (number >= PCI_STD_NUM_BARS || !(area->flags & CHARD_AREA_SHARED))
		return -EINVAL;
	if (!(pci_resource_flags(pci->pdev, number) & IORESOURCE_MEM) ||
	    !PAGE_ALIGNED(pci_resource_start(pci->pdev, number)))
		return -EINVAL;
	len = round_down(pci_resource_len(pci->pdev, number), PAGE_SIZE);
	if (area->offset > len || area->length > len - area->offset)
		return -EINVAL;
	area->bar = number + 1;
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pci_area);
