// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz --seed N --seconds S [--threads T] [--least N] [--ops N] [--panics] [--kcov]
 *
 * Threads do everything that there is to do with the devices, with arguments
 * that nobody should pass, while a manager removes, unloads and loads them.
 * Runs in a guest of its own, as root in /chard. Prints TAP.
 *
 *   --seed N     what all threads draw from; without it, the time
 *   --seconds S  how long (10)
 *   --threads T  how many (6)
 *   --least N    longer, until there were so many operations in all
 *   --ops N      each thread ends after N operations
 *   --panics     handlers panic as well
 *   --kcov       the lines of "# kcov" that coverage.py reads
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include "fuzz.h"

struct options options = { .seconds = 10, .threads = 6 };
struct results *results;

static bool stop;
struct fuzzer fuzzers[MAX_THREADS];
static struct fuzzer managing = { .number = 1000 };

bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* Atomic, since a signal sets it. */
static __thread int interrupted;

static void note_interrupt(int signal)
{
	__atomic_store_n(&interrupted, signal, __ATOMIC_RELAXED);
}

void interrupt_all(void)
{
	for (unsigned int i = 0; i < options.threads; i++) {
		pid_t tid = __atomic_load_n(&fuzzers[i].tid, __ATOMIC_RELAXED);

		pid_t child = __atomic_load_n(&fuzzers[i].child_pid, __ATOMIC_RELAXED);

		if (tid)
			syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
		if (child)
			kill(child, SIGUSR1);
	}
}

void interruptible(bool on)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(on ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
}

void fail(struct fuzzer *f, const char *format, ...)
{
	unsigned long number = count(&results->failures);
	char text[200], line[sizeof(results->first)];
	va_list args;

	/* The first ones tell. */
	if (number > 20)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "seed %llu, thread %u, operation %llu%s, %s%s%s: %s",
		 (unsigned long long)options.seed, f->number, (unsigned long long)f->operation,
		 f->child ? ", its child" : "", f->now ? f->now->name : "manager",
		 f->device ? " of " : "", f->device ? f->device->name : "", text);
	printf("# %s\n", line);
	fflush(stdout);
	if (number == 1)
		memcpy(results->first, line, sizeof(line));
}

static bool may_be(const struct fuzzer *f, const struct operation *operation, int error)
{
	if (error == EBADF || error == ENODEV || error == ENXIO)
		return true;
	if (error == EIO && options.panics)
		return true;
	if (error == EINTR && __atomic_load_n(&interrupted, __ATOMIC_RELAXED))
		return true;
	for (unsigned int i = 0; i < ARRAY_SIZE(operation->errors); i++) {
		int may = operation->errors[i];

		if (may == POISONED && f->device && f->device->kind == TYPES)
			may = EIO;
		if (error && may == error)
			return true;
	}
	return false;
}

/* Each thread begins with every row, from a place of its own on. */
static const struct operation *pick_operation(struct fuzzer *f)
{
	static unsigned int all;
	unsigned int weight = 0, drawn;

	if (!all) {
		for (unsigned int i = 0; i < operations_count; i++)
			weight += operations[i].weight;
		all = weight;
	}
	if (!f->child && f->operation < operations_count)
		return &operations[(f->operation + 7 * f->number) % operations_count];
	drawn = below(f, all);
	for (const struct operation *operation = operations;; operation++) {
		if (drawn < operation->weight)
			return operation;
		drawn -= operation->weight;
	}
}

void one_operation(struct fuzzer *f)
{
	const struct operation *operation = pick_operation(f);
	long ret;

	f->now = operation;
	f->device = NULL;
	__atomic_store_n(&interrupted, 0, __ATOMIC_RELAXED);
	close_drained(f);
	kcov_begin();
	ret = operation->run(f);
	kcov_end();
	/* How far a child comes that is killed is chance. */
	count(f->child ? &results->by_children : &results->calls[operation - operations]);
	if (ret >= 0 && !f->child)
		count(&results->good[operation - operations]);
	else if (ret < 0 && !may_be(f, operation, -ret))
		fail(f, "%s (%ld), which can not be", strerror(-ret), -ret);
}

static void *run(void *argument)
{
	struct fuzzer *f = argument;

	kcov_init();
	__atomic_store_n(&f->tid, syscall(SYS_gettid), __ATOMIC_RELAXED);
	interruptible(true);
	for (__u64 i = 0; !stopped() && (!options.ops || i < options.ops); i++) {
		begin(f, i);
		one_operation(f);
	}
	interruptible(false);
	__atomic_store_n(&f->tid, 0, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < OWN_FILES; i++)
		close_file(&f->own[i]);
	return NULL;
}

static void *run_manager(void *argument)
{
	kcov_init();
	manage(argument);
	return NULL;
}

static void join(pthread_t thread, const char *what)
{
	struct timespec patience;

	clock_gettime(CLOCK_REALTIME, &patience);
	patience.tv_sec += 60;
	if (!pthread_timedjoin_np(thread, NULL, &patience))
		return;
	show_stacks();
	report(false, "%s ends when it is told to", what);
	report_end();
	/* What hangs in the kernel can not be waited for. */
	_exit(1);
}

static unsigned long operations_done(void)
{
	unsigned long all = 0;

	for (unsigned int i = 0; i < operations_count; i++)
		all += __atomic_load_n(&results->calls[i], __ATOMIC_RELAXED);
	return all;
}

