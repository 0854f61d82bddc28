// SPDX-License-Identifier: GPL-2.0
/* Regions: how they and their devices come and go, and what these have in sysfs. */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "chard_many.h"
#include "failnth.h"
#include "../module.h"

#define CLASS "/sys/class/chard/"
#define VIEWS "/sys/kernel/debug/chard/many-second/"

static int many = -1;
static char text[20000];

static int load_many(void)
{
	return load("chard_many.ko", "minors=8 devices=2 sizes=1,2 label=text");
}

static int unload_many(void)
{
	return unload("chard_many");
}

/* Not on misc devices, where they are otherwise: devices alone come and go. */
static int load_types(void)
{
	return load("chard_types_region.ko", "");
}

static int unload_types(void)
{
	return unload("chard_types_region");
}

static int load_armed(void)
{
	return load("chard_armed_region.ko", "");
}

static int unload_armed(void)
{
	return unload("chard_armed_region");
}

static int store(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY), error = fd < 0 ? errno : 0;

	if (!error)
		error = result(write(fd, what, strlen(what)));
	close(fd);
	return error;
}

static int show(const char *path)
{
	int fd = open(path, O_RDONLY), error = fd < 0 ? errno : 0;

	if (!error)
		error = result(read(fd, text, sizeof(text)));
	close(fd);
	return error;
}

static int add_many(void)
{
	return store("/sys/devices/chard-many/add", "5");
}

static int remove_many(void)
{
	return store(CLASS "chard-many5/remove", "1");
}

static int add_types(void)
{
	return store("/sys/devices/chard-types_region/add", "0");
}

static int remove_types(void)
{
	return store(CLASS "chard-types_region0/remove", "1");
}

static int add_armed(void)
{
	return store("/sys/devices/chard-armed_region/add", "0");
}

static int remove_armed(void)
{
	return store(CLASS "chard-armed_region0/remove", "1");
}

static int load_plug(void)
{
	return load("chard_plug.ko", "");
}

static int unload_plug(void)
{
	return unload("chard_plug");
}

static int unbind_plug(void)
{
	return store("/sys/bus/platform/drivers/chard-plug/unbind", "chard-plug.0");
}

static int bind_plug(void)
{
	return store("/sys/bus/platform/drivers/chard-plug/bind", "chard-plug.0");
}

static int open_many(void)
{
	many = open("/dev/many-second", O_RDWR);
	return result(many);
}

static int close_many(void)
{
	return result(close(many));
}

static int create_many(void)
{
	return result(ioctl(many, CHARD_MANY_CREATE, 5));
}

static int tell_many(void)
{
	return result(ioctl(many, CHARD_MANY_TELL, 0));
}

static int params_many(void)
{
	struct chard_many_params params;

	return result(ioctl(many, CHARD_MANY_PARAMS, &params));
}

static int info_many(void)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", many);
	return show(path);
}

static int show_level(void)
{
	return show(CLASS "many-second/level");
}

static int store_level(void)
{
	return store(CLASS "many-second/level", "7");
}

static int reset_many(void)
{
	return store(CLASS "many-second/reset", "1");
}

static int view_lines(void)
{
	return show(VIEWS "lines");
}

static int view_store(void)
{
	return store(VIEWS "level", "8");
}

static int set_sizes(void)
{
	return store("/sys/module/chard_many/parameters/sizes", "1,2,3");
}

static int set_label(void)
{
	return store("/sys/module/chard_many/parameters/label", "other");
}

static int show_sizes(void)
{
	return show("/sys/module/chard_many/parameters/sizes");
}

const struct step region_steps[] = {
	{ "insmod many", load_many, unload_many, false },
	{ "", load_many, NULL, false },
	{ "add to a region", add_many, remove_many, true },
	{ "", load_types, NULL, false },
	{ "add, with locks and a timer", add_types, remove_types, true },
	{ "", load_armed, NULL, false },
	{ "add, with work, a thread and pages", add_armed, remove_armed, true },
	{ "", load_plug, NULL, false },
	{ "", unbind_plug, NULL, false },
	{ "bind", bind_plug, unbind_plug, true },
	{ "", bind_plug, NULL, false },
	{ "unbind", unbind_plug, bind_plug, true },
	{ "", unload_plug, NULL, false },
	{ "", add_many, NULL, false },
	{ "remove from a region", remove_many, add_many, true },
	{ "", remove_many, NULL, false },
	{ "open of a region", open_many, close_many, true },
	{ "", open_many, NULL, false },
	{ "ioctl CREATE", create_many, remove_many, true },
	{ "ioctl TELL", tell_many, nothing, true },
	{ "ioctl PARAMS", params_many, nothing, true },
	{ "fdinfo", info_many, nothing, true },
	{ "an attribute's show", show_level, nothing, true },
	{ "an attribute's store", store_level, nothing, true },
	{ "reset", reset_many, nothing, true },
	{ "a view's show", view_lines, nothing, true },
	{ "a view's store", view_store, nothing, true },
	{ "a parameter's store, an array", set_sizes, nothing, true },
	{ "a parameter's store, a text", set_label, nothing, true },
	{ "a parameter's show", show_sizes, nothing, true },
	{ "", close_many, NULL, false },
	{ "", unload_many, NULL, false },
	{ "", unload_types, NULL, false },
	{ "", unload_armed, NULL, false },
	{},
};
