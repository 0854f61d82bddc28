// SPDX-License-Identifier: GPL-2.0
/*
 * Panics: a panic ends the call, and its caller lives on.
 *
 * The crate's panic handler calls chard_panic(), which never returns to the handler.
 * Handlers are compiled with frame pointers. chard_panic() walks them to the frame that
 * the driver's C entered (CHARD_ENTER) and returns from that frame with -EIO. The
 * values in the skipped frames are lost. The call's record lists the locks and the like
 * that the call holds, and the driver releases them as after any call.
 *
 * A panic that cannot be ended safely is a BUG, and kills the caller.
 */
#include <linux/bug.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "chard_trace.h"
#include "core.h"
#include "arch/x86_64.h"

/**
 * struct chard_way - the way back out of a panic
 * @why: why there is none; the other members are undefined then
 * @frame: the frame of the function that the driver's C entered
 * @call: the record of the call
 */
struct chard_way {
	const char *why;
	const struct chard_frame *frame;
	struct chard_call *call;
};

/* A full report now and then; chard_is_new() sees that each place has had one. */
static DEFINE_RATELIMIT_STATE(chard_reports, 5 * HZ, 5);

/* The task that is about to meet BUG(), and still formats its message. */
static struct task_struct *chard_dying;

/*
 * What is switched off now, and neither was so when the call began nor by what
 * the call holds, was switched off by code that is skipped, and would stay
 * so.
 */
static const char *chard_context(const struct chard_call *call)
{
	bool interrupts = !(call->may & CHARD_MAY_SLEEP);
	bool irqs_off = interrupts && call->may & CHARD_CALL_IRQS_OFF;
	unsigned int preempt = interrupts ? call->preempt : 0;
	unsigned int __maybe_unused pinned = interrupts ? call->pinned : 0;
	unsigned int sections = interrupts ? call->sections : 0;
	const struct chard_hold *hold;

	for (hold = call->held; hold; hold = hold->next) {
		if (hold->kind == CHARD_HOLD_RCU) {
			if (IS_ENABLED(CONFIG_PREEMPT_RCU))
				sections++;
			else
				/* rcu_read_lock() has counted it, or rcu.c. */
				preempt += PREEMPT_OFFSET;
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
	if (pagefault_disabled() && !(interrupts && call->faults_off))
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

/* True if this is the return address of a call in the handler's own code. */
static bool chard_is_handlers(const struct chard_driver *driver, unsigned long address)
{
	return address > (unsigned long)driver->text && address <= (unsigned long)driver->text_end;
}

/* True if a frame can lie at @next: above @frame, on the stack that @first is on. */
static bool chard_is_above(const struct chard_frame *first, const struct chard_frame *frame,
			   const struct chard_frame *next)
{
	return next > frame && IS_ALIGNED((unsigned long)next, sizeof(long)) &&
	       (unsigned long)(next + 1) - (unsigned long)first <= THREAD_SIZE &&
	       object_is_on_stack(next) == object_is_on_stack(first);
}

/*
 * Every skipped frame must be the handler's own: a skipped C function would not release
 * its locks, and a return probe would wait for its return for ever. An exception and a
 * change of stack are refused by the same check, since functions of the kernel lie
 * between.
 */
static void chard_walk(const struct chard_driver *driver, const struct chard_frame *first,
		       struct chard_way *way)
{
	const struct chard_frame *frame = first, *caller;
	unsigned long address;

	for (;;) {
		address = READ_ONCE_NOCHECK(frame->address);
		if (chard_is_site(driver, address))
			break;
		caller = READ_ONCE_NOCHECK(frame->caller);
		if (!chard_is_handlers(driver, address) || !chard_is_above(first, frame, caller)) {
			way->why = "behind a function of the kernel's, or a probe on a return";
			return;
		}
		frame = caller;
	}
	way->frame = frame;
	way->call = READ_ONCE_NOCHECK(frame->record);
}

/* Skips this function's frame and all up to that of the entry. */
static void __noreturn notrace chard_leave(const struct chard_way *way, long ret)
{
#ifdef CONFIG_KASAN_STACK
	/* The functions of these frames do not return and unpoison their red zones. */
	__asan_allocas_unpoison((void *)current_stack_pointer, (ssize_t)&way->frame->address);
#endif
	chard_return(way->frame, ret);
}

static noinline void chard_find_way(const struct chard_driver *driver,
				    const struct chard_frame *first, struct chard_way *way)
{
	way->why = NULL;
	if (in_nmi())
		way->why = "in an NMI";
	else
		chard_walk(driver, first, way);
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
	       device ? device->name : "without a device", (void *)way->frame->address,
	       device && driver->handler->after_panic == CHARD_AFTER_QUARANTINE
		       ? ", as do all until the device is reset"
		       : "");
	dump_stack();
}

/* What becomes of a device, one of whose calls has panicked. */
static void chard_quarantine(struct chard_device *device)
{
	/* chard_device_reset() looks at the count when it has taken the flag back. */
	atomic_long_inc(&device->panics);
	if (device->driver->handler->after_panic != CHARD_AFTER_QUARANTINE)
		return;
	chard_device_quarantine(device);
}

/**
 * chard_panicking() - a handler begins to panic; any context
 * @driver: its driver
 *
 * Return: 0 the first time; then the handler may format its message.
 */
__u32 notrace chard_panicking(const struct chard_driver *driver)
{
	struct chard_way way;

	chard_find_way(driver, __builtin_frame_address(0), &way);
	if (!way.why)
		return way.call->panicking++;
	if (READ_ONCE(chard_dying) == current)
		return 1;
	WRITE_ONCE(chard_dying, current);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_panicking);

/**
 * chard_panic() - report a panic and end its call; any context; does not return
 * @driver: the handler's driver
 * @message: the formatted message, NULL if formatting it has panicked
 * @place: where the handler panicked
 */
void notrace chard_panic(const struct chard_driver *driver, struct chard_text *message,
			 const struct chard_place *place)
{
	struct chard_device *device;
	struct chard_way way;

	chard_find_way(driver, __builtin_frame_address(0), &way);
	if (way.why) {
		chard_print_panic(driver, KERN_EMERG, message, place);
		pr_emerg("chard_%s: this is not contained: it panicked %s\n", driver->name,
			 way.why);
		WRITE_ONCE(chard_dying, NULL);
		BUG();
	}
	device = chard_call_device(way.call);
	trace_chard_panic(driver, device, place);
	chard_report(driver, &way, message, place);
	this_cpu_inc(driver->live->counts->panics);
	if (device)
		chard_quarantine(device);
	/* It may have been about to sleep; a timer may have interrupted a task that is. */
	if (!in_interrupt())
		__set_current_state(TASK_RUNNING);
	chard_leave(&way, -EIO);
}
EXPORT_SYMBOL_GPL(chard_panic);
