// SPDX-License-Identifier: GPL-2.0
/*
 * The stand-in for chard.ko: what the contract asks of it, but for locks, which
 * are those of core/calls/ itself, and for user memory, which is user.c.
 */
#include <execinfo.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define PAGE_SIZE 4096

/* memory_new() - exactly so much, so that the tools see where it ends; NULL for none */
void *memory_new(size_t size, size_t align)
{
	void *new;

	if (posix_memalign(&new, align < sizeof(long) ? sizeof(long) : align, size))
		return NULL;
	return new;
}

void *chard_alloc(const struct chard_driver *driver, unsigned long size, unsigned long align,
		  int zero)
{
	void *new;

	if (size > INT_MAX || align > PAGE_SIZE)
		return NULL;
	new = memory_new(size, align);
	if (!new)
		return NULL;
	if (zero)
		memset(new, 0, size);
	count(&driver->counts->boxes, 1);
	return new;
}

void chard_free(const struct chard_driver *driver, const void *old)
{
	count(&driver->counts->boxes, -1);
	free((void *)old);
}

__u32 chard_file_flags(const struct file *file)
{
	return __atomic_load_n(&file->flags, __ATOMIC_RELAXED);
}

__u32 chard_file_mode(const struct file *file)
{
	return file->mode;
}

void chard_file_stream(struct file *file)
{
	file->stream = true;
}

/* The kernel's log is stderr, each line with its level as in /dev/kmsg. */
void chard_print(const struct chard_driver *driver, __u32 level, const char *text,
		 unsigned long len)
{
	fprintf(stderr, "<%u>chard_%s: %.*s\n", level, driver->name, (int)len, text);
}

static const char *class_name(void)
{
	return node_on_region() ? "chard" : "misc";
}

void chard_print_device(const struct chard_call *call, __u32 level, const char *text,
			unsigned long len)
{
	if (!call->file)
		return chard_print(chard_call_driver(call), level, text, len);
	fprintf(stderr, "<%u>%s %s: %.*s\n", level, class_name(), call->file->device->name,
		(int)len, text);
}

void chard_print_debug(const struct chard_driver *driver, const struct chard_call *call,
		       const void *site, const char *text, unsigned long len)
{
	(void)site;
	if (call)
		chard_print_device(call, CHARD_LEVEL_DEBUG, text, len);
	else
		chard_print(driver, CHARD_LEVEL_DEBUG, text, len);
}

__u32 chard_param_copy(const struct chard_param *param, void *to, __u32 room)
{
	__u32 count = param->count < room ? param->count : room;

	if (count)
		memcpy(to, param->values, (size_t)count * param->size);
	return param->count;
}

/* Nobody listens: the log says what they would hear. */
int chard_device_uevent(struct chard_call *call, const char *const *variables)
{
	fprintf(stderr, "<6>%s %s: uevent:", class_name(), call_device(call)->name);
	for (; *variables; variables++)
		fprintf(stderr, " %s", *variables);
	fputc('\n', stderr);
	return 0;
}

void chard_dump_stack(void)
{
	void *frames[64];

	backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
}

__u32 chard_panicking(const struct chard_driver *driver)
{
	static __thread __u32 panicking;

	(void)driver;
	return panicking++;
}

/* A panic is not contained here: the test's process ends, and a debugger sees why. */
void chard_panic(const struct chard_driver *driver, struct chard_text *message,
		 const struct chard_place *place)
{
	char line[1024];
	int len;

	len = snprintf(line, sizeof(line), "panicked at %.*s:%u:%u: %.*s", (int)place->file_len,
		       place->file, place->line, place->column, message ? (int)message->len : 0,
		       message ? message->bytes : "");
	for (char *at = line; (at = strchr(at, '\n'));)
		*at = ' ';
	chard_print(driver, CHARD_LEVEL_EMERG, line,
		    len < (int)sizeof(line) ? len : (int)sizeof(line) - 1);
	abort();
}
