/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the fuzzer share.
 *
 * A thread's nth operation, with all its arguments, is a function of the seed,
 * the thread's number and n alone: each begins with a generator of its own. How
 * threads meet is not, nor is what a file that was closed in between answers.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../faults/module.h"

#define PAGE 4096
#define OWN_FILES 20
/* Numbers that belong to files which all threads use; nothing else gets one. */
#define SHARED_FIRST 900
#define SHARED_FILES 20
#define MAX_THREADS 16
#define MAX_OPERATIONS 96
#define MAX_NODES 8
/* One more than there are at most. */
#define MAX_PARAMETERS 20

/* What a device is, and so what is read from it. */
enum device_kind {
	ECHO,	  /* letters, or zeros; so with SHM and FIFO */
	SELFTEST, /* "selftest\n" */
	SHM,
	FIFO,
	TICK,  /* numbers */
	TYPES, /* errnos */
	ARMED, /* nothing */
	SCULL, /* letters, or zeros */
	MANY,  /* digits */
	PLUG,  /* a number and the line's end; bound to a device of a bus */
	TEXT,  /* no device's: a file of sysfs or debugfs */
};

/* Whether what is read from it is what was written to it, or zeros. */
static inline bool keeps_letters(enum device_kind kind)
{
	return kind == ECHO || kind == SHM || kind == FIFO || kind == SCULL;
}

/* Whether a read gives one value, all of it or none. */
static inline bool gives_values(enum device_kind kind)
{
	return kind == TICK || kind == TYPES || kind == PLUG;
}

struct device {
	enum device_kind kind;
	const char *name;
	/* Its devices are in /sys/class/CLASS/NODE. */
	const char *class;
	const char *nodes[MAX_NODES];
	/* Made by mknod: an inode of the first node that outlives the device. */
	const char *second;
	const char *module;
	const char *ko;
	/* In /sys/devices, of a region. */
	const char *parent;
	/* What it is loaded with, and what it is not; and files of them. */
	const char *parameters[MAX_PARAMETERS];
	const char *refused[MAX_PARAMETERS];
	const char *files[MAX_PARAMETERS];
	/* Moves on when its files are to be closed, since it is to be unloaded. */
	unsigned int drained;
};

struct file {
	int fd;
	struct device *device;
	/* The drained of its device when it was opened. */
	unsigned int since;
};

/* What becomes of a page that somebody waits for: the server's business. */
struct slow {
	int uffd;
	char *pages;
};

struct fuzzer {
	unsigned int number;
	/* While they can be interrupted, it and its child. */
	pid_t tid, child_pid;
	__u64 operation;
	__u64 random;
	const struct operation *now;
	/* What it was about last. */
	const struct device *device;
	struct file own[OWN_FILES];
	/* WRITABLE bytes, READ_ONLY bytes, then nothing; nothing before either. */
	char *arena;
	struct slow slow;
	bool child;
};

#define WRITABLE (64 * PAGE)
#define READ_ONLY PAGE
#define SLOW (4 * PAGE)

/* In a row: EIO, of the device of types, where a step may have forgotten a guard of a lock. */
#define POISONED (-1)

/* A row of the table: result or -errno, and which errnos there may be. */
struct operation {
	const char *name;
	long (*run)(struct fuzzer *f);
	unsigned int weight;
	int errors[20];
};

extern const struct operation operations[];
extern const unsigned int operations_count;

/* Shared with children, so that what they find counts. */
struct results {
	unsigned long calls[MAX_OPERATIONS];
	unsigned long good[MAX_OPERATIONS];
	unsigned long failures;
	char first[300];
	unsigned long stopped_copies;
	unsigned long removals, reloads, busy, refusals;
	unsigned long children, killed, by_children, stalls;
	unsigned long bytes;
};

struct options {
	__u64 seed;
	unsigned int seconds;
	unsigned int threads;
	unsigned long ops, least;
	bool panics;
	bool kcov;
};

extern struct options options;
extern struct results *results;
extern struct fuzzer fuzzers[];
extern struct device devices[];
extern unsigned int devices_count;
extern struct file shared_files[SHARED_FILES];

