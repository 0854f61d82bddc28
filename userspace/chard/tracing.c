// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of chard.ko, read by an instance of tracefs that is this program's own.
 *
 * An instance has buffers, filters and options of its own, so that nobody else who traces is
 * disturbed. It is removed when the program ends, by a signal as well; what a program has left
 * behind that was killed, the next one removes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"
#include "tracing.h"

/* The number of the process follows. */
#define INSTANCE "chard-tool-"

/* Which events of the driver or device; the caller frees it. NULL for all. */
static char *filter_of(const struct tracing *tracing)
{
	/* A string in a filter ends at the first such character. */
	if (tracing->device && !strchr(tracing->device, '"'))
		return format("device == \"%s\"", tracing->device);
	return tracing->driver ? format("driver == \"%s\"", tracing->driver) : NULL;
}

/* Lets the instance record an event. Returns 0 or an errno. */
static int enable(const struct tracing *tracing, const char *event, const char *filter)
{
	char *name = format("events/chard/%s/filter", event);
	int error = filter ? write_file(tracing->folder, name, filter) : 0;

	free(name);
	name = format("events/chard/%s/enable", event);
	error = error ? error : write_file(tracing->folder, name, "1");
	free(name);
	return error;
}

/*
 * A line looks as tracing_next() expects it, whatever another user has set: an instance begins
 * with the options of tracefs at large. A kernel refuses those that it does not have.
 */
static int set_options(const struct tracing *tracing)
{
	static const char *const options[] = {
		"context-info", "record-cmd", "norecord-tgid", "noirq-info", "noraw",
		"nohex",	"nobin",      "nofields",      "noverbose",  "noblock",
	};
	int error = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options) && (!error || error == EINVAL); i++)
		error = write_file(tracing->folder, "trace_options", options[i]);
	if (error && error != EINVAL)
		return error;
	return write_file(tracing->folder, "trace_clock", "mono");
}

/* @exits_alone: the events chard_enter are dropped. The duration of a call needs them enabled. */
static int enable_all(const struct tracing *tracing, bool exits_alone)
{
	static const char *const others[] = { "chard_panic", "chard_add", "chard_remove" };
	char *filter = filter_of(tracing);
	int error;
	size_t i;

	error = enable(tracing, "chard_enter", exits_alone ? "op == \"\"" : filter);
	error = error ? error : enable(tracing, "chard_exit", filter);
	for (i = 0; !error && !exits_alone && i < ARRAY_SIZE(others); i++)
		error = enable(tracing, others[i], filter);
	free(filter);
	return error;
}

/* Removes the instances of programs that have ended. One that is in use stays. */
static void remove_left_behind(const char *instances)
{
	size_t count, i;
	char **names = list_folder(instances, &count), *path;

	for (i = 0; i < count; i++) {
		if (strncmp(names[i], INSTANCE, strlen(INSTANCE)))
			continue;
		path = format("%s/%s", instances, names[i]);
		if (kill(atoi(names[i] + strlen(INSTANCE)), 0) && errno == ESRCH)
			rmdir(path);
		free(path);
	}
	list_free(names, count);
}

/* Where tracefs is mounted; NULL if it is not. */
static const char *find_tracefs(int *error)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		char *instances = format("%s/instances", places[i]);
		bool there = !access(instances, F_OK);

		*error = errno;
		free(instances);
		if (there)
			return places[i];
		if (*error == EACCES)
			return NULL;
	}
	return NULL;
}

static const char *explain(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "permission denied (run this as root; a kernel in lockdown refuses root, too)";
	case EROFS:
		return "tracefs is mounted read-only (run this outside of the container)";
	case ENODEV:
		return "chard.ko has been unloaded (load it and start this again)";
	default:
		return strerror(error);
	}
}

static int make_instance(struct tracing *tracing, bool exits_alone)
{
	char *instances, *events;
	int error = 0;

	tracing->tracefs = find_tracefs(&error);
	if (!tracing->tracefs && error == EACCES)
		return error;
	if (!tracing->tracefs) {
		complain("tracefs is not there (mount -t tracefs tracefs /sys/kernel/tracing)");
		return -1;
	}
	events = format("%s/events/chard", tracing->tracefs);
	error = access(events, F_OK) ? errno : 0;
	free(events);
	if (error == ENOENT) {
		complain("chard.ko is not loaded, or its kernel has no tracepoints (load it)");
		return -1;
	}
	if (error)
		return error;
	instances = format("%s/instances", tracing->tracefs);
	remove_left_behind(instances);
	tracing->folder = format("%s/" INSTANCE "%d", instances, getpid());
	free(instances);
	if (mkdir(tracing->folder, 0700)) {
		error = errno;
		free(tracing->folder);
		tracing->folder = NULL;
		return error;
	}
	error = set_options(tracing);
	return error ? error : enable_all(tracing, exits_alone);
}

static int open_pipe(struct tracing *tracing)
{
	char *path = format("%s/trace_pipe", tracing->folder);

	tracing->pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	free(path);
	return tracing->pipe < 0 ? errno : 0;
}

