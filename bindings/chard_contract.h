/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between chard's C and a handler's Rust.
 *
 * bindgen reads this file at build time; C includes it. It names no field of
 * a kernel struct: those are opaque here, and what Rust must know of them
 * (sizes, flag values) comes as constants that the target tree's own compiler
 * has worked out (constants.c).
 *
 * Three groups: what the two sides hand each other, what a handler exports,
 * what chard.ko exports to handlers. Anything that changes here changes
 * CHARD_CONTRACT, so that modules of different sources refuse each other.
 */
#ifndef CHARD_CONTRACT_H
#define CHARD_CONTRACT_H

#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/types.h>

#include "chard_constants.h"

/*
 * Of what core, driver and handler must agree on, this header among it: the build works it
 * out of their text (contract.mk).
 */
#ifndef CHARD_CONTRACT
#define CHARD_CONTRACT CHARD_CONTRACT_HASH
#endif

struct chard_call;
struct chard_counter;
struct chard_device;
struct chard_driver;
struct chard_object;
struct chard_param;
struct chard_watch;
struct file;
struct iov_iter;
struct page;
struct poll_table_struct;

/**
 * struct chard_file - an open file of a device, as both sides see it
 * @device: the device, core's own
 * @state: the handler's state of this file
 * @watches: the queues that it has watched, core's own
 *
 * Made before the handler's open and gone after its release. Files without a
 * state, of a device without poll, have one in common.
 */
struct chard_file {
	struct chard_device *device;
	void *state;
	struct chard_watch *watches;
};

#include "chard_bus.h"
#include "chard_call.h"

/**
 * struct chard_attribute - a file of each device, in sysfs or debugfs
 * @name: its name; in sysfs FOLDER/NAME puts it into a folder
 * @mode: its permissions, as 0644; a file that may not be written does not store
 * @debugfs: not 0: in debugfs/chard/NODE, and not in sysfs
 */
struct chard_attribute {
	const char *name;
	__u32 mode;
	__u32 debugfs;
};

/**
 * struct chard_text - what an attribute shows, or is to store; what a panic says
 * @bytes: the text, without a NUL
 * @size: room for so many bytes; what is stored has none
 * @len: so many are there
 * @cut: not 0: there were more than @size
 */
struct chard_text {
	char *bytes;
	unsigned long size;
	unsigned long len;
	__u32 cut;
};

/**
 * struct chard_place - a place in a handler's source
 * @id: the same for each panic from there, and for no other; NULL if it is not known
 * @file: the name of the file, without a NUL
 * @file_len: its bytes
 * @line: from 1
 * @column: from 1
 */
struct chard_place {
	const void *id;
	const char *file;
	unsigned long file_len;
	__u32 line;
	__u32 column;
};

/**
 * struct chard_ids - ids of a task, as the first user namespace numbers them
 * @uid: the real user
 * @euid: the effective user
 * @gid: the real group
 * @egid: the effective group
 */
struct chard_ids {
	__u32 uid;
	__u32 euid;
	__u32 gid;
	__u32 egid;
};

/**
 * struct chard_task - the task that a call comes from
 * @pid: of the thread, in the first PID namespace
 * @tgid: of its process
 * @comm: its name, and zeros
 */
struct chard_task {
	__s32 pid;
	__s32 tgid;
	char comm[16];
};

/**
 * struct chard_syscall - what a system call comes with
 * @from: the caller's buffer to be read
 * @from_len: its bytes
 * @to: the caller's buffer to be written
 * @to_len: its bytes
 */
struct chard_syscall {
	__u64 from;
	__u64 from_len;
	__u64 to;
	__u64 to_len;
};

/**
 * struct chard_area - what mmap(2) asks for
 * @offset: where in the device it begins, in bytes, a multiple of the page size
 * @length: bytes, a multiple of the page size; @offset + @length does not overflow
 * @flags: CHARD_AREA_*
 * @bar: of a PCI device: one more than the number of the BAR that is mapped
 *	 (chard_pci_area()); 0 where it is pages
 */
