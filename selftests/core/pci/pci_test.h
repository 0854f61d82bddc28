/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of PCI drivers share. */
#ifndef PCI_TEST_H
#define PCI_TEST_H

#include "../faults/tasks.h"
#include "chard_board.h"

/* The first edu, and the pci-testdev: the driver is bound to them in the order of their slots. */
#define EDU "/dev/chard-board0"
#define BOARD_SYSFS "/sys/class/chard/chard-board0/"
#define FAIL "/sys/module/chard_board/parameters/fail"

/* Whether interrupts are MSI here. */
extern bool with_msi;
/* Slots, as 0000:00:02.0: of an edu, of one behind the bridge, of the bridge, of a pci-testdev. */
extern char edu_slot[16], far_slot[16], bridge_slot[16], testdev_slot[16];

/* The node of the driver @driver that is bound to @slot, an open descriptor, or -1. */
int node_of(const char *slot, const char *driver);
/* Writes @slot to "bind" or "unbind" of the driver chard-@driver: 0 or an errno. */
int bind_by(const char *driver, const char *how, const char *slot);
/* Writes 1 to a file of a slot, as "remove": 0 or an errno. */
int poke(const char *slot, const char *file);
/* A byte of a slot's configuration space: reads it, and writes @value where that is not below 0. */
int config_byte(const char *slot, int at, int value);

/* An access by a node: 0 or an errno. */
int act(int fd, struct chard_board_access *it);
/* The value that it gives, or an error below 0. */
long get(int fd, int what, int bar, long at, int width);
/* 0 or an error below 0. */
long set(int fd, int what, int bar, long at, int width, unsigned long value);
/* Has edu interrupt. */
long interrupt(int fd);

void registers(void);
void interrupts(void);
void dma(void);
void mapped(void);
void ends(void);
void drivers_edu(void);
void suspends(void);

#endif
