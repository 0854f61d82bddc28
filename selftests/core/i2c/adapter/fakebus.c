// SPDX-License-Identifier: GPL-2.0
/*
 * An I2C adapter that does what its parameters say, with one chip at 0x20 that answers each
 * read with the bytes 0x10, 0x11 and so on. What it was asked for is in the parameter "seen".
 * It sleeps with the system, as adapters of hardware do: the kernel warns of a transfer then.
 */
#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/workqueue.h>

#define FAKEBUS_ADDRESS 0x20

static int error;
module_param(error, int, 0644);
MODULE_PARM_DESC(error, "What each transfer returns, below 0");
static int slow;
module_param(slow, int, 0644);
MODULE_PARM_DESC(slow, "How many milliseconds each transfer sleeps");
static int block = 3;
module_param(block, int, 0644);
MODULE_PARM_DESC(block, "How long the chip says that a block is");
static bool native = true;
module_param(native, bool, 0644);
MODULE_PARM_DESC(native, "Transfers of SMBus as such; else the kernel makes messages of them");
static bool partial;
module_param(partial, bool, 0644);
MODULE_PARM_DESC(partial, "The last message is not transferred");
static int pec;
module_param(pec, int, 0644);
MODULE_PARM_DESC(pec,
		 "What ends a read in messages: 0 no error code, 1 the right one, 2 a wrong one");
static uint funcs = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL | I2C_FUNC_SMBUS_READ_BLOCK_DATA;
module_param(funcs, uint, 0644);
MODULE_PARM_DESC(funcs, "I2C_FUNC_*");
static int transfers;
module_param(transfers, int, 0444);
MODULE_PARM_DESC(transfers, "How many transfers go on");
static int lost;
module_param(lost, int, 0444);
MODULE_PARM_DESC(lost, "1 when the chip was taken away");

/* The parameter "seen": the transfers since it was written to. */
static DEFINE_MUTEX(seen_lock);
static char seen[1024];
static size_t seen_len;

static __printf(1, 2) void note(const char *format, ...)
{
	va_list args;

	mutex_lock(&seen_lock);
	va_start(args, format);
	seen_len += vscnprintf(seen + seen_len, sizeof(seen) - seen_len, format, args);
	va_end(args);
	mutex_unlock(&seen_lock);
}

static int seen_get(char *text, const struct kernel_param *param)
{
	int len;

	mutex_lock(&seen_lock);
	len = sysfs_emit(text, "%s\n", seen);
	mutex_unlock(&seen_lock);
	return len;
}

static int seen_set(const char *text, const struct kernel_param *param)
{
	mutex_lock(&seen_lock);
	seen[0] = 0;
	seen_len = 0;
	mutex_unlock(&seen_lock);
	return 0;
}

static const struct kernel_param_ops seen_ops = {
	.get = seen_get,
	.set = seen_set,
};
module_param_cb(seen, &seen_ops, NULL, 0644);

/* The error code of SMBus: a CRC of 8 bits. */
static u8 crc(u8 sum, const u8 *bytes, size_t len)
{
	int bit;

	while (len--) {
		sum ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			sum = sum & 0x80 ? sum << 1 ^ 7 : sum << 1;
	}
	return sum;
}

static int begin(u16 addr)
{
	WRITE_ONCE(transfers, transfers + 1);
	if (slow)
		msleep(slow);
	WRITE_ONCE(transfers, transfers - 1);
	return addr == FAKEBUS_ADDRESS ? READ_ONCE(error) : -ENXIO;
}

static void fakebus_write(struct i2c_msg *msg)
{
	note("W%*phN ", msg->len, msg->buf);
}

static void fakebus_read(struct i2c_msg *msg, u8 sum)
{
	int len = msg->len, i;

	if (msg->flags & I2C_M_RECV_LEN) {
		msg->buf[0] = block;
		/* As an adapter that heeds how much room there is. */
		msg->len += min(block, I2C_SMBUS_BLOCK_MAX);
		len = msg->len;
		for (i = 1; i < len; i++)
			msg->buf[i] = 0x10 + i - 1;
	} else {
		for (i = 0; i < len; i++)
			msg->buf[i] = 0x10 + i;
	}
	if (pec)
		msg->buf[len - 1] = crc(sum, msg->buf, len - 1) ^ (pec == 2);
	note("R%d ", len);
}

