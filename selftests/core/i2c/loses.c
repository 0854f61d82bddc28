// SPDX-License-Identifier: GPL-2.0
/* A chip that is taken away while a transfer with it goes on. */
#include "i2c_test.h"

static bool transfers(const char *number)
{
	return !strcmp(line_of(FAKEBUS "transfers"), number);
}

static int twice(int fd)
{
	long error = number(fd, CHARD_CHIPS_READ_TWICE, 1, 0);

	return error < 0 ? 0xff : error;
}

static int unbind(int bus)
{
	return bind_by("chard-chips", "unbind", bus, 0x20);
}

/* The end of a binding waits for the call: also its next transfer has the chip. */
static void unbind_waits(int bus)
{
	int fd = open(CHIPS, O_RDWR);
	pid_t caller = child(twice(fd));
	long begin;

	report(within(transfers("1")), "a transfer goes on");
	begin = milliseconds();
	expect(0, unbind(bus));
	report(milliseconds() - begin >= 500,
	       "unbind waits for it, and for the transfer behind it");
	report(transfers("0"), "no transfer goes on behind unbind");
	expect(0, status_of(caller));
	expect(-ENODEV, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	close(fd);
	expect(0, bind_by("chard-chips", "bind", bus, 0x20));
}

/* A signal ends no transfer: the bus does. */
static void a_signal(void)
{
	int fd = open(CHIPS, O_RDWR);
	pid_t caller = child(twice(fd));

	report(within(transfers("1")), "a transfer goes on");
	report(dies(caller), "its caller can be killed");
	waitpid(caller, NULL, 0);
	close(fd);
	report(within(transfers("0")), "it has ended");
}

/* Of one device one call at a time waits for the bus; the others can be killed meanwhile. */
static void one_at_a_time(void)
{
	int fd = open(CHIPS, O_RDWR);
	pid_t caller, others[2];
	char alone[200];

	expect(0, store(FAKEBUS "seen", "\n"));
	expect(0, twice(fd));
	snprintf(alone, sizeof(alone), "%s", line_of(FAKEBUS "seen"));
	expect(0, store(FAKEBUS "seen", "\n"));
	caller = child(twice(fd));
	report(within(transfers("1")), "a transfer goes on");
	for (int i = 0; i < 2; i++)
		others[i] = child(twice(fd));
	report(within(state_of(others[0]) == 'D' && state_of(others[1]) == 'D'), "others wait");
	report(dies(others[0]) && dies(others[1]), "they can be killed");
	status_of(others[0]);
	status_of(others[1]);
	expect(0, status_of(caller));
	report(line_is(FAKEBUS "seen", alone), "and have transferred nothing");
	close(fd);
}

/* The bus itself takes the chip, from a work. */
static void lost(void)
{
	int fd = open(CHIPS, O_RDWR);
	pid_t caller = child(twice(fd)), other;
	int error;

	report(within(transfers("1")), "a transfer goes on");
	other = child(twice(fd));
	expect(0, store(FAKEBUS "lose", "1"));
	report(!strcmp(line_of(FAKEBUS "lost"), "0"), "the bus waits for it");
	expect(0, status_of(caller));
	/* It came in before, or not at all. */
	error = status_of(other);
	report(!error || error == 0xff, "another call has a chip for all of it, or none");
	report(within(!strcmp(line_of(FAKEBUS "lost"), "1")), "the chip is taken away");
	expect(-ENODEV, number(fd, CHARD_CHIPS_READ_BYTE, 0, 0));
	expect(-1, access(CHIPS, F_OK));
	close(fd);
}

void loses(void)
{
	int bus = adapter_called("fakebus");

	expect(0, store(FAKEBUS "slow", "500"));
	unbind_waits(bus);
	a_signal();
	one_at_a_time();
	lost();
	expect(0, store(FAKEBUS "slow", "0"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
