// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes have a device open or mapped, by /proc.
 *
 * A process that goes while this reads is left out: its folder is opened once, and what is
 * read below it fails then, also where another process has its number already. Not found are
 * files that no process has in its table of descriptors: those of a thread with a table of
 * its own, of an io_uring, or on their way through a socket. A driver's references count
 * these, too.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tool.h"

/* The kernel's, for misc devices. */
#define MISC_MAJOR 10

/**
 * struct scan - one process that is looked at
 * @inventory: where its finds go
 * @folder: its folder in /proc
 * @pid: its number
 * @dev_fs: the file system of /dev
 * @denied: this user may not see all of it
 */
struct scan {
	struct inventory *inventory;
	int folder;
	pid_t pid;
	dev_t dev_fs;
	bool denied;
};

/* Nothing is asked of a file server, which may not answer. */
static bool quick_stat(int folder, const char *path, struct stat *file)
{
	struct statx from;

	if (statx(folder, path, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
		  STATX_TYPE | STATX_MODE | STATX_INO | STATX_NLINK, &from))
		return false;
	*file = (struct stat){
		.st_mode = from.stx_mode,
		.st_ino = from.stx_ino,
		.st_nlink = from.stx_nlink,
		.st_dev = makedev(from.stx_dev_major, from.stx_dev_minor),
		.st_rdev = makedev(from.stx_rdev_major, from.stx_rdev_minor),
	};
	return true;
}

/* What a link leads to, whatever its length; empty if it has gone. */
static void read_link(int folder, const char *path, struct text *to)
{
	size_t room = 256;
	char *bytes;
	ssize_t len;

	text_clear(to);
	for (;;) {
		bytes = malloc(room);
		len = bytes ? readlinkat(folder, path, bytes, room) : -1;
		if (len > 0 && (size_t)len < room)
			text_add(to, bytes, len);
		free(bytes);
		if (len < 0 || (size_t)len < room)
			return;
		room *= 2;
	}
}

/* The process's entry at a device; its name is read once for each. */
static struct holder *holder_of(struct scan *scan, struct device *device)
{
	struct text comm = {};
	struct holder *holder;

	/* Processes are looked at one after another. */
	if (device->holder_count) {
		holder = device->holders + device->holder_count - 1;
		if (holder->pid == scan->pid)
			return holder;
	}
	device->holders = grow(device->holders, device->holder_count, sizeof(*device->holders));
	holder = device->holders + device->holder_count++;
	read_file_at(scan->folder, "comm", &comm);
	text_chomp(&comm);
	*holder = (struct holder){ .pid = scan->pid, .comm = copy_of(comm.bytes) };
	text_free(&comm);
	return holder;
}

static struct device *device_of_number(const struct inventory *inventory, dev_t number)
{
	size_t i;

	for (i = 0; i < inventory->device_count; i++) {
		if (inventory->devices[i]->state != REMOVED &&
		    inventory->devices[i]->number == number)
			return inventory->devices[i];
	}
	return NULL;
}

/* By the identity of the node: the number may be another device's already. */
static struct device *device_of_inode(const struct inventory *inventory, dev_t dev, ino_t ino)
{
	size_t i;

	for (i = 0; i < inventory->device_count; i++) {
		const struct device *device = inventory->devices[i];

		if ((device->has_node || device->state == REMOVED) && device->node.st_dev == dev &&
		    device->node.st_ino == ino)
			return inventory->devices[i];
	}
	return NULL;
}

/* The driver that a number is of, which no device has now. */
static struct driver *driver_of_number(const struct inventory *inventory, dev_t number,
				       const char *name)
{
	size_t i;

	for (i = 0; i < inventory->driver_count; i++) {
		if (inventory->drivers[i]->major == (long)major(number))
			return inventory->drivers[i];
	}
	if (major(number) != MISC_MAJOR || strncmp(name, "chard-", 6))
		return NULL;
	return driver_find(inventory, name + 6);
}

/*
 * The device that was removed, of which a process has a file; NULL if it was not chard's.
 * @link is the path of its node when it was opened, as /proc has it.
 */
static struct device *device_removed(struct scan *scan, const struct stat *file, char *link)
{
	static const char deleted[] = " (deleted)";
	size_t len = strlen(link), end = sizeof(deleted) - 1;
	struct driver *driver;
	struct device *device;

	if (len >= end && !strcmp(link + len - end, deleted))
		link[len - end] = '\0';
	if (!strncmp(link, "/dev/", 5))
		link += 5;
	driver = driver_of_number(scan->inventory, file->st_rdev, link);
	if (!driver)
		return NULL;
	device = device_of_inode(scan->inventory, file->st_dev, file->st_ino);
	if (device)
		return device;
	device = device_new(scan->inventory);
	device->name = copy_of(link);
	device->number = file->st_rdev;
	device->node = *file;
	device->driver = driver;
	device->state = REMOVED;
	return device;
}

/*
 * The device of a file, by its inode and the link that leads to it; NULL if it is not chard's.
 *
 * When a device is removed, the kernel takes its node out of devtmpfs. Then its files have an
 * inode without a name, while another device may have the number and a node of its own.
 */
