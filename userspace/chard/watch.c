// SPDX-License-Identifier: GPL-2.0
/*
 * chard watch: a line for each event of chard's devices and drivers.
 *
 * The kernel says when a device is added or removed, and when a driver's module is loaded or
 * unloaded; chard.ko says when a device goes into quarantine and when it has been reset; a
 * handler says when its device has changed. No event tells of a panic without a quarantine: this
 * reads the count of each device once a second.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "event.h"
#include "tool.h"

/* How often panics are looked for. */
#define TICK_MS 1000

/**
 * struct watched - a device that is there
 * @path: its folder in sysfs
 * @panics: how many panics were seen; or UNKNOWN
 * @number: its number
 * @driver: its driver's name; or NULL
 */
struct watched {
	char *path;
	long panics;
	dev_t number;
	char *driver;
};

/**
 * struct watch - what is going on
 * @json: an object a line, not words
 * @all: the devices
 * @count: how many
 */
struct watch {
	bool json;
	struct watched *all;
	size_t count;
};

/**
 * struct line - what is printed of an event; NULL and UNKNOWN are left out
 * @event: what has happened
 * @name: the device's node below /dev
 * @number: the device's number
 * @has_number: it has one
 * @driver: the driver's name
 * @panics: how many panics the device has had
 * @variables: what a handler says; or NULL
 */
struct line {
	const char *event;
	const char *name;
	dev_t number;
	bool has_number;
	const char *driver;
	long panics;
	const struct event *variables;
};

static void line_json(const struct line *line, const char *time)
{
	struct json json = {};
	size_t i;

	json_begin(&json, NULL, '{');
	json_string(&json, "time", time);
	json_string(&json, "event", line->event);
	json_string(&json, "name", line->name);
	json_number(&json, "major", line->has_number ? (long)major(line->number) : UNKNOWN);
	json_number(&json, "minor", line->has_number ? (long)minor(line->number) : UNKNOWN);
	json_string(&json, "driver", line->driver);
	json_number(&json, "panics", line->panics);
	json_begin(&json, "variables", '[');
	for (i = 0; line->variables && i < line->variables->other_count; i++)
		json_string(&json, NULL, line->variables->others[i]);
	json_end(&json, ']');
	json_end(&json, '}');
}

static void line_text(const struct line *line, const char *time)
{
	size_t i;

	printf("%s ", time);
	print_name(stdout, line->event);
	if (line->name) {
		fputs(" /dev/", stdout);
		print_name(stdout, line->name);
	}
	if (line->has_number)
		printf(" %u:%u", major(line->number), minor(line->number));
	if (line->driver) {
		fputs(" driver ", stdout);
		print_name(stdout, line->driver);
	}
	if (line->panics != UNKNOWN)
		printf(" panics %ld", line->panics);
	for (i = 0; line->variables && i < line->variables->other_count; i++) {
		putchar(' ');
		print_name(stdout, line->variables->others[i]);
	}
}

static void line_print(const struct watch *watch, const struct line *line)
{
	struct timespec now;
	char *time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = time_text(&now, 3);
	if (watch->json)
		line_json(line, time);
	else
		line_text(line, time);
	putchar('\n');
	output_flush();
	free(time);
}

static void watched_free(struct watched *device)
{
	free(device->path);
	free(device->driver);
}

static void watched_drop(struct watch *watch, struct watched *device)
{
	watched_free(device);
	*device = watch->all[--watch->count];
}

static struct watched *watched_find(const struct watch *watch, const char *path)
{
	size_t i;

	for (i = 0; i < watch->count; i++) {
		if (!strcmp(watch->all[i].path, path))
			return &watch->all[i];
	}
	return NULL;
}

/*
 * The devices that are there now. Those that are known already keep the count that was seen,
 * so that a panic is told where this is called again for events that were lost.
 */
static void watch_inventory(struct watch *watch)
{
	struct inventory inventory;
	struct watch old = *watch;
	size_t i;

	watch->all = NULL;
	watch->count = 0;
	inventory_read(&inventory);
	for (i = 0; i < inventory.device_count; i++) {
		const struct device *device = inventory.devices[i];
		const struct watched *known = watched_find(&old, device->folder);

		watch->all = grow(watch->all, watch->count, sizeof(*watch->all));
		watch->all[watch->count++] = (struct watched){
			.path = copy_of(device->folder),
			.panics = known && known->number == device->number ? known->panics
									   : device->panics,
			.number = device->number,
			.driver = device->driver ? copy_of(device->driver->name) : NULL,
		};
	}
	inventory_free(&inventory);
	for (i = 0; i < old.count; i++)
		watched_free(&old.all[i]);
	free(old.all);
}

/* A driver is loaded or unloaded: its module says so. */
static void module_event(struct watch *watch, const struct event *event)
{
	const char *name = last_part(event->path);
	struct line line = { .panics = UNKNOWN };

	if (strcmp(name, "chard") && strncmp(name, "chard_", 6))
		return;
	line.event = !strcmp(event->action, "add")	? "load"
		     : !strcmp(event->action, "remove") ? "unload"
							: event->action;
	line.driver = name[5] ? name + 6 : "(chard.ko)";
	line_print(watch, &line);
}

/* The name of the driver of a device that has just come; the caller frees it. */
static char *event_driver(const struct event *event, const char *folder)
{
	return event->handler ? copy_of(event->handler) : read_line(folder, "handler");
}

