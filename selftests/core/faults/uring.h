/* SPDX-License-Identifier: GPL-2.0 */
/* An io_uring by its system calls, for tests: one entry submitted at a time. */
#ifndef TEST_URING_H
#define TEST_URING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING_ENTRIES 8

/* Since 6.18 and 6.19 a ring has entries and completions of either size; linux/io_uring.h. */
#ifndef IORING_SETUP_CQE_MIXED
#define IORING_SETUP_CQE_MIXED 0x40000
#define IORING_CQE_F_32 0x8000
#endif
#ifndef IORING_SETUP_SQE_MIXED
#define IORING_SETUP_SQE_MIXED 0x80000
#define IORING_OP_URING_CMD128 64
#endif

/**
 * struct ring - an io_uring, by its system calls
 * @fd: its descriptor
 * @about: where in @queues what lies
 * @queues: both queues
 * @entries: what is to be submitted
 */
struct ring {
	int fd;
	struct io_uring_params about;
	void *queues;
	void *entries;
};

/* Bytes of an entry, and of a completion, of this ring. */
static inline unsigned int ring_entry_size(const struct ring *ring)
{
	return ring->about.flags & IORING_SETUP_SQE128 ? 128 : 64;
}

static inline unsigned int ring_completion_size(const struct ring *ring)
{
	return ring->about.flags & IORING_SETUP_CQE32 ? 32 : 16;
}

static inline unsigned int *ring_word(struct ring *ring, unsigned int offset)
{
	return ring->queues + offset;
}

static inline int ring_open(struct ring *ring, unsigned int flags)
{
	*ring = (struct ring){ .about.flags = flags };
	ring->fd = syscall(SYS_io_uring_setup, RING_ENTRIES, &ring->about);
	if (ring->fd < 0)
		return -errno;
	ring->queues =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	ring->entries =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
	return ring->queues == MAP_FAILED || ring->entries == MAP_FAILED ? -ENOMEM : 0;
}

/* In a ring with entries of either size a large one takes the place of two. */
static inline unsigned int ring_places(const struct io_uring_sqe *entry)
{
	return entry->opcode == IORING_OP_URING_CMD128 ? 2 : 1;
}

/* Puts one entry into the ring, with @bytes of a command's own behind its fields. */
static inline void ring_put(struct ring *ring, const struct io_uring_sqe *entry,
			    const void *payload, unsigned int bytes)
{
	unsigned int tail = *ring_word(ring, ring->about.sq_off.tail);
	unsigned int at = tail & (RING_ENTRIES - 1);
	unsigned char *to = ring->entries + at * ring_entry_size(ring);

	memcpy(to, entry, sizeof(*entry));
	memcpy(to + offsetof(struct io_uring_sqe, cmd), payload, bytes);
	ring_word(ring, ring->about.sq_off.array)[at] = at;
	__atomic_store_n(ring_word(ring, ring->about.sq_off.tail), tail + ring_places(entry),
			 __ATOMIC_RELEASE);
}

/* Submits what was put there; waits for none. How many were taken. */
static inline int ring_enter(struct ring *ring, unsigned int count)
{
	/* Where the kernel has a task that submits, it may sleep. */
	int ret = syscall(SYS_io_uring_enter, ring->fd, count, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0);

	return ret < 0 ? -errno : ret;
}

static inline int ring_submit_with(struct ring *ring, const struct io_uring_sqe *entry,
				   const void *payload, unsigned int bytes)
{
	ring_put(ring, entry, payload, bytes);
	return ring_enter(ring, ring_places(entry));
}

/* Submits one entry, which user_data tells from others; waits for none. */
static inline int ring_submit(struct ring *ring, struct io_uring_sqe entry)
{
	return ring_submit_with(ring, &entry, NULL, 0);
}

/* How many have ended that nobody has taken. */
static inline unsigned int ring_ended(struct ring *ring)
{
	syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0);
	return __atomic_load_n(ring_word(ring, ring->about.cq_off.tail), __ATOMIC_ACQUIRE) -
	       *ring_word(ring, ring->about.cq_off.head);
}

/* Waits for the next to end: its result, which it was, and its second result. */
static inline int ring_next_with(struct ring *ring, unsigned long *which, unsigned long long *extra)
{
	unsigned int *head = ring_word(ring, ring->about.cq_off.head), at;
	struct io_uring_cqe *cqe;
	int result;

	while (!ring_ended(ring))
		syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	at = *head & *ring_word(ring, ring->about.cq_off.ring_mask);
	cqe = ring->queues + ring->about.cq_off.cqes + at * ring_completion_size(ring);
	result = cqe->res;
	if (which)
		*which = cqe->user_data;
	if (extra)
		*extra = cqe->big_cqe[0];
	/* Among small ones a large completion takes the place of two. */
	__atomic_store_n(head, *head + (cqe->flags & IORING_CQE_F_32 ? 2 : 1), __ATOMIC_RELEASE);
	return result;
}

/* Waits for the next to end: its result, and which it was. */
static inline int ring_next(struct ring *ring, unsigned long *which)
{
	return ring_next_with(ring, which, NULL);
}

static inline struct io_uring_sqe ring_transfer(int opcode, int fd, void *bytes,
						unsigned int length, unsigned long which)
{
	return (struct io_uring_sqe){ .opcode = opcode,
				      .fd = fd,
				      .addr = (unsigned long)bytes,
				      .len = length,
				      .off = -1,
				      .user_data = which };
}

static inline struct io_uring_sqe ring_command(int fd, unsigned int op, unsigned long which)
{
	return (struct io_uring_sqe){
		.opcode = IORING_OP_URING_CMD, .fd = fd, .cmd_op = op, .user_data = which
	};
}

/* What it has mapped goes with the process. */
static inline void ring_close(struct ring *ring)
{
	munmap(ring->queues, 4096);
	munmap(ring->entries, 4096);
	close(ring->fd);
}

#endif
