// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/module/three/parameters/mix: how many rounds is written, what comes of them
 * is read.
 */
#include <linux/module.h>

#include "three.h"

static unsigned long rounds;

static int mix_set(const char *text, const struct kernel_param *kp)
{
	return kstrtoul(text, 0, &rounds);
}

static int mix_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%llu\n", three_mix(1, rounds));
}

static const struct kernel_param_ops mix_ops = { .set = mix_set, .get = mix_get };

module_param_cb(mix, &mix_ops, NULL, 0600);
MODULE_PARM_DESC(mix, "Rounds to stir");
MODULE_DESCRIPTION("Rust by rustc alone");
MODULE_LICENSE("GPL");
