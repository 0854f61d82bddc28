// SPDX-License-Identifier: GPL-2.0
/* scull_twin.ko: a pipe, whose buffer is there from the first open to the last close. */
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "scull_twin.h"
#include "twin.h"

static bool twin_has_bytes(struct twin_pipe *pipe)
{
	return READ_ONCE(pipe->fill);
}

static bool twin_has_room(struct twin_pipe *pipe)
{
	return READ_ONCE(pipe->fill) < READ_ONCE(pipe->size);
}

/* Takes the lock once @ready says that there is something. */
static int twin_pipe_lock(struct twin_pipe *pipe, struct file *file, struct wait_queue_head *queue,
			  bool (*ready)(struct twin_pipe *pipe))
{
	int ret;

	mutex_lock(&pipe->lock);
	while (!ready(pipe)) {
		mutex_unlock(&pipe->lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(*queue, ready(pipe));
		if (ret)
			return ret;
		mutex_lock(&pipe->lock);
	}
	return 0;
}

static __always_inline ssize_t scull_twin_pipe_read_bytes(struct file *file, struct twin_bytes *to,
							  loff_t *pos, int flags)
{
	struct twin_pipe *pipe = file->private_data;
	ssize_t done = 0;
	int ret;

	if (!to->left)
		return 0;
	ret = twin_pipe_lock(pipe, file, &pipe->readers, twin_has_bytes);
	if (ret)
		return ret;
	while (pipe->fill && to->left) {
		size_t piece = min3(pipe->fill, pipe->size - pipe->start, to->left);
		size_t moved = twin_out(to, pipe->bytes + pipe->start, piece);

		pipe->start = (pipe->start + moved) % pipe->size;
		pipe->fill -= moved;
		done += moved;
		if (moved < piece) {
			ret = -EFAULT;
			break;
		}
	}
	mutex_unlock(&pipe->lock);
	if (!done)
		return ret;
	wake_up_interruptible(&pipe->writers);
	return done;
}

TWIN_READ(, scull_twin_pipe_read)

static __always_inline ssize_t scull_twin_pipe_write_bytes(struct file *file,
							   struct twin_bytes *from, loff_t *pos,
							   int flags)
{
	struct twin_pipe *pipe = file->private_data;
	ssize_t done = 0;
	int ret;

	if (!from->left)
		return 0;
	ret = twin_pipe_lock(pipe, file, &pipe->writers, twin_has_room);
	if (ret)
		return ret;
	while (pipe->fill < pipe->size && from->left) {
		size_t end = (pipe->start + pipe->fill) % pipe->size;
		size_t piece = min3(pipe->size - pipe->fill, pipe->size - end, from->left);
		size_t moved = twin_in(from, pipe->bytes + end, piece);

		pipe->fill += moved;
		done += moved;
		if (moved < piece) {
			ret = -EFAULT;
			break;
		}
	}
	mutex_unlock(&pipe->lock);
	if (!done)
		return ret;
	wake_up_interruptible_poll(&pipe->readers, EPOLLIN | EPOLLRDNORM);
	kill_fasync(&pipe->subscribers, SIGIO, POLL_IN);
	return done;
}

TWIN_WRITE(, scull_twin_pipe_write)

__poll_t scull_twin_pipe_poll(struct file *file, struct poll_table_struct *table)
{
	struct twin_pipe *pipe = file->private_data;
	__poll_t ready = 0;

	if (file->f_mode & FMODE_READ)
		poll_wait(file, &pipe->readers, table);
	if (file->f_mode & FMODE_WRITE)
		poll_wait(file, &pipe->writers, table);
	mutex_lock(&pipe->lock);
	if (file->f_mode & FMODE_READ && pipe->fill)
		ready |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE && pipe->fill < pipe->size)
		ready |= EPOLLOUT | EPOLLWRNORM;
	mutex_unlock(&pipe->lock);
	return ready;
}

int scull_twin_pipe_fasync(int fd, struct file *file, int on)
{
	struct twin_pipe *pipe = file->private_data;

	return fasync_helper(fd, file, on, &pipe->subscribers);
}

void scull_twin_pipe_init(struct twin_pipe *pipe)
{
	mutex_init(&pipe->lock);
	init_waitqueue_head(&pipe->readers);
	init_waitqueue_head(&pipe->writers);
}

int scull_twin_pipe_open(struct twin_pipe *pipe, struct file *file)
{
	int ret = 0;

	mutex_lock(&pipe->lock);
	if (!pipe->files) {
		pipe->size = READ_ONCE(scull_twin_buffer);
		pipe->start = 0;
		pipe->fill = 0;
		pipe->bytes = kvzalloc(pipe->size, GFP_KERNEL_ACCOUNT);
		if (!pipe->bytes)
			ret = -ENOMEM;
	}
	if (!ret)
		pipe->files++;
	mutex_unlock(&pipe->lock);
	file->private_data = pipe;
	return ret ?: stream_open(NULL, file);
}

int scull_twin_pipe_release(struct inode *inode, struct file *file)
{
	struct twin_pipe *pipe = file->private_data;

	mutex_lock(&pipe->lock);
	if (!--pipe->files) {
		kvfree(pipe->bytes);
		pipe->bytes = NULL;
	}
	mutex_unlock(&pipe->lock);
	return 0;
}
