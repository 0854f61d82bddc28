// SPDX-License-Identifier: GPL-2.0
/*
 * failnth: the first, the second, the third ... allocation or user copy of each
 * operation is refused, until there is none left to refuse. For kernels that are
 * built with fault injection; runs in a guest of its own, as root in /chard.
 * Prints TAP.
 *
 * Each refusal gives an errno that fits it, or is made up for; and then the same
 * operation works. At the end there is nothing left behind.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "chard_echo.h"
#include "chard_selftest.h"
#include "module.h"

#define ECHO "/dev/chard-echo"
#define SELFTEST "/dev/chard-selftest"
#define MOST 3000

static int knob;
static int echo = -1, selftest = -1;
static char bytes[5000];

static int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static int load_chard(void)
{
	return load("chard.ko", "");
}

static int unload_chard(void)
{
	return unload("chard");
}

static int load_echo(void)
{
	return load("chard_echo.ko", "");
}

static int unload_echo(void)
{
	return unload("chard_echo");
}

static int load_selftest(void)
{
	return load("chard_selftest.ko", "");
}

static int unload_selftest(void)
{
	return unload("chard_selftest");
}

static int open_echo(void)
{
	echo = open(ECHO, O_RDWR);
	return result(echo);
}

static int close_echo(void)
{
	return result(close(echo));
}

static int open_selftest(void)
{
	selftest = open(SELFTEST, O_RDWR);
	return result(selftest);
}

static int close_selftest(void)
{
	return result(close(selftest));
}

/* Grows, so that there is something to allocate. */
static int write_echo(void)
{
	return result(pwrite(echo, bytes, sizeof(bytes), 0));
}

static int write_vector(void)
{
	struct iovec vector[12];

	for (unsigned int i = 0; i < ARRAY_SIZE(vector); i++)
		vector[i] = (struct iovec){ bytes, 100 };
	return result(pwritev(echo, vector, ARRAY_SIZE(vector), 0));
}

static int read_echo(void)
{
	return result(pread(echo, bytes, sizeof(bytes), 0));
}

static int seek_echo(void)
{
	return result(lseek(echo, 0, SEEK_END));
}

static int size_echo(void)
{
	__u64 size;

	return result(ioctl(echo, CHARD_ECHO_GET_SIZE, &size));
}

static int sum_echo(void)
{
	struct chard_echo_sum sum = { .length = 10 };

	return result(ioctl(echo, CHARD_ECHO_SUM, &sum));
}

static int limit_echo(void)
{
	__u64 limit = 100000;

	return result(ioctl(echo, CHARD_ECHO_SET_LIMIT, &limit));
}

static int clear_echo(void)
{
	return result(ioctl(echo, CHARD_ECHO_CLEAR));
}

static int read_selftest(void)
{
	return result(read(selftest, bytes, sizeof(bytes)));
}

static int alloc_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_ALLOC, 20000));
}

static int reverse_selftest(void)
{
	struct chard_selftest_reverse request = { (uintptr_t)bytes, (uintptr_t)bytes, 4096 };

	return result(ioctl(selftest, CHARD_SELFTEST_REVERSE, &request));
}

static int print_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_PRINT));
}

static int lock_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_LOCK));
}

static int nothing(void)
{
	return 0;
}

static int remove_echo(void)
{
	int fd = open("/sys/class/misc/chard-echo/remove", O_WRONLY);
	int error = fd < 0 ? errno : result(write(fd, "1", 1));

	close(fd);
	return error;
}

static int reload_echo(void)
{
	int error = unload_echo();

	return error ? error : load_echo();
}

