/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From C into Rust: the one way in, and the way out that a panic takes. For
 * drivers' own C; the core enters no handler.
 */
#ifndef CHARD_ENTER_H
#define CHARD_ENTER_H

#if defined(CONFIG_UNWINDER_ORC) && !defined(CHARD_UNGUARDED)
/*
 * CHARD_ENTER - call a handler's symbol so that a panic can come back from it
 *
 * A panic leaves the handler's frames as they are and resumes behind the call
 * (chard_panic()). So all registers that a function keeps count as changed, the
 * record of the call lies on top of the stack there, and the place is in the
 * driver's table of sites, by which it is known.
 */
#define CHARD_ENTER(_call, _entry, ...)                                                            \
	({                                                                                         \
		unsigned long __ax, __di, __si, __dx, __cx;                                        \
		asm volatile("push %%rdi\n\t"                                                      \
			     "call %P[entry]\n"                                                    \
			     "1:\n\t" ANNOTATE_NOENDBR "pop %%rdi\n\t"                             \
			     ".pushsection chard_sites, 1, \"a\"\n\t"                              \
			     ".long 1b - .\n\t"                                                    \
			     ".popsection\n"                                                       \
			     : "=a"(__ax), "=D"(__di), "=S"(__si), "=d"(__dx), "=c"(__cx),         \
			       ASM_CALL_CONSTRAINT                                                 \
			     : [entry] "i"(_entry), CHARD_ARGS(_call, ##__VA_ARGS__)               \
			     : "rbx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", \
			       "memory", "cc");                                                    \
		(long)__ax;                                                                        \
	})

/* Where an entry finds its arguments: the record, and up to three more. */
#define CHARD_ARGS_0(call) "D"(call)
#define CHARD_ARGS_1(call, a) "D"(call), "S"((unsigned long)(a))
#define CHARD_ARGS_2(call, a, b) CHARD_ARGS_1(call, a), "d"((unsigned long)(b))
#define CHARD_ARGS_3(call, a, b, c) CHARD_ARGS_2(call, a, b), "c"((unsigned long)(c))
#define CHARD_ARGS_N(a0, a1, a2, a3, args, ...) args
#define CHARD_ARGS(call, ...)                                                                     \
	CHARD_ARGS_N(call, ##__VA_ARGS__, CHARD_ARGS_3, CHARD_ARGS_2, CHARD_ARGS_1, CHARD_ARGS_0) \
	(call, ##__VA_ARGS__)
#else
/*
 * Without ORC nobody finds the way back, and with AfterPanic::Bug nobody wants
 * to: a panic ends in BUG().
 */
#define CHARD_ENTER(_call, _entry, ...) _entry(_call, ##__VA_ARGS__)
#endif

/*
 * The bounds of a driver's table of sites: what CHARD_ENTER adds comes between
 * them, in whichever order functions are written.
 */
#define CHARD_SITES(_name)                                                \
	extern const s32 _name##_sites[], _name##_sites_end[];            \
	asm(".pushsection chard_sites, 0, \"a\"\n"                        \
	    ".balign 4\n" #_name "_sites:\n"                              \
	    ".popsection\n"                                               \
	    ".pushsection chard_sites, 2, \"a\"\n" #_name "_sites_end:\n" \
	    ".popsection\n")

/*
 * A record, ready for a call. What the call may need for waiting is left as it
 * is: to zero it would cost as much as all the rest.
 */
#define CHARD_UNZEROED __attribute__((uninitialized))

static __always_inline void chard_call_begin(struct chard_call *call,
					     const struct chard_driver *driver,
					     struct chard_device *device, struct chard_file *file)
{
	call->file = file;
	call->device = device;
	call->driver = driver;
	call->held = NULL;
	call->panicking = 0;
	call->nowait = 0;
	call->preempt = 0;
	call->sections = 0;
}

/*
 * CHARD_CALL - enter a handler, for a file or, without one, for a device
 *
 * The only way from C into Rust, in the driver's own C alone: it makes the
 * record of the call and, when the handler is back, takes from it what the
 * handler should have given back itself. A handler that panics is back with
 * -EIO. Whatever comes to guard a call belongs here.
 */
#define CHARD_CALL(_driver, _device, _file, _entry, ...)                 \
	({                                                               \
		struct chard_call __call CHARD_UNZEROED;                 \
		long __ret;                                              \
		chard_call_begin(&__call, _driver, _device, _file);      \
		__ret = CHARD_CALL_WITH(&__call, _entry, ##__VA_ARGS__); \
		__ret;                                                   \
	})

/* The same with a record at hand. */
#define CHARD_CALL_WITH(_call, _entry, ...)                           \
	({                                                            \
		long __back;                                          \
		/* For the types alone, which an asm does not see. */ \
		(void)sizeof(_entry(_call, ##__VA_ARGS__));           \
		__back = CHARD_ENTER(_call, _entry, ##__VA_ARGS__);   \
		if (unlikely((_call)->held))                          \
			chard_call_release(_call);                    \
		__back;                                               \
	})

/*
 * Why a device does not answer: 0 if it does. A test of one word, without a lock:
 * whoever comes just before a flag is let in.
 */
static __always_inline long chard_flags_error(const u32 *at)
{
	u32 flags = READ_ONCE(*at);

	if (likely(!flags))
		return 0;
	return flags & CHARD_DEVICE_GONE ? -ENODEV : -EIO;
}

/* CHARD_OPERATE - CHARD_CALL for what a device may refuse: all but the end of a file */
#define CHARD_OPERATE(_driver, _file, _entry, ...)                                   \
	({                                                                           \
		struct chard_file *__file = (_file);                                 \
		long __error = chard_flags_error(__file->flags);                     \
		__error ?: CHARD_CALL(_driver, NULL, __file, _entry, ##__VA_ARGS__); \
	})

#endif
