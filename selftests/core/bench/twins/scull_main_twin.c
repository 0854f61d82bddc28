// SPDX-License-Identifier: GPL-2.0
/*
 * scull_twin.ko: chard-scull by hand, in C, to be measured against: memory, pipes and
 * memory that not all may open at once. scullpriv is left out.
 */
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "chard_scull.h"
#include "scull_twin.h"
#include "twin.h"

static unsigned int scull_nr_devs = 4, scull_p_nr_devs = 4;
module_param(scull_nr_devs, uint, 0444);
module_param(scull_p_nr_devs, uint, 0444);

int scull_twin_quantum = SCULL_QUANTUM;
int scull_twin_qset = SCULL_QSET;
int scull_twin_buffer = SCULL_P_BUFFER;
module_param_named(scull_quantum, scull_twin_quantum, int, 0444);
module_param_named(scull_qset, scull_twin_qset, int, 0444);
module_param_named(scull_p_buffer, scull_twin_buffer, int, 0444);

/* Beside the devices that they are compared with they have another name. */
static char *node = "ctwin";
module_param(node, charp, 0444);

/* By one file, by one user, by one user while the others wait. */
static const char *const gate_names[] = { "single", "uid", "wuid" };
#define TWIN_SINGLE 0
#define TWIN_WAITS 2

static dev_t first;
static struct class *class;
static struct dentry *views;
static struct twin_store *stores;
static struct twin_pipe *pipes;
static struct twin_gate gates[ARRAY_SIZE(gate_names)];

/* Sets a size, and gives the old one. */
static int twin_change(int *size, unsigned long value, int max)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!value || value > max)
		return -EINVAL;
	return xchg(size, value);
}

/* The same with a pointer, where the old one is put if @exchange. */
static int twin_change_user(int *size, int __user *user, int max, bool exchange)
{
	int value, old;

	if (get_user(value, user))
		return -EFAULT;
	old = twin_change(size, value, max);
	if (old < 0)
		return old;
	return exchange ? put_user(old, user) : 0;
}

static long twin_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int __user *user = (int __user *)arg;
	int ret;

	switch (cmd) {
	case SCULL_IOCRESET:
		ret = twin_change(&scull_twin_quantum, SCULL_QUANTUM, SCULL_QUANTUM_MAX);
		if (ret < 0)
			return ret;
		return min(twin_change(&scull_twin_qset, SCULL_QSET, SCULL_QSET_MAX), 0);
	case SCULL_IOCSQUANTUM:
		return twin_change_user(&scull_twin_quantum, user, SCULL_QUANTUM_MAX, false);
	case SCULL_IOCSQSET:
		return twin_change_user(&scull_twin_qset, user, SCULL_QSET_MAX, false);
	case SCULL_IOCTQUANTUM:
		return min(twin_change(&scull_twin_quantum, arg, SCULL_QUANTUM_MAX), 0);
	case SCULL_IOCTQSET:
		return min(twin_change(&scull_twin_qset, arg, SCULL_QSET_MAX), 0);
	case SCULL_IOCGQUANTUM:
		return put_user(READ_ONCE(scull_twin_quantum), user);
	case SCULL_IOCGQSET:
		return put_user(READ_ONCE(scull_twin_qset), user);
	case SCULL_IOCQQUANTUM:
		return READ_ONCE(scull_twin_quantum);
	case SCULL_IOCQQSET:
		return READ_ONCE(scull_twin_qset);
	case SCULL_IOCXQUANTUM:
		return twin_change_user(&scull_twin_quantum, user, SCULL_QUANTUM_MAX, true);
	case SCULL_IOCXQSET:
		return twin_change_user(&scull_twin_qset, user, SCULL_QSET_MAX, true);
	case SCULL_IOCHQUANTUM:
		return twin_change(&scull_twin_quantum, arg, SCULL_QUANTUM_MAX);
	case SCULL_IOCHQSET:
		return twin_change(&scull_twin_qset, arg, SCULL_QSET_MAX);
	case SCULL_P_IOCTSIZE:
		return min(twin_change(&scull_twin_buffer, arg, SCULL_P_BUFFER_MAX), 0);
	case SCULL_P_IOCQSIZE:
		return READ_ONCE(scull_twin_buffer);
	default:
		return -ENOTTY;
	}
}

