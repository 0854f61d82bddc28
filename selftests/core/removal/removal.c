// SPDX-License-Identifier: GPL-2.0
/*
 * removal SECONDS: a device is removed, by its attribute or by its handler,
 * while files of it are open and calls go on. Runs in a guest of its own, as
 * root in /chard; races that long. Prints TAP.
 */
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "removal.h"

#define SECOND_NODE "/tmp/second"

/* A socket that hears uevents. */
static int listen_to_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)))
		report(false, "uevents can be heard");
	return fd;
}

static bool heard(int fd, const char *what)
{
	char event[4096];
	ssize_t length;

	while ((length = recv(fd, event, sizeof(event) - 1, MSG_DONTWAIT)) > 0) {
		event[length] = '\0';
		if (!strcmp(event, what))
			return true;
	}
	return false;
}

/* Every call there is on a file whose device is gone. */
static void all_refused(int fd, const char *which)
{
	struct chard_echo_sum sum = {};
	char byte = 'x';
	struct iovec vector = { &byte, 1 };
	__u64 size;

#define REFUSED(call) report((call) == -1 && errno == ENODEV, "%s: ENODEV from %s", which, #call)
	REFUSED(read(fd, &byte, 1));
	REFUSED(read(fd, &byte, 0));
	REFUSED(readv(fd, &vector, 1));
	REFUSED(pread(fd, &byte, 1, 0));
	REFUSED(write(fd, &byte, 1));
	REFUSED(writev(fd, &vector, 1));
	REFUSED(pwrite(fd, &byte, 1, 0));
	REFUSED(lseek(fd, 0, SEEK_SET));
	REFUSED(lseek(fd, 0, SEEK_END));
	REFUSED(ioctl(fd, CHARD_ECHO_GET_SIZE, &size));
	REFUSED(ioctl(fd, CHARD_ECHO_SUM, &sum));
	REFUSED(ioctl(fd, CHARD_ECHO_CLEAR));
	REFUSED(ioctl(fd, _IO(0x77, 7)));
#undef REFUSED
}

static bool no_device(int error)
{
	return error == ENODEV || error == ENXIO;
}

static void errors(void)
{
	struct stat status;
	pid_t child;
	int ended;

	report(!stat(ECHO_REMOVE, &status) && status.st_mode == (S_IFREG | 0200) && !status.st_uid,
	       "the attribute is root's, to be written only");
	fflush(stdout);
	child = fork();
	if (!child) {
		if (setgid(1000) || setuid(1000))
			_exit(2);
		_exit(attribute(ECHO_REMOVE, "1") == EACCES ? 0 : 1);
	}
	report(waitpid(child, &ended, 0) == child && !ended, "another user: EACCES");
	report(attribute(ECHO_REMOVE, "0") == EINVAL, "0: EINVAL");
	report(attribute(ECHO_REMOVE, "now") == EINVAL, "what is no number: EINVAL");
	report(!open_error(ECHO_NODE), "the device is still there");
}

