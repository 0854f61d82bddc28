/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-chips0 and on: one ioctl for each method of chard::i2c. */
#ifndef CHARD_CHIPS_H
#define CHARD_CHIPS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The bits of CHARD_CHIPS_FUNCTIONALITY. */
#define CHARD_CHIPS_HAS_I2C 1
#define CHARD_CHIPS_HAS_BYTE 2
#define CHARD_CHIPS_HAS_BYTE_DATA 4
#define CHARD_CHIPS_HAS_WORD_DATA 8
#define CHARD_CHIPS_HAS_BLOCK_DATA 16
#define CHARD_CHIPS_HAS_I2C_BLOCK 32
#define CHARD_CHIPS_HAS_PEC 64

/* What to do. */
#define CHARD_CHIPS_FUNCTIONALITY 0
#define CHARD_CHIPS_READ_BYTE 1
#define CHARD_CHIPS_WRITE_BYTE 2
#define CHARD_CHIPS_READ_BYTE_DATA 3
#define CHARD_CHIPS_WRITE_BYTE_DATA 4
#define CHARD_CHIPS_READ_WORD_DATA 5
#define CHARD_CHIPS_WRITE_WORD_DATA 6
#define CHARD_CHIPS_READ_WORD_SWAPPED 7
#define CHARD_CHIPS_WRITE_WORD_SWAPPED 8
#define CHARD_CHIPS_READ_BLOCK_DATA 9
#define CHARD_CHIPS_WRITE_BLOCK_DATA 10
#define CHARD_CHIPS_READ_I2C_BLOCK 11
#define CHARD_CHIPS_WRITE_I2C_BLOCK 12
/* I2C messages: a read; a write; a write of the command, and a read; none; 8; 9 of them. */
#define CHARD_CHIPS_MESSAGE_READ 13
#define CHARD_CHIPS_MESSAGE_WRITE 14
#define CHARD_CHIPS_MESSAGE_BOTH 15
#define CHARD_CHIPS_MESSAGE_NONE 16
#define CHARD_CHIPS_MESSAGE_EIGHT 17
#define CHARD_CHIPS_MESSAGE_NINE 18
/* Reads a byte of a register twice; the error of the second read goes to value. */
#define CHARD_CHIPS_READ_TWICE 19
/* Reads a byte with a spinlock held. */
#define CHARD_CHIPS_READ_LOCKED 20

/**
 * struct chard_chips_transfer - a transfer
 * @what: CHARD_CHIPS_*
 * @pec: not 0: with an error code
 * @command: the register
 * @value: in and out: a byte, a word, or how many bytes were read
 * @len: how many of @bytes
 * @bytes: in and out: a block, a message
 */
struct chard_chips_transfer {
	__u32 what;
	__u32 pec;
	__u32 command;
	__u32 value;
	__u32 len;
	__u8 bytes[44];
};

#define CHARD_CHIPS_TRANSFER _IOWR(0xf6, 1, struct chard_chips_transfer)

/* The register that removed() writes 0x5a to. */
#define CHARD_CHIPS_REMOVED 0xfe

#endif
