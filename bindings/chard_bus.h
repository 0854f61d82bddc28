/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the contract that is about buses: limits and types of what a call asks of the
 * hardware that its device is bound to. Read by chard_contract.h.
 */
#ifndef CHARD_BUS_H
#define CHARD_BUS_H

/* Bytes of a union i2c_smbus_data: a block, its length before it and a byte for its code. */
#define CHARD_I2C_DATA 34
/* How many messages a transfer may have. */
#define CHARD_I2C_MESSAGES 8

/**
 * struct chard_i2c_message - a message of an I2C transfer
 * @bytes: its bytes, which are not written to unless it is read
 * @len: how many
 * @read: not 0: from the chip
 */
struct chard_i2c_message {
	__u8 *bytes;
	__u16 len;
	__u16 read;
};

/* How many interrupt vectors a PCI device may have here. */
#define CHARD_PCI_VECTORS 32
/* How many DMA buffers, and how many bytes of one. */
#define CHARD_PCI_BUFFERS 16
#define CHARD_PCI_BUFFER_MAX 0x400000
/* For so long a call that must not sleep may look at a register again and again. */
#define CHARD_POLL_BUSY_NS 1000000

#endif
