// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that the book's example programs make, of descriptors that they were
 * started with: nbtest, polltest, asynctest, mapper and gdbline.
 */
#define _GNU_SOURCE
#include "common.h"

#include <dirent.h>
#include <string.h>
#include <sys/mman.h>

#define INPUT "/dev/scullpipe0"
#define OUTPUT "/dev/scullpipe1"

FIXTURE(program)
{
	int in;	 /* where what the program reads comes from */
	int out; /* and where what it writes goes to */
	pid_t child;
};

FIXTURE_SETUP(program)
{
	self->in = open(INPUT, O_RDWR);
	self->out = open(OUTPUT, O_RDWR);
	ASSERT_LE(0, self->in);
	ASSERT_LE(0, self->out);
	self->child = 0;
}

FIXTURE_TEARDOWN(program)
{
	if (self->child) {
		kill(self->child, SIGKILL);
		waitpid(self->child, NULL, 0);
	}
	EXPECT_EQ(0, close(self->in));
	EXPECT_EQ(0, close(self->out));
}

/* As the shell does for <INPUT >OUTPUT. */
static pid_t start(void (*program)(void))
{
	pid_t child = fork();

	if (child)
		return child;
	if (dup2(open(INPUT, O_RDONLY), 0) != 0 || dup2(open(OUTPUT, O_WRONLY), 1) != 1)
		_exit(100);
	program();
	_exit(101);
}

static void set_flags(int fd, int flags)
{
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | flags))
		_exit(errno);
}

/* How often a write found no room. */
static int refused;

/* A program's errors end it; that there is no room yet does not. */
static void write_all(const char *bytes, ssize_t length)
{
	while (length > 0) {
		ssize_t done = write(1, bytes, length);

		if (done >= 0) {
			bytes += done;
			length -= done;
			continue;
		}
		if (errno != EAGAIN)
			_exit(errno);
		refused++;
		usleep(1000);
	}
}

/* Says "!" once it has found nothing to read. Ends behind a dot. */
static void nbtest(void)
{
	bool said = false;
	char bytes[4096];

	set_flags(0, O_NONBLOCK);
	set_flags(1, O_NONBLOCK);
	for (;;) {
		ssize_t length = read(0, bytes, sizeof(bytes));

		if (length < 0 && errno != EAGAIN)
			_exit(errno);
		if (length < 0 && !said)
			write_all("!", 1);
		said = true;
		write_all(bytes, length);
		if (length > 0 && bytes[length - 1] == '.')
			_exit(refused ? 0 : 104);
		usleep(1000);
	}
}

static void polltest(void)
{
	struct pollfd fds[2] = { { .fd = 0, .events = POLLIN }, { .fd = 1, .events = POLLOUT } };
	char bytes[4096];

	set_flags(0, O_NONBLOCK);
	for (;;) {
		ssize_t length;

		if (poll(&fds[0], 1, -1) != 1 || fds[0].revents != POLLIN)
			_exit(102);
		length = read(0, bytes, sizeof(bytes));
		/* What poll has said holds: nobody else reads. */
		if (length <= 0 || poll(&fds[1], 1, -1) != 1 || fds[1].revents != POLLOUT)
			_exit(103);
		write_all(bytes, length);
	}
}

static int signalled;

static void note(int signal)
{
	__atomic_store_n(&signalled, 1, __ATOMIC_RELAXED);
}

static void asynctest(void)
{
	struct sigaction action = { .sa_handler = note };
	sigset_t blocked, before;
	char bytes[4096];

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGIO);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	sigaction(SIGIO, &action, NULL);
	if (fcntl(0, F_SETOWN, getpid()))
		_exit(errno);
	set_flags(0, FASYNC);
	/* Says that it is ready. */
	write_all("!", 1);
	for (;;) {
		ssize_t length;

		while (!__atomic_exchange_n(&signalled, 0, __ATOMIC_RELAXED))
			sigsuspend(&before);
		length = read(0, bytes, sizeof(bytes));
		if (length < 0)
			_exit(errno);
		write_all(bytes, length);
	}
}

