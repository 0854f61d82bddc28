/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own asynchronous requests, by their system calls. */
#ifndef CONTEXT_AIO_H
#define CONTEXT_AIO_H

#include <errno.h>
#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline int aio_setup(aio_context_t *context)
{
	return syscall(SYS_io_setup, 8, context) ? errno : 0;
}

static inline int aio_put(aio_context_t context, struct iocb *iocb, int opcode, int fd, void *bytes,
			  unsigned long length)
{
	struct iocb *list[] = { iocb };

	*iocb = (struct iocb){ .aio_lio_opcode = opcode,
			       .aio_fildes = fd,
			       .aio_buf = (unsigned long)bytes,
			       .aio_nbytes = length };
	return syscall(SYS_io_submit, context, 1, list) == 1 ? 0 : errno;
}

/* Waits for one to end. */
static inline void aio_get(aio_context_t context, struct io_event *done)
{
	struct timespec limit = { 20, 0 };

	syscall(SYS_io_getevents, context, 1, 1, done, &limit);
}

#endif
