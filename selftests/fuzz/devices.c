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

#define DEVICE(_name, _kind)                                                                      \
	{                                                                                         \
		.kind = _kind, .name = #_name, .node = "/dev/chard-" #_name,                      \
		.second = "/tmp/second-" #_name, .module = "chard_" #_name,                       \
		.ko = "chard_" #_name ".ko", .remove = "/sys/class/misc/chard-" #_name "/remove", \
	}

/* carry is selftest by another name, and carries on after a panic. */
struct device devices[] = {
	DEVICE(echo, ECHO), DEVICE(selftest, SELFTEST), DEVICE(shm, SHM),
	DEVICE(fifo, FIFO), DEVICE(tick, TICK),		DEVICE(carry, SELFTEST)
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

/* One of the thread's own places for a file; of a device, but maybe empty. */
struct file *pick_slot(struct fuzzer *f)
{
	unsigned int number = below(f, OWN_FILES);

	f->own[number].device = &devices[number % devices_count];
	return &f->own[number];
}

void open_file(struct file *file)
{
	if (file->fd >= 0)
		return;
	file->since = drained(file->device);
	file->fd = open(file->device->node,
			O_RDWR | O_CLOEXEC | (file->device->kind >= FIFO ? O_NONBLOCK : 0));
}

/* A file to do something with; where it was closed it is opened again. */
struct file *pick_file(struct fuzzer *f)
{
	struct file *file;

	if (one_in(f, 6))
		return &shared_files[below(f, SHARED_FILES)];
	file = pick_slot(f);
	open_file(file);
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

static bool load_device(struct device *device)
{
	struct stat status;
	int error;

	/* What was come to before lay elsewhere. */
	kcov_end();
	error = load(device->ko, "");
	if (error) {
		printf("# loading %s: %s\n", device->ko, strerror(error));
		return false;
	}
	/* Its handler may have been told to remove it by now. */
	unlink(device->second);
	if (!stat(device->node, &status))
		mknod(device->second, S_IFCHR | 0600, status.st_rdev);
	kcov_sections();
	return true;
}

static void close_shared(const struct device *device)
{
	for (unsigned int i = 0; i < SHARED_FILES; i++) {
		if (shared_files[i].device == device)
			close(shared_files[i].fd);
	}
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
	}
	if (error)
		printf("# unloading %s: %s\n", device->module, strerror(error));
	return !error;
}

static int attribute(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* Who waits in a device gets to the end of its thread. */
void devices_wake(void)
{
	for (unsigned int i = 0; i < devices_count; i++)
		attribute(devices[i].remove, "1");
}

bool devices_load(void)
{
	bool good = true;

	devices_count = ARRAY_SIZE(devices) - !options.panics;
	for (unsigned int i = 0; i < SHARED_FILES; i++) {
		shared_files[i].fd = SHARED_FIRST + i;
		shared_files[i].device = &devices[i % devices_count];
	}
	for (unsigned int i = 0; i < devices_count; i++)
		good &= load_device(&devices[i]);
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
		return error || load_device(device);
	case 1:
		error = attribute(device->remove, PICK(f, 0, 1) ? "maybe" : "0");
		if (error && error != EINVAL && error != ENOENT) {
			fail(f, "a senseless removal of %s: %s", device->name, strerror(error));
			return false;
		}
		return true;
	}
	error = attribute(device->remove, "1");
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
	if (!load_device(device)) {
		fail(f, "%s can not be loaded any more", device->module);
		return false;
	}
	return true;
}

/* Until all has stopped, or went wrong. */
void manage(struct fuzzer *f)
{
	for (__u64 round = 0; !stopped(); round++) {
		begin(f, round);
		kcov_begin();
		if (!manage_one(f, &devices[below(f, devices_count)]))
			return;
		kcov_end();
		usleep(50000 + below(f, 300000));
	}
}

/* All devices loaded anew: do they answer as they should? */
bool devices_answer(void)
{
	char bytes[16] = "";
	int echo, other;
	bool good;

	if (!devices_load())
		return false;
	echo = open(devices[0].node, O_RDWR);
	other = open(devices[1].node, O_RDWR);
	good = write(echo, "ABCDEF", 6) == 6 && pread(echo, bytes, 16, 0) == 6 &&
	       !memcmp(bytes, "ABCDEF", 6) && read(other, bytes, 16) == 9;
	close(echo);
	close(other);
	return devices_unload() && good;
}
