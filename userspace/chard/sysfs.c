// SPDX-License-Identifier: GPL-2.0
/* Files of sysfs: what core/devices/node.c and own_attributes.c show of a device. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tool.h"

/* is_chard_folder() - whether this is the folder of a device of chard's: it has its attributes */
bool is_chard_folder(const char *folder)
{
	static const char *const own[] = { "remove", "reset", "panics", "handler", "state" };
	bool good = true;
	char *path;
	size_t i;

	for (i = 0; good && i < ARRAY_SIZE(own); i++) {
		path = format("%s/%s", folder, own[i]);
		good = !access(path, F_OK);
		free(path);
	}
	return good;
}

/* real_folder() - where a link of sysfs leads, which the caller frees; NULL if it has gone */
char *real_folder(const char *path)
{
	return realpath(path, NULL);
}

/* read_number() - the number that a file holds; UNKNOWN if it has none */
long read_number(const char *folder, const char *file)
{
	char *path = format("%s/%s", folder, file), *end;
	struct text text = {};
	long number = UNKNOWN;

	if (!read_file(path, &text) && text.len) {
		errno = 0;
		number = strtol(text.bytes, &end, 10);
		if (errno || end == text.bytes || number < 0)
			number = UNKNOWN;
	}
	text_free(&text);
	free(path);
	return number;
}

/* read_line() - what an attribute of one line says, which the caller frees; NULL if it has gone */
char *read_line(const char *folder, const char *file)
{
	char *path = format("%s/%s", folder, file), *line = NULL;
	struct text text = {};

	if (!read_file(path, &text)) {
		text_chomp(&text);
		line = copy_of(text.bytes);
	}
	text_free(&text);
	free(path);
	return line;
}

/*
 * write_file() - write to a file of sysfs or tracefs
 *
 * Return: 0 or an errno.
 */
int write_file(const char *folder, const char *file, const char *value)
{
	char *path = format("%s/%s", folder, file);
	/* tracefs empties a file that is truncated, as "echo >" does. */
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), error = 0;

	free(path);
	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		error = errno;
	close(fd);
	return error;
}

/*
 * node_name() - what a device's node is called below /dev, which the caller frees
 *
 * A node may be in a folder of /dev; sysfs writes ! for the slash in its own name.
 */
char *node_name(const char *folder)
{
	char *name = copy_of(last_part(folder)), *at;

	for (at = name; *at; at++) {
		if (*at == '!')
			*at = '/';
	}
	return name;
}

/* read_dev() - a device's number by its attribute "dev"; false if it has gone */
bool read_dev(const char *folder, dev_t *number)
{
	char *path = format("%s/dev", folder);
	unsigned int major, minor;
	struct text text = {};
	bool good;

	good = !read_file(path, &text) && sscanf(text.bytes, "%u:%u", &major, &minor) == 2;
	if (good)
		*number = makedev(major, minor);
	text_free(&text);
	free(path);
	return good;
}

const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* list_folder() - the names in a folder, in order; none where there is no such folder */
char **list_folder(const char *folder, size_t *count)
{
	struct dirent *entry;
	char **names = NULL;
	DIR *dir = opendir(folder);

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		names = grow(names, *count, sizeof(*names));
		names[(*count)++] = copy_of(entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (*count)
		qsort(names, *count, sizeof(*names), compare_names);
	return names;
}

void list_free(char **names, size_t count)
{
	while (count)
		free(names[--count]);
	free(names);
}
