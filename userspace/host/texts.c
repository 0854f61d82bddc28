// SPDX-License-Identifier: GPL-2.0
/* What a device says of itself and of a file, by files of the system's: core/devices/handler_attributes.c. */
#include <errno.h>
#include <linux/types.h>
#include <string.h>

#include "../suite-host.h"
#include "host.h"

/* The length of a text, which has a NUL behind it, or the error. */
static long ended(struct chard_text *text, long ret)
{
	if (ret)
		return ret;
	if (text->cut)
		return -EFBIG;
	text->bytes[text->len] = '\0';
	return text->len;
}

long host_fdinfo(int fd, char *text, size_t size)
{
	struct chard_text shown = { .bytes = text, .size = size - 1 };
	struct file *file = file_get(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = device_refusal(file->chard.device);
	/* A device that does not answer has nothing to say. */
	if (!ret && chard_loaded->entries->show_fdinfo)
		CHARD_CALL_FILE(file, CHARD_MAY_BRIEF | CHARD_CALL_CALLER,
				chard_loaded->entries->show_fdinfo, &shown);
	file_put(file);
	return ended(&shown, 0);
}

/* The entry of an attribute, for the device that a descriptor is of. */
static long enter(int fd, const char *name, struct chard_text *text,
		  long (*entry)(struct chard_call *call, __u32 index, struct chard_text *text,
				void *place))
{
	const struct chard_attribute *table = chard_loaded->handler->attributes;
	__u32 index, count = chard_loaded->handler->attribute_count;
	struct file *file = file_get(fd);
	long ret = -ENOENT;

	if (!file)
		return -EBADF;
	for (index = 0; index < count; index++) {
		struct chard_device *device = file->chard.device;

		if (strcmp(table[index].name, name))
			continue;
		ret = device_refusal(device);
		if (!ret)
			ret = CHARD_CALL_DEVICE(device, CHARD_MAY_DEVICE | CHARD_MAY_CREATE, entry,
						index, text);
	}
	file_put(file);
	return ret;
}

long host_show(int fd, const char *name, char *text, size_t size)
{
	struct chard_text shown = { .bytes = text, .size = size - 1 };

	return ended(&shown, enter(fd, name, &shown, chard_loaded->entries->attribute_show));
}

long host_store(int fd, const char *name, const char *text)
{
	struct chard_text stored = { .bytes = (char *)text, .len = strlen(text) };

	return enter(fd, name, &stored, chard_loaded->entries->attribute_store);
}
