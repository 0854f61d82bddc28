/* SPDX-License-Identifier: GPL-2.0 */
/* Tables: lines of cells, each column as wide as its widest cell. */
#ifndef CHARD_TOOL_TABLE_H
#define CHARD_TOOL_TABLE_H

#include <stddef.h>

#include "text.h"

/**
 * struct cell - what stands in one column of one line
 * @text: it, safe to print
 * @columns: how wide that is
 */
struct cell {
	struct text text;
	size_t columns;
};

/* As many as a table can have. */
#define TABLE_COLUMNS 8

/**
 * struct table - the lines; all zeros is an empty one
 * @lines: the lines, the first of which has the heads
 * @count: how many
 * @columns: how many columns there are
 * @widths: the widest cell of each column
 */
struct table {
	struct cell (*lines)[TABLE_COLUMNS];
	size_t count;
	size_t columns;
	size_t widths[TABLE_COLUMNS];
};

void table_begin(struct table *table, const char *const *heads, size_t columns);
void table_line(struct table *table);
void table_cell(struct table *table, size_t column, char *value);
void table_print(struct table *table);

#endif
