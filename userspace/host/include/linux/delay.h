/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CHARD_HOST_DELAY_H
#define CHARD_HOST_DELAY_H

#include <unistd.h>

#define usleep_range(least, most) ((void)(most), (void)usleep(least))

#endif
