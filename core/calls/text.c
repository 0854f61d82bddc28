// SPDX-License-Identifier: GPL-2.0
/* The text that a handler writes: what a file shows, what a panic says. */
#include "core.h"

/**
 * chard_text_add() - write behind what a text holds; any context
 * @text: the text; cut, where there is not enough room
 * @bytes: what is written
 * @len: its bytes
 */
void chard_text_add(struct chard_text *text, const char *bytes, unsigned long len)
{
	unsigned long room = text->size - text->len;

	if (len > room) {
		text->cut = 1;
		len = room;
	}
	memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
}
EXPORT_SYMBOL_GPL(chard_text_add);
