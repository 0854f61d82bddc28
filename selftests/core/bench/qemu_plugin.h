/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of QEMU's interface for plugins, version 1, what plugin.c uses, as it is on x86_64:
 * Debian's QEMU has plugins, but no package of Debian 12 has the header.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;

#define QEMU_PLUGIN_CB_NO_REGS 0
#define QEMU_PLUGIN_MEM_RW 3

/* What a plugin has. */
extern int qemu_plugin_version;
int qemu_plugin_install(unsigned long id, const void *info, int argc, char **argv);

/* What QEMU has. */
void qemu_plugin_register_vcpu_tb_trans_cb(unsigned long id,
					   void (*translated)(unsigned long id,
							      struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*executed)(unsigned int cpu, void *data),
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*accessed)(unsigned int cpu, unsigned int info,
						       unsigned long address, void *data),
				      int flags, int which, void *data);
void qemu_plugin_reset(unsigned long id, void (*done)(unsigned long id));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
unsigned long qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(unsigned int info);
unsigned int qemu_plugin_mem_size_shift(unsigned int info);

#endif
