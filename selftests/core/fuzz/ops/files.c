// SPDX-License-Identifier: GPL-2.0
/* Rows: files come, are shared, handed on, and go. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../fuzz.h"

static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

/*
 * All flags but those that make a file where there is none: it would lie where
 * the node is to come.
 */
static int pick_flags(struct fuzzer *f)
{
	int flags = PICK(f, O_RDONLY, O_WRONLY, O_RDWR, O_RDWR, O_RDWR, 3) | O_CLOEXEC;

	for (unsigned int i = below(f, 3); i; i--)
		flags |= PICK(f, O_NONBLOCK, O_APPEND, O_SYNC, O_DSYNC, O_DIRECT, O_TRUNC,
			      O_NOFOLLOW, O_PATH, O_NOATIME, O_ASYNC, O_NOCTTY, O_DIRECTORY,
			      1 << 26);
	return flags;
}

long op_open(struct fuzzer *f)
{
	struct file *file = pick_slot(f), *other = &f->own[below(f, OWN_FILES)];
	int flags = pick_flags(f), way = below(f, 8), old = other->fd;
	struct stat status;
	char path[64];
	int fd;

	file->since = __atomic_load_n(&file->device->drained, __ATOMIC_ACQUIRE);
	flags = patient(f, file->device, flags);
	errno = 0;
	if (way == 0) {
		fd = open(file->device->second, flags);
	} else if (way == 1 && other->device == file->device) {
		/* The very inode, whatever has become of its name. */
		snprintf(path, sizeof(path), "/proc/self/fd/%d", old);
		fd = open(path, flags);
	} else {
		pick_node(f, file->device, path, sizeof(path));
		fd = open(path, flags);
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || !is_of(&status, file->device)) {
		/* The minor of an old inode is another's by now. */
		close(fd);
		return 0;
	}
	close_file(file);
	file->fd = fd;
	return 0;
}

long op_close(struct fuzzer *f)
{
	struct file *file = pick_slot(f);
	int fd = one_in(f, 50) ? PICK(f, -1, 5000, INT32_MAX) : file->fd;

	if (fd == file->fd)
		file->fd = -1;
	errno = 0;
	return result(close(fd));
}

/* The same file by another number. */
long op_dup(struct fuzzer *f)
{
	struct file *to = pick_slot(f), *from = pick_file(f);
	int fd;

	if (to->device != from->device || to == from)
		return 0;
	errno = 0;
	fd = one_in(f, 2) ? dup(from->fd) : fcntl(from->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	close_file(to);
	*to = (struct file){ fd, from->device, from->since };
	/* A shared one may be of any time; it goes with the next that are closed. */
	if (from >= shared_files && from < shared_files + SHARED_FILES)
		to->since = to->device->drained - 1;
	return 0;
}

/* A file for all threads; what had the number is closed, maybe under a call. */
long op_share(struct fuzzer *f)
{
	struct file *to = &shared_files[below(f, SHARED_FILES)];
	struct file *from = &f->own[(to - shared_files) % devices_count];

	open_file(f, from);
	errno = 0;
	return result(dup3(from->fd, to->fd, O_CLOEXEC)) < 0 ? -errno : 0;
}

long op_unshare(struct fuzzer *f)
{
	errno = 0;
	return result(close(shared_files[below(f, SHARED_FILES)].fd));
}

/* Through a socket: taken out at the other end, or left in it. */
long op_pass(struct fuzzer *f)
{
	struct file *file = pick_file(f);
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS,
				  .cmsg_len = CMSG_LEN(sizeof(int)) } };
	struct iovec iov = { "x", 1 };
	char byte;
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int pair[2], fd;
	long ret;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	memcpy(CMSG_DATA(&control.header), &file->fd, sizeof(int));
	errno = 0;
	ret = result(sendmsg(pair[0], &message, 0));
	if (ret > 0 && one_in(f, 2)) {
		iov.iov_base = &byte;
		if (recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC) == 1 &&
		    message.msg_controllen >= CMSG_LEN(sizeof(int))) {
			memcpy(&fd, CMSG_DATA(&control.header), sizeof(int));
			close(fd);
		}
	}
	close(pair[0]);
	close(pair[1]);
	return ret < 0 ? ret : 0;
}

