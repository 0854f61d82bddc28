// SPDX-License-Identifier: GPL-2.0
/* /dev/scull0 and its kin, of Linux Device Drivers: the handler is rust-handlers/scull. */
#include "chard.h"

/* The defaults and limits are those of chard_scull.h. */
CHARD_PARAM(scull, uint, scull_major, 0, 0, 511, 0444, "Major number, 0 for one that is free");
CHARD_PARAM(scull, uint, scull_minor, 0, 0, 1048575, 0444, "First minor number");
CHARD_PARAM(scull, uint, scull_nr_devs, 4, 0, 32, 0444, "Devices scull0, scull1, ...");
CHARD_PARAM(scull, uint, scull_quantum, 4000, 1, 1048576, 0444, "Bytes of a quantum");
CHARD_PARAM(scull, uint, scull_qset, 1000, 1, 65536, 0444, "Quanta of a quantum set");
CHARD_PARAM(scull, uint, scull_p_nr_devs, 4, 0, 32, 0444, "Devices scullpipe0, ...");
CHARD_PARAM(scull, uint, scull_p_buffer, 4000, 1, 1048576, 0444, "Bytes of a pipe's buffer");

#define SCULL_DEVS CHARD_VALUE(scull, uint, scull_nr_devs)
#define SCULL_PIPES CHARD_VALUE(scull, uint, scull_p_nr_devs)

/* The book's names, in the order of the minors. */
static const char *const *__init scull_names(void)
{
	static const char *const others[] = { "single", "uid", "wuid", "priv" };
	static char texts[32 + 32 + ARRAY_SIZE(others)][16];
	static const char *names[ARRAY_SIZE(texts) + 1];
	unsigned int i, count = SCULL_DEVS + SCULL_PIPES + ARRAY_SIZE(others);

	for (i = 0; i < count; i++) {
		if (i < SCULL_DEVS)
			snprintf(texts[i], sizeof(texts[i]), "scull%u", i);
		else if (i < SCULL_DEVS + SCULL_PIPES)
			snprintf(texts[i], sizeof(texts[i]), "scullpipe%u", i - SCULL_DEVS);
		else
			snprintf(texts[i], sizeof(texts[i]), "scull%s",
				 others[i - SCULL_DEVS - SCULL_PIPES]);
		names[i] = texts[i];
	}
	return names;
}

CHARD_DRIVER(scull, 0666,
	     CHARD_REGION(SCULL_DEVS + SCULL_PIPES + 4,
			  .major = CHARD_VALUE(scull, uint, scull_major),
			  .first = CHARD_VALUE(scull, uint, scull_minor), .names = scull_names()),
	     read_iter, write_iter, llseek, ioctl, poll, fasync, attributes);

MODULE_DESCRIPTION("chard scull: the devices of Linux Device Drivers, 3rd edition");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
