// SPDX-License-Identifier: GPL-2.0
/*
 * The devices and the files of them: which ones a thread uses, and the manager,
 * who removes devices, unloads their drivers and loads them again meanwhile.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "fuzz.h"

#define DRIVER(_name, _kind, _class)                                                     \
	.kind = _kind, .name = #_name, .class = _class, .second = "/tmp/second-" #_name, \
	.module = "chard_" #_name, .ko = "chard_" #_name ".ko"

#define MISC(_name, _kind)                                                  \
	{                                                                   \
		DRIVER(_name, _kind, "misc"), .nodes = { "chard-" #_name }, \
	}

/* Room for the numbers that there are nodes for, and some more. */
#define MINORS "minors=12 "

/* In a region; what a thread makes there has the numbers of these nodes, mostly. */
#define REGION(_name, _kind) DRIVER(_name, _kind, "chard"), .parent = "chard-" #_name

/* carry is selftest by another name, and carries on after a panic. */
struct device devices[] = {
	MISC(echo, ECHO),
	MISC(selftest, SELFTEST),
	MISC(shm, SHM),
	MISC(fifo, FIFO),
	MISC(tick, TICK),
	MISC(types, TYPES),
	MISC(armed, ARMED),
	{
		REGION(many, MANY),
		.nodes = { "many-first", "many-second", "chard-many2", "chard-many3", "chard-many4",
			   "chard-many5", "chard-many6", "chard-many7" },
		.parameters = { MINORS "devices=4", MINORS "label=text sizes=1,100 verbose",
				MINORS "sizes=",
				MINORS "devices=0 offset=-1000000000000 verbose=n" },
		.refused = { "quantum=0", "quantum=1048577", "quantum=0x", "quantum=",
			     "offset=-1000000000001", "offset=9223372036854775808", "offset=x",
			     "verbose=perhaps", "label=0123456789012345678901234567890123456789",
			     "sizes=1,2,3,4,5", "sizes=1,101", "sizes=,", "sizes=1,,2", "major=1",
			     "minors=2 devices=3", "minors=8193" },
		.files = { "quantum", "offset", "verbose", "label", "sizes", "major" },
	},
	{
		REGION(scull, SCULL),
		.nodes = { "scull0", "scull1", "scullpipe0", "scullpipe1", "scullsingle",
			   "sculluid", "scullwuid", "scullpriv" },
		.parameters = { "scull_nr_devs=2 scull_p_nr_devs=2",
				"scull_quantum=100 scull_qset=5 scull_p_buffer=50" },
		.refused = { "scull_quantum=0", "scull_qset=-1", "scull_minor=1048575",
			     "scull_nr_devs=33" },
		.files = { "scull_quantum", "scull_nr_devs" },
	},
	{
		REGION(plug, PLUG),
		.nodes = { "chard-plug0", "chard-plug1" },
		.refused = { "fail=10", "fail=x", "fail=3" },
		.files = { "counts" },
	},
	MISC(carry, SELFTEST),
};

unsigned int devices_count;

struct file shared_files[SHARED_FILES];

static unsigned int drained(const struct device *device)
{
	return __atomic_load_n(&device->drained, __ATOMIC_ACQUIRE);
}

