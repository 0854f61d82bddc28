/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A chip of a suite's own, for a driver with CHARD_I2C_DRIVER() whose handler is in the suite's
 * process: host_bind(&chip) of suite-host.h makes its device. The functions are NULL in a guest.
 */
#ifndef CHARD_SUITE_I2C_H
#define CHARD_SUITE_I2C_H

#include <linux/i2c.h>
#include <stdbool.h>

#include "suite-host.h"

/**
 * struct host_transfer - a transfer that the handler has asked for
 * @size: I2C_SMBUS_BYTE_DATA and so on; 0 for messages
 * @write: of SMBus: to the chip
 * @command: of SMBus: the command, a register as a rule
 * @pec: of SMBus: with an error code
 * @data: of SMBus: what is written, or room for what is read
 * @messages: the messages
 * @count: how many messages; 0 for a transfer of SMBus's
 */
struct host_transfer {
	unsigned int size;
	bool write;
	unsigned char command;
	bool pec;
	union i2c_smbus_data *data;
	struct i2c_msg *messages;
	unsigned int count;
};

/**
 * struct host_chip - a chip; one of zeroes has all registers 0 and answers each transfer
 * @lacks: I2C_FUNC_* that its adapter has not, fixed while it is bound
 * @transfer: answers a transfer in place of host_chip_answer(), fixed while it is bound; NULL
 *	      for none
 * @registers: a word each, as SMBus has it: low byte first. The suite may set them before the
 *	       chip is bound; by host_chip_set() from then on
 * @pointer: the register that a transfer without a command begins at
 * @begun: transfers that have begun
 * @good: transfers that go well before the next ones fail
 * @bad: transfers that fail then
 * @error: the error of these
 *
 * @transfer is called by the thread of the call, and may take its time: other transfers wait
 * for it, as for a bus, and so does host_unbind(), which it must not call itself.
 */
struct host_chip {
	unsigned long lacks;
	int (*transfer)(struct host_chip *chip, struct host_transfer *transfer);
	/* The stand-in's from here on; the functions below are for them. */
	unsigned short registers[256];
	unsigned char pointer;
	unsigned int begun;
	unsigned int good;
	unsigned int bad;
	int error;
};

/*
 * host_chip_answer() - answer a transfer from the registers, as i2c-stub does
 *
 * A byte is the low one of its register. A block that has its length from the chip has it in
 * the register of its command, and a byte in each register behind that; other blocks, and
 * messages, have a byte in each register from the first on. The first byte that a message
 * writes is the register.
 *
 * Return: 0; of messages how many there were. The function @transfer of a chip returns the
 * same, or a negative errno, and may change what is read: also the length of a block.
 */
int host_chip_answer(struct host_chip *chip, struct host_transfer *transfer) __attribute__((weak));

/* host_chip_set() - set a register */
void host_chip_set(struct host_chip *chip, unsigned char reg, unsigned short word)
	__attribute__((weak));

/* host_chip_get() - a register, which the handler may have written to */
unsigned short host_chip_get(struct host_chip *chip, unsigned char reg) __attribute__((weak));

/*
 * host_chip_fail() - let transfers fail, behind those that this was called for before
 * @good: so many go well first
 * @bad: so many fail then, ~0U for all; 0 ends it
 * @error: with this, below 0: -ENXIO where nothing answers, -ETIMEDOUT
 */
void host_chip_fail(struct host_chip *chip, unsigned int good, unsigned int bad, int error)
	__attribute__((weak));

/* host_chip_begun() - how many transfers have begun, with those that fail */
unsigned int host_chip_begun(struct host_chip *chip) __attribute__((weak));

#endif