static int fakebus_xfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int num)
{
	int ret = begin(msgs[0].addr), i;
	u8 sum = 0, addr;

	if (ret)
		return ret;
	for (i = 0; i < num; i++) {
		addr = i2c_8bit_addr_from_msg(&msgs[i]);
		sum = crc(sum, &addr, 1);
		if (msgs[i].flags & I2C_M_RD)
			fakebus_read(&msgs[i], sum);
		else
			fakebus_write(&msgs[i]);
		if (!(msgs[i].flags & I2C_M_RD))
			sum = crc(sum, msgs[i].buf, msgs[i].len);
	}
	note("P ");
	return partial ? num - 1 : num;
}

static int fakebus_smbus(struct i2c_adapter *adapter, u16 addr, unsigned short flags,
			 char read_write, u8 command, int size, union i2c_smbus_data *data)
{
	int ret, i;

	if (!native)
		return -EOPNOTSUPP;
	ret = begin(addr);
	if (ret)
		return ret;
	note("%c%d-%02x%s ", read_write == I2C_SMBUS_READ ? 'r' : 'w', size, command,
	     flags & I2C_CLIENT_PEC ? "-pec" : "");
	if (read_write != I2C_SMBUS_READ)
		return 0;
	switch (size) {
	case I2C_SMBUS_BYTE:
	case I2C_SMBUS_BYTE_DATA:
		data->byte = 0x10;
		break;
	case I2C_SMBUS_WORD_DATA:
		data->word = 0x1110;
		break;
	case I2C_SMBUS_BLOCK_DATA:
	case I2C_SMBUS_I2C_BLOCK_DATA:
		data->block[0] = block;
		for (i = 1; i <= min(block, I2C_SMBUS_BLOCK_MAX); i++)
			data->block[i] = 0x10 + i - 1;
		break;
	}
	return 0;
}

static u32 fakebus_functionality(struct i2c_adapter *adapter)
{
	return funcs;
}

static const struct i2c_algorithm fakebus_algorithm = {
	.master_xfer = fakebus_xfer,
	.smbus_xfer = fakebus_smbus,
	.functionality = fakebus_functionality,
};

static struct i2c_adapter fakebus_adapter = {
	.owner = THIS_MODULE,
	.algo = &fakebus_algorithm,
	.name = "fakebus",
};

static int fakebus_suspend(struct device *dev)
{
	i2c_mark_adapter_suspended(&fakebus_adapter);
	return 0;
}

static int fakebus_resume(struct device *dev)
{
	i2c_mark_adapter_resumed(&fakebus_adapter);
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(fakebus_pm, fakebus_suspend, fakebus_resume);

static int fakebus_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver fakebus_driver = {
	.driver = { .name = "fakebus", .pm = pm_sleep_ptr(&fakebus_pm) },
	.probe = fakebus_probe,
};

static struct platform_device *hardware;
static struct i2c_client *client;

static void lose_work(struct work_struct *work)
{
	if (!client)
		return;
	i2c_unregister_device(client);
	client = NULL;
	/* The driver of the chip has waited for its own transfers. */
	WARN_ON(READ_ONCE(transfers));
	WRITE_ONCE(lost, 1);
}

static DECLARE_WORK(lose, lose_work);

/* The parameter "lose": what is written takes the chip away, and does not wait for that. */
static int lose_set(const char *text, const struct kernel_param *param)
{
	schedule_work(&lose);
	return 0;
}

static const struct kernel_param_ops lose_ops = {
	.set = lose_set,
};
module_param_cb(lose, &lose_ops, NULL, 0200);

static int __init fakebus_init(void)
{
	struct i2c_board_info info = { I2C_BOARD_INFO("chips", FAKEBUS_ADDRESS) };
	int ret;

	hardware = platform_create_bundle(&fakebus_driver, fakebus_probe, NULL, 0, NULL, 0);
	if (IS_ERR(hardware))
		return PTR_ERR(hardware);
	fakebus_adapter.dev.parent = &hardware->dev;
	ret = i2c_add_adapter(&fakebus_adapter);
	if (ret)
		goto err_hardware;
	client = i2c_new_client_device(&fakebus_adapter, &info);
	ret = PTR_ERR_OR_ZERO(client);
	if (!ret)
		return 0;
	i2c_del_adapter(&fakebus_adapter);
err_hardware:
	platform_device_unregister(hardware);
	platform_driver_unregister(&fakebus_driver);
	return ret;
}

static void __exit fakebus_exit(void)
{
	flush_work(&lose);
	i2c_unregister_device(client);
	i2c_del_adapter(&fakebus_adapter);
	platform_device_unregister(hardware);
	platform_driver_unregister(&fakebus_driver);
}

module_init(fakebus_init);
module_exit(fakebus_exit);
MODULE_DESCRIPTION("An I2C adapter for tests");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
