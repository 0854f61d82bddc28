// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that grow, and ways to read and print bytes that others have chosen.
 *
 * A name, a command of a process or the value of an attribute may hold any byte. A terminal
 * would obey some of them, so none is printed before text_safe() has seen it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

static void out_of_memory(void)
{
	fputs("chard: out of memory (end other programs and try again)\n", stderr);
	exit(1);
}

/* grow() - make room for one more element of an array that has @count of @size bytes each */
void *grow(void *all, size_t count, size_t size)
{
	size_t room = count ? count * 2 : 4;

	/* There is room until the count is a power of two. */
	if (count && (count < 4 || (count & (count - 1))))
		return all;
	all = reallocarray(all, room, size);
	if (!all)
		out_of_memory();
	return all;
}

/* copy_of() - a copy of a string, which the caller frees */
char *copy_of(const char *string)
{
	char *copy = strdup(string);

	if (!copy)
		out_of_memory();
	return copy;
}

/* format() - a new string, which the caller frees */
char *format(const char *format, ...)
{
	va_list args;
	char *string;

	va_start(args, format);
	if (vasprintf(&string, format, args) < 0)
		out_of_memory();
	va_end(args);
	return string;
}

/* Makes room for @len more bytes and a NUL. */
static void text_reserve(struct text *text, size_t len)
{
	size_t room = text->room ? text->room : 64;

	while (room - text->len <= len)
		room *= 2;
	if (room == text->room)
		return;
	text->bytes = realloc(text->bytes, room);
	if (!text->bytes)
		out_of_memory();
	text->room = room;
}

void text_add(struct text *text, const void *bytes, size_t len)
{
	text_reserve(text, len);
	if (len)
		memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
	text->bytes[text->len] = '\0';
}

void text_string(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
	va_list args;
	char *string;
	int len;

	va_start(args, format);
	len = vasprintf(&string, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	text_add(text, string, len);
	free(string);
}

/* text_clear() - let it be empty, and a string */
void text_clear(struct text *text)
{
	text->len = 0;
	text_add(text, "", 0);
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){};
}

/* text_chomp() - drop one newline at the end, as a file of one value has it */
void text_chomp(struct text *text)
{
	if (text->len && text->bytes[text->len - 1] == '\n')
		text->bytes[--text->len] = '\0';
}

bool text_is(const struct text *text, const char *string)
{
	return text->len == strlen(string) && !memcmp(text->bytes, string, text->len);
}

/*
 * read_file_at() - read all of a file below a folder
 *
 * O_NONBLOCK: nothing that this tool reads is to be waited for.
 *
 * Return: 0 or an errno; @to holds the bytes that came before an error.
 */
int read_file_at(int folder, const char *path, struct text *to)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int error = 0;
	ssize_t len;

	text_clear(to);
	if (fd < 0)
		return errno;
	do {
		text_reserve(to, 65536);
		len = read(fd, to->bytes + to->len, to->room - to->len - 1);
		if (len > 0)
			to->len += len;
		else if (len < 0 && errno != EINTR)
			error = errno;
	} while (len && !error);
	to->bytes[to->len] = '\0';
	close(fd);
	return error;
}

int read_file(const char *path, struct text *to)
{
	return read_file_at(AT_FDCWD, path, to);
}

/*
 * utf8_length() - how many bytes the first character has
 *
 * Return: 1 to 4, and the character in @code; 0 if the bytes are no UTF-8, as those of a
 * surrogate, of a character beyond the last, or of one that is longer than it need be.
 */
size_t utf8_length(const char *bytes, size_t len, uint32_t *code)
{
	/* The least character of each length. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)bytes;
	size_t count, i;

	if (at[0] < 0x80) {
		*code = at[0];
		return 1;
	}
	if (at[0] >= 0xf8 || at[0] < 0xc0)
		return 0;
	count = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
	if (len < count)
		return 0;
	*code = at[0] & (0xff >> (count + 1));
	for (i = 1; i < count; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (at[i] & 0x3f);
	}
	if (*code < least[count] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return count;
}

/* Characters that move the cursor, or the text beside them. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

/*
 * text_safe() - add bytes so that a terminal shows them, and a reader can tell what they were
 *
 * A backslash is doubled. A byte that is no UTF-8, and each byte of a control character, is \xNN.
 *
 * Return: how many columns that takes, where each character takes one.
 */
size_t text_safe(struct text *to, const char *bytes, size_t len)
{
	size_t columns = 0, at = 0, count, i;
	uint32_t code;

	while (at < len) {
		count = utf8_length(bytes + at, len - at, &code);
		if (count && code == '\\') {
			text_string(to, "\\\\");
			columns += 2;
		} else if (count && !is_control(code)) {
			text_add(to, bytes + at, count);
			columns++;
		} else {
			count = count ? count : 1;
			for (i = 0; i < count; i++)
				text_format(to, "\\x%02x", (unsigned char)bytes[at + i]);
			columns += count * 4;
		}
		at += count;
	}
	return columns;
}

/* print_safe() - print bytes by text_safe(); returns the columns */
size_t print_safe(FILE *out, const char *bytes, size_t len)
{
	struct text text = {};
	size_t columns = text_safe(&text, bytes, len);

	if (text.len)
		fwrite(text.bytes, 1, text.len, out);
	text_free(&text);
	return columns;
}

size_t print_name(FILE *out, const char *name)
{
	return print_safe(out, name, strlen(name));
}

/* complain() - a line on the standard error: what failed: why (what to do) */
void complain(const char *format, ...)
{
	va_list args;
	char *string;

	va_start(args, format);
	if (vasprintf(&string, format, args) < 0)
		out_of_memory();
	va_end(args);
	fflush(stdout);
	fputs("chard: ", stderr);
	print_name(stderr, string);
	fputc('\n', stderr);
	free(string);
}
