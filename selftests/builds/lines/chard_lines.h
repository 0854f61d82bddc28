/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-lines0: the outside of a GPIO chip, and what the chip asks its handler. */
#ifndef CHARD_LINES_H
#define CHARD_LINES_H

#include <linux/types.h>

/*
 * A text of this many characters, the first line's first, and a newline. Read, it has the
 * levels, 0 and 1; the next read waits until one has changed. Written, it sets the levels
 * that inputs see; a line at - stays as it is.
 */
#define CHARD_LINES 8

/* What a callback of the chip is for: the number of its event. */
enum lines_event {
	LINES_INPUT,
	LINES_OUTPUT,
	LINES_GET,
	LINES_SET,
};

/* struct lines_message - what goes with an event: which line, and the level to set, 0 or 1 */
struct lines_message {
	__u32 line;
	__u32 level;
};

#endif
