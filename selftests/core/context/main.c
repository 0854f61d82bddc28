// SPDX-License-Identifier: GPL-2.0
/*
 * context: what each method may do, tried on each way that leads to it, and compared with
 * the table of docs/context.md. Runs in a guest of its own, as root in /chard. Prints TAP.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "test.h"

#define KO "chard_context.ko"

int control;
char hot[4096];
static bool with_signal;

void become(int user)
{
	if (seteuid(0) || seteuid(user))
		_exit(100);
	/* Its own files in /proc stay its own. */
	prctl(PR_SET_DUMPABLE, 1);
}

bool idle(void)
{
	return ioctl(control, CHARD_CONTEXT_IDLE) == 1;
}

int arm(int fd, const struct way *way)
{
	static char *absent;
	struct chard_context_arm arm = {
		.method = way->method,
		.way = way->way,
		.signal = with_signal,
		.any_file = way->any_file,
	};

	if (!absent) {
		absent = mmap(NULL, 4096 * CHARD_CONTEXT_VARIANTS, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(absent, 4096 * CHARD_CONTEXT_VARIANTS, MADV_NOHUGEPAGE);
	}
	memset(hot, 1, sizeof(hot));
	arm.address = (unsigned long)hot;
	arm.absent = (unsigned long)absent;
	return result(ioctl(fd, CHARD_CONTEXT_ARM, &arm));
}

/* A child: opens as one user, calls as another. Returns what it exits with. */
static int lead(const struct way *way)
{
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	int fd = -1, error = 0;

	if (!way->any_file) {
		become(OPENER);
		fd = open(FIRST, O_RDWR | (way->call == call_exec ? O_CLOEXEC : 0));
		if (fd < 0)
			return errno;
		become(0);
	}
	if (!way->arms)
		error = arm(way->any_file ? control : fd, way);
	if (error)
		return error;
	if (with_signal)
		setitimer(ITIMER_REAL, &often, NULL);
	return way->call(fd, way);
}

static void nothing(int number)
{
	(void)number;
}

bool is_alone(const struct way *way)
{
	return way->call == call_open_misc || way->call == call_bound;
}

#define ADD "/sys/devices/chard-context/add"
#define MADE "/sys/class/chard/chard-context9/"

/*
 * All that is tried needs a lock that another has, a device to be removed, and a number for
 * another. One that just goes can not be opened, and its number is not free yet.
 */
static bool prepared(const struct way *way)
{
	int error, fd;

	if (is_alone(way))
		return ioctl(control, CHARD_CONTEXT_PREPARE) == 1;
	error = store(ADD, "8");
	fd = open("/dev/chard-context8", O_RDWR);
	if (fd >= 0)
		close(fd);
	if ((error && error != EEXIST) || fd < 0)
		return false;
	error = store(ADD, "9");
	error = error ?: store(MADE "remove", "1");
	return !error && ioctl(control, CHARD_CONTEXT_PREPARE) == 1;
}

static void try(const struct way *way, bool signal)
{
	int status;
	pid_t child;

	with_signal = signal;
	if (!within(prepared(way)))
		report(false, "%s, way %u: all is prepared", way->row, way->way);
	child = fork();
	if (!child)
		_exit(lead(way));
	/* One that waits for what never comes is not to keep the rest from being tried. */
	if (!within(waitpid(child, &status, WNOHANG))) {
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	}
	if (status)
		report(false, "%s, way %u: called: status %#x, %s", way->row, way->way, status,
		       strerror(WEXITSTATUS(status)));
	if (!within(idle()))
		report(false, "%s, way %u: has tried", way->row, way->way);
	if (signal) {
		expect_row(way, CHARD_CONTEXT_SIGNAL);
		return;
	}
	expect_row(way, CHARD_CONTEXT_PLAIN);
	/* Where there is no call, nothing is held. */
	if (way->method < CHARD_CONTEXT_LOAD)
		for (unsigned int i = CHARD_CONTEXT_SPIN; i < CHARD_CONTEXT_VARIANTS; i++)
			expect_row(way, i);
}

static void try_all(void)
{
	expect(0, load(KO, ""));
	control = open(FIRST, O_RDWR);
	for (unsigned int i = 0; i < ways_count; i++) {
		if (is_alone(&ways[i]))
			continue;
		try(&ways[i], false);
		if (ways[i].signals)
			try(&ways[i], true);
	}
	close(control);
	expect(0, unload("chard_context"));
	report(row_has_memory("unload") == logged("unload: Ok(()) Ok(())"),
	       "unload: the memory that is documented");
}

/* The same driver as a misc device, by its node and by one that leads to misc_open(). */
static void try_misc(void)
{
	struct way removes = { CHARD_CONTEXT_OPEN, WAY_REMOVES, "open", call_open_misc, true };
	int status;

	unlink(BY_NUMBER);
	expect(0, result(mknod(BY_NUMBER, S_IFCHR | 0666, makedev(10, 77))));
	chmod(BY_NUMBER, 0666);
	report(open(BY_NUMBER, O_RDWR) < 0, "there is no such misc device yet");
	for (int fallback = 0; fallback < 2; fallback++) {
		expect(0, load("chard_ctxalone.ko", ""));
		control = open(ALONE, O_RDWR);
		for (unsigned int i = 0; i < ways_count; i++)
			if (ways[i].call == call_open_misc)
				try(&ways[i], false);
		removes.row = fallback ? "open by misc_open()" : "open";
		status = fork();
		if (!status)
			_exit(lead(&removes));
		waitpid(status, &status, 0);
		/* Whether the device had gone is what the open answers. */
		expect(fallback ? EXDEV : EISDIR, WEXITSTATUS(status));
		close(control);
		expect(0, unload("chard_ctxalone"));
	}
	unlink(BY_NUMBER);
}

/* The same driver bound to something, whose C calls the handler. */
static void try_bound(void)
{
	expect(0, load("chard_ctxbound.ko", ""));
	control = open(BOUND, O_RDWR);
	for (unsigned int i = 0; i < ways_count; i++)
		if (ways[i].call == call_bound)
			try(&ways[i], false);
	close(control);
	expect(0, unload("chard_ctxbound"));
}

int main(void)
{
	struct sigaction action = { .sa_handler = nothing };

	sigaction(SIGALRM, &action, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	report(!load("chard.ko", ""), "chard loads");
	try_all();
	try_misc();
	try_bound();
	expect_all_rows_used();
	report(!unload("chard"), "chard can be unloaded");
	report(log_is_clean(), "the log is clean");
	return report_end();
}
