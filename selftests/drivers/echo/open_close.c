// SPDX-License-Identifier: GPL-2.0
/* The node, and what opening and closing it does. */
#include "common.h"

#include <sys/resource.h>
#include <sys/sysmacros.h>

TEST(node)
{
	struct stat st;

	ASSERT_EQ(0, stat(ECHO_NODE, &st));
	EXPECT_TRUE(S_ISCHR(st.st_mode));
	EXPECT_EQ(0666u, st.st_mode & 07777);
	EXPECT_EQ(10u, major(st.st_rdev));
}

TEST_F(echo, starts_empty_at_zero)
{
	char byte;

	EXPECT_EQ(0, file_position(self->fd));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(0, result(read(self->fd, &byte, 1)));
}

TEST_F(echo, any_access_mode)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		int fd = device_open(modes[i] | O_NONBLOCK | O_CLOEXEC);

		ASSERT_LE(0, fd);
		EXPECT_EQ(0, buffer_size(fd));
		EXPECT_EQ(0, close(fd));
	}
}

TEST_F(echo, any_user)
{
	int status;
	pid_t pid;

	if (geteuid())
		SKIP(return, "needs root, to be somebody else");
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit(device_open(O_RDWR) < 0 ? 2 : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(echo, files_share_the_buffer)
{
	int other = device_open(O_RDWR);
	char text[6] = "";

	ASSERT_LE(0, other);
	EXPECT_EQ(5, result(write(self->fd, "shard", 5)));
	EXPECT_EQ(0, file_position(other));
	EXPECT_EQ(5, buffer_size(other));
	EXPECT_EQ(5, result(read(other, text, 5)));
	EXPECT_STREQ("shard", text);
	EXPECT_EQ(0, close(other));
}

TEST_F(echo, bytes_outlive_the_file)
{
	int writer = device_open(O_WRONLY);
	char text[6] = "";

	ASSERT_LE(0, writer);
	EXPECT_EQ(5, result(write(writer, "shard", 5)));
	EXPECT_EQ(0, close(writer));
	EXPECT_EQ(5, result(read(self->fd, text, 5)));
	EXPECT_STREQ("shard", text);
}

/* The VFS truncates regular files only; the buffer is emptied by CLEAR alone. */
TEST_F(echo, o_trunc_keeps_the_bytes)
{
	int other;

	ASSERT_EQ(5, result(write(self->fd, "shard", 5)));
	other = device_open(O_RDWR | O_TRUNC | O_CREAT);
	ASSERT_LE(0, other);
	EXPECT_EQ(5, buffer_size(other));
	EXPECT_EQ(0, close(other));
}

/* Refused by the VFS after the driver's open: it must be released again. */
TEST_F(echo, o_direct)
{
	int i;

	for (i = 0; i < 100; i++) {
		long long ret = result(device_open(O_RDWR | O_DIRECT));

		EXPECT_EQ(-EINVAL, ret);
	}
	EXPECT_EQ(4, result(write(self->fd, "fine", 4)));
}

TEST_F(echo, not_a_directory)
{
	EXPECT_EQ(-ENOTDIR, result(device_open(O_RDONLY | O_DIRECTORY)));
	EXPECT_EQ(-EEXIST, result(device_open(O_RDWR | O_CREAT | O_EXCL)));
}

/* Each with a position of its own. */
TEST_F(echo, many_files)
{
	struct rlimit limit = { 1024, 1024 };
	unsigned char bytes[256], byte;
	int fds[400];
	unsigned int i;

	setrlimit(RLIMIT_NOFILE, &limit);
	fill(bytes, sizeof(bytes), 1);
	ASSERT_EQ(256, result(write(self->fd, bytes, sizeof(bytes))));
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = device_open(O_RDONLY);
		ASSERT_LE(0, fds[i]);
		EXPECT_EQ(i % 256, result(lseek(fds[i], i % 256, SEEK_SET)));
	}
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		EXPECT_EQ(1, result(read(fds[i], &byte, 1)));
		EXPECT_EQ(bytes[i % 256], byte);
		EXPECT_EQ(0, close(fds[i]));
	}
}

TEST_F(echo, opened_and_closed_often)
{
	int i;

	for (i = 0; i < 1000; i++) {
		int fd = device_open(O_RDWR);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, close(fd));
	}
	EXPECT_EQ(0, buffer_size(self->fd));
}

/* A child's file is the parent's: one position, open until both are done. */
TEST_F(echo, inherited)
{
	char text[6] = "";
	int status;
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		bool good = write(self->fd, "shard", 5) == 5;

		close(self->fd);
		_exit(good ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(5, file_position(self->fd));
	EXPECT_EQ(5, result(pread(self->fd, text, 5, 0)));
	EXPECT_STREQ("shard", text);
}

TEST_HARNESS_MAIN
