/* SPDX-License-Identifier: GPL-2.0 */
/* What the suite in a process binds: what its stand-ins are instead of a chip. */
#ifndef LINES_HOST_H
#define LINES_HOST_H

/**
 * struct lines_chip - what stands in for a GPIO chip
 * @present: it is there
 * @requested: the lines that are requested, a bit each
 * @slow: the stand-in takes a while
 * @asked: how often it has begun
 */
struct lines_chip {
	int present;
	int requested;
	int slow;
	int asked;
};

#endif
