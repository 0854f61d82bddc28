// SPDX-License-Identifier: GPL-2.0
/* Removals at once with each other, with unloading, and with all that a caller does. */
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "removal.h"

#define ROUNDS 100

static pthread_barrier_t start;

static void *write_remove(void *arg)
{
	pthread_barrier_wait(&start);
	*(int *)arg = attribute(ECHO_REMOVE, "1");
	return NULL;
}

static void *unload_echo(void *arg)
{
	pthread_barrier_wait(&start);
	*(int *)arg = unload("chard_echo");
	return NULL;
}

/* Two threads once, at the same time; false if they could not be made. */
static bool both(void *(*first)(void *), int *error, void *(*second)(void *), int *other)
{
	pthread_t threads[2];

	pthread_barrier_init(&start, NULL, 2);
	if (pthread_create(&threads[0], NULL, first, error) ||
	    pthread_create(&threads[1], NULL, second, other))
		return false;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	pthread_barrier_destroy(&start);
	return true;
}

/* The node had gone, or the other was removing it. */
static bool too_late(int error)
{
	return error == ENOENT || error == ENODEV;
}

/* Each writes by an open of its own: sysfs lets one write at a time through one. */
static void two_removals(void)
{
	int errors[2], met = 0, round;

	for (round = 0; round < ROUNDS; round++) {
		if (load("chard_echo.ko", "") ||
		    !both(write_remove, &errors[0], write_remove, &errors[1]))
			break;
		met += errors[0] == ENODEV || errors[1] == ENODEV;
		if (!(!errors[0] && too_late(errors[1])) && !(!errors[1] && too_late(errors[0])))
			break;
		if (!access(ECHO_NODE, F_OK) || unload("chard_echo"))
			break;
	}
	report(round == ROUNDS, "two removals at once: one removes (met %d times in %d)", met,
	       round);
	report(met > 0, "two removals have met");
}

static void removal_and_unload(void)
{
	int removed = 0, refused = 0, in_use = 0, round, error, other;

	for (round = 0; round < ROUNDS; round++) {
		/* Now the one, now the other is a little ahead. */
		bool good = !load("chard_echo.ko", "") &&
			    (round & 1 ? both(write_remove, &error, unload_echo, &other)
				       : both(unload_echo, &other, write_remove, &error));

		if (!good || (error && !too_late(error)) || (other && other != EAGAIN))
			break;
		removed += !error;
		refused += error == ENODEV;
		in_use += other == EAGAIN;
		if (other && !unload_soon("chard_echo"))
			break;
		if (!access(ECHO_NODE, F_OK))
			break;
	}
	report(round == ROUNDS && removed && refused + in_use,
	       "removal and unloading at once (%d rounds: removed %d, refused %d, in use %d)",
	       round, removed, refused, in_use);
}

struct storm {
	bool stop;
	unsigned long opens, closes, calls, gone, wrong;
};

#define COUNT(what) __atomic_add_fetch(&storm.what, 1, __ATOMIC_RELAXED)
static struct storm storm;

/* An answer is the device's, or that it is gone. */
static void answered(long ret, const char *what)
{
	int error = errno;

	if (ret >= 0) {
		COUNT(calls);
	} else if (error == ENODEV) {
		COUNT(gone);
	} else {
		COUNT(wrong);
		fprintf(stderr, "# %s: %s\n", what, strerror(error));
	}
}

static void use(int fd, bool echo)
{
	char bytes[600] = "";
	__u64 size;

	answered(read(fd, bytes, sizeof(bytes)), "read");
	if (echo) {
		answered(pwrite(fd, bytes, sizeof(bytes), 0), "write");
		answered(lseek(fd, 0, SEEK_END), "lseek");
		answered(ioctl(fd, CHARD_ECHO_GET_SIZE, &size), "ioctl");
	} else {
		answered(ioctl(fd, CHARD_SELFTEST_ADD, 1), "add");
		answered(ioctl(fd, CHARD_SELFTEST_LOCK), "lock");
	}
}

static int open_path(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		COUNT(opens);
	} else if (errno != ENOENT && errno != ENODEV && errno != ENXIO) {
		COUNT(wrong);
		fprintf(stderr, "# open: %s\n", strerror(errno));
	}
	return fd;
}

static int open_node(bool echo)
{
	return open_path(echo ? ECHO_NODE : SELFTEST_NODE);
}

static void close_node(int fd)
{
	if (close(fd))
		COUNT(wrong);
	else
		COUNT(closes);
}

static bool stopped(void)
{
	return __atomic_load_n(&storm.stop, __ATOMIC_RELAXED);
}

static void *caller(void *arg)
{
	bool echo = arg;

	while (!stopped()) {
		int fd = open_node(echo);

		if (fd < 0)
			continue;
		for (int i = 0; i < 20; i++)
			use(fd, echo);
		close_node(fd);
	}
	return NULL;
}

