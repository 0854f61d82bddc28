// SPDX-License-Identifier: GPL-2.0
/*
 * O_ASYNC: what fcntl(2), fasync_helper() and kill_fasync() do. The one who hears of
 * it is this process or nobody.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

/* The files that have it, of all devices. */
static struct file *sigio_files;
static pthread_mutex_t sigio_lock = PTHREAD_MUTEX_INITIALIZER;

static void unsubscribe(struct file *file)
{
	for (struct file **at = &sigio_files; *at; at = &(*at)->sigio.next) {
		if (*at == file) {
			*at = file->sigio.next;
			break;
		}
	}
	__atomic_and_fetch(&file->flags, ~O_ASYNC, __ATOMIC_RELAXED);
}

static void subscribe(struct file *file, int fd)
{
	file->sigio.fd = fd;
	file->sigio.next = sigio_files;
	sigio_files = file;
	__atomic_or_fetch(&file->flags, O_ASYNC, __ATOMIC_RELAXED);
}

/*
 * sigio_change() - what F_SETFL says of O_ASYNC
 * @fd: the descriptor that it was called with
 *
 * Return: 0, what the handler or the device refuses with.
 */
long sigio_change(struct file *file, int fd, bool on)
{
	const struct chard_driver *driver = chard_loaded;
	long ret = 0;

	/* Without the operation the flag is not even kept. */
	if (!driver->entries->fasync || on == !!(chard_file_flags(file) & O_ASYNC))
		return 0;
	if (on)
		ret = device_refusal(file->chard.device);
	if (on && !ret)
		ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL, driver->entries->fasync);
	if (ret)
		return ret;
	pthread_mutex_lock(&sigio_lock);
	if (on)
		subscribe(file, fd);
	else
		unsubscribe(file);
	pthread_mutex_unlock(&sigio_lock);
	return 0;
}

/* sigio_fcntl() - a command of fcntl(2) that is about signals; refuses others */
long sigio_fcntl(struct file *file, int cmd, long arg)
{
	long ret = 0;

	pthread_mutex_lock(&sigio_lock);
	switch (cmd) {
	case F_SETOWN:
		if (arg && arg != getpid())
			refuse("owner of a file", arg);
		file->sigio.owner = arg;
		break;
	case F_GETOWN:
		ret = file->sigio.owner;
		break;
	case F_SETSIG:
		if (arg < 0 || arg > SIGRTMAX)
			ret = -EINVAL;
		else
			file->sigio.number = arg;
		break;
	case F_GETSIG:
		ret = file->sigio.number;
		break;
	default:
		refuse("command of fcntl", cmd);
	}
	pthread_mutex_unlock(&sigio_lock);
	return ret;
}

/* sigio_end() - the file goes */
void sigio_end(struct file *file)
{
	pthread_mutex_lock(&sigio_lock);
	if (file->flags & O_ASYNC)
		unsubscribe(file);
	pthread_mutex_unlock(&sigio_lock);
}

/* A plain SIGIO says nothing; one that was chosen says which file, and what of it. */
static void send_signal(const struct sigio *to, int code)
{
	static const long bands[] = {
		[POLL_IN] = POLLIN | POLLRDNORM,
		[POLL_OUT] = POLLOUT | POLLWRNORM | POLLWRBAND,
		[POLL_HUP] = POLLHUP | POLLERR,
	};
	siginfo_t info = { .si_signo = to->number, .si_code = code };

	info.si_band = bands[code];
	info.si_fd = to->fd;
	if (to->number) {
		/* Only the first thread may say so to the process. */
		if (gettid() != to->owner)
			refuse("other thread's signal", to->number);
		if (!syscall(SYS_rt_sigqueueinfo, to->owner, to->number, &info))
			return;
	}
	/* As well where too many are under way. */
	kill(to->owner, SIGIO);
}

/* sigio_send() - tell the files of a device: POLL_IN, POLL_OUT or POLL_HUP */
void sigio_send(const struct chard_device *device, int code)
{
	sigset_t all, old;

	/* A signal's own function is not to run here, where it could take the lock. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_mutex_lock(&sigio_lock);
	for (struct file *file = sigio_files; file; file = file->sigio.next) {
		if (file->chard.device == device && file->sigio.owner)
			send_signal(&file->sigio, code);
	}
	pthread_mutex_unlock(&sigio_lock);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}
