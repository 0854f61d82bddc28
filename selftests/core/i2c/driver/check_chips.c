// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/chard-chips0 over a chip of the suite's own: what a suite can have a chip do. There is no
 * such chip in a guest, where selftests/core/i2c/chips.c has others.
 */
#include <pthread.h>

#include "chard_chips.h"

#define NODE "/dev/chard-chips0"
#include "suite.h"

#include "suite-i2c.h"

static struct host_chip chip;

static void set_up(void)
{
	chip = (struct host_chip){};
	ck_assert_int_eq(host_bind(&chip), 0);
	setup();
}

static void tear_down(void)
{
	teardown();
	host_unbind(0);
}

static long transfer(struct chard_chips_transfer *it)
{
	return ioctl(fd, CHARD_CHIPS_TRANSFER, it);
}

/* A transfer without a block: what was read, or a negative errno. */
static long number(int what, int command, int value)
{
	struct chard_chips_transfer it = { .what = what, .command = command, .value = value };

	return transfer(&it) ? -errno : (long)it.value;
}

/* One of a block, whose bytes are the caller's. */
static long block(int what, int command, const char *bytes, int len,
		  struct chard_chips_transfer *it)
{
	*it = (struct chard_chips_transfer){ .what = what, .command = command, .len = len };
	memcpy(it->bytes, bytes, strlen(bytes));
	return transfer(it) ? -errno : (long)it->value;
}

START_TEST(bytes_and_words)
{
	ck_assert_int_eq(number(CHARD_CHIPS_WRITE_BYTE_DATA, 7, 0xa5), 0xa5);
	ck_assert_int_eq(host_chip_get(&chip, 7), 0xa5);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE_DATA, 7, 0), 0xa5);
	host_chip_set(&chip, 8, 0x1234);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE_DATA, 8, 0), 0x34);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_WORD_DATA, 8, 0), 0x1234);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_WORD_SWAPPED, 8, 0), 0x3412);
	ck_assert_int_eq(number(CHARD_CHIPS_WRITE_WORD_SWAPPED, 9, 0x1234), 0x1234);
	ck_assert_int_eq(host_chip_get(&chip, 9), 0x3412);
	/* The byte that is written without a command is the register that is read. */
	ck_assert_int_eq(number(CHARD_CHIPS_WRITE_BYTE, 0, 7), 7);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), 0xa5);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), 0x34);
}
END_TEST

START_TEST(blocks)
{
	struct chard_chips_transfer it;

	block(CHARD_CHIPS_WRITE_BLOCK_DATA, 0x10, "01234", 5, &it);
	ck_assert_int_eq(host_chip_get(&chip, 0x10), 5);
	ck_assert_int_eq(host_chip_get(&chip, 0x15), '4');
	ck_assert_int_eq(block(CHARD_CHIPS_READ_BLOCK_DATA, 0x10, "", 0, &it), 5);
	ck_assert_mem_eq(it.bytes, "01234\0", 6);
	/* The length is the chip's, and need not be one. */
	host_chip_set(&chip, 0x10, 33);
	ck_assert_int_eq(block(CHARD_CHIPS_READ_BLOCK_DATA, 0x10, "", 0, &it), -EPROTO);
	host_chip_set(&chip, 0x10, 0);
	ck_assert_int_eq(block(CHARD_CHIPS_READ_BLOCK_DATA, 0x10, "", 0, &it), 0);
	block(CHARD_CHIPS_WRITE_I2C_BLOCK, 0x40, "abcdef", 6, &it);
	ck_assert_int_eq(host_chip_get(&chip, 0x40), 'a');
	ck_assert_int_eq(block(CHARD_CHIPS_READ_I2C_BLOCK, 0x42, "", 3, &it), 3);
	ck_assert_mem_eq(it.bytes, "cde\0", 4);
	/* There are no further registers. */
	ck_assert_int_eq(block(CHARD_CHIPS_READ_I2C_BLOCK, 0xfc, "", 8, &it), 4);
	for (int what = CHARD_CHIPS_WRITE_BLOCK_DATA; what <= CHARD_CHIPS_WRITE_I2C_BLOCK; what++) {
		ck_assert_int_eq(block(what, 1, "", 0, &it), -EINVAL);
		ck_assert_int_eq(block(what, 1, "", 33, &it), -EINVAL);
	}
}
END_TEST

START_TEST(messages)
{
	struct chard_chips_transfer it;

	/* The register, and what goes to it and those behind. */
	block(CHARD_CHIPS_MESSAGE_WRITE, 0, "\x20xyz", 4, &it);
	ck_assert_int_eq(host_chip_get(&chip, 0x20), 'x');
	ck_assert_int_eq(host_chip_get(&chip, 0x22), 'z');
	block(CHARD_CHIPS_MESSAGE_BOTH, 0x21, "", 2, &it);
	ck_assert_mem_eq(it.bytes, "yz\0", 3);
	block(CHARD_CHIPS_MESSAGE_EIGHT, 0x20, "", 8, &it);
	ck_assert_mem_eq(it.bytes + 1, "xyz\0", 4);
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_NONE, 0, "", 0, &it), -EINVAL);
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_NINE, 0, "", 8, &it), -EINVAL);
	/* What is refused does not reach the bus. */
	ck_assert_int_eq(host_chip_begun(&chip), 3);
}
END_TEST

