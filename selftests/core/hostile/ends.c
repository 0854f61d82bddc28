// SPDX-License-Identifier: GPL-2.0
/* The end of all: the driver can be unloaded, and panics while it is loaded again. */
#include "hostile.h"

static long long load(const char *parameters)
{
	int fd = open("chard_hostile.ko", O_RDONLY | O_CLOEXEC);
	long long ret = result(syscall(SYS_finit_module, fd, parameters, 0));

	close(fd);
	return ret;
}

static long long unload(void)
{
	return result(syscall(SYS_delete_module, "chard_hostile", O_NONBLOCK));
}

TEST(leaves_what_was_forgotten)
{
	const char *text;

	/* A command that was forgotten has its file until the ring has gone. */
	EXPECT_TRUE(within(!unload()));
	text = strstr(log_text(), "hostile: left behind: ");
	ASSERT_NE(NULL, text);
	/* Two states whose drop has panicked; the page that was forgotten often, and one more. */
	EXPECT_EQ(text, strstr(text, "hostile: left behind: 0 devices, 0 files, 2 states, "));
	EXPECT_NE(NULL, strstr(text, " 100001 pages\n"));
	/* It is expected, and so no fault. */
	syscall(SYS_syslog, 5, NULL, 0);
	EXPECT_NE(0, access(NODE "0", F_OK));
}

TEST(panics_in_load)
{
	EXPECT_EQ(-EIO, load("panics=1"));
	EXPECT_NE(0, access(NODE "0", F_OK));
}

TEST(panics_in_new)
{
	EXPECT_EQ(-EIO, load("panics=2"));
	EXPECT_NE(0, access(NODE "0", F_OK));
}

/* Nothing is left of all that went before. */
TEST(loads_again)
{
	int fd;

	ASSERT_EQ(0, load(""));
	EXPECT_EQ(NULL, strstr(log_text(), "left behind"));
	fd = open(NODE "1", O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, deed(fd, CHARD_HOSTILE_SOUND));
	EXPECT_EQ(0, close(fd));
}

TEST_HARNESS_MAIN
