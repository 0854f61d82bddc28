/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From C into Rust: the one way in, and the way out that a panic takes. A driver's C
 * includes it; the core calls no handler itself.
 */
#ifndef CHARD_ENTER_H
#define CHARD_ENTER_H

#include <linux/fs.h>
#include <linux/percpu-refcount.h>
#include <linux/tracepoint-defs.h>

#include "arch/x86_64.h"
#include "driver.h"

/*
 * CHARD_ENTER - call a handler's symbol so that a panic can return from it
 *
 * The return address is in the driver's table of sites. A panic (core/calls/panic.c) skips the
 * handler's frames and returns there, as if the entry had returned -EIO.
 *
 * @_record is a variable, and is restored from the stack: the compiler need not keep it.
 */
#define CHARD_ENTER(...)                                                                \
	({                                                                              \
		unsigned long __ax, __si, __dx, __cx;                                   \
		CHARD_ENTER_N(__VA_ARGS__, CHARD_ENTER_5, CHARD_ENTER_4, CHARD_ENTER_3, \
			      CHARD_ENTER_2, CHARD_ENTER_1)                             \
		(__VA_ARGS__);                                                          \
		(long)__ax;                                                             \
	})
#define CHARD_ENTER_N(record, entry, a1, a2, a3, a4, a5, enter, ...) enter

/*
 * CHARD_SITES - the bounds of a driver's table of sites
 *
 * The addresses that CHARD_ENTER adds come between the two, in whichever order the
 * compiler writes the functions.
 */
#define CHARD_SITES                                                          \
	extern const s32 chard_sites[], chard_sites_end[];                   \
	asm(".pushsection .rodata.chard_sites, 0, \"a\"\n"                   \
	    ".balign 4\nchard_sites:\n"                                      \
	    ".popsection\n"                                                  \
	    ".pushsection .rodata.chard_sites, 2, \"a\"\nchard_sites_end:\n" \
	    ".popsection\n")

/*
 * An entry's record begins uninitialized: zeroing the part that a call needs only to wait
 * would cost as much as all the rest. An entry has no buffer on its stack that could
 * overflow, so it has no stack canary, which would cost as much again.
 */
#define CHARD_UNZEROED __attribute__((uninitialized))
#define CHARD_ENTRANCE __no_stack_protector

static __always_inline void chard_call_begin(struct chard_call *call, u32 may)
{
	call->held = NULL;
	call->panicking = 0;
	call->traced = 0;
	call->atomic = 0;
	call->may = may;
}

/* chard_call_begin_file() - begin a call on an open file; returns the file's device */
static __always_inline struct chard_device *chard_call_begin_file(struct chard_call *call,
								  struct file *filp, u32 may)
{
	call->file = filp->private_data;
	call->filp = filp;
	chard_call_begin(call, may);
	return call->file->device;
}

/*
 * chard_call_begin_device() - begin a call on a device, without a file
 *
 * @object is the timer, work or thread that the call comes by, or NULL.
 */
static __always_inline void chard_call_begin_device(struct chard_call *call,
						    struct chard_device *device,
						    struct chard_object *object, u32 may)
{
	call->file = NULL;
	call->device = device;
	call->object = object;
	chard_call_begin(call, may);
}

/*
 * Whether the driver's devices are bound to something that can go (chard_bound.h). The end of
 * a binding waits for the calls that are in progress, so each call of such a driver is counted;
 * those of other drivers are not.
 */
#ifdef CHARD_BOUND
#define CHARD_COUNTS_CALLS 1
#else
#define CHARD_COUNTS_CALLS 0
#endif

/*
 * chard_call_count() - count a call of a bound device; sleeps where that is possible, while the
 * device is suspended
 *
 * Return: 0; -ENODEV where the binding ends; -EAGAIN where the call can not wait for a resume;
 * -EIO where that has failed, -EINTR where the caller was killed meanwhile, -ECANCELED where the
 * call's work or thread was cancelled.
 */
static __always_inline long chard_call_count(struct chard_call *call, struct chard_device *device)
{
	if (!CHARD_COUNTS_CALLS)
		return 0;
	if (unlikely(!percpu_ref_tryget_live(&device->calls)))
		return chard_call_count_slowly(call);
	call->may |= CHARD_CALL_BOUND | CHARD_CALL_COUNTED;
	return 0;
}

