// SPDX-License-Identifier: GPL-2.0
/* Methods that answer what no caller expects, or without an end. */
#include "hostile.h"
#include "uring.h"

#include <linux/futex.h>
#include <sys/uio.h>

/* What the next methods answer. */
static long long answers(int fd, unsigned int what)
{
	return told(fd, CHARD_HOSTILE_ANSWER, what);
}

TEST_F(hostile, reads_more_than_asked)
{
	char text[300];
	struct iovec parts[2] = { { text, 100 }, { text + 150, 100 } };

	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_MORE));
	memset(text, 0, sizeof(text));
	EXPECT_EQ(100, result(read(self->fd, text, 100)));
	EXPECT_EQ(0, text[100]);
	EXPECT_EQ(200, result(readv(self->fd, parts, 2)));
	EXPECT_EQ(0, text[100]);
	EXPECT_EQ(0, text[250]);
	EXPECT_EQ(0, result(read(self->fd, text, 0)));
}

TEST_F(hostile, writes_more_than_given)
{
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_MORE));
	/* The second part is refused, the first was used. */
	EXPECT_EQ(3, result(write(self->fd, "xyz", 3)));
	EXPECT_EQ(-EINVAL, result(write(self->fd, "", 0)));
}

TEST_F(hostile, writes_at_the_last_position)
{
	char text[8];

	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_FAR));
	EXPECT_EQ(3, result(write(self->fd, "xyz", 3)));
	EXPECT_EQ(INT64_MAX, result(lseek(self->fd, 0, SEEK_CUR)) == -EOVERFLOW ? INT64_MAX : 0);
	EXPECT_GE(0, result(read(self->fd, text, sizeof(text))));
	EXPECT_EQ(7, result(pread(self->fd, text, sizeof(text), 0)));
}

TEST_F(hostile, seeks_beyond_all)
{
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_FAR));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, 0, SEEK_SET)));
	ASSERT_EQ(0, answers(self->fd, 0));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, -1, SEEK_SET)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, 1, SEEK_END)));
	EXPECT_EQ(INT64_MAX, result(lseek(self->fd, INT64_MAX, SEEK_SET)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, INT64_MAX, SEEK_CUR)));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
}

TEST_F(hostile, polls_ready_for_all)
{
	struct pollfd polled = { .fd = self->fd, .events = POLLIN | POLLOUT | POLLPRI };

	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_ALL));
	EXPECT_EQ(1, poll(&polled, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT | POLLPRI | POLLERR | POLLHUP, polled.revents);
}

/* The file has a reference to each queue, so they may be gone already. */
TEST_F(hostile, polls_queues_that_are_gone)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	struct pollfd polled = { .fd = self->fd, .events = POLLPRI };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_MORE));
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event));
	for (int i = 0; i < 50; i++) {
		EXPECT_LE(0, epoll_wait(epoll, &event, 1, 0));
		EXPECT_EQ(0, poll(&polled, 1, 1));
	}
	EXPECT_EQ(0, close(epoll));
}

static void shows_without_end(struct __test_metadata *_metadata, const char *path, long long ends)
{
	static char text[1 << 16];
	long long all = 0, got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	while ((got = result(read(fd, text, sizeof(text)))) > 0)
		all += got;
	EXPECT_EQ(ends, got);
	/* No more than the core lets one show. */
	EXPECT_GE(2 << 20, all);
	close(fd);
}

TEST_F(hostile, fdinfo_without_end)
{
	char path[64];

	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_ENDLESS));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->fd);
	shows_without_end(_metadata, path, 0);
}

TEST_F(hostile, attribute_without_end)
{
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_ENDLESS));
	shows_without_end(_metadata, SYSFS "0/deed", -EFBIG);
}

TEST_F(hostile, view_without_end)
{
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_ENDLESS));
	shows_without_end(_metadata, DEBUGFS "0/view", -EFBIG);
}

