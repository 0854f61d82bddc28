// SPDX-License-Identifier: GPL-2.0
/* What reaches the wire: messages, their order, and the error code of SMBus. */
#include "i2c_test.h"

static void set(const char *name, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), FAKEBUS "%s", name);
	report(!store(path, value), "fakebus: %s=%s", name, value);
}

/* What the adapter has seen since this was asked the last time is @text. */
static bool seen(const char *text)
{
	return line_is(FAKEBUS "seen", text) & !store(FAKEBUS "seen", "0");
}

static long one(int fd, int what, int pec, int value, int len)
{
	struct chard_chips_transfer it = {
		.what = what,
		.pec = pec,
		.command = 0x42,
		.value = value,
		.len = len,
		.bytes = { 1, 2, 3, 4, 5 },
	};

	return -transfer(fd, &it) ?: (long)it.value;
}

static void in_one_transfer(int fd)
{
	struct chard_chips_transfer it = {
		.what = CHARD_CHIPS_MESSAGE_BOTH,
		.command = 0x42,
		.len = 4,
	};

	expect(0, store(FAKEBUS "seen", "0"));
	/* A P is a stop: none is between the messages of a transfer. */
	expect(0, transfer(fd, &it));
	report(seen("W42 R4 P "), "a write and a read");
	expect(0, memcmp(it.bytes, "\x10\x11\x12\x13\0", 5));
	expect(0, one(fd, CHARD_CHIPS_MESSAGE_WRITE, 0, 0, 5));
	report(seen("W0102030405 P "), "a write");
	expect(0, one(fd, CHARD_CHIPS_MESSAGE_READ, 0, 0, 44));
	report(seen("R44 P "), "a read");
	expect(0, one(fd, CHARD_CHIPS_MESSAGE_EIGHT, 0, 0, 8));
	report(seen("W42 R1 R1 R1 R1 R1 R1 R1 P "), "eight messages");
	expect(-EINVAL, one(fd, CHARD_CHIPS_MESSAGE_NINE, 0, 0, 9));
	expect(-EINVAL, one(fd, CHARD_CHIPS_MESSAGE_NONE, 0, 0, 0));
	report(seen(""), "what is refused does not reach the bus");
	set("partial", "1");
	expect(-EIO, one(fd, CHARD_CHIPS_MESSAGE_BOTH, 0, 0, 1));
	set("partial", "0");
	expect(0, store(FAKEBUS "seen", "0"));
	/* The code is SMBus's: messages have none. */
	expect(0, one(fd, CHARD_CHIPS_MESSAGE_WRITE, 1, 0, 1));
	report(seen("W01 P "), "a message has no error code");
}

/* An adapter that has SMBus itself is told of the code. */
static void native_pec(int fd)
{
	expect(0x10, one(fd, CHARD_CHIPS_READ_BYTE_DATA, 0, 0, 0));
	expect(0x10, one(fd, CHARD_CHIPS_READ_BYTE_DATA, 1, 0, 0));
	expect(9, one(fd, CHARD_CHIPS_WRITE_BYTE, 1, 9, 0));
	report(seen("r2-42 r2-42-pec w1-09-pec "), "the adapter makes the code");
}

/* Else the kernel makes messages of it, and the code is a byte of them. */
static void emulated_pec(int fd)
{
	set("native", "0");
	expect(0x99, one(fd, CHARD_CHIPS_WRITE_BYTE_DATA, 0, 0x99, 0));
	expect(0x99, one(fd, CHARD_CHIPS_WRITE_BYTE_DATA, 1, 0x99, 0));
	/* The CRC of 40 42 99. */
	report(seen("W4299 P W429931 P "), "a write has the code behind it");
	expect(0x10, one(fd, CHARD_CHIPS_READ_BYTE_DATA, 0, 0, 0));
	report(seen("W42 R1 P "), "a read without the code");
	set("pec", "1");
	expect(0x10, one(fd, CHARD_CHIPS_READ_BYTE_DATA, 1, 0, 0));
	report(seen("W42 R2 P "), "a read with the code");
	expect(0x1110, one(fd, CHARD_CHIPS_READ_WORD_DATA, 1, 0, 0));
	expect(3, one(fd, CHARD_CHIPS_READ_BLOCK_DATA, 1, 0, 0));
	set("pec", "2");
	expect(-EBADMSG, one(fd, CHARD_CHIPS_READ_BYTE_DATA, 1, 0, 0));
	expect(-EBADMSG, one(fd, CHARD_CHIPS_READ_WORD_DATA, 1, 0, 0));
	expect(-EBADMSG, one(fd, CHARD_CHIPS_READ_BLOCK_DATA, 1, 0, 0));
	set("pec", "0");
	set("native", "1");
	expect(0, store(FAKEBUS "seen", "0"));
}

void messages(void)
{
	int fd = open(CHIPS, O_RDWR);

	in_one_transfer(fd);
	native_pec(fd);
	emulated_pec(fd);
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
