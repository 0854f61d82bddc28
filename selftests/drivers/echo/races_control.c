// SPDX-License-Identifier: GPL-2.0
/* Files, limits and user memory that change while others use the device. */
#include "races.h"

#define BLOCK 4096

static void *open_and_close(void *arg)
{
	struct worker *me = arg;
	int fds[8], i;

	do {
		for (i = 0; i < 8; i++)
			fds[i] = device_open(O_RDWR);
		for (i = 0; i < 8; i++) {
			must(me->shared, pwrite(fds[i], &me->id, 1, i) == 1);
			must(me->shared, !close(fds[i]));
		}
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, open_close)
{
	struct shared shared = { .fd = self->fd };

	ASSERT_TRUE(run(&shared, WHILE_USEC, open_and_close, open_and_close, clear));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
}

static void *set_limits(void *arg)
{
	struct worker *me = arg;
	__u64 limit = 1;

	do {
		long long ret = set_limit(me->shared->fd, limit);

		must(me->shared, ret == 0 || ret == -EBUSY);
		limit = limit * 7 % 9000 + 1;
	} while (go_on(me->shared));
	return NULL;
}

static void *write_somewhere(void *arg)
{
	struct worker *me = arg;
	unsigned char bytes[BLOCK];
	off_t at = 0;

	memset(bytes, me->id, sizeof(bytes));
	do {
		long long ret = result(pwrite(me->shared->fd, bytes, BLOCK, at));

		must(me->shared, ret == -ENOSPC || (ret > 0 && ret <= BLOCK));
		at = (at * 5 + 77) % 8192;
	} while (go_on(me->shared));
	return NULL;
}

/* No limit above 9000 is ever set, so nothing can lie past it. */
TEST_F(echo, write_clear_set_limit)
{
	struct shared shared = { .fd = self->fd };
	long long size;

	ASSERT_EQ(0, set_limit(self->fd, 9000));
	ASSERT_TRUE(run(&shared, WHILE_USEC, write_somewhere, set_limits, clear));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
	size = buffer_size(self->fd);
	EXPECT_GE(9000, size);
	EXPECT_EQ(size ? 0 : -EINVAL, set_limit(self->fd, size));
}

static void *toggle_page(void *arg)
{
	struct worker *me = arg;
	long page = sysconf(_SC_PAGESIZE);

	do {
		must(me->shared, !mprotect(me->shared->page, page, PROT_NONE));
		must(me->shared, !mprotect(me->shared->page, page, PROT_READ | PROT_WRITE));
	} while (go_on(me->shared));
	return NULL;
}

/* Half of the buffer is in the page that comes and goes. */
static void *move_over_page(void *arg)
{
	struct worker *me = arg;
	unsigned char *from = me->shared->page - 50;

	do {
		long long ret = result(pwrite(me->shared->fd, from, 100, 0));

		must(me->shared, ret >= 50 && ret <= 100);
		ret = result(pread(me->shared->fd, from, 100, 0));
		must(me->shared, ret >= 50 && ret <= 100);
		ret = result(pread(me->shared->fd, from + 50, 50, 0));
		must(me->shared, ret == -EFAULT || (ret > 0 && ret <= 50));
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, memory_that_comes_and_goes)
{
	struct shared shared = { .fd = self->fd };
	unsigned char *pages = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(pages != MAP_FAILED);
	shared.page = pages + self->page;
	ASSERT_TRUE(run(&shared, WHILE_USEC, move_over_page, toggle_page, NULL));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(3, shared.steps);
}

TEST_HARNESS_MAIN
