// SPDX-License-Identifier: GPL-2.0
/* The machine is suspended, and a PCI device is reset, with callers in progress. */
#include "chard_edu.h"
#include "pci_test.h"

#define POWER "/sys/power/"
#define ALARM "/sys/class/rtc/rtc0/wakealarm"

static char memory[CHARD_EDU_SIZE];

static bool offers(const char *path, const char *word)
{
	char text[128] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool has = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && strstr(text, word);

	if (fd >= 0)
		close(fd);
	return has;
}

static bool has_kept(int fd)
{
	char now[CHARD_EDU_SIZE];

	return pread(fd, now, sizeof(now), 0) == sizeof(now) && !memcmp(now, memory, sizeof(now));
}

/* Factorials and transfers until the parent kills it, or one goes wrong: an errno, or 1. */
static int calls(const char *slot)
{
	int fd = node_of(slot, "edu");
	unsigned int number;

	for (;;) {
		number = 6;
		if (ioctl(fd, CHARD_EDU_FACTORIAL, &number))
			return errno;
		if (number != 720 || !has_kept(fd))
			return 1;
	}
}

static void go_on(pid_t *callers, int count, const char *what)
{
	bool alive = true;

	usleep(300000);
	for (int i = 0; i < count; i++) {
		char state = state_of(callers[i]);

		if (state == 'Z') {
			printf("# a caller has ended with %d\n", status_of(callers[i]));
			alive = false;
			continue;
		}
		dies(callers[i]);
		waitpid(callers[i], NULL, 0);
	}
	report(alive, "%s: the callers go on", what);
}

/* Suspends to @state, with callers: what has become of the memory of edu. */
static void through(int fd, const char *state, const char *what)
{
	pid_t callers[2];

	for (int i = 0; i < 2; i++)
		callers[i] = child(calls(edu_slot));
	usleep(100000);
	expect(0, store(POWER "state", state));
	go_on(callers, 2, what);
	report(has_kept(fd), "%s: its memory is there", what);
}

static void sleeps(int fd)
{
	if (access(POWER "pm_test", W_OK)) {
		printf("# this kernel has no pm_test: no suspend is tried\n");
		return;
	}
	store("/sys/module/suspend/parameters/pm_test_delay", "1");
	expect(0, store(POWER "pm_test", "devices"));
	through(fd, "freeze", "a suspend as far as devices");
	if (offers(POWER "state", "disk"))
		through(fd, "disk", "a hibernation as far as devices");
	if (offers(POWER "mem_sleep", "deep")) {
		expect(0, store(POWER "mem_sleep", "deep"));
		expect(0, store(POWER "pm_test", "core"));
		through(fd, "mem", "a suspend as far as the core");
	}
	expect(0, store(POWER "pm_test", "none"));
	if (!offers(POWER "mem_sleep", "deep") || access(ALARM, W_OK)) {
		printf("# this machine has no S3 or no alarm\n");
		return;
	}
	expect(0, store(ALARM, "+3"));
	through(fd, "mem", "S3");
}

/* Callers do not learn of it. */
static void resets(void)
{
	char path[80];
	int fd = node_of(far_slot, "edu");
	pid_t callers[3];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", far_slot);
	if (access(path, W_OK)) {
		report(false, "a PCI device that is alone behind a bridge can be reset");
		return;
	}
	expect(CHARD_EDU_SIZE, pwrite(fd, memory, sizeof(memory), 0));
	for (int i = 0; i < 3; i++)
		callers[i] = child(calls(far_slot));
	for (int i = 0; i < 5; i++) {
		if (store(path, "1"))
			report(false, "reset %d: %s", i, strerror(errno));
	}
	go_on(callers, 3, "reset five times");
	report(has_kept(fd), "its memory is there");
	close(fd);
}

void suspends(void)
{
	int fd = node_of(edu_slot, "edu");

	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = i * 11 + i / 256;
	expect(CHARD_EDU_SIZE, pwrite(fd, memory, sizeof(memory), 0));
	sleeps(fd);
	resets();
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
