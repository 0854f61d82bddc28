/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For test programs that run as root in a guest of their own: modules come and
 * go, the kernel's log is read, results are printed as TAP.
 */
#ifndef FAULTS_MODULE_H
#define FAULTS_MODULE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

void report(bool good, const char *format, ...);
int report_end(void);

int slowness(void);

char *read_log(void);
bool logged(const char *text);
bool log_lacks(const char *text);
bool log_is_clean(void);
void clear_log(void);

/* Of one program, faults. */
void panics_everywhere(bool bugs);
void commands(int fd);
int command_error(int fd, unsigned int op);

/* Each returns 0 or an errno. */
int load(const char *file, const char *parameters);
int unload(const char *module);

/* A test: @call gives what it should. */
#define expect(expected, call)                                                            \
	do {                                                                              \
		long __got = (call), __expected = (expected);                             \
		if (__got != __expected)                                                  \
			printf("# %s:%d: %ld, expected %ld\n", __FILE__, __LINE__, __got, \
			       __expected);                                               \
		report(__got == __expected, "%s: %s is %s", __func__, #call, #expected);  \
	} while (0)

#endif
