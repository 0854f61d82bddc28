// SPDX-License-Identifier: GPL-2.0
/*
 * A panic in each operation and callback, and the reset behind it; what must not
 * sleep; objects that are dropped or forgotten while they are on.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "armed/chard_armed.h"
#include "module.h"

static const char node[] = "/dev/chard-armed";
static const char sysfs[] = "/sys/class/misc/chard-armed/";

/* The errno of a write to an attribute, 0 for none. */
static int attribute(const char *name, const char *text)
{
	char path[128];
	int fd, error;

	snprintf(path, sizeof(path), "%s%s", sysfs, name);
	fd = open(path, O_WRONLY);
	error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return error;
}

static long panics(void)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "%spanics", sysfs);
	fd = open(path, O_RDONLY);
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return atol(text);
}

static unsigned long long count(int fd)
{
	__u64 value = 0;

	ioctl(fd, CHARD_ARMED_COUNT, &value);
	return value;
}

/* Each does its call, and gives the errno. */
static int call_read(int fd)
{
	char byte;

	return read(fd, &byte, 1) < 0 ? errno : 0;
}

static int call_write(int fd)
{
	return write(fd, "x", 1) < 0 ? errno : 0;
}

static int call_readv(int fd)
{
	struct iovec two[2] = { { two, 0 }, { &two, 1 } };

	return readv(fd, two, 2) < 0 ? errno : 0;
}

static int call_writev(int fd)
{
	struct iovec two[2] = { { "", 0 }, { "x", 1 } };

	return writev(fd, two, 2) < 0 ? errno : 0;
}

static int call_seek(int fd)
{
	return lseek(fd, 0, SEEK_SET) < 0 ? errno : 0;
}

/* EPOLLERR and nothing else, which is what EIO is there. */
static int call_poll(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	return poll(&one, 1, 0) == 1 && one.revents == POLLERR ? EIO : 0;
}

static int call_fasync(int fd)
{
	return fcntl(fd, F_SETFL, O_ASYNC) ? errno : 0;
}

static int call_flush(int fd)
{
	return close(dup(fd)) ? errno : 0;
}

static int call_fsync(int fd)
{
	return fsync(fd) ? errno : 0;
}

static int call_locks(int fd)
{
	return ioctl(fd, CHARD_ARMED_LOCKS) ? errno : 0;
}

static int call_wait(int fd)
{
	return ioctl(fd, CHARD_ARMED_WAIT) ? errno : 0;
}

static char *map(int fd, int flags)
{
	return mmap(NULL, CHARD_ARMED_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);
}

static int call_mmap(int fd)
{
	char *at = map(fd, MAP_SHARED);

	if (at == MAP_FAILED)
		return errno;
	munmap(at, CHARD_ARMED_BYTES);
	return 0;
}

static sigjmp_buf touched;

static void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

/* The signal that a write ends with, 0 for none. */
static int touch(char *at)
{
	int failed;

	signal(SIGBUS, touch_failed);
	failed = sigsetjmp(touched, 1);
	if (!failed)
		__atomic_store_n(at, 'w', __ATOMIC_RELAXED);
	signal(SIGBUS, SIG_DFL);
	return failed;
}

/* SIGBUS, which is what EIO is there. */
static int call_fault(int fd)
{
	char *at = map(fd, MAP_SHARED);
	int signal = touch(at);

	munmap(at, CHARD_ARMED_BYTES);
	return signal == SIGBUS ? EIO : 0;
}

static int call_command(int fd)
{
	return -command_error(fd, CHARD_ARMED_CMD_KEEP);
}

/* A callback's panic is seen by what the device answers a moment later. */
static int call_back(int fd, unsigned long start)
{
	if (ioctl(fd, start))
		return errno;
	for (int i = 0; i < 200; i++) {
		if (call_read(fd))
			return errno;
		usleep(5000);
	}
	return 0;
}

static int call_timer(int fd)
{
	return call_back(fd, CHARD_ARMED_START_TIMER);
}

