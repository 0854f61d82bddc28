// SPDX-License-Identifier: GPL-2.0
/* A cgroup's limit holds for what is asked for with a spinlock held, where nothing can sleep. */
#define _GNU_SOURCE
#include "../../drivers/echo/cgroup.h"
#include "life_test.h"

#define ROOM (2L << 20)
#define BLOCKS (4 * ROOM / CHARD_LIFE_BLOCK)

static int keeps(int fd)
{
	char limit[24];

	if (cgroup_enter() || cgroup_charged() < 0)
		return 255;
	snprintf(limit, sizeof(limit), "%ld", cgroup_charged() + ROOM);
	if (write_file(GROUP "/memory.max", limit))
		return 254;
	return result(ioctl(fd, CHARD_LIFE_KEEP, BLOCKS));
}

void charged(void)
{
	pid_t keeper;
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	expect(0, result(ioctl(fd, CHARD_LIFE_KEEP, 100)));
	if (cgroup_begin()) {
		report(true, "this kernel has no limit of memory # SKIP");
	} else {
		keeper = child(keeps(fd));
		expect(ENOMEM, status_of(keeper));
		expect(0, result(ioctl(fd, CHARD_LIFE_KEEP, 0)));
		expect(0, cgroup_end());
	}
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
