// SPDX-License-Identifier: GPL-2.0
/*
 * Panics of handlers that are part of vmlinux: one that ends its call, of a device and
 * of a system call, and one that is the kernel's BUG and ends the caller. The report is
 * by core::fmt, and in the kernel's log. Prints TAP.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../../../core/faults/armed/chard_armed.h"
#include "../../../core/faults/module.h"
#include "numbers.h"

static int read_armed(const char *node)
{
	int fd = open(node, O_RDWR);
	char byte;
	int ret;

	if (fd < 0 || ioctl(fd, CHARD_ARMED_ARM, CHARD_ARMED_READ))
		return errno;
	ret = read(fd, &byte, 1) < 0 ? errno : 0;
	close(fd);
	return ret;
}

static bool wrote(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return good;
}

static void of_a_device(void)
{
	expect(EIO, read_armed("/dev/chard-armed"));
	report(logged("chard_armed: panicked at ") && logged("armed for 1"),
	       "the log says where and, formatted, why");
	report(logged("chard_armed: chard-armed, in chard_read: the call ends with EIO"),
	       "and which call ends");
	report(logged("Call Trace:") && logged("chard_armed_read_iter+"),
	       "and how one came there, through Rust");
	expect(EIO, read_armed("/dev/chard-armed"));
	report(wrote("/sys/class/misc/chard-armed/reset", "1"), "the device is reset");
	expect(EIO, read_armed("/dev/chard-armed"));
	report(wrote("/sys/class/misc/chard-armed/reset", "1"), "and once more");
}

static long upper(const char *text, char *to)
{
	return syscall(NR_chard_upper, text, strlen(text), to, 16) < 0 ? errno : 0;
}

static void of_a_system_call(void)
{
	char to[17] = "";

	clear_log();
	expect(EIO, upper("panic", to));
	report(logged("chard_upper: panicked at ") && logged("asked for it"), "the log says why");
	report(logged("chard_upper: a system call, in "), "and that it is a system call's");
	report(logged("_sys_chard_upper: the call ends with EIO"), "and which one ends");
	expect(0, upper("again", to));
	expect(0, strcmp(to, "AGAIN"));
	expect(EMSGSIZE, upper("more than there is room for", to));
	report(logged("chard_upper: 27 bytes do not fit into 16"), "a line by core::fmt");
}

/* A probe waits for the return of the handler's entry: the panic is not contained. */
static void of_a_probed_return(void)
{
	static const char probes[] = "/sys/kernel/tracing/kprobe_events";
	static const char on[] = "/sys/kernel/tracing/events/chard/returns/enable";
	int status = -1;
	pid_t child;

	clear_log();
	if (mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL) && errno != EBUSY)
		report(false, "tracefs is mounted");
	report(wrote(probes, "r:chard/returns chard_armed_read_iter\n") && wrote(on, "1"),
	       "the return of an entry is probed");
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(read_armed("/dev/chard-armed"));
	waitpid(child, &status, 0);
	report(WIFSIGNALED(status), "a panic behind a probed return ends the caller");
	report(logged("chard_armed: panicked at "), "the log says where");
	report(logged("it panicked behind a function of the kernel's, or a probe on a return"),
	       "and why it is not contained");
	report(logged("kernel BUG at ") && logged("invalid opcode"),
	       "then comes the kernel's own path");
	report(logged("RIP: 0010:chard_panic"), "from the core, in vmlinux");
	report(wrote(on, "0") && wrote(probes, "-:chard/returns\n"), "the probe is gone");
}

int main(void)
{
	of_a_device();
	of_a_system_call();
	of_a_probed_return();
	return report_end();
}
