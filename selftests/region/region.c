// SPDX-License-Identifier: GPL-2.0
/*
 * region SECONDS: devices on a region of minors. Runs in a guest of its own, as
 * root in /chard; races that long. Prints TAP.
 */
#include <stdlib.h>

#include "region.h"

static void refused_as_misc_device(void)
{
	clear_log();
	expect(EINVAL, load("chard_alone.ko", ""));
	report(logged("alone: its open waits"), "the log says why a misc device can not have that");
	report(access("/dev/chard-alone", F_OK) != 0, "and there is none");
	/* One that does not say so is refused its wait. */
	expect(0, load("chard_silent.ko", ""));
	expect(EDEADLK, open_error("/dev/silent"));
	report(logged("chard_silent: open of a misc device must not wait"), "and the log says it");
	expect(0, store("/sys/class/misc/silent/remove", "1"));
	expect(0, unload("chard_silent"));
}

/* A node in a folder of /dev: what has its name elsewhere has a ! there, as the kernel's own. */
static void nested(void)
{
	clear_log();
	expect(0, load("chard_nested.ko", ""));
	expect(0, open_error("/dev/many/first"));
	report(shows("/sys/class/chard/many!first/about/index", "0\n"), "its files in sysfs");
	report(shows("/sys/kernel/debug/chard/many!first/level", "0\n"), "and in debugfs");
	report(log_lacks("debugfs"), "of which the log has nothing to say");
	expect(0, unload("chard_nested"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5;

	report(!load("chard.ko", ""), "chard loads");
	numbers();
	run_time();
	attributes();
	parameters();
	opening();
	refused_as_misc_device();
	nested();
	races(seconds);
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
