// SPDX-License-Identifier: GPL-2.0
/* The module under an open file: it stays, and counts its files rightly. */
#include "common.h"

#include <signal.h>
#include <sys/syscall.h>

#define MODULE "chard_echo"

static long long remove_module(const char *name)
{
	return result(syscall(SYS_delete_module, name, O_NONBLOCK));
}

/* The module's users, by its own count; negative if it is not loaded. */
static int users(void)
{
	FILE *file = fopen("/sys/module/" MODULE "/refcnt", "r");
	int count = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &count) != 1)
		count = -1;
	fclose(file);
	return count;
}

FIXTURE(module)
{
	int fd;
	int before;
};

FIXTURE_SETUP(module)
{
	/* Not SKIP: the harness of 6.1 would run the test all the same. */
	ASSERT_EQ(0u, geteuid())
	{
		TH_LOG("needs root, to remove a module");
	}
	self->before = users();
	ASSERT_LE(0, self->before)
	{
		TH_LOG("%s is not loaded as a module", MODULE);
	}
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_reset(self->fd));
}

FIXTURE_TEARDOWN(module)
{
	EXPECT_EQ(0, device_reset(self->fd));
	EXPECT_EQ(0, close(self->fd));
	EXPECT_EQ(self->before, users());
}

TEST_F(module, stays_while_open)
{
	char text[6] = "";

	EXPECT_EQ(5, result(write(self->fd, "shard", 5)));
	EXPECT_EQ(-EAGAIN, remove_module(MODULE));
	EXPECT_EQ(5, result(pread(self->fd, text, 5, 0)));
	EXPECT_STREQ("shard", text);
	EXPECT_EQ(5, buffer_size(self->fd));
	EXPECT_EQ(0, close(device_open(O_RDWR)));
}

/* The core is used by its driver, open files or not. */
TEST_F(module, core_stays_under_the_driver)
{
	EXPECT_EQ(-EAGAIN, remove_module("chard"));
	EXPECT_EQ(4, result(write(self->fd, "fine", 4)));
}

TEST_F(module, one_use_for_each_file)
{
	int other = device_open(O_RDONLY), twin = dup(self->fd);

	EXPECT_EQ(self->before + 2, users());
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(self->before + 1, users());
	EXPECT_EQ(0, close(twin));
	EXPECT_EQ(self->before + 1, users());
	EXPECT_EQ(-EAGAIN, remove_module(MODULE));
}

/* The VFS refuses these after open, or before: either way no use is kept. */
TEST_F(module, no_use_for_a_failed_open)
{
	EXPECT_EQ(-EINVAL, result(device_open(O_RDWR | O_DIRECT)));
	EXPECT_EQ(-ENOTDIR, result(device_open(O_RDONLY | O_DIRECTORY)));
	EXPECT_EQ(0, close(device_open(O_PATH)));
	EXPECT_EQ(self->before + 1, users());
}

/* A file of a process that is killed is closed like any other. */
TEST_F(module, no_use_by_the_dead)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (device_open(O_RDWR) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	EXPECT_EQ(1, result(read(ready[0], &byte, 1)));
	EXPECT_EQ(self->before + 2, users());
	EXPECT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(self->before + 1, users());
	close(ready[0]);
	close(ready[1]);
}

TEST_HARNESS_MAIN
