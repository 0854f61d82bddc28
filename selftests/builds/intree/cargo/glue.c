// SPDX-License-Identifier: GPL-2.0
/* /sys/module/squares/parameters/sum: a count is written, the sum is read. */
#include <linux/module.h>

#include "squares.h"

static unsigned long count;

/* For Rust: what the log says before the oops of a panic. */
void squares_panics(unsigned int line)
{
	pr_emerg("squares: panicked in line %u\n", line);
}

static int sum_set(const char *text, const struct kernel_param *kp)
{
	return kstrtoul(text, 0, &count);
}

static int sum_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%llu\n", squares_sum(count));
}

static const struct kernel_param_ops sum_ops = { .set = sum_set, .get = sum_get };

module_param_cb(sum, &sum_ops, NULL, 0600);
MODULE_PARM_DESC(sum, "How many squares");
MODULE_DESCRIPTION("A crate by Cargo");
MODULE_LICENSE("GPL");
