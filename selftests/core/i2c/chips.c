// SPDX-License-Identifier: GPL-2.0
/* Each transfer of SMBus on i2c-stub, and a handler that asks where there is no chip. */
#include "i2c_test.h"

#define ADDRESS 0x30
/* All that i2c-stub can. */
#define ALL "chip_addr=0x30 functionality=0x0f7f0000"

static int bus;

static void bytes_and_words(int fd)
{
	expect(CHARD_CHIPS_HAS_BYTE | CHARD_CHIPS_HAS_BYTE_DATA | CHARD_CHIPS_HAS_WORD_DATA |
		       CHARD_CHIPS_HAS_BLOCK_DATA | CHARD_CHIPS_HAS_I2C_BLOCK,
	       number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
	expect(0xa5, number(fd, CHARD_CHIPS_WRITE_BYTE_DATA, 7, 0xa5));
	expect(0xa5, number(fd, CHARD_CHIPS_READ_BYTE_DATA, 7, 0));
	expect(0xa5, get_byte(bus, ADDRESS, 7));
	/* The byte that is written without a command is the register that is read. */
	expect(7, number(fd, CHARD_CHIPS_WRITE_BYTE, 0, 7));
	expect(0xa5, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	expect(0, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	expect(0x1234, number(fd, CHARD_CHIPS_WRITE_WORD_DATA, 8, 0x1234));
	expect(0x1234, number(fd, CHARD_CHIPS_READ_WORD_DATA, 8, 0));
	expect(0x3412, number(fd, CHARD_CHIPS_READ_WORD_SWAPPED, 8, 0));
	expect(0x34, get_byte(bus, ADDRESS, 8));
	expect(0x1234, number(fd, CHARD_CHIPS_WRITE_WORD_SWAPPED, 8, 0x1234));
	expect(0x3412, number(fd, CHARD_CHIPS_READ_WORD_DATA, 8, 0));
	expect(0x12, get_byte(bus, ADDRESS, 8));
}

static int block(int fd, int what, int command, int len, struct chard_chips_transfer *it)
{
	it->what = what;
	it->command = command;
	it->len = len;
	return transfer(fd, it);
}

static void blocks(int fd)
{
	struct chard_chips_transfer it = { .bytes = "0123456789abcdefghijklmnopqrstuvwxyz" },
				    got = {};

	/* The chip was never told of a block. */
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_READ_BLOCK_DATA, 1, 0, &got));
	expect(0, block(fd, CHARD_CHIPS_WRITE_BLOCK_DATA, 1, 5, &it));
	expect(0, block(fd, CHARD_CHIPS_READ_BLOCK_DATA, 1, 0, &got));
	expect(5, got.value);
	expect(0, memcmp(got.bytes, "01234\0", 6));
	expect(0, block(fd, CHARD_CHIPS_WRITE_BLOCK_DATA, 1, 32, &it));
	expect(0, block(fd, CHARD_CHIPS_READ_BLOCK_DATA, 1, 0, &got));
	expect(32, got.value);
	expect(0, memcmp(got.bytes, it.bytes, 32));
	expect(0, block(fd, CHARD_CHIPS_WRITE_I2C_BLOCK, 0x40, 32, &it));
	memset(&got, 0, sizeof(got));
	expect(0, block(fd, CHARD_CHIPS_READ_I2C_BLOCK, 0x42, 3, &got));
	expect(3, got.value);
	expect(0, memcmp(got.bytes, "234\0", 4));
	expect(0, block(fd, CHARD_CHIPS_READ_I2C_BLOCK, 0x40, 32, &got));
	expect(0, memcmp(got.bytes, it.bytes, 32));
	/* The adapter gives fewer. */
	expect(0, block(fd, CHARD_CHIPS_READ_I2C_BLOCK, 0xfc, 8, &got));
	expect(4, got.value);
	for (int what = CHARD_CHIPS_WRITE_BLOCK_DATA; what <= CHARD_CHIPS_WRITE_I2C_BLOCK; what++) {
		expect(EINVAL, block(fd, what, 1, 0, &it));
		expect(EINVAL, block(fd, what, 1, 33, &it));
		expect(EINVAL, block(fd, what, 1, 44, &it));
	}
}

/* Messages are more than this adapter has, and a handler's mistakes are told first. */
static void no_messages(int fd)
{
	struct chard_chips_transfer it = { .bytes = "01" };

	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_MESSAGE_READ, 0, 2, &it));
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_MESSAGE_WRITE, 0, 2, &it));
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_MESSAGE_BOTH, 0, 2, &it));
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_MESSAGE_EIGHT, 0, 8, &it));
	expect(EINVAL, block(fd, CHARD_CHIPS_MESSAGE_NINE, 0, 8, &it));
	expect(EINVAL, block(fd, CHARD_CHIPS_MESSAGE_NONE, 0, 0, &it));
	expect(-EDEADLK, number(fd, CHARD_CHIPS_READ_LOCKED, 0, 0));
}

static void gone(int fd)
{
	/* removed() reaches the chip. */
	expect(0, get_byte(bus, ADDRESS, CHARD_CHIPS_REMOVED));
	expect(0, bind_by("chard-chips", "unbind", bus, ADDRESS));
	expect(0x5a, get_byte(bus, ADDRESS, CHARD_CHIPS_REMOVED));
	expect(-ENODEV, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	expect(-ENODEV, number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
}

/* A handler that asks for a chip where there is none. */
static void no_chip(const char *module, const char *node)
{
	struct chard_chips_transfer it = { .bytes = "01" };
	char file[32];
	int fd;

	snprintf(file, sizeof(file), "%s.ko", module);
	expect(0, load(file, ""));
	fd = open(node, O_RDWR);
	report(fd >= 0, "%s opens", node);
	expect(0, number(fd, CHARD_CHIPS_FUNCTIONALITY, 0, 0));
	expect(-EOPNOTSUPP, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	expect(-EOPNOTSUPP, number(fd, CHARD_CHIPS_WRITE_WORD_DATA, 1, 2));
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_MESSAGE_BOTH, 0, 2, &it));
	expect(EOPNOTSUPP, block(fd, CHARD_CHIPS_READ_BLOCK_DATA, 0, 0, &it));
	close(fd);
	expect(0, unload(module));
}

void chips(void)
{
	int fd;

	expect(0, load("i2c-stub.ko", ALL));
	bus = adapter_called("SMBus stub driver");
	expect(0, load("chard_chips.ko", ""));
	expect(0, add_chip(bus, "chips", ADDRESS));
	fd = open(CHIPS, O_RDWR);
	bytes_and_words(fd);
	blocks(fd);
	no_messages(fd);
	gone(fd);
	close(fd);
	expect(0, unload("i2c_stub"));
	expect(0, unload("chard_chips"));
	no_chip("chard_bare", "/dev/chard-bare");
	no_chip("chard_astray", "/dev/chard-astray0");
	report(log_is_clean(), "%s: the log is clean", __func__);
}
