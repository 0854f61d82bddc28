// SPDX-License-Identifier: GPL-2.0
/*
 * failnth: the first, the second, the third ... allocation or user copy of each
 * operation is refused, until there is none left to refuse. For kernels that are
 * built with fault injection; runs in a guest of its own, as root in /chard.
 * Prints TAP.
 *
 * Each refusal gives an errno that fits it, or is made up for; and then the same
 * operation works. At the end there is nothing left behind.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "failnth.h"
#include "../module.h"

#define MOST 3000

static int knob;

static void refuse(int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", nth);

	/* What is left of the last may refuse this very write, once. */
	if (pwrite(knob, text, length, 0) != length && pwrite(knob, text, length, 0) != length)
		report(false, "fail-nth takes %d: %s", nth, strerror(errno));
}

/* Whether what was to be refused was. */
static bool was_refused(void)
{
	char text[16] = "";

	if (pread(knob, text, sizeof(text) - 1, 0) <= 0)
		return false;
	return atoi(text) == 0;
}

static void sweep(const struct step *step)
{
	int nth, error, refused = 0, wrong = 0;

	for (nth = 1; nth < MOST; nth++) {
		bool fired, done;

		refuse(nth);
		error = step->run();
		fired = was_refused();
		refuse(0);
		done = !error;
		if (error) {
			refused++;
			if (!fired || (step->exact && error != ENOMEM && error != EFAULT)) {
				printf("# %s: refusal %d gives %s\n", step->name, nth,
				       strerror(error));
				wrong++;
			}
			/* Modules take their time: there, the next refusal tells. */
			error = step->exact ? step->run() : 0;
			if (error) {
				printf("# %s: behind refusal %d: %s\n", step->name, nth,
				       strerror(error));
				wrong++;
			}
			done = step->exact && !error;
		}
		error = done ? step->undo() : 0;
		if (error) {
			printf("# %s: not undone behind refusal %d: %s\n", step->name, nth,
			       strerror(error));
			wrong++;
		}
		if (!fired || wrong > 10)
			break;
	}
	report(!wrong && nth < MOST, "%s: %d refusals, of which %d gave an error", step->name,
	       nth - 1, refused);
}

static void walk(const char *what, const struct step *steps)
{
	int error;

	for (const struct step *step = steps; step->run; step++) {
		error = step->undo ? 0 : step->run();
		if (step->undo)
			sweep(step);
		else if (error)
			report(false, "%s, step %td: %s", what, step - steps, strerror(error));
	}
}

static void set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		report(false, "%s takes %s", path, value);
	close(fd);
}

int main(void)
{
	knob = open("/proc/thread-self/fail-nth", O_RDWR);
	if (knob < 0) {
		printf("ok 1 - # SKIP this kernel has no fault injection\n1..1\n");
		return 0;
	}
	/* Refuse what may wait for memory, too; and do not say so each time. */
	set("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	set("/sys/kernel/debug/failslab/verbose", "0");
	set("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	set("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	set("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	set("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	set("/sys/kernel/debug/fail_usercopy/verbose", "0");
	walk("calls", call_steps);
	walk("regions", region_steps);
	walk("memory", memory_steps);
	walk("commands", command_steps);
	report(!unload("chard"), "all is unloaded");
	report(!strstr(read_log(), "left behind"), "refusals left no trace");
	return report_end();
}
