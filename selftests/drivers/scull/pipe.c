// SPDX-License-Identifier: GPL-2.0
/* scullpipe: reads wait for bytes, writes for room; O_NONBLOCK, poll, signals. */
#include "common.h"

#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define NODE "/dev/scullpipe0"

FIXTURE(pipe)
{
	int fd;	      /* blocks */
	int nonblock; /* does not */
};

FIXTURE_SETUP(pipe)
{
	self->fd = open(NODE, O_RDWR);
	self->nonblock = open(NODE, O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->nonblock);
}

FIXTURE_TEARDOWN(pipe)
{
	EXPECT_EQ(0, close(self->fd));
	EXPECT_EQ(0, close(self->nonblock));
}

static int ready(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&one, 1, 0) < 0 ? -errno : one.revents;
}

static int fill(int fd)
{
	static const char bytes[SCULL_P_BUFFER];

	return write(fd, bytes, sizeof(bytes));
}

TEST_F(pipe, bytes_come_out_in_order)
{
	char bytes[8] = "";

	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(2, write(self->fd, "de", 2));
	EXPECT_EQ(4, read(self->fd, bytes, 4));
	EXPECT_EQ(1, read(self->fd, bytes + 4, 4));
	EXPECT_STREQ("abcde", bytes);
}

TEST_F(pipe, round_the_end)
{
	static char in[3000], out[3000];

	for (int round = 0; round < 20; round++) {
		memset(in, 'a' + round, sizeof(in));
		EXPECT_EQ(3000, write(self->nonblock, in, sizeof(in)));
		EXPECT_EQ(3000, read(self->nonblock, out, sizeof(out)));
		EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
	}
}

