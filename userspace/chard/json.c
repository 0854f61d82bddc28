// SPDX-License-Identifier: GPL-2.0
/*
 * JSON, written value by value, on one line.
 *
 * JSON has characters, and a name has bytes. A byte that is no UTF-8 is written as the
 * surrogate U+DC00 + byte, as Python's "surrogateescape" reads it back: no byte is lost, and
 * no two names are written alike.
 */
#include <string.h>

#include "json.h"

static void json_quote(const char *bytes, size_t len)
{
	size_t at = 0, count;
	uint32_t code;

	putchar('"');
	while (at < len) {
		count = utf8_length(bytes + at, len - at, &code);
		if (!count)
			printf("\\udc%02x", (unsigned char)bytes[at]);
		else if (code == '"' || code == '\\')
			printf("\\%c", (int)code);
		/* Beyond those that JSON asks for, those that a terminal might obey. */
		else if (code < 0x20 || (code >= 0x7f && code < 0xa0) ||
			 (code >= 0x2000 && code <= 0x206f) || code == 0x61c || code == 0xfeff)
			printf("\\u%04x", code);
		else
			fwrite(bytes + at, 1, count, stdout);
		at += count ? count : 1;
	}
	putchar('"');
}

static void json_key(struct json *json, const char *key)
{
	if (json->behind)
		putchar(',');
	json->behind = true;
	if (key) {
		json_quote(key, strlen(key));
		putchar(':');
	}
}

/* json_begin() - an object, or an array */
void json_begin(struct json *json, const char *key, char bracket)
{
	json_key(json, key);
	putchar(bracket);
	json->behind = false;
}

void json_end(struct json *json, char bracket)
{
	putchar(bracket);
	json->behind = true;
}

void json_bytes(struct json *json, const char *key, const char *bytes, size_t len)
{
	json_key(json, key);
	json_quote(bytes, len);
}

/* json_string() - a string; null for NULL */
void json_string(struct json *json, const char *key, const char *string)
{
	json_key(json, key);
	if (string)
		json_quote(string, strlen(string));
	else
		fputs("null", stdout);
}

/* json_number() - a number that is not negative; null for one that is, which is not known */
void json_number(struct json *json, const char *key, long long number)
{
	json_key(json, key);
	if (number < 0)
		fputs("null", stdout);
	else
		printf("%lld", number);
}
