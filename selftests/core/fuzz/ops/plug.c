// SPDX-License-Identifier: GPL-2.0
/* Rows: devices of a bus, which come and go by it, and their events and requests. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "chard_plug.h"
#include "../fuzz.h"

/* Other calls wait behind one that waits. */
#define SELDOM 60

/* Where the handler panics, if it may. */
static __u32 pick_value(struct fuzzer *f)
{
	if (options.panics && one_in(f, 8))
		return PICK(f, CHARD_PLUG_PANIC, CHARD_PLUG_PANIC_LOCKED);
	return below(f, CHARD_PLUG_PANIC);
}

long op_ioctl_plug(struct fuzzer *f)
{
	struct chard_plug_fire fire = { below(f, 5), pick_value(f) };
	struct chard_plug_message message = { below(f, 1000), below(f, 1000) };
	unsigned long number = below(f, 20);

	switch (below(f, 16)) {
	case 0:
		return control_with(f, PLUG, CHARD_PLUG_LEVEL, &message.level);
	case 1:
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_SET, (void *)number);
	case 2:
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_TRANSFER, (void *)number);
	case 3:
	case 4:
	case 5:
	case 6:
		return control_with(f, PLUG, CHARD_PLUG_FIRE, &fire);
	case 7:
		return control_with(f, PLUG, CHARD_PLUG_ANSWER, &message.value);
	case 8:
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_EVENTS, NULL);
	case 9:
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_STALL,
			       pick_buffer(f, 1, 0, 1).at);
	case 10:
		/* What waits for a lock is not woken: not for a page that does not come. */
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_STALL_LOCKED,
			       one_in(f, 3) ? hostile_address(f) : good_buffer(f, 1).at);
	case 11:
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_LOCK, NULL);
	case 12:
		if (one_in(f, SELDOM))
			return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_WAIT, NULL);
		return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_CREATE, NULL);
	case 13:
		return control(pick_file_of(f, PLUG)->fd,
			       PICK(f, CHARD_PLUG_REMOVE, CHARD_PLUG_REMOVE_AT), NULL);
	case 14:
		if (options.panics)
			return control(pick_file_of(f, PLUG)->fd, CHARD_PLUG_PANICS, NULL);
	}
	return control_with(f, PLUG, CHARD_PLUG_EXCHANGE, &message);
}

static long write_to(const char *path, const char *text)
{
	long ret;
	int fd;

	errno = 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* Unbinds a device, binds it, or both. */
long op_bind(struct fuzzer *f)
{
	bool unbind = one_in(f, 2), bind = !unbind || !one_in(f, 4);
	char name[20];
	long ret = 0;

	snprintf(name, sizeof(name), "chard-plug.%u", below(f, one_in(f, 20) ? 4 : 2));
	if (unbind)
		ret = write_to("/sys/bus/platform/drivers/chard-plug/unbind", name);
	if (bind)
		ret = write_to("/sys/bus/platform/drivers/chard-plug/bind", name);
	return ret;
}

/* C asks the handler, and tells what it was told. */
long op_request(struct fuzzer *f)
{
	char path[80], text[20];
	long ret = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/chard-plug.%u/ask", below(f, 2));
	snprintf(text, sizeof(text), one_in(f, 10) ? "%x" : "%u", pick_value(f));
	if (!one_in(f, 4))
		ret = write_to(path, text);
	errno = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}
