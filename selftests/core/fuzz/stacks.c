// SPDX-License-Identifier: GPL-2.0
/* Where the fuzzer's tasks are in the kernel, and what they have open: one hangs. */
#include <ctype.h>
#include <dirent.h>

#include "fuzz.h"

static void show_stack(const char *pid, const char *tid)
{
	char path[600], line[200];
	FILE *stack;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/stack", pid, tid);
	stack = fopen(path, "r");
	printf("# process %s, thread %s:\n", pid, tid);
	while (stack && fgets(line, sizeof(line), stack))
		printf("#   %s", line);
	if (stack)
		fclose(stack);
}

/* The nodes that the process has open. */
static void show_files(const char *pid)
{
	char path[600], target[200];
	struct dirent *fd;
	ssize_t len;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	fds = opendir(path);
	while (fds && (fd = readdir(fds))) {
		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, fd->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		if (len > 0 && (!strncmp(target, "/dev/", 5) || !strncmp(target, "/tmp/", 5)))
			printf("# process %s has %s, %.*s\n", pid, fd->d_name, (int)len, target);
	}
	if (fds)
		closedir(fds);
}

static void show_process(const char *pid)
{
	char path[300], target[1];
	struct dirent *task;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	/* The kernel's own threads have none. */
	if (readlink(path, target, sizeof(target)) < 0)
		return;
	show_files(pid);
	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	while (tasks && (task = readdir(tasks))) {
		if (isdigit(task->d_name[0]))
			show_stack(pid, task->d_name);
	}
	if (tasks)
		closedir(tasks);
}

/* What each thread does by its own account, and which files it knows of. */
static void show_threads(void)
{
	for (unsigned int i = 0; i < options.threads; i++) {
		const struct fuzzer *f = &fuzzers[i];

		printf("# thread %u is %d: operation %llu, %s; has", i, f->tid,
		       (unsigned long long)f->operation, f->now ? f->now->name : "none");
		for (unsigned int j = 0; j < OWN_FILES; j++) {
			if (f->own[j].fd >= 0)
				printf(" %d of %s,", f->own[j].fd, f->own[j].device->name);
		}
		printf("\n");
	}
}

/* show_stacks() - say it on stdout, in comments of TAP */
void show_stacks(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *process;

	show_threads();
	while (processes && (process = readdir(processes))) {
		if (isdigit(process->d_name[0]))
			show_process(process->d_name);
	}
	if (processes)
		closedir(processes);
	fflush(stdout);
}
