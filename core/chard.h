/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a driver's C file needs: one macro that names its operations.
 *
 * The macro makes the driver's own const file_operations, whose entries call
 * the handler's symbols directly: one indirect call a system call, the VFS's,
 * as in a driver written by hand. What is not hot is in chard.ko.
 */
#ifndef CHARD_H
#define CHARD_H

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/percpu.h>
#include <linux/uio.h>

#include "chard_contract.h"

/**
 * struct chard_counts - what a driver has made and not yet unmade
 * @devices: devices
 * @files: open files
 * @states: states of devices and files that the handler has made
 * @boxes: allocations of the handler
 * @panics: panics that ended a call; these are never unmade
 *
 * Per CPU, since allocations are counted; only the sum over all means
 * something. A sum that is not zero when the driver is unregistered is a leak
 * and is reported.
 */
struct chard_counts {
	long devices;
	long files;
	long states;
	long boxes;
	long panics;
};

/* Places of panics that a driver remembers as reported. */
#define CHARD_PLACES 16

/**
 * struct chard_driver - a driver, as chard.ko knows it
 * @contract: CHARD_CONTRACT as the driver's C was built with; stays the first
 *	      member, so that it can be read whatever else changes
 * @name: the handler's name; the node is /dev/chard-NAME
 * @mode: the node's permissions, as for misc devices
 * @fops: its table
 * @handler: what the handler says of itself
 * @device_init: calls the handler's entry of that name
 * @device_exit: calls the handler's entry of that name
 * @counts: what it has made
 * @sites: where its C goes on when the handler is back; see CHARD_CALL
 * @sites_end: the end of these
 * @places: CHARD_PLACES places of panics, 0 behind the last
 */
struct chard_driver {
	u32 contract;
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
	const struct chard_handler *handler;
	long (*device_init)(void *place);
	long (*device_exit)(void *place);
	struct chard_counts __percpu *counts;
	const s32 *sites;
	const s32 *sites_end;
	atomic_long_t *places;
};

int chard_misc_register(const struct chard_driver *driver);
void chard_misc_unregister(const struct chard_driver *driver);

struct chard_file *chard_file_new(const struct chard_driver *driver, struct file *file);
void chard_file_free(const struct chard_driver *driver, struct chard_file *cf);
void chard_call_release(struct chard_call *call);

#ifdef CONFIG_UNWINDER_ORC
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
/* Without ORC nobody finds the way back, and a panic ends in BUG(). */
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
 * CHARD_CALL - enter a handler
 *
 * The only way from C into Rust, in the driver's own C alone: it makes the
 * record of the call and, when the handler is back, takes from it what the
 * handler should have given back itself. A handler that panics is back with
 * -EIO. Whatever comes to guard a call belongs here.
 */