/* Children hold files too, and close them when they end. */
static void *forker(void *arg)
{
	bool echo = arg;

	while (!stopped()) {
		int fd = open_node(echo), status;
		char byte;
		pid_t child;

		if (fd < 0)
			continue;
		child = fork();
		if (!child) {
			for (int i = 0; i < 10; i++) {
				if (pread(fd, &byte, 1, 0) < 0 && errno != ENODEV)
					_exit(1);
			}
			_exit(0);
		}
		use(fd, echo);
		close_node(fd);
		if (child < 0 || waitpid(child, &status, 0) != child || status)
			COUNT(wrong);
	}
	return NULL;
}

/*
 * SIGBUS is the answer of a device that is gone; no page comes back then. What was not
 * mapped yet goes first, and a moment later the rest.
 */
static void touch_pages(char *at, bool write)
{
	bool gone[8] = {};

	for (int i = 0; i < 16; i++) {
		int signal = touch(at + i % 8 * 4096, write);

		if (signal == SIGBUS) {
			COUNT(gone);
			gone[i % 8] = true;
		} else if (signal || gone[i % 8]) {
			COUNT(wrong);
			fprintf(stderr, "# touch: signal %d\n", signal);
		} else {
			COUNT(calls);
		}
	}
}

/* Maps shm, closes, touches; a child does so as well. */
static void *mapper(void *arg)
{
	int flags = arg ? MAP_SHARED : MAP_PRIVATE, status;

	while (!stopped()) {
		int fd = open_path(SHM_NODE);
		ssize_t ret;
		pid_t child;
		char *at;

		if (fd < 0)
			continue;
		at = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE, flags, fd, 0);
		if (at == MAP_FAILED) {
			answered(-1, "mmap");
			close_node(fd);
			continue;
		}
		/* The kernel touches it, too. */
		ret = pread(fd, at, 600, 3 * 4096);
		if (ret >= 0 || errno != EFAULT)
			answered(ret, "read into a mapping");
		close_node(fd);
		touch_pages(at, false);
		child = fork();
		if (!child) {
			storm.wrong = 0;
			touch_pages(at, true);
			_exit(storm.wrong ? 1 : 0);
		}
		touch_pages(at, true);
		if (child < 0 || waitpid(child, &status, 0) != child || status)
			COUNT(wrong);
		munmap(at, 8 * 4096);
	}
	return NULL;
}

/* However fast the machine is, this many. */
static bool is_storm(int rounds)
{
	return rounds >= 5 && __atomic_load_n(&storm.calls, __ATOMIC_RELAXED) > 1000 &&
	       __atomic_load_n(&storm.gone, __ATOMIC_RELAXED) > 10;
}

/* Removes the devices, unloads and loads; how often each way. */
static void storm_for(int seconds)
{
	static void *(*const bodies[])(void *) = { caller, caller, forker, caller,
						   forker, mapper, mapper };
	static const bool echoes[] = { true, true, true, false, false, true, false };
	pthread_t threads[ARRAY_SIZE(bodies)];
	time_t end = time(NULL) + seconds;
	int rounds = 0, by_ioctl = 0;
	bool good = !load("chard_echo.ko", "") && !load("chard_selftest.ko", "") &&
		    !load("chard_shm.ko", "");

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++)
		good &= !pthread_create(&threads[i], NULL, bodies[i], (void *)(uintptr_t)echoes[i]);
	while (good && (time(NULL) < end || !is_storm(rounds))) {
		int fd = rounds & 1 ? open(SELFTEST_NODE, O_RDWR | O_CLOEXEC) : -1;

		usleep(20000 + rand() % 50000);
		good &= !attribute(ECHO_REMOVE, "1") && !attribute(SHM_REMOVE, "1");
		if (fd >= 0) {
			good &= !ioctl(fd, CHARD_SELFTEST_REMOVE,
				       rounds & 2 ? CHARD_SELFTEST_REMOVE_LOCKED
						  : CHARD_SELFTEST_REMOVE_NOW);
			close(fd);
			by_ioctl++;
		} else {
			good &= !attribute(SELFTEST_REMOVE, "1");
		}
		good &= unload_soon("chard_echo") && unload_soon("chard_selftest") &&
			unload_soon("chard_shm");
		good &= !load("chard_selftest.ko", "") && !load("chard_echo.ko", "") &&
			!load("chard_shm.ko", "");
		rounds++;
	}
	__atomic_store_n(&storm.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++)
		pthread_join(threads[i], NULL);
	report(good, "storm: %d s, %d removals and reloads of all devices, %d by ioctl", seconds,
	       rounds, by_ioctl);
	report(!storm.wrong && storm.opens == storm.closes,
	       "storm: %lu opens, %lu closes, %lu calls, %lu on what was gone, %lu wrong",
	       storm.opens, storm.closes, storm.calls, storm.gone, storm.wrong);
	report(is_storm(rounds), "storm: it was one");
	good = unload_soon("chard_echo") && unload_soon("chard_selftest");
	report(good && unload_soon("chard_shm"), "storm: all is unloaded");
}

void races(int seconds)
{
	clear_log();
	two_removals();
	removal_and_unload();
	report(log_clean(), "the log is clean behind them");
	clear_log();
	storm_for(seconds);
	report(log_clean(), "the log is clean behind the storm");
}