/* What goes in comes out, in whatever pieces; 0, or the line of what is wrong. */
static int passes(int in, int out, const char *text)
{
	char bytes[64] = "";
	size_t length = 0;

	if (write(in, text, strlen(text)) != (ssize_t)strlen(text))
		return __LINE__;
	while (length < strlen(text)) {
		ssize_t got = read(out, bytes + length, sizeof(bytes) - 1 - length);

		if (got <= 0)
			return __LINE__;
		length += got;
	}
	return strcmp(bytes, text) ? __LINE__ : 0;
}

TEST_F(program, nbtest)
{
	char byte = 0;

	self->child = start(nbtest);
	EXPECT_EQ(1, read(self->out, &byte, 1));
	EXPECT_EQ('!', byte);
	EXPECT_EQ(0, passes(self->in, self->out, "one"));
	EXPECT_EQ(0, passes(self->in, self->out, "and another"));
	/* The files of others wait as before. */
	EXPECT_EQ(0, fcntl(self->in, F_GETFL) & O_NONBLOCK);
	EXPECT_EQ(0, fcntl(self->out, F_GETFL) & O_NONBLOCK);
}

/* With an output that holds a byte, and is not read until it is full. */
TEST(nbtest_finds_no_room)
{
	int fd = open("/dev/scull0", O_RDWR), in, out;
	struct pollfd full;
	char byte;
	pid_t child;

	ASSERT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, 1));
	out = open(OUTPUT, O_RDWR);
	ASSERT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	in = open(INPUT, O_RDWR);
	child = start(nbtest);
	EXPECT_EQ(1, read(out, &byte, 1));
	EXPECT_EQ(14, write(in, "more than one.", 14));
	full = (struct pollfd){ .fd = out, .events = POLLIN };
	EXPECT_EQ(1, poll(&full, 1, -1));
	/* It sleeps only behind a write that was refused. */
	until_asleep(child);
	for (int i = 0; i < 14; i++) {
		EXPECT_EQ(1, read(out, &byte, 1));
		EXPECT_EQ("more than one."[i], byte);
	}
	EXPECT_EQ(0, ended(child));
	close(in);
	close(out);
	close(fd);
}

TEST_F(program, polltest)
{
	self->child = start(polltest);
	until_asleep(self->child);
	EXPECT_EQ(0, passes(self->in, self->out, "one"));
	until_asleep(self->child);
	EXPECT_EQ(0, passes(self->in, self->out, "and another"));
	EXPECT_EQ(0, waitpid(self->child, NULL, WNOHANG));
}

TEST_F(program, asynctest)
{
	char ready;

	self->child = start(asynctest);
	EXPECT_EQ(1, read(self->out, &ready, 1));
	EXPECT_EQ(0, passes(self->in, self->out, "one"));
	until_asleep(self->child);
	EXPECT_EQ(0, passes(self->in, self->out, "and another"));
}

/* A scull has no mmap: it has no pages to give, only kernel memory in quanta. */
TEST(mapper)
{
	static const char *const nodes[] = { "/dev/scull0", "/dev/scullpipe0", "/dev/scullsingle",
					     "/dev/sculluid", "/dev/scullwuid" };

	for (unsigned int i = 0; i < 5; i++) {
		int fd = open(nodes[i], O_RDWR);

		ASSERT_LE(0, fd);
		for (off_t offset = 0; offset <= 8192; offset += 4096) {
			EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, offset));
			EXPECT_EQ(ENODEV, errno);
			EXPECT_EQ(MAP_FAILED,
				  mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset));
			EXPECT_EQ(ENODEV, errno);
		}
		close(fd);
	}
}

/* Where the module's sections are, for a debugger: root is told, and others are not. */
TEST(gdbline)
{
	static const char folder[] = "/sys/module/chard_scull/sections";
	int text = 0, count = 0;
	struct dirent *entry;
	DIR *sections = opendir(folder);

	ASSERT_NE(NULL, sections);
	while ((entry = readdir(sections))) {
		char path[512], address[32] = "";
		int fd;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fd = open(path, O_RDONLY);
		ASSERT_LE(0, fd);
		ASSERT_LT(0, read(fd, address, sizeof(address) - 1));
		close(fd);
		EXPECT_NE(0, strtoull(address, NULL, 16));
		EXPECT_EQ(-EACCES, as_user(1000, open(path, O_RDONLY)));
		text += !strcmp(entry->d_name, ".text");
		count++;
	}
	closedir(sections);
	EXPECT_EQ(1, text);
	EXPECT_LT(3, count);
}

TEST_HARNESS_MAIN
