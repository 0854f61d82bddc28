// SPDX-License-Identifier: GPL-2.0
/* Who calls and who has opened: as root, as another user, of each other's files. */
#define _GNU_SOURCE
#include <grp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "types.h"

#define ALL                                                         \
	(CHARD_TYPES_CAP_DAC_OVERRIDE | CHARD_TYPES_CAP_SYS_ADMIN | \
	 CHARD_TYPES_CAP_CHECKPOINT_RESTORE)

static struct chard_types_who ask(int fd)
{
	struct chard_types_who who;

	memset(&who, 0xff, sizeof(who));
	if (ioctl(fd, CHARD_TYPES_WHO, &who))
		perror("CHARD_TYPES_WHO");
	return who;
}

static void as_root(int fd)
{
	struct chard_types_who who;

	prctl(PR_SET_NAME, "a\nname\x7f");
	mark_log();
	who = ask(fd);
	report(!who.uid && !who.euid && !who.gid && !who.egid, "the caller is root");
	report(!who.opener_uid && !who.opener_euid, "so is the opener");
	report(who.capable == ALL && who.opener_capable == ALL, "both may do all");
	report(who.pid == syscall(SYS_gettid) && who.tgid == getpid(), "its numbers");
	report(!strcmp((char *)who.comm, "a\nname\x7f"), "its name, byte for byte");
	report(logged_since("called by a\\nname\\x7f"), "a name forges no line of the log");
}

/* For good: the last one. */
static void as_user(int root_fd)
{
	struct chard_types_who who;
	int fd;

	if (setgroups(0, NULL) || setresgid(100, 101, 102) || setresuid(1000, 1001, 1002))
		exit(EXIT_FAILURE);
	who = ask(root_fd);
	report(who.uid == 1000 && who.euid == 1001 && who.gid == 100 && who.egid == 101,
	       "another user, real and effective");
	report(!who.opener_uid && who.opener_capable == ALL && !who.capable,
	       "of root's file: the opener may do all, the caller nothing");
	fd = opened();
	who = ask(fd);
	report(who.opener_uid == 1000 && who.opener_euid == 1001 && !who.opener_capable,
	       "of an own file: neither");
	close(fd);
}

static void as_root_again(int fd)
{
	struct chard_types_who who;

	if (seteuid(1000))
		exit(EXIT_FAILURE);
	who = ask(fd);
	report(!who.uid && who.euid == 1000 && !who.capable && who.opener_capable == ALL,
	       "for a while somebody else");
	if (seteuid(0))
		exit(EXIT_FAILURE);
	report(ask(fd).capable == ALL, "and root again");
}

static void with_tty(int fd)
{
	struct chard_types_who who;
	struct stat stat;
	char name[32];
	unsigned int number;
	int master, slave;

	setsid();
	who = ask(fd);
	report(!who.tty && who.tty_error == ENXIO, "no terminal: ENXIO");
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (ioctl(master, TIOCGPTN, &number) || ioctl(master, TIOCSPTLCK, &(int){ 0 }))
		exit(EXIT_FAILURE);
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0 || fstat(slave, &stat) || ioctl(slave, TIOCSCTTY, 0))
		exit(EXIT_FAILURE);
	who = ask(fd);
	report(who.tty == stat.st_rdev && !who.tty_error, "a terminal: its device's number");
}

int main(void)
{
	int fd = opened();

	as_root(fd);
	as_root_again(fd);
	with_tty(fd);
	as_user(fd);
	close(fd);
	return report_end();
}
