// SPDX-License-Identifier: GPL-2.0
/*
 * A handler's own files of each device: attributes in sysfs, views in debugfs.
 * Its table (struct chard_attribute) says which; each is shown and stored by a
 * call of the device.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "core.h"

/**
 * struct chard_sysfs - an attribute of a driver's devices
 * @attr: the kernel's
 * @index: its place in the handler's table
 */
struct chard_sysfs {
	struct device_attribute attr;
	u32 index;
};

/**
 * struct chard_attributes - the attributes of a driver's devices
 * @groups: a folder each, the first two the device's own; NULL behind the last
 * @group: those that are the handler's
 * @lists: the attributes of each, NULL behind the last
 * @files: the attributes
 * @names: names of folders, which the table has as a part of other names
 */
struct chard_attributes {
	const struct attribute_group **groups;
	struct attribute_group *group;
	struct attribute **lists;
	struct chard_sysfs *files;
	char **names;
};

/**
 * struct chard_view - a file in debugfs
 * @device: of this device
 * @index: its place in the handler's table
 */
struct chard_view {
	struct chard_device *device;
	u32 index;
};

/* The folder of all devices in debugfs; an ERR_PTR where debugfs has none. */
static struct dentry *chard_debugfs;

static long chard_file_show(struct chard_device *device, u32 index, struct chard_text *text)
{
	return device->driver->attribute_show(device, index, text);
}

static long chard_file_store(struct chard_device *device, u32 index, const char *bytes, size_t len)
{
	/* Nothing is written to it: it has no room. */
	struct chard_text text = { .bytes = (char *)bytes, .len = len };

	return device->driver->attribute_store(device, index, &text);
}

static ssize_t chard_sysfs_show(struct device *dev, struct device_attribute *attr, char *bytes)
{
	struct chard_sysfs *file = container_of(attr, struct chard_sysfs, attr);
	/* A whole page the kernel takes for a mistake: there has to be room for a NUL. */
	struct chard_text text = { .bytes = bytes, .size = PAGE_SIZE - 1 };
	long ret = chard_file_show(chard_device_of(dev), file->index, &text);

	if (text.cut)
		return -EFBIG;
	return ret ?: (long)text.len;
}

static ssize_t chard_sysfs_store(struct device *dev, struct device_attribute *attr,
				 const char *bytes, size_t len)
{
	struct chard_sysfs *file = container_of(attr, struct chard_sysfs, attr);

	return chard_file_store(chard_device_of(dev), file->index, bytes, len) ?: (long)len;
}

/* The folder of an attribute, made where it is its first; 0 is that of the device. */
static int chard_group_of(struct chard_attributes *all, const char *name, u32 *groups)
{
	const char *slash = strchr(name, '/');
	size_t len = slash ? slash - name : 0;
	u32 i;

	if (!slash)
		return 0;
	for (i = 1; i < *groups; i++) {
		if (strlen(all->names[i]) == len && !memcmp(all->names[i], name, len))
			return i;
	}
	all->names[i] = kstrndup(name, len, GFP_KERNEL);
	if (!all->names[i])
		return -ENOMEM;
	all->group[i].name = all->names[i];
	(*groups)++;
	return i;
}

static int chard_attributes_fill(struct chard_attributes *all, const struct chard_attribute *table,
				 u32 count)
{
	u32 groups = 1, index;

	for (index = 0; index < count; index++) {
		const char *slash = strchr(table[index].name, '/');
		struct chard_sysfs *file = &all->files[index];
		struct attribute **list;
		int group;

		if (table[index].debugfs)
			continue;
		group = chard_group_of(all, table[index].name, &groups);
		if (group < 0)
			return group;
		file->index = index;
		sysfs_attr_init(&file->attr.attr);
		file->attr.attr.name = slash ? slash + 1 : table[index].name;
		file->attr.attr.mode = table[index].mode;
		file->attr.show = chard_sysfs_show;
		file->attr.store = chard_sysfs_store;
		/* A list for each group, as long as the longest could be. */
		list = all->lists + group * (count + 1);
		while (*list)
			list++;
		*list = &file->attr.attr;
	}
	for (index = 0; index < groups; index++) {
		all->group[index].attrs = all->lists + index * (count + 1);
		all->groups[index + 1] = &all->group[index];
	}
	return 0;
}

/* More would be a mistake. The lists of their folders grow by their square, to 8 MiB. */
#define CHARD_ATTRIBUTES_MAX 1024

/*
 * chard_attributes_new() - what the handler of a driver has in sysfs; may sleep
 *
 * Return: the attributes, or an ERR_PTR: -ENOMEM, -E2BIG for too many of them.
 */
struct chard_attributes *chard_attributes_new(const struct chard_driver *driver)
{
	struct chard_attributes *all;
	u32 count = driver->handler->attribute_count;
	int ret = -ENOMEM;

