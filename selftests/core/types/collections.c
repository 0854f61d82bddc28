// SPDX-License-Identifier: GPL-2.0
/* The collections in the kernel, by several threads at once; memory refused. */
#include <pthread.h>
#include <sys/ioctl.h>

#include "types.h"

static void *collect(void *seed)
{
	int fd = opened();
	long error = control(fd, CHARD_TYPES_COLLECT, *(unsigned long *)seed);

	close(fd);
	return (void *)error;
}

int main(void)
{
	unsigned long seeds[4] = { 1, 20, 300, 4000 };
	pthread_t threads[4];
	int fd = opened();

	for (int i = 0; i < 4; i++) {
		if (pthread_create(&threads[i], NULL, collect, &seeds[i]))
			return 1;
	}
	for (int i = 0; i < 4; i++) {
		void *error;

		pthread_join(threads[i], &error);
		report(!error, "tree, list and deque are as a simple model, seed %lu", seeds[i]);
	}
	report(!control(fd, CHARD_TYPES_TOO_LARGE, 0), "what is refused memory stays as it was");
	close(fd);
	return report_end();
}
