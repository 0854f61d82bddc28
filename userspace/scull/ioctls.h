/* SPDX-License-Identifier: GPL-2.0 */
/* The fifteen ioctls, of every kind of device: what each does, and its errors. */

static const char *const nodes[] = { NODE, PIPE, SINGLE, UID, WUID };

static const struct {
	unsigned int set, tell, get, query, exchange, shift;
	int initial, max;
} sizes[] = {
	{ SCULL_IOCSQUANTUM, SCULL_IOCTQUANTUM, SCULL_IOCGQUANTUM, SCULL_IOCQQUANTUM,
	  SCULL_IOCXQUANTUM, SCULL_IOCHQUANTUM, SCULL_QUANTUM, SCULL_QUANTUM_MAX },
	{ SCULL_IOCSQSET, SCULL_IOCTQSET, SCULL_IOCGQSET, SCULL_IOCQQSET, SCULL_IOCXQSET,
	  SCULL_IOCHQSET, SCULL_QSET, SCULL_QSET_MAX },
};

#define NODES (sizeof(nodes) / sizeof(*nodes))
#define SIZES 2

static int file;

/* The file of this round's node. */
static void open_node_of(int round)
{
	file = open(nodes[round % NODES], O_RDWR);
	ck_assert_int_ge(file, 0);
}

static void setup_ioctls(void)
{
	setup_scull();
	file = -1;
}