#define CHARD_CALL(_driver, _file, _entry, ...)                       \
	({                                                            \
		struct chard_call __call = {                          \
			.file = (_file),                              \
			.driver = (_driver),                          \
		};                                                    \
		long __ret;                                           \
		/* For the types alone, which an asm does not see. */ \
		(void)sizeof(_entry(&__call, ##__VA_ARGS__));         \
		__ret = CHARD_ENTER(&__call, _entry, ##__VA_ARGS__);  \
		if (unlikely(__call.held))                            \
			chard_call_release(&__call);                  \
		__ret;                                                \
	})

/*
 * Why a device does not answer: 0 if it does. A test of one word, without a lock:
 * whoever comes just before a flag is let in.
 */
static __always_inline long chard_device_error(const struct chard_file *cf)
{
	u32 flags = READ_ONCE(*cf->flags);

	if (likely(!flags))
		return 0;
	return flags & CHARD_DEVICE_GONE ? -ENODEV : -EIO;
}

/* CHARD_OPERATE - CHARD_CALL for what a device may refuse: all but the end of a file */
#define CHARD_OPERATE(_driver, _file, _entry, ...)                             \
	({                                                                     \
		struct chard_file *__file = (_file);                           \
		long __error = chard_device_error(__file);                     \
		__error ?: CHARD_CALL(_driver, __file, _entry, ##__VA_ARGS__); \
	})

/*
 * The entries, written once. Each is inlined into a function of the driver's
 * with the handler's symbol as a constant, so that the call is direct.
 */

static __always_inline int chard_open(const struct chard_driver *driver, struct file *file,
				      long (*open)(struct chard_call *call))
{
	struct chard_file *cf = chard_file_new(driver, file);
	long ret;

	if (IS_ERR(cf))
		return PTR_ERR(cf);
	ret = CHARD_OPERATE(driver, cf, open);
	if (ret) {
		chard_file_free(driver, cf);
		return ret;
	}
	this_cpu_inc(driver->counts->states);
	return 0;
}

static __always_inline int chard_release(const struct chard_driver *driver, struct file *file,
					 long (*release)(struct chard_call *call))
{
	struct chard_file *cf = file->private_data;

	if (!CHARD_CALL(driver, cf, release))
		this_cpu_dec(driver->counts->states);
	chard_file_free(driver, cf);
	return 0;
}

/*
 * Bytes that were moved count, as read(2) and write(2) have it, even where the
 * handler met an error after them: the caller meets it again with the rest.
 */
static __always_inline ssize_t chard_move(const struct chard_driver *driver, struct kiocb *iocb,
					  struct iov_iter *iter,
					  long (*move)(struct chard_call *call,
						       struct chard_io *io))
{
	struct chard_io io = {
		.iter = iter,
		.left = iov_iter_count(iter),
		.pos = iocb->ki_pos,
		.flags = iocb->ki_flags,
	};
	long ret = CHARD_OPERATE(driver, iocb->ki_filp->private_data, move, &io);

	if (io.done) {
		iocb->ki_pos = io.pos;
		return io.done;
	}
	return ret;
}

/* The VFS takes no lock around a character device's position: as in C. */
static __always_inline loff_t chard_llseek(const struct chard_driver *driver, struct file *file,
					   loff_t offset, int whence,
					   long (*llseek)(struct chard_call *call, __s64 offset,
							  int whence, __s64 pos))
{
	loff_t pos = CHARD_OPERATE(driver, file->private_data, llseek, offset, whence, file->f_pos);

	return pos < 0 ? pos : vfs_setpos(file, pos, LLONG_MAX);
}

static __always_inline long chard_ioctl(const struct chard_driver *driver, struct file *file,
					unsigned int cmd, unsigned long arg,
					long (*ioctl)(struct chard_call *call, unsigned int cmd,
						      unsigned long arg))
{
	return CHARD_OPERATE(driver, file->private_data, ioctl, cmd, arg);
}

/*
 * An operation OP has two lines here: CHARD_ENTRY_OP, the driver's function
 * for it, and CHARD_FIELD_OP, its place in the table. open and release are in
 * every driver, since chard_file comes and goes with them.
 */
#define CHARD_ENTRY_open(name)                                                        \
	static int name##_open(struct inode *inode, struct file *file)                \
	{                                                                             \
		return chard_open(&chard_##name##_driver, file, chard_##name##_open); \
	}
#define CHARD_FIELD_open(name) .open = name##_open,

/* No operations, but entered from the driver's C as well: that is in its table of sites. */
#define CHARD_ENTRY_device(name)                                                            \
	static long name##_device_init(void *place)                                         \
	{                                                                                   \
		return CHARD_CALL(&chard_##name##_driver, NULL, chard_##name##_device_init, \
				  place);                                                   \
	}                                                                                   \
	static long name##_device_exit(void *place)                                         \
	{                                                                                   \
		return CHARD_CALL(&chard_##name##_driver, NULL, chard_##name##_device_exit, \
				  place);                                                   \
	}

#define CHARD_ENTRY_release(name)                                                           \
	static int name##_release(struct inode *inode, struct file *file)                   \
	{                                                                                   \
		return chard_release(&chard_##name##_driver, file, chard_##name##_release); \
	}
#define CHARD_FIELD_release(name) .release = name##_release,

#define CHARD_ENTRY_read_iter(name)                                                            \
	CHARD_HANDLER_read_iter(name);                                                         \
	static ssize_t name##_read_iter(struct kiocb *iocb, struct iov_iter *to)               \
	{                                                                                      \
		return chard_move(&chard_##name##_driver, iocb, to, chard_##name##_read_iter); \
	}
#define CHARD_FIELD_read_iter(name) .read_iter = name##_read_iter,

#define CHARD_ENTRY_write_iter(name)                                                              \
	CHARD_HANDLER_write_iter(name);                                                           \
	static ssize_t name##_write_iter(struct kiocb *iocb, struct iov_iter *from)               \
	{                                                                                         \
		return chard_move(&chard_##name##_driver, iocb, from, chard_##name##_write_iter); \
	}
#define CHARD_FIELD_write_iter(name) .write_iter = name##_write_iter,

#define CHARD_ENTRY_llseek(name)                                                  \
	CHARD_HANDLER_llseek(name);                                               \
	static loff_t name##_llseek(struct file *file, loff_t offset, int whence) \
	{                                                                         \
		return chard_llseek(&chard_##name##_driver, file, offset, whence, \
				    chard_##name##_llseek);                       \
	}
#define CHARD_FIELD_llseek(name) .llseek = name##_llseek,

/* One layout serves 64- and 32-bit callers: the crate admits no other payload. */
#define CHARD_ENTRY_ioctl(name)                                                                   \
	CHARD_HANDLER_ioctl(name);                                                                \
	static long name##_ioctl(struct file *file, unsigned int cmd, unsigned long arg)          \
	{                                                                                         \
		return chard_ioctl(&chard_##name##_driver, file, cmd, arg, chard_##name##_ioctl); \
	}                                                                                         \
	static long __maybe_unused name##_compat_ioctl(struct file *file, unsigned int cmd,       \
						       unsigned long arg)                         \
	{                                                                                         \
		return name##_ioctl(file, cmd, CHARD_COMPAT_ARG(arg));                            \
	}
#define CHARD_FIELD_ioctl(name) .unlocked_ioctl = name##_ioctl, CHARD_FIELD_COMPAT(name)

#ifdef CONFIG_COMPAT
#define CHARD_COMPAT_ARG(arg) ((unsigned long)compat_ptr(arg))
#define CHARD_FIELD_COMPAT(name) .compat_ioctl = name##_compat_ioctl,
#else
#define CHARD_COMPAT_ARG(arg) (arg)
#define CHARD_FIELD_COMPAT(name)
#endif

#define CHARD_ENTRY(name, op) CHARD_ENTRY_##op(name)
#define CHARD_FIELD(name, op) CHARD_FIELD_##op(name)

/**
 * CHARD_MISC_DRIVER() - a module that is one misc device, /dev/chard-NAME
 * @_name: the handler's name, an identifier
 * @_mode: the node's permissions, 0600 for root only
 * @...: the operations that the handler implements, by their names in
 *	 struct file_operations: read_iter, write_iter, llseek, ioctl (which
 *	 fills both unlocked_ioctl and compat_ioctl)
 *
 * What is not named is absent from the table, and answers as in any driver
 * that lacks it: without llseek, lseek(2) gives ESPIPE while pread(2) still
 * reaches the handler. The build fails where this list and the handler
 * differ.
 */
#define CHARD_MISC_DRIVER(_name, _mode, ...)                                                   \
	CHARD_HANDLER_DEVICE(_name);                                                           \
	extern const struct chard_driver chard_##_name##_driver;                               \
	static DEFINE_PER_CPU(struct chard_counts, _name##_counts);                            \
	static atomic_long_t _name##_places[CHARD_PLACES];                                     \
	CHARD_SITES(_name);                                                                    \
	CHARD_ENTRY_device(_name) CHARD_EACH(CHARD_ENTRY, _name, open, release)                \
		CHARD_EACH(CHARD_ENTRY, _name,                                                 \
			   ##__VA_ARGS__) static const struct file_operations _name##_fops = { \
			.owner = THIS_MODULE,                                                  \
			CHARD_EACH(CHARD_FIELD, _name, open, release)                          \
				CHARD_EACH(CHARD_FIELD, _name, ##__VA_ARGS__)                  \
		};                                                                             \
	const struct chard_driver chard_##_name##_driver = {                                   \
		.contract = CHARD_CONTRACT,                                                    \
		.name = #_name,                                                                \
		.mode = (_mode),                                                               \
		.fops = &_name##_fops,                                                         \
		.handler = &chard_##_name##_handler,                                           \
		.device_init = _name##_device_init,                                            \
		.device_exit = _name##_device_exit,                                            \
		.counts = &_name##_counts,                                                     \
		.sites = _name##_sites,                                                        \
		.sites_end = _name##_sites_end,                                                \
		.places = _name##_places,                                                      \
	};                                                                                     \
	static int __init _name##_module_init(void)                                            \
	{                                                                                      \
		return chard_misc_register(&chard_##_name##_driver);                           \
	}                                                                                      \
	module_init(_name##_module_init);                                                      \
	static void __exit _name##_module_exit(void)                                           \
	{                                                                                      \
		chard_misc_unregister(&chard_##_name##_driver);                                \
	}                                                                                      \
	module_exit(_name##_module_exit)

#endif