/* Returns how long it took. */
static double fuzz(void)
{
	pthread_t threads[MAX_THREADS], server, manager;
	struct timespec begun, ended;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (unsigned int i = 0; i < options.threads; i++) {
		fuzzers[i].number = i;
		for (unsigned int j = 0; j < OWN_FILES; j++)
			fuzzers[i].own[j] = (struct file){ -1, &devices[j % devices_count], 0 };
		memory_init(&fuzzers[i]);
	}
	pthread_create(&server, NULL, serve_slow, fuzzers);
	for (unsigned int i = 0; i < options.threads; i++)
		pthread_create(&threads[i], NULL, run, &fuzzers[i]);
	pthread_create(&manager, NULL, run_manager, &managing);
	if (!options.ops) {
		sleep(options.seconds);
		while (operations_done() < options.least)
			sleep(1);
		__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	}
	if (!options.ops)
		devices_wake();
	for (unsigned int i = 0; i < options.threads; i++)
		join(threads[i], "a thread");
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(manager, "the manager");
	pthread_cancel(server);
	join(server, "the server of pages");
	for (unsigned int i = 0; i < options.threads; i++)
		memory_exit(&fuzzers[i]);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	return ended.tv_sec - begun.tv_sec + (ended.tv_nsec - begun.tv_nsec) / 1e9;
}

static void report_results(double seconds)
{
	unsigned long all = 0, unused = 0;

	for (unsigned int i = 0; i < operations_count; i++) {
		printf("# %-16s %8lu, of which well %8lu\n", operations[i].name, results->calls[i],
		       results->good[i]);
		all += results->calls[i];
		unused += !results->calls[i];
	}
	printf("# %lu operations by %u threads in %.1f s: %.0f a second; %lu bytes moved\n", all,
	       options.threads, seconds, all / seconds, results->bytes);
	printf("# %lu removals, %lu reloads, %lu unloads of what was in use, %lu loads refused\n",
	       results->removals, results->reloads, results->busy, results->refusals);
	printf("# %lu children, %lu of them killed, with %lu operations\n", results->children,
	       results->killed, results->by_children);
	printf("# %lu copies stopped, %lu for good\n", results->stopped_copies, results->stalls);
	report(!results->failures, "every answer is one that may be (%lu are not%s%s)",
	       results->failures, results->first[0] ? ", the first: " : "", results->first);
	/* By a number of operations there may be too few for that. */
	unused += !results->reloads || !results->killed || !results->stopped_copies ||
		  !results->stalls;
	if (!options.ops)
		report(!unused, "everything was done that there is to do");
}

static void parse(int argc, char **argv)
{
	options.seed = time(NULL);
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i], *value;

		if (!strcmp(name, "--panics")) {
			options.panics = true;
			continue;
		}
		if (!strcmp(name, "--kcov")) {
			options.kcov = true;
			continue;
		}
		value = argv[++i];
		if (!value) {
			fprintf(stderr, "fuzz: see the head of fuzz.c\n");
			exit(2);
		} else if (!strcmp(name, "--seed")) {
			options.seed = strtoull(value, NULL, 0);
		} else if (!strcmp(name, "--seconds")) {
			options.seconds = atoi(value);
		} else if (!strcmp(name, "--threads")) {
			options.threads = atoi(value);
		} else if (!strcmp(name, "--least")) {
			options.least = strtoul(value, NULL, 0);
		} else if (!strcmp(name, "--ops")) {
			options.ops = strtoul(value, NULL, 0);
		} else {
			fprintf(stderr, "fuzz: there is no option %s\n", name);
			exit(2);
		}
	}
	if (!options.threads || options.threads > MAX_THREADS)
		options.threads = MAX_THREADS;
}

static void set(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");

	if (file) {
		fputs(value, file);
		fclose(file);
	}
}

int main(int argc, char **argv)
{
	struct rlimit many = { 8192, 8192 };
	double seconds;

	parse(argc, argv);
	printf("# fuzz --seed %llu --seconds %u --threads %u --least %lu%s%s, %zu bits\n",
	       (unsigned long long)options.seed, options.seconds, options.threads, options.least,
	       options.panics ? " --panics" : "", options.kcov ? " --kcov" : "", sizeof(long) * 8);
	fflush(stdout);
	setrlimit(RLIMIT_NOFILE, &many);
	signal(SIGIO, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	/* Ends a wait; nothing is begun again behind it. */
	interruptible(false);
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = note_interrupt }, NULL);
	/* Report a task that hangs while this process is still there. */
	set("/proc/sys/kernel/hung_task_timeout_secs", "20");
	results = mmap(NULL, sizeof(*results), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	kcov_init();
	kcov_begin();
	begin(&managing, -1);
	report(!load("chard.ko", ""), "chard loads");
	kcov_loaded("chard");
	report(devices_refuse(&managing), "no driver takes parameters that are out of range");
	report(devices_load(&managing), "the drivers load");
	kcov_end();
	seconds = fuzz();
	kcov_begin();
	report(devices_unload(), "every driver can be unloaded");
	kcov_end();
	report_results(seconds);
	report(devices_answer(&managing), "the devices answer, loaded anew");
	kcov_begin();
	report(!unload("chard"), "chard can be unloaded");
	kcov_end();
	kcov_print();
	return report_end();
}
