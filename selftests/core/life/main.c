// SPDX-License-Identifier: GPL-2.0
/*
 * life: what begins and ends with a device, and what waits for it. Runs in a guest of its
 * own, as root in /chard. Prints TAP.
 */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "life_test.h"

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

pid_t staller(int fd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pid_t task = fork();
	void *page;
	int uffd;

	if (task)
		return within(state_of(task) == 'S' || state_of(task) == 'D') ? task : -1;
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (unsigned long)page;
	range.range.len = 4096;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range))
		_exit(1);
	ioctl(fd, CHARD_LIFE_STALL, page);
	_exit(2);
}

int main(void)
{
	report(!load("chard.ko", ""), "chard loads");
	begins();
	cancels();
	waits();
	watched();
	stalled();
	suspends();
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
