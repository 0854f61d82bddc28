// SPDX-License-Identifier: GPL-2.0
/*
 * faults: what must go wrong and must be said: leaks, a wrong contract, memory
 * refused at every step, panics. Runs in a guest of its own, as root in
 * /chard, since it leaves the kernel's log full of them. Prints TAP.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "chard_selftest.h"
#include "module.h"
#include "uring.h"

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
	report(logged("chard: wrong: driver has contract 0000063, its handler"),
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

static void oops_is_fatal(bool on)
{
	FILE *file = fopen("/proc/sys/kernel/panic_on_oops", "w");

	if (!file || fprintf(file, "%d\n", on) < 0 || fclose(file))
		report(false, "panic_on_oops can be set");
}

/* An ioctl in a child: how that ends, as waitpid() has it. It exits with the errno. */
static int call_in_child(const char *path, unsigned long cmd, unsigned long value)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		int fd = open(path, O_RDWR);

		_exit(fd < 0 ? 255 : ioctl(fd, cmd, value) < 0 ? errno : 0);
	}
	waitpid(child, &status, 0);
	return status;
}

static bool ended_with(int status, int error)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == error;
}

/* In one line, and cut where there is no more room: behind 400 bytes of it. */
static char long_message[2 + 400 + 1 + 1] = ": two lines, ";

static const struct {
	const char *name;
	const char *message;
	unsigned long how;
} panic_kinds[] = {
	{ "explicit", "asked to, by 0", CHARD_SELFTEST_PANIC_EXPLICIT },
	{ "bounds", "index out of bounds: the len is 3 but the index is 9",
	  CHARD_SELFTEST_PANIC_BOUNDS },
	{ "overflow", "attempt to add with overflow", CHARD_SELFTEST_PANIC_OVERFLOW },
	{ "unwrap", "called `Result::unwrap()` on an `Err` value: EIO",
	  CHARD_SELFTEST_PANIC_UNWRAP },
	{ "divide", "attempt to divide by zero", CHARD_SELFTEST_PANIC_DIVIDE },
	{ "message", ", while the message of a panic was formatted", CHARD_SELFTEST_PANIC_MESSAGE },
	{ "drop", ": dropped", CHARD_SELFTEST_PANIC_DROP },
	{ "holding", ": holds the lock", CHARD_SELFTEST_PANIC_HOLDING },
	{ "long", long_message, CHARD_SELFTEST_PANIC_LONG },
};

/* Each kind ends its call; the device answers no more, and can be unloaded. */
static void panics_of_each_kind(void)
{
	static const char place[] = "chard_selftest: panicked at selftest/src/lib.rs:";
	size_t length = strlen(long_message);
	char byte;

	memset(long_message + length, 'x', 2 + 400 - length);
	long_message[2 + 400] = '\n';
	for (size_t i = 0; i < ARRAY_SIZE(panic_kinds); i++) {
		const char *name = panic_kinds[i].name;
		int fd, status;
		bool good;

		clear_log();
		report(!load("chard_selftest.ko", ""), "panic, %s: selftest loads", name);
		fd = open(node, O_RDWR);
		status = call_in_child(node, CHARD_SELFTEST_PANIC, panic_kinds[i].how);
		report(ended_with(status, EIO), "panic, %s: the call ends with EIO, its caller not",
		       name);
		report(logged(place), "panic, %s: the log names driver, file and line", name);
		report(logged(panic_kinds[i].message), "panic, %s: the log has the message", name);
		report(logged("chard_selftest: chard-selftest, in chard_unlocked_ioctl"),
		       "panic, %s: the log names device and operation", name);
		report(logged("Call Trace:"), "panic, %s: the log has the stack", name);
		good = ioctl(fd, CHARD_SELFTEST_ADD, 1) == -1 && errno == EIO &&
		       read(fd, &byte, 1) == -1 && errno == EIO;
		report(good, "panic, %s: an open file answers EIO from then on", name);
		report(call(CHARD_SELFTEST_ADD, 1) == EIO, "panic, %s: opening gives EIO", name);
		report(!close(fd) && !unload("chard_selftest"),
		       "panic, %s: the driver can be unloaded", name);
		report(logged("chard: selftest: 1 panics"), "panic, %s: it is counted", name);
		report(log_is_clean(), "panic, %s: the kernel has nothing to say", name);
	}
}

static const char carry[] = "/dev/chard-carry";

