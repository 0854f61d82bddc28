// SPDX-License-Identifier: GPL-2.0
/*
 * libcalls.so, a plugin of QEMU's: the instructions of calls, and where they write to.
 *
 * begins=ADDRESS,ends=ADDRESS: those of the functions of a guest's program that stand
 * before and behind a call; out=FILE: for each call a line "call CPU", then for each
 * instruction that this processor has executed "x ADDRESS TEXT", and behind it for each
 * access to memory "r ADDRESS BYTES" or "w ADDRESS BYTES", and a line "end".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

int qemu_plugin_version = 1;

static unsigned long plugin;
static unsigned long begins, ends;
static FILE *out;
/* Each instruction is watched, which is slow, from the first call on. */
static bool watched;
/* Whose call it is, or less than 0. */
static int calling = -1;

/* An instruction, as long as its translation lives: always. */
struct instruction {
	unsigned long address;
	char *text;
};

static void watch(unsigned long id);

static void call_begins(unsigned int cpu, void *data)
{
	if (!watched) {
		qemu_plugin_reset(plugin, watch);
		return;
	}
	calling = cpu;
	fprintf(out, "call %u\n", cpu);
}

static void call_ends(unsigned int cpu, void *data)
{
	if (calling < 0)
		return;
	calling = -1;
	fprintf(out, "end\n");
	fflush(out);
}

static void executed(unsigned int cpu, void *data)
{
	const struct instruction *instruction = data;

	if (calling == (int)cpu)
		fprintf(out, "x %lx %s\n", instruction->address, instruction->text);
}

static void accessed(unsigned int cpu, unsigned int info, unsigned long address, void *data)
{
	if (calling == (int)cpu)
		fprintf(out, "%c %lx %u\n", qemu_plugin_mem_is_store(info) ? 'w' : 'r', address,
			1U << qemu_plugin_mem_size_shift(info));
}

static void translated(unsigned long id, struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct instruction *instruction;

		if (watched) {
			instruction = malloc(sizeof(*instruction));
			if (!instruction)
				abort();
			instruction->address = qemu_plugin_insn_vaddr(insn);
			instruction->text = qemu_plugin_insn_disas(insn);
			qemu_plugin_register_vcpu_insn_exec_cb(insn, executed,
							       QEMU_PLUGIN_CB_NO_REGS, instruction);
			qemu_plugin_register_vcpu_mem_cb(insn, accessed, QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_RW, NULL);
		}
		if (qemu_plugin_insn_vaddr(insn) == begins)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, call_begins,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
		if (qemu_plugin_insn_vaddr(insn) == ends)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, call_ends,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

static void watch(unsigned long id)
{
	watched = true;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
}

int qemu_plugin_install(unsigned long id, const void *info, int argc, char **argv)
{
	plugin = id;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "begins=", 7))
			begins = strtoull(argv[i] + 7, NULL, 16);
		else if (!strncmp(argv[i], "ends=", 5))
			ends = strtoull(argv[i] + 5, NULL, 16);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	}
	if (!begins || !ends || !out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
