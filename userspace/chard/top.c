// SPDX-License-Identifier: GPL-2.0
/*
 * chard top: how often each operation of each device is called, how long that takes and how
 * often it fails. Each look counts the calls that have ended since the one before.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "table.h"
#include "tool.h"
#include "tracing.h"

#define INTERVAL_MS 1000

/* A duration is below 2^63 nanoseconds. */
#define BUCKETS 63

/* How many characters the fullest bucket has. */
#define BAR 40

/* The columns. */
enum column {
	NODE,
	DRIVER,
	OPERATION,
	CALLS,
	MEAN,
	MAX,
	ERRORS,
	COLUMNS,
};

static const char *const heads[] = {
	[NODE] = "NODE", [DRIVER] = "DRIVER", [OPERATION] = "OPERATION", [CALLS] = "CALLS/S",
	[MEAN] = "MEAN", [MAX] = "MAX",	      [ERRORS] = "ERRORS",
};

/**
 * struct row - the calls of one operation of one device
 * @driver: its driver
 * @device: it; empty for the methods of the driver
 * @op: the operation
 * @calls: how many there were
 * @errors: how many of them have ended with an errno
 * @timed: of how many the duration is known
 * @sum: of these durations, in nanoseconds
 * @max: the longest
 * @buckets: how many took from 2^n to 2^(n+1) - 1 nanoseconds
 */
struct row {
	char *driver;
	char *device;
	char *op;
	unsigned long calls;
	unsigned long errors;
	unsigned long timed;
	long long sum;
	long long max;
	unsigned long buckets[BUCKETS];
};

/**
 * struct look - what has ended since the last look
 * @tree: the rows, for tsearch()
 * @rows: the rows
 * @count: how many
 * @lost: how many events were dropped
 * @some_lost: there were such, also of a number that is not known
 * @began: when it began, in milliseconds
 */
struct look {
	void *tree;
	struct row **rows;
	size_t count;
	unsigned long lost;
	bool some_lost;
	long began;
};

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int compare_keys(const void *one_at, const void *other_at)
{
	const struct row *one = one_at, *other = other_at;
	int order = strcmp(one->device, other->device);

	order = order ? order : strcmp(one->driver, other->driver);
	return order ? order : strcmp(one->op, other->op);
}

/* The busiest first. */
static int compare_calls(const void *one_at, const void *other_at)
{
	const struct row *one = *(struct row *const *)one_at;
	const struct row *other = *(struct row *const *)other_at;

	if (one->calls != other->calls)
		return one->calls < other->calls ? 1 : -1;
	return compare_keys(one, other);
}

static struct row *row_of(struct look *look, const struct traced *event)
{
	struct row key = { .driver = (char *)event->driver,
			   .device = (char *)event->device,
			   .op = (char *)event->op };
	struct row **found = tfind(&key, &look->tree, compare_keys), *row;

	if (found)
		return *found;
	row = calloc(1, sizeof(*row));
	if (!row)
		abort();
	row->driver = copy_of(event->driver);
	row->device = copy_of(event->device);
	row->op = copy_of(event->op);
	if (!tsearch(row, &look->tree, compare_keys))
		abort();
	look->rows = grow(look->rows, look->count, sizeof(*look->rows));
	look->rows[look->count++] = row;
	return row;
}

static void count_event(struct look *look, const struct traced *event)
{
	struct row *row;

	if (!event->driver) {
		look->lost += event->lost;
		look->some_lost = true;
	}
	if (!event->ended)
		return;
	row = row_of(look, event);
	row->calls++;
	row->errors += traced_is_error(event);
	if (event->duration <= 0)
		return;
	row->timed++;
	row->sum += event->duration;
	if (event->duration > row->max)
		row->max = event->duration;
	row->buckets[63 - __builtin_clzll(event->duration)]++;
}

/* The next look begins. */
static void look_begin(struct look *look, long now)
{
	size_t i;

	for (i = 0; i < look->count; i++) {
		tdelete(look->rows[i], &look->tree, compare_keys);
		free(look->rows[i]->driver);
		free(look->rows[i]->device);
		free(look->rows[i]->op);
		free(look->rows[i]);
	}
	free(look->rows);
	*look = (struct look){ .began = now };
}

static void bounds(const struct row *row, size_t *first, size_t *last)
{
	size_t i;

	*first = BUCKETS;
	*last = 0;
	for (i = 0; i < BUCKETS; i++) {
		if (!row->buckets[i])
			continue;
		if (*first == BUCKETS)
			*first = i;
		*last = i;
	}
}

static void json_row(struct json *json, const struct row *row, bool histogram)
{
	size_t first, last, i;

	json_begin(json, NULL, '{');
	json_string(json, "name", *row->device ? row->device : NULL);
	json_string(json, "driver", row->driver);
	json_string(json, "op", row->op);
	json_number(json, "calls", row->calls);
	json_number(json, "errors", row->errors);
	json_number(json, "mean", row->timed ? row->sum / (long long)row->timed : UNKNOWN);
	json_number(json, "max", row->timed ? row->max : UNKNOWN);
	if (histogram) {
		bounds(row, &first, &last);
		json_begin(json, "histogram", '[');
		for (i = first; i <= last; i++) {
			json_begin(json, NULL, '{');
			json_number(json, "from", 1LL << i);
			json_number(json, "calls", row->buckets[i]);
			json_end(json, '}');
		}
		json_end(json, ']');
	}
	json_end(json, '}');
}

