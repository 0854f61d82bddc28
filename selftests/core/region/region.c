// SPDX-License-Identifier: GPL-2.0
/*
 * region SECONDS: devices on a region of minors. Runs in a guest of its own, as
 * root in /chard; races that long. Prints TAP.
 */
#include <stdlib.h>

#include "region.h"

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
	loading();
	opening();
	nested();
	opening_misc();
	minors_of_misc();
	races(seconds);
	states(seconds);
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
