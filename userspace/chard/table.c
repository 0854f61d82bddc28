// SPDX-License-Identifier: GPL-2.0
/* Tables: lines of cells, each column as wide as its widest cell. */
#include <stdlib.h>
#include <string.h>

#include "table.h"

void table_begin(struct table *table, const char *const *heads, size_t columns)
{
	size_t column;

	table->columns = columns;
	table_line(table);
	for (column = 0; column < columns; column++)
		table_cell(table, column, copy_of(heads[column]));
}

/* table_line() - begin another line */
void table_line(struct table *table)
{
	table->lines = grow(table->lines, table->count, sizeof(*table->lines));
	memset(table->lines[table->count++], 0, sizeof(*table->lines));
}

/* table_cell() - set a cell of the last line; frees @value */
void table_cell(struct table *table, size_t column, char *value)
{
	struct cell *cell = &table->lines[table->count - 1][column];

	cell->columns = text_safe(&cell->text, value, strlen(value));
	if (cell->columns > table->widths[column])
		table->widths[column] = cell->columns;
	free(value);
}

/* table_print() - print all lines, and free them; the last column is not filled up */
void table_print(struct table *table)
{
	size_t i, column, pad;

	for (i = 0; i < table->count; i++) {
		for (column = 0; column < table->columns; column++) {
			struct cell *cell = &table->lines[i][column];

			fwrite(cell->text.bytes, 1, cell->text.len, stdout);
			pad = table->widths[column] - cell->columns + 2;
			while (column < table->columns - 1 && pad--)
				putchar(' ');
			text_free(&cell->text);
		}
		putchar('\n');
	}
	free(table->lines);
}
