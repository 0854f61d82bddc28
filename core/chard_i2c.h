/* SPDX-License-Identifier: GPL-2.0 */
/* What the C file NAME.c of a driver for an I2C or SMBus chip includes: docs/i2c.md. */
#ifndef CHARD_I2C_H
#define CHARD_I2C_H

#include <linux/i2c.h>

#include "chard_bound.h"
#include "compat.h"

#if !IS_ENABLED(CONFIG_I2C)
#error "this kernel has no I2C (CONFIG_I2C): the driver can not be built for it"
#endif

/**
 * CHARD_I2C_DRIVER() - a module for I2C chips, each a device of the handler's
 * @_name: the handler's name, an identifier; the file is called NAME.c
 * @_mode: the nodes' permissions
 * @_minors: how many chips there may be at once, /dev/chard-NAME0 and on; /dev/chard-lm75-0
 *	     where the name ends in a digit
 * @...: members of struct i2c_driver: .id_table, and .driver.of_match_table or
 *	 .driver.acpi_match_table; each table has its MODULE_DEVICE_TABLE(), by which the
 *	 module is loaded when there is such a chip. One with a .driver.pm of its own calls
 *	 chard_device_suspend() and chard_device_resume() there
 */
#define CHARD_I2C_DRIVER(_name, _mode, _minors, ...)                                       \
	static int chard_i2c_probe(struct i2c_client *client)                              \
	{                                                                                  \
		struct chard_device *device =                                              \
			devm_chard_device_alloc(&chard_this_driver, &client->dev, client); \
		if (IS_ERR(device))                                                        \
			return PTR_ERR(device);                                            \
		i2c_set_clientdata(client, device);                                        \
		return devm_chard_device_register(device);                                 \
	}                                                                                  \
	static struct i2c_driver chard_i2c_driver = {                                      \
		.driver.name = "chard-" #_name,                                            \
		.driver.pm = &chard_pm_ops,                                                \
		CHARD_COMPAT_CHIP_PROBE = chard_i2c_probe,                                 \
		__VA_ARGS__,                                                               \
	};                                                                                 \
	static int __init chard_i2c_begin(void)                                            \
	{                                                                                  \
		return i2c_add_driver(&chard_i2c_driver);                                  \
	}                                                                                  \
	static void __exit chard_i2c_end(void)                                             \
	{                                                                                  \
		i2c_del_driver(&chard_i2c_driver);                                         \
	}                                                                                  \
	CHARD_BOUND_DRIVER(_name, _mode, _minors, chard_i2c_begin, chard_i2c_end)

#endif
