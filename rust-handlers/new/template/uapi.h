/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-@name@: its ioctls, for the driver, the handler and the tests. */
#ifndef CHARD_@NAME@_H
#define CHARD_@NAME@_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CHARD_@NAME@_MAGIC 0xEE

/* How often the device has been opened. */
#define CHARD_@NAME@_GET_OPENS _IOR(CHARD_@NAME@_MAGIC, 1, __u64)

#endif
