// SPDX-License-Identifier: GPL-2.0
/*
 * helper hold READY COMM PATH...        is called COMM, has each PATH open, and waits; of
 *                                       map:PATH it has a mapping and no descriptor. It makes
 *                                       the file READY when it has all of them
 * helper ioctl PATH COMMAND ARGUMENT    makes one ioctl
 * helper open PATH                      0 if it can be opened, else the errno
 * helper terminal LINES SECONDS COMMAND...
 *                                       runs it on a terminal of so many lines, whose output it
 *                                       prints; presses ^C then; ends as the command does
 * helper vanish SECONDS PATH            has children that open PATH and end, again and again
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void hold_one(const char *path)
{
	int map = !strncmp(path, "map:", 4);
	int fd = open(map ? path + 4 : path, map ? O_RDWR : O_RDONLY);

	if (fd < 0 || (map && mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)) {
		perror(path);
		exit(1);
	}
	if (map)
		close(fd);
}

static int hold(char **arguments)
{
	char **path;
	int ready;

	prctl(PR_SET_NAME, arguments[1]);
	for (path = arguments + 2; *path; path++)
		hold_one(*path);
	ready = open(arguments[0], O_WRONLY | O_CREAT, 0644);
	if (ready < 0)
		return 1;
	close(ready);
	for (;;)
		pause();
}

static int vanish(int seconds, const char *path)
{
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end) {
		if (!fork()) {
			(void)!open(path, O_RDONLY);
			_exit(0);
		}
		wait(NULL);
	}
	return 0;
}

static int terminal(const char *lines, int seconds, char **command)
{
	struct winsize size = { .ws_row = atoi(lines), .ws_col = 200 };
	time_t end = time(NULL) + seconds;
	struct pollfd ready = { .events = POLLIN };
	pid_t child = forkpty(&ready.fd, NULL, NULL, &size);
	char bytes[4096];
	int status;
	ssize_t len;

	if (!child) {
		execvp(command[0], command);
		_exit(127);
	}
	while (child > 0) {
		if (time(NULL) >= end) {
			(void)!write(ready.fd, "\003", 1);
			end += 3600;
		}
		if (poll(&ready, 1, 100) <= 0)
			continue;
		len = read(ready.fd, bytes, sizeof(bytes));
		if (len <= 0)
			break;
		fwrite(bytes, 1, len, stdout);
	}
	if (wait(&status) < 0 || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "hold"))
		return hold(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "ioctl"))
		return ioctl(open(argv[2], O_RDONLY), strtoul(argv[3], NULL, 0),
			     strtoul(argv[4], NULL, 0)) < 0
			       ? errno
			       : 0;
	if (argc == 3 && !strcmp(argv[1], "open"))
		return open(argv[2], O_RDONLY) < 0 ? errno : 0;
	if (argc >= 5 && !strcmp(argv[1], "terminal"))
		return terminal(argv[2], atoi(argv[3]), argv + 4);
	if (argc == 4 && !strcmp(argv[1], "vanish"))
		return vanish(atoi(argv[2]), argv[3]);
	fputs("helper: see the head of helper.c\n", stderr);
	return 2;
}
