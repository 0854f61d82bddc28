/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-fifo: bytes come out in the order in which they went in, each once.
 *
 * One pipe, shared by all files of the node. A read takes what is there and waits
 * only where there is nothing; a write of blocking files waits until all of it is
 * in, so that those of several writers may mix. There is no end of file: a task that
 * reads an empty pipe waits for the next writer. /proc/PID/fdinfo says of each file
 * what the two first ioctls do, as "fifo-fill:" and "fifo-size:".
 */
#ifndef CHARD_FIFO_H
#define CHARD_FIFO_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Bytes that the pipe holds: when loaded, and the most that can be set. */
#define CHARD_FIFO_SIZE_DEFAULT 65536
#define CHARD_FIFO_SIZE_MAX 1048576

#define CHARD_FIFO_MAGIC 0xEE

/* How many bytes wait to be read. */
#define CHARD_FIFO_GET_FILL _IOR(CHARD_FIFO_MAGIC, 1, __u64)

/* How many bytes the pipe holds. */
#define CHARD_FIFO_GET_SIZE _IOR(CHARD_FIFO_MAGIC, 2, __u64)

/*
 * Sets that; EINVAL for 0 or more than CHARD_FIFO_SIZE_MAX, EBUSY where more bytes
 * than that wait to be read, ENOMEM.
 */
#define CHARD_FIFO_SET_SIZE _IOW(CHARD_FIFO_MAGIC, 3, __u64)

/*
 * The commands of an io_uring (IORING_OP_URING_CMD, in cmd_op); EOPNOTSUPP for any
 * other.
 *
 * CHARD_FIFO_CMD_FILL ends at once with the bytes that wait to be read.
 *
 * CHARD_FIFO_CMD_WAIT ends with that as soon as they are as many as its struct asks
 * for, which follows the entry's fields (sqe->cmd), and takes none of them. EINVAL for
 * more than the pipe holds, or comes to hold, EBUSY where CHARD_FIFO_WAITS_MAX wait
 * already, ENOMEM. Its ring is what cancels it, when it is closed or its task ends.
 */
#define CHARD_FIFO_CMD_FILL 1
#define CHARD_FIFO_CMD_WAIT 2

/* How many commands may wait. */
#define CHARD_FIFO_WAITS_MAX 256

/**
 * struct chard_fifo_wait - what CHARD_FIFO_CMD_WAIT waits for
 * @bytes: so many bytes, or more, wait to be read
 */
struct chard_fifo_wait {
	__u64 bytes;
};

#endif
