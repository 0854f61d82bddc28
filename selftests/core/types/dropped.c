// SPDX-License-Identifier: GPL-2.0
/*
 * A lock that is dropped while its own call still shares it stays, as a leak that
 * is counted. Loads and unloads the modules itself.
 */
#include "types.h"

int main(void)
{
	int fd;

	report(!load("chard.ko", "") && !load("chard_types.ko", ""), "the modules load");
	mark_log();
	fd = opened();
	report(all_good(RUN(fd, { CHARD_TYPES_LOCK_DROPPED })), "a lock that is shared is dropped");
	close(fd);
	report(!unload("chard_types") && !unload("chard"), "the modules can be unloaded");
	report(logged_since("chard: types: left behind: 0 devices, 0 files, 0 states, 1 boxes"),
	       "the lock is what they have left behind");
	report(log_is_clean(), "the kernel has nothing to say");
	/* What was to be said was: nobody else is to find it. */
	clear_log();
	return report_end();
}
