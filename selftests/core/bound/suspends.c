// SPDX-License-Identifier: GPL-2.0
/*
 * The hardware sleeps, and no call reaches it: plug_of() warns of each that does. Callers in every
 * state; what refuses; the machine's own suspend.
 */
#include <poll.h>
#include <sys/epoll.h>

#include "bound_test.h"

#define SLEEP PIECE "sleep"
#define TOUCHED PIECE "touched"
#define PM_TEST "/sys/power/pm_test"

/* What a suspend has answered, or a resume: 0 or an errno. */
static int sleeps(const char *why)
{
	int error = store(SLEEP, why);

	return error ?: -number_of(SLEEP);
}

static int wakes_up(void)
{
	return sleeps("-1");
}

/* A task that waits at the gate, killably, has not ended, and does not sleep as a reader does. */
static bool is_kept(pid_t task)
{
	return within(state_of(task) == 'D');
}

static int opens(void)
{
	int fd = open(FIRST, O_RDWR), error = errno;

	return fd < 0 ? error : 0;
}

static int read_event(int fd)
{
	char text[16];

	return read(fd, text, sizeof(text)) > 0 ? 0 : errno;
}

static int polls(int fd, int limit)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	return poll(&polled, 1, limit) == 1 ? polled.revents : 0;
}

static int fires(int fd)
{
	struct chard_plug_fire fire = { CHARD_PLUG_TASK, 5 };

	return result(ioctl(fd, CHARD_PLUG_FIRE, &fire));
}

/* Timer, work and thread each touch the hardware all the time, but not now. */
static bool is_quiet(void)
{
	long before = number_of(TOUCHED);

	usleep(100000);
	return number_of(TOUCHED) == before;
}

static void keeps_callers(int fd)
{
	/* A reader takes what its file has not seen. */
	int other = open(FIRST, O_RDWR);
	pid_t reader = child(read_event(fd)), poller = child(polls(other, -1) != POLLIN);
	pid_t waiter = child(result(ioctl(fd, CHARD_PLUG_WAIT)));
	pid_t caller, opener, asker, killed, stopped;
	long before;
	__s32 answer;

	expect(0, result(ioctl(fd, CHARD_PLUG_SET, 50)));
	report(within(state_of(reader) == 'S' && state_of(waiter) == 'S' &&
		      state_of(poller) == 'S'),
	       "three wait in a queue");
	expect(0, sleeps("0"));
	/* Shut already. */
	expect(EALREADY, sleeps("0"));
	report(is_quiet(), "nothing comes while it sleeps");
	before = number_of(TOUCHED);
	caller = child(level(fd) == 51 ? 0 : 1);
	opener = child(opens());
	asker = child(number_of(SYSFS "level") == 51 ? 0 : 1);
	killed = child((int)-level(fd));
	report(is_kept(caller) && is_kept(opener) && is_kept(asker) && is_kept(killed),
	       "calls, opens and attributes wait");
	/* Woken, they stay. */
	report(is_kept(reader) && is_kept(waiter), "those that slept in a queue wait, too");
	report(dies(killed), "one that waits can be killed");
	waitpid(killed, NULL, 0);
	expect(0, polls(fd, 100));
	report(state_of(poller) == 'S', "a poll finds nothing, and waits");
	report(number_of(TOUCHED) == before, "no call has come");
	expect(0, wakes_up());
	expect(0, status_of(caller));
	expect(0, status_of(opener));
	expect(0, status_of(asker));
	report(within(!is_quiet()), "timer, work and thread go on");
	report(within(!ioctl(fd, CHARD_PLUG_ANSWER, &answer) && answer == -EAGAIN),
	       "an event of when it slept had EAGAIN");
	report(within(state_of(reader) == 'S' && state_of(waiter) == 'S'),
	       "those that slept in a queue do so again");
	expect(0, fires(fd));
	expect(0, status_of(reader));
	expect(0, status_of(poller));
	stopped = waiter;
	report(dies(stopped), "a signal ends that");
	waitpid(stopped, NULL, 0);
	/* Nothing is suspended. */
	expect(0, wakes_up());
	close(other);
}

static int waits_by_epoll(int epoll)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, -1) == 1 && event.events == EPOLLIN ? 0 : 1;
}

/* A poll that began while it slept is woken when it is awake; epoll asks for that but once. */
static void wakes_pollers(int fd)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), other = open(FIRST, O_RDWR);
	struct epoll_event event = { .events = EPOLLIN };
	pid_t poller, waiter;

	expect(0, sleeps("4"));
	poller = child(polls(fd, -1) != POLLIN);
	expect(0, epoll_ctl(epoll, EPOLL_CTL_ADD, other, &event));
	waiter = child(waits_by_epoll(epoll));
	report(within(state_of(poller) == 'S' && state_of(waiter) == 'S'),
	       "polls wait while it sleeps");
	expect(0, wakes_up());
	usleep(100000);
	expect(0, fires(fd));
	expect(0, status_of(poller));
	expect(0, status_of(waiter));
	expect(0, read_event(fd));
	close(epoll);
	close(other);
}

