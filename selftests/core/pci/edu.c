// SPDX-License-Identifier: GPL-2.0
/* drivers/edu: factorials by interrupt, its memory by DMA. */
#include "chard_edu.h"
#include "pci_test.h"

static long factorial(int fd, unsigned int number)
{
	return ioctl(fd, CHARD_EDU_FACTORIAL, &number) ? -errno : (long)number;
}

static void factorials(int fd)
{
	expect(1, factorial(fd, 0));
	expect(120, factorial(fd, 5));
	expect(479001600, factorial(fd, 12));
	/* In 32 bits. */
	expect(1932053504, factorial(fd, 13));
}

static void memory(int fd)
{
	static char out[CHARD_EDU_SIZE + 8], in[CHARD_EDU_SIZE + 8];

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = i * 7 + i / 256;
	expect(CHARD_EDU_SIZE, pwrite(fd, out, sizeof(out), 0));
	expect(CHARD_EDU_SIZE, pread(fd, in, sizeof(in), 0));
	report(!memcmp(in, out, CHARD_EDU_SIZE), "what was written is read");
	expect(3, pwrite(fd, "abc", 3, 1000));
	expect(5, pread(fd, in, 5, 999));
	report(in[0] == out[999] && !memcmp(in + 1, "abc", 3) && in[4] == out[1003],
	       "a part of it");
	expect(0, pread(fd, in, 1, CHARD_EDU_SIZE));
	expect(0, pread(fd, in, 1, 1L << 40));
	expect(-1, pwrite(fd, out, 1, CHARD_EDU_SIZE));
	expect(1, pwrite(fd, out, 2, CHARD_EDU_SIZE - 1));
	expect(0, pread(fd, in, 0, 0));
}

/* How often the task @task gets what is not its own. */
static int mistakes(int task)
{
	static const long answers[] = { 24, 120, 720, 5040 };
	char text[8] = "", back[8];
	int fd = node_of(edu_slot, "edu"), wrong = 0;

	snprintf(text, sizeof(text), "task %d", task);
	for (int i = 0; i < 3; i++) {
		wrong += pwrite(fd, text, 8, 8 * task) != 8;
		wrong += factorial(fd, 4 + task) != answers[task];
		wrong += pread(fd, back, 8, 8 * task) != 8 || memcmp(back, text, 8);
	}
	return wrong;
}

/* All take their turns. */
static void together(void)
{
	pid_t tasks[4];
	int bad = 0;

	for (int k = 0; k < 4; k++)
		tasks[k] = child(mistakes(k));
	for (int k = 0; k < 4; k++)
		bad += status_of(tasks[k]);
	expect(0, bad);
}

/* A signal leaves the device at work; the next caller waits for that. */
static void a_signal(int fd)
{
	char byte;
	pid_t caller;

	expect(1, pwrite(fd, "x", 1, 0));
	caller = child(pread(fd, &byte, 1, 0) != 1);
	usleep(30000);
	report(dies(caller), "a caller that waits for DMA can be killed");
	waitpid(caller, NULL, 0);
	expect(120, factorial(fd, 5));
	expect(1, pread(fd, &byte, 1, 0));
	expect('x', byte);
}

static void unbinds(int fd)
{
	char byte;
	pid_t caller = child(pread(fd, &byte, 1, 0) == 1 ? 0 : errno);
	int status;

	usleep(30000);
	expect(0, bind_by("edu", "unbind", edu_slot));
	status = status_of(caller);
	report(status == ENODEV || !status, "unbind ends a transfer: %d", status);
	expect(-ENODEV, factorial(fd, 5));
	expect(0, bind_by("edu", "bind", edu_slot));
	expect(-ENODEV, factorial(fd, 5));
}

void drivers_edu(void)
{
	int fd = node_of(edu_slot, "edu");

	report(fd >= 0, "the driver of this tree has a node");
	factorials(fd);
	memory(fd);
	together();
	a_signal(fd);
	unbinds(fd);
	close(fd);
	fd = node_of(edu_slot, "edu");
	factorials(fd);
	close(fd);
	report(log_is_clean(), "%s: the log is clean", __func__);
}
