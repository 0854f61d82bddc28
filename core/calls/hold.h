/* SPDX-License-Identifier: GPL-2.0 */
/* What a call holds, for the code that takes and releases it. */
#ifndef CHARD_HOLD_H
#define CHARD_HOLD_H

#include "core.h"

/*
 * For sparse, which looks whether each function gives back what it has taken: the call has
 * the lock from here on, and not the function; and the reverse, before it is released.
 */
#define CHARD_CALL_HAS(_lock) __release(_lock)
#define CHARD_CALL_GIVES(_lock) __acquire(_lock)

/* chard_hold_link() - the call has something, whose kind is known */
static inline void chard_hold_link(struct chard_call *call, struct chard_hold *hold)
{
	if (hold->kind & CHARD_HOLD_ATOMIC)
		call->atomic++;
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
	hold->next = NULL;
	if (hold->kind & CHARD_HOLD_ATOMIC)
		call->atomic--;
}

/* chard_call_has_lock() - whether a call holds more than its place in a queue */
static inline bool chard_call_has_lock(const struct chard_call *call)
{
	const struct chard_hold *hold = call->held;

	return hold && (hold->kind != CHARD_HOLD_WAIT || hold->next);
}

int chard_hold_refuse(const struct chard_call *call, const struct chard_hold *hold);

/* chard_hold_error() - why a call can not take one more lock, which is @hold, or 0 */
static inline int chard_hold_error(const struct chard_call *call, const struct chard_hold *hold)
{
	return likely(!call->held) ? 0 : chard_hold_refuse(call, hold);
}

/*
 * chard_hold_irqs() - the interrupt state to restore when a lock is released
 *
 * Locks may be released out of order. Pass the saved interrupt state on to the lock taken
 * after this one, so that the outermost state is restored last.
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

/**
 * struct chard_lock_way - how a lock that sleeps is taken; of a kind of lock, in a way of it
 * @try: takes it if it is free; false if it did not
 * @killable: waits, but not behind a fatal signal
 * @get: waits, whatever comes: for a call that must get through
 * @put: gives it back
 */
struct chard_lock_way {
	bool (*try)(struct chard_lock *lock);
	int (*killable)(struct chard_lock *lock);
	void (*get)(struct chard_lock *lock);
	void (*put)(struct chard_lock *lock);
};

int chard_lock_otherwise(struct chard_call *call, struct chard_lock *lock,
			 const struct chard_lock_way *way);

/* chard_lock_plainly() - whether a call waits for a lock as most do: until it is killed */
static inline bool chard_lock_plainly(const struct chard_call *call)
{
	return likely((call->may & (CHARD_MAY_WAIT | CHARD_CALL_KILLABLE | CHARD_CALL_COUNTED |
				    CHARD_CALL_AWAITED | CHARD_CALL_WORKER)) ==
		      (CHARD_MAY_WAIT | CHARD_CALL_KILLABLE));
}

void chard_hold_late(struct chard_call *call);

/* Behind whatever the call could not sleep with. */
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
	lock->poisoned = 0;
	lock->pins = 0;
}

/* chard_lock_pin() - its memory stays: a call has it, or is releasing it */
static inline void chard_lock_pin(struct chard_lock *lock)
{
	atomic_inc((atomic_t *)&lock->pins);
}

/* chard_lock_unpin() - the reverse; the last that is done to it */
static inline void chard_lock_unpin(struct chard_lock *lock)
{
	atomic_dec_return_release((atomic_t *)&lock->pins);
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
