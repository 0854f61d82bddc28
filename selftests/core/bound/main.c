// SPDX-License-Identifier: GPL-2.0
/*
 * bound: devices that a driver's own C makes and removes. Runs in a guest of its own, as
 * root in /chard. Prints TAP.
 */
#include "bound_test.h"

long number_of(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return len <= 0 ? -1 : strtol(text, NULL, 0);
}

struct counts counts_now(void)
{
	struct counts counts = {};
	FILE *file = fopen(COUNTS, "r");

	if (!file || fscanf(file, "removed %d %d released %d %d late %d", &counts.removed_reached,
			    &counts.removed_not, &counts.released_reached, &counts.released_not,
			    &counts.late) != 5)
		counts.late = 1;
	if (file)
		fclose(file);
	return counts;
}

long level(int fd)
{
	__u32 level;

	return ioctl(fd, CHARD_PLUG_LEVEL, &level) ? -errno : (long)level;
}

int main(void)
{
	report(!load("chard.ko", ""), "chard loads");
	talks();
	panics();
	ends();
	fails();
	suspends();
	storm();
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
