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