/* A child with all files: does something with them, and ends or is ended. */
long op_fork(struct fuzzer *f)
{
	unsigned int todo = 1 + below(f, 20), patience = below(f, 20000);
	bool kill_it = one_in(f, 3);
	__u64 seed = draw(f);
	int status;
	pid_t child;

	if (f->child)
		return 0;
	/* For it is waited in any case. */
	interruptible(false);
	errno = 0;
	child = fork();
	if (child < 0) {
		interruptible(true);
		return -errno;
	}
	if (!child) {
		f->child = true;
		kcov_child();
		interruptible(true);
		for (unsigned int i = 0; i < todo || kill_it; i++) {
			f->random = mix(seed + i);
			one_operation(f);
		}
		/* The others' buffers are not this one's to write. */
		_exit(0);
	}
	count(&results->children);
	__atomic_store_n(&f->child_pid, child, __ATOMIC_RELAXED);
	if (kill_it) {
		usleep(patience);
		kill(child, SIGKILL);
		count(&results->killed);
	}
	if (waitpid(child, &status, 0) != child)
		fail(f, "no child to wait for");
	else if (WIFSIGNALED(status) ? !kill_it || WTERMSIG(status) != SIGKILL
				     : WEXITSTATUS(status))
		fail(f, "a child ended with status %#x", status);
	__atomic_store_n(&f->child_pid, 0, __ATOMIC_RELAXED);
	interruptible(true);
	return 0;
}

long op_fcntl(struct fuzzer *f)
{
	struct file *file = pick_file(f);
	int fd = one_in(f, 200) ? pick_fd(f) : file->fd;
	struct flock lock = { .l_type = PICK(f, F_RDLCK, F_WRLCK, F_UNLCK),
			      .l_whence = PICK(f, SEEK_SET, SEEK_CUR, SEEK_END, 9),
			      .l_start = below(f, 100),
			      .l_len = below(f, 100) };
	long ret;

	errno = 0;
	switch (below(f, 8)) {
	case 0:
		ret = fcntl(fd, F_GETFL);
		break;
	case 1:
		ret = fcntl(fd, F_GETLK, &lock);
		break;
	case 2:
		ret = fcntl(fd, F_SETLK, &lock);
		break;
	case 3:
		ret = flock(fd, PICK(f, LOCK_SH, LOCK_EX, LOCK_UN, 0x40) | LOCK_NB);
		break;
	case 4: /* One that has no meaning here, or none at all. */
		ret = fcntl(fd, PICK(f, F_SETLEASE, F_SETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS, 4711),
			    below(f, 8));
		break;
	case 5:
		ret = fcntl(fd, F_SETOWN, PICK(f, 0, getpid()));
		break;
	default:
		ret = fcntl(fd, F_SETFL,
			    patient(f, file->device,
				    PICK(f, 0, O_NONBLOCK, O_APPEND, O_ASYNC, O_DIRECT, -1,
					 O_NONBLOCK | O_APPEND)));
	}
	return result(ret) < 0 ? -errno : 0;
}

/* What others can see of a file. */
long op_proc(struct fuzzer *f)
{
	struct file *file = pick_file(f);
	char path[40], text[512];
	struct stat status;
	ssize_t length;
	int fd;

	errno = 0;
	if (fstat(file->fd, &status))
		return -errno;
	if (!S_ISCHR(status.st_mode))
		fail(f, "a file of mode %o", status.st_mode);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	if (readlink(path, text, sizeof(text)) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", file->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length > 0 && !memmem(text, length, "pos:", 4))
		fail(f, "no position in fdinfo");
	return length < 0 ? -errno : 0;
}
