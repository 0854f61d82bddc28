// SPDX-License-Identifier: GPL-2.0
/* Memory that handlers have: pages that are mapped, collections, what is set going. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "chard_armed.h"
#include "chard_fifo.h"
#include "chard_shm.h"
#include "chard_types.h"
#include "failnth.h"
#include "../module.h"

#define PAGE 4096
#define BYTES (4 * PAGE)

static int shm = -1, types = -1, armed = -1, fifo = -1, scull = -1;
static char *mapped;
static char bytes[BYTES] = "ABCDEF";
static int ends[2];

static const struct {
	const char *ko;
	const char *module;
	const char *node;
	int *fd;
} drivers[] = {
	{ "chard_shm.ko", "chard_shm", "/dev/chard-shm", &shm },
	{ "chard_types.ko", "chard_types", "/dev/chard-types", &types },
	{ "chard_armed.ko", "chard_armed", "/dev/chard-armed", &armed },
	{ "chard_fifo.ko", "chard_fifo", "/dev/chard-fifo", &fifo },
	{ "chard_scull.ko", "chard_scull", "/dev/scull0", &scull },
};

static int begin(void)
{
	int error = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(drivers) && !error; i++) {
		error = load(drivers[i].ko, "");
		if (!error)
			*drivers[i].fd = open(drivers[i].node, O_RDWR | O_NONBLOCK);
		if (!error && *drivers[i].fd < 0)
			error = errno;
	}
	return error ? error : result(pipe2(ends, O_NONBLOCK));
}

static int end(void)
{
	int error = 0;

	close(ends[0]);
	close(ends[1]);
	for (unsigned int i = 0; i < ARRAY_SIZE(drivers) && !error; i++) {
		close(*drivers[i].fd);
		error = unload(drivers[i].module);
	}
	return error;
}

static int map_shm(void)
{
	mapped = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, shm, 0);
	return mapped == MAP_FAILED ? errno : 0;
}

static int unmap_shm(void)
{
	return result(munmap(mapped, BYTES));
}

static int punch_shm(void)
{
	struct chard_shm_range all = { 0, 1 << 20 };

	return result(ioctl(shm, CHARD_SHM_PUNCH, &all));
}

/* Faults, of which the call says how they ended. */
static int populate_shm(void)
{
	return result(madvise(mapped, BYTES, MADV_POPULATE_WRITE));
}

static sigjmp_buf touched;

static void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

/* A fault for which there is no memory comes again, or ends the caller. */
static int touch_shm(void)
{
	int error = 0;

	signal(SIGBUS, touch_failed);
	if (sigsetjmp(touched, 1))
		error = EFAULT;
	else
		__atomic_store_n(mapped + PAGE, 'A', __ATOMIC_RELAXED);
	signal(SIGBUS, SIG_DFL);
	return error;
}

/* A private copy, of a page that is made first. */
static int copy_on_write(void)
{
	char *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, shm, 0);
	int error = at == MAP_FAILED ? errno : 0;

	if (!error)
		error = result(madvise(at, BYTES, MADV_POPULATE_WRITE));
	/* May be refused as well, once, and would leave the file in use. */
	if (at != MAP_FAILED && munmap(at, BYTES))
		munmap(at, BYTES);
	return error;
}

static int write_shm(void)
{
	return result(pwrite(shm, bytes, sizeof(bytes), 100));
}

static int read_shm(void)
{
	return result(pread(shm, bytes, sizeof(bytes), 100));
}

/* In the middle, so that nothing but bytes changes. */
static int zero_shm(void)
{
	struct chard_shm_range some = { 50, PAGE };

	return result(ioctl(shm, CHARD_SHM_ZERO, &some));
}

static int size_shm(__u64 size)
{
	return result(ioctl(shm, CHARD_SHM_SET_SIZE, &size));
}

static int shrink_shm(void)
{
	return size_shm(PAGE / 2);
}

static int grow_shm(void)
{
	int error = size_shm(1 << 20);

	return error ? error : write_shm();
}

/* From the device to a pipe, and out of the way. */
static int splice_shm(void)
{
	loff_t at = 0;
	int error = result(splice(shm, &at, ends[1], NULL, PAGE, SPLICE_F_NONBLOCK));

	/* So the VFS of 6.1 says that it has no page for a pipe. */
	return error == EAGAIN ? ENOMEM : error;
}

static int drain_pipe(void)
{
	return result(read(ends[0], bytes, PAGE));
}

/* What the steps of one call gave; the first errno of them. */
static int steps_types(const struct chard_types_steps *steps)
{
	__u16 errors[CHARD_TYPES_STEPS];
	int error = result(ioctl(types, CHARD_TYPES_ARM, steps));

	if (error)
		return error;
	error = result(read(types, errors, sizeof(errors)));
	for (unsigned int i = 0; i < CHARD_TYPES_STEPS && !error; i++)
		error = errors[i];
	return error;
}

