// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tasks.h"

char state_of(pid_t task)
{
	char path[40], line[256] = "", *at;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", task);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return '-';
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = 0;
	close(fd);
	at = strrchr(line, ')');
	return at ? at[2] : '?';
}

bool dies(pid_t task)
{
	kill(task, SIGKILL);
	return within(state_of(task) == 'Z');
}

/* A page that nobody serves yet; the descriptor by which that is done, or -1. */
static int unserved(char **page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	*page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (unsigned long)*page;
	range.range.len = 4096;
	return uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range)
		       ? -1
		       : uffd;
}

pid_t staller(int fd, unsigned long number)
{
	pid_t task = fork();
	char *page;

	if (task)
		return within(state_of(task) == 'S' || state_of(task) == 'D') ? task : -1;
	if (unserved(&page) < 0)
		_exit(1);
	ioctl(fd, number, page);
	_exit(2);
}

static void *stalled_thread(void *data)
{
	struct stalled *stalled = data;

	stalled->result = result(ioctl(stalled->fd, stalled->number, stalled->page));
	return NULL;
}

bool stall(struct stalled *stalled, int fd, unsigned long number)
{
	stalled->fd = fd;
	stalled->number = number;
	stalled->uffd = unserved(&stalled->page);
	return stalled->uffd >= 0 &&
	       !pthread_create(&stalled->thread, NULL, stalled_thread, stalled) &&
	       /* It is in the copy when the fault is told. */
	       within(poll(&(struct pollfd){ .fd = stalled->uffd, .events = POLLIN }, 1, 0) == 1);
}

int serve(struct stalled *stalled)
{
	struct uffdio_zeropage zero = { .range = { .start = (unsigned long)stalled->page,
						   .len = 4096 } };

	ioctl(stalled->uffd, UFFDIO_ZEROPAGE, &zero);
	pthread_join(stalled->thread, NULL);
	close(stalled->uffd);
	munmap(stalled->page, 4096);
	return stalled->result;
}
