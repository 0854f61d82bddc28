// SPDX-License-Identifier: GPL-2.0
/* The fifteen ioctls, of every kind of device: what each does, and its errors. */
#define _GNU_SOURCE
#include "common.h"
#include "terminal.h"

FIXTURE(ioctls)
{
	int fd;
};

FIXTURE_VARIANT(ioctls)
{
	const char *node;
};

#define OF_NODE(_variant, _node)              \
	FIXTURE_VARIANT_ADD(ioctls, _variant) \
	{                                     \
		.node = _node                 \
	}

OF_NODE(memory, "/dev/scull0");
OF_NODE(pipe, "/dev/scullpipe0");
OF_NODE(single, "/dev/scullsingle");
OF_NODE(user, "/dev/sculluid");
OF_NODE(user_waits, "/dev/scullwuid");

static const struct {
	unsigned int set, tell, get, query, exchange, shift;
	int initial, max;
} sizes[] = {
	{ SCULL_IOCSQUANTUM, SCULL_IOCTQUANTUM, SCULL_IOCGQUANTUM, SCULL_IOCQQUANTUM,
	  SCULL_IOCXQUANTUM, SCULL_IOCHQUANTUM, SCULL_QUANTUM, SCULL_QUANTUM_MAX },
	{ SCULL_IOCSQSET, SCULL_IOCTQSET, SCULL_IOCGQSET, SCULL_IOCQQSET, SCULL_IOCXQSET,
	  SCULL_IOCHQSET, SCULL_QSET, SCULL_QSET_MAX },
};

#define BAD ((void *)-4096L)

FIXTURE_SETUP(ioctls)
{
	self->fd = open(variant->node, O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(ioctls)
{
	EXPECT_EQ(0, ioctl(self->fd, SCULL_IOCRESET));
	EXPECT_EQ(0, ioctl(self->fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	close(self->fd);
}

/* Each that sets or tells a size, once: the line of the first that is wrong, or 0. */
static int try_sizes(int fd)
{
#define WANT(_wanted, _got)              \
	do {                             \
		if ((_wanted) != (_got)) \
			return __LINE__; \
	} while (0)

	for (int i = 0; i < 2; i++) {
		int value = 11;

		WANT(sizes[i].initial, ioctl(fd, sizes[i].query));
		WANT(0, ioctl(fd, sizes[i].set, &value));
		WANT(11, ioctl(fd, sizes[i].query));
		WANT(0, ioctl(fd, sizes[i].tell, 12));
		value = 0;
		WANT(0, ioctl(fd, sizes[i].get, &value));
		WANT(12, value);
		value = 13;
		WANT(0, ioctl(fd, sizes[i].exchange, &value));
		WANT(12, value);
		WANT(13, ioctl(fd, sizes[i].shift, 14));
		WANT(14, ioctl(fd, sizes[i].query));
		/* The other has stayed. */
		WANT(sizes[!i].initial, ioctl(fd, sizes[!i].query));
		WANT(0, ioctl(fd, SCULL_IOCRESET));
		WANT(sizes[i].initial, ioctl(fd, sizes[i].query));
	}
	WANT(SCULL_P_BUFFER, ioctl(fd, SCULL_P_IOCQSIZE));
	WANT(0, ioctl(fd, SCULL_P_IOCTSIZE, 17));
	WANT(17, ioctl(fd, SCULL_P_IOCQSIZE));
	WANT(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	return 0;
}

TEST_F(ioctls, each_does_what_it_is_for)
{
	EXPECT_EQ(0, try_sizes(self->fd));
}

TEST(of_a_terminals_memory)
{
	pid_t child = fork();

	if (!child) {
		if (new_terminal())
			_exit(1);
		_exit(try_sizes(open("/dev/scullpriv", O_RDWR)));
	}
	EXPECT_EQ(0, ended(child));
}

TEST_F(ioctls, pipe_size)
{
	EXPECT_EQ(SCULL_P_BUFFER, ioctl(self->fd, SCULL_P_IOCQSIZE));
	EXPECT_EQ(0, ioctl(self->fd, SCULL_P_IOCTSIZE, 17));
	EXPECT_EQ(17, ioctl(self->fd, SCULL_P_IOCQSIZE));
	/* It is none of those that are reset. */
	EXPECT_EQ(0, ioctl(self->fd, SCULL_IOCRESET));
	EXPECT_EQ(17, ioctl(self->fd, SCULL_P_IOCQSIZE));
	EXPECT_EQ(-EINVAL, result(ioctl(self->fd, SCULL_P_IOCTSIZE, 0)));
	EXPECT_EQ(-EINVAL, result(ioctl(self->fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER_MAX + 1)));
	EXPECT_EQ(0, ioctl(self->fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER_MAX));
}

TEST_F(ioctls, sizes_that_are_none)
{
	for (int i = 0; i < 2; i++) {
		const long bad[] = { 0, -1, sizes[i].max + 1L, 1L << 32 };

		for (int k = 0; k < 4; k++) {
			int value = bad[k];

			EXPECT_EQ(-EINVAL, result(ioctl(self->fd, sizes[i].set, &value)));
			EXPECT_EQ(-EINVAL, result(ioctl(self->fd, sizes[i].tell, bad[k])));
			EXPECT_EQ(-EINVAL, result(ioctl(self->fd, sizes[i].exchange, &value)));
			EXPECT_EQ(-EINVAL, result(ioctl(self->fd, sizes[i].shift, bad[k])));
			EXPECT_EQ((int)bad[k], value);
		}
		EXPECT_EQ(0, ioctl(self->fd, sizes[i].tell, sizes[i].max));
		EXPECT_EQ(sizes[i].max, ioctl(self->fd, sizes[i].shift, 1));
		EXPECT_EQ(0, ioctl(self->fd, SCULL_IOCRESET));
	}
}

TEST_F(ioctls, bad_pointers)
{
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(-EFAULT, result(ioctl(self->fd, sizes[i].set, BAD)));
		EXPECT_EQ(-EFAULT, result(ioctl(self->fd, sizes[i].get, BAD)));
		EXPECT_EQ(-EFAULT, result(ioctl(self->fd, sizes[i].exchange, BAD)));
		EXPECT_EQ(sizes[i].initial, ioctl(self->fd, sizes[i].query));
	}
}

TEST_F(ioctls, others_may_look_and_not_more)
{
	int value = 5;

	EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, SCULL_IOCRESET)));
	EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, SCULL_P_IOCTSIZE, 5)));
	EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, SCULL_P_IOCTSIZE, 0)));
	EXPECT_EQ(0, as_user(1000, ioctl(self->fd, SCULL_P_IOCQSIZE) - SCULL_P_BUFFER));
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, sizes[i].set, &value)));
		EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, sizes[i].tell, 5)));
		EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, sizes[i].exchange, &value)));
		EXPECT_EQ(-EPERM, as_user(1000, ioctl(self->fd, sizes[i].shift, 5)));
		EXPECT_EQ(0, as_user(1000, ioctl(self->fd, sizes[i].get, &value)));
		EXPECT_EQ(0, as_user(1000, ioctl(self->fd, sizes[i].query) - sizes[i].initial));
		EXPECT_EQ(sizes[i].initial, ioctl(self->fd, sizes[i].query));
	}
}

