// SPDX-License-Identifier: GPL-2.0
/*
 * User memory: what the caller of a system call hands over. The kernel copies
 * it and finds out by faulting what is not there; process_vm_readv() on the
 * process itself does the same, with the count up to the first bad byte.
 */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

#include "host.h"

/* user_ok() - whether a range is user space's, be anything there or not */
bool user_ok(const void *user, size_t len)
{
	return len <= TASK_SIZE_MAX && (unsigned long)user <= TASK_SIZE_MAX - len;
}

/*
 * user_move() - copy @len bytes to user memory (@out) or from it
 *
 * Return: how many there were before the first bad byte.
 */
size_t user_move(const void *user, void *own, size_t len, bool out)
{
	struct iovec local = { own, len }, remote = { (void *)user, len };
	ssize_t moved;

	if (!user_ok(user, len))
		return 0;
	if (out) {
		moved = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
		/* valgrind takes the other side of this call for another process. */
		if (moved > 0)
			VALGRIND_MAKE_MEM_DEFINED(user, moved);
	} else {
		moved = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	}
	return moved > 0 ? moved : 0;
}

static size_t iter_move(struct iov_iter *iter, char *own, size_t len, bool out)
{
	size_t done = 0;

	if (len > iter->count)
		len = iter->count;
	while (done < len) {
		char *base = iter->iov->iov_base;
		size_t all = iter->iov->iov_len;
		size_t part = all - iter->skip < len - done ? all - iter->skip : len - done;
		size_t moved = part ? user_move(base + iter->skip, own + done, part, out) : 0;

		done += moved;
		iter->skip += moved;
		iter->count -= moved;
		if (moved < part)
			break;
		if (iter->skip == all) {
			iter->iov++;
			iter->skip = 0;
		}
	}
	return done;
}

unsigned long chard_copy_to_iter(struct chard_call *call, struct iov_iter *iter, const void *from,
				 unsigned long len)
{
	(void)call;
	return iter_move(iter, (char *)from, len, true);
}

unsigned long chard_copy_from_iter(struct chard_call *call, struct iov_iter *iter, void *to,
				   unsigned long len)
{
	(void)call;
	return iter_move(iter, to, len, false);
}

unsigned long chard_copy_to_user(struct chard_call *call, __u64 to, const void *from,
				 unsigned long len)
{
	return call->may & CHARD_MAY_COPY ? user_move((void *)to, (void *)from, len, true) : 0;
}

unsigned long chard_copy_from_user(struct chard_call *call, void *to, __u64 from, unsigned long len)
{
	return call->may & CHARD_MAY_COPY ? user_move((void *)from, to, len, false) : 0;
}

int chard_put_value(struct chard_call *call, __u64 to, const void *from, unsigned long size)
{
	return chard_copy_to_user(call, to, from, size) != size;
}

int chard_get_value(struct chard_call *call, void *to, __u64 from, unsigned long size)
{
	return chard_copy_from_user(call, to, from, size) != size;
}
