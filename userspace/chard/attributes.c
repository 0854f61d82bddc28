// SPDX-License-Identifier: GPL-2.0
/*
 * The attributes that a handler gives its devices, and a driver's parameters.
 *
 * To read an attribute is a call of the device: its handler runs, and may wait for a lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* What the folder of each device holds anyway: the files of the kernel, and of chard.ko. */
static bool is_taken(const char *name)
{
	static const char *const taken[] = {
		"dev",	  "device", "handler", "panics",    "power",
		"remove", "reset",  "state",   "subsystem", "uevent",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(taken); i++) {
		if (!strcmp(name, taken[i]))
			return true;
	}
	return false;
}

/* Reads the file @path, and adds it by the name @name, unless it has gone. */
static void attribute_add(struct attributes *attributes, const char *path, const char *name,
			  const struct stat *file, bool debugfs)
{
	struct attribute attribute = { .debugfs = debugfs, .mode = file->st_mode & 07777 };

	attribute.error = file->st_mode & 0444 ? read_file(path, &attribute.value) : 0;
	if (attribute.error == ENOENT) {
		text_free(&attribute.value);
		return;
	}
	text_chomp(&attribute.value);
	attribute.name = copy_of(name);
	attributes->all = grow(attributes->all, attributes->count, sizeof(attribute));
	attributes->all[attributes->count++] = attribute;
}

/* Adds the files of @folder, whose names begin with @prefix; those of its folders, too. */
static void attributes_walk(struct attributes *attributes, const char *folder, const char *prefix,
			    bool debugfs)
{
	size_t count, i;
	char **names = list_folder(folder, &count);
	struct stat file;

	for (i = 0; i < count; i++) {
		char *path = format("%s/%s", folder, names[i]);
		char *name = format("%s%s", prefix, names[i]);

		if ((!*prefix && !debugfs && is_taken(name)) || lstat(path, &file)) {
			;
		} else if (S_ISREG(file.st_mode)) {
			attribute_add(attributes, path, name, &file, debugfs);
		} else if (S_ISDIR(file.st_mode) && !*prefix && !debugfs) {
			char *inner = format("%s/", name);

			attributes_walk(attributes, path, inner, debugfs);
			free(inner);
		}
		free(name);
		free(path);
	}
	list_free(names, count);
}

/* attributes_read() - those in sysfs, of a device in this folder */
void attributes_read(struct attributes *attributes, const char *folder)
{
	attributes_walk(attributes, folder, "", false);
}

/* attributes_read_debugfs() - those in debugfs; none where this user may not see it */
void attributes_read_debugfs(struct attributes *attributes, const char *folder)
{
	char *views = format("/sys/kernel/debug/chard/%s", last_part(folder));

	attributes_walk(attributes, views, "", true);
	free(views);
}

/* attributes_read_params() - the parameters of a module, which are files as well */
void attributes_read_params(struct attributes *attributes, const char *module)
{
	char *folder = format("/sys/module/%s/parameters", module);

	attributes_walk(attributes, folder, "", true);
	free(folder);
}

void attributes_free(struct attributes *attributes)
{
	size_t i;

	for (i = 0; i < attributes->count; i++) {
		free(attributes->all[i].name);
		text_free(&attributes->all[i].value);
	}
	free(attributes->all);
}
