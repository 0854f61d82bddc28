// SPDX-License-Identifier: GPL-2.0
/* The seven parameters: which devices there are, where, and how they begin. */
#include "module.h"

#define KO "chard_scull.ko"
#define MODULE "chard_scull"
#define PARAMETERS "/sys/module/chard_scull/parameters/"

/* The number of a node's device, -1 where there is none. */
static long number_of(const char *name)
{
	struct stat status;
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s", name);
	return stat(path, &status) || !S_ISCHR(status.st_mode) ? -1 : (long)status.st_rdev;
}

/* So many of each, and the four behind them, by minors that follow one another. */
static bool nodes_are(int devices, int pipes, unsigned int major, unsigned int minor)
{
	static const char *const others[] = { "single", "uid", "wuid", "priv" };
	char name[32];

	if (!major)
		major = major(number_of("scullsingle"));
	for (int i = 0; i < devices + pipes + 4; i++) {
		if (i < devices)
			snprintf(name, sizeof(name), "scull%d", i);
		else if (i < devices + pipes)
			snprintf(name, sizeof(name), "scullpipe%d", i - devices);
		else
			snprintf(name, sizeof(name), "scull%s", others[i - devices - pipes]);
		if (number_of(name) != (long)makedev(major, minor + i)) {
			printf("# %s is %#lx\n", name, number_of(name));
			return false;
		}
	}
	snprintf(name, sizeof(name), "scull%d", devices);
	if (number_of(name) != -1)
		return false;
	snprintf(name, sizeof(name), "scullpipe%d", pipes);
	return number_of(name) == -1;
}

static void defaults(void)
{
	int fd;

	expect(0, load(KO, ""));
	report(nodes_are(4, 4, 0, 0), "there are twelve nodes");
	fd = open("/dev/scull0", O_RDWR);
	expect(SCULL_QUANTUM, ioctl(fd, SCULL_IOCQQUANTUM));
	expect(SCULL_QSET, ioctl(fd, SCULL_IOCQQSET));
	expect(SCULL_P_BUFFER, ioctl(fd, SCULL_P_IOCQSIZE));
	close(fd);
	expect(0, unload(MODULE));
	report(number_of("scull0") == -1 && number_of("scullpriv") == -1, "they go with it");
}

static void so_many(void)
{
	expect(0, load(KO, "scull_nr_devs=2 scull_p_nr_devs=1"));
	report(nodes_are(2, 1, 0, 0), "two devices and one pipe");
	expect(2, show(PARAMETERS "scull_nr_devs"));
	expect(1, show(PARAMETERS "scull_p_nr_devs"));
	expect(0, unload(MODULE));
	expect(0, load(KO, "scull_nr_devs=0 scull_p_nr_devs=0"));
	report(nodes_are(0, 0, 0, 0), "none but those that not all may open at once");
	/* Each is of its kind still. */
	expect(-EAGAIN, ({
		int fd = open("/dev/scullwuid", O_RDWR);
		int error = as_user(1000, try_open("/dev/scullwuid", O_RDWR | O_NONBLOCK));

		close(fd);
		error;
	}));
	expect(0, unload(MODULE));
	expect(0, load(KO, "scull_nr_devs=32 scull_p_nr_devs=32"));
	report(nodes_are(32, 32, 0, 0), "as many as there can be");
	expect(0, unload(MODULE));
}

static void where(void)
{
	expect(0, load(KO, "scull_major=240 scull_minor=7"));
	report(nodes_are(4, 4, 240, 7), "at the numbers that are wanted");
	expect(0, unload(MODULE));
	/* With what the first memory device has. */
	expect(EBUSY, load(KO, "scull_major=1 scull_minor=1"));
	expect(EINVAL, load(KO, "scull_minor=1048570"));
	report(number_of("scull0") == -1, "nothing is left of what does not load");
	expect(0, load(KO, "scull_minor=1048564"));
	report(nodes_are(4, 4, 0, 1048564), "up to the last minor");
	expect(0, unload(MODULE));
}

