// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/chard-temp0: in a guest over a chip that is there, whatever it measures; over the handler
 * in this process with a chip of the suite's own, which fails and goes.
 */
#define _GNU_SOURCE
#define NODE "/dev/chard-temp0"

#include "chard_temp.h"

#include "../suite-i2c.h"
#include "../tasks.h"

#include <poll.h>
#include <time.h>

static struct host_chip chip;

/* Sets a temperature in units of half a degree. The chip has its high byte first. */
static void heat(int halves)
{
	unsigned short word = (unsigned int)halves << 7;

	host_chip_set(&chip, 0, word << 8 | word >> 8);
}

static void set_up(void)
{
	if (host_bind) {
		chip = (struct host_chip){};
		heat(40);
		ck_assert_int_eq(host_bind(&chip), 0);
	}
	setup();
}

static void tear_down(void)
{
	teardown();
	/* The test may have done it. */
	if (host_unbind)
		host_unbind(0);
}

/* Binds the chip anew, with this function. */
static void bind_with(int (*transfer)(struct host_chip *chip, struct host_transfer *it))
{
	host_unbind(0);
	chip = (struct host_chip){ .transfer = transfer };
	heat(40);
	ck_assert_int_eq(host_bind(&chip), 0);
	expect(0, close(fd));
	fd = open_node(O_RDWR);
}

/* What a read at the start of a file gives. */
static void reads(int from, const char *text)
{
	memset(half, 0, page);
	expect((long)strlen(text), pread(from, half, page - 1, 0));
	ck_assert_str_eq(half, text);
}

static void shows(const char *name, const char *text)
{
	ck_assert_int_gt(host_show(fd, name, half, page), 0);
	ck_assert_str_eq(half, text);
}

static __s32 get_limit(int of)
{
	__s32 limit = 0;

	expect(0, ioctl(of, CHARD_TEMP_GET_LIMIT, &limit));
	return limit;
}

static long set_limit(int of, __s32 limit)
{
	return ioctl(of, CHARD_TEMP_SET_LIMIT, &limit);
}

static short ready(int of)
{
	struct pollfd polled = { .fd = of, .events = POLLIN | POLLPRI };

	return poll(&polled, 1, 0) ? polled.revents : 0;
}

/* Checks what holds behind a measurement of the driver's own. */
#define eventually(holds)                                  \
	do {                                               \
		int __looks = 0;                           \
                                                           \
		while (!(holds)) {                         \
			ck_assert_int_lt(++__looks, 5000); \
			usleep(1000);                      \
		}                                          \
	} while (0)

/* Waits until the driver has measured at least once, from the first step to the last. */
static void measured(void)
{
	unsigned int begun = host_chip_begun(&chip);

	eventually(host_chip_begun(&chip) >= begun + 2);
}

START_TEST(a_text)
{
	char *end;
	long len = read(fd, half, page - 1);

	ck_assert_int_gt(len, 1);
	half[len] = 0;
	ck_assert_int_eq(strtol(half, &end, 10) % 500, 0);
	ck_assert_str_eq(end, "\n");
	expect(0, read(fd, half, page));
	expect(0, pread(fd, half, page, len));
	expect(len, pread(fd, half, page, 0));
	expect(-EFAULT, pread(fd, half + page, 1, 0));
	expect(-EINVAL, write(fd, half, 1));
}
END_TEST

START_TEST(limits)
{
	int reader = open_node(O_RDONLY);
	__s32 limit = get_limit(fd);

	expect(0, set_limit(fd, -5000));
	ck_assert_int_eq(get_limit(reader), -5000);
	expect(-EBADF, set_limit(reader, 0));
	expect(-EFAULT, ioctl(fd, CHARD_TEMP_SET_LIMIT, half + page - 3));
	expect(-EFAULT, ioctl(fd, CHARD_TEMP_GET_LIMIT, KERNEL_ADDRESS));
	expect(-ENOTTY, ioctl(fd, _IO(CHARD_TEMP_MAGIC, 3)));
	ck_assert_int_eq(get_limit(fd), -5000);
	/* Below and above each temperature. */
	expect(0, set_limit(fd, -1000000));
	ck_assert_int_eq(ready(reader), POLLIN | POLLPRI);
	expect(0, set_limit(fd, 1000000));
	ck_assert_int_eq(ready(reader), POLLIN);
	expect(0, set_limit(fd, limit));
	expect(0, close(reader));
}
END_TEST

