// SPDX-License-Identifier: GPL-2.0
/* Calls what probe.rs has, when it is loaded and by the parameter mix (glue.c). */
#include <linux/module.h>

#include "probe.h"

static unsigned long rounds;
static u64 from[512], to[512];
u64 three_word;

void three_say(const char *text)
{
	pr_info("%s", text);
}

void three_trace(void)
{
	dump_stack();
}

static int mix_set(const char *text, const struct kernel_param *kp)
{
	return kstrtoul(text, 0, &rounds);
}

static int mix_get(char *text, const struct kernel_param *kp)
{
	three_copy(to, from);
	three_copy_much(to, from);
	return sysfs_emit(text, "%llu\n", three_mix(1, rounds));
}

static const struct kernel_param_ops mix_ops = { .set = mix_set, .get = mix_get };

module_param_cb(mix, &mix_ops, NULL, 0600);

static int __init three_init(void)
{
	three_greet();
	three_call(three_stack);
	three_choose(rounds, rounds);
#ifdef PANICS
	three_index(from, rounds);
#endif
	return 0;
}
module_init(three_init);

static void __exit three_exit(void)
{
}
module_exit(three_exit);

MODULE_DESCRIPTION("What a compiler that was told too little does wrong");
MODULE_LICENSE("GPL");
