// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's VFS does between a system call and the driver's table, in
 * its order, as of 6.1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../suite-host.h"
#include "host.h"

ssize_t __real_read(int fd, void *buffer, size_t len);
ssize_t __real_write(int fd, const void *buffer, size_t len);
ssize_t __real_pread(int fd, void *buffer, size_t len, off_t pos);
ssize_t __real_pwrite(int fd, const void *buffer, size_t len, off_t pos);
ssize_t __real_readv(int fd, const struct iovec *list, int nr);
ssize_t __real_writev(int fd, const struct iovec *list, int nr);
ssize_t __real_preadv(int fd, const struct iovec *list, int nr, off_t pos);
ssize_t __real_pwritev(int fd, const struct iovec *list, int nr, off_t pos);
ssize_t __real_preadv2(int fd, const struct iovec *list, int nr, off_t pos, int flags);
ssize_t __real_pwritev2(int fd, const struct iovec *list, int nr, off_t pos, int flags);
off_t __real_lseek(int fd, off_t offset, int whence);
int __real_ioctl(int fd, unsigned long cmd, ...);

/**
 * struct transfer - a read or a write, as the caller asks for it
 * @out: to user space: a read
 * @list: @user is a list of @len segments, not a buffer of @len bytes
 * @user: its address
 * @len: its length
 * @flags: RWF_*
 */
struct transfer {
	bool out;
	bool list;
	const void *user;
	size_t len;
	int flags;
};

/* Why a file cannot be read, or written: 0 if it can. */
static long check_move(const struct file *file, bool out)
{
	const struct chard_entries *entries = chard_loaded->entries;

	if (!(file->mode & (out ? CHARD_FMODE_READ : CHARD_FMODE_WRITE)))
		return -EBADF;
	return (out ? entries->read : entries->write) ? 0 : -EINVAL;
}

static long check_area(loff_t pos, size_t len)
{
	loff_t end;

	if ((ssize_t)len < 0 || pos < 0 || __builtin_add_overflow(pos, (loff_t)len, &end))
		return -EINVAL;
	return 0;
}

/* Moves the iov_iter's bytes, or without one those of the buffer. */
static long call_move(struct file *file, bool out, const void *buffer, struct iov_iter *iter,
		      size_t len, loff_t *pos, __u32 flags)
{
	const struct chard_entries *entries = chard_loaded->entries;
	long ret = device_refusal(file->chard.device);
	__s64 now = *pos;

	if (ret)
		return ret;
	if (chard_file_flags(file) & O_APPEND)
		flags |= CHARD_IOCB_APPEND;
	if (iter)
		ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL,
				      out ? entries->read_iter : entries->write_iter, iter, len,
				      &now, flags);
	else
		ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL, out ? entries->read : entries->write,
				      (uintptr_t)buffer, len, &now, flags);
	*pos = now;
	return ret;
}

static long move_buffer(struct file *file, const struct transfer *asked, loff_t *pos)
{
	long ret = check_move(file, asked->out);

	if (ret)
		return ret;
	if (!user_ok(asked->user, asked->len))
		return -EFAULT;
	ret = check_area(*pos, asked->len);
	if (ret)
		return ret;
	return call_move(file, asked->out, asked->user, NULL,
			 asked->len < MAX_RW_COUNT ? asked->len : MAX_RW_COUNT, pos, 0);
}

/* Copies a list of segments in and checks it: the bytes that it is long, or an error. */
static long import_list(struct iovec *to, const void *from, size_t nr)
{
	size_t i, all = 0;

	if (nr > IOV_MAX)
		return -EINVAL;
	if (nr && user_move(from, to, nr * sizeof(*to), false) != nr * sizeof(*to))
		return -EFAULT;
	for (i = 0; i < nr; i++) {
		if ((ssize_t)to[i].iov_len < 0)
			return -EINVAL;
	}
	for (i = 0; i < nr; i++) {
		if (!user_ok(to[i].iov_base, to[i].iov_len))
			return -EFAULT;
		if (to[i].iov_len > MAX_RW_COUNT - all)
			to[i].iov_len = MAX_RW_COUNT - all;
		all += to[i].iov_len;
	}
	return all;
}

static long move_list(struct file *file, const struct transfer *asked, loff_t *pos)
{
	struct iovec segments[IOV_MAX];
	struct iov_iter iter = { .iov = segments };
	long ret = import_list(segments, asked->user, asked->len);

	if (ret < 0)
		return ret;
	iter.count = ret;
	ret = check_move(file, asked->out);
	if (ret || !iter.count)
		return ret;
	ret = check_area(*pos, iter.count);
	if (ret)
		return ret;
	/* RWF_NOWAIT too: no driver of chard's promises never to sleep. */
	if (asked->flags & ~RWF_APPEND)
		return -EOPNOTSUPP;
	return call_move(file, asked->out, NULL, &iter, iter.count, pos,
			 asked->flags & RWF_APPEND ? CHARD_IOCB_APPEND : 0);
}

/*
 * Ends the reference to @file. The position is @given, or else the file's, which
 * then moves: without a lock, as the VFS has it for character devices. A stream has
 * none.
 */
