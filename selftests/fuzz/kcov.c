// SPDX-License-Identifier: GPL-2.0
/*
 * Which places of our modules' C the threads come to, by KCOV of a kernel that
 * is built with it. coverage.py makes lines of them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "fuzz.h"

#define WORDS (64 << 10)
#define MAX_SECTIONS 64
#define MAX_PLACES 8192
/* More than any section of ours has. */
#define SECTION_BYTES (128 << 10)

struct kcov {
	unsigned long *area;
	unsigned int begun;
};

struct section {
	char module[24];
	char name[24];
	unsigned long at;
};

struct place {
	char module[24];
	char section[24];
	unsigned long offset;
};

static struct section sections[MAX_SECTIONS];
static struct place places[MAX_PLACES];
static unsigned int sections_count;
static unsigned long lowest, highest;
/* Moves on when sections change. */
static unsigned int generation;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What the kernel writes for this thread, until it ends. */
static __thread struct kcov *mine;

void kcov_init(void)
{
	int fd;

	if (!options.kcov)
		return;
	fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	mine = calloc(1, sizeof(*mine));
	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, WORDS))
		goto failed;
	mine->area = mmap(NULL, WORDS * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mine->area == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		goto failed;
	return;
failed:
	report(false, "KCOV: %s", strerror(errno));
	exit(1);
}

static void add_module(const char *module)
{
	static const char *const names[] = { ".text", ".text.unlikely", ".init.text",
					     ".exit.text" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct section *section = &sections[sections_count];
		char path[128], text[32] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/sys/module/%s/sections/%s", module, names[i]);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(text, sizeof(text), file) && sections_count < MAX_SECTIONS) {
			snprintf(section->module, sizeof(section->module), "%s", module);
			snprintf(section->name, sizeof(section->name), "%s", names[i]);
			section->at = strtoul(text, NULL, 16);
			if (section->at < lowest)
				lowest = section->at;
			if (section->at > highest)
				highest = section->at;
			sections_count++;
		}
		fclose(file);
	}
}

/* A module was loaded: what lies where by now. */
void kcov_sections(void)
{
	static const char *const modules[] = { "chard",	     "chard_echo", "chard_selftest",
					       "chard_shm",  "chard_fifo", "chard_tick",
					       "chard_carry" };

	if (!mine)
		return;
	pthread_mutex_lock(&lock);
	sections_count = 0;
	lowest = -1UL;
	highest = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(modules); i++)
		add_module(modules[i]);
	generation++;
	/* Who loads has looked at what came before, and knows what comes. */
	mine->begun = generation;
	pthread_mutex_unlock(&lock);
}

/* A child of fork() is not traced. */
void kcov_child(void)
{
	mine = NULL;
}

void kcov_begin(void)
{
	if (!mine)
		return;
	mine->begun = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);
	__atomic_store_n(&mine->area[0], 0, __ATOMIC_RELAXED);
}

/* Each place once, where its offset says or behind that. */
static void add_place(const struct section *section, unsigned long offset)
{
	for (unsigned int i = 0; i < MAX_PLACES; i++) {
		struct place *place = &places[(offset + i) % MAX_PLACES];

		if (!place->module[0]) {
			snprintf(place->module, sizeof(place->module), "%s", section->module);
			snprintf(place->section, sizeof(place->section), "%s", section->name);
			place->offset = offset;
			return;
		}
		if (place->offset == offset && !strcmp(place->module, section->module) &&
		    !strcmp(place->section, section->name))
			return;
	}
}

static void add_address(unsigned long address)
{
	const struct section *best = NULL;

	/* The kernel's own, nearly all. */
	if (address < lowest || address >= highest + SECTION_BYTES)
		return;
	for (unsigned int i = 0; i < sections_count; i++) {
		const struct section *section = &sections[i];

		if (address >= section->at && address - section->at < SECTION_BYTES &&
		    (!best || section->at > best->at))
			best = section;
	}
	if (best)
		add_place(best, address - best->at);
}

void kcov_end(void)
{
	unsigned long count;

	if (!mine)
		return;
	count = __atomic_load_n(&mine->area[0], __ATOMIC_RELAXED);
	pthread_mutex_lock(&lock);
	/* What was loaded meanwhile may lie where another module was. */
	if (mine->begun == generation) {
		for (unsigned long i = 1; i <= count && i < WORDS; i++)
			add_address(mine->area[i]);
	}
	pthread_mutex_unlock(&lock);
	__atomic_store_n(&mine->area[0], 0, __ATOMIC_RELAXED);
}

void kcov_print(void)
{
	for (unsigned int i = 0; i < MAX_PLACES; i++) {
		const struct place *place = &places[i];

		if (place->module[0])
			printf("# kcov %s %s %lx\n", place->module, place->section, place->offset);
	}
}
