// SPDX-License-Identifier: GPL-2.0
/* The driver of temperature sensors: readings, the limit, its attributes, several chips. */
#include <limits.h>
#include <poll.h>

#include "chard_temp.h"
#include "i2c_test.h"

static int bus;

/* Sets the temperature of a chip in units of half a degree. */
static int heat(int address, int halves)
{
	unsigned int word = (unsigned int)halves << 7;

	/* The chip has the high byte first. */
	return set_word(bus, address, 0, (word & 0xff) << 8 | (word >> 8 & 0xff));
}

static bool reads(int fd, const char *text)
{
	char got[32] = "";
	ssize_t len = pread(fd, got, sizeof(got) - 1, 0);

	if (len < 0)
		snprintf(got, sizeof(got), "errno %d", errno);
	if (strcmp(got, text))
		printf("# read '%s', expected '%s'\n", got, text);
	return !strcmp(got, text);
}

static void is_bound(void)
{
	char target[PATH_MAX] = "", client[32];

	expect(0, add_chip(bus, "lm75", 0x48));
	expect(0, access(TEMP, F_OK));
	expect(1, readlink(TEMP_SYSFS "device", target, sizeof(target) - 1) > 0);
	snprintf(client, sizeof(client), "/%d-0048", bus);
	report(strstr(target, client), "the node's parent is the chip: %s", target);
}

static void readings(void)
{
	int fd = open(TEMP, O_RDONLY);
	char text[32];

	expect(0, heat(0x48, 47));
	report(reads(fd, "23500\n"), "half a degree");
	expect(0, heat(0x48, 48));
	report(reads(fd, "24000\n"), "pread measures anew");
	expect(0, heat(0x48, 0));
	report(reads(fd, "0\n"), "zero");
	expect(0, heat(0x48, -1));
	report(reads(fd, "-500\n"), "below zero");
	expect(0, heat(0x48, -110));
	report(reads(fd, "-55000\n"), "the least of an LM75");
	expect(0, heat(0x48, 250));
	report(reads(fd, "125000\n"), "the most");
	/* Bits that an LM75 lacks say nothing. */
	expect(0, set_word(bus, 0x48, 0, 0x7f17));
	report(reads(fd, "23000\n"), "bits below half a degree are left out");
	/* As cat: to the end, of one measurement. */
	expect(0, heat(0x48, 250));
	expect(3, read(fd, text, 3));
	expect(0, heat(0x48, 2));
	expect(4, read(fd, text + 3, 20));
	report(!memcmp(text, "125000\n", 7), "a text in two reads is of one measurement");
	expect(0, read(fd, text, 20));
	expect(0, read(fd, text, 20));
	close(fd);
	fd = open(TEMP, O_RDONLY);
	report(reads(fd, "1000\n"), "another file");
	close(fd);
}

/* What the suite can see of a chip that it did not make. */
static void suite(void)
{
	FILE *said = popen("CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent ./check_temp 2>&1", "r");
	char line[256];

	while (said && fgets(line, sizeof(line), said))
		printf("# %s", line);
	expect(0, said ? pclose(said) : -1);
}

static int poll_for(int fd, int events, int timeout)
{
	struct pollfd polled = { .fd = fd, .events = events };
	int ready = poll(&polled, 1, timeout);

	return ready < 0 ? 0xffff : ready ? polled.revents : 0;
}

