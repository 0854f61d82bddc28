/* SPDX-License-Identifier: GPL-2.0 */
/* Threads of other users, and calls from other terminals. */
#ifndef SCULL_IDENTITY_H
#define SCULL_IDENTITY_H

#include "../tasks.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ROOT 0
#define ANNA 1000
#define BERT 1001
#define CARL 1002

#define ALL_CAPS (~0ULL >> (63 - CAP_LAST_CAP))
#define CAP(number) (1ULL << (number))

/**
 * struct user - the user that a thread takes on
 * @real: the real user
 * @effective: the effective one
 * @caps: its capabilities
 */
struct user {
	uid_t real;
	uid_t effective;
	unsigned long long caps;
};

static const struct user root = { ROOT, ROOT, ALL_CAPS };

/* This thread, for good: what the C library does to all threads the kernel does to one. */
static void be(const struct user *user)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {
		{ user->caps, user->caps, 0 },
		{ user->caps >> 32, user->caps >> 32, 0 },
	};

	if (host_be) {
		host_be(&(struct host_identity){
			.uid = user->real, .euid = user->effective, .caps = user->caps });
		return;
	}
	expect(0, prctl(PR_SET_KEEPCAPS, 1));
	expect(0, syscall(SYS_setresuid, user->real, user->effective, user->effective));
	expect(0, syscall(SYS_capset, &header, data));
}

/**
 * struct visitor - a user who opens a node, and then tries an ioctl of it
 * @task: the call
 * @user: the user that it takes on
 * @node: what is opened; NULL for @file
 * @flags: how
 * @file: the file
 * @cmd: the ioctl; 0 for none
 * @arg: its argument
 */
struct visitor {
	struct task task;
	struct user user;
	const char *node;
	int flags;
	int file;
	unsigned int cmd;
	unsigned long arg;
};

static long visit(struct task *task)
{
	struct visitor *visitor = (struct visitor *)task;

	be(&visitor->user);
	if (visitor->node)
		visitor->file = open(visitor->node, visitor->flags);
	if (visitor->file < 0 || !visitor->cmd)
		return visitor->file;
	return ioctl(visitor->file, visitor->cmd, visitor->arg);
}

static void begin_visit(struct visitor *visitor)
{
	visitor->task.call = visit;
	begin(&visitor->task);
}

/* The new file, which is the caller's to close, or a negative errno. */
static long open_as(struct user user, const char *node, int flags)
{
	struct visitor visitor = { .user = user, .node = node, .flags = flags };

	begin_visit(&visitor);
	return end(&visitor.task);
}

/* Opens and closes: 0 or a negative errno. */
static long try_as(struct user user, const char *node, int flags)
{
	long ret = open_as(user, node, flags);

	if (ret < 0)
		return ret;
	expect(0, close(ret));
	return 0;
}

static struct user user(uid_t id)
{
	return (struct user){ id, id, id ? 0 : ALL_CAPS };
}

static long ioctl_as(struct user user, int file, unsigned int cmd, unsigned long arg)
{
	struct visitor visitor = { .user = user, .file = file, .cmd = cmd, .arg = arg };

	begin_visit(&visitor);
	return end(&visitor.task);
}

#define TERMINALS 2

static int masters[TERMINALS] = { -1, -1 };

/* In a session of its own, whose terminal it is: 0, or -1 for trouble. */
static int take_terminal(int which)
{
	int slave;

	setsid();
	if (which < 0)
		return 0;
	slave = open(ptsname(masters[which]), O_RDWR | O_NOCTTY);
	return slave < 0 ? -1 : ioctl(slave, TIOCSCTTY, 0);
}

/*
 * What a call gives, 0 to 250, that comes from a terminal, the same for each number;
 * from none for -1. In a guest the call is a child's.
 */
static long from_terminal(int which, long (*call)(void))
{
	int status = -1;
	pid_t child;

	if (host_be) {
		long ret;

		host_be(&(struct host_identity){ .caps = ALL_CAPS, .tty = which + 1 });
		ret = call();
		be(&root);
		return ret;
	}
	if (which >= 0 && masters[which] < 0) {
		masters[which] = posix_openpt(O_RDWR | O_NOCTTY);
		expect(0, grantpt(masters[which]));
		expect(0, unlockpt(masters[which]));
	}
	child = fork();
	if (!child)
		_exit(take_terminal(which) ? 255 : call());
	expect(child, waitpid(child, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

#endif
