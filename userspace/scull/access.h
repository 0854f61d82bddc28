/* SPDX-License-Identifier: GPL-2.0 */
/* Which users may open scullsingle, sculluid, scullwuid and scullpriv, and when. */

#define SINGLE "/dev/scullsingle"
#define UID "/dev/sculluid"
#define WUID "/dev/scullwuid"
#define PRIV "/dev/scullpriv"

static long size_of(int file)
{
	return lseek(file, 0, SEEK_END);
}

START_TEST(single)
{
	int one = open_as(user(ANNA), SINGLE, O_RDWR), copy;

	ck_assert_int_ge(one, 0);
	expect(3, write(one, "abc", 3));
	/* Neither the same user nor the administrator; and a refused open empties nothing. */
	ck_assert_int_eq(try_as(user(ANNA), SINGLE, O_RDONLY), -EBUSY);
	ck_assert_int_eq(try_as(user(ROOT), SINGLE, O_WRONLY), -EBUSY);
	ck_assert_int_eq(try_as(user(BERT), SINGLE, O_RDWR | O_NONBLOCK), -EBUSY);
	expect(3, size_of(one));
	/* A copy of the descriptor keeps the file. */
	copy = dup(one);
	expect(0, close(one));
	ck_assert_int_eq(try_as(user(ANNA), SINGLE, O_RDONLY), -EBUSY);
	expect(0, close(copy));
	one = open_as(user(BERT), SINGLE, O_RDONLY);
	expect(3, size_of(one));
	expect(0, close(one));
	ck_assert_int_eq(try_as(user(BERT), SINGLE, O_WRONLY), 0);
}
END_TEST

START_TEST(one_user)
{
	int one = open_as(user(ANNA), UID, O_RDWR), more;

	ck_assert_int_ge(one, 0);
	ck_assert_int_eq(try_as(user(BERT), UID, O_RDWR), -EBUSY);
	ck_assert_int_eq(try_as(user(BERT), UID, O_RDWR | O_NONBLOCK), -EBUSY);
	more = open_as(user(ANNA), UID, O_RDONLY);
	ck_assert_int_ge(more, 0);
	expect(0, close(one));
	/* It is hers until the last is closed, whichever user's that is. */
	one = open_as(user(ROOT), UID, O_RDONLY);
	ck_assert_int_ge(one, 0);
	expect(0, close(more));
	ck_assert_int_eq(try_as(user(BERT), UID, O_RDWR), -EBUSY);
	ck_assert_int_eq(try_as(user(ANNA), UID, O_RDWR), 0);
	expect(0, close(one));
	ck_assert_int_eq(try_as(user(BERT), UID, O_RDWR), 0);
}
END_TEST

static const struct {
	struct user user;
	long ret;
} owners_rows[] = {
	{ { ANNA, ANNA, 0 }, 0 },
	/* As of a program that has changed its user for a while: either counts. */
	{ { BERT, ANNA, 0 }, 0 },
	{ { ANNA, BERT, 0 }, 0 },
	{ { BERT, CARL, 0 }, -EBUSY },
	{ { BERT, BERT, CAP(CAP_DAC_OVERRIDE) }, 0 },
	{ { BERT, BERT, ALL_CAPS & ~CAP(CAP_DAC_OVERRIDE) }, -EBUSY },
	{ { BERT, BERT, CAP(CAP_DAC_READ_SEARCH) | CAP(CAP_SYS_ADMIN) }, -EBUSY },
};

START_TEST(owners)
{
	int one = open_as(user(ANNA), UID, O_RDWR);

	ck_assert_int_ge(one, 0);
	ck_assert_int_eq(try_as(owners_rows[_i].user, UID, O_RDWR), owners_rows[_i].ret);
	expect(0, close(one));
}
END_TEST

/* The owner is the real user of the first open. */
START_TEST(the_first_is_the_owner)
{
	int one = open_as((struct user){ BERT, ANNA, 0 }, UID, O_RDWR);

	ck_assert_int_ge(one, 0);
	ck_assert_int_eq(try_as(user(ANNA), UID, O_RDWR), -EBUSY);
	ck_assert_int_eq(try_as(user(BERT), UID, O_RDWR), 0);
	expect(0, close(one));
}
END_TEST

START_TEST(others_wait)
{
	struct visitor bert = { .user = user(BERT), .node = WUID, .flags = O_WRONLY };
	int one = open_as(user(ANNA), WUID, O_RDWR), more;

	ck_assert_int_ge(one, 0);
	expect(3, write(one, "abc", 3));
	ck_assert_int_eq(try_as(user(BERT), WUID, O_RDWR | O_NONBLOCK), -EAGAIN);
	ck_assert_int_eq(try_as(user(ROOT), WUID, O_RDWR), 0);
	more = open_as(user(ANNA), WUID, O_RDWR);
	ck_assert_int_ge(more, 0);
	begin_visit(&bert);
	expect(0, close(one));
	/* He waits for the last of hers, and until then empties nothing. */
	expect(3, size_of(more));
	expect(0, close(more));
	ck_assert_int_ge(end(&bert.task), 0);
	expect(0, size_of(bert.file));
	ck_assert_int_eq(try_as(user(ANNA), WUID, O_RDWR | O_NONBLOCK), -EAGAIN);
	expect(0, close(bert.file));
}
END_TEST

#define ROUNDS 30