/* Whose events; false where there is no such device or driver. */
static bool find_target(struct tracing *tracing, const char *argument)
{
	struct inventory inventory;
	struct device *device;
	struct driver *driver;
	char *why;

	inventory_read(&inventory);
	device = device_find(&inventory, argument);
	driver = driver_find(&inventory, argument);
	if (!driver && !strncmp(argument, "chard_", 6))
		driver = driver_find(&inventory, argument + 6);
	if (!device && !driver) {
		/* Files of a removed one may be open. */
		inventory_complete(&inventory);
		device = device_find(&inventory, argument);
	}
	if (device) {
		tracing->device = copy_of(device->name);
		driver = device->driver;
	}
	if (driver)
		tracing->driver = copy_of(driver->name);
	if (!device && !driver) {
		why = device_missing(&inventory, argument);
		complain("%s: cannot be traced: %s", argument, why);
		free(why);
	}
	inventory_free(&inventory);
	return device || driver;
}

/* From here on the program ends by tracing_end() alone. */
static int take_signals(struct tracing *tracing)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&set, ending[i]);
	tracing->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (tracing->signals < 0)
		return errno;
	/* A reader that has gone: the program ends by it behind tracing_end(). */
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, &tracing->blocked);
	return 0;
}

static long long nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/**
 * tracing_begin() - record the events of a device, a driver, or all
 * @argument: the name of a device or driver, the path of a node; NULL for all
 * @exits_alone: no other events than exits
 *
 * Return: 0, to be followed by tracing_end(), or the exit code, when this has said why.
 */
int tracing_begin(struct tracing *tracing, const char *argument, bool exits_alone)
{
	int error;

	*tracing = (struct tracing){ .pipe = -1, .signals = -1 };
	sigprocmask(SIG_BLOCK, NULL, &tracing->blocked);
	if (argument && !find_target(tracing, argument))
		return EXIT_NO_DEVICE;
	text_clear(&tracing->unread);
	tracing->realtime = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_MONOTONIC);
	error = take_signals(tracing);
	error = error ? error : make_instance(tracing, exits_alone);
	error = error ? error : open_pipe(tracing);
	if (!error)
		return 0;
	if (error > 0)
		complain("calls cannot be traced: %s", explain(error));
	tracing_end(tracing, 0);
	return EXIT_FAILED;
}

/**
 * tracing_end() - remove the instance
 * @error: why events cannot be read any more, an errno; or 0
 *
 * Return: the exit code
 */
int tracing_end(struct tracing *tracing, int error)
{
	int status = 0, tries;

	if (tracing->pipe >= 0)
		close(tracing->pipe);
	if (error) {
		complain("calls cannot be traced any more: %s", explain(error));
		status = EXIT_FAILED;
	}
	/* It is busy while another process looks at it. */
	for (tries = 0; tracing->folder && rmdir(tracing->folder) && tries < 10; tries++)
		usleep(100000);
	if (tries == 10) {
		complain("%s: cannot be removed: %s (remove it by rmdir)", tracing->folder,
			 strerror(errno));
		status = EXIT_FAILED;
	}
	if (tracing->signals >= 0)
		close(tracing->signals);
	free(tracing->folder);
	free(tracing->driver);
	free(tracing->device);
	text_free(&tracing->unread);
	sigprocmask(SIG_SETMASK, &tracing->blocked, NULL);
	return status;
}

/* Whether chard.ko is loaded: its events leave all instances when it goes. */
static bool has_events(const struct tracing *tracing)
{
	char *path = format("%s/events/chard", tracing->folder);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

/* Reads what there is, at most as much as the kernel gives at once. Returns 0 or an errno. */
static int fill(struct tracing *tracing)
{
	char bytes[65536];
	ssize_t len = read(tracing->pipe, bytes, sizeof(bytes));
	struct text rest = {};

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : errno;
	text_add(&rest, tracing->unread.bytes + tracing->parsed,
		 tracing->unread.len - tracing->parsed);
	text_add(&rest, bytes, len);
	text_free(&tracing->unread);
	tracing->unread = rest;
	tracing->parsed = 0;
	return 0;
}

/**
 * tracing_wait() - wait for events and read some
 * @timeout_ms: for so long at most
 * @error: set to an errno if events cannot be read any more
 *
 * Return: false if the program is to end, by a signal or that error
 */
bool tracing_wait(struct tracing *tracing, int timeout_ms, int *error)
{
	struct pollfd fds[] = { { tracing->pipe, POLLIN, 0 }, { tracing->signals, POLLIN, 0 } };
	int ready = poll(fds, 2, timeout_ms);
	struct signalfd_siginfo signal;

	*error = 0;
	if (ready < 0 && errno != EINTR)
		*error = errno;
	/* Read, or the program would be killed by it when it is not blocked any more. */
	else if (ready > 0 && fds[1].revents)
		return read(tracing->signals, &signal, sizeof(signal)) < 0 && errno == EINTR;
	else if (ready > 0)
		*error = fill(tracing);
	else if (!has_events(tracing))
		*error = ENODEV;
	return !*error;
}
