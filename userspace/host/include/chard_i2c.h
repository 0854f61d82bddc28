/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/chard_i2c.h is to a driver's C file, for a process: the suite binds chips of its
 * own, whatever they are called (userspace/suite-i2c.h).
 */
#ifndef CHARD_I2C_H
#define CHARD_I2C_H

#include <linux/i2c.h>

#include "chard_bound.h"

/* The tables of a driver's chips, in which nobody looks. */
struct i2c_device_id {
	char name[20];
	unsigned long driver_data;
};

struct of_device_id {
	char compatible[128];
	const void *data;
};

struct acpi_device_id {
	char id[16];
	unsigned long driver_data;
};

struct i2c_driver {
	struct {
		const char *name;
		const struct of_device_id *of_match_table;
		const struct acpi_device_id *acpi_match_table;
	} driver;
	const struct i2c_device_id *id_table;
};

#define MODULE_DEVICE_TABLE(type, name) CHARD_NOTHING

#define CHARD_CHIP_REGION(_minors)                                                \
	{                                                                         \
		.region = true, .bound = true, .chips = true, .minors = (_minors) \
	}

#define CHARD_I2C_DRIVER(_name, _mode, _minors, ...)                                \
	static const struct i2c_driver __attribute__((unused)) chard_i2c_driver = { \
		.driver.name = "chard-" #_name,                                     \
		__VA_ARGS__,                                                        \
	};                                                                          \
	CHARD_DRIVER(_name, _mode, CHARD_CHIP_REGION(_minors))

#endif
