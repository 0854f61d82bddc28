// SPDX-License-Identifier: GPL-2.0
/*
 * Panics: how one ends the call, and not the caller.
 *
 * The crate's panic handler comes to chard_panic(), from which nothing returns
 * to the handler. The stack is walked up to where the driver's C has called the
 * handler (CHARD_ENTER), and the driver goes on there, with -EIO and the registers
 * that a function keeps as the handler has found them. What the frames between own is
 * lost; what the call holds is in its record, which the driver releases as after any
 * call.
 *
 * What can not be ended so safely is a BUG, and ends the caller.
 */
#include <linux/bug.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "core.h"
#include "frames.h"

/**
 * struct chard_way - the way back out of a panic
 * @why: why there is none; then the rest means nothing
 * @slot: where on the stack the address of the site lies
 * @call: the record of the call
 * @kept: the registers there
 */
struct chard_way {
	const char *why;
	unsigned long *slot;
	struct chard_call *call;
	struct chard_kept kept;
};

/* A full report now and then; chard_is_new() sees that each place has had one. */
static DEFINE_RATELIMIT_STATE(chard_reports, 5 * HZ, 5);

/* Who is about to meet BUG(), and still formats its message. */
static struct task_struct *chard_dying;

/*
 * What is switched off now, and neither was so when the call began nor by what
 * the call holds, was switched off by code that nobody returns to, and would stay
 * so.
 */
static const char *chard_context(const struct chard_call *call)
{
	bool interrupts = call->flags & CHARD_CALL_INTERRUPTS, irqs_off = false;
	unsigned int preempt = interrupts ? call->preempt : 0, __maybe_unused pinned = 0;
	unsigned int sections = interrupts ? call->sections : 0;
	const struct chard_hold *hold;

	for (hold = call->held; hold; hold = hold->next) {
		if (hold->kind == CHARD_HOLD_RCU) {
			if (IS_ENABLED(CONFIG_PREEMPT_RCU))
				sections++;
			else
				preempt += PREEMPT_DISABLE_OFFSET;
		} else if (hold->kind & CHARD_HOLD_IRQS_OFF) {
			/* There it sleeps, in an RCU section, and stays on its CPU. */
			if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
				sections++;
				pinned++;
			} else {
				preempt += PREEMPT_LOCK_OFFSET;
				irqs_off = true;
			}
		}
	}
	if (preempt_count() != preempt)
		return "with preemption off";
	if (irqs_disabled() != irqs_off)
		return "with interrupts off";
	if (rcu_preempt_depth() != sections)
		return "in an RCU section";
	/* In an interrupt these are of the task that it has come to, whatever that does. */
	if (!in_task())
		return NULL;
	if (pagefault_disabled())
		return "with page faults off";
#ifdef CONFIG_SMP
	if (current->migration_disabled != pinned)
		return "with migration off";
#endif
	return NULL;
}

static bool chard_is_site(const struct chard_driver *driver, unsigned long address)
{
	const s32 *site;

	for (site = driver->sites; site < driver->sites_end; site++) {
		if ((unsigned long)site + *site == address)
			return true;
	}
	return false;
}

/*
 * Each frame on the way must be the handler's own and return to where it was
 * called from: C that is skipped would not release what it holds, and a probe
 * on a return would wait for it for ever. That holds for an exception as well,
 * and for another stack: the kernel's own functions are between.
 */
static void chard_walk(const struct chard_driver *driver, const struct chard_kept *from,
		       struct chard_way *way)
{
	struct chard_frame frame = { .registers = {
					     [CHARD_RBX] = from->rbx,
					     [CHARD_RBP] = from->rbp,
					     [CHARD_R12] = from->r12,
					     [CHARD_R13] = from->r13,
					     [CHARD_R14] = from->r14,
					     [CHARD_R15] = from->r15,
					     [CHARD_RSP] = (unsigned long)(from + 1),
					     [CHARD_RIP] = from->rip,
				     } };
	const unsigned long *found = frame.registers;

	while (chard_frame_up(driver, &frame)) {
		if (!chard_is_site(driver, found[CHARD_RIP]))
			continue;
		way->slot = (unsigned long *)found[CHARD_RSP] - 1;
		way->call = (struct chard_call *)READ_ONCE_NOCHECK(way->slot[1]);
		way->kept = (struct chard_kept){
			.rbx = found[CHARD_RBX],
			.rbp = found[CHARD_RBP],
			.r12 = found[CHARD_R12],
			.r13 = found[CHARD_R13],
			.r14 = found[CHARD_R14],
			.r15 = found[CHARD_R15],
		};
		return;
	}
	way->why = "behind a function of the kernel's, or a probe on a return";
}