static const struct {
	unsigned short word; /* as the chip has it */
	const char *text;
} temperatures_rows[] = {
	{ 0x0000, "0\n" },
	{ 0x0080, "500\n" },
	{ 0x1780, "23500\n" },
	{ 0x7d00, "125000\n" },
	{ 0xff80, "-500\n" },
	{ 0xe700, "-25000\n" },
	{ 0xc900, "-55000\n" },
	/* Bits that an LM75 lacks say nothing. */
	{ 0x177f, "23000\n" },
	{ 0xffff, "-500\n" },
	{ 0x7fff, "127500\n" },
	{ 0x8000, "-128000\n" },
};

START_TEST(temperatures)
{
	unsigned short word = temperatures_rows[_i].word;

	host_chip_set(&chip, 0, word << 8 | word >> 8);
	reads(fd, temperatures_rows[_i].text);
	shows("temp1_input", temperatures_rows[_i].text);
}
END_TEST

START_TEST(one_measurement)
{
	int other = open_node(O_RDONLY);
	char text[32];

	heat(250);
	expect(3, read(fd, text, 3));
	heat(2);
	reads(other, "1000\n");
	measured();
	expect(4, read(fd, text + 3, 20));
	ck_assert_mem_eq(text, "125000\n", 7);
	expect(0, read(fd, text, 20));
	/* A read at the start measures. */
	reads(fd, "1000\n");
	expect(0, close(other));
}
END_TEST

static const int errors_rows[] = { ENXIO, EREMOTEIO, ETIMEDOUT, EAGAIN, EPROTO, EIO, EOPNOTSUPP };

START_TEST(errors)
{
	int error = errors_rows[_i];

	reads(fd, "20000\n");
	host_chip_fail(&chip, 0, ~0U, -error);
	expect(-error, pread(fd, half, page, 0));
	ck_assert_int_eq(host_show(fd, "temp1_input", half, page), -error);
	/* What the file has measured before. */
	expect(3, pread(fd, half, page, 3));
	expect(0, set_limit(fd, 20000));
	ck_assert_int_eq(ready(fd), POLLIN | POLLPRI);
	/* The driver's own measurements go on, and the device has its last one. */
	measured();
	ck_assert_int_eq(ready(fd), POLLIN | POLLPRI);
	heat(39);
	host_chip_fail(&chip, 0, 0, 0);
	eventually(ready(fd) == POLLIN);
	reads(fd, "19500\n");
}
END_TEST

START_TEST(no_node)
{
	int error = errors_rows[_i];

	ck_assert_int_eq(host_unbind(0), 0);
	host_chip_fail(&chip, 0, 1, -error);
	ck_assert_int_eq(host_bind(&chip), -error);
	expect(-ENXIO, open(NODE, O_RDWR));
	ck_assert_int_eq(host_bind(&chip), 0);
}
END_TEST

START_TEST(adapter_without_words)
{
	ck_assert_int_eq(host_unbind(0), 0);
	/* Words in one direction are not enough. */
	chip = (struct host_chip){ .lacks = _i ? I2C_FUNC_SMBUS_WRITE_WORD_DATA
					       : I2C_FUNC_SMBUS_READ_WORD_DATA };
	ck_assert_int_eq(host_bind(&chip), -EOPNOTSUPP);
	ck_assert_int_eq(host_chip_begun(&chip), 0);
	expect(-ENXIO, open(NODE, O_RDWR));
}
END_TEST

/* Another word each time. */
static int rubbish(struct host_chip *chip, struct host_transfer *it)
{
	it->data->word = host_chip_begun(chip) * 40503;
	return 0;
}

START_TEST(answers_of_rubbish)
{
	bind_with(rubbish);
	expect(0, set_limit(fd, -128000));
	for (int i = 0; i < 1000; i++) {
		long len = pread(fd, half, page - 1, 0), value;
		char *end;

		ck_assert_int_gt(len, 1);
		half[len] = 0;
		value = strtol(half, &end, 10);
		ck_assert_str_eq(end, "\n");
		ck_assert_int_eq(value % 500, 0);
		ck_assert_int_ge(value, -128000);
		ck_assert_int_le(value, 127500);
		ck_assert_int_eq(ready(fd), POLLIN | POLLPRI);
	}
}
END_TEST

/* Pollers that have an answer. */
static int answered;

