// SPDX-License-Identifier: GPL-2.0
/* What stands in for lines.c, which needs a gpiolib, where the handler runs in a process. */
#include <errno.h>
#include <unistd.h>

#include "chard_bound.h"
#include "lines_c.h"
#include "lines_host.h"

CHARD_BOUND_DRIVER(lines, 0600, 1, lines_begin, lines_end);

int lines_requested(struct chard_device *device)
{
	struct lines_chip *chip = chard_device_data(device);

	__atomic_add_fetch(&chip->asked, 1, __ATOMIC_RELAXED);
	if (chip->slow)
		usleep(100000);
	/* The handler came here with a device: so the chip is there. */
	return __atomic_load_n(&chip->present, __ATOMIC_RELAXED) ? chip->requested : -ENXIO;
}
