// SPDX-License-Identifier: GPL-2.0
/* Rows: bytes and positions. */
#define _GNU_SOURCE
#include <limits.h>
#include <sys/syscall.h>

#include "../fuzz.h"
#include "chard_types.h"

/* The kernel takes no more than this at a time. */
#define MOST 0x7ffff000

static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

static __s64 pick_position(struct fuzzer *f)
{
	if (one_in(f, 10))
		return PICK(f, -1, INT64_MAX, INT64_MIN, INT64_MAX - 5, 1LL << 40, -4096,
			    UINT32_MAX, 65535, 65536, 1048575, 1048576, 1048577);
	return below(f, one_in(f, 4) ? 70000 : 400);
}

/* How many bytes a transfer has, or a multiple of: a device of records moves whole ones. */
static size_t record_of(enum device_kind kind, bool out)
{
	switch (kind) {
	case TICK:
		return out ? sizeof(__u64) : 1;
	case TYPES:
		return out ? CHARD_TYPES_STEPS * sizeof(__u16) : sizeof(struct chard_types_value);
	case PLUG:
		return out ? 1 : sizeof(__u32);
	default:
		return 1;
	}
}

/* How a transfer is asked for; all end in read_iter or write_iter. */
enum how { PLAIN, AT, VECTOR, VECTOR_AT };

static long move(struct fuzzer *f, bool out, enum how how)
{
	bool vector = how == VECTOR || how == VECTOR_AT;
	unsigned int count = vector ? 1 + below(f, 4) : 1;
	struct buffer buffers[4] = {};
	struct iovec iovs[4];
	struct file *file;
	__s64 position = pick_position(f);
	int flags = one_in(f, 3) ? PICK(f, 1, 2, 4, 8, 16, 32, 64, -1, 1 << 20) : 0;
	long long all = 0;
	long ret, claimed = count;
	int fd;

	for (unsigned int i = 0; i < count; i++) {
		buffers[i] = pick_buffer(f, pick_length(f), i, count);
		iovs[i] = (struct iovec){ buffers[i].at, buffers[i].length };
		if (buffers[i].length > LLONG_MAX - (unsigned long long)all)
			all = LLONG_MAX;
		else
			all += buffers[i].length;
	}
	if (vector && one_in(f, 30))
		claimed = PICK(f, 0, -1, 1025, INT_MAX, INT_MIN);
	/* A vector of no address, or one that ends in the midst. */
	bool bad_vector = vector && one_in(f, 40);
	struct iovec *at = bad_vector ? (struct iovec *)hostile_address(f) : iovs;

	file = pick_file(f);
	fd = one_in(f, 200) ? PICK(f, -1, 5000, INT_MAX) : file->fd;
	if (out)
		expect_output(buffers, count);
	errno = 0;
	switch (how) {
	case PLAIN:
		ret = out ? syscall(SYS_read, fd, iovs[0].iov_base, iovs[0].iov_len)
			  : syscall(SYS_write, fd, iovs[0].iov_base, iovs[0].iov_len);
		break;
	case AT:
		ret = out ? pread(fd, iovs[0].iov_base, iovs[0].iov_len, position)
			  : pwrite(fd, iovs[0].iov_base, iovs[0].iov_len, position);
		break;
	case VECTOR:
		ret = out ? readv(fd, at, claimed) : writev(fd, at, claimed);
		break;
	default:
		if (one_in(f, 4))
			position = -1; /* As readv(2): at the file's own. */
		ret = out ? preadv2(fd, at, claimed, position, flags)
			  : pwritev2(fd, at, claimed, position, flags);
	}
	ret = result(ret);
	/* With a count that lies, what lies behind the vector was used, or nothing. */
	if (ret > 0 && (ret > all || ret > MOST))
		fail(f, "%ld bytes of %lld", ret, all);
	if (ret > 0 && (bad_vector || claimed < 0 || claimed > 1024))
		fail(f, "%ld bytes by a vector that is none", ret);
	if (ret > 0 && fd == file->fd && ret % record_of(file->device->kind, out))
		fail(f, "%ld bytes %s, which are no whole records", ret, out ? "out" : "in");
	if (ret > 0)
		__atomic_add_fetch(&results->bytes, ret, __ATOMIC_RELAXED);
	/*
	 * One that has panicked does not say what it has moved before; of a value that could
	 * not be copied whole the rest may be there.
	 */
	bool unsaid = ret == -EIO || (ret == -EFAULT && gives_values(file->device->kind));

	if (out && !unsaid)
		check_output(f, buffers, count, ret > 0 ? ret : 0, file->device->kind);
	for (unsigned int i = 0; out && unsaid && i < count; i++)
		letters(&buffers[i]);
	return ret;
}

long op_read(struct fuzzer *f)
{
	return move(f, true, PLAIN);
}

long op_pread(struct fuzzer *f)
{
	return move(f, true, AT);
}

long op_readv(struct fuzzer *f)
{
	return move(f, true, VECTOR);
}

long op_preadv2(struct fuzzer *f)
{
	return move(f, true, VECTOR_AT);
}

long op_write(struct fuzzer *f)
{
	return move(f, false, PLAIN);
}

long op_pwrite(struct fuzzer *f)
{
	return move(f, false, AT);
}

long op_writev(struct fuzzer *f)
{
	return move(f, false, VECTOR);
}

long op_pwritev2(struct fuzzer *f)
{
	return move(f, false, VECTOR_AT);
}

long op_lseek(struct fuzzer *f)
{
	__s64 offset = pick_position(f);
	int whence = PICK(f, SEEK_SET, SEEK_SET, SEEK_CUR, SEEK_END, 3, 4, 5, -1, INT_MAX, INT_MIN);
	__s64 ret;

	errno = 0;
	ret = lseek(pick_fd(f), offset, whence);
	if (ret < -1)
		fail(f, "lseek gives %lld", (long long)ret);
	if (ret >= 0 && whence == SEEK_SET && ret != offset)
		fail(f, "lseek to %lld gives %lld", (long long)offset, (long long)ret);
	return ret == -1 ? -errno : 0;
}
