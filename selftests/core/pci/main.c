// SPDX-License-Identifier: GPL-2.0
/*
 * pci: drivers of PCI devices, on QEMU's edu and pci-testdev. Runs in a guest of its own, as root
 * in /chard; the argument is msi or nomsi. Prints TAP.
 */
#include <dirent.h>

#include "pci_test.h"

bool with_msi;
char edu_slot[16], far_slot[16], bridge_slot[16], testdev_slot[16];

/* Two words of a configuration space: vendor and device. */
static unsigned int id_of(const char *slot)
{
	unsigned int id = 0;

	for (int i = 3; i >= 0; i--)
		id = id << 8 | (config_byte(slot, i, -1) & 0xff);
	return id;
}

static void find_slots(void)
{
	DIR *dir = opendir("/sys/bus/pci/devices");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *slot = NULL;

		if (strlen(entry->d_name) != 12)
			continue;
		switch (id_of(entry->d_name)) {
		case 0x11e81234:
			slot = strncmp(entry->d_name, "0000:00:", 8) ? far_slot : edu_slot;
			break;
		case 0x00011b36:
			slot = bridge_slot;
			break;
		case 0x00051b36:
			slot = testdev_slot;
			break;
		}
		if (slot)
			strcpy(slot, entry->d_name);
	}
	closedir(dir);
	report(*edu_slot && *far_slot && *bridge_slot && *testdev_slot,
	       "edu is at %s and %s, a bridge at %s, pci-testdev at %s", edu_slot, far_slot,
	       bridge_slot, testdev_slot);
}

int config_byte(const char *slot, int at, int value)
{
	char path[80], byte = value;
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", slot);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (value >= 0)
		ret = pwrite(fd, &byte, 1, at);
	else
		ret = pread(fd, &byte, 1, at);
	close(fd);
	return ret == 1 ? (unsigned char)byte : -1;
}

int node_of(const char *slot, const char *driver)
{
	char path[120];

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/chard/chard-%s%d", slot,
			 driver, i);
		if (access(path, F_OK))
			continue;
		snprintf(path, sizeof(path), "/dev/chard-%s%d", driver, i);
		return open(path, O_RDWR | O_CLOEXEC);
	}
	return -1;
}

int bind_by(const char *driver, const char *how, const char *slot)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/chard-%s/%s", driver, how);
	return store(path, slot);
}

int poke(const char *slot, const char *file)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", slot, file);
	return store(path, "1");
}

int act(int fd, struct chard_board_access *it)
{
	return result(ioctl(fd, CHARD_BOARD_ACCESS, it));
}

long get(int fd, int what, int bar, long at, int width)
{
	struct chard_board_access it = { .what = what, .bar = bar, .at = at, .width = width };
	int error = act(fd, &it);

	return error ? -error : (long)it.value;
}

long set(int fd, int what, int bar, long at, int width, unsigned long value)
{
	struct chard_board_access it = {
		.what = what, .bar = bar, .at = at, .width = width, .value = value
	};

	return -act(fd, &it);
}

long interrupt(int fd)
{
	return set(fd, CHARD_BOARD_WRITE, 0, 0x60, 4, 1);
}

int main(int argc, char **argv)
{
	with_msi = argc > 1 && !strcmp(argv[1], "msi");
	find_slots();
	report(!load("chard.ko", ""), "chard loads");
	expect(0, load("chard_board.ko", ""));
	registers();
	interrupts();
	dma();
	mapped();
	ends();
	expect(0, load("chard_edu.ko", ""));
	drivers_edu();
	suspends();
	expect(0, unload("chard_edu"));
	report(!unload("chard"), "chard can be unloaded");
	report(log_lacks("nobody cared"), "no interrupt was left without an answer");
	report(log_is_clean(), "the log is clean");
	report(log_lacks("left behind"), "nothing is left behind");
	return report_end();
}
