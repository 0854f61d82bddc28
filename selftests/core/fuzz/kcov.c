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
#define MAX_PLACES (32 << 10)
/* More than any section of ours has, which coverage.py sees to. */
#define SECTION_BYTES (1024 << 10)

/* KCOV_INIT_TRACE as a 64-bit kernel knows it, whatever the caller is: it has words of 64 bits. */
#define INIT_TRACE _IOR('c', 1, __u64)

struct kcov {
	__u64 *area;
	unsigned int begun;
};

struct section {
	char module[24];
	char name[24];
	__u64 at;
};

struct place {
	char module[24];
	char section[24];
	unsigned long offset;
};

static struct section sections[MAX_SECTIONS];
static struct place places[MAX_PLACES];
static unsigned int sections_count;
static __u64 lowest, highest;
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
	if (fd < 0 || ioctl(fd, INIT_TRACE, WORDS))
		goto failed;
	mine->area = mmap(NULL, WORDS * sizeof(__u64), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mine->area == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		goto failed;
	return;
failed:
	report(false, "KCOV: %s", strerror(errno));
	exit(1);
}

static void add_section(const char *module, const char *name)
{
	struct section *section = &sections[sections_count];
	char path[128], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/%s/sections/%s", module, name);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(text, sizeof(text), file) && sections_count < MAX_SECTIONS) {
		snprintf(section->module, sizeof(section->module), "%s", module);
		snprintf(section->name, sizeof(section->name), "%s", name);
		section->at = strtoull(text, NULL, 16);
		if (section->at < lowest)
			lowest = section->at;
		if (section->at > highest)
			highest = section->at;
		sections_count++;
	}
	fclose(file);
}

static void add_module(const char *module)
{
	add_section(module, ".text");
	add_section(module, ".text.unlikely");
	add_section(module, ".exit.text");
}

static void find_sections(void)
{
	sections_count = 0;
	lowest = UINT64_MAX;
	highest = 0;
	add_module("chard");
	for (unsigned int i = 0; i < devices_count; i++)
		add_module(devices[i].module);
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
	report(false, "KCOV: there is room for %u places and no more", MAX_PLACES);
	exit(1);
}

static void add_address(__u64 address)
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

static void add_all(void)
{
	__u64 count = __atomic_load_n(&mine->area[0], __ATOMIC_RELAXED);

	for (__u64 i = 1; i <= count && i < WORDS; i++)
		add_address(mine->area[i]);
}

void kcov_end(void)
{
	if (!mine)
		return;
	pthread_mutex_lock(&lock);
	/* What was loaded meanwhile may lie where another module was. */
	if (mine->begun == generation)
		add_all();
	pthread_mutex_unlock(&lock);
	__atomic_store_n(&mine->area[0], 0, __ATOMIC_RELAXED);
}

/*
 * The caller has unloaded a module. Until it is loaded again, others may be where it
 * was; what is taken for a part of a module that is there lies behind its end, and so
 * is no place of it.
 */
void kcov_unloaded(void)
{
	if (!mine)
		return;
	kcov_end();
	pthread_mutex_lock(&lock);
	find_sections();
	generation++;
	pthread_mutex_unlock(&lock);
	kcov_begin();
}

/*
 * The caller has just loaded a module, and nothing else since kcov_end(): what it
 * has come to, and what lies where by now. What was run for loading alone is gone
 * already, and another module may be there soon.
 */
void kcov_loaded(const char *module)
{
	if (!mine)
		return;
	pthread_mutex_lock(&lock);
	find_sections();
	add_section(module, ".init.text");
	add_all();
	find_sections();
	generation++;
	pthread_mutex_unlock(&lock);
	kcov_begin();
}

void kcov_print(void)
{
	for (unsigned int i = 0; i < MAX_PLACES; i++) {
		const struct place *place = &places[i];

		if (place->module[0])
			printf("# kcov %s %s %lx\n", place->module, place->section, place->offset);
	}
}
