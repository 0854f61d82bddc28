/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal of one's own, for scullpriv. */
#ifndef SCULL_TERMINAL_H
#define SCULL_TERMINAL_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* In a session of its own, with a new terminal that controls it; -1 for trouble. */
static inline int new_terminal(void)
{
	int master, slave;

	setsid();
	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master))
		return -1;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	/* Both stay open: without its master there is no terminal. */
	return slave < 0 ? -1 : ioctl(slave, TIOCSCTTY, 0);
}

#endif
