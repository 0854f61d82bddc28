// SPDX-License-Identifier: GPL-2.0
/*
 * faults: what must go wrong and must be said: leaks, a wrong contract, memory
 * refused at every step, panics. Runs in a guest of its own, as root in
 * /chard, since it leaves the kernel's log full of BUGs. Prints TAP.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "chard_selftest.h"
#include "module.h"

static const char node[] = "/dev/chard-selftest";

static int call(unsigned long cmd, unsigned long value)
{
	int fd = open(node, O_RDWR);
	int ret = fd < 0 ? -1 : ioctl(fd, cmd, value);
	int error = ret < 0 ? errno : 0;

	close(fd);
	return error;
}

static void leaks(void)
{
	report(!load("chard_selftest.ko", ""), "selftest loads");
	report(!call(CHARD_SELFTEST_LEAK, 0) && !call(CHARD_SELFTEST_FORGET_DROP, 0),
	       "a box and a held lock are leaked");
	clear_log();
	report(!unload("chard_selftest"), "the driver that leaked can be unloaded");
	report(logged("chard: selftest: left behind: 0 devices, 0 files, 0 states, 2 boxes"),
	       "what it has left behind is in the log");
}

static void wrong_contract(void)
{
	clear_log();
	report(load("chard_wrong.ko", "") == EINVAL, "a driver of another contract is refused");
	report(logged("chard: wrong: driver has contract 99, its handler"),
	       "the log says which contract has which part");
}

static void set_nth(int nth)
{
	FILE *file = fopen("/sys/module/refuse/parameters/nth", "w");

	if (!file || fprintf(file, "%d\n", nth) < 0 || fclose(file))
		report(false, "refuse.ko takes nth=%d", nth);
}

static void refused_memory(const char *allocator)
{
	int nth, error = ENOMEM;
	char parameters[80];

	snprintf(parameters, sizeof(parameters), "symbol=%s", allocator);
	report(!load("refuse.ko", parameters), "refuse.ko probes %s", allocator);

	/* Each allocation of loading in turn, until one too many was named. */
	clear_log();
	for (nth = 1; nth < 20; nth++) {
		set_nth(nth);
		error = load("chard_selftest.ko", "");
		set_nth(0);
		if (error != ENOMEM)
			break;
		report(access(node, F_OK) != 0, "no memory at step %d: nothing is registered", nth);
	}
	report(nth > 2 && !error, "loading made %d allocations, then went well", nth - 1);

	for (nth = 1; nth < 20; nth++) {
		int fd;

		set_nth(nth);
		fd = open(node, O_RDWR);
		error = fd < 0 ? errno : 0;
		set_nth(0);
		close(fd);
		if (error != ENOMEM)
			break;
		report(true, "no memory at step %d of open: ENOMEM", nth);
	}
	report(nth > 2 && !error, "open made %d allocations, then went well", nth - 1);

	set_nth(2);
	report(call(CHARD_SELFTEST_ALLOC, 100) == ENOMEM, "no memory for the handler: ENOMEM");
	set_nth(0);
	clear_log();
	report(!unload("chard_selftest") && !unload("refuse"), "all is unloaded");
	report(!strstr(read_log(), "left behind"), "refused memory left no trace");
}

static void panics(void)
{
	static const struct {
		const char *name;
		const char *message;
		unsigned long how;
	} kinds[] = {
		{ "explicit", "asked to, by 0", CHARD_SELFTEST_PANIC_EXPLICIT },
		{ "bounds", "index out of bounds: the len is 3 but the index is 9",
		  CHARD_SELFTEST_PANIC_BOUNDS },
		{ "overflow", "attempt to add with overflow", CHARD_SELFTEST_PANIC_OVERFLOW },
		{ "unwrap", "called `Result::unwrap()` on an `Err` value: EIO",
		  CHARD_SELFTEST_PANIC_UNWRAP },
		{ "divide", "attempt to divide by zero", CHARD_SELFTEST_PANIC_DIVIDE },
	};
	static const char place[] = "chard_selftest: panicked at selftest/src/lib.rs:";

	report(!load("chard_selftest.ko", ""), "selftest loads");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int status;
		pid_t child;

		clear_log();
		fflush(stdout);
		child = fork();
		if (!child)
			_exit(call(CHARD_SELFTEST_PANIC, kinds[i].how) ? 1 : 0);
		waitpid(child, &status, 0);
		report(WIFSIGNALED(status), "panic, %s: BUG ends the caller", kinds[i].name);
		report(logged(place), "panic, %s: the log names driver, file and line",
		       kinds[i].name);
		report(logged(kinds[i].message), "panic, %s: the log has the message",
		       kinds[i].name);
	}
	report(!call(CHARD_SELFTEST_ADD, 1), "the device answers others as before");
	report(!unload("chard_selftest"), "the driver can be unloaded");
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: faults ALLOCATOR\n");
		return 2;
	}
	report(!load("chard.ko", ""), "chard loads");
	leaks();
	wrong_contract();
	refused_memory(argv[1]);
	panics();
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
