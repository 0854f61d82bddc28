// SPDX-License-Identifier: GPL-2.0
/* The driver of temperature sensors, when its chip, its bus or itself goes. */
#include <poll.h>

#include "chard_temp.h"
#include "i2c_test.h"

static int bus;

static int read_one(int fd)
{
	char text[16];

	return pread(fd, text, sizeof(text), 0) > 0 ? 0 : errno;
}

/* POLLERR and POLLHUP fit the status of a child. */
static int poll_for_limit(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLPRI };

	return poll(&polled, 1, 20000) == 1 ? polled.revents : 0xff;
}

/* An old file answers ENODEV for good. */
static void is_dead(int fd)
{
	__s32 value;

	expect(ENODEV, read_one(fd));
	expect(ENODEV, result(ioctl(fd, CHARD_TEMP_GET_LIMIT, &value)));
	expect(POLLERR | POLLHUP, poll_for_limit(fd) & (POLLERR | POLLHUP));
}

static void chip_goes(void)
{
	int fd = open(TEMP, O_RDWR), again;
	pid_t poller = child(poll_for_limit(fd));

	report(within(state_of(poller) == 'S'), "a poller sleeps");
	expect(0, take_chip(bus, 0x48));
	expect(POLLERR | POLLHUP, status_of(poller) & (POLLERR | POLLHUP));
	is_dead(fd);
	expect(-1, access(TEMP, F_OK));
	/* Another chip has its number. */
	expect(0, add_chip(bus, "tmp102", 0x49));
	again = open(TEMP, O_RDWR);
	expect(0, read_one(again));
	is_dead(fd);
	expect(0, take_chip(bus, 0x49));
	is_dead(again);
	close(fd);
	close(again);
	expect(0, add_chip(bus, "lm75", 0x48));
}

static void unbound(void)
{
	int fd = open(TEMP, O_RDWR), again;

	expect(0, bind_by("chard-temp", "unbind", bus, 0x48));
	is_dead(fd);
	expect(0, bind_by("chard-temp", "bind", bus, 0x48));
	again = open(TEMP, O_RDWR);
	expect(0, read_one(again));
	is_dead(fd);
	close(fd);
	close(again);
}

static void often(void)
{
	int good = 0;

	for (int i = 0; i < 50; i++)
		good += !bind_by("chard-temp", "unbind", bus, 0x48) &&
			!bind_by("chard-temp", "bind", bus, 0x48);
	expect(50, good);
	expect(0, access(TEMP, F_OK));
}

static void bus_goes(void)
{
	int fd = open(TEMP, O_RDWR);
	pid_t poller = child(poll_for_limit(fd));

	report(within(state_of(poller) == 'S'), "a poller sleeps");
	expect(EAGAIN, unload("chard_temp"));
	expect(0, unload("i2c_stub"));
	expect(POLLERR | POLLHUP, status_of(poller) & (POLLERR | POLLHUP));
	is_dead(fd);
	expect(-1, access(TEMP, F_OK));
	close(fd);
}

/* An adapter of bytes alone. */
static void without_words(void)
{
	expect(0, load("i2c-stub.ko", "chip_addr=0x48 functionality=0x60000"));
	bus = adapter_called("SMBus stub driver");
	expect(0, add_chip(bus, "lm75", 0x48));
	expect(-1, access(TEMP, F_OK));
	expect(EOPNOTSUPP, bind_by("chard-temp", "bind", bus, 0x48));
	expect(0, unload("i2c_stub"));
}

void temp_ends(void)
{
	expect(0, load("i2c-stub.ko", "chip_addr=0x48,0x49"));
	bus = adapter_called("SMBus stub driver");
	expect(0, load("chard_temp.ko", ""));
	expect(0, add_chip(bus, "lm75", 0x48));
	chip_goes();
	unbound();
	often();
	bus_goes();
	without_words();
	/* The module goes with a chip that is bound. */
	expect(0, load("i2c-stub.ko", "chip_addr=0x48"));
	bus = adapter_called("SMBus stub driver");
	expect(0, add_chip(bus, "lm75", 0x48));
	expect(0, access(TEMP, F_OK));
	expect(0, unload("chard_temp"));
	expect(-1, access(TEMP, F_OK));
	expect(0, unload("i2c_stub"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
