/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of regions share. */
#ifndef REGION_H
#define REGION_H

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "../faults/module.h"
#include "chard_many.h"

#define KO "chard_many.ko"
#define MODULE "chard_many"
#define FIRST "/dev/many-first"
#define PARENT "/sys/devices/chard-many/"
#define PARAMETERS "/sys/module/chard_many/parameters/"

/* The path of the device @index's node, and of a file of it in sysfs. */
static inline const char *node_name(unsigned int index)
{
	static __thread char name[32];

	if (index > 1)
		snprintf(name, sizeof(name), "chard-many%u", index);
	else
		strcpy(name, index ? "many-second" : "many-first");
	return name;
}

static inline const char *node(unsigned int index)
{
	static __thread char path[64];

	snprintf(path, sizeof(path), "/dev/%s", node_name(index));
	return path;
}

static inline const char *in_sysfs(unsigned int index, const char *file)
{
	static __thread char path[128];

	snprintf(path, sizeof(path), "/sys/class/chard/%s/%s", node_name(index), file);
	return path;
}

/* Writes @text to a file: 0 or an errno. */
static inline int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* What a file says, a line of it: the text, or NULL with errno set. */
static inline const char *show(const char *path)
{
	static __thread char text[4097];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return NULL;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length < 0)
		return NULL;
	text[length] = '\0';
	return text;
}

static inline bool shows(const char *path, const char *text)
{
	const char *shown = show(path);

	if (shown && !strcmp(shown, text))
		return true;
	printf("# %s has %s, expected %s\n", path, shown ?: strerror(errno), text);
	return false;
}

/* The errno of an open that must fail, 0 for one that did not. */
static inline int open_error(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Which device a file is of, as its handler has it; -1 with errno set. */
static inline int read_index(int fd)
{
	char text[5] = "";

	return pread(fd, text, 4, 0) == 4 ? atoi(text) : -1;
}

/* A call's result, or its errno as a negative number. */
static inline int result(int ret)
{
	return ret < 0 ? -errno : ret;
}

static inline int create(int fd, int index)
{
	return result(ioctl(fd, CHARD_MANY_CREATE, (long)index));
}

static inline int destroy(int fd, int index)
{
	return result(ioctl(fd, CHARD_MANY_REMOVE, (long)index));
}

/* The status of the one child there is. */
static inline int wait_for_child(void)
{
	int status = -1;

	wait(&status);
	return status;
}

/* Each begins without the module and ends so. */
void numbers(void);
void run_time(void);
void attributes(void);
void parameters(void);
void loading(void);
void opening(void);
void opening_misc(void);
void minors_of_misc(void);
void races(int seconds);
void states(int seconds);

#endif