struct chard_area {
	__u64 offset;
	__u64 length;
	__u32 flags;
	__u32 bar;
};

/* PROT_READ, PROT_WRITE, PROT_EXEC and MAP_SHARED. */
#define CHARD_AREA_READ 1
#define CHARD_AREA_WRITE 2
#define CHARD_AREA_EXEC 4
#define CHARD_AREA_SHARED 8
/* Set by the handler: mprotect(2) must not add PROT_WRITE, or PROT_EXEC, later. */
#define CHARD_AREA_NEVER_WRITE 16
#define CHARD_AREA_NEVER_EXEC 32

/**
 * struct chard_command - a command of an io_uring (IORING_OP_URING_CMD)
 * @op: what it asks for, the entry's cmd_op
 * @size: bytes of @payload: 16, or 80 in a ring of large entries
 * @payload: what goes with it; user space may change it at any time
 * @pending: made by chard_command_later(), which answers it; else NULL
 * @extra: the second result, for rings that have room for it
 * @later: not 0: the answer comes by @pending
 * @nowait: it must not sleep; where it would, EAGAIN has it come again in a worker
 */
struct chard_command {
	__u32 op;
	__u32 size;
	const void *payload;
	struct chard_object *pending;
	__u64 extra;
	__u32 later;
	__u32 nowait;
};

/**
 * struct chard_handler - what a handler says of itself
 * @contract: CHARD_CONTRACT as the handler was built with
 * @device_size: bytes of its state for each device
 * @device_align: their alignment
 * @file_size: bytes of its state for each open file
 * @file_align: their alignment
 * @after_panic: CHARD_AFTER_*, what becomes of the device when a call panics
 * @flags: CHARD_HANDLER_*
 * @attributes: its table of the devices' files
 * @attribute_count: how many these are, 0 where it has none
 */
struct chard_handler {
	__u32 contract;
	__u32 device_size;
	__u32 device_align;
	__u32 file_size;
	__u32 file_align;
	__u32 after_panic;
	__u32 flags;
	__u32 attribute_count;
	const struct chard_attribute *attributes;
};

/* It answers EIO until it is reset; it answers as before. */
#define CHARD_AFTER_QUARANTINE 0
#define CHARD_AFTER_CARRY_ON 1

/* Its reads and writes can do without sleeping (FMODE_NOWAIT). */
#define CHARD_HANDLER_NOWAIT 1

/* A device's number where any will do. */
#define CHARD_ANY 0xffffffff

#include "chard_handler.h"

/*
 * What chard.ko exports to handlers. Only the crate calls these.
 */

CHARD_NEEDS(WANTS(SLEEP))
unsigned long chard_copy_to_iter(struct chard_call *call, struct iov_iter *iter, const void *from,
				 unsigned long len);
CHARD_NEEDS(WANTS(SLEEP))
unsigned long chard_copy_from_iter(struct chard_call *call, struct iov_iter *iter, void *to,
				   unsigned long len);
CHARD_NEEDS(COPY, WANTS(SLEEP))
unsigned long chard_copy_to_user(struct chard_call *call, __u64 to, const void *from,
				 unsigned long len);
CHARD_NEEDS(COPY, WANTS(SLEEP))
unsigned long chard_copy_from_user(struct chard_call *call, void *to, __u64 from,
				   unsigned long len);
CHARD_NEEDS(COPY, WANTS(SLEEP))
int chard_put_value(struct chard_call *call, __u64 to, const void *from, unsigned long size);
CHARD_NEEDS(COPY, WANTS(SLEEP))
int chard_get_value(struct chard_call *call, void *to, __u64 from, unsigned long size);

CHARD_ANY_CONTEXT
void *chard_alloc(const struct chard_driver *driver, unsigned long size, unsigned long align,
		  int zero);
CHARD_ANY_CONTEXT
void chard_free(const struct chard_driver *driver, const void *old);

