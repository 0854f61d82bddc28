// SPDX-License-Identifier: GPL-2.0
/*
 * What the fuzzer does: a row each, with how often, and which errors there may
 * be. Everywhere there may be EBADF, since others close files, ENODEV and ENXIO
 * where the device has gone, and EIO where a handler has panicked.
 */
#include <assert.h>

#include "fuzz.h"

#define TRANSFER EFAULT, EINVAL, EOPNOTSUPP, EAGAIN

const struct operation operations[] = {
	/* scull has nodes for one at a time, and one for callers with a terminal. */
	{ "open", op_open, 30, { ENOENT, EINVAL, ENOTDIR, ELOOP, EACCES, EAGAIN, EBUSY } },
	{ "close", op_close, 25, { 0 } },
	{ "dup", op_dup, 10, { 0 } },
	{ "share", op_share, 10, { EBUSY } },
	{ "unshare", op_unshare, 4, { 0 } },
	{ "pass", op_pass, 4, { 0 } },
	{ "fork", op_fork, 3, { EAGAIN, ENOMEM } },
	{ "stall", op_stall, 2, { 0 } },
	/* A lock that begins behind all offsets, from a position near the last. */
	{ "fcntl", op_fcntl, 15, { EINVAL, EAGAIN, EPERM, EOVERFLOW } },
	{ "proc", op_proc, 5, { ENOENT } },

	{ "read", op_read, 60, { TRANSFER } },
	{ "pread", op_pread, 60, { TRANSFER, ESPIPE } },
	{ "readv", op_readv, 40, { TRANSFER } },
	{ "preadv2", op_preadv2, 40, { TRANSFER, ESPIPE } },
	{ "write", op_write, 60, { TRANSFER, POISONED, ENOSPC, ENOMEM } },
	{ "pwrite", op_pwrite, 60, { TRANSFER, POISONED, ENOSPC, ENOMEM, ESPIPE } },
	{ "writev", op_writev, 40, { TRANSFER, POISONED, ENOSPC, ENOMEM } },
	{ "pwritev2", op_pwritev2, 40, { TRANSFER, POISONED, ENOSPC, ENOMEM, ESPIPE } },
	{ "lseek", op_lseek, 40, { EINVAL, ESPIPE, EOVERFLOW } },

	{ "ioctl_echo", op_ioctl_echo, 60, { EFAULT, EINVAL, EBUSY, ENOTTY } },
	{ "ioctl_selftest",
	  op_ioctl_selftest,
	  40,
	  { EINVAL, EIO, EDEADLK, ENOMEM, EOVERFLOW, ENOTTY } },
	{ "ioctl_shm", op_ioctl_shm, 40, { EFAULT, EINVAL, ENOTTY } },
	{ "ioctl_wait", op_ioctl_wait, 20, { EFAULT, EINVAL, EBUSY, ENOMEM, ENOTTY } },
	{ "ioctl_reverse", op_ioctl_reverse, 40, { EFAULT, EINVAL, ENOTTY } },
	{ "ioctl_random", op_ioctl_random, 40, { EFAULT, EINVAL, EBUSY, ENOTTY } },
	{ "ioctl_loud", op_ioctl_loud, 1, { EIO, ENOTTY } },
	{ "ioctl_remove", op_ioctl_remove, 1, { EINVAL, EIO, ENOTTY } },
	{ "ioctl_panic", op_ioctl_panic, 20, { EINVAL, EIO, ENOTTY } },

	{ "ioctl_scull", op_ioctl_scull, 20, { EFAULT, EINVAL, ENOTTY } },
	{ "ioctl_many",
	  op_ioctl_many,
	  30,
	  { EFAULT, EINVAL, ENOTTY, EEXIST, ENOSPC, ENOMEM, EIO } },
	{ "ioctl_armed",
	  op_ioctl_armed,
	  30,
	  { EFAULT, EINVAL, ENOTTY, EBUSY, EIO, EINTR, ENOMEM } },
	/* A removal has no answer of an event yet; a bound driver makes no devices. */
	{ "ioctl_plug",
	  op_ioctl_plug,
	  30,
	  { EFAULT, EINVAL, ENOTTY, EBUSY, EIO, EINPROGRESS, EOPNOTSUPP } },
	/* A number that is in use still is no other device's. */
	{ "bind", op_bind, 12, { ENOENT, EBUSY, ENOSPC, EINVAL, EAGAIN, ENOMEM } },
	{ "request", op_request, 12, { ENOENT, EFAULT, EINVAL } },
	/* A wait with a limit ends as well where an io_uring has work for the task. */
	{ "ioctl_types", op_ioctl_types, 30, { EFAULT, EIO, ENOTTY, ETIMEDOUT, EINTR } },
	{ "hammer", op_hammer, 20, { EFAULT, EINVAL, EIO, ENOTTY } },
	/* Under what spins a copy does not wait for its page, which a fork may have taken. */
	{ "steps", op_steps, 60, { ENOTTY, EIO, EAGAIN, EFAULT } },

	/* EIO is what debugfs says of a file that was removed. */
	{ "attribute", op_attribute, 30, { ENOENT, EACCES, EFAULT, EINVAL, EFBIG, ENODATA } },
	{ "view", op_view, 20, { ENOENT, EACCES, EFAULT, EINVAL, EFBIG, EIO } },
	{ "parameter",
	  op_parameter,
	  20,
	  { ENOENT, EACCES, EFAULT, EINVAL, ERANGE, E2BIG, ENOSPC } },
	{ "add", op_add, 20, { ENOENT, EFAULT, EINVAL, ERANGE, EEXIST, ENOSPC, ENOTTY, EIO } },
	{ "reset", op_reset, 12, { ENOENT, EINVAL, EIO } },

	{ "poll", op_poll, 10, { 0 } },
	{ "epoll", op_epoll, 6, { EPERM, ENOENT, EINVAL, EINTR } },
	{ "mmap", op_mmap, 40, { EACCES, EINVAL, EOPNOTSUPP, ENOMEM, EOVERFLOW, EFAULT } },
	{ "protect", op_protect, 8, { ENOENT, ENOMEM } },
	{ "copy_mapped",
	  op_copy_mapped,
	  20,
	  { TRANSFER, POISONED, ENOSPC, ENOMEM, EACCES, EOVERFLOW, ESPIPE } },
	{ "fsync", op_fsync, 8, { EINVAL, ESPIPE } },
	{ "splice", op_splice, 8, { POISONED, EINVAL, EAGAIN, EFAULT, ESPIPE, ENOSPC, ENOMEM } },
	{ "sendfile", op_sendfile, 8, { POISONED, EINVAL, EAGAIN, ESPIPE, EXDEV, ENOSPC, ENOMEM } },
	{ "fallocate", op_fallocate, 8, { EINVAL, EOPNOTSUPP, ESPIPE, EPERM } },
	/*
	 * A ring that was closed gives its thread work later, which ends a wait as a signal
	 * does; AIO cannot restart it.
	 */
	{ "aio", op_aio, 8, { TRANSFER, POISONED, ENOSPC, ENOMEM, EINTR } },
	{ "io_uring", op_io_uring, 4, { TRANSFER, POISONED, ENOSPC, ENOMEM } },
	/* What is left of one that waits is cancelled, or dropped with another's error. */
	{ "uring_cmd",
	  op_uring_cmd,
	  12,
	  { EINVAL, EOPNOTSUPP, EBUSY, EAGAIN, ENOMEM, EINTR, ENOSPC, ECANCELED } },
};

const unsigned int operations_count = ARRAY_SIZE(operations);
static_assert(ARRAY_SIZE(operations) <= MAX_OPERATIONS, "results have room for each row");