/* The device goes under files that came in different ways; another takes its place. */
static void by_attribute(void)
{
	int heard_by = listen_to_kernel(), attr, first, second, twin;
	struct stat old, new;
	char path[64];
	pid_t child;
	int ended;

	first = open(ECHO_NODE, O_RDWR);
	report(!fstat(first, &old) && !mknod(SECOND_NODE, S_IFCHR | 0600, old.st_rdev),
	       "a second node for the same device");
	second = open(SECOND_NODE, O_RDWR | O_APPEND);
	report(second >= 0 && write(second, "abc", 3) == 3, "both nodes can be used");
	attr = open(ECHO_REMOVE, O_WRONLY);
	child = fork();
	if (!child) {
		/* A file that a child has got lives on after its parent's close. */
		char byte;

		for (int i = 0; i < 5000; i++) {
			if (read(first, &byte, 1) == -1 && errno == ENODEV)
				_exit(0);
			usleep(1000);
		}
		_exit(1);
	}

	report(write(attr, "1\n", 2) == 2, "the device is removed while files are open");
	report(access(ECHO_NODE, F_OK) && access(ECHO_REMOVE, F_OK), "its node is gone at once");
	report(heard(heard_by, "remove@/devices/virtual/misc/chard-echo"), "its uevent was sent");
	report(write(attr, "1", 1) == -1 && errno == ENODEV, "once more: ENODEV");
	report(waitpid(child, &ended, 0) == child && !ended, "a child's file: ENODEV");
	all_refused(first, "first node");
	all_refused(second, "second node");
	report(no_device(open_error(SECOND_NODE)), "no open through an inode that lived on");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", first);
	report(no_device(open_error(path)), "no open through /proc/self/fd");
	report(unload("chard_echo") == EAGAIN, "the driver cannot be unloaded: files are open");

	report(!load("echo_twin.ko", ""), "another driver takes name and minor at once");
	twin = open(ECHO_NODE, O_RDWR);
	report(!fstat(twin, &new) && new.st_rdev == old.st_rdev,
	       "name and minor are the other driver's now");
	report(write(twin, "x", 1) == 1, "the node leads to the other driver");
	report(pread(second, path, 1, 0) == -1 && errno == ENODEV, "old files do not");
	/* As of any driver's cdev, an inode by which a file of it is open leads there. */
	report(no_device(open_error(SECOND_NODE)), "nor does an inode by which one is open");
	close(attr);
	close(first);
	report(unload("chard_echo") == EAGAIN, "one file is left: still no unloading");
	close(second);
	report(!open_error(SECOND_NODE),
	       "when that is closed, the inode leads to the other driver");
	close(twin);
	report(!unload("echo_twin"), "the other driver can be unloaded");
	report(!unload("chard_echo"), "all are closed: the driver can be unloaded");
	close(heard_by);
	unlink(SECOND_NODE);

	report(!load("chard_echo.ko", "") && !open_error(ECHO_NODE), "it comes back");
	report(!attribute(ECHO_REMOVE, "1") && !unload("chard_echo"), "removed without any file");
}

#define DROPPED "chard_selftest: the device's state is dropped"