static void refuses(int fd)
{
	pid_t caller;

	expect(0, store(FAIL, "6"));
	expect(ENOTTY, sleeps("0"));
	report(level(fd) >= 0, "a suspend in vain: it is awake");
	expect(0, store(FAIL, "7"));
	expect(EIO, sleeps("0"));
	expect(-EIO, level(fd));
	/* In quarantine, its handler is not asked. */
	expect(0, sleeps("0"));
	expect(0, wakes_up());
	expect(0, store(FAIL, "0"));
	expect(0, store(SYSFS "reset", "1"));
	report(level(fd) >= 0, "a panic in it: reset");
	expect(0, store(FAIL, "8"));
	expect(0, sleeps("0"));
	caller = child((int)-level(fd));
	report(is_kept(caller), "a caller waits for a resume in vain");
	expect(ENOTTY, wakes_up());
	expect(EIO, status_of(caller));
	expect(-EIO, level(fd));
	expect(0, store(SYSFS "reset", "1"));
	report(level(fd) >= 0, "a resume in vain: reset");
	expect(0, store(FAIL, "9"));
	expect(0, sleeps("0"));
	expect(EIO, wakes_up());
	expect(-EIO, level(fd));
	expect(0, store(FAIL, "0"));
	expect(0, store(SYSFS "reset", "1"));
	report(level(fd) >= 0 && within(!is_quiet()), "a panic in it: reset, and all goes on");
}

/* A call that waits with a lock is waited for, ten seconds long. */
static void waits_for_calls(int fd)
{
	pid_t busy = child(ioctl(fd, CHARD_PLUG_TRANSFER, 2000) < 0 ? errno : 0), holder;
	struct stalled stalled;

	usleep(200000);
	expect(0, sleeps("0"));
	expect(0, status_of(busy));
	expect(0, wakes_up());
	holder = child(result(ioctl(fd, CHARD_PLUG_WAIT_LOCKED)));
	report(within(state_of(holder) == 'S'), "a call waits, with a lock");
	expect(EBUSY, sleeps("0"));
	report(level(fd) >= 0 && !is_quiet(), "it stays awake for that");
	report(dies(holder), "and the call can be killed");
	waitpid(holder, NULL, 0);
	expect(0, sleeps("0"));
	expect(0, wakes_up());
	/* One that waits so for user space is not counted, and keeps it awake all the same. */
	if (stall(&stalled, fd, CHARD_PLUG_STALL_LOCKED)) {
		expect(EBUSY, sleeps("0"));
		report(level(fd) >= 0 && !is_quiet(), "it stays awake for a stalled one, too");
		expect(0, serve(&stalled));
		expect(0, sleeps("0"));
		expect(0, wakes_up());
	}
}

static void *serves(void *stalled)
{
	return (void *)(long)serve(stalled);
}

/* One that copies from memory which nobody serves comes back to hardware that sleeps. */
static void keeps_what_comes_back(int fd)
{
	struct stalled stalled;
	pthread_t server;
	void *error;

	if (!stall(&stalled, fd, CHARD_PLUG_STALL)) {
		printf("# no userfaultfd here\n");
		return;
	}
	expect(0, sleeps("0"));
	pthread_create(&server, NULL, serves, &stalled);
	report(is_quiet(), "a call that comes back from user space waits");
	expect(0, wakes_up());
	pthread_join(server, &error);
	expect(0, (long)error);
}

/* Its bus takes it while it sleeps: removed() does not reach it. */
static void ends_asleep(int fd)
{
	struct counts before = counts_now();
	pid_t caller;

	expect(0, sleeps("0"));
	caller = child((int)-level(fd));
	report(is_kept(caller), "a caller waits");
	expect(0, unbind());
	expect(ENODEV, status_of(caller));
	expect(before.removed_not + 1, counts_now().removed_not);
	expect(-ENODEV, level(fd));
	expect(0, bind_again());
	expect(-ENODEV, level(fd));
}

/* The machine's own suspend, as far as devices. */
static void follows_the_machine(int fd)
{
	pid_t reader;
	__s32 answer;

	if (access(PM_TEST, W_OK)) {
		printf("# this kernel has no %s: no suspend is tried\n", PM_TEST);
		return;
	}
	store("/sys/module/suspend/parameters/pm_test_delay", "1");
	expect(0, result(ioctl(fd, CHARD_PLUG_SET, 70)));
	reader = child(read_event(fd));
	report(within(state_of(reader) == 'S'), "a reader waits");
	expect(0, store(PM_TEST, "devices"));
	expect(0, store("/sys/power/state", "freeze"));
	expect(71, level(fd));
	expect(0, ioctl(fd, CHARD_PLUG_ANSWER, &answer));
	expect(-EAGAIN, answer);
	expect(0, fires(fd));
	expect(0, status_of(reader));
	/* What refuses keeps the machine awake. */
	expect(0, store(FAIL, "6"));
	expect(ENOTTY, store("/sys/power/state", "freeze"));
	expect(0, store(FAIL, "0"));
	report(within(!is_quiet()), "all goes on");
	/* One that was removed, and is bound still, does not. */
	expect(0, store(SYSFS "remove", "1"));
	expect(0, store("/sys/power/state", "freeze"));
	expect(0, store(PM_TEST, "none"));
	expect(0, unbind());
	expect(0, bind_again());
}

void suspends(void)
{
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	keeps_callers(fd);
	wakes_pollers(fd);
	refuses(fd);
	waits_for_calls(fd);
	keeps_what_comes_back(fd);
	ends_asleep(fd);
	close(fd);
	fd = open(FIRST, O_RDWR);
	follows_the_machine(fd);
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