static void look_json(const struct look *look, const char *time, long ms, bool histogram)
{
	struct json json = {};
	size_t i;

	json_begin(&json, NULL, '{');
	json_string(&json, "time", time);
	json_number(&json, "interval_ms", ms);
	json_number(&json, "lost", look->some_lost && !look->lost ? UNKNOWN : (long)look->lost);
	json_begin(&json, "operations", '[');
	for (i = 0; i < look->count; i++)
		json_row(&json, look->rows[i], histogram);
	json_end(&json, ']');
	json_end(&json, '}');
	putchar('\n');
}

static void table_row(struct table *table, const struct row *row, long ms)
{
	table_line(table);
	table_cell(table, NODE, *row->device ? format("/dev/%s", row->device) : copy_of("-"));
	table_cell(table, DRIVER, copy_of(row->driver));
	table_cell(table, OPERATION, copy_of(row->op));
	table_cell(table, CALLS, format("%.1f", row->calls * 1000.0 / ms));
	table_cell(table, MEAN,
		   row->timed ? duration_text(row->sum / (long long)row->timed) : copy_of("-"));
	table_cell(table, MAX, row->timed ? duration_text(row->max) : copy_of("-"));
	table_cell(table, ERRORS, format("%lu", row->errors));
}

static void print_histogram(const struct row *row)
{
	unsigned long most = 0;
	size_t first, last, i, length;
	char *from;

	bounds(row, &first, &last);
	if (first > last)
		return;
	for (i = first; i <= last; i++)
		most = row->buckets[i] > most ? row->buckets[i] : most;
	putchar('\n');
	if (*row->device)
		fputs("/dev/", stdout);
	print_name(stdout, *row->device ? row->device : row->driver);
	printf(" %s, calls by duration:\n", row->op);
	for (i = first; i <= last; i++) {
		from = duration_text(1LL << i);
		length = (row->buckets[i] * BAR + most - 1) / most;
		printf("  from %8s |%-*.*s| %lu\n", from, BAR, (int)length,
		       "########################################", row->buckets[i]);
		free(from);
	}
}

/* As many lines as the terminal has; no limit for a file. */
static size_t room(void)
{
	struct winsize size = {};

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_row < 4)
		return -1;
	/* Without those of the title, an empty one, the heads, and of the cursor. */
	return size.ws_row - 4;
}

static void look_text(const struct look *look, const char *time, long ms, bool histogram)
{
	/* A histogram may be longer than the terminal: it is to be scrolled. */
	size_t lines = histogram ? (size_t)-1 : room(), i;
	struct table table = {};

	/* The cursor goes home, and what is behind it is erased. */
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	printf("%s %zu operations in %.1f s", time, look->count, ms / 1000.0);
	if (look->some_lost && !look->lost)
		fputs(", some events lost", stdout);
	else if (look->lost)
		printf(", %lu events lost", look->lost);
	fputs("\n\n", stdout);
	table_begin(&table, heads, COLUMNS);
	for (i = 0; i < look->count && i < lines; i++)
		table_row(&table, look->rows[i], ms);
	table_print(&table);
	for (i = 0; histogram && i < look->count; i++)
		print_histogram(look->rows[i]);
	if (!isatty(STDOUT_FILENO))
		putchar('\n');
}

static void look_print(struct look *look, const struct options *options, long now)
{
	long ms = now > look->began ? now - look->began : 1;
	struct timespec time;
	char *text;

	if (look->count)
		qsort(look->rows, look->count, sizeof(*look->rows), compare_calls);
	clock_gettime(CLOCK_REALTIME, &time);
	text = time_text(&time, 3);
	if (options->json)
		look_json(look, text, ms, options->histogram);
	else
		look_text(look, text, ms, options->histogram);
	free(text);
}

int command_top(char **arguments, const struct options *options)
{
	long interval = options->interval_ms ? options->interval_ms : INTERVAL_MS;
	long looks = 0, now, left;
	struct tracing tracing;
	struct look look = {};
	struct traced event;
	int error = 0, status = tracing_begin(&tracing, arguments[0], true);

	if (status)
		return status;
	look_begin(&look, now_ms());
	do {
		now = now_ms();
		if (now - look.began >= interval) {
			look_print(&look, options, now);
			if (output_flush() || ++looks == options->count)
				break;
			look_begin(&look, now);
		}
		while (tracing_next(&tracing, &event))
			count_event(&look, &event);
		left = look.began + interval - now_ms();
	} while (tracing_wait(&tracing, left < 0 ? 0 : left < IDLE_MS ? left : IDLE_MS, &error));
	look_begin(&look, 0);
	return tracing_end(&tracing, error);
}
