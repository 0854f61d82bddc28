// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-chips0 and on: chips of any kind. */
#include "chard_i2c.h"

static const struct i2c_device_id ids[] = { { "chips" }, {} };
MODULE_DEVICE_TABLE(i2c, ids);

CHARD_I2C_DRIVER(chips, 0666, 4, .id_table = ids);

MODULE_DESCRIPTION("chard chips: each transfer of I2C and SMBus");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