static int twin_store_open(struct inode *inode, struct file *file)
{
	scull_twin_store_opened(&stores[iminor(inode) - MINOR(first)], file);
	return 0;
}

static int twin_pipe_open(struct inode *inode, struct file *file)
{
	return scull_twin_pipe_open(&pipes[iminor(inode) - MINOR(first) - scull_nr_devs], file);
}

static struct twin_gate *twin_gate(struct inode *inode)
{
	return &gates[iminor(inode) - MINOR(first) - scull_nr_devs - scull_p_nr_devs];
}

static bool twin_gate_admits(struct twin_gate *gate)
{
	if (!READ_ONCE(gate->files))
		return true;
	return gate != &gates[TWIN_SINGLE] &&
	       (uid_eq(gate->owner, current_uid()) || uid_eq(gate->owner, current_euid()) ||
		capable(CAP_DAC_OVERRIDE));
}

static int twin_gate_open(struct inode *inode, struct file *file)
{
	struct twin_gate *gate = twin_gate(inode);
	int ret;

	mutex_lock(&gate->lock);
	while (!twin_gate_admits(gate)) {
		mutex_unlock(&gate->lock);
		if (gate != &gates[TWIN_WAITS])
			return -EBUSY;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(gate->openers, twin_gate_admits(gate));
		if (ret)
			return ret;
		mutex_lock(&gate->lock);
	}
	scull_twin_store_opened(&gate->store, file);
	if (!gate->files)
		gate->owner = current_uid();
	WRITE_ONCE(gate->files, gate->files + 1);
	mutex_unlock(&gate->lock);
	return 0;
}

static int twin_gate_release(struct inode *inode, struct file *file)
{
	struct twin_gate *gate = twin_gate(inode);
	bool last;

	mutex_lock(&gate->lock);
	WRITE_ONCE(gate->files, gate->files - 1);
	last = !gate->files;
	mutex_unlock(&gate->lock);
	if (last)
		wake_up_interruptible(&gate->openers);
	return 0;
}

#define TWIN_STORE_OPS                                                                    \
	.owner = THIS_MODULE, .read = scull_twin_read, .read_iter = scull_twin_read_iter, \
	.write = scull_twin_write, .write_iter = scull_twin_write_iter,                   \
	.splice_read = copy_splice_read, .splice_write = iter_file_splice_write,          \
	.llseek = scull_twin_llseek, .unlocked_ioctl = twin_ioctl,                        \
	.compat_ioctl = compat_ptr_ioctl

static const struct file_operations twin_store_fops = {
	TWIN_STORE_OPS,
	.open = twin_store_open,
};

static const struct file_operations twin_gate_fops = {
	TWIN_STORE_OPS,
	.open = twin_gate_open,
	.release = twin_gate_release,
};

static const struct file_operations twin_pipe_fops = {
	.owner = THIS_MODULE,
	.open = twin_pipe_open,
	.release = scull_twin_pipe_release,
	.read = scull_twin_pipe_read,
	.read_iter = scull_twin_pipe_read_iter,
	.write = scull_twin_pipe_write,
	.write_iter = scull_twin_pipe_write_iter,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
	.poll = scull_twin_pipe_poll,
	.unlocked_ioctl = twin_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fasync = scull_twin_pipe_fasync,
};