/* The handler removes its device, at each point where it may be. */
static void by_handler(void)
{
	static const struct {
		const char *name;
		unsigned long when;
	} whens[] = {
		{ "ioctl", CHARD_SELFTEST_REMOVE_NOW },
		{ "ioctl, lock held", CHARD_SELFTEST_REMOVE_LOCKED },
		{ "open", CHARD_SELFTEST_REMOVE_OPEN },
		{ "release", CHARD_SELFTEST_REMOVE_RELEASE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(whens); i++) {
		const char *name = whens[i].name;
		unsigned long when = whens[i].when;
		char path[64];
		int fd, other;

		clear_log();
		report(!load("chard_selftest.ko", ""), "%s: selftest loads", name);
		fd = open(SELFTEST_NODE, O_RDWR);
		other = open(SELFTEST_NODE, O_RDWR);
		report(!ioctl(fd, CHARD_SELFTEST_REMOVE, when), "%s: the handler is told to", name);
		if (when == CHARD_SELFTEST_REMOVE_OPEN) {
			int third = open(SELFTEST_NODE, O_RDWR);

			report(third >= 0, "%s: the open itself ends as ever", name);
			report(ioctl(third, CHARD_SELFTEST_FLAGS) == -1 && errno == ENODEV,
			       "%s: its file is refused", name);
			close(third);
		}
		if (when == CHARD_SELFTEST_REMOVE_RELEASE)
			close(fd);
		report(ioctl(other, CHARD_SELFTEST_FLAGS) == -1 && errno == ENODEV,
		       "%s: calls are refused at once", name);
		report(vanishes(SELFTEST_NODE), "%s: the node is gone soon", name);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", other);
		report(no_device(open_error(path)), "%s: no open", name);
		if (when != CHARD_SELFTEST_REMOVE_RELEASE)
			close(fd);
		report(!strstr(read_log(), DROPPED), "%s: the state lives while a file is open",
		       name);
		close(other);
		/* Or the removal does, where it comes after that: the node goes before its end. */
		for (int i = 0; i < 500 * slowness() && !strstr(read_log(), DROPPED); i++)
			usleep(10000);
		report(logged(DROPPED), "%s: the last close drops it", name);
		if (when == CHARD_SELFTEST_REMOVE_RELEASE)
			report(logged("misc chard-selftest: removed by its last close"),
			       "%s: the log still has a name for the device", name);
		report(!unload("chard_selftest"), "%s: selftest can be unloaded", name);
		report(log_clean(), "%s: the log is clean", name);
	}

	/* What is begun is waited for. */
	for (int i = 0; i < 20; i++) {
		int fd, error;

		load("chard_selftest.ko", "");
		fd = open(SELFTEST_NODE, O_RDWR);
		error = ioctl(fd, CHARD_SELFTEST_REMOVE, CHARD_SELFTEST_REMOVE_NOW);
		close(fd);
		if (error || unload("chard_selftest")) {
			report(false, "unloaded right behind the removal, round %d", i);
			return;
		}
	}
	report(true, "unloaded right behind the removal");
}

struct sleeper {
	int fd;
	char *page;
	ssize_t written;
	int error;
};

static void *write_page(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->written = write(sleeper->fd, sleeper->page, 4096);
	sleeper->error = errno;
	return NULL;
}

/* A write that waits for the page it reads from goes on through a removal. */
static void under_a_call(void)
{
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API };
	struct sleeper sleeper = {};
	struct pollfd wait = { .fd = uffd, .events = POLLIN };
	static char bytes[4096];
	pthread_t thread;
	char byte;

	report(!load("chard_echo.ko", ""), "call: echo loads");
	sleeper.fd = open(ECHO_NODE, O_RDWR);
	sleeper.page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register range = {
		.range = { (uintptr_t)sleeper.page, 4096 },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_copy copy = {
		.dst = (uintptr_t)sleeper.page,
		.src = (uintptr_t)bytes,
		.len = 4096,
	};
	report(!ioctl(uffd, UFFDIO_API, &api) && !ioctl(uffd, UFFDIO_REGISTER, &range),
	       "call: a page is waited for");
	if (pthread_create(&thread, NULL, write_page, &sleeper))
		exit(1);
	report(poll(&wait, 1, 10000) == 1, "call: a write sleeps in the handler");
	report(!attribute(ECHO_REMOVE, "1"), "call: the removal does not wait for it");
	report(read(sleeper.fd, &byte, 1) == -1 && errno == ENODEV, "call: others are refused");
	report(!ioctl(uffd, UFFDIO_COPY, &copy), "call: it goes on");
	pthread_join(thread, NULL);
	report(sleeper.written == 4096, "call: it ends as ever (%zd, errno %d)", sleeper.written,
	       sleeper.error);
	report(write(sleeper.fd, &byte, 1) == -1 && errno == ENODEV, "call: the next is refused");
	close(sleeper.fd);
	close(uffd);
	report(!unload("chard_echo"), "call: echo can be unloaded");
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: removal SECONDS\n");
		return 2;
	}
	/* What hangs is a failure, and says where it was. */
	alarm(300 * slowness());
	clear_log();
	report(!load("chard.ko", ""), "chard loads");
	report(!load("chard_echo.ko", ""), "echo loads");
	errors();
	by_attribute();
	under_a_call();
	report(log_clean(), "the log is clean");
	by_handler();
	mappings();
	uring();
	races(atoi(argv[1]));
	report(!unload("chard"), "chard can be unloaded");
	return report_end();
}