CHARD_ANY_CONTEXT
void chard_lock_init(struct chard_lock *lock, const char *name, struct chard_class *class);
CHARD_ANY_CONTEXT
void chard_lock_destroy(struct chard_lock *lock);
CHARD_ANY_CONTEXT
int chard_lock_busy(const struct chard_lock *lock);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
int chard_lock_acquire(struct chard_call *call, struct chard_lock *lock);
CHARD_NEEDS(SLEEP)
int chard_lock_try(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_lock_acquire)
void chard_lock_release(struct chard_call *call, struct chard_lock *lock);
CHARD_ANY_CONTEXT
void chard_spin_init(struct chard_lock *lock, const char *name, struct chard_class *class);
CHARD_ANY_CONTEXT
int chard_spin_acquire(struct chard_call *call, struct chard_lock *lock);
CHARD_ANY_CONTEXT
int chard_spin_try(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_spin_acquire)
void chard_spin_release(struct chard_call *call, struct chard_lock *lock);
CHARD_ANY_CONTEXT
void chard_rwsem_init(struct chard_lock *lock, const char *name, struct chard_class *class);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
int chard_rwsem_acquire(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_rwsem_acquire)
void chard_rwsem_release(struct chard_call *call, struct chard_lock *lock);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
int chard_rwsem_share(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_rwsem_share)
void chard_rwsem_unshare(struct chard_call *call, struct chard_lock *lock);
CHARD_ANY_CONTEXT
void chard_rwlock_init(struct chard_lock *lock, const char *name, struct chard_class *class);
CHARD_ANY_CONTEXT
int chard_rwlock_acquire(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_rwlock_acquire)
void chard_rwlock_release(struct chard_call *call, struct chard_lock *lock);
CHARD_ANY_CONTEXT
int chard_rwlock_share(struct chard_call *call, struct chard_lock *lock);
CHARD_BEHIND(chard_rwlock_share)
void chard_rwlock_unshare(struct chard_call *call, struct chard_lock *lock);

CHARD_ANY_CONTEXT
int chard_rcu_begin(struct chard_call *call);
CHARD_BEHIND(chard_rcu_begin)
void chard_rcu_end(struct chard_call *call);
CHARD_NEEDS(SLEEP, WAIT)
int chard_rcu_wait_error(const struct chard_call *call);
CHARD_BEHIND(chard_rcu_wait_error)
void chard_rcu_wait(void);

CHARD_ANY_CONTEXT
struct chard_object *chard_queue_new(struct chard_call *call, const char *name,
				     struct chard_class *class);
CHARD_ANY_CONTEXT
void chard_queue_wake(struct chard_call *call, struct chard_object *object, __u32 ready, int one);
CHARD_NEEDS(SLEEP)
int chard_queue_watch(struct chard_call *call, struct chard_object *object,
		      struct poll_table_struct *table);
CHARD_NEEDS(SLEEP, WAIT)
int chard_wait_begin(struct chard_call *call, struct chard_object *object, __u64 timeout);
CHARD_NEEDS(SLEEP, WAIT)
int chard_wait_sleep(struct chard_call *call);
CHARD_BEHIND(chard_wait_begin)
void chard_wait_end(struct chard_call *call);

CHARD_ANY_CONTEXT
struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token);
CHARD_ANY_CONTEXT
struct chard_object *chard_work_new(struct chard_call *call, unsigned long token);
CHARD_ANY_CONTEXT
struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token);
CHARD_NEEDS(WANTS(SLEEP, WAIT))
int chard_background_start(struct chard_call *call, struct chard_object *object, __u64 after,
			   int again);
CHARD_ANY_CONTEXT
void chard_background_cancel(struct chard_object *object);
CHARD_NEEDS(SLEEP, WAIT)
int chard_background_cancel_sync(struct chard_call *call, struct chard_object *object);
CHARD_ANY_CONTEXT
void chard_object_drop(struct chard_object *object);
CHARD_NEEDS(WANTS(SLEEP))
int chard_call_pause(const struct chard_call *call);
CHARD_NEEDS(WANTS(SLEEP))
int chard_call_check(struct chard_call *call);

