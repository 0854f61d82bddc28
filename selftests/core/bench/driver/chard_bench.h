/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-bench0 and its twin /dev/ctwin-bench0: what the smallest calls cost, and
 * devices that come and go.
 */
#ifndef CHARD_BENCH_H
#define CHARD_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Devices that there may be, the first among them. */
#define CHARD_BENCH_DEVICES 4100

/**
 * struct chard_bench_numbers - what goes in and comes out
 * @number: each comes out one larger
 */
struct chard_bench_numbers {
	__u64 number[8];
};

#define CHARD_BENCH_MAGIC 0xE9

/* Nothing. */
#define CHARD_BENCH_EMPTY _IO(CHARD_BENCH_MAGIC, 16)

#define CHARD_BENCH_ADD _IOWR(CHARD_BENCH_MAGIC, 17, struct chard_bench_numbers)

/* Makes the device of that number, or removes it: the argument itself. */
#define CHARD_BENCH_CREATE _IO(CHARD_BENCH_MAGIC, 18)
#define CHARD_BENCH_REMOVE _IO(CHARD_BENCH_MAGIC, 19)

/* Panics; only chard's does. */
#define CHARD_BENCH_PANIC _IO(CHARD_BENCH_MAGIC, 20)

/* So many further misc devices; only the twin's, which is one. */
#define CHARD_BENCH_MISC _IO(CHARD_BENCH_MAGIC, 21)
#define CHARD_BENCH_MISC_DEVICES 64

#endif
