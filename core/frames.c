// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of a handler: from one to its caller's, with the registers that it has saved.
 *
 * The kernel's unwinder knows where callers are, but not the registers that a function
 * keeps; that would have every call save them, in case it panics. The compiler says
 * in DWARF's call frame information (.eh_frame, as the Linux Standard Base has it)
 * where each function has saved which. It is looked at only when there is a panic.
 *
 * When a driver is built it is linked as a table of its own (rust-handlers/frames.lds),
 * which names functions by where they are in the handler's text: there is nothing in it
 * to relocate.
 *
 * What LLVM gives for Rust is known here and nothing else: who meets anything else
 * takes the panic for one that can not be contained.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "frames.h"

/* Opcodes; the first three have an operand in their low bits. */
#define DW_CFA_ADVANCE_LOC 0x40
#define DW_CFA_OFFSET 0x80
#define DW_CFA_RESTORE 0xc0
#define DW_CFA_NOP 0x00
#define DW_CFA_ADVANCE_LOC1 0x02
#define DW_CFA_ADVANCE_LOC2 0x03
#define DW_CFA_ADVANCE_LOC4 0x04
#define DW_CFA_REMEMBER_STATE 0x0a
#define DW_CFA_RESTORE_STATE 0x0b
#define DW_CFA_DEF_CFA 0x0c
#define DW_CFA_DEF_CFA_REGISTER 0x0d
#define DW_CFA_DEF_CFA_OFFSET 0x0e
#define DW_CFA_GNU_ARGS_SIZE 0x2e

/* Pointers are relative to where they are, signed, of four bytes. */
#define DW_EH_PE_PCREL_SDATA4 0x1b

/* Where the table lies and the text begins at 0, by frames.lds. */
#define CHARD_FRAMES_ADDRESS 0x10000000

/**
 * struct chard_bytes - what is read of an entry
 * @at: the next byte
 * @end: behind the last
 * @bad: there were too few, or something that is not known
 */
struct chard_bytes {
	const u8 *at;
	const u8 *end;
	bool bad;
};

/**
 * struct chard_rules - how a frame is unwound at an instruction
 * @base: the register that the frame's address is counted from
 * @distance: bytes from there to the address, which is the caller's stack pointer
 * @saved: the registers that were saved, a bit each
 * @where: of these: bytes from the frame's address
 */
struct chard_rules {
	u32 base;
	s64 distance;
	u32 saved;
	s32 where[CHARD_REGISTERS];
};

/**
 * struct chard_unwind - what an entry says
 * @code: what advances are counted in
 * @data: what offsets are counted in
 * @rules: as they are now
 * @initial: as they are where a function begins
 * @kept: of DW_CFA_REMEMBER_STATE, one at a time
 */
struct chard_unwind {
	u64 code;
	s64 data;
	struct chard_rules rules;
	struct chard_rules initial;
	struct chard_rules kept;
};

/* Goes on by as many bytes: where they begin, or NULL where there are too few. */
static const u8 *chard_pass(struct chard_bytes *bytes, u64 size)
{
	const u8 *at = bytes->at;

	if (size > (u64)(bytes->end - at)) {
		bytes->bad = true;
		bytes->at = bytes->end;
		return NULL;
	}
	bytes->at += size;
	return at;
}

static u64 chard_take(struct chard_bytes *bytes, size_t size)
{
	const u8 *from = chard_pass(bytes, size);
	u64 value = 0;

	if (from)
		memcpy(&value, from, size);
	return value;
}

/* A number of any length, seven bits a byte, the low ones first. */
static u64 chard_take_number(struct chard_bytes *bytes, unsigned int *shift)
{
	u64 value = 0;
	u8 byte;

	*shift = 0;
	do {
		byte = chard_take(bytes, 1);
		if (*shift < 64)
			value |= (u64)(byte & 0x7f) << *shift;
		else
			bytes->bad = true;
		*shift += 7;
	} while (byte & 0x80);
	return value;
}

static u64 chard_take_unsigned(struct chard_bytes *bytes)
{
	unsigned int shift;

	return chard_take_number(bytes, &shift);
}

static s64 chard_take_signed(struct chard_bytes *bytes)
{
	unsigned int shift;
	u64 value = chard_take_number(bytes, &shift);

	return shift < 64 ? sign_extend64(value, shift - 1) : (s64)value;
}

static u32 chard_take_register(struct chard_bytes *bytes)
{
	u64 number = chard_take_unsigned(bytes);

	if (number >= CHARD_REGISTERS)
		bytes->bad = true;
	return number;
}

/* One whose operand is in the opcode. */
static u64 chard_run_short(struct chard_unwind *unwind, struct chard_bytes *bytes, u8 op)
{
	struct chard_rules *rules = &unwind->rules;
	u8 operand = op & 0x3f;

	if ((op & 0xc0) == DW_CFA_ADVANCE_LOC)
		return operand * unwind->code;
	if (operand >= CHARD_REGISTERS) {
		bytes->bad = true;
		return 0;
	}
	if ((op & 0xc0) == DW_CFA_OFFSET) {
		rules->saved |= BIT(operand);
		rules->where[operand] = chard_take_unsigned(bytes) * unwind->data;
	} else {
		rules->saved &= ~BIT(operand);
		rules->saved |= unwind->initial.saved & BIT(operand);
		rules->where[operand] = unwind->initial.where[operand];
	}
	return 0;
}

