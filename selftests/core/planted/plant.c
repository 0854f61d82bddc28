// SPDX-License-Identifier: GPL-2.0
/*
 * plant: makes each planted bug and looks for what is reported about it, by the
 * tool that is meant for it. Runs in a guest of its own, as root in /chard: a
 * tool may report once and never again. Prints TAP.
 *
 * plant KIND LANGUAGE: the bugs for a kernel of that kind (kasan, kcsan, cfi), in c
 * or rust.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../faults/module.h"
#include "chard_planted.h"

static const char *language;
static const char *node;

/* The name of a function, planted_LANGUAGE_BUG, and what @format has around it. */
static const char *named(const char *format, const char *bug)
{
	static char names[4][160];
	static int next;
	char *name = names[next++ % 4];
	char function[80];

	snprintf(function, sizeof(function), "planted_%s_%s", language, bug);
	snprintf(name, sizeof(names[0]), format, function);
	return name;
}

static void plant(unsigned long cmd)
{
	int fd = open(node, O_RDWR);

	clear_log();
	report(fd >= 0 && ioctl(fd, cmd) >= 0, "the bug is made");
	close(fd);
}

/* @what is good if the log has both texts. */
static void report_if(const char *text, const char *name, const char *what)
{
	report(logged(text) && logged(name), "%s", what);
}

static void try_use_after_free(void)
{
	plant(CHARD_PLANTED_USE_AFTER_FREE);
	/* 6.1 says use-after-free, later ones slab-use-after-free. */
	report_if("BUG: KASAN: ", named("use-after-free in %s", "use_after_free"),
		  "use after free: KASAN names the function");
}

static void try_lock_order(void)
{
	plant(CHARD_PLANTED_LOCK_ORDER);
	report_if("possible circular locking dependency detected", named("%s+0x", "lock_order"),
		  "lock order: lockdep names the function");
}

static void try_sleep(void)
{
	plant(CHARD_PLANTED_SLEEP);
	report_if("BUG: sleeping function called from invalid context", named("%s+0x", "sleep"),
		  "sleep under a spinlock: DEBUG_ATOMIC_SLEEP names the function");
}

static void scan(void)
{
	int fd = open("/sys/kernel/debug/kmemleak", O_WRONLY);

	if (fd < 0 || write(fd, "scan", 4) != 4)
		report(false, "kmemleak scans");
	close(fd);
}

/* See selftests/vm/leaks for the times, and for why it scans more than once. */
static void try_leak(void)
{
	static char found[1 << 16];
	time_t begun;
	int scans = 0;
	FILE *file;

	plant(CHARD_PLANTED_LEAK);
	begun = time(NULL);
	do {
		scan();
		do
			sleep(1);
		while (time(NULL) < begun + 6);
		file = fopen("/sys/kernel/debug/kmemleak", "r");
		found[file ? fread(found, 1, sizeof(found) - 1, file) : 0] = '\0';
		if (file)
			fclose(file);
	} while (!strstr(found, named("%s+0x", "leak")) && ++scans < 3);
	report(strstr(found, "unreferenced object") && strstr(found, named("%s+0x", "leak")),
	       "leak: kmemleak names the function");
	printf("# %.1500s\n", found);
}

/* Two callers, until the race was seen. */
static void try_race(void)
{
	const char *module = !strcmp(language, "c") ? "planted_c" : "chard_planted";
	char words[160];
	time_t end = time(NULL) + 60;
	pid_t children[2];
	const char *function = named("%s", "data_race");

	snprintf(words, sizeof(words), "BUG: KCSAN: data-race in %s [%s] / %s [%s]", function,
		 module, function, module);
	clear_log();
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		if (!children[i]) {
			int fd = open(node, O_RDWR);

			while (ioctl(fd, CHARD_PLANTED_DATA_RACE) >= 0)
				;
			_exit(1);
		}
	}
	while (!strstr(read_log(), words) && time(NULL) < end)
		sleep(1);
	for (int i = 0; i < 2; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	report(logged(words), "data race: KCSAN names the function, twice");
}

/* The task that makes the call does not come back: the kernel treats it as a bug. */
static void try_call_type(void)
{
	int status = 0;
	pid_t child;

	plant(CHARD_PLANTED_CALLS);
	report(log_lacks("CFI failure"), "calls of their own type: kCFI reports none");
	clear_log();
	fflush(stdout);
	child = fork();
	if (!child) {
		int fd = open(node, O_RDWR);

		_exit(ioctl(fd, CHARD_PLANTED_CALL_TYPE) >= 0 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	report(!WIFEXITED(status), "call of another type: the task is ended");
	report_if("CFI failure at ", named("%s+0x", "call_type"),
		  "call of another type: kCFI names the function");
}

int main(int argc, char **argv)
{
	bool rust;

	if (argc != 3) {
		fprintf(stderr, "usage: plant kasan|kcsan|cfi c|rust\n");
		return 2;
	}
	language = argv[2];
	rust = !strcmp(language, "rust");
	node = rust ? "/dev/chard-planted" : "/dev/planted-c";
	report(rust ? !load("chard.ko", "") && !load("chard_planted.ko", "")
		    : !load("planted_c.ko", ""),
	       "planted bugs in %s load", language);
	if (!strcmp(argv[1], "kcsan")) {
		try_race();
		return report_end();
	}
	if (!strcmp(argv[1], "cfi")) {
		try_call_type();
		return report_end();
	}
	try_leak();
	/* Lockdep is silent behind any report, its own or KASAN's. */
	try_lock_order();
	try_use_after_free();
	try_sleep();
	return report_end();
}
