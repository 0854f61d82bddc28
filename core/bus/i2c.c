// SPDX-License-Identifier: GPL-2.0
/*
 * I2C and SMBus: what a handler asks of the chip that its device is bound to.
 *
 * The chip is the device's parent, and the I2C core says whether it is one: a handler on another
 * bus gets an error. While a call is counted the device stays bound, and so the chip is there for
 * each transfer.
 */
#include <linux/i2c.h>

#include "core.h"

/* The chip of a call; -ENODEV where it has gone, -EOPNOTSUPP where it is none. */
static struct i2c_client *chard_i2c_client(const struct chard_call *call)
{
	struct chard_device *device = chard_bound_device(call);
	struct i2c_client *client;

	/* Of a driver without chard_bound.h no device is bound, ever. */
	if (!device)
		return ERR_PTR(chard_call_device(call)->parent ? -ENODEV : -EOPNOTSUPP);
	client = i2c_verify_client(device->parent);
	return client ?: ERR_PTR(-EOPNOTSUPP);
}

/*
 * chard_i2c_begin() - the chip of a call, for one transfer; may sleep
 * @call: the call
 * @client: the chip
 *
 * A task in a transfer waits for the adapter, behind those that came before it, and no signal
 * ends that. So of each device one call at a time gets there: how many callers it has concerns
 * neither others on the bus nor the end of the binding.
 *
 * Return: 0, behind which chard_i2c_end() comes; what chard_call_may() and chard_i2c_client()
 * give; -EINTR where the caller was killed.
 */
static int chard_i2c_begin(struct chard_call *call, struct i2c_client **client)
{
	struct mutex *transfers = &chard_call_device(call)->transfers;
	int ret = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
	bool counted;

	if (ret)
		return ret;
	/* Of a device that is bound to nothing it is not there. */
	*client = chard_i2c_client(call);
	if (IS_ERR(*client))
		return PTR_ERR(*client);
	while (!mutex_trylock(transfers)) {
		counted = chard_bound_leave(call);
		if (call->may & CHARD_CALL_KILLABLE)
			ret = mutex_lock_killable(transfers);
		else
			mutex_lock(transfers);
		if (ret) {
			chard_bound_return(call, counted);
			return ret;
		}
		if (chard_bound_return_with_lock(call, counted))
			break;
		mutex_unlock(transfers);
		chard_bound_return(call, counted);
	}
	*client = chard_i2c_client(call);
	if (!IS_ERR(*client))
		return 0;
	mutex_unlock(transfers);
	return PTR_ERR(*client);
}

/* chard_i2c_end() - the reverse of chard_i2c_begin() */
static void chard_i2c_end(struct chard_call *call)
{
	mutex_unlock(&chard_call_device(call)->transfers);
}

/* Whether the crate has such a transfer; a block that says its length has 1 to 32 bytes. */
static bool chard_i2c_fits(u32 size, const u8 *data, bool write)
{
	bool said = write || size == I2C_SMBUS_I2C_BLOCK_DATA;

	switch (size) {
	case I2C_SMBUS_BYTE:
	case I2C_SMBUS_BYTE_DATA:
	case I2C_SMBUS_WORD_DATA:
		return true;
	case I2C_SMBUS_BLOCK_DATA:
	case I2C_SMBUS_I2C_BLOCK_DATA:
		return !said || (data[0] && data[0] <= I2C_SMBUS_BLOCK_MAX);
	}
	return false;
}

/**
 * chard_i2c_smbus() - an SMBus transfer with the chip of a call; may sleep, and waits for it
 * @call: the call
 * @write: not 0: to the chip
 * @command: the command, a register as a rule
 * @size: I2C_SMBUS_BYTE_DATA and so on
 * @pec: not 0: with an error code, which adapter and chip must have
 * @data: a union i2c_smbus_data, CHARD_I2C_DATA bytes: a byte; a word as the CPU has it; a
 *	  block, its length first
 *
 * Return: 0; -ENODEV where the chip was taken away, -EOPNOTSUPP where the device is bound to
 * something else or the adapter does not know @size, -EINVAL for a length that is none;
 * -EDEADLK, -EAGAIN as chard_call_may(); -EINTR where the caller was killed before; what the
 * bus gives (Documentation/i2c/fault-codes): -ENXIO or -EREMOTEIO where nothing answers,
 * -ETIMEDOUT, -EBADMSG, -EPROTO, -EIO.
 */
int chard_i2c_smbus(struct chard_call *call, __u32 write, __u8 command, __u32 size, __u32 pec,
		    __u8 *data)
{
	union i2c_smbus_data aligned;
	struct i2c_client *client;
	int ret;

	static_assert(sizeof(aligned) == CHARD_I2C_DATA);
	if (!chard_i2c_fits(size, data, write))
		return -EINVAL;
	ret = chard_i2c_begin(call, &client);
	if (ret)
		return ret;
	/* Bytes of Rust's begin anywhere; a word does not. */
	memcpy(&aligned, data, sizeof(aligned));
	ret = i2c_smbus_xfer(client->adapter, client->addr,
			     client->flags | (pec ? I2C_CLIENT_PEC : 0),
			     write ? I2C_SMBUS_WRITE : I2C_SMBUS_READ, command, size, &aligned);
	chard_i2c_end(call);
	memcpy(data, &aligned, sizeof(aligned));
	/* An adapter is asked for a block of the chip's length, which comes from outside. */
	if (!ret && !write && size == I2C_SMBUS_BLOCK_DATA && data[0] > I2C_SMBUS_BLOCK_MAX)
		ret = -EPROTO;
	return ret;
}
EXPORT_SYMBOL_GPL(chard_i2c_smbus);

/**
 * chard_i2c_transfer() - messages to and from the chip of a call, in one transfer; may sleep,
 *			  and waits for it
 * @call: the call
 * @messages: each with its bytes
 * @count: how many, 1 to CHARD_I2C_MESSAGES
 *
 * Return: 0 when all were transferred; else as chard_i2c_smbus(), -EIO for a part of them.
 */
int chard_i2c_transfer(struct chard_call *call, const struct chard_i2c_message *messages,
		       __u32 count)
{
	struct i2c_msg sent[CHARD_I2C_MESSAGES];
	struct i2c_client *client;
	int ret;
	u32 i;

	if (!count || count > CHARD_I2C_MESSAGES)
		return -EINVAL;
	ret = chard_i2c_begin(call, &client);
	if (ret)
		return ret;
	for (i = 0; i < count; i++) {
		sent[i].addr = client->addr;
		sent[i].flags = (client->flags & I2C_CLIENT_TEN ? I2C_M_TEN : 0) |
				(messages[i].read ? I2C_M_RD : 0);
		sent[i].len = messages[i].len;
		sent[i].buf = messages[i].bytes;
	}
	ret = i2c_transfer(client->adapter, sent, count);
	chard_i2c_end(call);
	return ret < 0 ? ret : ret == count ? 0 : -EIO;
}
EXPORT_SYMBOL_GPL(chard_i2c_transfer);

/**
 * chard_i2c_functionality() - I2C_FUNC_* of the adapter of a call's chip; may sleep
 * @call: the call
 *
 * Return: the bits; 0 where there is no chip, or the call must not sleep.
 */
__u32 chard_i2c_functionality(struct chard_call *call)
{
	struct i2c_client *client;

	if (chard_call_may(call, CHARD_MAY_SLEEP))
		return 0;
	client = chard_i2c_client(call);
	return IS_ERR(client) ? 0 : i2c_get_functionality(client->adapter);
}
EXPORT_SYMBOL_GPL(chard_i2c_functionality);
