// SPDX-License-Identifier: GPL-2.0
/* chard remove, reset and add: what a write to an attribute of chard.ko does. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

/* Why a write failed, where that is the same for all of them; the caller frees it. */
static char *write_error(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return copy_of("permission denied (run this as root)");
	case EROFS:
		return copy_of("sysfs is mounted read-only (run this outside of the container)");
	case ENOENT:
	case ENODEV:
		return copy_of("the device has gone, or is being removed (see \"chard list\")");
	default:
		return format("%s (the kernel's log may say more: see dmesg)", strerror(error));
	}
}

/*
 * Says why there is no device that could be changed. One that was removed and is open is
 * found only now, since this takes a look at each process.
 */
static int no_device(struct inventory *inventory, const char *argument, const char *what)
{
	struct device *device;
	char *why;

	inventory_complete(inventory);
	device = device_find(inventory, argument);
	why = device ? format("the device was removed before (%u open files are left to be closed)",
			      open_count(device))
		     : device_missing(inventory, argument);
	complain("%s: cannot be %s: %s", argument, what, why);
	free(why);
	return EXIT_NO_DEVICE;
}

/**
 * change() - write 1 to an attribute of the device that a user names
 * @argument: as the user names it
 * @attribute: the attribute
 * @what: what is done to the device, as in "cannot be removed"
 * @explain: why it failed, for errnos that mean something there; NULL for others
 */
static int change(const char *argument, const char *attribute, const char *what,
		  const char *(*explain)(int error))
{
	struct inventory inventory;
	struct device *device;
	const char *known;
	int error, status = 0;
	char *why;

	inventory_read(&inventory);
	device = device_find(&inventory, argument);
	if (!device) {
		status = no_device(&inventory, argument, what);
		inventory_free(&inventory);
		return status;
	}
	error = write_file(device->folder, attribute, "1\n");
	if (error) {
		known = explain(error);
		why = known ? copy_of(known) : write_error(error);
		complain("%s: cannot be %s: %s", device->name, what, why);
		free(why);
		status = error == ENODEV || error == ENOENT ? EXIT_NO_DEVICE : EXIT_FAILED;
	}
	inventory_free(&inventory);
	return status;
}

static const char *explain_remove(int error)
{
	return error == ENODEV ? "another task is removing it already (wait for its end)" : NULL;
}

int command_remove(char **arguments, const struct options *options)
{
	return change(arguments[0], "remove", "removed", explain_remove);
}

static const char *explain_reset(int error)
{
	switch (error) {
	case EIO:
		return "its handler panicked again (see dmesg, or remove the device)";
	case EBUSY:
		return "its handler is busy (close the files of \"chard show\" and try again)";
	default:
		return NULL;
	}
}

int command_reset(char **arguments, const struct options *options)
{
	return change(arguments[0], "reset", "reset", explain_reset);
}

/* The names of a region's devices now. */
static char **devices_of(const struct driver *driver, size_t *count)
{
	char *folder = format("%s/chard", driver->folder);
	char **names = list_folder(folder, count);

	free(folder);
	return names;
}

/*
 * Says which device came. The attribute takes the number of a device and does not give its
 * name: it is the one that was not there before, if there is one such alone.
 */
static void say_added(const struct driver *driver, unsigned long number, char **before,
		      size_t before_count)
{
	size_t count, i, j = 0, fresh = 0;
	char **names = devices_of(driver, &count);
	char *name = NULL;

	/* Both are in order. */
	for (i = 0; i < count; i++) {
		while (j < before_count && strcmp(before[j], names[i]) < 0)
			j++;
		if (j < before_count && !strcmp(before[j], names[i]))
			continue;
		free(name);
		name = node_name(names[i]);
		fresh++;
	}
	printf("device %lu of ", number);
	print_name(stdout, driver->name);
	if (fresh == 1) {
		fputs(" is /dev/", stdout);
		print_name(stdout, name);
	}
	putchar('\n');
	free(name);
	list_free(names, count);
}

static int add_number(const struct driver *driver, unsigned long number)
{
	char *value = format("%lu\n", number);
	int error = write_file(driver->folder, "add", value);

	free(value);
	return error;
}

/* Finds the first number that is free, which the attribute does not do. */
static int add_any(const struct driver *driver, unsigned long *number)
{
	int error;

	for (*number = 0; (error = add_number(driver, *number)) == EEXIST; (*number)++)
		;
	/* Where all numbers are taken, the first that does not exist is not valid. */
	return error == EINVAL && *number ? ENOSPC : error;
}

/* Why a device was not made, of an errno that means something there; the caller frees it. */
static char *explain_add(int error, unsigned long number)
{
	switch (error) {
	case EEXIST:
		return copy_of("this device exists (choose another number, or give none)");
	case EINVAL:
		return format("there is no number %lu, or its handler refuses it (choose another)",
			      number);
	case ENOSPC:
		return copy_of("all numbers are taken (remove a device first)");
	case ENODEV:
	case ENOENT:
		return copy_of("the driver is being loaded or unloaded (try again)");
	case EIO:
		return copy_of("its handler panicked while it made the device (see dmesg)");
	default:
		return write_error(error);
	}
}

static int add_to(const struct driver *driver, const char *number_text)
{
	unsigned long number = 0;
	size_t before_count;
	char **before, *why;
	int error;

	if (number_text)
		number = strtoul(number_text, NULL, 10);
	before = devices_of(driver, &before_count);
	error = number_text ? add_number(driver, number) : add_any(driver, &number);
	if (error) {
		why = explain_add(error, number);
		complain("%s: no device was added: %s", driver->name, why);
		free(why);
	} else {
		say_added(driver, number, before, before_count);
	}
	list_free(before, before_count);
	return error ? EXIT_FAILED : 0;
}

/* A number in decimal, as in the names of nodes. */
static bool is_number(const char *text)
{
	const char *at = text;

	while (isdigit((unsigned char)*at))
		at++;
	errno = 0;
	return at != text && !*at && strtoul(text, NULL, 10) < UINT_MAX && !errno;
}

int command_add(char **arguments, const struct options *options)
{
	const char *name = arguments[0], *number = arguments[1];
	struct inventory inventory;
	struct driver *driver;
	int status;

	if (number && !is_number(number)) {
		complain("%s: is no number of a device (give a decimal one, from 0 on)", number);
		return EXIT_USAGE;
	}
	inventory_read(&inventory);
	driver = driver_find(&inventory, name);
	if (!driver && !strncmp(name, "chard_", 6))
		driver = driver_find(&inventory, name + 6);
	if (!driver) {
		complain("%s: no device was added: no such driver is loaded (see \"chard list\")",
			 name);
		status = EXIT_NO_DEVICE;
	} else if (!driver->folder) {
		complain("%s: no device was added: a misc driver has exactly one (load it anew)",
			 driver->name);
		status = EXIT_FAILED;
	} else {
		status = add_to(driver, number);
	}
	inventory_free(&inventory);
	return status;
}
