/* SPDX-License-Identifier: GPL-2.0 */
/* JSON, written value by value. */
#ifndef CHARD_TOOL_JSON_H
#define CHARD_TOOL_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/**
 * struct json - a document that is being written to the standard output
 * @behind: a value of the same array or object stands before the next one
 */
struct json {
	bool behind;
};

/* @key is NULL for an element of an array, and for the whole document. */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);
void json_bytes(struct json *json, const char *key, const char *bytes, size_t len);
void json_string(struct json *json, const char *key, const char *string);
void json_number(struct json *json, const char *key, long long number);

#endif
