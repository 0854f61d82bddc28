// SPDX-License-Identifier: GPL-2.0
/*
 * context.ko: a handler finds something switched off that was on when its call
 * began, as code might leave it that no panic may skip.
 *
 * A probe on the entry switches it off, once each time that a way is written to
 * /sys/module/context/parameters/how.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

static char symbol[64];
module_param_string(symbol, symbol, sizeof(symbol), 0444);
MODULE_PARM_DESC(symbol, "the handler's entry");

static char how[16];
module_param_string(how, how, sizeof(how), 0644);
MODULE_PARM_DESC(how, "preemption, interrupts, rcu, faults or migration; empty again when done");

/* An interrupt that comes now finds them off in the task that it has come to. */
static int spin(const char *value, const struct kernel_param *param)
{
	pagefault_disable();
	migrate_disable();
	mdelay(100);
	migrate_enable();
	pagefault_enable();
	return 0;
}

static const struct kernel_param_ops spin_ops = { .set = spin };
module_param_cb(spin, &spin_ops, NULL, 0200);
MODULE_PARM_DESC(spin, "whoever writes spins, for 100 ms, with page faults and migration off");

static int before(struct kprobe *probe, struct pt_regs *regs)
{
	if (sysfs_streq(how, "preemption"))
		preempt_disable();
	else if (sysfs_streq(how, "interrupts"))
		regs->flags &= ~X86_EFLAGS_IF;
	else if (sysfs_streq(how, "rcu"))
		rcu_read_lock();
	else if (sysfs_streq(how, "faults"))
		pagefault_disable();
	else if (sysfs_streq(how, "migration"))
		migrate_disable();
	how[0] = '\0';
	return 0;
}

static struct kprobe probe = {
	.symbol_name = symbol,
	.pre_handler = before,
};

static int __init context_init(void)
{
	return register_kprobe(&probe);
}
module_init(context_init);

static void __exit context_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(context_exit);

MODULE_DESCRIPTION("Switches something off under a handler of chard's");
MODULE_LICENSE("GPL");
