// SPDX-License-Identifier: GPL-2.0
/* Chips that a suite binds: registers, and transfers that fail on demand. */
#include <pthread.h>

#include "chip.h"

/* A transfer has the bus for itself; chips_lock guards the registers and counts of all chips. */
static pthread_mutex_t bus_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t chips_lock = PTHREAD_MUTEX_INITIALIZER;

/* chip_functions() - I2C_FUNC_* of the adapter of a chip */
unsigned long chip_functions(const struct host_chip *chip)
{
	return (I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL | I2C_FUNC_SMBUS_READ_BLOCK_DATA) & ~chip->lacks;
}

/* The error of the transfer that begins, or 0. */
static int next_error(struct host_chip *chip)
{
	int error = 0;

	pthread_mutex_lock(&chips_lock);
	chip->begun++;
	if (chip->good) {
		chip->good--;
	} else if (chip->bad) {
		error = chip->error;
		chip->bad--;
	}
	pthread_mutex_unlock(&chips_lock);
	return error;
}

/* chip_transfer() - a transfer: 0, of messages how many, or a negative errno */
int chip_transfer(struct host_chip *chip, struct host_transfer *transfer)
{
	int ret;

	pthread_mutex_lock(&bus_lock);
	ret = next_error(chip);
	if (!ret)
		ret = chip->transfer ? chip->transfer(chip, transfer)
				     : host_chip_answer(chip, transfer);
	pthread_mutex_unlock(&bus_lock);
	return ret;
}

/* Moves bytes of the registers from @reg on, one of each. */
static void move(struct host_chip *chip, bool write, unsigned char reg, unsigned char *bytes,
		 size_t len)
{
	for (size_t i = 0; i < len; i++, reg++) {
		if (write)
			chip->registers[reg] = bytes[i];
		else
			bytes[i] = chip->registers[reg];
	}
}

static void answer_byte(struct host_chip *chip, const struct host_transfer *it)
{
	if (it->write)
		chip->pointer = it->command;
	else
		move(chip, false, chip->pointer++, &it->data->byte, 1);
}

static void answer_word(struct host_chip *chip, const struct host_transfer *it)
{
	if (it->write)
		chip->registers[it->command] = it->data->word;
	else
		it->data->word = chip->registers[it->command];
}

/* With its length in the first register. */
static void answer_block(struct host_chip *chip, const struct host_transfer *it)
{
	unsigned char len;

	move(chip, it->write, it->command, it->data->block, 1);
	len = it->data->block[0];
	if (len > I2C_SMBUS_BLOCK_MAX)
		len = I2C_SMBUS_BLOCK_MAX;
	move(chip, it->write, it->command + 1, it->data->block + 1, len);
}

static void answer_message(struct host_chip *chip, const struct i2c_msg *message)
{
	unsigned char *bytes = message->buf;
	size_t len = message->len;
	bool write = !(message->flags & I2C_M_RD);

	if (write && len) {
		chip->pointer = *bytes++;
		len--;
	}
	move(chip, write, chip->pointer, bytes, len);
	chip->pointer += len;
}

int host_chip_answer(struct host_chip *chip, struct host_transfer *it)
{
	pthread_mutex_lock(&chips_lock);
	switch (it->size) {
	case I2C_SMBUS_BYTE:
		answer_byte(chip, it);
		break;
	case I2C_SMBUS_BYTE_DATA:
		move(chip, it->write, it->command, &it->data->byte, 1);
		break;
	case I2C_SMBUS_WORD_DATA:
		answer_word(chip, it);
		break;
	case I2C_SMBUS_BLOCK_DATA:
		answer_block(chip, it);
		break;
	case I2C_SMBUS_I2C_BLOCK_DATA:
		/* There are no registers behind the last. */
		if (it->data->block[0] > 256 - it->command)
			it->data->block[0] = 256 - it->command;
		move(chip, it->write, it->command, it->data->block + 1, it->data->block[0]);
		break;
	}
	for (unsigned int i = 0; i < it->count; i++)
		answer_message(chip, &it->messages[i]);
	pthread_mutex_unlock(&chips_lock);
	return it->count;
}

void host_chip_set(struct host_chip *chip, unsigned char reg, unsigned short word)
{
	pthread_mutex_lock(&chips_lock);
	chip->registers[reg] = word;
	pthread_mutex_unlock(&chips_lock);
}

unsigned short host_chip_get(struct host_chip *chip, unsigned char reg)
{
	unsigned short word;

	pthread_mutex_lock(&chips_lock);
	word = chip->registers[reg];
	pthread_mutex_unlock(&chips_lock);
	return word;
}

void host_chip_fail(struct host_chip *chip, unsigned int good, unsigned int bad, int error)
{
	pthread_mutex_lock(&chips_lock);
	chip->good = good;
	chip->bad = bad;
	chip->error = error;
	pthread_mutex_unlock(&chips_lock);
}

unsigned int host_chip_begun(struct host_chip *chip)
{
	unsigned int begun;

	pthread_mutex_lock(&chips_lock);
	begun = chip->begun;
	pthread_mutex_unlock(&chips_lock);
	return begun;
}
