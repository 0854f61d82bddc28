/* SPDX-License-Identifier: GPL-2.0 */
/* For tests of tasks that wait. */
#ifndef TEST_ASLEEP_H
#define TEST_ASLEEP_H

#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

/* Waits until a task sleeps: what it does next is up to the device. */
static inline void until_asleep(pid_t pid)
{
	char path[64], state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		FILE *file = fopen(path, "r");

		if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
			state = 'S';
		if (file)
			fclose(file);
		usleep(1000);
	}
}

#endif
