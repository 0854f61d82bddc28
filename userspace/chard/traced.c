// SPDX-License-Identifier: GPL-2.0
/* The lines that tracefs has for the events of chard.ko. */
#include <stdlib.h>
#include <string.h>

#include "tool.h"
#include "tracing.h"

/* The kernel prints the name of a task in so many columns. */
#define COMM_COLUMNS 16

/* Of the kernel: the request goes on, and its answer follows. No errno of user space. */
#define EIOCBQUEUED 529

/* Ends the string before the last @mark in it. Returns what is behind it; NULL if there is none. */
static char *cut_last(char *string, const char *mark)
{
	char *found = NULL, *at;

	for (at = string; (at = strstr(at, mark)); at++)
		found = at;
	if (!found)
		return NULL;
	*found = '\0';
	return found + strlen(mark);
}

/* What an event has behind its device. */
static bool parse_fields(struct traced *event, char *device)
{
	const char *duration, *ret;

	event->ended = !strcmp(event->name, "exit");
	if (event->ended) {
		duration = cut_last(device, " duration=");
		ret = cut_last(device, " ret=");
		if (!duration || !ret)
			return false;
		event->duration = atoll(duration);
		event->ret = atol(ret);
	}
	if (event->ended || !strcmp(event->name, "enter")) {
		event->op = cut_last(device, " op=");
		return event->op;
	}
	if (!strcmp(event->name, "panic")) {
		event->place = cut_last(device, " place=");
		return event->place;
	}
	return !strcmp(event->name, "add") || !strcmp(event->name, "remove");
}

/*
 * The kernel keeps the name of a task when that has left its CPU. A reader that is faster gets
 * <...>, and has /proc to ask. Empty where the task has ended meanwhile.
 */
static void find_comm(struct traced *event)
{
	char *folder, *comm;

	if (strcmp(event->comm, "<...>"))
		return;
	folder = format("/proc/%d", event->pid);
	comm = read_line(folder, "comm");
	snprintf(event->comm, sizeof(event->comm), "%s", comm ? comm : "");
	free(comm);
	free(folder);
}

/* COMM-PID [CPU] TIME: chard_NAME: driver=DRIVER device=DEVICE, and then what the event has. */
static bool parse_line(const struct tracing *tracing, struct traced *event, char *line)
{
	size_t spaces = strspn(line, " ");
	long long seconds, micros, time;
	char *at, *name;
	int len = 0;

	if (spaces <= COMM_COLUMNS)
		memcpy(event->comm, line + spaces, COMM_COLUMNS - spaces);
	if (sscanf(line + COMM_COLUMNS, "-%d [%*u] %lld.%lld: chard_%n", &event->pid, &seconds,
		   &micros, &len) != 3 ||
	    !len)
		return false;
	name = line + COMM_COLUMNS + len;
	at = strstr(name, ": driver=");
	if (!at)
		return false;
	*at = '\0';
	event->name = name;
	at += strlen(": driver=");
	event->driver = at;
	at = strstr(at, " device=");
	if (!at)
		return false;
	*at = '\0';
	event->device = at + strlen(" device=");
	time = seconds * 1000000000LL + micros * 1000 + tracing->realtime;
	event->time.tv_sec = time / 1000000000;
	event->time.tv_nsec = time % 1000000000;
	return parse_fields(event, at + strlen(" device="));
}

static bool is_wanted(const struct tracing *tracing, const struct traced *event)
{
	return !(tracing->driver && strcmp(tracing->driver, event->driver)) &&
	       !(tracing->device && strcmp(tracing->device, event->device));
}

/*
 * tracing_next() - parse the next event that was read; false if there is none
 *
 * The kernel prints the name of a task, which may hold any byte, in 16 columns, of which the first
 * is a space. So a line that begins without one is the kernel's own: it has dropped events.
 */
bool tracing_next(struct tracing *tracing, struct traced *event)
{
	char *line, *end;
	size_t left;

	for (;;) {
		line = tracing->unread.bytes + tracing->parsed;
		left = tracing->unread.len - tracing->parsed;
		*event = (struct traced){ .ret = 0 };
		if (left && *line != ' ') {
			end = memchr(line, '\n', left);
			if (!end)
				return false;
			tracing->parsed += end + 1 - line;
			if (sscanf(line, "CPU:%*d [LOST %lu", &event->lost) != 1 &&
			    strncmp(line, "CPU:", 4))
				continue;
			event->name = "lost";
			clock_gettime(CLOCK_REALTIME, &event->time);
			return true;
		}
		end = left > COMM_COLUMNS ? memchr(line + COMM_COLUMNS, '\n', left - COMM_COLUMNS)
					  : NULL;
		if (!end)
			return false;
		tracing->parsed += end + 1 - line;
		*end = '\0';
		if (parse_line(tracing, event, line) && is_wanted(tracing, event)) {
			find_comm(event);
			return true;
		}
	}
}

/* traced_is_error() - whether a call has ended with an errno */
bool traced_is_error(const struct traced *event)
{
	return event->ret < 0 && event->ret >= -4095 && event->ret != -EIOCBQUEUED;
}
