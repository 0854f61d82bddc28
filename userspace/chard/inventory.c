// SPDX-License-Identifier: GPL-2.0
/*
 * Which drivers and devices there are.
 *
 * A driver with a region has the folder /sys/devices/chard-NAME, and its devices are in the
 * class "chard". A misc device is chard's if it has chard's attributes. The attribute "handler"
 * of a device names its driver.
 *
 * A driver or a device that goes while this reads is left out.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tool.h"

static const char *const state_names[] = {
	[READY] = "ready",     [QUARANTINED] = "quarantined", [REMOVING] = "removing",
	[REMOVED] = "removed", [STATE_UNKNOWN] = "unknown",
};

static struct driver *driver_new(struct inventory *inventory, const char *name)
{
	struct driver *driver = driver_find(inventory, name);
	char *module;

	if (driver)
		return driver;
	inventory->drivers =
		grow(inventory->drivers, inventory->driver_count, sizeof(*inventory->drivers));
	driver = calloc(1, sizeof(*driver));
	if (!driver)
		abort();
	inventory->drivers[inventory->driver_count++] = driver;
	driver->name = copy_of(name);
	driver->major = UNKNOWN;
	driver->references = UNKNOWN;
	module = format("/sys/module/chard_%s", name);
	if (!access(module, F_OK)) {
		driver->module = copy_of(last_part(module));
		/* A driver that is built in has a folder if it has parameters, and no count. */
		driver->references = read_number(module, "refcnt");
	}
	free(module);
	return driver;
}

struct driver *driver_find(const struct inventory *inventory, const char *name)
{
	size_t i;

	for (i = 0; i < inventory->driver_count; i++) {
		if (!strcmp(inventory->drivers[i]->name, name))
			return inventory->drivers[i];
	}
	return NULL;
}

/* The major of a region, which /proc/devices lists by the name of its parent. */
static long region_major(const char *parent)
{
	struct text text = {};
	char *line, *rest, *name;
	long major, found = UNKNOWN;

	if (read_file("/proc/devices", &text))
		text_clear(&text);
	rest = text.bytes;
	while ((line = strsep(&rest, "\n"))) {
		/* Block devices follow, behind an empty line. */
		if (!*line)
			break;
		major = strtol(line, &name, 10);
		if (name != line && *name == ' ' && !strcmp(name + 1, parent))
			found = major;
	}
	text_free(&text);
	return found;
}

static void drivers_read(struct inventory *inventory)
{
	struct driver *driver;
	size_t count, i;
	char **names;
	char *folder;

	names = list_folder("/sys/devices", &count);
	for (i = 0; i < count; i++) {
		if (strncmp(names[i], "chard-", 6))
			continue;
		folder = format("/sys/devices/%s", names[i]);
		driver = driver_new(inventory, names[i] + 6);
		driver->folder = folder;
		driver->major = region_major(names[i]);
	}
	list_free(names, count);
	names = list_folder("/sys/module/chard/holders", &count);
	for (i = 0; i < count; i++) {
		if (!strncmp(names[i], "chard_", 6))
			driver_new(inventory, names[i] + 6);
	}
	list_free(names, count);
}

/* device_new() - a device of which nothing is known yet */
struct device *device_new(struct inventory *inventory)
{
	struct device *device = calloc(1, sizeof(*device));

	if (!device)
		abort();
	inventory->devices =
		grow(inventory->devices, inventory->device_count, sizeof(*inventory->devices));
	inventory->devices[inventory->device_count++] = device;
	device->panics = UNKNOWN;
	device->state = STATE_UNKNOWN;
	return device;
}

/* The folder of the parent of a device in a region, as in PARENT/chard/NODE; the caller frees it. */
static char *region_parent(const char *folder)
{
	char *parent = copy_of(folder + strlen("/sys"));
	int i;

	for (i = 0; i < 2; i++)
		*strrchr(parent, '/') = '\0';
	return parent;
}

/* What the attribute "state" says; STATE_UNKNOWN if it has gone. */
static enum state read_state(const char *folder)
{
	static const enum state states[] = { READY, QUARANTINED, REMOVING };
	char *name = read_line(folder, "state");
	enum state state = STATE_UNKNOWN;
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(states); i++) {
		if (!strcmp(name, state_names[states[i]]))
			state = states[i];
	}
	free(name);
	return state;
}

