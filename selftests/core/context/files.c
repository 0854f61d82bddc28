// SPDX-License-Identifier: GPL-2.0
/* Calls of a file, by the file's own system calls, as another user than its opener. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../faults/uring.h"
#include "aio.h"
#include "test.h"

#define BYTES 64

static char bytes[BYTES];

int call_open(int fd, const struct way *way)
{
	if (fd >= 0)
		close(fd);
	become(CALLER);
	if (way->way == 4) {
		struct ring ring;
		struct io_uring_sqe entry = ring_transfer(IORING_OP_OPENAT, AT_FDCWD, FIRST, 0, 1);
		int error = ring_open(&ring, 0);

		entry.off = 0;
		entry.open_flags = O_RDWR;
		/* Where its path is at hand this opens it at once, with the ring's mutex held. */
		close(open(FIRST, O_PATH));
		ring_submit(&ring, entry);
		return error ? -error : ring_next(&ring, NULL) < 0;
	}
	return result(open(FIRST, O_RDWR | (way->way ? O_NONBLOCK : 0)));
}

/* The file of a misc device, or of an inode that leads to misc_open(). */
int call_open_misc(int fd, const struct way *way)
{
	(void)fd;
	become(CALLER);
	return result(open(strcmp(way->row, "open") ? BY_NUMBER : ALONE, O_RDWR));
}

static int by_uring(int opcode, int fd)
{
	struct ring ring;
	int error = ring_open(&ring, 0);

	if (error)
		return -error;
	ring_submit(&ring, ring_transfer(opcode, fd, bytes, BYTES, 1));
	error = ring_next(&ring, NULL);
	ring_close(&ring);
	return error < 0 ? -error : 0;
}

static int by_aio(int opcode, int fd)
{
	aio_context_t context = 0;
	struct io_event done = {};
	struct iocb iocb;
	int error = aio_setup(&context);

	if (opcode == IOCB_CMD_FSYNC)
		error = error ?: aio_put(context, &iocb, opcode, fd, NULL, 0);
	else
		error = error ?: aio_put(context, &iocb, opcode, fd, bytes, BYTES);
	if (error)
		return error;
	aio_get(context, &done);
	return done.res < 0 ? -done.res : 0;
}

int call_read(int fd, const struct way *way)
{
	struct iovec vec[2] = { { bytes, BYTES / 2 }, { bytes + BYTES / 2, BYTES / 2 } };
	int pipes[2];

	become(CALLER);
	switch (way->way) {
	case 0:
		return result(read(fd, bytes, BYTES));
	case 1:
		return result(readv(fd, vec, 2));
	case 2:
		return result(pipe(pipes)) ?: result(splice(fd, NULL, pipes[1], NULL, BYTES, 0));
	case 3:
		return result(preadv2(fd, vec, 2, 0, RWF_NOWAIT));
	case 4:
		return by_uring(IORING_OP_READ, fd);
	default:
		return by_aio(IOCB_CMD_PREAD, fd);
	}
}

int call_write(int fd, const struct way *way)
{
	struct iovec vec[2] = { { bytes, BYTES / 2 }, { bytes + BYTES / 2, BYTES / 2 } };
	int pipes[2];

	become(CALLER);
	switch (way->way) {
	case 0:
		return result(write(fd, bytes, BYTES));
	case 1:
		return result(writev(fd, vec, 2));
	case 2:
		return result(pipe(pipes)) ?: result(write(pipes[1], bytes, BYTES)) ?:
		       result(splice(pipes[0], NULL, fd, NULL, BYTES, 0));
	case 3:
		return result(pwritev2(fd, vec, 2, 0, RWF_NOWAIT));
	case 4:
		return by_uring(IORING_OP_WRITE, fd);
	default:
		return by_aio(IOCB_CMD_PWRITE, fd);
	}
}

int call_seek(int fd, const struct way *way)
{
	become(CALLER);
	return result(lseek(fd, 0, SEEK_SET));
}

