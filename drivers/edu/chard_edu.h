/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-edu0 and on: QEMU's educational PCI device (-device edu).
 *
 * The file is the device's memory, CHARD_EDU_SIZE bytes, which are read and written by DMA.
 */
#ifndef CHARD_EDU_H
#define CHARD_EDU_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Of the device's 4096 bytes: QEMU ends when a transfer reaches the last one. */
#define CHARD_EDU_SIZE 4088

/* The factorial of a number, in 32 bits: the device works it out, and interrupts. */
#define CHARD_EDU_FACTORIAL _IOWR(0xED, 1, __u32)

#endif