/* Of the open files: how many, and the user of the last one. */
static int inside;
static uid_t inside_user;

struct guest {
	struct task task;
	const char *node;
	uid_t id;
	int wrong;
	int opened;
};

static long come_and_go(struct task *task)
{
	struct guest *guest = (struct guest *)task;
	struct user who = user(guest->id);

	be(&who);
	for (int i = 0; i < ROUNDS; i++) {
		int one = open(guest->node, O_RDWR);

		if (one < 0) {
			guest->wrong += errno != EBUSY;
			continue;
		}
		guest->opened++;
		__atomic_store_n(&inside_user, guest->id, __ATOMIC_SEQ_CST);
		/* The device alone keeps one from another. */
		if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) > 1 &&
		    !strcmp(guest->node, SINGLE))
			guest->wrong++;
		sched_yield();
		if (__atomic_load_n(&inside_user, __ATOMIC_SEQ_CST) != guest->id)
			guest->wrong++;
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		guest->wrong += close(one) != 0;
	}
	return 0;
}

static const char *const crowds_rows[] = { SINGLE, UID, WUID };

START_TEST(crowds)
{
	static const uid_t ids[] = { ANNA, ANNA, BERT, BERT, CARL };
	struct guest guests[5] = {};

	for (int i = 0; i < 5; i++) {
		guests[i].task.call = come_and_go;
		guests[i].node = crowds_rows[_i];
		guests[i].id = ids[i];
		expect(0, pthread_create(&guests[i].task.thread, NULL, run_task, &guests[i].task));
	}
	for (int i = 0; i < 5; i++) {
		end(&guests[i].task);
		ck_assert_int_eq(guests[i].wrong, 0);
		/* The waiting open succeeds every time. */
		if (crowds_rows[_i] == crowds_rows[2])
			ck_assert_int_eq(guests[i].opened, ROUNDS);
	}
	ck_assert_int_eq(try_as(user(CARL), crowds_rows[_i], O_RDWR), 0);
}
END_TEST

static long open_private(void)
{
	int one = open(PRIV, O_RDWR);

	return one < 0 ? errno : close(one);
}

static long leave_text(const char *text)
{
	long len = strlen(text);
	int one = open(PRIV, O_WRONLY);

	return one < 0 || write(one, text, len) != len || close(one);
}

static long leave_one(void)
{
	return leave_text("one");
}

static long leave_longer(void)
{
	return leave_text("longer");
}

static long how_much(void)
{
	int one = open(PRIV, O_RDONLY);
	long ret = size_of(one);

	return close(one) ? 250 : ret;
}

START_TEST(each_terminal_has_its_own)
{
	ck_assert_int_eq(from_terminal(-1, open_private), EINVAL);
	ck_assert_int_eq(from_terminal(0, leave_one), 0);
	ck_assert_int_eq(from_terminal(1, leave_longer), 0);
	ck_assert_int_eq(from_terminal(0, how_much), 3);
	ck_assert_int_eq(from_terminal(1, how_much), 6);
	ck_assert_int_eq(from_terminal(1, leave_one), 0);
	ck_assert_int_eq(from_terminal(0, leave_longer), 0);
	ck_assert_int_eq(from_terminal(1, how_much), 3);
	ck_assert_int_eq(from_terminal(0, how_much), 6);
}
END_TEST

/* By its number, which is the place of its name. */
START_TEST(devices_come_and_go)
{
	int one = open_node(O_RDWR), other;
	char byte = 'x';

	expect(1, write(one, &byte, 1));
	ck_assert_int_eq(host_add(0), -EEXIST);
	ck_assert_int_eq(host_add(12), -EINVAL);
	ck_assert_int_eq(host_add(~0U), -ENOSPC);
	host_remove(one);
	expect(-ENODEV, pread(one, &byte, 1, 0));
	expect(-ENODEV, ioctl(one, SCULL_IOCQQSET));
	expect(-ENODEV, pread(fd, &byte, 1, 0));
	ck_assert_int_eq(host_add(~0U), 0);
	/* Another device of the same name, which those do not see. */
	other = open_node(O_RDWR);
	expect(0, size_of(other));
	expect(-ENODEV, lseek(one, 0, SEEK_END));
	expect(0, close(one));
	expect(0, close(other));
}
END_TEST

START_TEST(a_device_goes_that_is_waited_for)
{
	struct visitor bert = { .user = user(BERT), .node = WUID, .flags = O_RDWR };
	int one = open_as(user(ANNA), WUID, O_RDWR);

	ck_assert_int_ge(one, 0);
	begin_visit(&bert);
	host_remove(one);
	ck_assert_int_eq(end(&bert.task), -ENODEV);
	expect(0, close(one));
	ck_assert_int_eq(host_add(10), 10);
	ck_assert_int_eq(try_as(user(BERT), WUID, O_RDWR), 0);
}
END_TEST

static void add_access(TCase *tests)
{
	tcase_add_test(tests, single);
	tcase_add_test(tests, one_user);
	add_table(tests, owners);
	tcase_add_test(tests, the_first_is_the_owner);
	tcase_add_test(tests, others_wait);
	add_table(tests, crowds);
	tcase_add_test(tests, each_terminal_has_its_own);
	if (!host_add)
		return;
	tcase_add_test(tests, devices_come_and_go);
	tcase_add_test(tests, a_device_goes_that_is_waited_for);
}
