/* SPDX-License-Identifier: GPL-2.0 */
/* What all twins have in common, and what differs between kernels. */
#ifndef TWIN_H
#define TWIN_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/* Its name was changed in 6.5. */
#ifndef TWIN_HAS_COPY_SPLICE_READ
#define copy_splice_read generic_file_splice_read
#endif

/* It lost its first argument in 6.4. */
#ifdef TWIN_HAS_CLASS_CREATE_OF_NAME
#define twin_class_create(name) class_create(name)
#else
#define twin_class_create(name) class_create(THIS_MODULE, name)
#endif

/**
 * struct twin_bytes - what a transfer moves
 * @user: the caller's buffer, where it goes on; without @iter
 * @iter: what the VFS gives read_iter and write_iter; NULL for a buffer
 * @left: bytes that are left
 *
 * A twin has read beside read_iter, and write beside write_iter, as drivers/char/mem.c: for
 * most calls that is the faster way.
 */
struct twin_bytes {
	char __user *user;
	struct iov_iter *iter;
	size_t left;
};

#define TWIN_BUFFER(_user, _len) (&(struct twin_bytes){ (char __user *)(_user), NULL, _len })
#define TWIN_ITER(_iter) (&(struct twin_bytes){ NULL, _iter, iov_iter_count(_iter) })

/* twin_out() - to the caller; returns how many bytes were copied */
static __always_inline size_t twin_out(struct twin_bytes *to, const void *from, size_t len)
{
	size_t moved = to->iter ? copy_to_iter(from, len, to->iter)
				: len - copy_to_user(to->user, from, len);

	to->user += moved;
	to->left -= moved;
	return moved;
}

/* twin_zero() - zeros to the caller, likewise */
static __always_inline size_t twin_zero(struct twin_bytes *to, size_t len)
{
	size_t moved = to->iter ? iov_iter_zero(len, to->iter) : len - clear_user(to->user, len);

	to->user += moved;
	to->left -= moved;
	return moved;
}

/* copy_from_user() without the zeros behind what could be copied: a device has bytes there. */
static __always_inline size_t twin_raw_in(const char __user *from, void *to, size_t len)
{
	if (!access_ok(from, len))
		return 0;
	barrier_nospec();
	return len - __copy_from_user(to, from, len);
}

/* twin_in() - from the caller, likewise */
static __always_inline size_t twin_in(struct twin_bytes *from, void *to, size_t len)
{
	size_t moved = from->iter ? copy_from_iter(to, len, from->iter)
				  : twin_raw_in(from->user, to, len);

	from->user += moved;
	from->left -= moved;
	return moved;
}

/*
 * TWIN_READ, TWIN_WRITE - NAME and NAME_iter of a twin, which both inline NAME_bytes(file,
 * bytes, pos, flags)
 */
#define TWIN_READ(_linkage, _name)                                                                 \
	_linkage ssize_t _name(struct file *file, char __user *to, size_t len, loff_t *pos)        \
	{                                                                                          \
		return _name##_bytes(file, TWIN_BUFFER(to, len), pos, file->f_iocb_flags);         \
	}                                                                                          \
	_linkage ssize_t _name##_iter(struct kiocb *iocb, struct iov_iter *to)                     \
	{                                                                                          \
		return _name##_bytes(iocb->ki_filp, TWIN_ITER(to), &iocb->ki_pos, iocb->ki_flags); \
	}
#define TWIN_WRITE(_linkage, _name)                                                          \
	_linkage ssize_t _name(struct file *file, const char __user *from, size_t len,       \
			       loff_t *pos)                                                  \
	{                                                                                    \
		return _name##_bytes(file, TWIN_BUFFER(from, len), pos, file->f_iocb_flags); \
	}                                                                                    \
	_linkage ssize_t _name##_iter(struct kiocb *iocb, struct iov_iter *from)             \
	{                                                                                    \
		return _name##_bytes(iocb->ki_filp, TWIN_ITER(from), &iocb->ki_pos,          \
				     iocb->ki_flags);                                        \
	}

#endif