CHARD_ANY_CONTEXT
void chard_command_payload(const struct chard_command *command, void *to, unsigned long len);
CHARD_ANY_CONTEXT
struct chard_object *chard_command_later(struct chard_call *call, struct chard_command *command);
CHARD_ANY_CONTEXT
int chard_command_answer(struct chard_object *object, long result, __u64 extra);
CHARD_ANY_CONTEXT
int chard_command_over(const struct chard_object *object);

CHARD_ANY_CONTEXT
__u32 chard_param_copy(const struct chard_param *param, void *to, __u32 room);

CHARD_ANY_CONTEXT
struct chard_counter *chard_counter_new(const struct chard_driver *driver);
CHARD_ANY_CONTEXT
void chard_counter_free(const struct chard_driver *driver, struct chard_counter *counter);
CHARD_ANY_CONTEXT
void chard_counter_add(struct chard_counter *counter, __s64 by);
CHARD_ANY_CONTEXT
__s64 chard_counter_sum(const struct chard_counter *counter);

CHARD_TASK_CONTEXT
void chard_call_ids(const struct chard_call *call, struct chard_ids *ids);
CHARD_TASK_CONTEXT
void chard_task_current(struct chard_task *task);
CHARD_ANY_CONTEXT
void chard_file_opener(const struct file *file, struct chard_ids *ids);
CHARD_TASK_CONTEXT
int chard_call_capable(const struct chard_call *call, __u32 cap);
CHARD_TASK_CONTEXT
int chard_file_capable(const struct file *file, __u32 cap);
CHARD_TASK_CONTEXT
__u32 chard_call_tty(const struct chard_call *call);
CHARD_ANY_CONTEXT
int chard_task_restart(void);

/* Of what nanoseconds are counted: linux/time.h has them by other numbers. */
#define CHARD_CLOCK_MONOTONIC 0
#define CHARD_CLOCK_BOOT 1
#define CHARD_CLOCK_REAL 2

CHARD_ANY_CONTEXT
__u64 chard_clock(__u32 clock);
CHARD_ANY_CONTEXT
void chard_random(void *bytes, unsigned long len);

CHARD_ANY_CONTEXT
struct chard_object *chard_pages_new(struct chard_call *call, __u64 size);
CHARD_ANY_CONTEXT
__u64 chard_pages_size(const struct chard_object *object);
CHARD_NEEDS(SLEEP)
int chard_pages_resize(struct chard_call *call, struct chard_object *object, __u64 size);
CHARD_NEEDS(SLEEP, COPY, WANTS(WAIT))
long chard_pages_read(struct chard_call *call, struct chard_object *object, __u64 to, __u64 pos,
		      unsigned long len);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
long chard_pages_read_iter(struct chard_call *call, struct chard_object *object,
			   struct iov_iter *to, __u64 pos, unsigned long len);
CHARD_NEEDS(SLEEP, COPY, WANTS(WAIT))
long chard_pages_write(struct chard_call *call, struct chard_object *object, __u64 from, __u64 pos,
		       unsigned long len);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
long chard_pages_write_iter(struct chard_call *call, struct chard_object *object,
			    struct iov_iter *from, __u64 pos, unsigned long len);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
long chard_pages_load(struct chard_call *call, struct chard_object *object, void *to, __u64 pos,
		      unsigned long len);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
long chard_pages_store(struct chard_call *call, struct chard_object *object, const void *from,
		       __u64 pos, unsigned long len);
CHARD_NEEDS(SLEEP)
int chard_pages_zero(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end);
CHARD_NEEDS(SLEEP)
int chard_pages_punch(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end);
CHARD_ANY_CONTEXT
__s64 chard_pages_seek(const struct chard_object *object, __u64 pos, int hole);
CHARD_NEEDS(SLEEP, WANTS(WAIT))
int chard_pages_get(struct chard_call *call, struct chard_object *object, __u64 index,
		    struct page **page);
