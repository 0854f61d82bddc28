// SPDX-License-Identifier: GPL-2.0
/* chard list: a line for each device, and for each driver that has none. */
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "tool.h"

/* The columns; the last one has no width. */
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

/**
 * struct cell - what stands in one column of one line
 * @text: it, safe to print
 * @columns: how wide that is
 */
struct cell {
	struct text text;
	size_t columns;
};

/**
 * struct table - the lines
 * @lines: each of COLUMNS cells
 * @count: how many
 * @widths: the widest cell of each column
 */
struct table {
	struct cell (*lines)[COLUMNS];
	size_t count;
	size_t widths[COLUMNS];
};

static struct cell *table_line(struct table *table)
{
	table->lines = grow(table->lines, table->count, sizeof(*table->lines));
	memset(table->lines[table->count], 0, sizeof(*table->lines));
	return table->lines[table->count++];
}

static void cell_set(struct table *table, struct cell *line, enum column column, char *value)
{
	struct cell *cell = &line[column];

	cell->columns = text_safe(&cell->text, value, strlen(value));
	if (cell->columns > table->widths[column])
		table->widths[column] = cell->columns;
	free(value);
}

static void table_heads(struct table *table)
{
	static const char *const heads[] = { "NODE",  "NUMBER", "DRIVER", "PARENT",
					     "STATE", "PANICS", "OPEN",	  "PROCESSES" };
	struct cell *line = table_line(table);
	enum column column;

	for (column = 0; column < COLUMNS; column++)
		cell_set(table, line, column, copy_of(heads[column]));
}

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
	struct cell *line = table_line(table);

	cell_set(table, line, NODE, node_cell(device));
	cell_set(table, line, NUMBER,
		 format("%u:%u", major(device->number), minor(device->number)));
	cell_set(table, line, DRIVER, copy_of(device->driver ? device->driver->name : "-"));
	cell_set(table, line, PARENT, copy_of(device->parent ? device->parent : "-"));
	cell_set(table, line, STATE, copy_of(state_name(device)));
	cell_set(table, line, PANICS,
		 device->panics == UNKNOWN ? copy_of("-") : format("%ld", device->panics));
	cell_set(table, line, OPEN, format("%u", open_count(device)));
	cell_set(table, line, PROCESSES, processes_cell(device));
}

static void table_driver(struct table *table, const struct driver *driver)
{
	struct cell *line = table_line(table);
	char *parent = driver->folder ? format("/devices/%s", last_part(driver->folder))
				      : copy_of("-");

	cell_set(table, line, NODE, copy_of("-"));
	cell_set(table, line, NUMBER,
		 driver->major == UNKNOWN ? copy_of("-") : format("%ld:-", driver->major));
	cell_set(table, line, DRIVER, copy_of(driver->name));
	cell_set(table, line, PARENT, parent);
	cell_set(table, line, STATE, copy_of("no device"));
	cell_set(table, line, PANICS, copy_of("-"));
	cell_set(table, line, OPEN, copy_of("-"));
	cell_set(table, line, PROCESSES, copy_of("-"));
}

static void table_print(struct table *table)
{
	enum column column;
	size_t i, pad;

	for (i = 0; i < table->count; i++) {
		for (column = 0; column < COLUMNS; column++) {
			struct cell *cell = &table->lines[i][column];

			fwrite(cell->text.bytes, 1, cell->text.len, stdout);
			pad = table->widths[column] - cell->columns + 2;
			while (column < COLUMNS - 1 && pad--)
				putchar(' ');
			text_free(&cell->text);
		}
		putchar('\n');
	}
	free(table->lines);
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

	table_heads(&table);
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

int command_list(char **arguments, bool as_json)
{
	struct inventory inventory;

	inventory_read(&inventory);
	inventory_complete(&inventory);
	if (as_json) {
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
