// SPDX-License-Identifier: GPL-2.0
/*
 * life: what begins and ends with a device, and what waits for it. Runs in a guest of its
 * own, as root in /chard. Prints TAP.
 */
#include "life_test.h"

int main(void)
{
	report(!load("chard.ko", ""), "chard loads");
	begins();
	cancels();
	waits();
	watched();
	stalled();
	charged();
	suspends();
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
