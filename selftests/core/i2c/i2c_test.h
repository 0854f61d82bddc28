/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of I2C drivers share. */
#ifndef I2C_TEST_H
#define I2C_TEST_H

#include "../faults/tasks.h"
#include "chard_chips.h"

#define TEMP "/dev/chard-temp0"
#define TEMP_SYSFS "/sys/class/chard/chard-temp0/"
#define CHIPS "/dev/chard-chips0"
#define FAKEBUS "/sys/module/fakebus/parameters/"

/* The adapter that calls itself so has this number; -1 where there is none. */
int adapter_called(const char *name);
/* Of the adapter @bus: a chip is there by hand, and is taken away. Each returns 0 or an errno. */
int add_chip(int bus, const char *chip, int address);
int take_chip(int bus, int address);
/* Takes the chip from the driver @driver, or gives it back. */
int bind_by(const char *driver, const char *how, int bus, int address);

/* Registers of a chip, by i2c-dev: what user space has to reach one that has a driver. */
int set_word(int bus, int address, int reg, int value);
int get_byte(int bus, int address, int reg);

/* One line of a file, without its end; "?" where it has none. Another call overwrites it. */
const char *line_of(const char *path);
/* Whether a file's line is @text; shows it where it is not. */
bool line_is(const char *path, const char *text);
long milliseconds(void);

/* A transfer by /dev/chard-chips0: 0 or an errno. */
int transfer(int fd, struct chard_chips_transfer *it);
/* The same of one that has no block: what was read, or an error below 0. */
long number(int fd, int what, int command, int value);

void temp(void);
void temp_ends(void);
void chips(void);
void faults(void);
void messages(void);
void loses(void);
void sleeps(void);

#endif
