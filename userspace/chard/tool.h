/* SPDX-License-Identifier: GPL-2.0 */
/* chard(8): what its files know of one another. */
#ifndef CHARD_TOOL_H
#define CHARD_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "json.h"
#include "text.h"

/* How the program ends; chard.8 has them. */
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_NO_DEVICE 3

/* No number is known. */
#define UNKNOWN (-1)

/**
 * struct driver - a driver that stands on chard.ko
 * @name: the handler's name
 * @module: its module; NULL where it is built in
 * @folder: of a region, its folder in sysfs, the parent of its devices; else NULL
 * @major: of a region; UNKNOWN of a misc driver
 * @references: how often its module is held, as by each open file; or UNKNOWN
 * @devices: how many it has now
 */
struct driver {
	char *name;
	char *module;
	char *folder;
	long major;
	long references;
	unsigned int devices;
};

/**
 * struct holder - a process that has a device open or mapped
 * @pid: its number
 * @comm: what it is called, any bytes but NUL
 * @fds: its descriptors of the device
 * @fd_count: how many these are
 * @mappings: how many mappings of the device it has
 */
struct holder {
	pid_t pid;
	char *comm;
	int *fds;
	size_t fd_count;
	unsigned int mappings;
};

/**
 * enum state - whether a device answers
 * @READY: it does
 * @QUARANTINED: it has panicked, and answers EIO until it is reset
 * @REMOVING: it is being removed
 * @REMOVED: it was removed, and files of it are still open
 * @STATE_UNKNOWN: its state can not be read
 */
enum state {
	READY,
	QUARANTINED,
	REMOVING,
	REMOVED,
	STATE_UNKNOWN,
};

/**
 * struct device - a device, or one that was removed while it was open
 * @name: its node's name below /dev; of a removed one, as a process has it
 * @folder: its folder in sysfs; NULL of a removed one
 * @number: its number
 * @driver: NULL if it can not be told
 * @parent: its parent's folder below /sys; NULL of a misc device
 * @state: whether it answers
 * @panics: how many panics it has had; or UNKNOWN
 * @has_node: the node is there, and is this device's
 * @node: the node's inode; of a removed device, of which only the identity is known
 * @holders: the processes that have it
 * @holder_count: how many these are
 */
struct device {
	char *name;
	char *folder;
	dev_t number;
	struct driver *driver;
	char *parent;
	enum state state;
	long panics;
	bool has_node;
	struct stat node;
	struct holder *holders;
	size_t holder_count;
};

/**
 * struct inventory - all that there is
 * @drivers: the drivers, each allocated by itself
 * @driver_count: how many
 * @devices: the devices, each allocated by itself
 * @device_count: how many
 * @unseen: processes that this user may not look at, without kernel threads
 */
struct inventory {
	struct driver **drivers;
	size_t driver_count;
	struct device **devices;
	size_t device_count;
	unsigned int unseen;
};

/**
 * struct attribute - a file that a device has of its handler
 * @name: its name, with a folder before it where it is in one
 * @debugfs: it is in debugfs, not in sysfs
 * @mode: its permissions
 * @error: an errno where it can not be read, else 0
 * @value: what it says, without a newline at the end
 */
struct attribute {
	char *name;
	bool debugfs;
	mode_t mode;
	int error;
	struct text value;
};

struct attributes {
	struct attribute *all;
	size_t count;
};

/* inventory.c */
void inventory_read(struct inventory *inventory);
void inventory_complete(struct inventory *inventory);
void inventory_free(struct inventory *inventory);
struct device *device_new(struct inventory *inventory);
struct device *device_find(const struct inventory *inventory, const char *argument);
char *device_missing(const struct inventory *inventory, const char *argument);
struct driver *driver_find(const struct inventory *inventory, const char *name);
const char *state_name(const struct device *device);

/* sysfs.c */
bool is_chard_folder(const char *folder);
char *real_folder(const char *path);
long read_number(const char *folder, const char *file);
char *read_line(const char *folder, const char *file);
int write_file(const char *folder, const char *file, const char *value);
char *node_name(const char *folder);
bool read_dev(const char *folder, dev_t *number);
const char *last_part(const char *path);
char **list_folder(const char *folder, size_t *count);
void list_free(char **names, size_t count);

/* attributes.c */
void attributes_read(struct attributes *attributes, const char *folder);
void attributes_read_debugfs(struct attributes *attributes, const char *folder);
void attributes_read_params(struct attributes *attributes, const char *module);
void attributes_free(struct attributes *attributes);

/* processes.c */
void processes_scan(struct inventory *inventory);
unsigned int open_count(const struct device *device);

/* output.c */
void json_device_head(struct json *json, const struct device *device);
void json_processes(struct json *json, const struct device *device);
void note_unseen(const struct inventory *inventory);
char *time_text(const struct timespec *time, int digits);
char *duration_text(long long duration);
char *error_text(int error);
const char *output_flush(void);

/**
 * struct options - what stands before or behind the arguments
 * @json: print JSON
 * @histogram: of "top": how the durations are distributed
 * @interval_ms: of "top": how long each look takes; 0 if it is not given
 * @count: of "top": how many there are; 0 for no end
 */
struct options {
	bool json;
	bool histogram;
	long interval_ms;
	long count;
};

/* The commands: @arguments as many as main.c says, NULL behind the last; the exit code */
int command_list(char **arguments, const struct options *options);
int command_show(char **arguments, const struct options *options);
int command_remove(char **arguments, const struct options *options);
int command_reset(char **arguments, const struct options *options);
int command_add(char **arguments, const struct options *options);
int command_watch(char **arguments, const struct options *options);
int command_trace(char **arguments, const struct options *options);
int command_top(char **arguments, const struct options *options);

#endif