static void teardown_ioctls(void)
{
	expect(0, ioctl(fd, SCULL_IOCRESET));
	expect(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	if (file >= 0)
		expect(0, close(file));
	teardown();
}

/* Each that sets or tells a size, once: 0, or how far it came. */
static long try_sizes(int of)
{
	int step = 0, value = 11;

#define WANT(_wanted, _got)              \
	do {                             \
		step++;                  \
		if ((_wanted) != (_got)) \
			return step;     \
	} while (0)

	for (int i = 0; i < SIZES; i++) {
		value = 11;
		WANT(sizes[i].initial, ioctl(of, sizes[i].query));
		WANT(0, ioctl(of, sizes[i].set, &value));
		WANT(11, ioctl(of, sizes[i].query));
		WANT(0, ioctl(of, sizes[i].tell, 12));
		WANT(0, ioctl(of, sizes[i].get, &value));
		WANT(12, value);
		value = 13;
		WANT(0, ioctl(of, sizes[i].exchange, &value));
		WANT(12, value);
		WANT(13, ioctl(of, sizes[i].shift, 14));
		WANT(14, ioctl(of, sizes[i].query));
		/* The other has stayed. */
		WANT(sizes[!i].initial, ioctl(of, sizes[!i].query));
		WANT(0, ioctl(of, SCULL_IOCRESET));
		WANT(sizes[i].initial, ioctl(of, sizes[i].query));
	}
	WANT(SCULL_P_BUFFER, ioctl(of, SCULL_P_IOCQSIZE));
	WANT(0, ioctl(of, SCULL_P_IOCTSIZE, 17));
	WANT(17, ioctl(of, SCULL_P_IOCQSIZE));
	/* It is none of those that are reset. */
	WANT(0, ioctl(of, SCULL_IOCRESET));
	WANT(17, ioctl(of, SCULL_P_IOCQSIZE));
	WANT(0, ioctl(of, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	return 0;
}

START_TEST(each_does_what_it_is_for)
{
	open_node_of(_i);
	ck_assert_int_eq(try_sizes(file), 0);
	/* The same through every node. */
	expect(0, ioctl(file, SCULL_IOCTQSET, 21));
	expect(21, ioctl(fd, SCULL_IOCQQSET));
}
END_TEST

static long try_private(void)
{
	return try_sizes(open(PRIV, O_RDWR));
}

START_TEST(of_a_terminal)
{
	ck_assert_int_eq(from_terminal(0, try_private), 0);
}
END_TEST

static const long none_rows[] = { 0, -1, LONG_MIN, 1L << 32, (1L << 32) + 1 };

START_TEST(none)
{
	long bad = none_rows[_i];
	int value = bad;

	expect(-EINVAL, ioctl(fd, SCULL_P_IOCTSIZE, bad));
	for (int i = 0; i < SIZES; i++) {
		expect(-EINVAL, ioctl(fd, sizes[i].tell, bad));
		expect(-EINVAL, ioctl(fd, sizes[i].shift, bad));
		/* Of the last an int has what is a size. */
		if (value == 1)
			continue;
		expect(-EINVAL, ioctl(fd, sizes[i].set, &value));
		expect(-EINVAL, ioctl(fd, sizes[i].exchange, &value));
		ck_assert_int_eq(value, (int)bad);
		expect(sizes[i].initial, ioctl(fd, sizes[i].query));
	}
}
END_TEST

START_TEST(the_most)
{
	expect(-EINVAL, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER_MAX + 1));
	expect(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER_MAX));
	expect(SCULL_P_BUFFER_MAX, ioctl(fd, SCULL_P_IOCQSIZE));
	for (int i = 0; i < SIZES; i++) {
		int value = sizes[i].max + 1;

		expect(-EINVAL, ioctl(fd, sizes[i].set, &value));
		expect(-EINVAL, ioctl(fd, sizes[i].tell, value));
		expect(-EINVAL, ioctl(fd, sizes[i].exchange, &value));
		expect(-EINVAL, ioctl(fd, sizes[i].shift, value));
		value = sizes[i].max;
		expect(0, ioctl(fd, sizes[i].set, &value));
		expect(value, ioctl(fd, sizes[i].shift, 1));
		expect(1, ioctl(fd, sizes[i].query));
	}
}
END_TEST

START_TEST(bad_pointers)
{
	char *const bad[] = { NULL, half + page - 2, KERNEL_ADDRESS };

	for (int i = 0; i < 3 * SIZES; i++) {
		char *at = bad[i / SIZES];

		expect(-EFAULT, ioctl(fd, sizes[i % SIZES].set, at));
		expect(-EFAULT, ioctl(fd, sizes[i % SIZES].get, at));
		expect(-EFAULT, ioctl(fd, sizes[i % SIZES].exchange, at));
		expect(sizes[i % SIZES].initial, ioctl(fd, sizes[i % SIZES].query));
	}
}
END_TEST

#define EXPECT_AS(expected, user, cmd, arg) \
	ck_assert_int_eq(ioctl_as(user, file, cmd, (unsigned long)(arg)), expected)

START_TEST(others_may_look_and_not_more)
{
	const struct user anna = user(ANNA);
	int value = 5;

	open_node_of(_i);
	EXPECT_AS(-EPERM, anna, SCULL_IOCRESET, 0);
	EXPECT_AS(-EPERM, anna, SCULL_P_IOCTSIZE, 5);
	EXPECT_AS(-EPERM, anna, SCULL_P_IOCTSIZE, 0);
	EXPECT_AS(SCULL_P_BUFFER, anna, SCULL_P_IOCQSIZE, 0);
	for (int i = 0; i < SIZES; i++) {
		EXPECT_AS(-EPERM, anna, sizes[i].set, &value);
		EXPECT_AS(-EPERM, anna, sizes[i].tell, 5);
		EXPECT_AS(-EPERM, anna, sizes[i].exchange, &value);
		EXPECT_AS(-EPERM, anna, sizes[i].shift, 5);
		ck_assert_int_eq(value, 5);
		EXPECT_AS(sizes[i].initial, anna, sizes[i].query, 0);
		EXPECT_AS(0, anna, sizes[i].get, &value);
		ck_assert_int_eq(value, sizes[i].initial);
		value = 5;
	}
}
END_TEST

/* Of root's capabilities it is this one. */
START_TEST(the_capability)
{
	const struct user able = { ANNA, ANNA, CAP(CAP_SYS_ADMIN) };
	const struct user unable = { ROOT, ROOT, ALL_CAPS & ~CAP(CAP_SYS_ADMIN) };

	open_node_of(0);
	EXPECT_AS(-EPERM, unable, SCULL_IOCTQUANTUM, 5);
	EXPECT_AS(-EPERM, unable, SCULL_IOCRESET, 0);
	EXPECT_AS(0, able, SCULL_IOCTQUANTUM, 5);
	EXPECT_AS(5, able, SCULL_IOCHQUANTUM, 6);
	EXPECT_AS(0, able, SCULL_IOCRESET, 0);
}
END_TEST

static const unsigned long unknown_rows[] = {
	_IO(SCULL_IOC_MAGIC, SCULL_IOC_MAXNR + 1),
	_IO(SCULL_IOC_MAGIC - 1, 7),
	_IOW(SCULL_IOC_MAGIC, 1, long),
	_IOR(SCULL_IOC_MAGIC, 1, int),
};

START_TEST(unknown)
{
	int value = 5;

	expect(-ENOTTY, ioctl(fd, unknown_rows[_i], &value));
}
END_TEST

static void add_ioctls(TCase *tests)
{
	tcase_add_checked_fixture(tests, setup_ioctls, teardown_ioctls);
	tcase_add_loop_test(tests, each_does_what_it_is_for, 0, NODES);
	tcase_add_test(tests, of_a_terminal);
	add_table(tests, none);
	tcase_add_test(tests, the_most);
	tcase_add_test(tests, bad_pointers);
	tcase_add_loop_test(tests, others_may_look_and_not_more, 0, NODES);
	tcase_add_test(tests, the_capability);
	add_table(tests, unknown);
}
