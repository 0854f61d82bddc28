/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-shm: memory that processes share, by mmap(2), read(2) and write(2).
 *
 * One array of bytes, the same through all nodes and files. It is sparse: pages are
 * there once they are written to or touched in a mapping. Its size is set by an
 * ioctl alone: a write ends at the end, where it gives ENOSPC. A mapping may reach
 * beyond the end, up to CHARD_SHM_SIZE_MAX (ENXIO); a task that touches a page there gets
 * SIGBUS.
 */
#ifndef CHARD_SHM_H
#define CHARD_SHM_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Bytes: when loaded, and the most that can be set. */
#define CHARD_SHM_SIZE_DEFAULT 1048576
#define CHARD_SHM_SIZE_MAX 16777216

/**
 * struct chard_shm_range - a part of the bytes
 * @offset: where it begins, in bytes
 * @length: how long it is, in bytes; what is beyond the end is left out
 */
struct chard_shm_range {
	__u64 offset;
	__u64 length;
};

#define CHARD_SHM_MAGIC 0xEB

/* The size. */
#define CHARD_SHM_GET_SIZE _IOR(CHARD_SHM_MAGIC, 1, __u64)

/*
 * Sets it; EINVAL for more than CHARD_SHM_SIZE_MAX. What is cut off is taken away
 * from mappings, private copies included; what is added is zeros.
 */
#define CHARD_SHM_SET_SIZE _IOW(CHARD_SHM_MAGIC, 2, __u64)

/*
 * Makes a range zeros and its whole pages holes; EINVAL for a range that no position
 * ends. Private copies stay.
 */
#define CHARD_SHM_PUNCH _IOW(CHARD_SHM_MAGIC, 3, struct chard_shm_range)

/* Makes a range zeros, and leaves pages and holes as they are; EINVAL likewise. */
#define CHARD_SHM_ZERO _IOW(CHARD_SHM_MAGIC, 4, struct chard_shm_range)

#endif
