// SPDX-License-Identifier: GPL-2.0
/*
 * The system sleeps while work of a handler's talks to a chip. Processes stand still then, and
 * work goes on: the kernel warns of a transfer on a bus that sleeps.
 */
#include "chard_temp.h"
#include "i2c_test.h"

#define STATE "/sys/power/state"
/* With this the kernel has the devices sleep, waits so many seconds, and wakes them again. */
#define TEST "/sys/power/pm_test"
#define SECONDS "/sys/module/suspend/parameters/pm_test_delay"

static int measured(void)
{
	char text[16];
	int fd = open(TEMP, O_RDONLY), ret;

	ret = read(fd, text, sizeof(text)) > 0 ? 0 : errno;
	close(fd);
	return ret;
}

void sleeps(void)
{
	int bus = adapter_called("fakebus");

	if (access(TEST, F_OK)) {
		printf("# %s: this kernel has no %s\n", __func__, TEST);
		return;
	}
	/* loses() has taken away what was there. */
	expect(0, load("chard_temp.ko", ""));
	expect(0, add_chip(bus, "lm75", 0x20));
	expect(0, measured());
	expect(0, store(SECONDS, "1"));
	expect(0, store(TEST, "devices"));
	expect(0, store(STATE, "freeze"));
	report(logged("suspend debug: Waiting"), "the devices have slept for a second");
	report(!logged("Transfer while suspended"), "work does no transfer meanwhile");
	/* What was refused was so for that time alone, also to work. */
	expect(0, measured());
	expect(0, store(FAKEBUS "seen", ""));
	report(within(strstr(line_of(FAKEBUS "seen"), "r3-00")), "work goes on behind that");
	expect(0, store(TEST, "none"));
	expect(0, take_chip(bus, 0x20));
	expect(0, unload("chard_temp"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
