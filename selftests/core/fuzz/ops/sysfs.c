// SPDX-License-Identifier: GPL-2.0
/* Rows: what an administrator writes to sysfs and debugfs, and reads there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>

#include "../fuzz.h"

#define MOST (3 * PAGE)

static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

/* The level at which a handler panics. */
static unsigned int pick_level(struct fuzzer *f)
{
	unsigned int level = below(f, 120);

	return level == 99 && !options.panics ? 98 : level;
}

/* Sense, nonsense, too much of either; no NUL behind it. */
static size_t pick_text(struct fuzzer *f, char *text)
{
	static const char *const some[] = {
		"",	"\n", "1",     "0",    "y\n",	"maybe", "-1",
		"0x10", " 7", "1,2,3", "1,,2", "1,101", "2 3\n", "18446744073709551616"
	};
	size_t length;

	switch (below(f, 6)) {
	case 0:
	case 1:
		return sprintf(text, "%u%s", pick_level(f), one_in(f, 2) ? "\n" : "");
	case 2:
	case 3:
		return sprintf(text, "%s", some[below(f, ARRAY_SIZE(some))]);
	case 4:
		length = below(f, one_in(f, 4) ? MOST : 80);
		memset(text, FIRST_LETTER + below(f, LETTERS), length);
		return length;
	}
	length = 1 + below(f, 64);
	for (size_t i = 0; i < length; i++)
		text[i] = draw(f);
	text[0] |= 0x80;
	return length;
}

static long write_text(struct fuzzer *f, int fd, const char *text, size_t length)
{
	long ret;

	if (one_in(f, 10))
		text = hostile_address(f);
	else if (one_in(f, 20))
		length = pick_length(f);
	errno = 0;
	ret = result(syscall(SYS_write, fd, text, length));
	if (ret > 0 && (size_t)ret > length)
		fail(f, "%ld of %zu bytes of text", ret, length);
	return ret;
}

static long read_text(struct fuzzer *f, int fd, enum device_kind kind)
{
	size_t length = one_in(f, 4) ? pick_length(f) : below(f, PAGE);
	struct buffer buffer = pick_buffer(f, length, 0, 1);
	__s64 at = one_in(f, 2) ? 0 : PICK(f, 1, 100, PAGE - 1, PAGE, INT64_MAX, -1);
	long ret;

	expect_output(&buffer, 1);
	errno = 0;
	ret = result(pread(fd, buffer.at, length, at));
	if (ret > 0 && (size_t)ret > length)
		fail(f, "%ld of %zu bytes of text", ret, length);
	check_output(f, &buffer, 1, ret > 0 ? ret : 0, kind);
	return ret;
}

/* Opens it and does one or the other, some times. */
static long use(struct fuzzer *f, const char *path, const char *text, size_t length,
		enum device_kind kind)
{
	int mode = PICK(f, O_RDONLY, O_WRONLY, O_RDWR);
	long ret = 0;
	int fd;

	errno = 0;
	fd = open(path, mode | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (unsigned int i = 1 + below(f, 3); i && ret >= 0; i--) {
		bool out = mode == O_RDWR ? one_in(f, 2) : mode == O_RDONLY;

		ret = out ? read_text(f, fd, kind) : write_text(f, fd, text, length);
		if (one_in(f, 3))
			lseek(fd, below(f, 2 * PAGE), PICK(f, SEEK_SET, SEEK_CUR, SEEK_END));
	}
	close(fd);
	return ret > 0 ? 0 : ret;
}

static struct device *pick_device(struct fuzzer *f)
{
	return &devices[below(f, devices_count)];
}

/* Most often one of the region's, whose devices are many. */
static struct device *pick_region(struct fuzzer *f)
{
	struct device *device = pick_device(f);

	for (int i = 0; i < 30 && !device->parent; i++)
		device = pick_device(f);
	return device;
}

long op_attribute(struct fuzzer *f)
{
	static const char *const names[] = { "remove",	    "reset",	     "panics",	"state",
					     "handler",	    "level",	     "level",	"level",
					     "about/index", "about/nothing", "endless", "dev" };
	const struct device *device = one_in(f, 3) ? pick_device(f) : pick_region(f);
	const char *name = names[below(f, ARRAY_SIZE(names))];
	char path[96], text[MOST];
	size_t length = pick_text(f, text);

	/* What is not in a region comes back with its driver alone. */
	if (!strcmp(name, "remove") && !device->parent && !one_in(f, 20))
		text[0] = '0';
	snprintf(path, sizeof(path), "/sys/class/%s/%s/%s", device->class, pick_name(f, device),
		 name);
	return use(f, path, text, length, TEXT);
}

long op_view(struct fuzzer *f)
{
	static const char *const names[] = { "lines", "level", "scullmem" };
	const struct device *device = pick_region(f);
	char path[96], text[MOST];
	size_t length = pick_text(f, text);

	snprintf(path, sizeof(path), "/sys/kernel/debug/chard/%s/%s", pick_name(f, device),
		 names[below(f, ARRAY_SIZE(names))]);
	return use(f, path, text, length, TEXT);
}

long op_parameter(struct fuzzer *f)
{
	const struct device *device = pick_region(f);
	unsigned int count = 0;
	char path[96], text[MOST];
	size_t length = pick_text(f, text);

	while (device->files[count])
		count++;
	if (!count)
		return 0;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", device->module,
		 device->files[below(f, count)]);
	/* A label is of any bytes. */
	return use(f, path, text, length, TICK);
}

/* A device comes, of a number that mostly there may be. */
long op_add(struct fuzzer *f)
{
	const struct device *device = pick_region(f);
	char path[96], text[MOST];
	size_t length = pick_text(f, text);
	long ret;
	int fd;

	if (!device->parent)
		return 0;
	if (!one_in(f, 4))
		length = sprintf(text, "%u", below(f, 14));
	snprintf(path, sizeof(path), "/sys/devices/%s/add", device->parent);
	errno = 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write_text(f, fd, text, length);
	close(fd);
	return ret > 0 ? 0 : ret;
}

long op_reset(struct fuzzer *f)
{
	const struct device *device = pick_device(f);
	char path[96];
	long ret;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/%s/%s/reset", device->class, pick_name(f, device));
	errno = 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = result(write(fd, "1", 1));
	close(fd);
	return ret;
}
