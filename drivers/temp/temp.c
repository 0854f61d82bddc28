// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-temp0 and on: the handler is rust-handlers/temp. */
#include "chard_i2c.h"

/* No MODULE_DEVICE_TABLE(): these chips load the kernel's own driver, which has hwmon. */
static const struct i2c_device_id ids[] = { { "lm75" }, { "tmp102" }, {} };

CHARD_I2C_DRIVER(temp, 0644, 8, .id_table = ids);

MODULE_DESCRIPTION("chard temp: temperature sensors on an I2C bus");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