void close_file(struct file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Files whose driver is to be unloaded. */
void close_drained(struct fuzzer *f)
{
	for (unsigned int i = 0; i < OWN_FILES; i++) {
		struct file *file = &f->own[i];

		if (file->fd >= 0 && file->since != drained(file->device))
			close_file(file);
	}
}

/* How many names of nodes there are. */
static unsigned int nodes_of(const struct device *device)
{
	unsigned int count = 0;

	while (count < MAX_NODES && device->nodes[count])
		count++;
	return count;
}

const char *pick_name(struct fuzzer *f, const struct device *device)
{
	return device->nodes[below(f, nodes_of(device))];
}

/* The path of a node; those of the first numbers are there most often. */
void pick_node(struct fuzzer *f, const struct device *device, char *path, size_t size)
{
	snprintf(path, size, "/dev/%s", pick_name(f, device));
}

/* Whether that is the status of a node of the device. */
bool is_of(const struct stat *file, const struct device *device)
{
	struct stat node;
	char path[64];

	for (unsigned int i = 0; i < nodes_of(device); i++) {
		snprintf(path, sizeof(path), "/dev/%s", device->nodes[i]);
		if (!stat(path, &node) && file->st_rdev == node.st_rdev)
			return true;
	}
	return false;
}

/* One of the thread's own places for a file; of a device, but maybe empty. */
struct file *pick_slot(struct fuzzer *f)
{
	unsigned int number = below(f, OWN_FILES);

	f->own[number].device = &devices[number % devices_count];
	return &f->own[number];
}

void open_file(struct fuzzer *f, struct file *file)
{
	char path[64];

	if (file->fd >= 0)
		return;
	file->since = drained(file->device);
	pick_node(f, file->device, path, sizeof(path));
	file->fd = open(path, O_RDWR | O_CLOEXEC | (file->device->kind >= FIFO ? O_NONBLOCK : 0));
}

/* A file to do something with; where it was closed it is opened again. */
struct file *pick_file(struct fuzzer *f)
{
	struct file *file;

	if (one_in(f, 6)) {
		file = &shared_files[below(f, SHARED_FILES)];
	} else {
		file = pick_slot(f);
		open_file(f, file);
	}
	f->device = file->device;
	return file;
}

/* Most often one of that kind. */
struct file *pick_file_of(struct fuzzer *f, enum device_kind kind)
{
	struct file *file = pick_file(f);

	for (int i = 0; i < 20 && file->device->kind != kind; i++)
		file = pick_file(f);
	return file;
}

/*
 * Flags for a file: of a device that waits it does so now and then only, since
 * nobody but a removal wakes all who do.
 */
int patient(struct fuzzer *f, const struct device *device, int flags)
{
	return device->kind < FIFO || one_in(f, 100) ? flags : flags | O_NONBLOCK;
}

/* Now and then one that there is not. */
int pick_fd(struct fuzzer *f)
{
	return one_in(f, 200) ? PICK(f, -1, 5000, INT32_MAX, INT32_MIN) : pick_file(f)->fd;
}

/* One of a list of parameters, some of which there are. */
static const char *pick_parameters(struct fuzzer *f, const char *const *list)
{
	unsigned int count = 0;

	while (count < MAX_PARAMETERS && list[count])
		count++;
	return count ? list[below(f, count)] : NULL;
}

/* With what a module does not take it is not loaded. */
static bool refuses(struct fuzzer *f, const struct device *device, const char *parameters)
{
	int error = load(device->ko, parameters);

	count(&results->refusals);
	/* The last is what a driver's own C says. */
	if (error == EINVAL || error == ERANGE || error == E2BIG || error == ENOSPC ||
	    error == EBUSY || error == ENXIO)
		return true;
	fail(f, "%s with %s: %s", device->ko, parameters, strerror(error));
	if (!error)
		unload(device->module);
	return false;
}

/* Before any is loaded. */
bool devices_refuse(struct fuzzer *f)
{
	bool good = true;

	devices_count = ARRAY_SIZE(devices) - !options.panics;
	for (unsigned int i = 0; i < devices_count; i++) {
		for (const char *const *list = devices[i].refused; *list; list++)
			good &= refuses(f, &devices[i], *list);
	}
	return good;
}

static bool load_device(struct fuzzer *f, struct device *device)
{
	const char *parameters = pick_parameters(f, device->parameters);
	struct stat status;
	char path[64];
	int error;

	/* What was come to before lay elsewhere. */
	kcov_end();
	error = load(device->ko, parameters ?: "");
	if (error) {
		printf("# loading %s %s: %s\n", device->ko, parameters ?: "", strerror(error));
		return false;
	}
	/* Its handler may have been told to remove it by now. */
	unlink(device->second);
	snprintf(path, sizeof(path), "/dev/%s", device->nodes[0]);
	if (!stat(path, &status))
		mknod(device->second, S_IFCHR | 0600, status.st_rdev);
	kcov_loaded(device->module);
	return true;
}

static void close_shared(const struct device *device)
{
	for (unsigned int i = 0; i < SHARED_FILES; i++) {
		if (shared_files[i].device == device)
			close(shared_files[i].fd);
	}
}

static int attribute(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static int remove_node(const struct device *device, const char *node)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/class/%s/%s/remove", device->class, node);
	return attribute(path, "1");
}

static void remove_nodes(const struct device *device)
{
	for (unsigned int i = 0; i < nodes_of(device); i++)
		remove_node(device, device->nodes[i]);
}

/* Lets all files go and unloads, which takes as long as a copy may be stopped. */
static bool unload_device(struct device *device)
{
	int error = EAGAIN;

	__atomic_add_fetch(&device->drained, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < 10000 && error == EAGAIN; i++) {
		close_shared(device);
		error = unload(device->module);
		if (error)
			usleep(2000);
		/*
		 * One may wait for another device, with a file of this; or for a transfer by
		 * an io_uring, that only the end of its device ends. And others open what is
		 * still there of several, as long as it is.
		 */
		if (error && i % 100 == 99) {
			interrupt_all();
			remove_nodes(device);
			__atomic_add_fetch(&device->drained, 1, __ATOMIC_RELEASE);
		}
	}
	if (error) {
		printf("# unloading %s: %s\n", device->module, strerror(error));
		show_stacks();
	} else {
		kcov_unloaded();
	}
	return !error;
}

/* A task that waits in a device gets to the end of its thread. */
void devices_wake(void)
{
	for (unsigned int i = 0; i < devices_count; i++)
		remove_nodes(&devices[i]);
}

bool devices_load(struct fuzzer *f)
{
	bool good = true;

	for (unsigned int i = 0; i < SHARED_FILES; i++) {
		shared_files[i].fd = SHARED_FIRST + i;
		shared_files[i].device = &devices[i % devices_count];
	}
	for (unsigned int i = 0; i < devices_count; i++)
		good &= load_device(f, &devices[i]);
	return good;
}

bool devices_unload(void)
{
	bool good = true;

	for (unsigned int i = 0; i < devices_count; i++)
		good &= unload_device(&devices[i]);
	return good;
}

/* A round of the manager's: something happens to one device. */
static bool manage_one(struct fuzzer *f, struct device *device)
{
	int error;

	switch (below(f, 8)) {
	case 0: /* In use, most likely. */
		error = unload(device->module);
		count(&results->busy);
		if (error && error != EAGAIN) {
			fail(f, "rmmod of %s: %s", device->module, strerror(error));
			return false;
		}
		if (!error)
			kcov_unloaded();
		return error || load_device(f, device);
	case 1:
		/* One of several, which the others do not heed. */
		if (device->parent)
			remove_node(device, pick_name(f, device));
		return true;
	}
	error = remove_node(device, device->nodes[0]);
	/* Its handler may have removed it. */
	if (error && error != ENOENT && error != ENODEV) {
		fail(f, "removal of %s: %s", device->name, strerror(error));
		return false;
	}
	count(&results->removals);
	/* For a while there are files of what is gone. */
	usleep(below(f, 30000));
	if (!unload_device(device)) {
		fail(f, "%s can not be unloaded any more", device->module);
		return false;
	}
	count(&results->reloads);
	if (device->refused[0] && !refuses(f, device, pick_parameters(f, device->refused)))
		return false;
	if (!load_device(f, device)) {
		fail(f, "%s can not be loaded any more", device->module);
		return false;
	}
	return true;
}

/*
 * Which one something happens to: one that its handler has removed first, since there
 * is nothing to be done with it until it is back.
 */
static struct device *pick_managed(struct fuzzer *f)
{
	char path[64];

	for (unsigned int i = 0; i < devices_count; i++) {
		snprintf(path, sizeof(path), "/dev/%s", devices[i].nodes[0]);
		if (!devices[i].parent && access(path, F_OK))
			return &devices[i];
	}
	return &devices[below(f, devices_count)];
}

/* Until all has stopped, or went wrong. */
void manage(struct fuzzer *f)
{
	for (__u64 round = 0; !stopped(); round++) {
		begin(f, round);
		kcov_begin();
		if (!manage_one(f, pick_managed(f)))
			return;
		kcov_end();
		usleep(50000 + below(f, 300000));
	}
}

/* All devices loaded anew: do they answer as they should? */
bool devices_answer(struct fuzzer *f)
{
	char bytes[16] = "";
	int echo, other;
	bool good;

	if (!devices_load(f))
		return false;
	echo = open("/dev/chard-echo", O_RDWR);
	other = open("/dev/chard-selftest", O_RDWR);
	good = write(echo, "ABCDEF", 6) == 6 && pread(echo, bytes, 16, 0) == 6 &&
	       !memcmp(bytes, "ABCDEF", 6) && read(other, bytes, 16) == 9;
	close(echo);
	close(other);
	return devices_unload() && good;
}
