// SPDX-License-Identifier: GPL-2.0
/* Which users may open scullsingle, sculluid, scullwuid and scullpriv, and when. */
#define _GNU_SOURCE
#include "common.h"
#include "terminal.h"

#define ANNA 1000
#define BERT 1001

/* A child that has a node open as another user until it is told to end. */
static pid_t holder(uid_t user, const char *node, int *end)
{
	int tell[2], told[2];
	char byte;
	pid_t child;

	if (pipe(tell) || pipe(told))
		exit(EXIT_FAILURE);
	child = fork();
	if (!child) {
		close(tell[1]);
		byte = setuid(user) || open(node, O_RDWR) < 0 ? 'n' : 'y';
		if (write(told[1], &byte, 1) != 1 || read(tell[0], &byte, 1) != 1)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	close(tell[0]);
	close(told[1]);
	if (read(told[0], &byte, 1) != 1 || byte != 'y')
		exit(EXIT_FAILURE);
	close(told[0]);
	*end = tell[1];
	return child;
}

/* Not by closing it alone: other children may have inherited it. */
static int let_go(pid_t child, int end)
{
	int ret = write(end, "", 1);

	close(end);
	return ret == 1 ? ended(child) : -1;
}

TEST(single)
{
	int fd = open("/dev/scullsingle", O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, try_open("/dev/scullsingle", O_RDONLY));
	EXPECT_EQ(-EBUSY, as_user(ANNA, try_open("/dev/scullsingle", O_RDONLY)));
	EXPECT_EQ(3, write(fd, "abc", 3));
	/* A refused open empties nothing. */
	EXPECT_EQ(-EBUSY, try_open("/dev/scullsingle", O_WRONLY));
	EXPECT_EQ(3, lseek(fd, 0, SEEK_END));
	/* A copy of the descriptor keeps the file. */
	EXPECT_EQ(-EBUSY, ({
		int copy = dup(fd), ret;

		close(fd);
		ret = try_open("/dev/scullsingle", O_RDONLY);
		close(copy);
		ret;
	}));
	EXPECT_EQ(0, as_user(ANNA, try_open("/dev/scullsingle", O_RDONLY)));
	empty("/dev/scullsingle");
}

TEST(one_user)
{
	int end;
	pid_t child = holder(ANNA, "/dev/sculluid", &end);

	EXPECT_EQ(-EBUSY, as_user(BERT, try_open("/dev/sculluid", O_RDWR)));
	EXPECT_EQ(-EBUSY, as_user(BERT, try_open("/dev/sculluid", O_RDWR | O_NONBLOCK)));
	EXPECT_EQ(0, as_user(ANNA, try_open("/dev/sculluid", O_RDWR)));
	/* The administrator may always. */
	EXPECT_EQ(0, try_open("/dev/sculluid", O_RDWR));
	EXPECT_EQ(0, let_go(child, end));
	EXPECT_EQ(0, as_user(BERT, try_open("/dev/sculluid", O_RDWR)));
}

/* As of a program that has changed its user for a while: either counts. */
TEST(real_and_effective_user)
{
	int end;
	pid_t child = holder(ANNA, "/dev/sculluid", &end), other = fork();

	if (!other) {
		if (setresuid(BERT, ANNA, BERT) || try_open("/dev/sculluid", O_RDWR))
			_exit(1);
		if (setresuid(ANNA, BERT, BERT) || try_open("/dev/sculluid", O_RDWR))
			_exit(2);
		_exit(setresuid(BERT, BERT, BERT) || try_open("/dev/sculluid", O_RDWR) != -EBUSY);
	}
	EXPECT_EQ(0, ended(other));
	EXPECT_EQ(0, let_go(child, end));
}

TEST(others_wait)
{
	int end;
	pid_t child = holder(ANNA, "/dev/scullwuid", &end), other;

	EXPECT_EQ(-EAGAIN, as_user(BERT, try_open("/dev/scullwuid", O_RDWR | O_NONBLOCK)));
	EXPECT_EQ(0, as_user(ANNA, try_open("/dev/scullwuid", O_RDWR)));
	EXPECT_EQ(0, try_open("/dev/scullwuid", O_RDWR));
	other = fork();
	if (!other)
		_exit(setuid(BERT) || try_open("/dev/scullwuid", O_RDWR));
	until_asleep(other);
	EXPECT_EQ(0, waitpid(other, NULL, WNOHANG));
	EXPECT_EQ(0, let_go(child, end));
	EXPECT_EQ(0, ended(other));
}

static void nothing(int signal)
{
}

TEST(a_signal_ends_the_wait)
{
	int end;
	pid_t child = holder(ANNA, "/dev/scullwuid", &end), other = fork();

	if (!other) {
		struct sigaction action = { .sa_handler = nothing };

		sigaction(SIGUSR1, &action, NULL);
		_exit(setuid(BERT) ? 255 : -try_open("/dev/scullwuid", O_RDWR));
	}
	until_asleep(other);
	kill(other, SIGUSR1);
	EXPECT_EQ(EINTR, ended(other));
	EXPECT_EQ(0, let_go(child, end));
}

TEST(no_terminal)
{
	pid_t child = fork();

	if (!child) {
		setsid();
		_exit(-try_open("/dev/scullpriv", O_RDWR));
	}
	EXPECT_EQ(EINVAL, ended(child));
}

/* A child with a terminal, that says how much is there and leaves a text. */
static pid_t user_of_terminal(const char *text, int tell, int end)
{
	pid_t child = fork();
	char size;
	int fd;

	if (child)
		return child;
	if (new_terminal())
		_exit(1);
	try_open("/dev/scullpriv", O_WRONLY);
	fd = open("/dev/scullpriv", O_RDWR);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(2);
	close(fd);
	if (write(tell, "", 1) != 1 || read(end, &size, 1) != 0)
		_exit(3);
	/* Closed and opened again, it is the same. */
	fd = open("/dev/scullpriv", O_RDONLY);
	_exit(lseek(fd, 0, SEEK_END) != (off_t)strlen(text));
}

TEST(each_terminal_has_its_own)
{
	int tell[2], end[2];
	pid_t one, two;
	char byte;

	ASSERT_EQ(0, pipe(tell));
	ASSERT_EQ(0, pipe2(end, O_CLOEXEC));
	/* The children's copies of the writing end go with a fork in between. */
	one = fork();
	if (!one) {
		close(end[1]);
		_exit(ended(user_of_terminal("one", tell[1], end[0])));
	}
	two = fork();
	if (!two) {
		close(end[1]);
		_exit(ended(user_of_terminal("longer", tell[1], end[0])));
	}
	EXPECT_EQ(1, read(tell[0], &byte, 1));
	EXPECT_EQ(1, read(tell[0], &byte, 1));
	close(end[1]);
	EXPECT_EQ(0, ended(one));
	EXPECT_EQ(0, ended(two));
}

TEST_HARNESS_MAIN