/* A lock that was held is free, and poisoned; what it guards is not looked at again. */
static void panics_with_locks(void)
{
	int fd;
	bool good;

	clear_log();
	report(!load("chard_carry.ko", ""), "locks: carry loads");
	fd = open(carry, O_RDWR);
	good = ended_with(call_in_child(carry, CHARD_SELFTEST_PANIC_LOCKED, 0), EIO) &&
	       logged("half sorted");
	report(good, "locks: a sort panics under two locks: EIO");
	report(ioctl(fd, CHARD_SELFTEST_ADD, 1) == 1, "locks: carry carries on");
	report(ended_with(call_in_child(carry, CHARD_SELFTEST_LOCK, 0), EIO),
	       "locks: another caller learns that it is poisoned, and does not wait");
	report(!ioctl(fd, CHARD_SELFTEST_MEND) && !ioctl(fd, CHARD_SELFTEST_LOCK),
	       "locks: new values end the poisoning");
	report(!close(fd) && !unload("chard_carry"), "locks: carry can be unloaded");
	report(logged("left behind: 0 devices, 0 files, 0 states, 9 boxes"),
	       "locks: the vector and its 8 boxes are lost, each once");

	clear_log();
	good = !load("chard_carry.ko", "") &&
	       ended_with(call_in_child(carry, CHARD_SELFTEST_PANIC_LOCKED, 0), EIO) &&
	       !unload("chard_carry");
	report(good, "locks: once more, and nobody mends");
	report(logged("left behind: 0 devices, 0 files, 0 states, 11 boxes"),
	       "locks: the two locks are lost with what they guard");
	report(log_is_clean(), "locks: the kernel has nothing to say");
}

/* Through a ring, by a worker of the kernel's: no byte of it has been moved. */
static void panic_in_a_ring(int fd)
{
	struct ring ring;
	char byte;
	bool good;

	good = !ring_open(&ring, 0) && !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_READ) &&
	       ring_submit(&ring, ring_transfer(IORING_OP_READ, fd, &byte, 0, 1)) == 1;
	report(good && ring_next(&ring, NULL) == -EIO, "a panic in a read by io_uring: EIO");
	usleep(50000);
	report(!ring_ended(&ring), "and it has ended once");
	ring_close(&ring);
}

/* Where the call is no ioctl. */
static void panics_elsewhere(void)
{
	char bytes[16];
	int fd, other;
	bool good;

	clear_log();
	good = load("chard_unborn.ko", "") == EIO &&
	       logged("chard_unborn: chard-unborn, in chard_device_init") &&
	       access("/dev/chard-unborn", F_OK);
	report(good, "a panic while the device is made: EIO, and it does not load");
	report(logged("chard: unborn: 1 panics contained"), "and it is counted");

	report(!load("chard_carry.ko", ""), "elsewhere: carry loads");
	fd = open(carry, O_RDWR);
	other = open(carry, O_RDWR);
	good = fd >= 0 && !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_OPEN) &&
	       open(carry, O_RDWR) == -1 && errno == EIO && logged("in chard_open");
	report(good, "a panic in open: EIO");
	good = !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_READ) &&
	       read(fd, bytes, sizeof(bytes)) == -1 && errno == EIO && logged("in chard_read");
	report(good, "a panic in read, after 4 bytes: EIO");
	panic_in_a_ring(fd);
	good = !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_RELEASE) && !close(other) &&
	       logged("in chard_release");
	report(good, "a panic in release: the file is closed");
	other = open(carry, O_RDWR);
	clear_log();
	good = !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_FILE_DROP) && !close(other) &&
	       logged("the file's state is dropped");
	report(good, "a panic while a file's state is dropped: the file is closed");
	good = !ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_DEVICE_DROP) && !close(fd) &&
	       !unload("chard_carry") && logged("in chard_device_exit");
	report(good, "a panic while the device is unmade: carry is unloaded");
	/* A file's box each, of open, release and drop; the device's locks and objects. */
	report(logged("left behind: 0 devices, 0 files, 3 states, 11 boxes"),
	       "elsewhere: what was not dropped is counted");
	report(logged("chard: carry: 6 panics contained"), "elsewhere: so are the panics");
	report(log_is_clean(), "elsewhere: the kernel has nothing to say");
}

#define CALLS 10000

/* CALLS panics of all kinds, one after the other. */
static int panic_often(void)
{
	int fd = open(carry, O_RDWR);

	for (int i = 0; i < CALLS; i++) {
		unsigned long how = panic_kinds[i % ARRAY_SIZE(panic_kinds)].how;

		if (ioctl(fd, CHARD_SELFTEST_PANIC, how) != -1 || errno != EIO)
			return 1;
		if (how == CHARD_SELFTEST_PANIC_HOLDING && ioctl(fd, CHARD_SELFTEST_MEND))
			return 2;
	}
	return ioctl(fd, CHARD_SELFTEST_ADD, 7) == 7 ? 0 : 3;
}

/* A line of /proc/meminfo, in KiB. */
static long memory_line(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	long value = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, name, strlen(name)))
			value = strtol(line + strlen(name) + 1, NULL, 10);
	}
	fclose(file);
	return value;
}

/*
 * How many records the log has had since the machine was started, those that it has no
 * room for any more included: by the number of one that is written.
 */