static struct device *device_of_file(struct scan *scan, const char *path)
{
	struct device *device;
	struct text link = {};
	struct stat file;

	if (!quick_stat(scan->folder, path, &file) || !S_ISCHR(file.st_mode))
		return NULL;
	device = device_of_number(scan->inventory, file.st_rdev);
	if (device && (file.st_nlink || file.st_dev != scan->dev_fs || !device->has_node))
		return device;
	read_link(scan->folder, path, &link);
	device = device_removed(scan, &file, link.bytes);
	text_free(&link);
	return device;
}

static void scan_descriptors(struct scan *scan)
{
	int fd = openat(scan->folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct device *device;
	struct holder *holder;

	if (!dir) {
		scan->denied = errno == EACCES || errno == EPERM;
		return;
	}
	while ((entry = readdir(dir))) {
		char *path;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		path = format("fd/%s", entry->d_name);
		errno = 0;
		device = device_of_file(scan, path);
		scan->denied |= !device && errno == EACCES;
		free(path);
		if (!device)
			continue;
		holder = holder_of(scan, device);
		holder->fds = grow(holder->fds, holder->fd_count, sizeof(*holder->fds));
		holder->fds[holder->fd_count++] = atoi(entry->d_name);
	}
	closedir(dir);
}

/* Mappings of the same file follow one another, or nearly: what the last ones were of. */
#define REMEMBERED 16

struct remembered {
	dev_t dev;
	ino_t ino;
	struct device *device;
};

/*
 * One line of /proc/PID/maps: from-to rights offset major:minor inode, and the path.
 *
 * The line has no number of a device. The link of the mapping in map_files leads to it; to
 * follow that takes a capability, and the identity of the node has to do for a user without.
 */
static void scan_mapping(struct scan *scan, const char *line, struct remembered *remembered,
			 size_t *next)
{
	unsigned long from, to, ino;
	unsigned int major, minor;
	struct device *device;
	size_t i;
	char *path;

	if (sscanf(line, "%lx-%lx %*s %*s %x:%x %lu", &from, &to, &major, &minor, &ino) != 5 ||
	    !ino)
		return;
	for (i = 0; i < REMEMBERED; i++) {
		if (remembered[i].ino == ino && remembered[i].dev == makedev(major, minor))
			break;
	}
	if (i == REMEMBERED) {
		path = format("map_files/%lx-%lx", from, to);
		device = device_of_file(scan, path);
		free(path);
		if (!device)
			device = device_of_inode(scan->inventory, makedev(major, minor), ino);
		i = (*next)++ % REMEMBERED;
		remembered[i] = (struct remembered){ makedev(major, minor), ino, device };
	}
	if (remembered[i].device)
		holder_of(scan, remembered[i].device)->mappings++;
}

static void scan_mappings(struct scan *scan)
{
	struct remembered remembered[REMEMBERED] = {};
	struct text maps = {};
	char *line, *rest;
	size_t next = 0;

	/* What came before an error is as good. */
	read_file_at(scan->folder, "maps", &maps);
	rest = maps.bytes;
	while ((line = strsep(&rest, "\n")))
		scan_mapping(scan, line, remembered, &next);
	text_free(&maps);
}

/* PF_KTHREAD, which the kernel shows among the flags of a task. */
#define KERNEL_THREAD 0x00200000

/* A kernel thread has no descriptors; /proc denies to look for these as well. */
static bool is_kernel_thread(const struct scan *scan)
{
	struct text stat = {};
	unsigned int flags = 0;
	const char *at;

	read_file_at(scan->folder, "stat", &stat);
	/* The name is in brackets, and may hold any. */
	at = strrchr(stat.bytes, ')');
	if (at && sscanf(at, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		flags = 0;
	text_free(&stat);
	return flags & KERNEL_THREAD;
}

/* processes_scan() - find the processes that have the inventory's devices, and removed ones */
void processes_scan(struct inventory *inventory)
{
	struct scan scan = { .inventory = inventory };
	size_t count, i;
	struct stat dev;
	char **names;

	/* Without a driver there is no device to have open. */
	if (!inventory->driver_count)
		return;
	if (!stat("/dev", &dev))
		scan.dev_fs = dev.st_dev;
	names = list_folder("/proc", &count);
	for (i = 0; i < count; i++) {
		char *path;

		if (!isdigit((unsigned char)names[i][0]))
			continue;
		path = format("/proc/%s", names[i]);
		scan.pid = atoi(names[i]);
		scan.folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		free(path);
		if (scan.folder < 0)
			continue;
		scan.denied = false;
		scan_descriptors(&scan);
		if (!scan.denied)
			scan_mappings(&scan);
		else if (!is_kernel_thread(&scan))
			inventory->unseen++;
		close(scan.folder);
	}
	list_free(names, count);
}

/* open_count() - how many descriptors and mappings of the device were found */
unsigned int open_count(const struct device *device)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < device->holder_count; i++)
		count += device->holders[i].fd_count + device->holders[i].mappings;
	return count;
}
