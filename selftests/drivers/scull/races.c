// SPDX-License-Identifier: GPL-2.0
/* Threads at once: on one pipe, on one device that is emptied, at one gate. */
#include "common.h"
#include "hammer.h"

#define THREADS 4
#define ROUNDS 2000

static int wrong;

static void start(void *(*first)(void *), void *(*second)(void *))
{
	pthread_t threads[2 * THREADS];

	__atomic_store_n(&wrong, 0, __ATOMIC_RELAXED);
	for (long i = 0; i < THREADS; i++) {
		pthread_create(&threads[i], NULL, first, (void *)i);
		pthread_create(&threads[THREADS + i], NULL, second, (void *)i);
	}
	for (int i = 0; i < 2 * THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* In a pipe that holds three bytes, so that nearly all wait. */
TEST(all_bytes_arrive)
{
	int fd = open("/dev/scull0", O_RDWR), keep;

	ASSERT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, 3));
	/* The buffer goes with the last file. */
	keep = open("/dev/scullpipe2", O_RDWR);
	EXPECT_TRUE(hammer_pipe("/dev/scullpipe2"));
	close(keep);
	EXPECT_EQ(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	close(fd);
}

/* One byte of each kind in a block, which a torn write would mix. */
static void *fills(void *number)
{
	int fd = open("/dev/scull2", O_RDWR);
	char block[64];

	memset(block, 'a' + (long)number, sizeof(block));
	for (int i = 0; i < ROUNDS; i++) {
		if (pwrite(fd, block, sizeof(block), 0) != sizeof(block))
			__atomic_store_n(&wrong, 1, __ATOMIC_RELAXED);
		if (!(i % 50))
			empty("/dev/scull2");
	}
	close(fd);
	return NULL;
}

static void *looks(void *number)
{
	int fd = open("/dev/scull2", O_RDWR);
	char block[64];

	for (int i = 0; i < ROUNDS; i++) {
		ssize_t length = pread(fd, block, sizeof(block), 0);

		if (length && length != sizeof(block))
			__atomic_store_n(&wrong, 2, __ATOMIC_RELAXED);
		for (int k = 1; k < length; k++) {
			if (block[k] != block[0])
				__atomic_store_n(&wrong, 3, __ATOMIC_RELAXED);
		}
	}
	close(fd);
	return NULL;
}

TEST(no_block_is_torn)
{
	start(fills, looks);
	EXPECT_EQ(0, wrong);
	empty("/dev/scull2");
}

static int inside;

/* Opening and closing takes its time, on kernels that look for bugs. */
static void *enters(void *number)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		int fd = open("/dev/scullsingle", O_RDWR);

		if (fd < 0) {
			if (errno != EBUSY)
				__atomic_store_n(&wrong, 1, __ATOMIC_RELAXED);
			continue;
		}
		if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) != 1)
			__atomic_store_n(&wrong, 2, __ATOMIC_RELAXED);
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		close(fd);
	}
	return NULL;
}

TEST(one_at_a_time)
{
	start(enters, enters);
	EXPECT_EQ(0, wrong);
	EXPECT_EQ(0, try_open("/dev/scullsingle", O_RDWR));
}

/* Two users take turns: nobody sleeps for good. */
TEST(users_take_turns)
{
	pid_t children[4];

	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		if (!children[i]) {
			if (setuid(1000 + i % 2))
				_exit(1);
			for (int k = 0; k < 100; k++) {
				int fd = open("/dev/scullwuid", O_RDWR);

				if (fd < 0)
					_exit(2);
				/* Long enough for others to come. */
				usleep(500);
				close(fd);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(0, ended(children[i]));
}

TEST_HARNESS_MAIN