static void sizes(void)
{
	char bytes[64] = "";
	int fd, pipe;

	expect(0, load(KO, "scull_quantum=10 scull_qset=3 scull_p_buffer=5"));
	fd = open("/dev/scull0", O_RDWR);
	expect(10, ioctl(fd, SCULL_IOCQQUANTUM));
	expect(3, ioctl(fd, SCULL_IOCQQSET));
	expect(10, write(fd, bytes, sizeof(bytes)));
	expect(1, pwrite(fd, bytes, sizeof(bytes), 99));
	pipe = open("/dev/scullpipe0", O_RDWR | O_NONBLOCK);
	expect(5, write(pipe, bytes, sizeof(bytes)));
	/* What is set later is not what was given, and a reset goes by the book. */
	expect(0, ioctl(fd, SCULL_IOCTQUANTUM, 20));
	expect(10, show(PARAMETERS "scull_quantum"));
	expect(0, ioctl(fd, SCULL_IOCRESET));
	expect(SCULL_QUANTUM, ioctl(fd, SCULL_IOCQQUANTUM));
	expect(SCULL_QSET, ioctl(fd, SCULL_IOCQQSET));
	expect(5, ioctl(fd, SCULL_P_IOCQSIZE));
	close(fd);
	close(pipe);
	expect(0, unload(MODULE));
	/* Another load begins anew. */
	expect(0, load(KO, "scull_quantum=1048576 scull_qset=65536 scull_p_buffer=1048576"));
	fd = open("/dev/scull0", O_RDWR);
	expect(SCULL_QUANTUM_MAX, ioctl(fd, SCULL_IOCQQUANTUM));
	expect(SCULL_QSET_MAX, ioctl(fd, SCULL_IOCQQSET));
	expect(SCULL_P_BUFFER_MAX, ioctl(fd, SCULL_P_IOCQSIZE));
	expect(1, write(fd, bytes, 1));
	close(fd);
	expect(-EACCES, access(PARAMETERS "scull_quantum", W_OK) ? -errno : -EACCES);
	expect(0, unload(MODULE));
}

/* Each is refused, and the log says what would do. */
static void refused(void)
{
	static const struct {
		const char *parameter;
		int error;
		const char *logged;
	} rows[] = {
		{ "scull_major=512", ERANGE, "scull_major takes a number from 0 to 511, not 512" },
		{ "scull_minor=1048576", ERANGE, "scull_minor takes a number from 0 to 1048575" },
		{ "scull_nr_devs=33", ERANGE, "scull_nr_devs takes a number from 0 to 32, not 33" },
		{ "scull_p_nr_devs=33", ERANGE, "scull_p_nr_devs takes a number from 0 to 32" },
		{ "scull_quantum=0", ERANGE, "scull_quantum takes a number from 1 to 1048576" },
		{ "scull_quantum=1048577", ERANGE, "to 1048576, not 1048577" },
		{ "scull_qset=0", ERANGE, "scull_qset takes a number from 1 to 65536, not 0" },
		{ "scull_qset=65537", ERANGE, "to 65536, not 65537" },
		{ "scull_p_buffer=0", ERANGE, "scull_p_buffer takes a number from 1 to 1048576" },
		{ "scull_quantum=-1", EINVAL, "scull_quantum takes a number from 1 to 1048576" },
		{ "scull_quantum=large", EINVAL, "scull_quantum takes a number from 1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		clear_log();
		printf("# %s\n", rows[i].parameter);
		expect(rows[i].error, load(KO, rows[i].parameter));
		report(logged(rows[i].logged), "the log says what %s should be", rows[i].parameter);
	}
	report(number_of("scullsingle") == -1, "nothing is left");
	clear_log();
}

void parameters(void)
{
	clear_log();
	defaults();
	so_many();
	where();
	sizes();
	report(log_is_clean() && log_lacks("left behind"), "%s: the log is clean", __func__);
	refused();
}
