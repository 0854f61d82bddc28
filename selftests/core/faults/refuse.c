// SPDX-License-Identifier: GPL-2.0
/*
 * refuse.ko: the nth allocation that chard or a driver of it asks for fails.
 *
 * For stock kernels, which are built without fault injection: a probe where
 * the allocator returns gives the memory back and makes the answer NULL.
 * Write n to /sys/module/refuse/parameters/nth; 0 refuses nothing.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

static char symbol[64];
module_param_string(symbol, symbol, sizeof(symbol), 0444);
MODULE_PARM_DESC(symbol, "the allocator: what kmalloc() calls in this kernel");

static int nth;
module_param(nth, int, 0644);
MODULE_PARM_DESC(nth, "which allocation from now on fails; back to 0 when it has");

static bool from_chard(struct kretprobe_instance *ri)
{
	char caller[128];

	/* No function that modules may call names the module of an address. */
	snprintf(caller, sizeof(caller), "%pS", (void *)get_kretprobe_retaddr(ri));
	return strstr(caller, "[chard");
}

static int returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (nth && from_chard(ri) && !--nth) {
		kvfree((void *)regs_return_value(regs));
		regs->ax = 0;
	}
	return 0;
}

static struct kretprobe probe = {
	.handler = returned,
	.kp.symbol_name = symbol,
	.maxactive = 64,
};

static int __init refuse_init(void)
{
	return register_kretprobe(&probe);
}
module_init(refuse_init);

static void __exit refuse_exit(void)
{
	unregister_kretprobe(&probe);
}
module_exit(refuse_exit);

MODULE_DESCRIPTION("Refuses memory to chard, for its tests");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
