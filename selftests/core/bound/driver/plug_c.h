/* SPDX-License-Identifier: GPL-2.0 */
/* What the handler may call of C. */
#ifndef PLUG_C_H
#define PLUG_C_H

#include <linux/types.h>

#include "chard_needs.h"

struct chard_device;

CHARD_ANY_CONTEXT
__u32 plug_level(struct chard_device *device);
CHARD_ANY_CONTEXT
void plug_set(struct chard_device *device, __u32 level);
/* Sends an event from there (CHARD_PLUG_HARD and so on), a moment later; -EBUSY. */
CHARD_ANY_CONTEXT
int plug_fire(struct chard_device *device, __u32 from, __u32 value);
/* What the last event was answered; -EINPROGRESS before. */
CHARD_TASK_CONTEXT
__s32 plug_answer(struct chard_device *device);
/* Fills @bytes with the level, and stays for so many milliseconds, which nothing ends. */
CHARD_NEEDS(SLEEP, WAIT)
int plug_transfer(struct chard_device *device, __u8 *bytes, size_t len, __u32 ms);
/* Of a struct chard_plug_message: adds @by to its value, and writes the level; -EINVAL. */
CHARD_ANY_CONTEXT
int plug_exchange(struct chard_device *device, __u8 *message, size_t len, const __u8 *by,
		  size_t by_len);
/* removed() has been called, and could reach C or not. */
CHARD_ANY_CONTEXT
void plug_removed(bool reached);
/* release() could reach C or not. */
CHARD_ANY_CONTEXT
void plug_released(bool reached);

#endif