static int alloc_types(void)
{
	return steps_types(&(struct chard_types_steps){ .step = { CHARD_TYPES_ALLOC } });
}

/* Where it can not sleep either. */
static int alloc_locked(void)
{
	static const struct chard_types_steps steps = {
		.step = { CHARD_TYPES_SEM_READ, CHARD_TYPES_LOCK_WRITE, CHARD_TYPES_RCU_READ,
			  CHARD_TYPES_ALLOC },
	};

	return steps_types(&steps);
}

static int replace_types(void)
{
	return steps_types(&(struct chard_types_steps){ .step = { CHARD_TYPES_RCU_REPLACE } });
}

static int hammer_types(__u32 what)
{
	struct chard_types_hammer hammer = { what, 2 };

	return result(ioctl(types, CHARD_TYPES_HAMMER, &hammer));
}

static int arcs_types(void)
{
	return hammer_types(CHARD_TYPES_ARCS);
}

static int wait_types(void)
{
	int error = result(ioctl(types, CHARD_TYPES_WAIT_SHORTLY));

	return error == ETIMEDOUT ? 0 : error;
}

static int timer_types(void)
{
	return result(ioctl(types, CHARD_TYPES_TIMER));
}

static int work_armed(void)
{
	return result(ioctl(armed, CHARD_ARMED_START_WORK));
}

static int own_armed(void)
{
	return result(ioctl(armed, CHARD_ARMED_OWN));
}

/* It runs once; another comes with another device. */
static int thread_armed(void)
{
	return result(ioctl(armed, CHARD_ARMED_START_THREAD));
}

static int reload_armed(void)
{
	int error;

	close(armed);
	error = unload("chard_armed");
	if (!error)
		error = load("chard_armed.ko", "");
	armed = open("/dev/chard-armed", O_RDWR);
	return error ? error : result(armed);
}

static int fasync_fifo(void)
{
	return result(fcntl(fifo, F_SETFL, O_NONBLOCK | O_ASYNC));
}

static int no_fasync_fifo(void)
{
	return result(fcntl(fifo, F_SETFL, O_NONBLOCK));
}

static int poll_fifo(void)
{
	struct pollfd file = { .fd = fifo, .events = POLLIN };

	return result(poll(&file, 1, 0));
}

static int epoll_fifo(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int set = epoll_create1(0), error = result(set);

	if (!error)
		error = result(epoll_ctl(set, EPOLL_CTL_ADD, fifo, &event));
	close(set);
	return error;
}

static int size_fifo(void)
{
	__u64 size = 9000;

	return result(ioctl(fifo, CHARD_FIFO_SET_SIZE, &size));
}

/* Quanta, and what finds them. */
static int write_scull(void)
{
	return result(pwrite(scull, bytes, 5000, 4000));
}

/* As the book has it: an open for writing empties it. */
static int empty_scull(void)
{
	int fd = open("/dev/scull0", O_WRONLY), error = result(fd);

	close(fd);
	return error;
}

const struct step memory_steps[] = {
	{ "", begin, NULL, false },
	{ "mmap", map_shm, unmap_shm, true },
	{ "", map_shm, NULL, false },
	{ "faults", populate_shm, punch_shm, true },
	{ "a fault", touch_shm, punch_shm, true },
	{ "faults of a private mapping", copy_on_write, punch_shm, true },
	{ "write of pages", write_shm, punch_shm, true },
	{ "", write_shm, NULL, false },
	{ "read of pages", read_shm, nothing, true },
	{ "splice", splice_shm, drain_pipe, true },
	{ "zeros", zero_shm, nothing, true },
	{ "punch", punch_shm, write_shm, true },
	{ "shrinking", shrink_shm, grow_shm, true },
	{ "", unmap_shm, NULL, false },
	{ "vectors, boxes, counters", alloc_types, nothing, true },
	{ "the same, under locks", alloc_locked, nothing, true },
	{ "RCU's replacing", replace_types, nothing, true },
	{ "Arc", arcs_types, nothing, true },
	{ "a wait", wait_types, nothing, true },
	{ "a timer's start", timer_types, nothing, true },
	{ "work's start", work_armed, nothing, true },
	{ "pages and work of a call's own", own_armed, nothing, true },
	{ "a thread's start", thread_armed, reload_armed, true },
	{ "fasync", fasync_fifo, no_fasync_fifo, true },
	{ "poll", poll_fifo, nothing, true },
	{ "epoll", epoll_fifo, nothing, true },
	{ "another buffer", size_fifo, nothing, true },
	{ "write of quanta", write_scull, empty_scull, true },
	{ "", write_scull, NULL, false },
	{ "emptying", empty_scull, write_scull, true },
	{ "", end, NULL, false },
	{},
};
