// SPDX-License-Identifier: GPL-2.0
/* Buses, chips and their registers, as user space sees them. */
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <time.h>

#include "i2c_test.h"

const char *line_of(const char *path)
{
	static char line[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (fd >= 0)
		close(fd);
	strcpy(line + (len < 0 ? 0 : len), len < 0 ? "?" : "");
	line[strcspn(line, "\n")] = 0;
	return line;
}

bool line_is(const char *path, const char *text)
{
	const char *line = line_of(path);
	bool is = !strcmp(line, text);

	if (!is)
		printf("# %s has '%s', expected '%s'\n", path, line, text);
	return is;
}

int adapter_called(const char *name)
{
	char path[64];

	for (int i = 0; i < 16; i++) {
		snprintf(path, sizeof(path), "/sys/bus/i2c/devices/i2c-%d/name", i);
		if (!strncmp(line_of(path), name, strlen(name)))
			return i;
	}
	return -1;
}

int add_chip(int bus, const char *chip, int address)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/i2c-%d/new_device", bus);
	snprintf(text, sizeof(text), "%s 0x%02x", chip, address);
	return store(path, text);
}

int take_chip(int bus, int address)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/i2c-%d/delete_device", bus);
	snprintf(text, sizeof(text), "0x%02x", address);
	return store(path, text);
}

int bind_by(const char *driver, const char *how, int bus, int address)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/sys/bus/i2c/drivers/%s/%s", driver, how);
	snprintf(text, sizeof(text), "%d-%04x", bus, address);
	return store(path, text);
}

static int by_i2c_dev(int bus, int address, struct i2c_smbus_ioctl_data *args)
{
	char path[32];
	int fd, ret;

	snprintf(path, sizeof(path), "/dev/i2c-%d", bus);
	fd = open(path, O_RDWR | O_CLOEXEC);
	/* It has a driver: a program needs force. */
	ret = fd < 0 || ioctl(fd, I2C_SLAVE_FORCE, address) || ioctl(fd, I2C_SMBUS, args) ? -errno
											  : 0;
	if (fd >= 0)
		close(fd);
	return ret;
}

int set_word(int bus, int address, int reg, int value)
{
	union i2c_smbus_data data = { .word = value };
	struct i2c_smbus_ioctl_data args = { I2C_SMBUS_WRITE, reg, I2C_SMBUS_WORD_DATA, &data };

	return by_i2c_dev(bus, address, &args);
}

int get_byte(int bus, int address, int reg)
{
	union i2c_smbus_data data = {};
	struct i2c_smbus_ioctl_data args = { I2C_SMBUS_READ, reg, I2C_SMBUS_BYTE_DATA, &data };

	return by_i2c_dev(bus, address, &args) ?: data.byte;
}

long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int transfer(int fd, struct chard_chips_transfer *it)
{
	return result(ioctl(fd, CHARD_CHIPS_TRANSFER, it));
}

long number(int fd, int what, int command, int value)
{
	struct chard_chips_transfer it = { .what = what, .command = command, .value = value };

	return -transfer(fd, &it) ?: (long)it.value;
}
