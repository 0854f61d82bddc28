// SPDX-License-Identifier: GPL-2.0
/* A caller that keeps a lock, since nobody serves its memory: the others can be killed. */
#include "life_test.h"

static int read_attribute(void)
{
	int fd = open(SYSFS "locked", O_RDONLY);
	char byte;

	return fd < 0 || read(fd, &byte, 1) != 1;
}

void stalled(void)
{
	pid_t holder, waiter, reader, remover;
	int fd, other;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	holder = staller(fd);
	report(holder > 0, "a caller keeps the lock");
	expect(EAGAIN, result(ioctl(fd, CHARD_LIFE_TRY_LOCK)));

	waiter = child(result(ioctl(fd, CHARD_LIFE_LOCK)));
	report(within(state_of(waiter) == 'D'), "another waits for it");
	report(dies(waiter), "and can be killed");
	expect(-SIGKILL, status_of(waiter));

	/* A removal waits for the reader of an attribute, which waits for the lock. */
	reader = child(read_attribute());
	report(within(state_of(reader) == 'D'), "a reader of an attribute waits for it");
	remover = child(store(SYSFS "remove", "1"));
	report(within(result(ioctl(fd, CHARD_LIFE_TRY_LOCK)) == ENODEV), "the device is removed");
	usleep(100000);
	other = open(SECOND, O_RDWR);
	report(other >= 0, "other devices can be opened");
	close(other);
	expect(0, store("/sys/class/chard/chard-life1/reset", "1"));
	report(state_of(remover) == 'D' && dies(remover), "the one that removes it can be killed");
	report(dies(reader), "and the reader");
	report(dies(holder), "and the holder");
	status_of(remover);
	status_of(reader);
	status_of(holder);
	close(fd);
	report(within(access(FIRST, F_OK)), "the removal goes on");
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