static int call_work(int fd)
{
	return call_back(fd, CHARD_ARMED_START_WORK);
}

static int call_thread(int fd)
{
	return call_back(fd, CHARD_ARMED_START_THREAD);
}

/* @entry is NULL where the place that panics has been reported before. */
static const struct {
	const char *name;
	const char *entry;
	unsigned long what;
	int (*call)(int fd);
} operations[] = {
	{ "read", "chard_read", CHARD_ARMED_READ, call_read },
	{ "readv", NULL, CHARD_ARMED_READ, call_readv },
	{ "write", "chard_write", CHARD_ARMED_WRITE, call_write },
	{ "writev", NULL, CHARD_ARMED_WRITE, call_writev },
	{ "llseek", "chard_llseek", CHARD_ARMED_SEEK, call_seek },
	{ "poll", "chard_poll", CHARD_ARMED_POLL, call_poll },
	{ "fasync", "chard_fasync", CHARD_ARMED_FASYNC, call_fasync },
	{ "flush", "chard_flush", CHARD_ARMED_FLUSH, call_flush },
	{ "fsync", "chard_fsync", CHARD_ARMED_FSYNC, call_fsync },
	{ "ioctl, two spinlocks", "chard_unlocked_ioctl", CHARD_ARMED_LOCKED, call_locks },
	{ "ioctl, in a queue", "chard_unlocked_ioctl", CHARD_ARMED_WAITING, call_wait },
	{ "mmap", "chard_mmap", CHARD_ARMED_MAP, call_mmap },
	{ "fault", "chard_fault", CHARD_ARMED_FAULT, call_fault },
	{ "uring_cmd", "chard_uring_cmd", CHARD_ARMED_COMMAND, call_command },
	{ "uring_cmd, one that waits", "chard_uring_cmd", CHARD_ARMED_COMMAND_LATER, call_command },
	{ "timer", "chard_timer", CHARD_ARMED_TIMER, call_timer },
	{ "timer, a spinlock", "chard_timer", CHARD_ARMED_TIMER_LOCKED, call_timer },
	{ "work", "chard_work", CHARD_ARMED_WORK, call_work },
	{ "thread", "chard_thread", CHARD_ARMED_THREAD, call_thread },
};

static void each_operation(int fd)
{
	char text[80];

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		const char *name = operations[i].name;
		long before = panics();
		bool good;
		int error;

		clear_log();
		good = !ioctl(fd, CHARD_ARMED_ARM, operations[i].what);
		error = operations[i].call(fd);
		report(good && error == EIO, "everywhere, %s: EIO (%d)", name, error);
		if (operations[i].entry) {
			snprintf(text, sizeof(text), "chard-armed, in %s", operations[i].entry);
			report(logged(text), "everywhere, %s: the log says where", name);
		}
		report(panics() == before + 1, "everywhere, %s: one panic more", name);
		report(open(node, O_RDWR) == -1 && errno == EIO, "everywhere, %s: quarantined",
		       name);
		report(!attribute("reset", "1"), "everywhere, %s: it is reset", name);
		report(!call_read(fd) && !call_locks(fd), "everywhere, %s: it answers again", name);
	}
	report(log_is_clean(), "everywhere: the kernel has nothing to say");
}

/* What is mapped stays so behind a panic; what is not, is not until the reset. */
static void mapped_while_quarantined(int fd)
{
	char *shared = map(fd, MAP_SHARED), *private = map(fd, MAP_PRIVATE);
	bool good = !touch(shared) && !touch(private);
	int ends[2];

	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ);
	report(good && call_read(fd) == EIO, "mapped: a call panics");
	report(!touch(shared) && !touch(private), "mapped: what is mapped stays");
	report(touch(shared + 4096) == SIGBUS && touch(private + 4096) == SIGBUS,
	       "mapped: what is touched for the first time is SIGBUS");
	report(!pipe(ends) && write(ends[1], shared + 4096, 1) == -1 && errno == EFAULT,
	       "mapped: a call that touches it gets EFAULT");
	report(call_mmap(fd) == EIO, "mapped: mmap gives EIO");
	report(!attribute("reset", "1") && !touch(shared + 4096) && !touch(private + 4096),
	       "mapped: behind the reset all can be touched");
	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_OTHER_PAGE);
	report(touch(shared + 8192) == SIGBUS, "mapped: a page of another place is SIGBUS");
	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_NO_PAGE);
	report(touch(shared + 8192) == SIGBUS,
	       "mapped: one that the handler has no memory for, too");
	report(!touch(shared + 8192), "mapped: the right one is mapped");
	munmap(shared, CHARD_ARMED_BYTES);
	munmap(private, CHARD_ARMED_BYTES);
	close(ends[0]);
	close(ends[1]);
}