/* Leaves this function's caller, and all up to the site, as they are. */
static void __noreturn notrace chard_leave(const struct chard_way *way, long ret)
{
#ifdef CONFIG_KASAN_STACK
	/* Nobody returns from these frames and takes their red zones away. */
	__asan_allocas_unpoison((void *)current_stack_pointer, (ssize_t)way->slot);
#endif
	chard_resume(&way->kept, way->slot, ret);
}

static noinline void chard_find_way(const struct chard_driver *driver,
				    const struct chard_kept *from, struct chard_way *way)
{
	way->why = NULL;
	if (driver->handler->after_panic == CHARD_AFTER_BUG)
		way->why = "and AfterPanic::Bug is what its handler wants";
	else if (in_nmi() || in_hardirq())
		way->why = "in an interrupt";
	else
		chard_walk(driver, from, way);
	if (!way->why)
		way->why = chard_context(way->call);
}

/* Whether nothing was reported from this place yet, as far as one remembers. */
static bool chard_is_new(const struct chard_driver *driver, const void *place)
{
	int i;

	for (i = 0; i < CHARD_PLACES; i++) {
		long old = atomic_long_cmpxchg(&driver->live->places[i], 0, (long)place);

		if (!old)
			return true;
		if (old == (long)place)
			return false;
	}
	return false;
}

/* What has panicked, where and why, in one line; a message that panicked itself is NULL. */
static void chard_print_panic(const struct chard_driver *driver, const char *level,
			      struct chard_text *message, const struct chard_place *place)
{
	unsigned long at;

	for (at = 0; message && at < message->len; at++) {
		if (message->bytes[at] == '\n')
			message->bytes[at] = ' ';
	}
	printk("%schard_%s: panicked at %.*s:%u:%u%s%.*s\n", level, driver->name,
	       (int)place->file_len, place->file, place->line, place->column,
	       message ? ": " : ", while the message of a panic was formatted",
	       message ? (int)message->len : 0, message ? message->bytes : "");
}

static noinline void chard_report(const struct chard_driver *driver, const struct chard_way *way,
				  struct chard_text *message, const struct chard_place *place)
{
	const struct chard_device *device = chard_call_device(way->call);
	bool often = !__ratelimit(&chard_reports);

	if (!chard_is_new(driver, place->id) && often)
		return;
	chard_print_panic(driver, KERN_ERR, message, place);
	pr_err("chard_%s: %s, in %ps: the call ends with EIO%s\n", driver->name,
	       device ? device->name : "a system call", (void *)*way->slot,
	       driver->handler->after_panic == CHARD_AFTER_QUARANTINE
		       ? ", as do all until the device is reset"
		       : "");
	dump_stack();
}

/* Those who wait for the device learn that it does not answer any more. */
static void chard_quarantine(struct chard_device *device)
{
	/* reset_store() looks at the count when it has taken the flag back. */
	atomic_long_inc(&device->panics);
	if (device->driver->handler->after_panic != CHARD_AFTER_QUARANTINE)
		return;
	if (!(atomic_fetch_or(CHARD_DEVICE_PANICKED, chard_device_flags(device)) &
	      CHARD_DEVICE_PANICKED))
		chard_device_halt(device);
}

/* chard_panicking(), of the contract, with the registers of its caller */
__u32 notrace chard_panicking_with(const struct chard_driver *driver, unsigned long a,
				   unsigned long b, unsigned long c, struct chard_kept *kept)
{
	struct chard_way way;

	chard_find_way(driver, kept, &way);
	if (!way.why)
		return way.call->panicking++;
	if (READ_ONCE(chard_dying) == current)
		return 1;
	WRITE_ONCE(chard_dying, current);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_panicking);

/* chard_panic(), likewise */
void notrace chard_panic_with(const struct chard_driver *driver, struct chard_text *message,
			      const struct chard_place *place, unsigned long c,
			      struct chard_kept *kept)
{
	struct chard_device *device;
	struct chard_way way;

	chard_find_way(driver, kept, &way);
	if (way.why) {
		chard_print_panic(driver, KERN_EMERG, message, place);
		pr_emerg("chard_%s: this is not contained: it panicked %s\n", driver->name,
			 way.why);
		WRITE_ONCE(chard_dying, NULL);
		BUG();
	}
	chard_report(driver, &way, message, place);
	this_cpu_inc(driver->live->counts->panics);
	device = chard_call_device(way.call);
	if (device)
		chard_quarantine(device);
	/* It may have been about to sleep; a timer has interrupted somebody who may be so, too. */
	if (!in_interrupt())
		__set_current_state(TASK_RUNNING);
	chard_leave(&way, -EIO);
}
EXPORT_SYMBOL_GPL(chard_panic);