static long poll_for_limit(struct task *task)
{
	struct pollfd polled = { .fd = task->len, .events = POLLPRI };
	time_t begun = time(NULL);
	int ready = poll(&polled, 1, 20000);

	__atomic_add_fetch(&answered, 1, __ATOMIC_RELAXED);
	/* At the end of its time it looks once more, as poll(2) does, and was woken by nobody. */
	return ready == 1 && time(NULL) - begun < 15 ? polled.revents : -ETIME;
}

/* Begins one, which has no answer yet. */
static void begin_poller(struct task *poller)
{
	*poller = (struct task){ .call = poll_for_limit, .len = fd };
	__atomic_store_n(&answered, 0, __ATOMIC_RELAXED);
	begin(poller);
}

/* Behind the next measurement of the driver's own it has none either. */
static void polls_on(void)
{
	measured();
	ck_assert_int_eq(__atomic_load_n(&answered, __ATOMIC_RELAXED), 0);
}

START_TEST(limit_is_passed)
{
	struct task poller;

	ck_assert_int_eq(get_limit(fd), CHARD_TEMP_LIMIT_DEFAULT);
	expect(0, set_limit(fd, 50000));
	begin_poller(&poller);
	heat(99);
	polls_on();
	heat(100);
	ck_assert_int_eq(end(&poller), POLLPRI);
	ck_assert_int_eq(ready(fd), POLLIN | POLLPRI);
	heat(99);
	eventually(ready(fd) == POLLIN);
}
END_TEST

START_TEST(limit_is_lowered)
{
	struct task poller;

	begin_poller(&poller);
	expect(0, set_limit(fd, 20500));
	polls_on();
	/* No measurement wakes it now. */
	host_chip_fail(&chip, 0, ~0U, -ENXIO);
	expect(0, set_limit(fd, 20000));
	ck_assert_int_eq(end(&poller), POLLPRI);
	expect(0, set_limit(fd, 20500));
	begin_poller(&poller);
	ck_assert_int_eq(host_store(fd, "temp1_max", "-5000\n"), 0);
	ck_assert_int_eq(end(&poller), POLLPRI);
}
END_TEST

/* Errors of some measurements keep no poller from a later one. */
START_TEST(limit_is_passed_behind_errors)
{
	struct task poller;

	begin_poller(&poller);
	host_chip_fail(&chip, 1, 3, -ETIMEDOUT);
	measured();
	heat(160);
	ck_assert_int_eq(end(&poller), POLLPRI);
	ck_assert_int_ge(host_chip_begun(&chip), 6);
}
END_TEST

START_TEST(attributes)
{
	shows("temp1_input", "20000\n");
	shows("temp1_max", "80000\n");
	expect(0, set_limit(fd, 30000));
	shows("temp1_max", "30000\n");
	ck_assert_int_eq(host_store(fd, "temp1_max", "-2500\n"), 0);
	ck_assert_int_eq(get_limit(fd), -2500);
	ck_assert_int_eq(host_store(fd, "temp1_max", "warm"), -EINVAL);
	ck_assert_int_eq(host_store(fd, "temp1_max", ""), -EINVAL);
	ck_assert_int_eq(host_store(fd, "temp1_max", "2147483648"), -EINVAL);
	ck_assert_int_eq(host_store(fd, "temp1_max", "1 2"), -EINVAL);
	shows("temp1_max", "-2500\n");
}
END_TEST

#include "ends.h"

int main(void)
{
	TCase *file = tcase_create("file"), *chips = tcase_create("chip");

	tcase_add_checked_fixture(file, set_up, tear_down);
	tcase_add_test(file, a_text);
	tcase_add_test(file, limits);
	tcase_add_checked_fixture(chips, set_up, tear_down);
	if (host_bind) {
		add_table(chips, temperatures);
		tcase_add_test(chips, one_measurement);
		add_table(chips, errors);
		tcase_add_loop_test(chips, no_node, 0, sizeof(errors_rows) / sizeof(*errors_rows));
		tcase_add_loop_test(chips, adapter_without_words, 0, 2);
		tcase_add_test(chips, answers_of_rubbish);
		tcase_add_test(chips, limit_is_passed);
		tcase_add_test(chips, limit_is_lowered);
		tcase_add_test(chips, limit_is_passed_behind_errors);
		tcase_add_test(chips, attributes);
		tcase_add_test(chips, chip_goes);
		tcase_add_test(chips, chip_goes_during_a_transfer);
		tcase_add_test(chips, several_chips);
		tcase_add_test(chips, many_callers);
	}
	return run(file, chips);
}
