/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-board0 and on: what chard::pci does, by an ioctl. */
#ifndef CHARD_BOARD_H
#define CHARD_BOARD_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* What to do. A register of @width bytes, at @at in the BAR @bar, of memory or of ports. */
#define CHARD_BOARD_READ 0
#define CHARD_BOARD_WRITE 1
#define CHARD_BOARD_READ_PORTS 2
#define CHARD_BOARD_WRITE_PORTS 3
/* Maps more than the others do, and more than there is. */
#define CHARD_BOARD_MAP_MORE 4
#define CHARD_BOARD_MAP_TOO_MUCH 5
/* Reads with a spinlock held; in a timer; maps with a spinlock held. */
#define CHARD_BOARD_READ_LOCKED 6
#define CHARD_BOARD_READ_TIMER 7
#define CHARD_BOARD_MAP_LOCKED 8
/* Reads the register at 0x20 until it has @value, for @limit microseconds; with a spinlock held. */
#define CHARD_BOARD_POLL 9
#define CHARD_BOARD_POLL_LOCKED 10
/* Asks for interrupts again; how many there were; waits for the next one. */
#define CHARD_BOARD_INTERRUPTS 11
#define CHARD_BOARD_EVENTS 12
#define CHARD_BOARD_WAIT 13
/* The next interrupt panics; with a @width this does, and the reset has the device interrupt. */
#define CHARD_BOARD_PANIC 14
/* Sets the mask to @width bits. */
#define CHARD_BOARD_MASK 15
/* Allocates @at bytes, and gives the address. What follows is of the one allocated last. */
#define CHARD_BOARD_BUFFER 16
/* Reads and writes @value, 8 bytes at @at. */
#define CHARD_BOARD_BUFFER_READ 17
#define CHARD_BOARD_BUFFER_WRITE 18
/* What removed() has read at 0; the error of a release() behind the end. */
#define CHARD_BOARD_REMOVED 19
#define CHARD_BOARD_RELEASED 20
/* mmap(2) maps the BAR @bar from now on. */
#define CHARD_BOARD_MAPPED 21

/**
 * struct chard_board_access - an access
 * @what: CHARD_BOARD_*
 * @bar: a BAR
 * @at: where
 * @value: in and out
 * @width: bytes, or bits of the mask
 * @limit: microseconds
 */
struct chard_board_access {
	__u32 what;
	__u32 bar;
	__u64 at;
	__u64 value;
	__u32 width;
	__u32 limit;
};

#define CHARD_BOARD_ACCESS _IOWR(0xf7, 1, struct chard_board_access)

/* The parameter "fail": new() fails; panics; each when it has asked for all. */
#define CHARD_BOARD_FAILS 1
#define CHARD_BOARD_PANICS 2

#endif
