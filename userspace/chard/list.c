// SPDX-License-Identifier: GPL-2.0
/* chard list: a line for each device, and for each driver that has none. */
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "table.h"
#include "tool.h"

/* The columns. */
enum column {
	NODE,
	NUMBER,
	DRIVER,
	PARENT,
	STATE,
	PANICS,
	OPEN,
	PROCESSES,
	COLUMNS,
};

static const char *const heads[] = {
	[NODE] = "NODE",   [NUMBER] = "NUMBER", [DRIVER] = "DRIVER", [PARENT] = "PARENT",
	[STATE] = "STATE", [PANICS] = "PANICS", [OPEN] = "OPEN",     [PROCESSES] = "PROCESSES",
};

/* Without the folder, which is /dev, where the device has no node now. */
static char *node_cell(const struct device *device)
{
	return format("%s%s", device->has_node ? "/dev/" : "", device->name);
}

static char *processes_cell(const struct device *device)
{
	struct text text = {};
	char *string;
	size_t i;

	for (i = 0; i < device->holder_count; i++)
		text_format(&text, "%s%d %s", i ? ", " : "", device->holders[i].pid,
			    device->holders[i].comm);
	string = copy_of(text.len ? text.bytes : "-");
	text_free(&text);
	return string;
}

static void table_device(struct table *table, const struct device *device)
{
	table_line(table);
	table_cell(table, NODE, node_cell(device));
	table_cell(table, NUMBER, format("%u:%u", major(device->number), minor(device->number)));
	table_cell(table, DRIVER, copy_of(device->driver ? device->driver->name : "-"));
	table_cell(table, PARENT, copy_of(device->parent ? device->parent : "-"));
	table_cell(table, STATE, copy_of(state_name(device)));
	table_cell(table, PANICS,
		   device->panics == UNKNOWN ? copy_of("-") : format("%ld", device->panics));
	table_cell(table, OPEN, format("%u", open_count(device)));
	table_cell(table, PROCESSES, processes_cell(device));
}

static void table_driver(struct table *table, const struct driver *driver)
{
	char *parent = driver->folder ? format("/devices/%s", last_part(driver->folder))
				      : copy_of("-");

	table_line(table);
	table_cell(table, NODE, copy_of("-"));
	table_cell(table, NUMBER,
		   driver->major == UNKNOWN ? copy_of("-") : format("%ld:-", driver->major));
	table_cell(table, DRIVER, copy_of(driver->name));
	table_cell(table, PARENT, parent);
	table_cell(table, STATE, copy_of("no device"));
	table_cell(table, PANICS, copy_of("-"));
	table_cell(table, OPEN, copy_of("-"));
	table_cell(table, PROCESSES, copy_of("-"));
}

/* Also where all of its devices were removed and are open. */
static bool has_device(const struct inventory *inventory, const struct driver *driver)
{
	size_t i;

	for (i = 0; i < inventory->device_count; i++) {
		if (inventory->devices[i]->driver == driver)
			return true;
	}
	return false;
}

static void list_table(const struct inventory *inventory)
{
	struct table table = {};
	size_t i;

	table_begin(&table, heads, COLUMNS);
	for (i = 0; i < inventory->device_count; i++)
		table_device(&table, inventory->devices[i]);
	for (i = 0; i < inventory->driver_count; i++) {
		if (!has_device(inventory, inventory->drivers[i]))
			table_driver(&table, inventory->drivers[i]);
	}
	table_print(&table);
}

static void list_json(const struct inventory *inventory)
{
	struct json json = {};
	size_t i;

	json_begin(&json, NULL, '{');
	json_begin(&json, "drivers", '[');
	for (i = 0; i < inventory->driver_count; i++) {
		const struct driver *driver = inventory->drivers[i];

		json_begin(&json, NULL, '{');
		json_string(&json, "name", driver->name);
		json_string(&json, "module", driver->module);
		json_number(&json, "major", driver->major);
		json_number(&json, "references", driver->references);
		json_number(&json, "devices", driver->devices);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_begin(&json, "devices", '[');
	for (i = 0; i < inventory->device_count; i++) {
		json_begin(&json, NULL, '{');
		json_device_head(&json, inventory->devices[i]);
		json_processes(&json, inventory->devices[i]);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_number(&json, "unseen_processes", inventory->unseen);
	json_end(&json, '}');
	putchar('\n');
}

int command_list(char **arguments, const struct options *options)
{
	struct inventory inventory;

	inventory_read(&inventory);
	inventory_complete(&inventory);
	if (options->json) {
		list_json(&inventory);
	} else if (!inventory.driver_count && !inventory.device_count) {
		complain("no driver of chard's is loaded (insmod chard.ko, then a driver)");
	} else {
		list_table(&inventory);
		note_unseen(&inventory);
	}
	inventory_free(&inventory);
	return 0;
}
