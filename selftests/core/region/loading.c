// SPDX-License-Identifier: GPL-2.0
/* A module whose init fails late: nobody has opened its devices, which had nodes by then. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>

#include "../faults/uevent.h"
#include "region.h"

/* How often an open was refused since the driver is not loaded. */
static int *refused;

/* Opens a node again and again; ends when that succeeds. */
static pid_t opener(const char *path)
{
	pid_t child = fork();

	while (!child) {
		int fd = open(path, O_RDWR | O_CLOEXEC);

		if (fd >= 0)
			_exit(1);
		if (errno == ENXIO)
			__atomic_add_fetch(refused, 1, __ATOMIC_RELAXED);
	}
	return child;
}

static void in_vain(const char *ko, const char *parameters, const char *path)
{
	pid_t child;

	*refused = 0;
	child = opener(path);
	expect(ENOTTY, load(ko, parameters));
	report(__atomic_load_n(refused, __ATOMIC_RELAXED) > 0, "an open meanwhile is refused");
	kill(child, SIGKILL);
	report(WIFSIGNALED(wait_for_child()), "each");
	expect(ENOENT, open_error(path));
}

/* Root may find the attribute meanwhile, and write to it. */
static void removed_meanwhile(void)
{
	const char *path = "/sys/class/misc/alone/remove";
	pid_t child = fork();

	if (!child) {
		while (access(path, F_OK))
			;
		_exit(store(path, "1"));
	}
	expect(ENOTTY, load("chard_alone.ko", "minors=77 shift=404"));
	expect(ENODEV, WEXITSTATUS(wait_for_child()));
}

/* Whether udev is told that the device of this node is ready, which comes behind "add". */
static bool told(int fd, const char *node)
{
	bool added = false, ready = false;
	char event[4096];
	ssize_t length;

	while ((length = recv(fd, event, sizeof(event) - 1, MSG_DONTWAIT)) > 0) {
		const char *action;

		event[length] = '\0';
		if (strcmp(uevent_value(event, length, "DEVNAME"), node))
			continue;
		action = uevent_value(event, length, "ACTION");
		added = added || !strcmp(action, "add");
		ready = ready || (added && !strcmp(action, "change") &&
				  !strcmp(uevent_value(event, length, "CHARD_STATE"), "ready"));
	}
	return ready;
}

/* A rule of udev's that opens the node waits for this. */
static void tells_udev(void)
{
	int fd = uevents_open();

	expect(0, load(KO, ""));
	/* A work item sends it. */
	usleep(300000 * slowness());
	report(told(fd, node_name(0)), "udev is told that the device can be opened");
	expect(0, unload(MODULE));
	close(fd);
}

void loading(void)
{
	refused = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	in_vain("chard_alone.ko", "minors=77 shift=404", "/dev/alone");
	in_vain(KO, "shift=404", FIRST);
	removed_meanwhile();
	tells_udev();
	expect(0, load(KO, ""));
	expect(0, open_error(FIRST));
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
