/* SPDX-License-Identifier: GPL-2.0 */
/* What measure counts: operations on a node of chard's or of its twin's. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#define LARGEST 65536

/* What every operation may read into and write from; full of 'x'. */
extern char buffer[LARGEST];

/**
 * struct side - one of the two that are compared
 * @node: the path of its node
 * @fd: open, as the operation's begin() has it: read and write by default
 * @other: for what needs two
 * @map: for what is mapped, and what else there is
 */
struct side {
	const char *node;
	int fd;
	int other;
	void *map;
};

/**
 * struct operation - what is counted
 * @name: for the table
 * @call: what is counted; less than 0 with errno set for an error
 * @sizes: in bytes, 0 behind the last; none where it has no size
 * @before: before each call, not counted
 * @begin: before the first, not counted; opens what it needs
 * @end: the reverse of @begin
 * @alone: the twin knows nothing of it
 * @slow: it takes long to begin, and is left out where one asks for the short list
 */
struct operation {
	const char *name;
	long (*call)(struct side *side, size_t size);
	size_t sizes[5];
	long (*before)(struct side *side, size_t size);
	long (*begin)(struct side *side, size_t size);
	void (*end)(struct side *side);
	bool alone;
	bool slow;
};

/**
 * struct suite - the operations of a driver
 * @driver: its name
 * @chard: its node
 * @twin: its twin's
 * @operations: what is counted, one without a name behind the last
 */
struct suite {
	const char *driver;
	const char *chard;
	const char *twin;
	const struct operation *operations;
};

extern const struct operation floor_operations[];
extern const struct operation echo_operations[];
extern const struct operation fifo_operations[];
extern const struct operation shm_operations[];
extern const struct operation tick_operations[];
extern const struct operation scull_operations[];
extern const struct operation scull_pipe_operations[];
extern const struct operation scull_single_operations[];
extern const struct operation selftest_operations[];
extern const struct operation bench_operations[];

/* What a device and an open file of bench take, beside their twins', as lines of the table. */
int memory(const char *kernel);

/* What plugin.c looks for: one call stands between them. */
void call_begins(void);
void call_ends(void);

/* Of measure.c: what an operation begins and ends with; errors are the end of the program. */
void begin(const struct operation *operation, struct side *side, size_t size);
void prepare(const struct operation *operation, struct side *side, size_t size);
void call(const struct operation *operation, struct side *side, size_t size);
void end(const struct operation *operation, struct side *side);

/* The operation of a driver's suite; NULL where there is none. */
const struct operation *operation_of(const char *driver, const char *name,
				     const struct suite **suite);

/* Two callers, for plugin.c; with @only_lines not on one processor. */
int scale(bool only_lines);

/* Calls that several devices have. */
long call_open_close(struct side *side, size_t size);
long call_read(struct side *side, size_t size);
long call_write(struct side *side, size_t size);
long call_poll_ready(struct side *side, size_t size);
long call_poll_not(struct side *side, size_t size);

/* Before each: the position; a pipe's bytes, all that there are. */
long to_start(struct side *side, size_t size);
long fill_again(struct side *side, size_t size);
long empty_again(struct side *side, size_t size);

/* Before the first: opened, and so much written; a pipe, with nothing in it. */
long begin_written(struct side *side, size_t size);
long begin_empty(struct side *side, size_t size);

#endif