static inline unsigned long count(unsigned long *what)
{
	return __atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

/* Random numbers (splitmix64). */
static inline __u64 mix(__u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static inline __u64 draw(struct fuzzer *f)
{
	f->random += 0x9e3779b97f4a7c15;
	return mix(f->random);
}

static inline unsigned int below(struct fuzzer *f, unsigned int bound)
{
	return draw(f) % bound;
}

static inline bool one_in(struct fuzzer *f, unsigned int bound)
{
	return !below(f, bound);
}

static inline __s64 pick(struct fuzzer *f, const __s64 *list, unsigned int count)
{
	return list[below(f, count)];
}

/* One of a list. */
#define LIST(...) ((const __s64[]){ __VA_ARGS__ })
#define PICK(f, ...) pick(f, LIST(__VA_ARGS__), sizeof(LIST(__VA_ARGS__)) / sizeof(__s64))

static inline void begin(struct fuzzer *f, __u64 operation)
{
	f->operation = operation;
	f->random = mix(options.seed ^ mix(f->number + 1)) + mix(operation + 1);
}

/* Says what must not be, with how to do it again. */
void fail(struct fuzzer *f, const char *format, ...);
/* One operation, judged; @f->random is set. */
void one_operation(struct fuzzer *f);
bool stopped(void);
/* Ends the wait of a task for something that may never come: EINTR. */
void interrupt_all(void);
void interruptible(bool on);

/* devices.c */
struct file *pick_file(struct fuzzer *f);
struct file *pick_file_of(struct fuzzer *f, enum device_kind kind);
int patient(struct fuzzer *f, const struct device *device, int flags);
void devices_wake(void);
void show_stacks(void);
struct file *pick_slot(struct fuzzer *f);
void open_file(struct fuzzer *f, struct file *file);
const char *pick_name(struct fuzzer *f, const struct device *device);
void pick_node(struct fuzzer *f, const struct device *device, char *path, size_t size);
bool is_of(const struct stat *file, const struct device *device);
int pick_fd(struct fuzzer *f);
void close_file(struct file *file);
void close_drained(struct fuzzer *f);
bool devices_refuse(struct fuzzer *f);
bool devices_load(struct fuzzer *f);
bool devices_unload(void);
void manage(struct fuzzer *f);
bool devices_answer(struct fuzzer *f);

/* memory.c: all bytes that are written are of this alphabet. */
#define FIRST_LETTER 'A'
#define LETTERS 16
#define UNTOUCHED 0xee

struct buffer {
	char *at;
	size_t length;
	/* The part of the arena around it that is looked at; maybe empty. */
	unsigned char *from, *to;
	bool slow;
};

void memory_init(struct fuzzer *f);
void memory_exit(struct fuzzer *f);
char *hostile_address(struct fuzzer *f);
size_t pick_length(struct fuzzer *f);
/* In the @part th of @parts pieces of the arena, or somewhere bad. */
struct buffer pick_buffer(struct fuzzer *f, size_t length, unsigned int part, unsigned int parts);
/* In the arena for certain. */
struct buffer good_buffer(struct fuzzer *f, size_t length);
/* Before and behind a call that writes to user space. */
void expect_output(struct buffer *buffers, unsigned int count);
void check_output(struct fuzzer *f, struct buffer *buffers, unsigned int count, size_t moved,
		  enum device_kind kind);
bool is_letter(unsigned char byte, enum device_kind kind);
void letters(struct buffer *buffer);
void *serve_slow(void *fuzzers);

/* ops/ioctl.c */
long control(int fd, unsigned int cmd, void *argument);
long control_with(struct fuzzer *f, enum device_kind kind, unsigned int cmd, const void *payload);

/* kcov.c */
void kcov_init(void);
void kcov_child(void);
void kcov_loaded(const char *module);
void kcov_unloaded(void);
void kcov_begin(void);
void kcov_end(void);
void kcov_print(void);

/* The rows. */
long op_open(struct fuzzer *f);
long op_close(struct fuzzer *f);
long op_dup(struct fuzzer *f);
long op_share(struct fuzzer *f);
long op_unshare(struct fuzzer *f);
long op_pass(struct fuzzer *f);
long op_fork(struct fuzzer *f);
long op_stall(struct fuzzer *f);
long op_fcntl(struct fuzzer *f);
long op_proc(struct fuzzer *f);
long op_read(struct fuzzer *f);
long op_pread(struct fuzzer *f);
long op_readv(struct fuzzer *f);
long op_preadv2(struct fuzzer *f);
long op_write(struct fuzzer *f);
long op_pwrite(struct fuzzer *f);
long op_writev(struct fuzzer *f);
long op_pwritev2(struct fuzzer *f);
long op_lseek(struct fuzzer *f);
long op_ioctl_echo(struct fuzzer *f);
long op_ioctl_selftest(struct fuzzer *f);
long op_ioctl_shm(struct fuzzer *f);
long op_ioctl_wait(struct fuzzer *f);
long op_ioctl_reverse(struct fuzzer *f);
long op_ioctl_random(struct fuzzer *f);
long op_ioctl_loud(struct fuzzer *f);
long op_ioctl_remove(struct fuzzer *f);
long op_ioctl_panic(struct fuzzer *f);
long op_ioctl_scull(struct fuzzer *f);
long op_ioctl_many(struct fuzzer *f);
long op_ioctl_armed(struct fuzzer *f);
long op_ioctl_types(struct fuzzer *f);
long op_ioctl_plug(struct fuzzer *f);
long op_bind(struct fuzzer *f);
long op_request(struct fuzzer *f);
long op_hammer(struct fuzzer *f);
long op_steps(struct fuzzer *f);
long op_attribute(struct fuzzer *f);
long op_view(struct fuzzer *f);
long op_parameter(struct fuzzer *f);
long op_add(struct fuzzer *f);
long op_reset(struct fuzzer *f);
long op_poll(struct fuzzer *f);
long op_epoll(struct fuzzer *f);
long op_mmap(struct fuzzer *f);
long op_protect(struct fuzzer *f);
long op_copy_mapped(struct fuzzer *f);
long op_fsync(struct fuzzer *f);
long op_splice(struct fuzzer *f);
long op_sendfile(struct fuzzer *f);
long op_fallocate(struct fuzzer *f);
long op_aio(struct fuzzer *f);
long op_io_uring(struct fuzzer *f);
long op_uring_cmd(struct fuzzer *f);

#endif
