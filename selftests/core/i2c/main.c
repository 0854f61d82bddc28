// SPDX-License-Identifier: GPL-2.0
/*
 * i2c: drivers of I2C chips, on i2c-stub and on an adapter that fails. Runs in a guest of
 * its own, as root in /chard. Prints TAP.
 */
#include "i2c_test.h"

int main(void)
{
	report(!load("chard.ko", "") && !load("i2c-dev.ko", ""), "chard and i2c-dev load");
	temp();
	temp_ends();
	chips();
	expect(0, load("chard_chips.ko", ""));
	expect(0, load("fakebus.ko", ""));
	faults();
	messages();
	loses();
	sleeps();
	expect(0, unload("fakebus"));
	expect(0, unload("chard_chips"));
	report(!unload("chard"), "chard can be unloaded");
	report(log_is_clean(), "the log is clean");
	return report_end();
}
