// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters: what insmod and /sys/module write, what handlers read. Single numbers
 * are written and read whole. Strings and arrays are copied under a spinlock, so that a
 * handler may read them in any context; the kernel's lock of a module's parameters sleeps.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core.h"
#include "params.h"

static DEFINE_SPINLOCK(chard_params_lock);

static const char *chard_param_module(const struct kernel_param *kp)
{
	return kp->mod ? kp->mod->name : "chard";
}

static void chard_param_put(const struct chard_param *param, unsigned int i, u64 value)
{
	switch (param->size) {
	case 1:
		WRITE_ONCE(((u8 *)param->values)[i], value);
		break;
	case 4:
		WRITE_ONCE(((u32 *)param->values)[i], value);
		break;
	default:
		WRITE_ONCE(((u64 *)param->values)[i], value);
	}
}

static u64 chard_param_value(const struct chard_param *param, unsigned int i)
{
	switch (param->size) {
	case 1:
		return ((u8 *)param->values)[i];
	case 4:
		/* Each by itself: of both at once the sign would be lost. */
		if (param->kind == CHARD_PARAM_SIGNED)
			return ((s32 *)param->values)[i];
		return ((u32 *)param->values)[i];
	default:
		return ((u64 *)param->values)[i];
	}
}

static int chard_param_number(const struct kernel_param *kp, const char *text, u64 *value)
{
	const struct chard_param *param = kp->arg;
	s64 negative = 0;
	int ret;

	if (param->kind == CHARD_PARAM_SIGNED) {
		ret = kstrtos64(text, 0, &negative);
		*value = negative;
		if (!ret && (negative < param->min || negative > (s64)param->max))
			ret = -ERANGE;
	} else {
		ret = kstrtou64(text, 0, value);
		if (!ret && (*value < (u64)param->min || *value > param->max))
			ret = -ERANGE;
	}
	if (!ret)
		return 0;
	if (param->kind == CHARD_PARAM_SIGNED)
		pr_err("%s: the parameter %s takes a number from %lld to %lld, not %s\n",
		       chard_param_module(kp), kp->name, param->min, (s64)param->max, text);
	else
		pr_err("%s: the parameter %s takes a number from %lld to %llu, not %s\n",
		       chard_param_module(kp), kp->name, param->min, param->max, text);
	return ret;
}

/* Numbers with commas between; none in an empty text. Nothing changes where one is bad. */
static int chard_param_numbers(const struct kernel_param *kp, char *text)
{
	struct chard_param *param = kp->arg;
	unsigned int count = 0, i;
	u64 *values;
	int ret = 0;

	values = kcalloc(param->room, sizeof(*values), GFP_KERNEL);
	if (!values)
		return -ENOMEM;
	text = strim(text);
	if (!*text)
		text = NULL;
	while (!ret && text) {
		if (count == param->room) {
			pr_err("%s: the parameter %s takes %u numbers at most\n",
			       chard_param_module(kp), kp->name, param->room);
			ret = -E2BIG;
			break;
		}
		ret = chard_param_number(kp, strsep(&text, ","), &values[count++]);
	}
	if (!ret) {
		spin_lock_irq(&chard_params_lock);
		for (i = 0; i < count; i++)
			chard_param_put(param, i, values[i]);
		param->count = count;
		spin_unlock_irq(&chard_params_lock);
	}
	kfree(values);
	return ret;
}

static int chard_param_chars(const struct kernel_param *kp, const char *text)
{
	struct chard_param *param = kp->arg;
	size_t len = strlen(text);

	/* echo writes a newline behind the value. */
	if (len && text[len - 1] == '\n')
		len--;
	if (len >= param->room) {
		pr_err("%s: the parameter %s takes %u bytes at most\n", chard_param_module(kp),
		       kp->name, param->room - 1);
		return -ENOSPC;
	}
	spin_lock_irq(&chard_params_lock);
	memset(param->values, 0, param->room);
	memcpy(param->values, text, len);
	param->count = len;
	spin_unlock_irq(&chard_params_lock);
	return 0;
}

static int chard_param_set(const char *text, const struct kernel_param *kp)
{
	struct chard_param *param = kp->arg;
	char *copy;
	bool flag;
	u64 value;
	int ret;

	if (param->kind == CHARD_PARAM_CHARS)
		return chard_param_chars(kp, text);
	if (param->kind == CHARD_PARAM_BOOLEAN) {
		/* The name alone says yes. */
		ret = kstrtobool(text ?: "1", &flag);
		if (ret)
			pr_err("%s: the parameter %s takes y or n, not %s\n",
			       chard_param_module(kp), kp->name, text);
		else
			chard_param_put(param, 0, flag);
		return ret;
	}
	if (param->room == 1) {
		ret = chard_param_number(kp, text, &value);
		if (!ret)
			chard_param_put(param, 0, value);
		return ret;
	}
	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	ret = chard_param_numbers(kp, copy);
	kfree(copy);
	return ret;
}

static int chard_param_get(char *text, const struct kernel_param *kp)
{
	const struct chard_param *param = kp->arg;
	unsigned int i, len = 0;

	if (param->kind == CHARD_PARAM_CHARS)
		return scnprintf(text, PAGE_SIZE, "%s\n", (char *)param->values);
	if (param->kind == CHARD_PARAM_BOOLEAN)
		return scnprintf(text, PAGE_SIZE, "%c\n", chard_param_value(param, 0) ? 'Y' : 'N');
	for (i = 0; i < param->count; i++)
		len += scnprintf(text + len, PAGE_SIZE - len,
				 param->kind == CHARD_PARAM_SIGNED ? "%s%lld" : "%s%llu",
				 i ? "," : "", chard_param_value(param, i));
	return len + scnprintf(text + len, PAGE_SIZE - len, "\n");
}

const struct kernel_param_ops chard_param_ops = {
	.set = chard_param_set,
	.get = chard_param_get,
};
EXPORT_SYMBOL_GPL(chard_param_ops);

const struct kernel_param_ops chard_param_flag_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = chard_param_set,
	.get = chard_param_get,
};
EXPORT_SYMBOL_GPL(chard_param_flag_ops);

/**
 * chard_param_copy() - a string's bytes, or an array's numbers; any context
 * @param: the parameter
 * @to: for @room of them
 * @room: how many
 *
 * Return: how many there are, which may be more than were copied.
 */
__u32 chard_param_copy(const struct chard_param *param, void *to, __u32 room)
{
	unsigned long flags;
	u32 count;

	spin_lock_irqsave(&chard_params_lock, flags);
	count = param->count;
	memcpy(to, param->values, (size_t)min(count, room) * param->size);
	spin_unlock_irqrestore(&chard_params_lock, flags);
	return count;
}
EXPORT_SYMBOL_GPL(chard_param_copy);