/* Remembers a device that has come, unless it has gone again. */
static void watched_add(struct watch *watch, const char *path, dev_t number, const char *driver)
{
	watch->all = grow(watch->all, watch->count, sizeof(*watch->all));
	watch->all[watch->count++] = (struct watched){
		.path = copy_of(path),
		/* From none on: it may have panicked since. */
		.panics = 0,
		.number = number,
		.driver = driver ? copy_of(driver) : NULL,
	};
}

/*
 * Whether a misc device is chard's. One that has gone before this could look at it is told
 * by its name.
 */
static bool is_ours(const struct watched *known, const struct event *event, const char *folder)
{
	if (!strcmp(event->subsystem, "chard"))
		return true;
	if (strcmp(event->subsystem, "misc"))
		return false;
	return known || is_chard_folder(folder) ||
	       (event->node && !strncmp(event->node, "chard-", 6) && access(folder, F_OK));
}

/*
 * chard.ko tells of a device's state, and with a panic and a reset at once of the last one alone.
 * A panic that was told by the count before is not told again.
 */
static void state_event(struct watch *watch, struct watched *known, struct line *line)
{
	const struct event *event = line->variables;
	long panics = event->panics ? atol(event->panics) : UNKNOWN;

	line->panics = panics;
	if (!known || known->panics == UNKNOWN || panics > known->panics) {
		line->event = "panic";
		line_print(watch, line);
	}
	if (known)
		known->panics = panics;
	if (!strcmp(event->state, "ready")) {
		line->event = "reset";
		line_print(watch, line);
	}
}

static void device_event(struct watch *watch, const struct event *event)
{
	char *folder = format("/sys%s", event->path), *driver = NULL;
	struct watched *known = watched_find(watch, folder);
	struct line line = {
		.event = event->action,
		.name = event->node,
		.panics = UNKNOWN,
		.variables = event,
	};

	if (is_ours(known, event, folder)) {
		driver = known && known->driver ? copy_of(known->driver)
						: event_driver(event, folder);
		line.driver = driver;
		line.has_number = event->major && event->minor;
		if (line.has_number)
			line.number = makedev(atoi(event->major), atoi(event->minor));
		if (event->state)
			state_event(watch, known, &line);
		else
			line_print(watch, &line);
		if (known && !strcmp(event->action, "remove"))
			watched_drop(watch, known);
		else if (!known && !strcmp(event->action, "add"))
			watched_add(watch, folder, line.number, driver);
	}
	free(driver);
	free(folder);
}

/* Prints all events that are there. Returns 0 or an errno. */
static int watch_events(struct watch *watch, int fd)
{
	/* An event of the kernel has 2 KiB of variables, and its path. */
	static char bytes[16384];
	struct line lost = { .event = "lost", .panics = UNKNOWN };
	struct event event;
	int got;

	for (;;) {
		got = event_receive(fd, bytes, sizeof(bytes), &event);
		if (got == -EAGAIN)
			return 0;
		if (got == -ENOBUFS) {
			line_print(watch, &lost);
			watch_inventory(watch);
		} else if (got < 0) {
			return -got;
		} else if (got && !strcmp(event.subsystem, "module")) {
			module_event(watch, &event);
		} else if (got) {
			device_event(watch, &event);
		}
	}
}

/* Prints which devices have panicked since the last tick. */
static void watch_panics(struct watch *watch)
{
	size_t i;

	for (i = 0; i < watch->count; i++) {
		struct watched *device = &watch->all[i];
		long panics = read_number(device->path, "panics");
		struct line line = { .event = "panic", .has_number = true };
		char *name;

		if (panics != UNKNOWN && device->panics != UNKNOWN && panics > device->panics) {
			name = node_name(device->path);
			line.name = name;
			line.number = device->number;
			line.driver = device->driver;
			line.panics = panics;
			line_print(watch, &line);
			free(name);
		}
		if (panics != UNKNOWN)
			device->panics = panics;
	}
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until SIGINT or SIGTERM, an error of the socket, or output that cannot be written. */
static int watch_loop(struct watch *watch, int events, int signals)
{
	struct pollfd fds[] = { { events, POLLIN, 0 }, { signals, POLLIN, 0 } };
	long tick = now_ms() + TICK_MS, now;
	int error;

	while (!output_flush()) {
		now = now_ms();
		if (now >= tick) {
			watch_panics(watch);
			tick = now + TICK_MS;
		}
		if (poll(fds, 2, tick - now > 0 ? tick - now : 0) < 0) {
			if (errno == EINTR)
				continue;
			return errno;
		}
		if (fds[0].revents) {
			error = watch_events(watch, events);
			if (error)
				return error;
		}
		if (fds[1].revents)
			return 0;
	}
	return 0;
}

int command_watch(char **arguments, const struct options *options)
{
	struct watch watch = { .json = options->json };
	int events = event_socket(), signals, error;
	sigset_t set;
	size_t i;

	if (events < 0) {
		complain("events cannot be received: %s (run this outside of the container)",
			 strerror(errno));
		return EXIT_FAILED;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		error = errno;
	} else {
		/* Behind the socket: a device that comes meanwhile has an event. */
		watch_inventory(&watch);
		error = watch_loop(&watch, events, signals);
		close(signals);
	}
	close(events);
	for (i = 0; i < watch.count; i++)
		watched_free(&watch.all[i]);
	free(watch.all);
	if (!error)
		return 0;
	complain("events cannot be received any more: %s (start this again)", strerror(error));
	return EXIT_FAILED;
}
