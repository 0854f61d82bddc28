// SPDX-License-Identifier: GPL-2.0
/* Modules, the kernel's log and TAP, for programs that are alone in a guest. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module.h"

static int number;

/* A result; @good decides. */
void report(bool good, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", good ? "" : "not ", ++number);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

/* How many times longer than on a stock kernel all may take: vm.sh leaves it. */
int slowness(void)
{
	FILE *file = fopen("/slow", "r");
	int times = 1;

	if (file && fscanf(file, "%d", &times) != 1)
		times = 1;
	if (file)
		fclose(file);
	return times;
}

/* The kernel's log since the last clear_log(). */
char *read_log(void)
{
	static char log[1 << 20];
	int length = klogctl(3, log, sizeof(log) - 1); /* SYSLOG_ACTION_READ_ALL */

	log[length < 0 ? 0 : length] = '\0';
	return log;
}

/* Whether the log has @text; shows it all where it has not. */
bool logged(const char *text)
{
	char *log = read_log();

	if (strstr(log, text))
		return true;
	printf("# expected in the log: %s\n", text);
	for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	return false;
}

static bool lacks(const char *log, const char *text)
{
	const char *found = strstr(log, text);

	if (found)
		printf("# in the log: %.1500s\n", found);
	return !found;
}

/* Whether the log is free of @text; shows where it is not. */
bool log_lacks(const char *text)
{
	return lacks(read_log(), text);
}

/* The same log, in which data races of the kernel's own are not called bugs. */
static char *read_judged_log(void)
{
	static char log[1 << 20];
	FILE *pipe = popen("dmesg | awk -f /races.awk", "r");
	size_t length = pipe ? fread(log, 1, sizeof(log) - 1, pipe) : 0;

	log[length] = '\0';
	if (!pipe || pclose(pipe))
		report(false, "the log is read: %s", strerror(errno));
	return log;
}

/* Nothing of the kernel's own in the log, nor of what looks for bugs in it. */
bool log_is_clean(void)
{
	static const char *const bad[] = { "BUG",      "WARNING",
					   "Oops",     "general protection",
					   "cut here", "blocked for more than",
					   "UBSAN",    "scheduling while atomic",
					   "ODEBUG",   "KASAN",
					   "KCSAN:",   "corruption" };
	const char *log = read_judged_log();
	bool clean = true;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		clean = clean && lacks(log, bad[i]);
	return clean;
}

void clear_log(void)
{
	klogctl(5, NULL, 0); /* SYSLOG_ACTION_CLEAR */
}

/* As insmod. */
int load(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : (int)syscall(SYS_finit_module, fd, parameters, 0);
	int error = ret ? errno : 0;

	close(fd);
	return error;
}

/* As rmmod. */
int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? errno : 0;
}

/* The end of main(): the plan of what was reported. */
int report_end(void)
{
	printf("1..%d\n", number);
	return 0;
}