static void device_read(struct inventory *inventory, char *folder, bool region)
{
	struct device *device;
	char *path, *handler;
	dev_t number;

	if (!folder || !is_chard_folder(folder) || !read_dev(folder, &number)) {
		free(folder);
		return;
	}
	device = device_new(inventory);
	device->folder = folder;
	device->number = number;
	device->name = node_name(folder);
	device->panics = read_number(folder, "panics");
	device->state = read_state(folder);
	device->parent = region ? region_parent(folder) : NULL;
	handler = read_line(folder, "handler");
	if (handler) {
		device->driver = driver_new(inventory, handler);
		device->driver->devices++;
	}
	free(handler);
	path = format("/dev/%s", device->name);
	device->has_node = !stat(path, &device->node) && S_ISCHR(device->node.st_mode) &&
			   device->node.st_rdev == number;
	free(path);
}

static void devices_read(struct inventory *inventory, const char *class, bool region)
{
	size_t count, i;
	char **names = list_folder(class, &count);
	char *path;

	for (i = 0; i < count; i++) {
		path = format("%s/%s", class, names[i]);
		device_read(inventory, real_folder(path), region);
		free(path);
	}
	list_free(names, count);
}

static int compare_devices(const void *one_at, const void *other_at)
{
	const struct device *one = *(struct device *const *)one_at;
	const struct device *other = *(struct device *const *)other_at;
	int order = strcmp(one->driver ? one->driver->name : "",
			   other->driver ? other->driver->name : "");

	if (order)
		return order;
	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	/* A removed device behind the one that has its number now. */
	return (one->state == REMOVED) - (other->state == REMOVED);
}

static int compare_drivers(const void *one, const void *other)
{
	return strcmp((*(struct driver *const *)one)->name, (*(struct driver *const *)other)->name);
}

/*
 * inventory_read() - all drivers and devices
 *
 * No handler is called for that, and so nothing waits for one.
 */
void inventory_read(struct inventory *inventory)
{
	*inventory = (struct inventory){};
	drivers_read(inventory);
	devices_read(inventory, "/sys/class/chard", true);
	devices_read(inventory, "/sys/class/misc", false);
}

/*
 * inventory_complete() - the processes that have devices open, and the devices that were
 * removed meanwhile; all in order
 */
void inventory_complete(struct inventory *inventory)
{
	processes_scan(inventory);
	if (inventory->device_count)
		qsort(inventory->devices, inventory->device_count, sizeof(*inventory->devices),
		      compare_devices);
	if (inventory->driver_count)
		qsort(inventory->drivers, inventory->driver_count, sizeof(*inventory->drivers),
		      compare_drivers);
}

void inventory_free(struct inventory *inventory)
{
	size_t i, j;

	for (i = 0; i < inventory->device_count; i++) {
		struct device *device = inventory->devices[i];

		for (j = 0; j < device->holder_count; j++) {
			free(device->holders[j].comm);
			free(device->holders[j].fds);
		}
		free(device->holders);
		free(device->name);
		free(device->folder);
		free(device->parent);
		free(device);
	}
	free(inventory->devices);
	for (i = 0; i < inventory->driver_count; i++) {
		free(inventory->drivers[i]->name);
		free(inventory->drivers[i]->module);
		free(inventory->drivers[i]->folder);
		free(inventory->drivers[i]);
	}
	free(inventory->drivers);
}

/*
 * device_find() - the device that a user names
 * @argument: its node by a path, /dev/NAME also where there is no node, or its name
 *
 * Return: NULL if there is none. A removed device is found if no other has the name.
 */
struct device *device_find(const struct inventory *inventory, const char *argument)
{
	struct device *device, *removed = NULL;
	bool path = strchr(argument, '/'), below_dev = !strncmp(argument, "/dev/", 5);
	struct stat node;
	bool is_node = path && !stat(argument, &node) && S_ISCHR(node.st_mode);
	size_t i;

	for (i = 0; i < inventory->device_count; i++) {
		device = inventory->devices[i];
		if (is_node ? device->number != node.st_rdev
			    : strcmp(device->name, below_dev ? argument + 5 : argument))
			continue;
		if (device->state != REMOVED)
			return device;
		removed = device;
	}
	return removed;
}

/* device_missing() - why device_find() found none, and what to do; the caller frees it */
char *device_missing(const struct inventory *inventory, const char *argument)
{
	struct stat node;

	if (strchr(argument, '/') && !stat(argument, &node))
		return format(S_ISCHR(node.st_mode) ? "this node is not of a device of chard's%s"
						    : "this is not a device's node%s",
			      " (\"chard list\" has those that are)");
	if (driver_find(inventory, argument))
		return copy_of("this is a driver (name a device of it: see \"chard list\")");
	return copy_of("no such device (\"chard list\" has those that there are)");
}

const char *state_name(const struct device *device)
{
	return state_names[device->state];
}