/* Returns how far the instruction goes on that the rules are for. */
static u64 chard_run_one(struct chard_unwind *unwind, struct chard_bytes *bytes)
{
	struct chard_rules *rules = &unwind->rules;
	u8 op = chard_take(bytes, 1);

	switch (op) {
	case DW_CFA_NOP:
		break;
	case DW_CFA_ADVANCE_LOC1:
		return chard_take(bytes, 1) * unwind->code;
	case DW_CFA_ADVANCE_LOC2:
		return chard_take(bytes, 2) * unwind->code;
	case DW_CFA_ADVANCE_LOC4:
		return chard_take(bytes, 4) * unwind->code;
	case DW_CFA_REMEMBER_STATE:
		unwind->kept = *rules;
		break;
	case DW_CFA_RESTORE_STATE:
		*rules = unwind->kept;
		break;
	case DW_CFA_DEF_CFA:
		rules->base = chard_take_register(bytes);
		rules->distance = chard_take_unsigned(bytes);
		break;
	case DW_CFA_DEF_CFA_REGISTER:
		rules->base = chard_take_register(bytes);
		break;
	case DW_CFA_DEF_CFA_OFFSET:
		rules->distance = chard_take_unsigned(bytes);
		break;
	case DW_CFA_GNU_ARGS_SIZE:
		chard_take_unsigned(bytes);
		break;
	default:
		if (op & 0xc0)
			return chard_run_short(unwind, bytes, op);
		bytes->bad = true;
	}
	return 0;
}

/* Runs what there is, up to the instruction that is @far into the function. */
static void chard_run(struct chard_unwind *unwind, struct chard_bytes *bytes, u64 far)
{
	u64 at = 0;

	while (bytes->at < bytes->end && !bytes->bad && at <= far) {
		struct chard_rules before = unwind->rules;

		at += chard_run_one(unwind, bytes);
		/* These rules are for what comes behind. */
		if (at > far)
			unwind->rules = before;
	}
}

/* What many functions have in common. */
static void chard_read_common(struct chard_unwind *unwind, struct chard_bytes *bytes)
{
	/* Version, what is there, alignments, the return address's register, encoding. */
	if (chard_take(bytes, 1) != 1 || chard_take(bytes, 3) != ('z' | 'R' << 8))
		bytes->bad = true;
	unwind->code = chard_take_unsigned(bytes);
	unwind->data = chard_take_signed(bytes);
	if (chard_take(bytes, 1) != CHARD_RIP || chard_take_unsigned(bytes) != 1 ||
	    chard_take(bytes, 1) != DW_EH_PE_PCREL_SDATA4)
		bytes->bad = true;
	chard_run(unwind, bytes, U64_MAX);
	unwind->initial = unwind->rules;
}

/* Entries: the bytes that follow, then where its common part is, or 0 for such a part. */
static bool chard_next_entry(struct chard_bytes *table, struct chard_bytes *entry)
{
	u32 length = chard_take(table, 4);

	if (table->bad || length > table->end - table->at)
		return false;
	*entry = (struct chard_bytes){ .at = table->at, .end = table->at + length };
	table->at += length;
	return true;
}

/* The rules for the instruction at @address, where the table has them. */
static bool chard_find_rules(const struct chard_driver *driver, unsigned long address,
			     struct chard_unwind *unwind)
{
	struct chard_bytes table = { .at = driver->frames, .end = driver->frames_end }, entry;

	/* In the handler's text. */
	address += chard_take(&table, 4) - (unsigned long)driver->text;
	while (chard_next_entry(&table, &entry)) {
		const u8 *start = entry.at;
		u32 back = entry.at < entry.end ? chard_take(&entry, 4) : 0;
		struct chard_bytes common = { .at = start - back, .end = start };
		struct chard_bytes common_entry;
		u32 first, length;

		if (!back)
			continue;
		first = CHARD_FRAMES_ADDRESS + (entry.at - driver->frames);
		first += chard_take(&entry, 4);
		length = chard_take(&entry, 4);
		if (entry.bad || address < first || address - first >= length)
			continue;
		if (common.at < driver->frames || !chard_next_entry(&common, &common_entry) ||
		    chard_take(&common_entry, 4))
			return false;
		memset(unwind, 0, sizeof(*unwind));
		chard_read_common(unwind, &common_entry);
		/* Of what else is said of a function nothing is of interest. */
		chard_pass(&entry, chard_take_unsigned(&entry));
		chard_run(unwind, &entry, address - first);
		return !common_entry.bad && !entry.bad;
	}
	return false;
}

/*
 * chard_frame_up() - from a function of the driver's handler to its caller
 * @driver: the driver
 * @frame: where the function is; then where its caller is
 *
 * Return: whether that could be done: false for a function that is not the handler's.
 */
bool chard_frame_up(const struct chard_driver *driver, struct chard_frame *frame)
{
	unsigned long *registers = frame->registers, stack = registers[CHARD_RSP], address;
	struct chard_unwind unwind;
	int i;

	/* That of the call, not of what is behind it, which may be another function. */
	if (!chard_find_rules(driver, registers[CHARD_RIP] - 1, &unwind))
		return false;
	address = registers[unwind.rules.base] + unwind.rules.distance;
	/* Below the stack pointer there is no place for what must have been saved. */
	if (address - stack > THREAD_SIZE || address % sizeof(long) ||
	    !(unwind.rules.saved & BIT(CHARD_RIP)))
		return false;
	for (i = 0; i < CHARD_REGISTERS; i++) {
		unsigned long *slot = (unsigned long *)(address + unwind.rules.where[i]);

		if (!(unwind.rules.saved & BIT(i)))
			continue;
		if ((unsigned long)slot < stack || (unsigned long)slot >= address)
			return false;
		registers[i] = READ_ONCE_NOCHECK(*slot);
	}
	registers[CHARD_RSP] = address;
	return true;
}