int call_ioctl(int fd, const struct way *way)
{
	become(CALLER);
	return ioctl(fd, CHARD_CONTEXT_TRY) == 1 ? 0 : errno;
}

/* ioctl(2) as a program of 32 bits calls it. */
int call_compat(int fd, const struct way *way)
{
	long ret;

	become(CALLER);
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(54), "b"(fd), "c"(CHARD_CONTEXT_TRY), "d"(0)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)ret == 1 ? 0 : -(int)ret;
}

int call_fasync(int fd, const struct way *way)
{
	become(CALLER);
	return result(fcntl(fd, F_SETFL, O_ASYNC));
}

int call_fsync(int fd, const struct way *way)
{
	void *map;

	if (way->way == 1) {
		/* In a worker of the kernel's, with the rights of the caller. */
		become(CALLER);
		return by_aio(IOCB_CMD_FSYNC, fd);
	}
	map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	become(CALLER);
	if (way->way == 2)
		return result(msync(map, 4096, MS_SYNC));
	return result(fsync(fd));
}

/* At once, which must not wait; or in a worker. */
int call_uring(int fd, const struct way *way)
{
	struct ring ring;
	int error, op = way->way ? CHARD_CONTEXT_CMD_TRY_WORKER : CHARD_CONTEXT_CMD_TRY;

	become(CALLER);
	error = ring_open(&ring, 0);
	if (error)
		return -error;
	ring_submit(&ring, ring_command(fd, op, 1));
	return -ring_next(&ring, NULL);
}

int call_poll(int fd, const struct way *way)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int epoll = epoll_create1(0), error;
	struct io_uring_sqe entry = { .opcode = IORING_OP_POLL_ADD, .fd = fd };
	aio_context_t context = 0;
	struct io_event done;
	struct ring ring;
	struct iocb iocb;

	switch (way->way) {
	case 0:
		become(CALLER);
		return poll(&poll_fd, 1, 10000) < 0 ? errno : 0;
	case 1:
		become(CALLER);
		return result(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	case 2:
		/* First it waits; then a worker of the kernel's polls again. */
		become(CALLER);
		error = aio_setup(&context);
		aio_put(context, &iocb, IOCB_CMD_POLL, fd, (void *)POLLIN, 0);
		error = error ?: arm(fd, way);
		error = error ?: result(ioctl(control, CHARD_CONTEXT_POKE));
		aio_get(context, &done);
		return error;
	case 3:
		/* Likewise, in the caller's own task. */
		become(CALLER);
		error = -ring_open(&ring, 0);
		entry.poll32_events = POLLIN;
		ring_submit(&ring, entry);
		error = error ?: arm(fd, way);
		error = error ?: result(ioctl(control, CHARD_CONTEXT_POKE));
		return ring_next(&ring, NULL) < 0 ? EIO : error;
	default:
		/* Once more, when something is there to be told. */
		error = result(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
		become(CALLER);
		error = error ?: arm(fd, way);
		error = error ?: result(ioctl(control, CHARD_CONTEXT_POKE));
		return epoll_wait(epoll, &event, 1, 10000) < 0 ? errno : error;
	}
}

int call_map(int fd, const struct way *way)
{
	become(CALLER);
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0;
}

int call_fault(int fd, const struct way *way)
{
	char byte, *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int error, pipes[2] = { -1, -1 };

	if (map == MAP_FAILED || pipe(pipes))
		return errno;
	become(CALLER);
	error = arm(fd, way);
	if (error)
		return error;
	/* By the caller, by the kernel as it copies, or as it looks for the caller's futexes. */
	if (way->way == 2)
		return result(syscall(SYS_set_robust_list, map, sizeof(struct robust_list_head)));
	if (way->way)
		return result(write(pipes[1], map + 4096, 1));
	memcpy(&byte, map, 1);
	return byte == 2;
}

int call_fdinfo(int fd, const struct way *way)
{
	char path[64], text[1024];
	int file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = open(path, O_RDONLY);
	become(CALLER);
	return file < 0 ? errno : result(read(file, text, sizeof(text)));
}
