// SPDX-License-Identifier: GPL-2.0
/* chard show: all that is known of one device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "tool.h"

/* A value of several lines begins on a line of its own, each further in than any name. */
static void print_value(const struct text *value)
{
	const char *at = value->bytes, *end = at + value->len, *line_end;

	if (!value->len || !memchr(at, '\n', value->len)) {
		print_safe(stdout, at, value->len);
		putchar('\n');
		return;
	}
	putchar('\n');
	for (; at < end; at = line_end + 1) {
		line_end = memchr(at, '\n', end - at);
		if (!line_end)
			line_end = end;
		fputs("        ", stdout);
		print_safe(stdout, at, line_end - at);
		putchar('\n');
	}
}

static void print_attributes(const char *title, const struct attributes *attributes)
{
	size_t i;

	if (attributes->count)
		printf("%s:\n", title);
	for (i = 0; i < attributes->count; i++) {
		const struct attribute *attribute = &attributes->all[i];

		fputs("    ", stdout);
		print_name(stdout, attribute->name);
		fputs(": ", stdout);
		if (!(attribute->mode & 0444))
			puts("(can only be written)");
		else if (attribute->error)
			printf("(cannot be read: %s)\n", strerror(attribute->error));
		else
			print_value(&attribute->value);
	}
}

static void json_attributes(struct json *json, const char *key, const struct attributes *attributes)
{
	size_t i;

	json_begin(json, key, '[');
	for (i = 0; i < attributes->count; i++) {
		const struct attribute *attribute = &attributes->all[i];

		json_begin(json, NULL, '{');
		json_string(json, "name", attribute->name);
		json_number(json, "mode", attribute->mode);
		if (!(attribute->mode & 0444))
			json_string(json, "value", NULL);
		else if (attribute->error)
			json_string(json, "error", strerrorname_np(attribute->error));
		else
			json_bytes(json, "value", attribute->value.bytes, attribute->value.len);
		json_end(json, '}');
	}
	json_end(json, ']');
}

/**
 * struct details - what "show" reads beyond the inventory
 * @own: the attributes of the device in sysfs
 * @views: those in debugfs
 * @params: the parameters of its driver
 */
struct details {
	struct attributes own;
	struct attributes views;
	struct attributes params;
};

static void details_read(struct details *details, const struct device *device)
{
	*details = (struct details){};
	if (device->folder) {
		attributes_read(&details->own, device->folder);
		attributes_read_debugfs(&details->views, device->folder);
	}
	if (device->driver && device->driver->module)
		attributes_read_params(&details->params, device->driver->module);
}

static void details_free(struct details *details)
{
	attributes_free(&details->own);
	attributes_free(&details->views);
	attributes_free(&details->params);
}

static void print_line(const char *title, const char *value)
{
	printf("%-12s", title);
	print_name(stdout, value ? value : "-");
	putchar('\n');
}

/* What a reader may want to know of a state. */
static const char *state_advice(const struct device *device)
{
	switch (device->state) {
	case QUARANTINED:
		return " (calls answer EIO until \"chard reset\")";
	case REMOVING:
		return " (another task removes it)";
	case REMOVED:
		return " (files of it are open; they answer ENODEV)";
	default:
		return "";
	}
}

static void print_driver(const struct driver *driver)
{
	fputs("driver:     ", stdout);
	if (!driver) {
		puts("-");
		return;
	}
	print_name(stdout, driver->name);
	if (driver->module)
		printf(" (module %s", driver->module);
	if (driver->module && driver->references != UNKNOWN)
		printf(", held %ld times", driver->references);
	puts(driver->module ? ")" : "");
}

static void print_holders(const struct device *device)
{
	size_t i, j;

	printf("%-12s%u\n", "open:", open_count(device));
	for (i = 0; i < device->holder_count; i++) {
		const struct holder *holder = &device->holders[i];

		printf("    %d ", holder->pid);
		print_name(stdout, holder->comm);
		fputs(holder->fd_count ? ": descriptors" : ":", stdout);
		for (j = 0; j < holder->fd_count; j++)
			printf(" %d", holder->fds[j]);
		if (holder->mappings)
			printf("%s mappings %u", holder->fd_count ? "," : "", holder->mappings);
		putchar('\n');
	}
}

static void show_text(const struct device *device, const struct details *details)
{
	char *node = format("/dev/%s", device->name);

	print_line("name:", device->name);
	print_line("node:", device->has_node ? node : NULL);
	free(node);
	printf("%-12s%u:%u\n", "number:", major(device->number), minor(device->number));
	if (device->has_node)
		printf("%-12s%04o, owner %u, group %u\n", "mode:", device->node.st_mode & 07777,
		       device->node.st_uid, device->node.st_gid);
	print_driver(device->driver);
	print_line("parent:", device->parent);
	printf("%-12s%s%s\n", "state:", state_name(device), state_advice(device));
	if (device->panics == UNKNOWN)
		print_line("panics:", NULL);
	else
		printf("%-12s%ld\n", "panics:", device->panics);
	print_holders(device);
	print_attributes("attributes", &details->own);
	print_attributes("debugfs", &details->views);
	print_attributes("parameters", &details->params);
}

static void show_json(const struct inventory *inventory, const struct device *device,
		      const struct details *details)
{
	struct json json = {};

	json_begin(&json, NULL, '{');
	json_device_head(&json, device);
	json_number(&json, "mode", device->has_node ? (long)device->node.st_mode & 07777 : UNKNOWN);
	json_number(&json, "uid", device->has_node ? (long)device->node.st_uid : UNKNOWN);
	json_number(&json, "gid", device->has_node ? (long)device->node.st_gid : UNKNOWN);
	json_string(&json, "module", device->driver ? device->driver->module : NULL);
	json_number(&json, "references", device->driver ? device->driver->references : UNKNOWN);
	json_processes(&json, device);
	json_attributes(&json, "attributes", &details->own);
	json_attributes(&json, "debugfs", &details->views);
	json_attributes(&json, "parameters", &details->params);
	json_number(&json, "unseen_processes", inventory->unseen);
	json_end(&json, '}');
	putchar('\n');
}

int command_show(char **arguments, const struct options *options)
{
	const char *argument = arguments[0];
	struct inventory inventory;
	struct details details;
	struct device *device;
	int status = 0;

	inventory_read(&inventory);
	inventory_complete(&inventory);
	device = device_find(&inventory, argument);
	if (device) {
		details_read(&details, device);
		if (options->json) {
			show_json(&inventory, device, &details);
		} else {
			show_text(device, &details);
			note_unseen(&inventory);
		}
		details_free(&details);
	} else {
		char *why = device_missing(&inventory, argument);

		complain("%s: cannot be shown: %s", argument, why);
		free(why);
		status = EXIT_NO_DEVICE;
	}
	inventory_free(&inventory);
	return status;
}