START_TEST(errors)
{
	struct chard_chips_transfer it;

	host_chip_fail(&chip, 2, 2, -ETIMEDOUT);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), 0);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), 0);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), -ETIMEDOUT);
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_BOTH, 0, "", 2, &it), -ETIMEDOUT);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), 0);
	/* The second transfer of a call. */
	host_chip_fail(&chip, 1, 1, -EREMOTEIO);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_TWICE, 0, 0), EREMOTEIO);
	host_chip_fail(&chip, 0, ~0U, -ENXIO);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(number(CHARD_CHIPS_READ_WORD_DATA, 0, 0), -ENXIO);
	host_chip_fail(&chip, 0, 0, 0);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_WORD_DATA, 0, 0), 0);
	ck_assert_int_eq(host_chip_begun(&chip), 11);
}
END_TEST

/* A chip with a mind of its own: registers from 0x80 on are short, and a wrong code. */
static int odd(struct host_chip *chip, struct host_transfer *it)
{
	int ret = host_chip_answer(chip, it);

	if (it->pec)
		return -EBADMSG;
	if (it->size == I2C_SMBUS_I2C_BLOCK_DATA && it->command >= 0x80)
		it->data->block[0] = it->command == 0x80 ? 2 : 40;
	return it->count == 2 ? 1 : ret;
}

START_TEST(odd_answers)
{
	struct chard_chips_transfer it = { .what = CHARD_CHIPS_READ_BYTE_DATA, .pec = 1 };

	host_unbind(0);
	chip.transfer = odd;
	ck_assert_int_eq(host_bind(&chip), 0);
	close(fd);
	fd = open_node(O_RDWR);
	expect(-EBADMSG, transfer(&it));
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE_DATA, 0, 0), 0);
	ck_assert_int_eq(block(CHARD_CHIPS_READ_I2C_BLOCK, 0x7f, "", 5, &it), 5);
	ck_assert_int_eq(block(CHARD_CHIPS_READ_I2C_BLOCK, 0x80, "", 5, &it), 2);
	ck_assert_int_eq(block(CHARD_CHIPS_READ_I2C_BLOCK, 0x81, "", 5, &it), -EPROTO);
	/* One of two messages. */
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_BOTH, 0, "", 5, &it), -EIO);
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_READ, 0, "", 5, &it), 0);
}
END_TEST

START_TEST(adapters)
{
	struct chard_chips_transfer it;

	ck_assert_int_eq(number(CHARD_CHIPS_FUNCTIONALITY, 0, 0), 0x7f);
	host_unbind(0);
	chip.lacks = I2C_FUNC_I2C | I2C_FUNC_SMBUS_WORD_DATA | I2C_FUNC_SMBUS_WRITE_BYTE_DATA;
	ck_assert_int_eq(host_bind(&chip), 0);
	close(fd);
	fd = open_node(O_RDWR);
	ck_assert_int_eq(number(CHARD_CHIPS_FUNCTIONALITY, 0, 0),
			 0x7f & ~(CHARD_CHIPS_HAS_I2C | CHARD_CHIPS_HAS_WORD_DATA |
				  CHARD_CHIPS_HAS_BYTE_DATA));
	ck_assert_int_eq(number(CHARD_CHIPS_READ_WORD_DATA, 0, 0), -EOPNOTSUPP);
	ck_assert_int_eq(number(CHARD_CHIPS_WRITE_BYTE_DATA, 0, 0), -EOPNOTSUPP);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE_DATA, 0, 0), 0);
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_READ, 0, "", 1, &it), -EOPNOTSUPP);
	/* A mistake of the handler's is told first. */
	ck_assert_int_eq(block(CHARD_CHIPS_MESSAGE_NINE, 0, "", 8, &it), -EINVAL);
}
END_TEST

START_TEST(contexts)
{
	ck_assert_int_eq(number(CHARD_CHIPS_READ_LOCKED, 0, 0), -EDEADLK);
	ck_assert_int_eq(host_chip_begun(&chip), 0);
}
END_TEST

START_TEST(gone)
{
	ck_assert_int_eq(host_unbind(0), 0);
	/* removed() reaches the chip. */
	ck_assert_int_eq(host_chip_get(&chip, CHARD_CHIPS_REMOVED), 0x5a);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), -ENODEV);
	ck_assert_int_eq(host_chip_begun(&chip), 1);
}
END_TEST

static void *unbind(void *unused)
{
	ck_assert_int_eq(host_unbind(0), 0);
	return unused;
}

static pthread_t remover;

/* The chip is being taken away from the first transfer on, which takes its time. */
static int going(struct host_chip *chip, struct host_transfer *it)
{
	if (host_chip_begun(chip) == 1) {
		ck_assert_int_eq(pthread_create(&remover, NULL, unbind, NULL), 0);
		usleep(50000);
	}
	return host_chip_answer(chip, it);
}

START_TEST(goes_during_a_transfer)
{
	host_unbind(0);
	chip = (struct host_chip){ .transfer = going };
	ck_assert_int_eq(host_bind(&chip), 0);
	close(fd);
	fd = open_node(O_RDWR);
	/* The call has the chip to its end. */
	ck_assert_int_eq(number(CHARD_CHIPS_READ_TWICE, 1, 0), 0);
	ck_assert_int_eq(pthread_join(remover, NULL), 0);
	ck_assert_int_eq(number(CHARD_CHIPS_READ_BYTE, 0, 0), -ENODEV);
	/* The two of the call, and that of removed(). */
	ck_assert_int_eq(host_chip_begun(&chip), 3);
}
END_TEST

int main(void)
{
	TCase *chips = tcase_create("chip");

	tcase_add_checked_fixture(chips, set_up, tear_down);
	tcase_add_test(chips, bytes_and_words);
	tcase_add_test(chips, blocks);
	tcase_add_test(chips, messages);
	tcase_add_test(chips, errors);
	tcase_add_test(chips, odd_answers);
	tcase_add_test(chips, adapters);
	tcase_add_test(chips, contexts);
	tcase_add_test(chips, gone);
	tcase_add_test(chips, goes_during_a_transfer);
	return run(chips);
}
