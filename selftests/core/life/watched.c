// SPDX-License-Identifier: GPL-2.0
/* Queues that are dropped while they are polled, and polls by others than the caller. */
#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

#include "life_test.h"

static long submit(aio_context_t context, int fd, struct iocb *poll)
{
	struct iocb *list[] = { poll };

	*poll = (struct iocb){ .aio_lio_opcode = IOCB_CMD_POLL,
			       .aio_fildes = fd,
			       .aio_buf = POLLIN };
	return syscall(SYS_io_submit, context, 1, list);
}

/* How many queues a file may watch, and fewer than that by far. */
#define WATCHES 64
#define FEW 16

static bool stop;

static void *dropper(void *data)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		ioctl(*(int *)data, CHARD_LIFE_DROP_QUEUE);
		usleep(200);
	}
	return NULL;
}

/* The kernel takes the lock of a queue that it was handed, whatever became of that. */
static void drops_watched(int fd)
{
	int epoll = epoll_create1(0), polls = 0, events = 0;
	struct pollfd poll_fd = { .fd = -1, .events = POLLIN };
	aio_context_t context = 0;
	pthread_t thread;

	expect(0, result(syscall(SYS_io_setup, 64, &context)));
	pthread_create(&thread, NULL, dropper, &fd);
	for (int i = 0; i < 2000; i++) {
		struct epoll_event event = { .events = EPOLLIN };
		struct timespec soon = { 0, 20000000 };
		struct io_event done;
		struct iocb iocb;

		/* A file watches so many queues and no more. */
		if (i % FEW == 0) {
			close(poll_fd.fd);
			poll_fd.fd = open(FIRST, O_RDWR);
		}
		polls += submit(context, poll_fd.fd, &iocb) == 1;
		epoll_ctl(epoll, EPOLL_CTL_ADD, poll_fd.fd, &event);
		if (i % 50 == 0)
			poll(&poll_fd, 1, 1);
		epoll_ctl(epoll, EPOLL_CTL_DEL, poll_fd.fd, NULL);
		while (syscall(SYS_io_getevents, context, 0, 1, &done, i % 50 ? NULL : &soon) == 1)
			events++;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	report(polls > 0, "%d polls of queues that are dropped, %d of them have ended", polls,
	       events);
	close(epoll);
	close(poll_fd.fd);
	expect(0, result(syscall(SYS_io_destroy, context)));
}

/* In a process of its own, with another user's rights. */
static int poll_as_nobody(void)
{
	struct timespec second = { 1, 0 };
	aio_context_t context = 0;
	struct io_event done;
	struct iocb iocb;
	static char byte;
	int fd, errors = 0;

	errors += setgid(65534) || setuid(65534);
	fd = open(FIRST, O_RDWR);
	errors += fd < 0 || ioctl(fd, CHARD_LIFE_ADDRESS, &byte) ||
		  syscall(SYS_io_setup, 8, &context) || submit(context, fd, &iocb) != 1;
	/* Wakes the queue, and a worker of the kernel's polls again. */
	errors += ioctl(fd, CHARD_LIFE_DROP_QUEUE) != 1;
	syscall(SYS_io_getevents, context, 1, 1, &done, &second);
	return errors + byte;
}

static void by_the_kernel(int fd)
{
	/* Those before were for files that root has opened. */
	int polled = count(fd, CHARD_LIFE_POLLED), as_root = count(fd, CHARD_LIFE_POLLED_AS_ROOT);

	expect(0, status_of(child(poll_as_nobody())));
	report(within(count(fd, CHARD_LIFE_POLLED) > polled), "a worker has polled");
	expect(as_root, count(fd, CHARD_LIFE_POLLED_AS_ROOT));
	expect(0, count(fd, CHARD_LIFE_POLL_REACHED));
	expect(0, count(fd, CHARD_LIFE_CLOSE_REACHED));
	expect(0, result(ioctl(fd, CHARD_LIFE_ADDRESS, 0)));
}

/* What a file keeps is bounded, whatever a handler gives it to watch. */
static void many_queues(void)
{
	struct pollfd poll_fd = { .fd = open(FIRST, O_RDWR), .events = POLLIN };
	int quiet = 0;

	while (quiet <= WATCHES && !poll(&poll_fd, 1, 1)) {
		quiet++;
		ioctl(poll_fd.fd, CHARD_LIFE_DROP_QUEUE);
	}
	expect(WATCHES, quiet);
	expect(POLLERR, poll_fd.revents);
	close(poll_fd.fd);
	poll_fd.fd = open(FIRST, O_RDWR);
	expect(0, poll(&poll_fd, 1, 1));
	close(poll_fd.fd);
}

/* A thread that is cancelled makes sleepers look; it tells no poller of an error. */
static void no_hangup(int fd)
{
	struct timespec soon = { 0, 100000000 };
	aio_context_t context = 0;
	struct io_event done;
	struct iocb iocb;

	expect(0, result(syscall(SYS_io_setup, 8, &context)));
	expect(1, submit(context, fd, &iocb));
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_START)));
	/* It is to wait when it is cancelled. */
	usleep(50000);
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_CANCEL)));
	expect(0, syscall(SYS_io_getevents, context, 1, 1, &done, &soon));
	ioctl(fd, CHARD_LIFE_DROP_QUEUE);
	expect(0, result(syscall(SYS_io_destroy, context)));
}

void watched(void)
{
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	drops_watched(fd);
	by_the_kernel(fd);
	many_queues();
	no_hangup(fd);
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