static int twin_store_view_show(struct seq_file *text, void *unused)
{
	scull_twin_store_show(text->private, text);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(twin_store_view);

static int twin_pipe_view_show(struct seq_file *text, void *unused)
{
	struct twin_pipe *pipe = text->private;

	mutex_lock(&pipe->lock);
	seq_printf(text, "buffer %zu, bytes %zu, files %u\n", pipe->size, pipe->fill, pipe->files);
	mutex_unlock(&pipe->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(twin_pipe_view);

static struct cdev store_cdev, pipe_cdev, gate_cdev;

/* As many devices with these operations as there are: their minors. */
static int twin_add(struct cdev *cdev, const struct file_operations *fops, unsigned int minor,
		    unsigned int count)
{
	cdev_init(cdev, fops);
	cdev->owner = THIS_MODULE;
	return count ? cdev_add(cdev, first + minor, count) : 0;
}

static void twin_del(struct cdev *cdev)
{
	if (cdev->count)
		cdev_del(cdev);
}

/* A node, and the view of it. */
static int twin_node(unsigned int minor, const char *kind, unsigned int number, void *device,
		     const struct file_operations *view)
{
	struct device *dev;

	if (number == UINT_MAX)
		dev = device_create(class, NULL, first + minor, NULL, "%s%s", node, kind);
	else
		dev = device_create(class, NULL, first + minor, NULL, "%s%s%u", node, kind, number);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	debugfs_create_file("scullmem", 0400, debugfs_create_dir(dev_name(dev), views), device,
			    view);
	return 0;
}

static int twin_nodes(void)
{
	unsigned int i, minor = 0;
	int ret = 0;

	for (i = 0; !ret && i < scull_nr_devs; i++)
		ret = twin_node(minor++, "", i, &stores[i], &twin_store_view_fops);
	for (i = 0; !ret && i < scull_p_nr_devs; i++)
		ret = twin_node(minor++, "pipe", i, &pipes[i], &twin_pipe_view_fops);
	for (i = 0; !ret && i < ARRAY_SIZE(gates); i++)
		ret = twin_node(minor++, gate_names[i], UINT_MAX, &gates[i].store,
				&twin_store_view_fops);
	return ret;
}

static unsigned int twin_count(void)
{
	return scull_nr_devs + scull_p_nr_devs + ARRAY_SIZE(gates);
}

static void twin_free(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gates); i++)
		scull_twin_store_free(&gates[i].store);
	for (i = 0; stores && i < scull_nr_devs; i++)
		scull_twin_store_free(&stores[i]);
	kfree(stores);
	kfree(pipes);
}

static void twin_gone(void)
{
	unsigned int i;

	/* Those that are not there are passed over. */
	for (i = 0; i < twin_count(); i++)
		device_destroy(class, first + i);
	debugfs_remove(views);
	twin_del(&gate_cdev);
	twin_del(&pipe_cdev);
	twin_del(&store_cdev);
}

static int twin_alloc(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gates); i++) {
		scull_twin_store_init(&gates[i].store);
		mutex_init(&gates[i].lock);
		init_waitqueue_head(&gates[i].openers);
	}
	stores = kcalloc(scull_nr_devs, sizeof(*stores), GFP_KERNEL);
	pipes = kcalloc(scull_p_nr_devs, sizeof(*pipes), GFP_KERNEL);
	if (!stores || !pipes)
		return -ENOMEM;
	for (i = 0; i < scull_nr_devs; i++)
		scull_twin_store_init(&stores[i]);
	for (i = 0; i < scull_p_nr_devs; i++)
		scull_twin_pipe_init(&pipes[i]);
	return 0;
}

static bool twin_within(int value, int max)
{
	return value >= 1 && value <= max;
}

static int __init twin_init(void)
{
	int ret;

	if (scull_nr_devs > 32 || scull_p_nr_devs > 32 ||
	    !twin_within(scull_twin_quantum, SCULL_QUANTUM_MAX) ||
	    !twin_within(scull_twin_qset, SCULL_QSET_MAX) ||
	    !twin_within(scull_twin_buffer, SCULL_P_BUFFER_MAX))
		return -EINVAL;
	ret = twin_alloc();
	if (ret)
		goto err_free;
	ret = alloc_chrdev_region(&first, 0, twin_count(), "scull-twin");
	if (ret)
		goto err_free;
	class = twin_class_create("scull-twin");
	ret = PTR_ERR_OR_ZERO(class);
	if (ret)
		goto err_region;
	views = debugfs_create_dir("scull-twin", NULL);
	ret = twin_add(&store_cdev, &twin_store_fops, 0, scull_nr_devs)
		      ?: twin_add(&pipe_cdev, &twin_pipe_fops, scull_nr_devs, scull_p_nr_devs)
		      ?: twin_add(&gate_cdev, &twin_gate_fops, scull_nr_devs + scull_p_nr_devs,
				  ARRAY_SIZE(gates))
		      ?: twin_nodes();
	if (ret)
		goto err_class;
	return 0;

err_class:
	twin_gone();
	class_destroy(class);
err_region:
	unregister_chrdev_region(first, twin_count());
err_free:
	twin_free();
	return ret;
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	twin_gone();
	class_destroy(class);
	unregister_chrdev_region(first, twin_count());
	twin_free();
}
module_exit(twin_exit);

MODULE_DESCRIPTION("chard-scull by hand, to be measured against");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