TEST_F(pipe, what_there_is_room_for)
{
	static char bytes[SCULL_P_BUFFER + 10];

	EXPECT_EQ(-EAGAIN, result(read(self->nonblock, bytes, 8)));
	EXPECT_EQ(10, write(self->fd, bytes, 10));
	/* Without waiting for more. */
	EXPECT_EQ(SCULL_P_BUFFER - 10, write(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(-EAGAIN, result(write(self->nonblock, bytes, 1)));
	EXPECT_EQ(0, write(self->fd, bytes, 0));
	EXPECT_EQ(SCULL_P_BUFFER, read(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(0, read(self->fd, bytes, 0));
}

TEST_F(pipe, no_position)
{
	char byte;

	EXPECT_EQ(-ESPIPE, result(lseek(self->fd, 0, SEEK_SET)));
	EXPECT_EQ(-ESPIPE, result(pread(self->nonblock, &byte, 1, 0)));
	EXPECT_EQ(-ESPIPE, result(pwrite(self->nonblock, "a", 1, 0)));
}

TEST_F(pipe, polling)
{
	char byte;

	EXPECT_EQ(POLLOUT, ready(self->fd));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(SCULL_P_BUFFER - 1, fill(self->fd));
	EXPECT_EQ(POLLIN, ready(self->fd));
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
}

TEST_F(pipe, polling_the_directions_of_the_mode)
{
	int in = open(NODE, O_RDONLY), out = open(NODE, O_WRONLY);

	EXPECT_EQ(0, ready(in));
	EXPECT_EQ(POLLOUT, ready(out));
	EXPECT_EQ(1, write(out, "a", 1));
	EXPECT_EQ(POLLIN, ready(in));
	EXPECT_EQ(SCULL_P_BUFFER - 1, fill(out));
	EXPECT_EQ(POLLIN, ready(in));
	EXPECT_EQ(0, ready(out));
	close(in);
	close(out);
}

/* A child that polls for one thing, and exits with 0 when that is what it has. */
static pid_t polling_child(int fd, short events)
{
	pid_t child = fork();

	if (!child) {
		struct pollfd one = { .fd = fd, .events = events };

		_exit(poll(&one, 1, -1) != 1 || one.revents != events);
	}
	until_asleep(child);
	return child;
}

TEST_F(pipe, who_polls_is_woken)
{
	pid_t child = polling_child(self->fd, POLLIN);
	char byte;

	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, ended(child));
	EXPECT_EQ(SCULL_P_BUFFER - 1, fill(self->fd));
	child = polling_child(self->fd, POLLOUT);
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	EXPECT_EQ(0, ended(child));
}

TEST_F(pipe, a_reader_is_woken)
{
	pid_t child = fork();
	char byte;

	if (!child)
		_exit(read(self->fd, &byte, 1) == 1 ? byte : 0);
	until_asleep(child);
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ('a', ended(child));
}

TEST_F(pipe, a_writer_is_woken)
{
	char byte;
	pid_t child;

	EXPECT_EQ(SCULL_P_BUFFER, fill(self->fd));
	child = fork();
	if (!child)
		_exit(write(self->fd, "ab", 2));
	until_asleep(child);
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	EXPECT_EQ(1, ended(child));
}

static void nothing(int signal)
{
}

TEST_F(pipe, a_signal_ends_the_wait)
{
	pid_t child = fork();
	char byte;

	if (!child) {
		struct sigaction action = { .sa_handler = nothing };

		sigaction(SIGUSR1, &action, NULL);
		_exit(read(self->fd, &byte, 1) < 0 ? errno : 0);
	}
	until_asleep(child);
	kill(child, SIGUSR1);
	EXPECT_EQ(EINTR, ended(child));
}

/* As of a program whose standard input was made so behind its back. */
TEST_F(pipe, made_nonblocking_later)
{
	char byte;

	EXPECT_EQ(0, fcntl(self->fd, F_SETFL, fcntl(self->fd, F_GETFL) | O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, result(read(self->fd, &byte, 1)));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(1, read(self->fd, &byte, 1));
}

TEST_F(pipe, bad_buffers)
{
	char bytes[4];

	EXPECT_EQ(-EFAULT, result(write(self->fd, (void *)-4096L, 3)));
	EXPECT_EQ(POLLOUT, ready(self->fd));
	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(-EFAULT, result(read(self->fd, (void *)-4096L, 3)));
	EXPECT_EQ(3, read(self->fd, bytes, 4));
}

TEST_F(pipe, each_has_its_own)
{
	int other = open("/dev/scullpipe3", O_RDWR | O_NONBLOCK);
	char byte;

	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(-EAGAIN, result(read(other, &byte, 1)));
	close(other);
}

/* A page that nobody serves: a task that touches it waits. */
static char *page_that_stalls(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);

	range.range.start = (unsigned long)page;
	range.range.len = 4096;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range))
		_exit(255);
	return page;
}

/* A close can not be killed, so it does not wait for a writer that is stalled. */
TEST_F(pipe, close_beside_a_stalled_writer)
{
	pid_t closer, writer, ended = 0;
	int told[2];
	char byte;

	ASSERT_EQ(0, pipe(told));
	closer = fork();
	if (!closer) {
		int own = open(NODE, O_RDWR);

		close(told[1]);
		_exit(read(told[0], &byte, 1) || close(own));
	}
	until_asleep(closer);
	writer = fork();
	if (!writer) {
		close(told[1]);
		_exit(write(self->fd, page_that_stalls(), 1));
	}
	until_asleep(writer);
	close(told[0]);
	close(told[1]);
	for (int i = 0; i < 1000 && !ended; i++) {
		ended = waitpid(closer, NULL, WNOHANG);
		usleep(10000);
	}
	EXPECT_EQ(closer, ended);
	kill(writer, SIGKILL);
	EXPECT_EQ(writer, waitpid(writer, NULL, 0));
}

/* The last close empties it; a new size holds from the next first open. */
TEST(buffer)
{
	int fd = open(NODE, O_RDWR | O_NONBLOCK), other;

	EXPECT_EQ(2, write(fd, "ab", 2));
	EXPECT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, 7));
	other = open(NODE, O_RDWR | O_NONBLOCK);
	EXPECT_EQ(SCULL_P_BUFFER - 2, fill(other));
	close(fd);
	close(other);
	fd = open(NODE, O_RDWR | O_NONBLOCK);
	EXPECT_EQ(POLLOUT, ready(fd));
	EXPECT_EQ(7, fill(fd));
	EXPECT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	close(fd);
}

TEST_HARNESS_MAIN