/* What is done and, where it went well, undone; @exact: ENOMEM or EFAULT and no other. */
static const struct {
	const char *name;
	int (*run)(void);
	int (*undo)(void);
	bool exact;
} steps[] = {
	{ "insmod chard", load_chard, unload_chard, false },
	{ "", load_chard, NULL, false },
	{ "insmod echo", load_echo, unload_echo, false },
	{ "", load_echo, NULL, false },
	{ "insmod selftest", load_selftest, unload_selftest, false },
	{ "", load_selftest, NULL, false },
	{ "open echo", open_echo, close_echo, true },
	{ "open selftest", open_selftest, close_selftest, true },
	{ "", open_echo, NULL, true },
	{ "", open_selftest, NULL, true },
	{ "write", write_echo, clear_echo, true },
	{ "writev", write_vector, clear_echo, true },
	{ "", write_echo, NULL, true },
	{ "read", read_echo, nothing, true },
	{ "lseek", seek_echo, nothing, true },
	{ "ioctl GET_SIZE", size_echo, nothing, true },
	{ "ioctl SUM", sum_echo, nothing, true },
	{ "ioctl SET_LIMIT", limit_echo, nothing, true },
	{ "ioctl CLEAR", clear_echo, write_echo, true },
	{ "read selftest", read_selftest, nothing, true },
	{ "ioctl ALLOC", alloc_selftest, nothing, true },
	{ "ioctl REVERSE", reverse_selftest, nothing, true },
	{ "ioctl PRINT", print_selftest, nothing, true },
	{ "ioctl LOCK", lock_selftest, nothing, true },
	{ "", close_echo, NULL, true },
	{ "", close_selftest, NULL, true },
	{ "removal", remove_echo, reload_echo, false },
	{ "rmmod selftest", unload_selftest, load_selftest, false },
};

static void refuse(int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(knob, text, length, 0) != length)
		report(false, "fail-nth takes %d: %s", nth, strerror(errno));
}

/* Whether what was to be refused was. */
static bool was_refused(void)
{
	char text[16] = "";

	if (pread(knob, text, sizeof(text) - 1, 0) <= 0)
		return false;
	return atoi(text) == 0;
}

static void sweep(unsigned int i)
{
	int nth, error, refused = 0, wrong = 0;

	for (nth = 1; nth < MOST; nth++) {
		bool fired;

		refuse(nth);
		error = steps[i].run();
		fired = was_refused();
		refuse(0);
		if (error) {
			refused++;
			if (!fired || (steps[i].exact && error != ENOMEM && error != EFAULT)) {
				printf("# %s: refusal %d gives %s\n", steps[i].name, nth,
				       strerror(error));
				wrong++;
			}
			error = steps[i].run();
			if (error) {
				printf("# %s: behind refusal %d: %s\n", steps[i].name, nth,
				       strerror(error));
				wrong++;
			}
		}
		error = steps[i].undo();
		if (error) {
			printf("# %s: not undone behind refusal %d: %s\n", steps[i].name, nth,
			       strerror(error));
			wrong++;
		}
		if (!fired || wrong > 10)
			break;
	}
	report(!wrong && nth < MOST, "%s: %d refusals, of which %d gave an error", steps[i].name,
	       nth - 1, refused);
}

static void set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		report(false, "%s takes %s", path, value);
	close(fd);
}

int main(void)
{
	knob = open("/proc/thread-self/fail-nth", O_RDWR);
	if (knob < 0) {
		printf("ok 1 - # SKIP this kernel has no fault injection\n1..1\n");
		return 0;
	}
	/* Refuse what may wait for memory, too; and do not say so each time. */
	set("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	set("/sys/kernel/debug/failslab/verbose", "0");
	set("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	set("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	set("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	set("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	set("/sys/kernel/debug/fail_usercopy/verbose", "0");
	memset(bytes, 'A', sizeof(bytes));
	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++) {
		if (steps[i].undo)
			sweep(i);
		else if (steps[i].run())
			report(false, "step %u: %s", i, strerror(errno));
	}
	report(!unload_selftest() && !unload_echo() && !unload_chard(), "all is unloaded");
	report(!strstr(read_log(), "left behind"), "refusals left no trace");
	return report_end();
}
