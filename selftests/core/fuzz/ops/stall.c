// SPDX-License-Identifier: GPL-2.0
/* Row: a caller whose memory is never served, and others behind it, all to be killed. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../fuzz.h"

/* A page that no process serves: a touch of it waits until the process is killed. */
static char *unserved_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	range.range = (struct uffdio_range){ (uintptr_t)page, PAGE };
	if (uffd < 0 || page == MAP_FAILED || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &range))
		_exit(0);
	return page;
}

/* Calls that look at the file, or take what a stalled call may hold. */
static void look(struct fuzzer *f, int fd)
{
	struct stat status;
	char path[64];
	char byte = 'A';

	for (;;) {
		switch (below(f, 6)) {
		case 0:
			pread(fd, &byte, 1, 0);
			break;
		case 1:
			byte = 'A';
			pwrite(fd, &byte, 1, 0);
			break;
		case 2:
			ioctl(fd, PICK(f, 0x8008ec01, 0x8008ec02, 0x8004ec04), &status);
			break;
		case 3:
			lseek(fd, 0, SEEK_END);
			break;
		case 4:
			snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
			close(open(path, O_RDONLY));
			break;
		default:
			close(open("/dev/chard-echo", O_RDWR));
		}
	}
}

static pid_t child_of(struct fuzzer *f, int fd, bool stalls)
{
	__u64 seed = draw(f);
	bool out = one_in(f, 2);
	char *page;
	pid_t child = fork();

	if (child)
		return child;
	f->child = true;
	f->random = seed;
	/* The parent may end first. */
	alarm(120);
	if (!stalls)
		look(f, fd);
	page = unserved_page();
	for (;;) {
		if (out)
			pread(fd, page, PAGE, 0);
		else
			pwrite(fd, page, PAGE, 0);
		/* A device that gives nothing does not touch the page. */
		usleep(1000);
	}
}

/* Whether a killed child ends: a wait that ignores the signal lasts. */
static bool ends(pid_t child)
{
	struct timespec nap = { .tv_nsec = 10 * 1000 * 1000 };
	int status;

	kill(child, SIGKILL);
	for (int i = 0; i < 3000; i++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

/* The one behind is killed first, while the other still keeps what it has. */
long op_stall(struct fuzzer *f)
{
	struct file *file = pick_file(f);
	unsigned int patience = below(f, 30000);
	pid_t stalled, behind;

	if (f->child)
		return 0;
	interruptible(false);
	stalled = child_of(f, file->fd, true);
	usleep(patience);
	behind = stalled > 0 ? child_of(f, file->fd, false) : -1;
	usleep(patience);
	if (behind > 0 && !ends(behind))
		fail(f, "a child behind a stalled one cannot be killed");
	if (stalled > 0 && !ends(stalled))
		fail(f, "a stalled child cannot be killed");
	count(&results->stalls);
	interruptible(true);
	return 0;
}
