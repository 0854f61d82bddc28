// SPDX-License-Identifier: GPL-2.0
/* A handler's own files: attributes, views in debugfs, fdinfo; and uevents. */
#include <linux/netlink.h>
#include <sys/socket.h>

#include "region.h"

#define VIEWS "/sys/kernel/debug/chard/many-second/"

static void in_sysfs_and_debugfs(void)
{
	static const char level[] = "/sys/class/chard/many-second/level";
	struct stat status;
	int fd, length = 0, piece;
	char text[4096];

	report(!stat(level, &status), "an attribute is there");
	expect(0644, status.st_mode & 07777);
	report(shows(level, "0\n"), "it shows");
	expect(0, store(level, "12\n"));
	report(shows(level, "12\n"), "it stores");
	expect(EINVAL, store(level, "many"));
	expect(EINVAL, store(level, "\xff"));
	report(shows(level, "12\n"), "and not what it can not");
	report(shows(in_sysfs(0, "level"), "0\n"), "each device has its own");
	report(shows(in_sysfs(1, "about/index"), "1\n"), "one in a folder");
	expect(EACCES, store(in_sysfs(1, "about/index"), "1") ? EACCES : 0);
	expect(ENODATA, show(in_sysfs(1, "about/nothing")) ? 0 : errno);
	expect(EFBIG, show(in_sysfs(1, "endless")) ? 0 : errno);
	expect(0, store(level, "4095"));
	report(show(in_sysfs(1, "bytes")) && strlen(show(in_sysfs(1, "bytes"))) == 4095,
	       "as many bytes as there is room for");
	expect(0, store(level, "4096"));
	expect(EFBIG, show(in_sysfs(1, "bytes")) ? 0 : errno);
	report(log_lacks("bad count"), "and not one more, of which the kernel would complain");

	fd = open(VIEWS "lines", O_RDONLY);
	while ((piece = read(fd, text, sizeof(text))) > 0)
		length += piece;
	/* 0 to 1999, each with a newline. */
	expect(10 * 2 + 90 * 3 + 900 * 4 + 1000 * 5, length);
	close(fd);
	expect(0, store(VIEWS "level", "13"));
	report(shows(level, "13\n"), "a view in debugfs stores");
	report(shows(VIEWS "level", "13\n"), "and shows");
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		_exit(store(level, "4") != EACCES || !show(level));
	}
	report(!wait_for_child(), "others may look at it and not more");
}

static void when_it_is_gone(void)
{
	int view = open(VIEWS "level", O_RDONLY);
	int attribute = open(in_sysfs(1, "level"), O_RDONLY);
	char byte;

	expect(0, store(in_sysfs(1, "remove"), "1"));
	expect(-ENODEV, result(read(attribute, &byte, 1)));
	expect(-EIO, result(read(view, &byte, 1)));
	close(view);
	close(attribute);
	expect(ENOENT, store(in_sysfs(1, "level"), "1"));
	expect(ENOENT, store(VIEWS "level", "1"));
	expect(0, store(PARENT "add", "1"));
	report(shows(in_sysfs(1, "level"), "0\n"), "the next one has its own");
}

static void when_it_has_panicked(void)
{
	clear_log();
	expect(EIO, store(in_sysfs(1, "level"), "99"));
	report(logged("panicked at"), "the log says so");
	expect(EIO, show(in_sysfs(1, "level")) ? 0 : errno);
	expect(EIO, open_error(node(1)));
	expect(0, open_error(node(2)));
	report(shows(in_sysfs(1, "panics"), "1\n"), "what is chard's own answers");
	expect(0, store(in_sysfs(1, "reset"), "1"));
	report(shows(in_sysfs(1, "level"), "0\n"), "behind a reset it does again");
	clear_log();
}

static void info_of_files(void)
{
	char path[40];
	int fd = open(node(3), O_RDWR);

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	report(show(path) && strstr(show(path), "\nmany:\t3\n") && strstr(show(path), "pos:\t0\n"),
	       "the file's info has the handler's line behind the kernel's");
	expect(0, store(in_sysfs(3, "remove"), "1"));
	report(show(path) && !strstr(show(path), "many:"), "but not of a device that is gone");
	close(fd);
}

/* Whether an event says all these, each a string of its own. */
static bool heard(int fd, const char *const *what)
{
	char event[4096];
	ssize_t length;

	while ((length = recv(fd, event, sizeof(event) - 1, MSG_DONTWAIT)) > 0) {
		int found = 0, all = 0;

		event[length] = '\0';
		for (; what[all]; all++) {
			for (char *at = event; at < event + length; at += strlen(at) + 1)
				found += !strcmp(at, what[all]);
		}
		if (found == all)
			return true;
	}
	return false;
}

static void what_udev_hears(void)
{
	static const char *const added[] = { "ACTION=add", "DEVNAME=chard-many5", "SUBSYSTEM=chard",
					     "DEVMODE=0640", NULL };
	static const char *const changed[] = { "ACTION=change", "DEVNAME=chard-many2", "LEVEL=high",
					       "SENSOR=", NULL };
	static const char *const removed[] = { "ACTION=remove", "DEVNAME=chard-many5", NULL };
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int hears = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int fd = open(node(2), O_RDWR), size = 1 << 20;

	report(!bind(hears, (struct sockaddr *)&address, sizeof(address)),
	       "the kernel can be heard");
	setsockopt(hears, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	expect(0, store(PARENT "add", "5"));
	report(heard(hears, added), "udev learns of a device");
	expect(0, result(ioctl(fd, CHARD_MANY_TELL, 0L)));
	report(heard(hears, changed), "and what its handler has to say of it");
	expect(-EINVAL, result(ioctl(fd, CHARD_MANY_TELL, 1L)));
	expect(-EINVAL, result(ioctl(fd, CHARD_MANY_TELL, 2L)));
	expect(-EINVAL, result(ioctl(fd, CHARD_MANY_TELL, 3L)));
	expect(0, store(in_sysfs(5, "remove"), "1"));
	report(heard(hears, removed), "and of its end");
	close(fd);
	close(hears);
}

void attributes(void)
{
	expect(0, load(KO, ""));
	in_sysfs_and_debugfs();
	when_it_is_gone();
	when_it_has_panicked();
	info_of_files();
	what_udev_hears();
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
