/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From C into Rust: the one way in, and the way out that a panic takes. For
 * drivers' own C; the core enters no handler.
 */
#ifndef CHARD_ENTER_H
#define CHARD_ENTER_H

#include "arch/x86_64.h"

/*
 * CHARD_ENTER - call a handler's symbol so that a panic can return from it
 *
 * The return address is in the driver's table of sites. A panic (core/panic.c) skips the
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
 * The bounds of a driver's table of sites: what CHARD_ENTER adds comes between
 * them, in whichever order functions are written.
 */
#define CHARD_SITES(_name)                                                        \
	extern const s32 _name##_sites[], _name##_sites_end[];                    \
	asm(".pushsection .rodata.chard_sites, 0, \"a\"\n"                        \
	    ".balign 4\n" #_name "_sites:\n"                                      \
	    ".popsection\n"                                                       \
	    ".pushsection .rodata.chard_sites, 2, \"a\"\n" #_name "_sites_end:\n" \
	    ".popsection\n")

/*
 * A record, ready for a call. What the call may need for waiting is left as it is: to
 * zero it would cost as much as all the rest. There is nothing on an entry's stack
 * that could overflow: no canary, which costs as much again.
 */
#define CHARD_UNZEROED __attribute__((uninitialized))
#define CHARD_ENTRANCE __no_stack_protector

static __always_inline void chard_call_begin(struct chard_call *call, u32 may)
{
	call->held = NULL;
	call->panicking = 0;
	call->atomic = 0;
	call->may = may;
}

/* For an open file, of which it says where the device's state is. */
static __always_inline void *chard_call_begin_file(struct chard_call *call, struct file *filp,
						   u32 may)
{
	call->file = filp->private_data;
	call->filp = filp;
	chard_call_begin(call, may);
	return call->file->place;
}

/* For a device alone; @object is the timer, work or thread that it comes by, or NULL. */
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
 * What a system call may do that the kernel makes for others, too: an exit closes files
 * when the address space has gone already, and kernel threads have none.
 */
static __always_inline u32 chard_may_here(void)
{
	return current->mm ? CHARD_MAY_ALL : CHARD_MAY_ALL & ~CHARD_MAY_COPY;
}

/*
 * CHARD_CALL - enter a handler with a record that has begun
 *
 * The only way from C into Rust, in the driver's own C alone. When the handler is
 * back, what it should have given back itself is taken from the record. A handler
 * that panics is back with -EIO. Whatever comes to guard a call belongs here.
 *
 * What is needed behind it is best taken from the record, as call.filp: a variable of the
 * caller's would cost a register to keep it in, and that one to be saved.
 */
#define CHARD_CALL(_call, _entry, ...)                                 \
	({                                                             \
		struct chard_call *__record = (_call);                 \
		long __back;                                           \
		/* For the types alone, which an asm does not see. */  \
		(void)sizeof(_entry(__record, ##__VA_ARGS__));         \
		__back = CHARD_ENTER(__record, _entry, ##__VA_ARGS__); \
		if (unlikely(__record->held))                          \
			__back = chard_call_release(__record, __back); \
		__back;                                                \
	})

/* The word of CHARD_DEVICE_* before a device's state. */
static __always_inline u32 *chard_flags_of(void *place)
{
	return (u32 *)place - 1;
}

/*
 * Why a device does not answer: 0 if it does. A test of one word, without a lock:
 * whoever comes just before a flag is let in.
 */
static __always_inline long chard_flags_error(void *place)
{
	u32 flags = READ_ONCE(*chard_flags_of(place));

	if (likely(!flags))
		return 0;
	return flags & CHARD_DEVICE_GONE ? -ENODEV : -EIO;
}

/* CHARD_OPERATE - CHARD_CALL for a file of a device, which may refuse: all but its end */
#define CHARD_OPERATE(_filp, _may, _entry, ...)                                                    \
	({                                                                                         \
		struct chard_call __call CHARD_UNZEROED;                                           \
		void *__place = chard_call_begin_file(&__call, _filp, _may);                       \
		chard_flags_error(__place) ?: CHARD_CALL(&__call, _entry, ##__VA_ARGS__, __place); \
	})

#endif
