// SPDX-License-Identifier: GPL-2.0
/* A panic in an event, wherever it comes from, and in a request ends that alone. */
#include "bound_test.h"

static void event_from(int fd, unsigned int from, unsigned int value)
{
	struct chard_plug_fire fire = { from, value };
	long before = number_of(SYSFS "panics");
	__s32 answer;

	clear_log();
	expect(0, result(ioctl(fd, CHARD_PLUG_FIRE, &fire)));
	report(within(level(fd) == -EIO), "%u of %u: the device is in quarantine", value, from);
	expect(before + 1, number_of(SYSFS "panics"));
	expect(0, store(SYSFS "reset", "1"));
	report(level(fd) > 0, "%u of %u: a reset brings it back", value, from);
	report(within(!ioctl(fd, CHARD_PLUG_ANSWER, &answer) && answer == -EIO),
	       "%u of %u: C has its error", value, from);
	/* All works that did. */
	fire.value = 1;
	expect(0, result(ioctl(fd, CHARD_PLUG_FIRE, &fire)));
	report(within(!ioctl(fd, CHARD_PLUG_ANSWER, &answer) && answer == level(fd)),
	       "%u of %u: the next event is as ever", value, from);
	report(log_lacks("this is not contained") && log_lacks("WARNING") && log_lacks("BUG:"),
	       "%u of %u: nothing else is in the log", value, from);
}

static void in_the_middle(int fd, pid_t waiter)
{
	struct chard_plug_fire fire = { CHARD_PLUG_HARD, CHARD_PLUG_PANIC };

	report(within(state_of(waiter) == 'S'), "a call waits");
	expect(0, result(ioctl(fd, CHARD_PLUG_FIRE, &fire)));
	expect(EIO, status_of(waiter));
	/* It can go from there, too. */
	expect(0, unbind());
	expect(-ENODEV, level(fd));
	close(fd);
	expect(0, bind_again());
}

void panics(void)
{
	unsigned int from;
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	for (from = CHARD_PLUG_HARD; from <= CHARD_PLUG_TASK_IRQS_OFF; from++) {
		event_from(fd, from, CHARD_PLUG_PANIC);
		event_from(fd, from, CHARD_PLUG_PANIC_LOCKED);
	}
	expect(0, store(PIECE "ask", "666"));
	expect(-EIO, number_of(PIECE "ask"));
	expect(-EIO, level(fd));
	expect(0, store(PIECE "ask", "1"));
	expect(-EIO, number_of(PIECE "ask"));
	expect(0, store(SYSFS "reset", "1"));
	expect(0, store(PIECE "ask", "1"));
	expect(2, number_of(PIECE "ask"));
	expect(EIO, result(ioctl(fd, CHARD_PLUG_PANICS)));
	expect(0, store(SYSFS "reset", "1"));
	in_the_middle(fd, child(result(ioctl(fd, CHARD_PLUG_WAIT))));
	expect(0, unload(MODULE));
	report(log_lacks("left behind"), "%s: nothing is left behind", __func__);
	clear_log();
}
