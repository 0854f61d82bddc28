/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of contexts share. */
#ifndef CONTEXT_TEST_H
#define CONTEXT_TEST_H

#include "../faults/tasks.h"
#include "chard_context.h"

#define FIRST "/dev/chard-context0"
#define ALONE "/dev/ctxalone"
#define BOUND "/dev/chard-ctxbound0"
#define BY_NUMBER "/ctxalone"
#define SYSFS "/sys/class/chard/chard-context0/"

/* Three users: the opener, the caller, and the kernel. */
#define OPENER 1001
#define CALLER 1002

/* Of a way that removes the device itself. */
#define WAY_REMOVES (CHARD_CONTEXT_WAYS - 1)

/**
 * struct way - a method, and how it is called
 * @method: CHARD_CONTEXT_OPEN and so on
 * @way: so many ways lead to it
 * @row: of the documentation
 * @call: leads to it, in a process of its own, with a file of the device if it is for one;
 *	  0 or an errno
 * @any_file: the file is another than that which arms it
 * @signals: it is tried with a signal pending as well
 * @arms: @call arms it
 */
struct way {
	unsigned int method;
	unsigned int way;
	const char *row;
	int (*call)(int fd, const struct way *way);
	bool any_file;
	bool signals;
	bool arms;
};

extern const struct way ways[];
extern const unsigned int ways_count;

/* The file by which the test reads the table and arms; of another device meanwhile. */
extern int control;
/* The caller's memory that is there. */
extern char hot[];

int arm(int fd, const struct way *way);
/* Becomes a user, from now on: only root can. */
void become(int user);

/* Whether the device is the only one of its driver, which makes no other. */
bool is_alone(const struct way *way);
bool idle(void);

/* files.c, tasks.c: see the table of ways. */
int call_open(int fd, const struct way *way);
int call_open_misc(int fd, const struct way *way);
int call_read(int fd, const struct way *way);
int call_write(int fd, const struct way *way);
int call_seek(int fd, const struct way *way);
int call_ioctl(int fd, const struct way *way);
int call_compat(int fd, const struct way *way);
int call_fasync(int fd, const struct way *way);
int call_fsync(int fd, const struct way *way);
int call_uring(int fd, const struct way *way);
int call_poll(int fd, const struct way *way);
int call_map(int fd, const struct way *way);
int call_fault(int fd, const struct way *way);
int call_fdinfo(int fd, const struct way *way);
int call_close(int fd, const struct way *way);
int call_exit(int fd, const struct way *way);
int call_exec(int fd, const struct way *way);
int call_munmap(int fd, const struct way *way);
int call_worker_close(int fd, const struct way *way);
int call_show(int fd, const struct way *way);
int call_store(int fd, const struct way *way);
int call_start(int fd, const struct way *way);
int call_add(int fd, const struct way *way);
int call_remove(int fd, const struct way *way);
int call_reset(int fd, const struct way *way);
int call_bound(int fd, const struct way *way);
int call_nothing(int fd, const struct way *way);

/* expect.c: compares a row of what was found with that of the documentation. */
void expect_row(const struct way *way, unsigned int variant);
bool row_has_memory(const char *name);
void expect_all_rows_used(void);

#endif
