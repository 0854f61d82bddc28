/* SPDX-License-Identifier: GPL-2.0 */
/* All locks of the stand-in are in one place. */
#include <linux/rwsem.h>
