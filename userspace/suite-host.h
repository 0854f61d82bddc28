/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a suite can do over the handler in its process that no system call does:
 * absent in a guest, where these are NULL.
 */
#ifndef CHARD_SUITE_HOST_H
#define CHARD_SUITE_HOST_H

#include <stddef.h>

struct host_command;

/*
 * host_command_submit() - submit a command of an io_uring, which is no part of a ring
 * @fd: a descriptor of the device, and of nothing else
 * @op: what it asks for, cmd_op
 * @payload: what goes with it
 * @size: bytes of that, at most 80; more than 16 as in a ring of large entries
 *
 * Return: the command, for host_command_end(); one that waits holds the file.
 */
struct host_command *host_command_submit(int fd, unsigned int op, const void *payload, size_t size)
	__attribute__((weak));

/* host_command_ended() - whether it has its answer */
int host_command_ended(struct host_command *command) __attribute__((weak));

/* host_command_cancel() - as the ring does that goes: ECANCELED, unless it has its answer */
void host_command_cancel(struct host_command *command) __attribute__((weak));

/*
 * host_command_end() - wait for a command's end; the command is not there any more then
 * @extra: for the second result, or NULL
 *
 * Return: the result, or a negative errno.
 */
long host_command_end(struct host_command *command, unsigned long long *extra)
	__attribute__((weak));

/*
 * host_compat_ioctl() - ioctl(2) of a 32-bit caller
 * @arg: a number, or an address within 4 GiB
 *
 * Return: the result, or a negative errno.
 */
long host_compat_ioctl(int fd, unsigned int cmd, unsigned long arg) __attribute__((weak));

/*
 * host_fdinfo() - what /proc/PID/fdinfo says of a file, behind what the kernel does
 * @text: for the text and a NUL
 * @size: bytes there
 *
 * Return: bytes of the text, or a negative errno.
 */
long host_fdinfo(int fd, char *text, size_t size) __attribute__((weak));

/*
 * host_show() - read the file of a device, in sysfs or debugfs
 * @name: its name, as the handler has it
 *
 * Return: as host_fdinfo().
 */
long host_show(int fd, const char *name, char *text, size_t size) __attribute__((weak));

/* host_store() - write to it: 0, or a negative errno */
long host_store(int fd, const char *name, const char *text) __attribute__((weak));

/*
 * host_remove() - take away the device that a descriptor is of, as an administrator
 * does; open files get ENODEV
 */
void host_remove(int fd) __attribute__((weak));

/*
 * host_add() - make the device of a number, as an administrator does where there can
 * be further ones; after removals that have begun
 *
 * Return: the number, or a negative errno.
 */
long host_add(unsigned int index) __attribute__((weak));

/*
 * host_bind() - make a device, as the C of a driver with CHARD_BOUND_DRIVER() does when its
 * bus gives it something: chard_device_alloc() and chard_device_register()
 * @data: for the stand-ins of the driver's C, as chard_device_data(); not NULL
 *
 * Return: its number, for those below; a negative errno, also what new() and registered()
 * refuse with.
 */
long host_bind(void *data) __attribute__((weak));

/*
 * host_unbind() - as chard_device_unregister(): waits for the calls in progress, and has
 * removed() called; open files answer ENODEV
 *
 * A device that is removed already is bound until then. The suite's process does this for
 * those that are left.
 *
 * Return: 0; -ENODEV where nothing is bound.
 */
long host_unbind(unsigned int index) __attribute__((weak));

/* host_event() - as chard_device_event(): the handler's answer, or a negative errno */
long host_event(unsigned int index, unsigned int event, void *data, size_t len)
	__attribute__((weak));

/* host_request() - as chard_device_request() */
long host_request(unsigned int index, unsigned int request, void *data, size_t len)
	__attribute__((weak));

/* host_wake() - as chard_device_wake(); -ENODEV where nothing is bound */
long host_wake(unsigned int index, unsigned int ready) __attribute__((weak));

/**
 * struct host_identity - the identity of a thread that a handler sees, not the process's own
 * @uid: the real user
 * @euid: the effective user
 * @gid: the real group
 * @egid: the effective group
 * @caps: its capabilities, a bit each
 * @tty: the number of its terminal, 0 for none
 */
struct host_identity {
	unsigned int uid;
	unsigned int euid;
	unsigned int gid;
	unsigned int egid;
	unsigned long long caps;
	unsigned int tty;
};

/* host_be() - the identity of this thread alone from now on; NULL for the process's own */
void host_be(const struct host_identity *identity) __attribute__((weak));

#endif
