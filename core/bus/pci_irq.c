// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: interrupts. Each is an event of the handler's (OnEvent), with the vector's number.
 *
 * The handler asks for vectors in new(). The core's interrupt handler is requested when that has
 * returned, since nothing may enter a device before its state is there.
 *
 * A handler that does not answer, since its device is in quarantine or the binding ends, can not
 * acknowledge an interrupt at its hardware. So the core disables the vector, or masks INTx at the
 * PCI device: the line may be shared. For a reset and a suspend all vectors are disabled: what
 * comes meanwhile is latched, and comes to the handler when the device answers.
 *
 * INTx is masked whenever nobody has requested it, since nobody would acknowledge it.
 */
#include <linux/interrupt.h>

#include "bus/pci.h"

static irqreturn_t chard_pci_silence(struct chard_pci_vector *vector)
{
	struct pci_dev *pdev = vector->pci->pdev;

	if (!pci_dev_msi_enabled(pdev)) {
		/* It is masked, so this is another's. It may be without power: do not look. */
		if (test_bit(0, &vector->disabled))
			return IRQ_NONE;
		/* What can not be masked the kernel ends, when it has come in vain for long. */
		if (pdev->broken_intx_masking || !pci_check_and_mask_intx(pdev))
			return IRQ_NONE;
		set_bit(0, &vector->disabled);
		return IRQ_HANDLED;
	}
	if (!test_and_set_bit(0, &vector->disabled))
		disable_irq_nosync(pci_irq_vector(pdev, vector->number));
	return IRQ_HANDLED;
}

/* In a hard interrupt, or in a thread of a kernel whose locks sleep. */
static irqreturn_t chard_pci_interrupt(int irq, void *data)
{
	struct chard_pci_vector *vector = data;
	struct chard_device *device = vector->pci->device;
	long ret = chard_device_event(device, vector->number, NULL, 0);

	/* The device was suspended, and may have just been resumed. */
	if (ret == -EAGAIN && !chard_device_is_asleep(device))
		ret = chard_device_event(device, vector->number, NULL, 0);
	if (ret >= 0)
		return ret ? IRQ_HANDLED : IRQ_NONE;
	if (chard_device_error(device))
		return chard_pci_silence(vector);
	/* An error of the handler's is no answer: as in any driver, the kernel counts these. */
	if (!chard_device_is_asleep(device))
		return IRQ_NONE;
	set_bit(1, &vector->disabled);
	return chard_pci_silence(vector);
}

/* chard_pci_irq_begin() - let the interrupts enter the handler; may sleep */
int chard_pci_irq_begin(struct chard_pci *pci)
{
	u32 i;

	for (i = 0; i < pci->vector_count; i++) {
		int ret = pci_request_irq(pci->pdev, i, chard_pci_interrupt, NULL, &pci->vectors[i],
					  "%s", pci->device->name);

		if (ret)
			return ret;
		pci->requested = i + 1;
	}
	if (pci->requested && !pci_dev_msi_enabled(pci->pdev))
		pci_intx(pci->pdev, 1);
	return 0;
}

/* chard_pci_irq_end() - the reverse, and the vectors go; waits for interrupts in progress */
void chard_pci_irq_end(struct chard_pci *pci)
{
	if (!pci_dev_msi_enabled(pci->pdev))
		pci_intx(pci->pdev, 0);
	while (pci->requested) {
		pci->requested--;
		pci_free_irq(pci->pdev, pci->requested, &pci->vectors[pci->requested]);
	}
	if (pci->vector_count)
		pci_free_irq_vectors(pci->pdev);
	/* The end of MSI lets INTx through. */
	pci_intx(pci->pdev, 0);
	kfree(pci->vectors);
}

/*
 * chard_pci_quiet() - the device is to be reset, or sleeps: disable its interrupts; may sleep
 *
 * Behind this no interrupt of its is in progress, and each vector's bit says what it is.
 */
void chard_pci_quiet(struct chard_pci *pci)
{
	u32 i;

	for (i = 0; i < pci->requested; i++) {
		int irq = pci_irq_vector(pci->pdev, i);

		bool was_on = !test_and_set_bit(0, &pci->vectors[i].disabled);

		if (was_on && pci_dev_msi_enabled(pci->pdev))
			disable_irq(irq);
		else if (was_on)
			pci_intx(pci->pdev, 0);
		synchronize_irq(irq);
	}
}

/* chard_pci_answers() - behind chard_pci_quiet() the device answers: enable them; may sleep */
void chard_pci_answers(struct chard_pci *pci)
{
	u32 i;

	for (i = 0; i < pci->requested; i++) {
		/* One that has come in a suspend comes now: its vector does not repeat it. */
		if (test_and_clear_bit(1, &pci->vectors[i].disabled))
			chard_device_event(pci->device, i, NULL, 0);
		/* Before it is enabled: from then on an interrupt may disable it again. */
		if (!test_and_clear_bit(0, &pci->vectors[i].disabled))
			continue;
		if (pci_dev_msi_enabled(pci->pdev))
			enable_irq(pci_irq_vector(pci->pdev, i));
		else
			pci_intx(pci->pdev, 1);
	}
}

static int chard_pci_vectors_new(struct chard_pci *pci, u32 min, u32 max)
{
	int count, i;

	/* Behind new() they are requested already. */
	if (pci->device || pci->vector_count)
		return -EBUSY;
	count = pci_alloc_irq_vectors(pci->pdev, min, max, PCI_IRQ_ALL_TYPES);
	/* What a PCI device without MSI answers, or one without an interrupt at all. */
	if (count == -EINVAL)
		count = -ENOSPC;
	if (count < 0)
		return count;
	/* An MSI is a write of the hardware's to memory. */
	if (pci_dev_msi_enabled(pci->pdev))
		pci_set_master(pci->pdev);
	else
		pci_intx(pci->pdev, 0);
	pci->vectors = kcalloc(count, sizeof(*pci->vectors), GFP_KERNEL);
	if (!pci->vectors) {
		pci_free_irq_vectors(pci->pdev);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		pci->vectors[i].pci = pci;
		pci->vectors[i].number = i;
	}
	pci->vector_count = count;
	return count;
}

/**
 * chard_pci_interrupts() - a handler asks for interrupts in new(); may sleep
 * @call: the call
 * @min: so many vectors at least
 * @max: so many at most
 *
 * MSI-X, MSI or INTx, whichever there is, in this order.
 *
 * Return: how many there are, -ENOSPC where there are fewer than @min, -EINVAL for numbers that
 * are none, -EBUSY behind new() and for a second time, -EOPNOTSUPP where the handler has no
 * OnEvent, -ENOMEM; as chard_pci_map() else.
 */
int chard_pci_interrupts(struct chard_call *call, __u32 min, __u32 max)
{
	struct chard_pci *pci = chard_pci_of_sleeper(call);
	int ret;

	if (IS_ERR(pci))
		return PTR_ERR(pci);
	if (!chard_call_driver(call)->event)
		return -EOPNOTSUPP;
	if (!min || min > max || max > CHARD_PCI_VECTORS)
		return -EINVAL;
	mutex_lock(&pci->lock);
	ret = chard_pci_vectors_new(pci, min, max);
	mutex_unlock(&pci->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_pci_interrupts);
