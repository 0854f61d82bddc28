// SPDX-License-Identifier: GPL-2.0
/* Which device a name in /dev is, and which number: what core/devices/node.c is. */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

/**
 * struct node - of a number
 * @device: which it is, held; NULL where there is none
 * @reserved: there is one, or it is being made or removed
 * @made: there was one: that name is never a file's again
 */
struct node {
	struct chard_device *device;
	bool reserved;
	bool made;
};

/* Those of the one driver; @nodes has @where.minors. */
static struct chard_where where;
static struct node *nodes;
static bool closed;
static pthread_mutex_t nodes_lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * nodes_begin() - what the driver's devices are found by; the numbers of the first are
 * reserved
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
long nodes_begin(const struct chard_where *at)
{
	if (!at->minors || at->minors > 1048576 || at->devices > at->minors)
		return -EINVAL;
	nodes = calloc(at->minors, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	where = *at;
	for (unsigned int i = 0; i < at->devices; i++)
		nodes[i].reserved = true;
	return 0;
}

/* nodes_close() - no device is made any more */
void nodes_close(void)
{
	pthread_mutex_lock(&nodes_lock);
	closed = true;
	pthread_mutex_unlock(&nodes_lock);
}

/* nodes_end() - no device is left */
void nodes_end(void)
{
	free(nodes);
	nodes = NULL;
	where.minors = 0;
}

/* node_count() - how many numbers there are */
__u32 node_count(void)
{
	return where.minors;
}

/* node_on_region() - whether the driver has a region of numbers */
bool node_on_region(void)
{
	return where.region;
}

/* node_is_bound() - whether it has those devices alone that the suite binds */
bool node_is_bound(void)
{
	return where.bound;
}

/* node_has_chips() - whether these are chips on a bus (userspace/suite-i2c.h) */
bool node_has_chips(void)
{
	return where.chips;
}

/* node_reserve() - take a number, CHARD_ANY for a free one: it, or what the core's gives */
long node_reserve(__u32 index)
{
	long ret = -EINVAL;

	pthread_mutex_lock(&nodes_lock);
	if (index == CHARD_ANY) {
		for (index = 0; index < where.minors && nodes[index].reserved; index++)
			;
		ret = -ENOSPC;
	}
	if (index < where.minors) {
		ret = nodes[index].reserved ? -EEXIST : (long)index;
		nodes[index].reserved = true;
	}
	pthread_mutex_unlock(&nodes_lock);
	return ret;
}

/* node_release() - the number is free again */
void node_release(__u32 index)
{
	pthread_mutex_lock(&nodes_lock);
	nodes[index].reserved = false;
	nodes[index].device = NULL;
	pthread_mutex_unlock(&nodes_lock);
}

/* node_name() - name a device that is to come; false for a name that is too long */
bool node_name(struct chard_device *device)
{
	char other[sizeof(device->name)];
	const char *node = where.node;
	__u32 i = 0;
	size_t len;

	if (!node || !*node) {
		snprintf(other, sizeof(other), "chard-%s", device->driver->name);
		node = other;
	}
	while (where.names && i < device->index && where.names[i])
		i++;
	if (where.names && i == device->index && where.names[i])
		len = snprintf(device->name, sizeof(device->name), "%s", where.names[i]);
	else if (where.region)
		len = snprintf(device->name, sizeof(device->name), "%s%s%u", node,
			       isdigit(node[strlen(node) - 1]) ? "-" : "", device->index);
	else
		len = snprintf(device->name, sizeof(device->name), "%s", node);
	return len < sizeof(device->name);
}

/* node_add() - the device can be opened, and may be removed: 0, -ENODEV at the end */
long node_add(struct chard_device *device)
{
	long ret = -ENODEV;

	pthread_mutex_lock(&nodes_lock);
	if (!closed) {
		nodes[device->index].device = device;
		__atomic_store_n(&nodes[device->index].made, true, __ATOMIC_RELAXED);
		ret = 0;
	}
	pthread_mutex_unlock(&nodes_lock);
	return ret;
}

/* node_at() - the device of a number, held; NULL if there is none */
struct chard_device *node_at(__u32 index)
{
	struct chard_device *device = NULL;

	pthread_mutex_lock(&nodes_lock);
	if (index < where.minors)
		device = nodes[index].device;
	if (device)
		device_get(device);
	pthread_mutex_unlock(&nodes_lock);
	return device;
}

/*
 * node_find() - what a name in /dev is
 *
 * As where a node has lived on when its device went.
 *
 * Return: the device, held; NULL with an errno in @error, or with 0 for what never was
 * a device here.
 */
struct chard_device *node_find(const char *name, long *error)
{
	*error = 0;
	for (__u32 i = 0; i < where.minors; i++) {
		struct chard_device like = { .driver = chard_loaded, .index = i };
		struct chard_device *device;

		if (!__atomic_load_n(&nodes[i].made, __ATOMIC_RELAXED) || !node_name(&like) ||
		    strcmp(name, like.name))
			continue;
		device = node_at(i);
		if (!device)
			*error = where.region ? -ENXIO : -ENODEV;
		return device;
	}
	return NULL;
}