static long move(struct file *file, const loff_t *given, struct transfer asked)
{
	loff_t pos = given ? *given : file->pos;
	long ret = -EINVAL;

	if (given && pos >= 0 && file->stream)
		ret = -ESPIPE;
	else if (!given || pos >= 0)
		ret = asked.list ? move_list(file, &asked, &pos) : move_buffer(file, &asked, &pos);
	if (!given && ret >= 0 && !file->stream)
		file->pos = pos;
	file_put(file);
	return answer(ret);
}

#define MOVE(name, given, ...)                                                              \
	({                                                                                  \
		struct file *file = file_get(fd);                                           \
		file ? move(file, given, (struct transfer){ __VA_ARGS__ }) : __real_##name; \
	})

ssize_t __wrap_read(int fd, void *buffer, size_t len)
{
	return MOVE(read(fd, buffer, len), NULL, true, false, buffer, len, 0);
}

ssize_t __wrap_write(int fd, const void *buffer, size_t len)
{
	return MOVE(write(fd, buffer, len), NULL, false, false, buffer, len, 0);
}

ssize_t __wrap_pread(int fd, void *buffer, size_t len, off_t pos)
{
	return MOVE(pread(fd, buffer, len, pos), &pos, true, false, buffer, len, 0);
}

ssize_t __wrap_pwrite(int fd, const void *buffer, size_t len, off_t pos)
{
	return MOVE(pwrite(fd, buffer, len, pos), &pos, false, false, buffer, len, 0);
}

ssize_t __wrap_readv(int fd, const struct iovec *list, int nr)
{
	return MOVE(readv(fd, list, nr), NULL, true, true, list, nr, 0);
}

ssize_t __wrap_writev(int fd, const struct iovec *list, int nr)
{
	return MOVE(writev(fd, list, nr), NULL, false, true, list, nr, 0);
}

ssize_t __wrap_preadv(int fd, const struct iovec *list, int nr, off_t pos)
{
	return MOVE(preadv(fd, list, nr, pos), &pos, true, true, list, nr, 0);
}

ssize_t __wrap_pwritev(int fd, const struct iovec *list, int nr, off_t pos)
{
	return MOVE(pwritev(fd, list, nr, pos), &pos, false, true, list, nr, 0);
}

/* Only these two take a position of -1, which is the file's own. */
ssize_t __wrap_preadv2(int fd, const struct iovec *list, int nr, off_t pos, int flags)
{
	return MOVE(preadv2(fd, list, nr, pos, flags), pos == -1 ? NULL : &pos, true, true, list,
		    nr, flags);
}

ssize_t __wrap_pwritev2(int fd, const struct iovec *list, int nr, off_t pos, int flags)
{
	return MOVE(pwritev2(fd, list, nr, pos, flags), pos == -1 ? NULL : &pos, false, true, list,
		    nr, flags);
}

static long device_lseek(struct file *file, off_t offset, int whence)
{
	const struct chard_driver *driver = chard_loaded;
	long pos = device_refusal(file->chard.device);

	if (whence < SEEK_SET || whence > SEEK_HOLE)
		return -EINVAL;
	if (!driver->entries->llseek || file->stream)
		return -ESPIPE;
	if (pos)
		return pos;
	pos = CHARD_CALL_FILE(file, CHARD_MAY_ALL, driver->entries->llseek, offset, whence,
			      file->pos);
	if (pos >= 0)
		file->pos = pos;
	return pos;
}

off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	struct file *file = file_get(fd);
	long ret;

	if (!file)
		return __real_lseek(fd, offset, whence);
	ret = device_lseek(file, offset, whence);
	file_put(file);
	return answer(ret);
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct chard_driver *driver = chard_loaded;
	long ret = device_refusal(file->chard.device);

	switch (cmd) {
	/* These the VFS answers itself, and no driver sees them. */
	case FIOCLEX:
	case FIONCLEX:
	case FIONBIO:
	case FIOASYNC:
	case FIOQSIZE:
		refuse("ioctl", cmd);
	}
	if (!driver->entries->unlocked_ioctl)
		return -ENOTTY;
	if (ret)
		return ret;
	ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL, driver->entries->unlocked_ioctl, cmd, arg);
	return ret == -CHARD_ENOIOCTLCMD ? -ENOTTY : ret;
}

long host_compat_ioctl(int fd, unsigned int cmd, unsigned long arg)
{
	const struct chard_driver *driver = chard_loaded;
	struct file *file = file_get(fd);
	long ret;

	if (!file)
		return -EBADF;
	/* Without one of its own, ioctl is for them as well. */
	if (!driver->entries->compat_ioctl) {
		ret = device_ioctl(file, cmd, arg);
	} else {
		ret = device_refusal(file->chard.device);
		if (!ret)
			ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL, driver->entries->compat_ioctl,
					      cmd, arg);
	}
	file_put(file);
	return ret;
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	struct file *file = file_get(fd);
	unsigned long arg;
	va_list args;
	long ret;

	va_start(args, cmd);
	arg = va_arg(args, unsigned long);
	va_end(args);
	if (!file)
		return __real_ioctl(fd, cmd, arg);
	ret = device_ioctl(file, cmd, arg);
	file_put(file);
	return answer(ret);
}