static void limits(void)
{
	int fd = open(TEMP, O_RDWR), reader = open(TEMP, O_RDONLY);
	__s32 value = 0;
	pid_t poller;

	expect(0, heat(0x48, 40));
	expect(0, result(ioctl(fd, CHARD_TEMP_GET_LIMIT, &value)));
	expect(CHARD_TEMP_LIMIT_DEFAULT, value);
	report(line_is(TEMP_SYSFS "temp1_input", "20000"), "temp1_input");
	report(line_is(TEMP_SYSFS "temp1_max", "80000"), "temp1_max");
	value = 30000;
	expect(EBADF, result(ioctl(reader, CHARD_TEMP_SET_LIMIT, &value)));
	expect(0, result(ioctl(fd, CHARD_TEMP_SET_LIMIT, &value)));
	report(line_is(TEMP_SYSFS "temp1_max", "30000"), "temp1_max is the limit");
	expect(EINVAL, store(TEMP_SYSFS "temp1_max", "warm"));
	expect(0, store(TEMP_SYSFS "temp1_max", "-5000\n"));
	expect(0, result(ioctl(reader, CHARD_TEMP_GET_LIMIT, &value)));
	expect(-5000, value);
	report(within(poll_for(fd, POLLPRI | POLLIN, 0) == (POLLPRI | POLLIN)), "above the limit");
	expect(0, store(TEMP_SYSFS "temp1_max", "50000"));
	expect(POLLIN, poll_for(fd, POLLPRI | POLLIN, 0));
	poller = child(poll_for(reader, POLLPRI, 20000));
	report(within(state_of(poller) == 'S'), "a poller sleeps below the limit");
	expect(0, heat(0x48, 99));
	usleep(400000);
	expect('S', state_of(poller));
	expect(0, heat(0x48, 100));
	expect(POLLPRI, status_of(poller));
	expect(0, heat(0x48, 99));
	report(within(!poll_for(fd, POLLPRI, 0)), "below it again");
	poller = child(poll_for(reader, POLLPRI, 20000));
	report(within(state_of(poller) == 'S'), "a poller sleeps again");
	value = 49500;
	expect(0, result(ioctl(fd, CHARD_TEMP_SET_LIMIT, &value)));
	expect(POLLPRI, status_of(poller));
	expect(ENOTTY, result(ioctl(fd, CHARD_TEMP_MAGIC << 8 | 9)));
	close(fd);
	close(reader);
}

static void two_chips(void)
{
	int one = open(TEMP, O_RDWR), other;
	__s32 value = 12345;

	expect(0, add_chip(bus, "tmp102", 0x49));
	other = open("/dev/chard-temp1", O_RDWR);
	expect(0, heat(0x48, 42));
	expect(0, heat(0x49, -42));
	report(reads(one, "21000\n"), "the first chip");
	report(reads(other, "-21000\n"), "the second chip");
	expect(0, result(ioctl(other, CHARD_TEMP_SET_LIMIT, &value)));
	expect(0, result(ioctl(one, CHARD_TEMP_GET_LIMIT, &value)));
	expect(49500, value);
	expect(0, result(ioctl(other, CHARD_TEMP_GET_LIMIT, &value)));
	expect(12345, value);
	expect(0, take_chip(bus, 0x49));
	report(reads(one, "21000\n"), "the first chip is there without the second");
	expect(-1, access("/dev/chard-temp1", F_OK));
	close(one);
	close(other);
}

static void no_answer(void)
{
	expect(0, add_chip(bus, "lm75", 0x4b));
	expect(-1, access("/dev/chard-temp1", F_OK));
	expect(ENODEV, bind_by("chard-temp", "bind", bus, 0x4b));
	expect(0, take_chip(bus, 0x4b));
	expect(0, access(TEMP, F_OK));
}

void temp(void)
{
	expect(0, load("i2c-stub.ko", "chip_addr=0x48,0x49"));
	bus = adapter_called("SMBus stub driver");
	report(bus >= 0, "i2c-stub is bus %d", bus);
	expect(0, load("chard_temp.ko", ""));
	expect(-1, access(TEMP, F_OK));
	is_bound();
	suite();
	readings();
	limits();
	two_chips();
	no_answer();
	expect(0, take_chip(bus, 0x48));
	expect(-1, access(TEMP, F_OK));
	expect(0, unload("chard_temp"));
	expect(0, unload("i2c_stub"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
