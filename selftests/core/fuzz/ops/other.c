// SPDX-License-Identifier: GPL-2.0
/*
 * Rows: all other calls that take a file. Where the drivers lack the operation
 * the VFS answers for them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../fuzz.h"

static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

long op_poll(struct fuzzer *f)
{
	struct pollfd files[3];
	struct timespec soon = { .tv_nsec = 1 + below(f, 1000000) };
	int ret;

	for (unsigned int i = 0; i < 3; i++)
		files[i] = (struct pollfd){ .fd = pick_fd(f), .events = draw(f) };
	errno = 0;
	ret = ppoll(files, 3, &soon, NULL);
	if (ret > 3)
		fail(f, "%d of 3 are ready", ret);
	return result(ret);
}

/* A file that is watched and goes: it must leave the set by itself. */
long op_epoll(struct fuzzer *f)
{
	struct epoll_event event = { .events = draw(f) };
	int set = epoll_create1(EPOLL_CLOEXEC);
	long ret;

	if (set < 0)
		return -errno;
	errno = 0;
	ret = result(epoll_ctl(set, PICK(f, EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, 9),
			       pick_fd(f), &event));
	if (!ret)
		ret = result(epoll_wait(set, &event, 1, below(f, 2)));
	close(set);
	return ret;
}

long op_fsync(struct fuzzer *f)
{
	int fd = pick_fd(f);
	long ret;

	errno = 0;
	switch (below(f, 4)) {
	case 0:
		ret = fsync(fd);
		break;
	case 1:
		ret = fdatasync(fd);
		break;
	case 2:
		ret = syncfs(fd);
		break;
	default:
		ret = sync_file_range(fd, below(f, 100), below(f, 100), below(f, 8));
	}
	return result(ret);
}

/* With a pipe, in either direction. */
long op_splice(struct fuzzer *f)
{
	size_t length = one_in(f, 4) ? pick_length(f) : 1 + below(f, 3000);
	int fd = pick_fd(f), ends[2], flags = below(f, 16);
	off64_t position = below(f, 1000), *at = one_in(f, 2) ? &position : NULL;
	struct buffer bytes = good_buffer(f, 1000);
	long ret;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	errno = 0;
	if (one_in(f, 2)) {
		ret = result(splice(fd, at, ends[1], NULL, length, flags));
	} else {
		ret = write(ends[1], bytes.at, bytes.length);
		ret = result(splice(ends[0], NULL, fd, at, length, flags));
	}
	if (ret > 0 && (size_t)ret > length)
		fail(f, "%ld of %zu bytes spliced", ret, length);
	close(ends[0]);
	close(ends[1]);
	return ret;
}

/* From one device to another, or to a file. */
long op_sendfile(struct fuzzer *f)
{
	int from = pick_fd(f), to = pick_fd(f);
	size_t length = below(f, 3000);
	long ret;

	errno = 0;
	if (one_in(f, 2))
		ret = sendfile(to, from, NULL, length);
	else
		ret = copy_file_range(from, NULL, to, NULL, length, 0);
	return result(ret);
}

long op_fallocate(struct fuzzer *f)
{
	int fd = pick_fd(f);
	long ret;

	errno = 0;
	switch (below(f, 4)) {
	case 0:
		ret = fallocate(fd, below(f, 128), below(f, 10000), below(f, 10000));
		break;
	case 1:
		ret = ftruncate(fd, (off_t)draw(f));
		break;
	case 2:
		ret = readahead(fd, below(f, 10000), below(f, 10000));
		break;
	default: /* This one returns its errno. */
		ret = -posix_fadvise(fd, below(f, 100), below(f, 100), below(f, 9));
		return ret;
	}
	return result(ret);
}

/* Linux's old way of asking for a transfer. */
long op_aio(struct fuzzer *f)
{
	size_t length = below(f, 2000);
	struct buffer buffer = pick_buffer(f, length, 0, 1);
	struct iocb job = {
		.aio_fildes = pick_fd(f),
		.aio_lio_opcode =
			PICK(f, IOCB_CMD_PREAD, IOCB_CMD_PWRITE, IOCB_CMD_FSYNC, IOCB_CMD_POLL),
		.aio_buf = (uintptr_t)buffer.at,
		.aio_nbytes = length,
		.aio_offset = below(f, 1000),
	};
	bool poll = job.aio_lio_opcode == IOCB_CMD_POLL;
	struct iocb *jobs[] = { &job };
	aio_context_t context = 0;
	struct io_event event;
	long ret;

	bool out = job.aio_lio_opcode == IOCB_CMD_PREAD;

	if (syscall(SYS_io_setup, 1, &context))
		return -errno;
	if (poll) {
		job.aio_buf = one_in(f, 8) ? draw(f) : below(f, 0x8000);
		job.aio_nbytes = one_in(f, 16);
		job.aio_offset = 0;
	}
	if (out)
		expect_output(&buffer, 1);
	/* What is going on is waited for in any case; so below. */
	interruptible(false);
	errno = 0;
	ret = result(syscall(SYS_io_submit, context, 1, jobs));
	/* A poll waits in the device's queues, while others change the device and remove it. */
	if (ret == 1 && poll)
		usleep(below(f, 3000));
	if (ret == 1 && !poll) {
		syscall(SYS_io_getevents, context, 1, 1, &event, NULL);
		ret = event.res;
	}
	/* Waits for what goes on, or ends it. */
	syscall(SYS_io_destroy, context);
	interruptible(true);
	if (ret > 0 && (size_t)ret > length && !poll)
		fail(f, "%ld of %zu bytes", ret, length);
	/* Which device it was is not known here: only what is outside is judged. */
	letters(&buffer);
	return ret > 0 ? 0 : ret;
}
