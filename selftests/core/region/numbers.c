// SPDX-License-Identifier: GPL-2.0
/* Which numbers the devices have, and what is there with them. */
#include "region.h"

static void nodes(void)
{
	struct stat first, last;

	expect(0, load(KO, ""));
	report(!stat(FIRST, &first) && S_ISCHR(first.st_mode), "the first node is there");
	expect(0640, first.st_mode & 07777);
	expect(0, minor(first.st_rdev));
	report(!stat(node(3), &last), "and the last");
	expect(major(first.st_rdev), major(last.st_rdev));
	expect(3, minor(last.st_rdev));
	expect(ENOENT, access(node(4), F_OK) ? errno : 0);
	for (int index = 0; index < 4; index++) {
		int fd = open(node(index), O_RDWR);

		expect(index, read_index(fd));
		close(fd);
	}
	report(shows(PARENT "chard/chard-many2/about/index", "2\n"),
	       "a device is its parent's, in the class chard");
	report(shows(in_sysfs(2, "about/index"), "2\n"), "and found by its class");
	report(access("/sys/kernel/debug/chard/chard-many2", F_OK) == 0, "and in debugfs");
	expect(0, unload(MODULE));
	report(access(PARENT, F_OK) && access("/sys/kernel/debug/chard/many-first", F_OK),
	       "nothing is left of them");
}

/* Of drivers one of whose names is the other's with a digit behind it. */
static void names_that_end_in_digits(void)
{
	struct stat one, other;

	expect(0, load(KO, "devices=23"));
	expect(0, load("chard_many2.ko", "devices=3"));
	expect(0, stat("/dev/chard-many22", &one));
	expect(0, stat("/dev/chard-many2-2", &other));
	report(minor(one.st_rdev) == 22 && minor(other.st_rdev) == 2,
	       "a name that ends in a digit has a hyphen before the number");
	expect(0, unload("chard_many2"));
	expect(0, unload(MODULE));
}

/* A node for a minor whose device there is not, or not any more. */
static void no_device(void)
{
	static const char path[] = "/tmp/fifth";
	struct stat first;

	expect(0, load(KO, "minors=5"));
	stat(FIRST, &first);
	expect(0, mknod(path, S_IFCHR | 0600, makedev(major(first.st_rdev), 4)));
	expect(ENXIO, open_error(path));
	expect(0, store(PARENT "add", "4"));
	expect(0, open_error(path));
	expect(0, store(in_sysfs(4, "remove"), "1"));
	expect(ENXIO, open_error(path));
	unlink(path);
	/* Behind the region. */
	expect(0, mknod(path, S_IFCHR | 0600, makedev(major(first.st_rdev), 5)));
	expect(ENXIO, open_error(path));
	unlink(path);
	expect(0, unload(MODULE));
}

static void majors(void)
{
	struct stat first;

	expect(0, load(KO, "major=300 minors=20 devices=20"));
	report(!stat(FIRST, &first), "a node is there");
	expect(300, major(first.st_rdev));
	expect(0, unload(MODULE));
	/* Memory's, where a region of all minors is registered. */
	clear_log();
	expect(EBUSY, load(KO, "major=1"));
	report(logged("many: no region of 4096 minors from 1:0 on: error -16"),
	       "the log says which numbers are taken");
	expect(EINVAL, load(KO, "minors=3 devices=4"));
	report(logged("many: invalid minor range: 3 devices, 4 at load"),
	       "and that there is no room for so many");
	expect(0, load(KO, "devices=0"));
	report(access(FIRST, F_OK) && !access(PARENT "add", F_OK), "there may be none at first");
	expect(0, unload(MODULE));
}

/* Kilobytes of per-CPU memory of all CPUs. */
static long percpu(void)
{
	const char *at = strstr(show("/proc/meminfo"), "Percpu:");

	return at ? atol(at + strlen("Percpu:")) : -1;
}

/* Of a driver that is refused nothing stays: 48 bytes, in a thousand loads, would be seen. */
static void refused_loads(void)
{
	long before = percpu();
	int wrong = 0;

	for (int i = 0; i < 1000; i++)
		wrong += load(KO, "minors=3 devices=4") != EINVAL;
	expect(0, wrong);
	report(before > 0 && percpu() - before < 40, "a refused driver gives its counts back");
	printf("# per-CPU memory: %ld kB before, %ld behind\n", before, percpu());
	clear_log();
}

void numbers(void)
{
	nodes();
	names_that_end_in_digits();
	no_device();
	majors();
	refused_loads();
	report(log_is_clean(), "%s: the log is clean", __func__);
}
