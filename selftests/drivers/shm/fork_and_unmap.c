// SPDX-License-Identifier: GPL-2.0
/* A mapping holds its file, and so the driver: until its last part is gone. */
#define _GNU_SOURCE
#include "common.h"

/* A mapping whose file nobody else has. */
static char *alone(int protection, int flags)
{
	int fd = open(SHM_NODE, O_RDWR);
	char *at = map(fd, 4 * PAGE, protection, flags, 0);

	close(fd);
	return at;
}

TEST_F(shm, unmapping_parts)
{
	char *at = alone(RW, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ(self->users + 1, users());
	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, poke(at + 3 * PAGE));
	/* A hole in the midst makes two of it. */
	EXPECT_EQ(0, munmap(at + PAGE, PAGE));
	EXPECT_EQ(self->users + 1, users());
	EXPECT_EQ(0, munmap(at, PAGE));
	EXPECT_EQ(self->users + 1, users());
	EXPECT_EQ('w', at[3 * PAGE]);
	EXPECT_EQ(SIGSEGV, look(at));
	EXPECT_EQ(0, munmap(at + 2 * PAGE, 2 * PAGE));
	EXPECT_EQ(self->users, users());
	EXPECT_EQ(2, pages(self->fd));
}

TEST_F(shm, a_child_holds_it)
{
	char *at = alone(RW, MAP_SHARED);
	int go[2], good;
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe(go));
	EXPECT_EQ(0, poke(at));
	child = fork();
	if (!child) {
		good = read(go[0], &byte, 1) == 1 && at[0] == 'w' && !poke(at + PAGE);
		_exit(good ? 0 : 1);
	}
	EXPECT_EQ(0, munmap(at, 4 * PAGE));
	EXPECT_EQ(self->users + 1, users());
	EXPECT_EQ(1, write(go[1], "x", 1));
	EXPECT_EQ(0, ended(child));
	EXPECT_EQ(self->users, users());
	EXPECT_EQ(2, pages(self->fd));
}

TEST_F(shm, a_child_need_not_have_it)
{
	char *at = alone(RW, MAP_SHARED);
	pid_t child;

	EXPECT_EQ(0, poke(at));
	EXPECT_EQ(0, madvise(at, 4 * PAGE, MADV_DONTFORK));
	child = fork();
	if (!child)
		_exit(look(at));
	EXPECT_EQ(SIGSEGV, ended(child));
	EXPECT_EQ(0, munmap(at, 4 * PAGE));
	EXPECT_EQ(self->users, users());
}

TEST_F(shm, moved)
{
	char *at = alone(RW, MAP_SHARED);
	char *place = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *moved;

	EXPECT_EQ(0, poke(at + PAGE));
	moved = mremap(at + PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	ASSERT_EQ(place, moved);
	EXPECT_EQ('w', *moved);
	EXPECT_EQ(0, poke(moved + PAGE));
	EXPECT_EQ(2, pages(self->fd));
	/* Taken away where it is now. */
	EXPECT_EQ(0, set_size(self->fd, 2 * PAGE));
	EXPECT_EQ(0, look(moved));
	EXPECT_EQ(SIGBUS, look(moved + PAGE));
	EXPECT_EQ(0, munmap(at, 4 * PAGE));
	EXPECT_EQ(self->users + 1, users());
	/* Something else in its place ends it, too. */
	EXPECT_EQ(place,
		  mmap(place, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	EXPECT_EQ(self->users, users());
}

TEST_F(shm, exec_and_exit_end_it)
{
	char *at = alone(RW, MAP_PRIVATE);
	pid_t child;

	EXPECT_EQ(0, poke(at));
	child = fork();
	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	EXPECT_EQ(0, ended(child));
	child = fork();
	if (!child) {
		raise(SIGKILL);
		_exit(1);
	}
	EXPECT_EQ(256, ended(child));
	EXPECT_EQ(self->users + 1, users());
	EXPECT_EQ(0, munmap(at, 4 * PAGE));
	EXPECT_EQ(self->users, users());
}

TEST_HARNESS_MAIN
