/* SPDX-License-Identifier: GPL-2.0 */
/* An io_uring by its system calls, for tests: one entry submitted at a time. */
#ifndef TEST_URING_H
#define TEST_URING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING_ENTRIES 8

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
	struct io_uring_sqe *entries;
};

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

/* Submits one entry, which user_data tells from others; waits for none. */
static inline int ring_submit(struct ring *ring, struct io_uring_sqe entry)
{
	unsigned int tail = *ring_word(ring, ring->about.sq_off.tail);
	unsigned int at = tail & (RING_ENTRIES - 1);

	ring->entries[at] = entry;
	ring_word(ring, ring->about.sq_off.array)[at] = at;
	__atomic_store_n(ring_word(ring, ring->about.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) < 0)
		return -errno;
	return 1;
}

/* How many have ended that nobody has taken. */
static inline unsigned int ring_ended(struct ring *ring)
{
	syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0);
	return __atomic_load_n(ring_word(ring, ring->about.cq_off.tail), __ATOMIC_ACQUIRE) -
	       *ring_word(ring, ring->about.cq_off.head);
}

/* Waits for the next to end: its result, and which it was. */
static inline int ring_next(struct ring *ring, unsigned long *which)
{
	struct io_uring_cqe *cqes = ring->queues + ring->about.cq_off.cqes, cqe;
	unsigned int *head = ring_word(ring, ring->about.cq_off.head);

	while (!ring_ended(ring))
		syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	cqe = cqes[*head & *ring_word(ring, ring->about.cq_off.ring_mask)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	if (which)
		*which = cqe.user_data;
	return cqe.res;
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

/* What it has mapped goes with the process. */
static inline void ring_close(struct ring *ring)
{
	munmap(ring->queues, 4096);
	munmap(ring->entries, 4096);
	close(ring->fd);
}

#endif