/* It is taken out of its array each time, and comes again when it has no place any more. */
TEST_F(hostile, faults_with_a_page_it_has_kept)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
	pid_t task;
	int status;

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_KEPT));
	task = fork();
	if (!task) {
		*page = 1;
		_exit(0);
	}
	usleep(200000);
	/* It may look again and again, but can be killed. */
	kill(task, SIGKILL);
	EXPECT_EQ(task, waitpid(task, &status, 0));
	ASSERT_EQ(0, answers(self->fd, 0));
	EXPECT_EQ(0, touching(page));
	*page = 1;
	munmap(page, 4096);
}

/* Its exit looks for futexes there, and no signal reaches it any more. */
TEST_F(hostile, faults_in_vain_as_its_task_exits)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
	pid_t task;
	int status;

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_STOCK));
	task = fork();
	if (!task)
		_exit(syscall(SYS_set_robust_list, page, sizeof(struct robust_list_head)) != 0);
	EXPECT_EQ(task, waitpid(task, &status, 0));
	EXPECT_EQ(0, status);
	/* It tries once, and not as often as there is something to be given. */
	EXPECT_EQ(1, deed(self->fd, CHARD_HOSTILE_CAME));
	ASSERT_EQ(0, answers(self->fd, 0));
	EXPECT_EQ(0, touching(page));
	munmap(page, 4096);
}

TEST_F(hostile, faults_with_the_page_of_another_place)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_OTHER));
	EXPECT_EQ(SIGBUS, touching(page));
	EXPECT_EQ(SIGBUS, touching(page + 4096));
	munmap(page, 8192);
}

/* Submits a command, whose answer is that of the handler's then. */
static int command(int fd, struct ring *ring)
{
	int ret = ring_submit(ring, ring_command(fd, 1, 1));

	return ret == 1 ? ring_next(ring, NULL) : -ret;
}

TEST_F(hostile, answers_a_command_beyond_all)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_FAR));
	EXPECT_EQ(-EOVERFLOW, command(self->fd, &ring));
	ring_close(&ring);
}

/* To the VFS EIOCBQUEUED is a transfer that goes on: a read that returns it is a BUG(). */
TEST_F(hostile, answers_an_errno_of_the_kernels)
{
	struct iovec part;
	struct ring ring;
	char text[8];

	part = (struct iovec){ text, sizeof(text) };
	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_ERRNO));
	/* ENOTSUPP has a name for callers; EPROBE_DEFER is for a bus. */
	EXPECT_EQ(-EOPNOTSUPP, result(lseek(self->fd, 524, SEEK_SET)));
	EXPECT_EQ(-EIO, result(lseek(self->fd, 517, SEEK_SET)));
	EXPECT_EQ(-EIO, result(read(self->fd, text, sizeof(text))));
	EXPECT_EQ(-EIO, result(readv(self->fd, &part, 1)));
	EXPECT_EQ(-EIO, result(write(self->fd, text, sizeof(text))));
	EXPECT_EQ(-EIO, result(writev(self->fd, &part, 1)));
	EXPECT_EQ(-EIO, command(self->fd, &ring));
	ring_close(&ring);
}

/* The error counts; the one that was kept for later finds that it is over. */
TEST_F(hostile, answers_a_command_twice)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_TWICE));
	EXPECT_EQ(-EXDEV, command(self->fd, &ring));
	ASSERT_EQ(0, answers(self->fd, 0));
	EXPECT_EQ(7, command(self->fd, &ring));
	ring_close(&ring);
}

TEST_F(hostile, answers_a_command_elsewhere)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_KEPT));
	EXPECT_EQ(9, command(self->fd, &ring));
	ring_close(&ring);
}

/* Its ring ends it. */
TEST_F(hostile, never_answers_a_command)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, answers(self->fd, CHARD_HOSTILE_ANSWERS_FORGOTTEN));
	EXPECT_EQ(1, ring_submit(&ring, ring_command(self->fd, 1, 1)));
	EXPECT_EQ(0, ring_ended(&ring));
	ring_close(&ring);
	ASSERT_EQ(0, answers(self->fd, 0));
}

TEST_HARNESS_MAIN
