/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the stand-in know of each other. */
#ifndef CHARD_HOST_H
#define CHARD_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "chard.h"

/* The highest address of user space and a byte, and the most of one transfer. */
#define TASK_SIZE_MAX 0x7ffffffff000UL
#define MAX_RW_COUNT 0x7ffff000UL

/**
 * struct chard_device - a device; all of a process are of one driver
 * @driver: its driver
 * @index: its number
 * @name: of its node
 * @refs: its node, until it is removed, and its files
 * @state: the handler's state
 * @flags: CHARD_DEVICE_GONE
 * @objects: what the handler has made that others may know of
 * @begun: what the handler starts begins at once
 * @registered: its handler was told that it is
 * @bound: the suite has bound it (host_bind())
 * @has_chip: to a chip: @data is a struct host_chip
 * @data: what the driver's own C knows of it; NULL when the binding has ended
 * @calls: of a bound device, those that the end of the binding waits for
 * @draining: it waits for them, and no further one is counted
 * @ended: the binding has ended
 * @next_bound: in the list of bindings
 *
 * @calls, @draining, @ended and @next_bound are guarded by objects_lock.
 */
struct chard_device {
	const struct chard_driver *driver;
	__u32 index;
	char name[64];
	unsigned int refs;
	void *state;
	__u32 flags;
	struct chard_object *objects;
	bool begun;
	bool registered;
	bool bound;
	bool has_chip;
	void *data;
	unsigned int calls;
	bool draining;
	bool ended;
	struct chard_device *next_bound;
};

/* In the flags of a device: it was removed. */
#define CHARD_DEVICE_GONE 1

/**
 * struct sigio - what fcntl(2) has said of signals for a file
 * @next: in the list of subscribers (O_ASYNC)
 * @owner: this process or nobody, 0 (F_SETOWN)
 * @number: of F_SETSIG, 0 for SIGIO
 * @fd: the descriptor that it was asked by
 */
struct sigio {
	struct file *next;
	pid_t owner;
	int number;
	int fd;
};

/**
 * struct file - an open file of a device
 * @refs: descriptors that stand for it, and calls that go on
 * @flags: O_*, as fcntl(2) has them
 * @mode: CHARD_FMODE_*
 * @stream: it has no position
 * @pos: its position
 * @opener: the identity that opened it
 * @caps: the capabilities that the opener had
 * @sigio: the process that it signals
 * @chard: the handler's part
 */
struct file {
	unsigned int refs;
	unsigned int flags;
	unsigned int mode;
	bool stream;
	loff_t pos;
	struct chard_ids opener;
	unsigned long long caps;
	struct sigio sigio;
	struct chard_file chard;
};

/**
 * struct iov_iter - where in the caller's memory a transfer of segments goes on
 * @iov: the segments
 * @skip: bytes of the first segment that are done
 * @count: bytes that are left
 */
struct iov_iter {
	const struct iovec *iov;
	size_t skip;
	size_t count;
};

/* The driver of the process. */
extern const struct chard_driver *chard_loaded;

static inline struct chard_device *call_device(const struct chard_call *call)
{
	return call->file ? call->file->device : call->device;
}

const struct chard_driver *chard_call_driver(const struct chard_call *call);

static inline void count(long *counter, long by)
{
	__atomic_fetch_add(counter, by, __ATOMIC_RELAXED);
}

void *memory_new(size_t size, size_t align);

void task_ids(struct chard_ids *ids);
unsigned long long task_caps(void);

bool user_ok(const void *user, size_t len);
size_t user_move(const void *user, void *own, size_t len, bool out);

long device_refusal(const struct chard_device *device);
struct chard_device *device_new(const struct chard_driver *driver, __u32 index, void *data,
				long *error);
long device_publish(struct chard_device *device);
void device_remove(struct chard_device *device);
void device_get(struct chard_device *device);
void device_put(struct chard_device *device);

void bound_drain(struct chard_device *device);
void bound_end(struct chard_device *device);
void bound_wait(struct chard_device *device);
void bindings_end(void);

long nodes_begin(const struct chard_where *where);
void nodes_close(void);
void nodes_end(void);
__u32 node_count(void);
bool node_on_region(void);
bool node_is_bound(void);
bool node_has_chips(void);
long node_reserve(__u32 index);
void node_release(__u32 index);
bool node_name(struct chard_device *device);
long node_add(struct chard_device *device);
struct chard_device *node_at(__u32 index);
struct chard_device *node_find(const char *name, long *error);

struct file *file_get(int fd);
void file_put(struct file *file);
void file_close_all(void);

long sigio_change(struct file *file, int fd, bool on);
long sigio_fcntl(struct file *file, int cmd, long arg);
void sigio_end(struct file *file);
void sigio_send(const struct chard_device *device, int code);

void commands_refuse(struct chard_device *device, long error);
void commands_end(void);

/* A page of an array, held. */
struct page {
	struct chard_object *pages;
	__u64 index;
};

bool is_mapped(const struct chard_device *device);
void mappings_end(void);

void objects_wake(void);
void objects_begin(struct chard_device *device);
void objects_stop(struct chard_device *device);
void objects_end(struct chard_device *device);

long answer(long ret);
void refuse(const char *what, unsigned long number) __attribute__((noreturn));

#endif
