// SPDX-License-Identifier: GPL-2.0
/* C and the handler talk: data in both directions, events from each context, requests. */
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>

#include "bound_test.h"

static void has_its_place(void)
{
	char target[PATH_MAX] = "";
	struct stat stat_of;

	expect(1, readlink(SYSFS "device", target, sizeof(target) - 1) > 0);
	report(strstr(target, "/chard-plug.0"), "the node's parent is what it is bound to: %s",
	       target);
	expect(0, access(PIECE "chard/chard-plug0/dev", F_OK));
	expect(-1, access("/sys/devices/chard-plug", F_OK));
	expect(0, stat(FIRST, &stat_of));
	expect(0666, stat_of.st_mode & 07777);
	expect(0, access("/dev/chard-plug1", F_OK));
}

static void data_goes_both_ways(int fd)
{
	struct counts before = counts_now();
	struct chard_plug_message message = { .value = 5 };
	unsigned int value = 1000;
	int other;

	/* Of 7, new() and registered() have each made one more. */
	expect(9, level(fd));
	expect(0, result(ioctl(fd, CHARD_PLUG_SET, 40)));
	expect(40, level(fd));
	expect(4, write(fd, &value, 4));
	expect(1000, level(fd));
	expect(1000, number_of(SYSFS "level"));
	expect(4 << 8 | (1000 & 255), ioctl(fd, CHARD_PLUG_TRANSFER, 1));
	expect(0, result(ioctl(fd, CHARD_PLUG_EXCHANGE, &message)));
	expect(8, message.value);
	expect(1000, message.level);
	expect(EOPNOTSUPP, result(ioctl(fd, CHARD_PLUG_CREATE)));
	other = open("/dev/chard-plug1", O_RDWR);
	/* Each has what is its own. */
	expect(9, level(other));
	close(other);
	report(within(counts_now().released_reached == before.released_reached + 1),
	       "release() reaches C");
}

static int read_one(int fd)
{
	char text[16];

	return read(fd, text, sizeof(text)) > 0 ? 0 : errno;
}

static void event_from(int fd, unsigned int from, const char *name)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	struct chard_plug_fire fire = { from, 77 };
	int before = ioctl(fd, CHARD_PLUG_EVENTS);
	pid_t reader = child(read_one(fd));
	__s32 answer;

	report(within(state_of(reader) == 'S'), "a reader waits for an event %s", name);
	expect(0, poll(&polled, 1, 0));
	expect(0, result(ioctl(fd, CHARD_PLUG_FIRE, &fire)));
	report(within(state_of(reader) == 'Z'), "an event %s wakes the reader", name);
	dies(reader);
	expect(0, status_of(reader));
	report(within(!ioctl(fd, CHARD_PLUG_ANSWER, &answer) && answer != -EINPROGRESS),
	       "it has an answer");
	/* The level that C itself has. */
	expect(level(fd), answer);
	expect(before + 1, ioctl(fd, CHARD_PLUG_EVENTS));
}

static void requests(void)
{
	expect(0, store(PIECE "ask", "21"));
	expect(42, number_of(PIECE "ask"));
	/* The handler's error. */
	expect(0, store(PIECE "ask", "0x80000000"));
	expect(-ERANGE, number_of(PIECE "ask"));
}

void talks(void)
{
	struct counts before;
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	has_its_place();
	data_goes_both_ways(fd);
	event_from(fd, CHARD_PLUG_HARD, "in an interrupt");
	event_from(fd, CHARD_PLUG_SOFT, "in a softirq");
	event_from(fd, CHARD_PLUG_TASK, "in a task");
	event_from(fd, CHARD_PLUG_TASK_IRQS_OFF, "with interrupts off");
	requests();
	close(fd);
	before = counts_now();
	expect(0, before.removed_reached);
	/* The devices are bound still: their bus takes them. */
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