static void resets(int fd)
{
	report(attribute("reset", "0") == EINVAL && attribute("reset", "what") == EINVAL,
	       "reset: only 1 is written");
	report(!attribute("reset", "1"), "reset: of what answers is nothing");
	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ | CHARD_ARMED_RESET);
	report(call_read(fd) == EIO && attribute("reset", "1") == EIO && call_read(fd) == EIO,
	       "reset: one that panics leaves the quarantine");
	report(!attribute("reset", "1") && !call_read(fd), "reset: the next one ends it");
}

/* A child that waits in the device: it exits with the errno. */
static pid_t waiter(int fd)
{
	pid_t child = fork();

	if (!child)
		_exit(call_wait(fd));
	usleep(200000);
	return child;
}

static int exit_of(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void waiters_learn(int fd)
{
	pid_t child = waiter(fd);

	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ);
	report(call_read(fd) == EIO && exit_of(child) == EIO,
	       "waiters: who sleeps learns of a panic");
	report(!attribute("reset", "1"), "waiters: it is reset");
}

/* A child in a fault that has its page already: it exits with the signal, or what it sees. */
static pid_t late_fault(int fd)
{
	pid_t child;

	ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_LATE_FAULT);
	child = fork();
	if (!child) {
		char *at = map(fd, MAP_SHARED);
		int signal = touch(at + 4096);

		_exit(signal ? signal : at[0]);
	}
	usleep(200000);
	return child;
}

/* A page that has left its array is not mapped: the fault asks again. */
static void punched_in_a_fault(int fd)
{
	char *at = map(fd, MAP_SHARED);
	pid_t child = late_fault(fd);

	report(!ioctl(fd, CHARD_ARMED_PUNCH) && !exit_of(child),
	       "mapped: a page is punched while a fault has it");
	report(at[4096] == 'w', "mapped: the fault has mapped the one behind it");
	munmap(at, CHARD_ARMED_BYTES);
}

/* What the task has switched off that a timer comes to is not the timer's. */
static void over_another_task(int fd)
{
	cpu_set_t first;
	bool good;
	int at;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	good = !load("context.ko", "symbol=chard_armed_read") &&
	       !sched_setaffinity(0, sizeof(first), &first) &&
	       !ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_TIMER) &&
	       !ioctl(fd, CHARD_ARMED_START_TIMER);
	at = open("/sys/module/context/parameters/spin", O_WRONLY);
	good &= write(at, "1", 1) == 1;
	close(at);
	report(good && call_read(fd) == EIO,
	       "a timer panics that has come to a task with page faults and migration off");
	report(!attribute("reset", "1") && !call_read(fd) && !unload("context"),
	       "that is contained, and the device is reset");
}

