// SPDX-License-Identifier: GPL-2.0
/* A caller that keeps a lock, since nobody serves its memory: the others can be killed. */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "../faults/uring.h"
#include "life_test.h"

/* Each is polled in vain. */
#define FILES 300

/* More than the kernel runs at once from any of its queues, on any of its versions. */
#define WORKS 2100

static int read_attribute(void)
{
	int fd = open(SYSFS "locked", O_RDONLY);
	char byte;

	return read(fd, &byte, 1) == 1 ? 0 : errno;
}

/* A worker of an io_uring waits for the lock: what that gives when it is cancelled. */
static int cancelled(int fd)
{
	struct io_uring_sqe cancel = { .opcode = IORING_OP_ASYNC_CANCEL,
				       .addr = 1,
				       .user_data = 2 };
	struct io_uring_sqe entry = { .opcode = IORING_OP_FSYNC, .fd = fd, .user_data = 1 };
	unsigned long which = 0;
	struct ring ring;
	int ret = -1;

	if (ring_open(&ring, 0))
		return 255;
	ring_submit(&ring, entry);
	usleep(200000);
	if (ring_ended(&ring))
		return 254;
	ring_submit(&ring, cancel);
	while (which != 1)
		ret = ring_next(&ring, &which);
	return -ret;
}

/* Whether /proc has what the handler shows with the lock. */
static bool shows(int fd)
{
	char path[40], text[512] = "";
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	if (info < 0 || read(info, text, sizeof(text) - 1) < 0)
		_exit(255);
	close(info);
	return strstr(text, "lock:\tfree");
}

/* What those that only look find while another has the lock, one bit for each that errs. */
static int looks(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0), outer = epoll_create1(0), wrong = 0;

	wrong |= (poll(&poll_fd, 1, 0) != 1 || poll_fd.revents != (POLLIN | POLLOUT)) << 0;
	wrong |= (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) << 1;
	/* With a lock that all processes share. */
	wrong |= (epoll_ctl(outer, EPOLL_CTL_ADD, epoll, &event) != 0) << 2;
	wrong |= (epoll_wait(outer, &event, 1, 0) != 1) << 3;
	wrong |= shows(fd) << 4;
	return wrong;
}

/*
 * How often a task has slept that adds an epoll with FILES files to another one, which polls
 * each with a lock that all processes share. Each file is in the list of the ready, and none
 * has what is asked for now, which would end the walk.
 */
static int walks(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0), outer = epoll_create1(0);
	struct rusage before, after;

	for (int i = 0; i < FILES; i++) {
		int file = open(FIRST, O_RDWR);

		event.events = EPOLLIN | EPOLLOUT;
		if (file < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event))
			return 255;
		event.events = EPOLLPRI;
		if (epoll_ctl(epoll, EPOLL_CTL_MOD, file, &event))
			return 255;
	}
	event.events = EPOLLIN;
	getrusage(RUSAGE_THREAD, &before);
	if (epoll_ctl(outer, EPOLL_CTL_ADD, epoll, &event))
		return 255;
	getrusage(RUSAGE_THREAD, &after);
	/* Of one wait in vain there are at most 200. */
	return after.ru_nvcsw - before.ru_nvcsw > 400;
}

/* Works wait for the lock, and the kernel's own queues go on. */
static void works_wait(int fd, pid_t holder)
{
	pid_t asks;

	expect(0, result(ioctl(fd, CHARD_LIFE_WORKS, WORKS)));
	usleep(500000);
	/* The kernel runs modprobe for it, from a queue. */
	asks = child(socket(AF_X25, SOCK_SEQPACKET, 0) >= 0);
	report(within(state_of(asks) == 'Z'), "those that wait keep none of the kernel's waiting");
	report(dies(holder), "the holder can be killed");
	status_of(holder);
	expect(0, status_of(asks));
	expect(0, result(ioctl(fd, CHARD_LIFE_WORKS, 0)));
}

static void only_looks(void)
{
	struct pollfd poll_fd = { .events = POLLIN | POLLOUT };
	pid_t holder, looker;
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	poll_fd.fd = fd;
	expect(0, result(ioctl(fd, CHARD_LIFE_POLL_LOCKS)));
	report(shows(fd), "fdinfo shows that the lock is free");
	holder = staller(fd, CHARD_LIFE_STALL);
	looker = child(looks(fd));
	report(within(state_of(looker) == 'Z'), "polls and fdinfo do not wait for the lock");
	dies(looker);
	expect(0, status_of(looker));
	looker = child(walks());
	report(within(state_of(looker) == 'Z'), "a walk of many files ends");
	dies(looker);
	expect(0, status_of(looker));
	works_wait(fd, holder);
	/* The works take it, one by one; and what has waited in vain does not for a second. */
	report(within(shows(fd)), "fdinfo shows that the lock is free again");
	report(within(poll(&poll_fd, 1, 0) == 0), "and poll finds it so");
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}

void stalled(void)
{
	pid_t holder, waiter, reader, killed, remover;
	int fd;

	only_looks();
	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	holder = staller(fd, CHARD_LIFE_STALL);
	report(holder > 0, "a caller keeps the lock");
	expect(EAGAIN, result(ioctl(fd, CHARD_LIFE_TRY_LOCK)));

	waiter = child(result(ioctl(fd, CHARD_LIFE_LOCK)));
	report(within(state_of(waiter) == 'D'), "another waits for it");
	report(dies(waiter), "and can be killed");
	expect(-SIGKILL, status_of(waiter));

	waiter = child(cancelled(fd));
	report(within(state_of(waiter) == 'Z'), "a worker's wait for it can be cancelled");
	dies(waiter);
	expect(EINTR, status_of(waiter));

	/* A removal waits for the readers of attributes, which wait for the lock. */
	reader = child(read_attribute());
	killed = child(read_attribute());
	report(within(state_of(reader) == 'D' && state_of(killed) == 'D'),
	       "readers of an attribute wait for it");
	report(dies(killed), "and can be killed");
	status_of(killed);
	remover = child(store(SYSFS "remove", "1"));
	report(within(state_of(reader) == 'Z'), "a removal ends their wait");
	dies(reader);
	expect(ENODEV, status_of(reader));
	expect(0, status_of(remover));
	report(access(FIRST, F_OK), "and goes on");
	expect(ENODEV, result(ioctl(fd, CHARD_LIFE_TRY_LOCK)));
	report(dies(holder), "the holder can be killed");
	status_of(holder);
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
