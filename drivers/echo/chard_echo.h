/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-echo: what is written is read back.
 *
 * The device is one buffer of bytes, addressed by file position and shared by
 * all its files. This header is the one source of its ioctl numbers: the
 * driver, the handler and the tests all read it.
 */
#ifndef CHARD_ECHO_H
#define CHARD_ECHO_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Bytes that the buffer may hold: when loaded, and the most that can be set. */
#define CHARD_ECHO_LIMIT_DEFAULT 65536
#define CHARD_ECHO_LIMIT_MAX 1048576

/**
 * struct chard_echo_sum - a range of the buffer and what it adds up to
 * @offset: in: where the range starts, in bytes
 * @length: in: how long it is, in bytes
 * @sum: out: the sum of the bytes in the range, each taken as 0 to 255
 * @covered: out: how many bytes of the range lie within the buffer
 */
struct chard_echo_sum {
	__u64 offset;
	__u64 length;
	__u64 sum;
	__u64 covered;
};

#define CHARD_ECHO_MAGIC 0xEC

/* Bytes in the buffer now. */
#define CHARD_ECHO_GET_SIZE _IOR(CHARD_ECHO_MAGIC, 1, __u64)

/* Empty the buffer; file positions stay. */
#define CHARD_ECHO_CLEAR _IO(CHARD_ECHO_MAGIC, 2)

/*
 * Bytes that the buffer may hold, 1 to CHARD_ECHO_LIMIT_MAX. EINVAL outside
 * that range, EBUSY below the present size.
 */
#define CHARD_ECHO_SET_LIMIT _IOW(CHARD_ECHO_MAGIC, 3, __u64)

/* Add up a range; what lies past the end is not covered and no error. */
#define CHARD_ECHO_SUM _IOWR(CHARD_ECHO_MAGIC, 4, struct chard_echo_sum)

#endif
