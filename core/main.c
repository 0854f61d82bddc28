// SPDX-License-Identifier: GPL-2.0
/* chard.ko: the core that drivers with a handler in Rust stand on. */
#include <linux/module.h>

#include "core.h"

static int __init chard_init(void)
{
	int ret = chard_removals_init();

	if (ret)
		return ret;
	ret = chard_nodes_init();
	if (ret)
		chard_removals_exit();
	return ret;
}
module_init(chard_init);

static void __exit chard_exit(void)
{
	chard_commands_exit();
	chard_nodes_exit();
	chard_removals_exit();
	chard_memory_exit();
}
module_exit(chard_exit);

MODULE_DESCRIPTION("Character devices with handlers in safe Rust");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
/* Of rust-handlers/Cargo.toml. */
MODULE_VERSION(CHARD_VERSION);
CHARD_MODULE_INFO;
