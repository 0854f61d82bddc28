// SPDX-License-Identifier: GPL-2.0
/*
 * What core/bus/i2c.c is: transfers with the chip that a call's device is bound to. The chip is
 * the suite's, and its registers are in chip.c.
 */
#include <errno.h>
#include <linux/types.h>
#include <string.h>

#include "chard_device.h"
#include "chip.h"
#include "host.h"
#include "objects.h"

/* The chip of a call; NULL with what the core's gives in @error. */
static struct host_chip *chip_of(const struct chard_call *call, int *error)
{
	struct chard_device *device = chard_bound_device(call);

	*error = call_device(call)->has_chip ? -ENODEV : -EOPNOTSUPP;
	return device && device->has_chip ? chard_device_data(device) : NULL;
}

/* The same for a transfer, which waits. */
static struct host_chip *chip_for(struct chard_call *call, int *error)
{
	*error = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
	return *error ? NULL : chip_of(call, error);
}

/* The I2C_FUNC_* that a transfer wants; 0 for one that the crate has not. */
static unsigned long function(__u32 size, bool write)
{
	switch (size) {
	case I2C_SMBUS_BYTE:
		return write ? I2C_FUNC_SMBUS_WRITE_BYTE : I2C_FUNC_SMBUS_READ_BYTE;
	case I2C_SMBUS_BYTE_DATA:
		return write ? I2C_FUNC_SMBUS_WRITE_BYTE_DATA : I2C_FUNC_SMBUS_READ_BYTE_DATA;
	case I2C_SMBUS_WORD_DATA:
		return write ? I2C_FUNC_SMBUS_WRITE_WORD_DATA : I2C_FUNC_SMBUS_READ_WORD_DATA;
	case I2C_SMBUS_BLOCK_DATA:
		return write ? I2C_FUNC_SMBUS_WRITE_BLOCK_DATA : I2C_FUNC_SMBUS_READ_BLOCK_DATA;
	case I2C_SMBUS_I2C_BLOCK_DATA:
		return write ? I2C_FUNC_SMBUS_WRITE_I2C_BLOCK : I2C_FUNC_SMBUS_READ_I2C_BLOCK;
	}
	return 0;
}

/* Whether the length of a block is one: that of a read block is the chip's to say. */
static bool fits(__u32 size, const __u8 *data, bool write)
{
	bool is_block = size == I2C_SMBUS_BLOCK_DATA || size == I2C_SMBUS_I2C_BLOCK_DATA;

	if (!is_block || (size == I2C_SMBUS_BLOCK_DATA && !write))
		return true;
	return data[0] && data[0] <= I2C_SMBUS_BLOCK_MAX;
}

int chard_i2c_smbus(struct chard_call *call, __u32 write, __u8 command, __u32 size, __u32 pec,
		    __u8 *data)
{
	union i2c_smbus_data aligned;
	struct host_transfer transfer = {
		.size = size, .write = write, .command = command, .pec = pec, .data = &aligned
	};
	unsigned long wanted = function(size, write);
	struct host_chip *chip;
	int ret;

	_Static_assert(sizeof(aligned) == CHARD_I2C_DATA, "CHARD_I2C_DATA");
	if (!wanted || !fits(size, data, write))
		return -EINVAL;
	chip = chip_for(call, &ret);
	if (!chip)
		return ret;
	if (!(chip_functions(chip) & wanted))
		return -EOPNOTSUPP;
	memcpy(&aligned, data, sizeof(aligned));
	ret = chip_transfer(chip, &transfer);
	memcpy(data, &aligned, sizeof(aligned));
	if (!ret && !write && size == I2C_SMBUS_BLOCK_DATA && data[0] > I2C_SMBUS_BLOCK_MAX)
		ret = -EPROTO;
	return ret;
}

int chard_i2c_transfer(struct chard_call *call, const struct chard_i2c_message *messages,
		       __u32 count)
{
	struct i2c_msg sent[CHARD_I2C_MESSAGES];
	struct host_transfer transfer = { .messages = sent, .count = count };
	struct host_chip *chip;
	int ret;

	if (!count || count > CHARD_I2C_MESSAGES)
		return -EINVAL;
	chip = chip_for(call, &ret);
	if (!chip)
		return ret;
	if (!(chip_functions(chip) & I2C_FUNC_I2C))
		return -EOPNOTSUPP;
	for (__u32 i = 0; i < count; i++)
		sent[i] = (struct i2c_msg){ .flags = messages[i].read ? I2C_M_RD : 0,
					    .len = messages[i].len,
					    .buf = messages[i].bytes };
	ret = chip_transfer(chip, &transfer);
	return ret < 0 ? ret : ret == (int)count ? 0 : -EIO;
}

__u32 chard_i2c_functionality(struct chard_call *call)
{
	struct host_chip *chip;
	int error;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return 0;
	chip = chip_of(call, &error);
	return chip ? chip_functions(chip) : 0;
}