static long log_records(void)
{
	int log = open("/dev/kmsg", O_RDWR | O_NONBLOCK);
	char record[256] = "";
	long number = -1;

	if (log >= 0 && !lseek(log, 0, SEEK_END) && write(log, "faults: here\n", 13) == 13 &&
	    read(log, record, sizeof(record) - 1) > 0)
		sscanf(record, "%*u,%ld,", &number);
	report(number >= 0, "masses: the log's records are counted");
	close(log);
	return number;
}

static void panics_in_masses(void)
{
	long slab, contained = 0;
	long records;
	pid_t children[2];
	bool well = true;
	char *line;
	int status;

	report(!load("chard_carry.ko", "") && !load("chard_selftest.ko", ""),
	       "masses: carry and selftest load");
	clear_log();
	records = log_records();
	slab = memory_line("SUnreclaim:");
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		if (!children[i])
			_exit(panic_often());
	}
	for (int i = 0; i < 2; i++) {
		waitpid(children[i], &status, 0);
		well &= ended_with(status, 0);
	}
	report(well, "masses: two processes panic %d times each, and live", CALLS);
	slab = memory_line("SUnreclaim:") - slab;
	printf("# the slabs have grown by %ld KiB\n", slab);
	report(slab < 1024, "masses: memory is flat");
	report(!call(CHARD_SELFTEST_ADD, 1) && !call(CHARD_SELFTEST_LOCK, 0),
	       "masses: another device is as before");
	/*
	 * Reports come by time, one a second: a slow kernel has more of them, of some 30
	 * records each. Were each panic reported, it would be fifteen times as many as this.
	 */
	records = log_records() - records;
	printf("# %ld records in the log\n", records);
	report(records > 0 && records < 4 * CALLS, "masses: the log is not flooded");
	report(!unload("chard_carry") && !unload("chard_selftest"), "masses: both are unloaded");
	line = strstr(read_log(), "chard: carry: ");
	while (line && sscanf(line, "chard: carry: %ld panics contained", &contained) != 1)
		line = strstr(line + 1, "chard: carry: ");
	/* HOLDING gives EIO without a panic where the other has just poisoned the lock. */
	printf("# %ld panics contained\n", contained);
	report(contained > 2 * CALLS * 7 / 8 && contained <= 2 * CALLS, "masses: all are counted");
	report(!strstr(read_log(), "left behind"), "masses: nothing is left behind");
	report(log_is_clean(), "masses: the kernel has nothing to say");
}

/* The symbol of chard_selftest's that ends with this, as refuse.ko takes it; NULL for none. */
static const char *symbol_of_selftest(const char *end)
{
	static char parameters[8 + 64];
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[sizeof(parameters) - 8], module[32];
	const char *found = NULL;

	while (file && !found && fgets(line, sizeof(line), file)) {
		/* The padding before a function has a name as well. */
		if (sscanf(line, "%*s %*s %63s %31s", name, module) != 2 ||
		    strcmp(module, "[chard_selftest]") || !strncmp(name, "__pfx_", 6) ||
		    strlen(name) < strlen(end) || strcmp(name + strlen(name) - strlen(end), end))
			continue;
		snprintf(parameters, sizeof(parameters), "symbol=%s", name);
		found = parameters;
	}
	if (file)
		fclose(file);
	return found;
}

/*
 * A panic that cannot end its call: a probe waits for the return of a function that the
 * panic would skip, of the entry or of a function behind it.
 */
static void panic_refused(const char *where, const char *function)
{
	const char *parameters;
	int status;
	bool good;

	report(!load("chard_selftest.ko", ""), "refused, %s: selftest loads", where);
	parameters = symbol_of_selftest(function);
	report(parameters && !load("refuse.ko", parameters), "refused, %s: its return is probed",
	       where);
	clear_log();
	status = call_in_child(node, CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_EXPLICIT);
	report(WIFSIGNALED(status), "refused, %s: BUG ends the caller", where);
	good = logged("asked to, by 0") &&
	       logged("is not contained: it panicked behind a function of the kernel's");
	report(good, "refused, %s: the log has the message and says why", where);
	status = call_in_child(node, CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_MESSAGE);
	report(WIFSIGNALED(status) && logged(", while the message of a panic was formatted"),
	       "refused, %s: a message that panics as well ends", where);
	report(!call(CHARD_SELFTEST_ADD, 1), "refused, %s: the device answers others as before",
	       where);
	report(!unload("refuse") && !unload("chard_selftest"), "refused, %s: both can be unloaded",
	       where);
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
	oops_is_fatal(true);
	panics_of_each_kind();
	panics_with_locks();
	panics_elsewhere();
	panics_in_masses();
	panics_everywhere(false);
	oops_is_fatal(false);
	panic_refused("an entry", "chard_selftest_unlocked_ioctl");
	panic_refused("a function of the handler's", "8Selftest5panic");
	panics_everywhere(true);
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
