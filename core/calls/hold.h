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

int chard_lock_by_tries(struct chard_call *call, struct chard_lock *lock,
			bool (*try)(struct chard_lock *lock));

/* How a call waits for a lock. */
#define CHARD_CALL_WAITS                                                                  \
	(CHARD_MAY_WAIT | CHARD_CALL_KILLABLE | CHARD_CALL_COUNTED | CHARD_CALL_AWAITED | \
	 CHARD_CALL_WORKER)

/*
 * CHARD_SLEEP_FOR() - take a lock that sleeps, in the way that the call may wait for it
 * @_call: the call, which may sleep
 * @_lock: the lock
 * @_try: takes it if it is free; false if it did not
 * @_killable: of the kernel's lock: waits, but not behind a fatal signal
 * @_get: of the kernel's lock: waits, whatever comes: for a call that must get through
 * @_of: gives the kernel's lock
 *
 * 0, or the error of chard_lock_by_tries().
 */
#define CHARD_SLEEP_FOR(_call, _lock, _of, _try, _killable, _get)                       \
	({                                                                              \
		u32 __may = (_call)->may & CHARD_CALL_WAITS;                            \
		bool __counted;                                                         \
		int __ret = 0;                                                          \
		if (likely(__may == (CHARD_MAY_WAIT | CHARD_CALL_KILLABLE))) {          \
			__ret = _killable(_of(_lock)) ? -EINTR : 0;                     \
		} else if (!(__may & CHARD_MAY_WAIT) ||                                 \
			   __may & (CHARD_CALL_AWAITED | CHARD_CALL_WORKER)) {          \
			__ret = chard_lock_by_tries(_call, _lock, _try);                \
		} else if (!(__may & CHARD_CALL_COUNTED) || !_try(_lock)) {             \
			/* Another call may keep it for as long as user space likes. */ \
			__counted = chard_bound_leave(_call);                           \
			if (__may & CHARD_CALL_KILLABLE)                                \
				__ret = _killable(_of(_lock)) ? -EINTR : 0;             \
			else                                                            \
				_get(_of(_lock));                                       \
			chard_bound_return(_call, __counted);                           \
		}                                                                       \
		__ret;                                                                  \
	})

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
