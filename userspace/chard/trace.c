// SPDX-License-Identifier: GPL-2.0
/* chard trace: a line for each event of the tracepoints, as it comes, until interrupted. */
#include <stdlib.h>

#include "tool.h"
#include "tracing.h"

static void event_json(const struct traced *event, const char *time)
{
	char *error = traced_is_error(event) ? error_text(-event->ret) : NULL;
	bool lost = !event->driver;
	struct json json = {};

	json_begin(&json, NULL, '{');
	json_string(&json, "time", time);
	json_string(&json, "event", event->name);
	json_string(&json, "name", event->device && *event->device ? event->device : NULL);
	json_string(&json, "driver", event->driver);
	json_string(&json, "op", event->op);
	json_number(&json, "result", event->ended && !error ? event->ret : UNKNOWN);
	json_string(&json, "error", error);
	json_number(&json, "duration", event->duration ? event->duration : UNKNOWN);
	json_string(&json, "place", event->place);
	json_number(&json, "pid", lost ? UNKNOWN : event->pid);
	json_string(&json, "comm", *event->comm ? event->comm : NULL);
	json_number(&json, "lost", event->lost ? (long long)event->lost : UNKNOWN);
	json_end(&json, '}');
	free(error);
}

static void print_result(const struct traced *event)
{
	char *error = traced_is_error(event) ? error_text(-event->ret) : NULL;
	char *duration = duration_text(event->duration);

	if (error)
		printf(" = %s", error);
	else
		printf(" = %ld", event->ret);
	if (event->duration)
		printf(" in %s", duration);
	free(duration);
	free(error);
}

static void event_text(const struct traced *event, const char *time)
{
	printf("%s ", time);
	print_name(stdout, event->name);
	if (!event->driver) {
		if (event->lost)
			printf(" %lu", event->lost);
		return;
	}
	if (*event->device) {
		fputs(" /dev/", stdout);
		print_name(stdout, event->device);
	}
	fputs(" driver ", stdout);
	print_name(stdout, event->driver);
	if (event->op || event->place) {
		putchar(' ');
		print_name(stdout, event->op ? event->op : event->place);
	}
	if (event->ended)
		print_result(event);
	printf(" by %d", event->pid);
	if (*event->comm)
		putchar(' ');
	print_name(stdout, event->comm);
}

static void event_print(const struct traced *event, bool as_json)
{
	char *time = time_text(&event->time, 6);

	if (as_json)
		event_json(event, time);
	else
		event_text(event, time);
	putchar('\n');
	free(time);
}

int command_trace(char **arguments, const struct options *options)
{
	struct tracing tracing;
	struct traced event;
	int error = 0, status = tracing_begin(&tracing, arguments[0], false);

	if (status)
		return status;
	while (!output_flush() && tracing_wait(&tracing, IDLE_MS, &error)) {
		while (tracing_next(&tracing, &event))
			event_print(&event, options->json);
	}
	return tracing_end(&tracing, error);
}