TEST_F(ioctls, numbers_that_are_none)
{
	EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, _IO('k', SCULL_IOC_MAXNR + 1))));
	EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, _IO('j', 7))));
	/* Another size, another direction. */
	EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, _IOW('k', 1, long), 5)));
	EXPECT_EQ(-ENOTTY, result(ioctl(self->fd, _IOR('k', 1, int), 5)));
}

/* As the book numbers them. */
TEST(numbers)
{
	EXPECT_EQ(0x6b00, SCULL_IOCRESET);
	EXPECT_EQ(0x40046b01, SCULL_IOCSQUANTUM);
	EXPECT_EQ(0x40046b02, SCULL_IOCSQSET);
	EXPECT_EQ(0x6b03, SCULL_IOCTQUANTUM);
	EXPECT_EQ(0x6b04, SCULL_IOCTQSET);
	EXPECT_EQ(0x80046b05, SCULL_IOCGQUANTUM);
	EXPECT_EQ(0x80046b06, SCULL_IOCGQSET);
	EXPECT_EQ(0x6b07, SCULL_IOCQQUANTUM);
	EXPECT_EQ(0x6b08, SCULL_IOCQQSET);
	EXPECT_EQ(0xc0046b09, SCULL_IOCXQUANTUM);
	EXPECT_EQ(0xc0046b0a, SCULL_IOCXQSET);
	EXPECT_EQ(0x6b0b, SCULL_IOCHQUANTUM);
	EXPECT_EQ(0x6b0c, SCULL_IOCHQSET);
	EXPECT_EQ(0x6b0d, SCULL_P_IOCTSIZE);
	EXPECT_EQ(0x6b0e, SCULL_P_IOCQSIZE);
}

TEST_HARNESS_MAIN
