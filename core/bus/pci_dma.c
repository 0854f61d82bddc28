// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: memory that the CPU and the device both see (coherent DMA).
 *
 * A buffer belongs to the binding. It is freed when bus mastering is off, and not before: until
 * then the hardware may write to it, whatever the handler knows of it. A handler reaches it by
 * copies alone, since the hardware may change it at any time.
 */
#include <linux/dma-mapping.h>

#include "bus/pci.h"

/**
 * chard_pci_dma_mask() - a handler says which addresses its PCI device reaches; may sleep
 * @call: the call
 * @bits: the addresses have so many bits
 *
 * Switches bus mastering on.
 *
 * Return: 0, -EINVAL for a number of bits that is none, -EBUSY where there are buffers already;
 * -EIO where the kernel has no such memory for the device; as chard_pci_map() else.
 */
int chard_pci_dma_mask(struct chard_call *call, __u32 bits)
{
	struct chard_pci *pci = chard_pci_of_sleeper(call);
	int ret = -EBUSY;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	if (!bits || bits > 64)
		return -EINVAL;
	mutex_lock(&pci->lock);
	if (!pci->buffer_count)
		ret = dma_set_mask_and_coherent(&pci->pdev->dev, DMA_BIT_MASK(bits));
	if (!ret) {
		pci_set_master(pci->pdev);
		pci->dma = true;
	}
	mutex_unlock(&pci->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_pci_dma_mask);

static int chard_pci_buffer_new(struct chard_pci *pci, u64 len, u64 *address)
{
	struct chard_pci_buffer *buffer = &pci->buffers[pci->buffer_count];

	/* Without a mask the kernel would take 32 bits, which the hardware may not have. */
	if (!pci->dma)
		return -EINVAL;
	if (pci->buffer_count == CHARD_PCI_BUFFERS)
		return -ENOSPC;
	buffer->bytes = dma_alloc_coherent(&pci->pdev->dev, len, &buffer->address,
					   GFP_KERNEL | __GFP_NOWARN);
	if (!buffer->bytes)
		return -ENOMEM;
	buffer->len = len;
	*address = buffer->address;
	/* Behind the rest: an access looks at this first. */
	smp_store_release(&pci->buffer_count, pci->buffer_count + 1);
	return pci->buffer_count - 1;
}

/**
 * chard_pci_buffer() - allocate a DMA buffer, until the binding ends; may sleep
 * @call: the call
 * @len: its bytes, which are zeroed
 * @address: takes its address for the PCI device
 *
 * Return: its number; -EINVAL before chard_pci_dma_mask(), for no byte and for more than
 * CHARD_PCI_BUFFER_MAX; -ENOSPC where there are CHARD_PCI_BUFFERS, -ENOMEM; as chard_pci_map()
 * else.
 */
int chard_pci_buffer(struct chard_call *call, __u64 len, __u64 *address)
{
	struct chard_pci *pci = chard_pci_of_sleeper(call);
	int ret;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	if (!len || len > CHARD_PCI_BUFFER_MAX)
		return -EINVAL;
	mutex_lock(&pci->lock);
	ret = chard_pci_buffer_new(pci, len, address);
	mutex_unlock(&pci->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_pci_buffer);

/* chard_pci_dma_end() - free all buffers; bus mastering is off, and no call is left */
void chard_pci_dma_end(struct chard_pci *pci)
{
	u32 i;

	for (i = 0; i < pci->buffer_count; i++)
		dma_free_coherent(&pci->pdev->dev, pci->buffers[i].len, pci->buffers[i].bytes,
				  pci->buffers[i].address);
}

/* Where a part of a buffer is, for the CPU; ERR_PTR. */
static void *chard_pci_bytes(const struct chard_call *call, u32 number, u64 offset,
			     unsigned long len)
{
	struct chard_pci *pci = chard_pci_of(call);
	const struct chard_pci_buffer *buffer;

	if (IS_ERR(pci))
		return pci;
	/* Before the rest: chard_pci_buffer_new() sets it behind that. */
	if (number >= smp_load_acquire(&pci->buffer_count))
		return ERR_PTR(-EINVAL);
	buffer = &pci->buffers[number];
	if (offset > buffer->len || len > buffer->len - offset)
		return ERR_PTR(-EINVAL);
	return buffer->bytes + offset;
}

/**
 * chard_pci_buffer_read() - copy from a DMA buffer; any context
 * @call: the call
 * @number: of the buffer
 * @offset: where in it
 * @to: where the bytes go
 * @len: how many
 *
 * Return: 0, -EINVAL where there is no such buffer or it has no such bytes; as chard_pci_read()
 * else.
 */
int chard_pci_buffer_read(struct chard_call *call, __u32 number, __u64 offset, void *to,
			  unsigned long len)
{
	const void *from = chard_pci_bytes(call, number, offset, len);

	if (IS_ERR(from))
		return PTR_ERR(from);
	/* What the hardware has said by a register or an interrupt is seen before. */
	dma_rmb();
	memcpy(to, from, len);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pci_buffer_read);

/**
 * chard_pci_buffer_write() - copy to a DMA buffer; any context
 * @call: the call
 * @number: of the buffer
 * @offset: where in it
 * @from: the bytes
 * @len: how many
 *
 * The hardware sees them before a register that is written later.
 *
 * Return: as chard_pci_buffer_read().
 */
int chard_pci_buffer_write(struct chard_call *call, __u32 number, __u64 offset, const void *from,
			   unsigned long len)
{
	void *to = chard_pci_bytes(call, number, offset, len);

	if (IS_ERR(to))
		return PTR_ERR(to);
	memcpy(to, from, len);
	dma_wmb();
	return 0;
}
EXPORT_SYMBOL_GPL(chard_pci_buffer_write);
