// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-bench0: the handler is bench.rs. */
#include "chard.h"
#include "chard_bench.h"

CHARD_DRIVER(bench, 0666, CHARD_REGION(CHARD_BENCH_DEVICES, .devices = 1), ioctl);

MODULE_DESCRIPTION("chard bench: what the smallest calls cost");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
