// SPDX-License-Identifier: GPL-2.0
/*
 * A device of each kind behind a panic, and behind the write to "reset" that ends its
 * quarantine. The driver is scull, but that it panics, with a lock held, where 666
 * bytes are written or the user 666 opens something (selftests/drivers/module.sh).
 */
#define _GNU_SOURCE
#include <poll.h>

#include "module.h"
#include "../asleep.h"
#include "../terminal.h"

#define KO "chard_brittle.ko"
#define MODULE "chard_brittle"
#define OF(name, file) "/sys/class/chard/" name "/" file

static char bytes[666];

/* It answers nobody, and counts how often that came. */
static void is_quarantined(const char *node, const char *panics, int count)
{
	expect(-EIO, try_open(node, O_RDWR));
	expect(count, show(panics));
	report(logged("panicked at"), "%s: the log says why", node);
}

static void memory(void)
{
	int fd = open("/dev/scull0", O_RDWR), other = open("/dev/scull1", O_RDWR);
	char byte;

	expect(3, write(fd, "abc", 3));
	expect(3, write(other, "abc", 3));
	/* Nothing is to be reset. */
	expect(0, store(OF("scull0", "reset"), "1"));
	expect(3, lseek(fd, 0, SEEK_END));
	expect(-EINVAL, store(OF("scull0", "reset"), "0"));

	expect(-EIO, result(write(fd, bytes, sizeof(bytes))));
	is_quarantined("/dev/scull0", OF("scull0", "panics"), 1);
	expect(-EIO, result(pread(fd, &byte, 1, 0)));
	expect(-EIO, result(ioctl(fd, SCULL_IOCQQUANTUM)));
	expect(3, lseek(other, 0, SEEK_END));
	expect(-EACCES, as_user(1000, store(OF("scull0", "reset"), "1")));
	expect(0, store(OF("scull0", "reset"), "1"));
	/* It is empty, for files that were open and for new ones. */
	expect(0, lseek(fd, 0, SEEK_END));
	expect(3, pwrite(fd, "def", 3, 0));
	expect(1, pread(fd, &byte, 1, 0));
	expect('d', byte);
	expect(0, try_open("/dev/scull0", O_RDWR));
	/* As often as one likes. */
	expect(-EIO, result(write(fd, bytes, sizeof(bytes))));
	expect(0, store(OF("scull0", "reset"), "1"));
	expect(2, show(OF("scull0", "panics")));
	expect(0, lseek(fd, 0, SEEK_END));
	close(fd);
	close(other);
}

static short ready(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&one, 1, 0) < 0 ? -errno : one.revents;
}

static void pipes(void)
{
	int fd = open("/dev/scullpipe0", O_RDWR);
	pid_t child;
	char byte;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(-result(read(fd, &byte, 1)));
	until_asleep(child);
	expect(-EIO, result(write(fd, bytes, sizeof(bytes))));
	/* A sleeping caller is woken by it. */
	expect(EIO, ended(child));
	is_quarantined("/dev/scullpipe0", OF("scullpipe0", "panics"), 1);
	expect(POLLERR, ready(fd));
	expect(0, store(OF("scullpipe0", "reset"), "1"));
	expect(POLLOUT, ready(fd));
	expect(3, write(fd, "abc", 3));
	expect(1, read(fd, &byte, 1));
	expect('a', byte);
	/* Two close it, and the buffer is there until the second does. */
	child = open("/dev/scullpipe0", O_RDWR | O_NONBLOCK);
	close(fd);
	expect(1, read(child, &byte, 1));
	close(child);
	expect(-EAGAIN, ({
		int again = open("/dev/scullpipe0", O_RDONLY | O_NONBLOCK);
		int error = result(read(again, &byte, 1));

		close(again);
		error;
	}));
}

static void gates(void)
{
	int fd = open("/dev/scullsingle", O_RDWR);
	pid_t child;

	expect(3, write(fd, "abc", 3));
	expect(-EIO, as_user(666, try_open("/dev/scullsingle", O_RDWR)));
	is_quarantined("/dev/scullsingle", OF("scullsingle", "panics"), 1);
	expect(0, store(OF("scullsingle", "reset"), "1"));
	/* Open files stay open, with the contents: no lock of theirs was held. */
	expect(-EBUSY, try_open("/dev/scullsingle", O_RDWR));
	expect(3, lseek(fd, 0, SEEK_END));
	/* Closed while it is quarantined: that counts as well. */
	expect(-EIO, as_user(666, try_open("/dev/scullsingle", O_RDWR)));
	close(fd);
	expect(0, store(OF("scullsingle", "reset"), "1"));
	expect(0, try_open("/dev/scullsingle", O_RDWR));

	fd = open("/dev/scullwuid", O_RDWR);
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(setuid(1000) ? 255 : -try_open("/dev/scullwuid", O_RDWR));
	until_asleep(child);
	expect(-EIO, as_user(666, try_open("/dev/scullwuid", O_RDWR)));
	expect(EIO, ended(child));
	expect(0, store(OF("scullwuid", "reset"), "1"));
	expect(-EAGAIN, as_user(1000, try_open("/dev/scullwuid", O_RDWR | O_NONBLOCK)));
	close(fd);
	expect(0, as_user(1000, try_open("/dev/scullwuid", O_RDWR | O_NONBLOCK)));
}

/* In a session of its own, of one terminal and then another: the line that is wrong, or 0. */
static int of_terminals(void)
{
	int one, two;

	one = new_terminal() ? -1 : open("/dev/scullpriv", O_RDWR);
	if (one < 0 || write(one, "one", 3) != 3)
		return __LINE__;
	fflush(stdout);
	/* The second terminal is another session's. */
	if (!fork()) {
		two = new_terminal() ? -1 : open("/dev/scullpriv", O_RDWR);
		_exit(two < 0 || write(two, bytes, sizeof(bytes)) != -1 || errno != EIO);
	}
	if (wait(&two) < 0 || two)
		return __LINE__;
	if (result(lseek(one, 0, SEEK_END)) != -EIO)
		return __LINE__;
	if (store(OF("scullpriv", "reset"), "1"))
		return __LINE__;
	/* It was the other's memory that may have been half changed. */
	if (lseek(one, 0, SEEK_END) != 3 || try_open("/dev/scullpriv", O_RDWR))
		return __LINE__;
	/* But which user owns which device is no longer known. */
	if (as_user(666, try_open("/dev/scullpriv", O_RDWR)) != -EIO)
		return __LINE__;
	if (store(OF("scullpriv", "reset"), "1"))
		return __LINE__;
	two = open("/dev/scullpriv", O_RDWR);
	if (two < 0 || lseek(two, 0, SEEK_END) != 0 || lseek(one, 0, SEEK_END) != 3)
		return __LINE__;
	return 0;
}

static void terminals(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(of_terminals() % 256);
	expect(0, ended(child));
	expect(2, show(OF("scullpriv", "panics")));
}

void resets(void)
{
	clear_log();
	expect(0, load(KO, ""));
	memory();
	pipes();
	gates();
	terminals();
	report(log_is_clean(), "%s: the log is clean", __func__);
	expect(0, unload(MODULE));
}
