// SPDX-License-Identifier: GPL-2.0
/* The module scull in a guest of its own, as root in /chard. Prints TAP. */
#include "module.h"

int main(void)
{
	report(!load("chard.ko", ""), "chard loads");
	parameters();
	resets();
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
