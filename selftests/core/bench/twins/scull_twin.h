/* SPDX-License-Identifier: GPL-2.0 */
/* scull_twin.ko: what its files share. */
#ifndef SCULL_TWIN_H
#define SCULL_TWIN_H

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/wait.h>
#include <linux/xarray.h>

/**
 * struct twin_store - memory
 * @lock: guards the rest
 * @quantum: bytes of a quantum
 * @qset: quanta of a set
 * @size: bytes in all
 * @sets: the sets by their number, each an array of @qset quanta, or NULL
 * @share: of @held
 */
struct twin_store {
	/* see above */
	struct mutex lock;
	size_t quantum;
	size_t qset;
	u64 size;
	struct xarray sets;
	size_t share;
};

/**
 * struct twin_pipe - a pipe
 * @lock: guards the rest
 * @readers: wait for bytes
 * @writers: wait for room
 * @subscribers: have SIGIO
 * @bytes: in a circle, @fill of @size from @start on
 * @size: see above
 * @start: see above
 * @fill: see above
 * @files: that are open
 */
struct twin_pipe {
	/* see above */
	struct mutex lock;
	struct wait_queue_head readers;
	struct wait_queue_head writers;
	struct fasync_struct *subscribers;
	u8 *bytes;
	size_t size;
	size_t start;
	size_t fill;
	unsigned int files;
};

/**
 * struct twin_gate - memory that not all may open at once
 * @store: the memory
 * @lock: guards the rest
 * @openers: wait for the last file of another
 * @files: that are open
 * @owner: whose they are
 */
struct twin_gate {
	struct twin_store store;
	/* see above */
	struct mutex lock;
	struct wait_queue_head openers;
	unsigned int files;
	kuid_t owner;
};

/* The sizes of now. */
extern int scull_twin_quantum, scull_twin_qset, scull_twin_buffer;

void scull_twin_store_init(struct twin_store *store);
void scull_twin_store_free(struct twin_store *store);
void scull_twin_store_opened(struct twin_store *store, struct file *file);
void scull_twin_store_show(struct twin_store *store, struct seq_file *text);
ssize_t scull_twin_read(struct file *file, char __user *to, size_t len, loff_t *pos);
ssize_t scull_twin_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t scull_twin_write(struct file *file, const char __user *from, size_t len, loff_t *pos);
ssize_t scull_twin_write_iter(struct kiocb *iocb, struct iov_iter *from);
loff_t scull_twin_llseek(struct file *file, loff_t offset, int whence);
long scull_twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

void scull_twin_pipe_init(struct twin_pipe *pipe);
int scull_twin_pipe_open(struct twin_pipe *pipe, struct file *file);
ssize_t scull_twin_pipe_read(struct file *file, char __user *to, size_t len, loff_t *pos);
ssize_t scull_twin_pipe_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t scull_twin_pipe_write(struct file *file, const char __user *from, size_t len, loff_t *pos);
ssize_t scull_twin_pipe_write_iter(struct kiocb *iocb, struct iov_iter *from);
__poll_t scull_twin_pipe_poll(struct file *file, struct poll_table_struct *table);
int scull_twin_pipe_fasync(int fd, struct file *file, int on);
int scull_twin_pipe_release(struct inode *inode, struct file *file);

#endif