CHARD_ANY_CONTEXT
void chard_page_put(const struct chard_driver *driver, struct page *page);

CHARD_ANY_CONTEXT
__u32 chard_file_flags(const struct file *file);
CHARD_ANY_CONTEXT
__u32 chard_file_mode(const struct file *file);
CHARD_ANY_CONTEXT
void chard_file_stream(struct file *file);

CHARD_ANY_CONTEXT
__u32 chard_device_index(const struct chard_call *call);
CHARD_ANY_CONTEXT
struct chard_device *chard_bound_device(const struct chard_call *call);
/* Of a kernel with CONFIG_I2C. */
CHARD_NEEDS(SLEEP, WAIT)
int chard_i2c_smbus(struct chard_call *call, __u32 write, __u8 command, __u32 size, __u32 pec,
		    __u8 *data);
CHARD_NEEDS(SLEEP, WAIT)
int chard_i2c_transfer(struct chard_call *call, const struct chard_i2c_message *messages,
		       __u32 count);
CHARD_NEEDS(SLEEP)
__u32 chard_i2c_functionality(struct chard_call *call);
/* Of a kernel with CONFIG_PCI. */
CHARD_NEEDS(SLEEP)
int chard_pci_map(struct chard_call *call, __u32 number, __u64 len, __u32 ports);
CHARD_ANY_CONTEXT
int chard_pci_read(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 *value);
CHARD_ANY_CONTEXT
int chard_pci_write(struct chard_call *call, __u32 number, __u64 offset, __u32 width, __u64 value);
CHARD_NEEDS(WANTS(SLEEP, WAIT))
int chard_poll_error(struct chard_call *call, __u64 limit);
CHARD_NEEDS(WANTS(SLEEP, WAIT))
int chard_poll_pause(struct chard_call *call, __u64 limit);
CHARD_ANY_CONTEXT
int chard_pci_area(struct chard_call *call, struct chard_area *area, __u32 number);
CHARD_NEEDS(SLEEP)
int chard_pci_interrupts(struct chard_call *call, __u32 min, __u32 max);
CHARD_NEEDS(SLEEP)
int chard_pci_dma_mask(struct chard_call *call, __u32 bits);
CHARD_NEEDS(SLEEP)
int chard_pci_buffer(struct chard_call *call, __u64 len, __u64 *address);
CHARD_ANY_CONTEXT
int chard_pci_buffer_read(struct chard_call *call, __u32 number, __u64 offset, void *to,
			  unsigned long len);
CHARD_ANY_CONTEXT
int chard_pci_buffer_write(struct chard_call *call, __u32 number, __u64 offset, const void *from,
			   unsigned long len);
CHARD_NEEDS(SLEEP, CREATE)
long chard_device_create(struct chard_call *call, __u32 index);
CHARD_ANY_CONTEXT
void chard_device_remove(const struct chard_file *cf);
CHARD_NEEDS(SLEEP, WANTS(REMOVE))
int chard_device_remove_index(struct chard_call *call, __u32 index);
CHARD_NEEDS(SLEEP)
int chard_device_uevent(struct chard_call *call, const char *const *variables);

CHARD_ANY_CONTEXT
void chard_text_add(struct chard_text *text, const char *bytes, unsigned long len);
CHARD_ANY_CONTEXT
void chard_print(const struct chard_driver *driver, __u32 level, const char *text,
		 unsigned long len);
CHARD_ANY_CONTEXT
void chard_print_device(const struct chard_call *call, __u32 level, const char *text,
			unsigned long len);
CHARD_ANY_CONTEXT
void chard_print_debug(const struct chard_driver *driver, const struct chard_call *call,
		       const void *site, const char *text, unsigned long len);
CHARD_ANY_CONTEXT
void chard_dump_stack(void);
CHARD_ANY_CONTEXT
__u32 chard_panicking(const struct chard_driver *driver);
CHARD_ANY_CONTEXT
void chard_panic(const struct chard_driver *driver, struct chard_text *message,
		 const struct chard_place *place);

#endif
