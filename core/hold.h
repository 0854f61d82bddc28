/* SPDX-License-Identifier: GPL-2.0 */
/* What a call holds, for those who take it and give it back. */
#ifndef CHARD_HOLD_H
#define CHARD_HOLD_H

static inline void chard_hold_link(struct chard_call *call, struct chard_hold *hold)
{
	hold->next = call->held;
	call->held = hold;
}

/* In any order. */
static inline void chard_hold_unlink(struct chard_call *call, struct chard_hold *hold)
{
	struct chard_hold **at = &call->held;

	while (*at != hold)
		at = &(*at)->next;
	*at = hold->next;
}

/*
 * chard_hold_irqs() - the state of interrupts to bring back with what is given back
 *
 * It is that before the first one: in another order than that of taking them,
 * what this one has kept goes to the one taken after it.
 */
static inline unsigned long chard_hold_irqs(struct chard_call *call, struct chard_hold *hold)
{
	struct chard_hold *at, *later = NULL;

	for (at = call->held; at != hold; at = at->next) {
		if (at->kind & CHARD_HOLD_IRQS_OFF)
			later = at;
	}
	if (later)
		swap(hold->flags, later->flags);
	return hold->flags;
}

void chard_hold_late(struct chard_call *call);

/* Behind whatever has kept interrupts off. */
static inline void chard_hold_late_if_any(struct chard_call *call)
{
	if (unlikely(call->held))
		chard_hold_late(call);
}

static inline void chard_lock_begin(struct chard_lock *lock, __u32 kind)
{
	lock->hold.next = NULL;
	lock->hold.flags = 0;
	lock->hold.kind = kind;
	lock->holder = NULL;
	lock->poisoned = 0;
	lock->pins = 0;
}

static inline void chard_lock_link(struct chard_call *call, struct chard_lock *lock)
{
	chard_hold_link(call, &lock->hold);
	WRITE_ONCE(lock->holder, call);
}

static inline void chard_lock_unlink(struct chard_call *call, struct chard_lock *lock)
{
	chard_hold_unlink(call, &lock->hold);
	/* Who sees no holder sees whether it is pinned. */
	smp_store_release(&lock->holder, NULL);
}

static inline atomic_t *chard_pins(struct chard_lock *lock)
{
	return (atomic_t *)&lock->pins;
}

/* chard_slot_of() - where a call has the lock that it shares, NULL where it does not */
static inline struct chard_slot *chard_slot_of(struct chard_call *call,
					       const struct chard_lock *lock)
{
	struct chard_hold *hold;

	for (hold = call->held; hold; hold = hold->next) {
		struct chard_slot *slot = container_of(hold, struct chard_slot, hold);

		if (hold->kind & CHARD_HOLD_SLOT && slot->lock == lock)
			return slot;
	}
	return NULL;
}

/* chard_slot_free() - a slot that is not in use; NULL when all are */
static inline struct chard_slot *chard_slot_free(struct chard_call *call)
{
	const struct chard_hold *hold;
	unsigned int used = 0, i;

	for (hold = call->held; hold; hold = hold->next) {
		if (hold->kind & CHARD_HOLD_SLOT)
			used |= 1U << (container_of(hold, struct chard_slot, hold) - call->slots);
	}
	for (i = 0; i < CHARD_SLOTS; i++) {
		if (!(used & 1U << i))
			return &call->slots[i];
	}
	return NULL;
}

#endif