/* chard_call_admit() - let a call enter the handler, or say why its device does not answer */
static __always_inline long chard_call_admit(struct chard_call *call, struct chard_device *device)
{
	return chard_device_error(device) ?: chard_call_count(call, device);
}

/* chard_call_end() - the reverse of chard_call_admit(); gives @ret back */
static __always_inline long chard_call_end(struct chard_call *call, long ret)
{
	if (CHARD_COUNTS_CALLS && call->may & CHARD_CALL_COUNTED)
		chard_call_uncount(call);
	return ret;
}

/* A call costs two no-ops where nobody traces it. */
DECLARE_TRACEPOINT(chard_enter);
DECLARE_TRACEPOINT(chard_exit);

/*
 * CHARD_CALL - call an entry of the handler with a record that has begun
 *
 * This is the only way from C into Rust, and only a driver's own C takes it. When the
 * entry returns, CHARD_CALL releases what the record still holds. An entry that panics
 * returns -EIO.
 *
 * Read what is needed afterwards from the record, as call.filp: a variable of the caller's
 * would cost a register to keep it in, and the caller would have to save that register.
 */
#define CHARD_CALL(_call, _entry, ...)                                                      \
	({                                                                                  \
		static const struct chard_traced_op __op = { &chard_this_driver, #_entry }; \
		struct chard_call *__record = (_call);                                      \
		long __back;                                                                \
		/* Compares the types alone, which an asm does not see. */                  \
		(void)sizeof(CHARD_SYMBOL(_entry)(__record, ##__VA_ARGS__));                \
		if (tracepoint_enabled(chard_enter))                                        \
			CHARD_TRACE(chard_trace_enter_keeping, &__op, __record, 0);         \
		__back = CHARD_ENTER(__record, CHARD_SYMBOL(_entry), ##__VA_ARGS__);        \
		if (unlikely(__record->held))                                               \
			__back = chard_call_release(__record, __back);                      \
		if (tracepoint_enabled(chard_exit))                                         \
			CHARD_TRACE(chard_trace_exit_keeping, &__op, __record, __back);     \
		__back;                                                                     \
	})

/* CHARD_CALL_FILE - call an entry for an open file, unless its device does not answer */
#define CHARD_CALL_FILE(_filp, _may, _entry, ...)                                             \
	({                                                                                    \
		struct chard_call __call CHARD_UNZEROED;                                      \
		struct chard_device *__device = chard_call_begin_file(&__call, _filp, _may);  \
		chard_call_admit(&__call, __device)                                           \
			?: chard_call_end(&__call, CHARD_CALL(&__call, _entry, ##__VA_ARGS__, \
							      __device->state));              \
	})

/*
 * CHARD_CALL_LIFE - call an entry of a device's life, whether it answers or not
 *
 * One that comes when no other call reaches the hardware (CHARD_CALL_BOUND) is not counted.
 */
#define CHARD_CALL_LIFE(_device, _may, _entry, ...)                                          \
	({                                                                                   \
		struct chard_call __call CHARD_UNZEROED;                                     \
		struct chard_device *__device = (_device);                                   \
		chard_call_begin_device(&__call, __device, NULL, _may);                      \
		if (!(__call.may & CHARD_CALL_BOUND))                                        \
			chard_call_count(&__call, __device);                                 \
		chard_call_end(&__call,                                                      \
			       CHARD_CALL(&__call, _entry, ##__VA_ARGS__, __device->state)); \
	})

/*
 * CHARD_CALL_DEVICE - call an entry for a device without a file, by @_object or NULL, unless
 *		       it does not answer
 */
#define CHARD_CALL_DEVICE(_device, _object, _may, _entry, ...)                                \
	({                                                                                    \
		struct chard_call __call CHARD_UNZEROED;                                      \
		struct chard_device *__device = (_device);                                    \
		chard_call_begin_device(&__call, __device, _object, _may);                    \
		chard_call_admit(&__call, __device)                                           \
			?: chard_call_end(&__call, CHARD_CALL(&__call, _entry, ##__VA_ARGS__, \
							      __device->state));              \
	})

#endif