/* Timers, one of them forgotten, are on when the device goes. */
static void removed_while_on(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	unsigned long long before;
	pid_t child = waiter(fd), poller, faulting = late_fault(fd);
	bool good;

	good = !ioctl(fd, CHARD_ARMED_START_TIMER) && !ioctl(fd, CHARD_ARMED_DROP);
	before = count(fd);
	usleep(100000);
	report(good && count(fd) > before, "removal: timers are on, dropped or forgotten");
	poller = fork();
	if (!poller)
		_exit(poll(&one, 1, 10000) == 1 ? one.revents : 0);
	usleep(200000);
	report(!attribute("remove", "1"), "removal: the device is removed");
	report(exit_of(child) == ENODEV, "removal: who sleeps gets ENODEV");
	report(exit_of(faulting) == SIGBUS, "removal: a fault that has its page is SIGBUS");
	report(exit_of(poller) == (POLLERR | POLLHUP), "removal: who polls gets POLLERR, POLLHUP");
	report(poll(&one, 1, 0) == 1 && one.revents == (POLLERR | POLLHUP),
	       "removal: so does who polls later");
	report(call_read(fd) == ENODEV && !close(dup(fd)), "removal: ENODEV, and close works");
}

static const struct {
	const char *how;
	const char *said;
	bool counted; /* in preempt_count(), and nowhere else */
} contexts[] = {
	{ "preemption", "it panicked with preemption off", true },
	{ "interrupts", "it panicked with interrupts off" },
	{ "rcu", "it panicked in an RCU section", true },
	{ "faults", "it panicked with page faults off" },
	{ "migration", "it panicked with migration off" },
};

/* Whether this kernel counts what keeps a task on its processor; 6.12-nopreempt does not. */
static bool counts_preemption(void)
{
	struct utsname name;

	return !uname(&name) && strstr(name.version, "PREEMPT");
}

/* What was switched off would stay so: no panic is contained there. */
static void in_wrong_contexts(void)
{
	bool good = !load("chard_armed.ko", "") && !load("context.ko", "symbol=chard_armed_read");
	bool counts = counts_preemption();

	report(good, "contexts: the entry is probed");
	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
		const char *how = contexts[i].how;
		int status = -1;
		pid_t child;

		clear_log();
		fflush(stdout);
		child = fork();
		if (!child) {
			int fd = open(node, O_RDWR);
			int at = open("/sys/module/context/parameters/how", O_WRONLY);

			ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ);
			if (write(at, how, strlen(how)) < 0)
				_exit(1);
			_exit(call_read(fd));
		}
		waitpid(child, &status, 0);
		if (contexts[i].counted && !counts) {
			/* Nothing is switched off, and nothing would stay so. */
			good = WIFEXITED(status) && WEXITSTATUS(status) == EIO;
			report(good && !attribute("reset", "1"), "contexts, %s off: the call ends",
			       how);
			continue;
		}
		report(WIFSIGNALED(status) && logged(contexts[i].said),
		       "contexts, %s off: BUG ends the caller, and the log says why", how);
	}
	report(!unload("context") && !unload("chard_armed"), "contexts: all is unloaded");
}

/* panics_everywhere() - all of this; @bugs: and what ends in BUG() */
void panics_everywhere(bool bugs)
{
	int fd;

	if (bugs) {
		in_wrong_contexts();
		return;
	}
	report(!load("chard_armed.ko", ""), "everywhere: armed loads");
	fd = open(node, O_RDWR);
	report(!ioctl(fd, CHARD_ARMED_SLEEP_LOCKED) && !call_locks(fd),
	       "under a spinlock nothing sleeps: EDEADLK");
	each_operation(fd);
	mapped_while_quarantined(fd);
	resets(fd);
	waiters_learn(fd);
	commands(fd);
	report(!attribute("reset", "1"), "commands: the device is reset");
	report(!ioctl(fd, CHARD_ARMED_OWN), "pages and work that a call makes and drops");
	over_another_task(fd);
	punched_in_a_fault(fd);
	removed_while_on(fd);
	clear_log();
	report(unload("chard_armed") == EAGAIN && !close(fd) && !unload("chard_armed"),
	       "everywhere: armed is unloaded, once no file is open");
	/*
	 * The forgotten timer and command, the command and the page that panicking calls
	 * had in hand.
	 */
	report(logged("left behind: 0 devices, 0 files, 0 states, 3 boxes, 1 pages"),
	       "everywhere: what was forgotten is counted");
	report(log_is_clean(), "everywhere: the kernel has nothing to say at the end");
}
