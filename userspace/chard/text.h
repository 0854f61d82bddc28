/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes that grow, and ways to read and print bytes that others have chosen. */
#ifndef CHARD_TOOL_TEXT_H
#define CHARD_TOOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* gcc compares the arguments behind with the format. */
#define FORMAT(at, first) __attribute__((format(printf, at, first)))

/**
 * struct text - bytes that grow; all zeros is an empty one
 * @bytes: the bytes, and a NUL behind them that @len does not count; NULL while @room is 0
 * @len: how many there are, NULs among them included
 * @room: how many are allocated
 */
struct text {
	char *bytes;
	size_t len;
	size_t room;
};

void *grow(void *all, size_t count, size_t size);
char *copy_of(const char *string);
char *format(const char *format, ...) FORMAT(1, 2);

void text_add(struct text *text, const void *bytes, size_t len);
void text_string(struct text *text, const char *string);
void text_format(struct text *text, const char *format, ...) FORMAT(2, 3);
void text_clear(struct text *text);
void text_free(struct text *text);
void text_chomp(struct text *text);
bool text_is(const struct text *text, const char *string);

int read_file_at(int folder, const char *path, struct text *to);
int read_file(const char *path, struct text *to);

size_t utf8_length(const char *bytes, size_t len, uint32_t *code);
size_t text_safe(struct text *to, const char *bytes, size_t len);
size_t print_safe(FILE *out, const char *bytes, size_t len);
size_t print_name(FILE *out, const char *name);

void complain(const char *format, ...) FORMAT(1, 2);

#endif
