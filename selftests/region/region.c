// SPDX-License-Identifier: GPL-2.0
/*
 * region SECONDS: devices on a region of minors. Runs in a guest of its own, as
 * root in /chard; races that long. Prints TAP.
 */
#include <stdlib.h>

#include "region.h"

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5;

	report(!load("chard.ko", ""), "chard loads");
	numbers();
	run_time();
	attributes();
	parameters();
	opening();
	opening_misc();
	races(seconds);
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