	if (count > CHARD_ATTRIBUTES_MAX) {
		pr_err("%s: its devices have %u attributes, of %u at most\n", driver->name, count,
		       CHARD_ATTRIBUTES_MAX);
		return ERR_PTR(-E2BIG);
	}
	all = kzalloc(sizeof(*all), GFP_KERNEL);
	if (!all)
		return ERR_PTR(-ENOMEM);
	all->groups = kcalloc(count + 3, sizeof(*all->groups), GFP_KERNEL);
	all->group = kcalloc(count + 1, sizeof(*all->group), GFP_KERNEL);
	all->lists = kvcalloc((count + 1) * (count + 1), sizeof(*all->lists), GFP_KERNEL);
	all->files = kcalloc(count + 1, sizeof(*all->files), GFP_KERNEL);
	all->names = kcalloc(count + 2, sizeof(*all->names), GFP_KERNEL);
	if (all->groups && all->group && all->lists && all->files && all->names) {
		all->groups[0] = &chard_own_group;
		ret = chard_attributes_fill(all, driver->handler->attributes, count);
	}
	if (!ret)
		return all;
	chard_attributes_free(all);
	return ERR_PTR(ret);
}

/* chard_attributes_free() - the reverse; no device is left */
void chard_attributes_free(struct chard_attributes *all)
{
	char **name;

	/* The first folder is the device's and has no name. */
	for (name = all->names; name && name[1]; name++)
		kfree(name[1]);
	kfree(all->names);
	kfree(all->files);
	kvfree(all->lists);
	kfree(all->group);
	kfree(all->groups);
	kfree(all);
}

/* chard_attribute_groups() - for the class device */
const struct attribute_group **chard_attribute_groups(struct chard_attributes *all)
{
	return all->groups;
}

/* seq_file comes again with more room where that was not enough. */
static int chard_view_show(struct seq_file *seq, void *data)
{
	struct chard_view *view = seq->private;
	struct chard_text text = {};
	long ret;

	text.size = seq_get_buf(seq, &text.bytes);
	ret = chard_file_show(view->device, view->index, &text);
	if (chard_text_commit(seq, &text))
		return 0;
	return text.cut ? -EFBIG : ret;
}

static int chard_view_open(struct inode *inode, struct file *file)
{
	return single_open(file, chard_view_show, inode->i_private);
}

static ssize_t chard_view_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct chard_view *view = ((struct seq_file *)file->private_data)->private;
	char *bytes;
	long ret;

	if (len >= PAGE_SIZE)
		return -EFBIG;
	bytes = memdup_user_nul(from, len);
	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	ret = chard_file_store(view->device, view->index, bytes, len);
	kfree(bytes);
	return ret ?: (long)len;
}

/* debugfs waits for the readers of a file that is removed, and lets no more in. */
static const struct file_operations chard_view_fops = {
	.owner = THIS_MODULE,
	.open = chard_view_open,
	.read = seq_read,
	.write = chard_view_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/*
 * chard_views_add() - a device's files in debugfs; may sleep
 *
 * As all that is for debugging alone, they are left out where they can not be had.
 */
void chard_views_add(struct chard_device *device)
{
	const struct chard_driver *driver = device->driver;
	const struct chard_attribute *table = driver->handler->attributes;
	u32 count = driver->handler->attribute_count, index;
	char name[sizeof(device->name)];
	int error;

	for (index = 0; index < count && !table[index].debugfs; index++)
		;
	if (index == count)
		return;
	device->views = kcalloc(count, sizeof(*device->views), GFP_KERNEL);
	if (!device->views)
		return;
	/* As the class device is called: the node of its name may be in a folder of /dev. */
	snprintf(name, sizeof(name), "%s", device->name);
	strreplace(name, '/', '!');
	device->debugfs = debugfs_create_dir(name, chard_debugfs);
	error = PTR_ERR_OR_ZERO(device->debugfs);
	/* -ENODEV: the kernel has no debugfs. */
	if (error && error != -ENODEV)
		pr_warn_once("%s: debugfs has no folder of %s: error %d\n", driver->name, name,
			     error);
	for (; index < count; index++) {
		if (!table[index].debugfs)
			continue;
		device->views[index] = (struct chard_view){ device, index };
		debugfs_create_file(table[index].name, table[index].mode, device->debugfs,
				    &device->views[index], &chard_view_fops);
	}
}

/* chard_views_del() - the reverse; waits for their readers; may sleep */
void chard_views_del(struct chard_device *device)
{
	debugfs_remove(device->debugfs);
	kfree(device->views);
	device->views = NULL;
}

void __init chard_views_init(void)
{
	chard_debugfs = debugfs_create_dir("chard", NULL);
}

void chard_views_exit(void)
{
	debugfs_remove(chard_debugfs);
}
