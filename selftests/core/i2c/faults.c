// SPDX-License-Identifier: GPL-2.0
/* What an adapter and a chip can do wrong, by the adapter "fakebus". */
#include "i2c_test.h"

static void set(const char *name, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), FAKEBUS "%s", name);
	report(!store(path, value), "fakebus: %s=%s", name, value);
}

/* The errors of the bus reach the handler as they are. */
static void errors(int fd)
{
	static const int each[] = { ENXIO, EREMOTEIO, ETIMEDOUT, EBADMSG, EPROTO, EIO, EAGAIN };
	char text[16];

	for (unsigned int i = 0; i < ARRAY_SIZE(each); i++) {
		struct chard_chips_transfer it = { .what = CHARD_CHIPS_MESSAGE_BOTH, .len = 2 };

		snprintf(text, sizeof(text), "-%d", each[i]);
		set("error", text);
		expect(-each[i], number(fd, CHARD_CHIPS_READ_BYTE_DATA, 1, 0));
		expect(-each[i], number(fd, CHARD_CHIPS_WRITE_WORD_DATA, 1, 0));
		expect(each[i], transfer(fd, &it));
	}
	set("error", "0");
	expect(0x10, number(fd, CHARD_CHIPS_READ_BYTE_DATA, 1, 0));
}

static long block_of(int fd, int what, int len)
{
	struct chard_chips_transfer it = { .what = what, .len = len };

	return -transfer(fd, &it) ?: (long)it.value;
}

/* A length that comes from outside is not believed. */
static void lengths(int fd)
{
	char text[16];
	int bad = 0;

	for (int len = 33; len < 256; len++) {
		snprintf(text, sizeof(text), "%d", len);
		bad += store(FAKEBUS "block", text) ||
		       block_of(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0) != -EPROTO ||
		       block_of(fd, CHARD_CHIPS_READ_I2C_BLOCK, 32) != -EPROTO;
	}
	expect(0, bad);
	set("block", "32");
	expect(32, block_of(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0));
	expect(32, block_of(fd, CHARD_CHIPS_READ_I2C_BLOCK, 32));
	/* More than was asked for. */
	expect(-EPROTO, block_of(fd, CHARD_CHIPS_READ_I2C_BLOCK, 31));
	set("block", "0");
	expect(0, block_of(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0));
	expect(0, block_of(fd, CHARD_CHIPS_READ_I2C_BLOCK, 5));
	set("native", "0");
	/* The kernel's own check of what it makes messages of. */
	for (int len = 33; len < 256; len++) {
		snprintf(text, sizeof(text), "%d", len);
		bad += store(FAKEBUS "block", text) ||
		       block_of(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0) != -EPROTO;
	}
	expect(0, bad);
	set("block", "3");
	expect(3, block_of(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0));
	set("native", "1");
}

static void functions(int fd)
{
	expect(0x7f, number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
	/* I2C_FUNC_SMBUS_PEC, and half of that for bytes. */
	set("funcs", "0x20008");
	expect(CHARD_CHIPS_HAS_PEC, number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
	set("funcs", "0");
	expect(0, number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
	set("funcs", "0x0fff0009");
}

void faults(void)
{
	int fd = open(CHIPS, O_RDWR);

	report(fd >= 0, "the chip of fakebus has a node");
	errors(fd);
	lengths(fd);
	functions(fd);
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
