// SPDX-License-Identifier: GPL-2.0
/*
 * Frames by tables that are written here (core/frames.c): what the compiler says, and
 * what it never says, which is refused. The tables of handlers are put to use wherever
 * one panics, in a guest.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "chard.h"
#include "frames.h"

/* Where the table lies, by frames.lds, and where a function is, within the text. */
#define TABLE 0x10000000
#define FIRST 0x140
#define LENGTH 0x20000
/* The handler's text in the kernel, and where in it chard_frames_text is. */
#define TEXT 0x7f0000
#define KNOWN 0x100

#define WORDS 64
/* Where on the stack the callee is. */
#define HERE 16

struct bytes {
	unsigned char at[256];
	unsigned int size;
};

#define BYTES(...)                                                                            \
	{                                                                                     \
		.at = { __VA_ARGS__ }, .size = sizeof((const unsigned char[]){ __VA_ARGS__ }) \
	}

/* Version 1, "zR", by bytes, down by words, rip, an encoding; the caller is on top. */
static const struct bytes usual = BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1);

static struct bytes table;
static unsigned long stack[WORDS];
static struct chard_frame frame;

static void put(const void *bytes, unsigned int size)
{
	ck_assert_uint_le(table.size + size, sizeof(table.at));
	memcpy(table.at + table.size, bytes, size);
	table.size += size;
}

static void put_word(u32 word)
{
	put(&word, sizeof(word));
}

static void begin(void)
{
	table.size = 0;
	put_word(KNOWN);
}

static unsigned int put_common(const struct bytes *common)
{
	unsigned int at = table.size;

	put_word(4 + common->size);
	put_word(0);
	put(common->at, common->size);
	return at;
}

/* The function at @first, whose common part is at @common. */
static void put_function(unsigned int common, u32 first, const struct bytes *rest)
{
	put_word(12 + rest->size);
	put_word(table.size - common);
	put_word(first - (TABLE + table.size));
	put_word(LENGTH);
	put(rest->at, rest->size);
}

/* Goes up from the instruction that is @far into the function at FIRST. */
static bool up(unsigned int far)
{
	/* Of its own size, so that what is read beyond is seen. */
	unsigned char *copy = malloc(table.size);
	struct chard_driver driver = { .text = (void (*)(void))TEXT,
				       .frames = copy,
				       .frames_end = copy + table.size };
	bool good;

	memcpy(copy, table.at, table.size);
	for (int i = 0; i < WORDS; i++)
		stack[i] = 1000 + i;
	for (int i = 0; i < CHARD_REGISTERS; i++)
		frame.registers[i] = i;
	frame.registers[CHARD_RSP] = (unsigned long)&stack[HERE];
	frame.registers[CHARD_RBP] = (unsigned long)&stack[HERE + 8];
	/* Of a return address, which is behind its call. */
	frame.registers[CHARD_RIP] = TEXT + FIRST - KNOWN + far + 1;
	good = chard_frame_up(&driver, &frame);
	free(copy);
	return good;
}

static void one_function(const struct bytes *common, const struct bytes *rest)
{
	begin();
	put_function(put_common(common), FIRST, rest);
}

#define FROM_RBP 8
#define NOWHERE -1

/* What is said of the function, its augmentation's length first. */
static const struct {
	const char *what;
	struct bytes rest;
	unsigned int far;
	/* The caller's stack pointer, and where rbx is, in words from the callee's. */
	int words;
	int rbx;
} known_rows[] = {
	{ "nothing is saved", BYTES(0), 0, 1, NOWHERE },
	{ "a push, before it", BYTES(0, 0x41, 0x0e, 16, 0x83, 2), 0, 1, NOWHERE },
	{ "a push, behind it", BYTES(0, 0x41, 0x0e, 16, 0x83, 2), 1, 2, 0 },
	{ "an advance of a byte, before", BYTES(0, 2, 200, 0x0e, 24), 199, 1, NOWHERE },
	{ "an advance of a byte, there", BYTES(0, 2, 200, 0x0e, 24), 200, 3, NOWHERE },
	{ "an advance of two, before", BYTES(0, 3, 1, 2, 0x0e, 24), 0x200, 1, NOWHERE },
	{ "an advance of two, there", BYTES(0, 3, 1, 2, 0x0e, 24), 0x201, 3, NOWHERE },
	{ "an advance of four, before", BYTES(0, 4, 1, 2, 1, 0, 0x0e, 24), 0x10200, 1, NOWHERE },
	{ "an advance of four, there", BYTES(0, 4, 1, 2, 1, 0, 0x0e, 24), 0x10201, 3, NOWHERE },
	{ "another base and distance", BYTES(0, 0x0c, 6, 16), 0, FROM_RBP + 2, NOWHERE },
	{ "another base", BYTES(0, 0x0d, 6), 0, FROM_RBP + 1, NOWHERE },
	{ "a distance of two bytes", BYTES(0, 0x0e, 0x90, 1), 0, 18, NOWHERE },
	{ "kept and restored", BYTES(0, 0x0a, 0x0e, 32, 0x83, 2, 0x41, 0x0b), 1, 1, NOWHERE },
	{ "kept, before it is restored", BYTES(0, 0x0a, 0x0e, 32, 0x83, 2, 0x41, 0x0b), 0, 4, 2 },
	{ "one is as in the beginning", BYTES(0, 0x0e, 16, 0x83, 2, 0xc3), 0, 2, NOWHERE },
	{ "the caller's place is as in the beginning", BYTES(0, 0x0e, 16, 0x90, 2, 0xd0), 0, 2,
	  NOWHERE },
	{ "sizes of arguments", BYTES(0, 0x2e, 16, 0x0e, 16), 0, 2, NOWHERE },
	{ "padding", BYTES(0, 0, 0x0e, 16, 0, 0), 0, 2, NOWHERE },
	{ "what else is said is left out", BYTES(3, 0xff, 0xff, 0xff, 0x0e, 16), 0, 2, NOWHERE },
};

START_TEST(known)
{
	const typeof(*known_rows) *row = &known_rows[_i];

	one_function(&usual, &row->rest);
	ck_assert_msg(up(row->far), "%s: it is unwound", row->what);
	ck_assert_msg(frame.registers[CHARD_RSP] == (unsigned long)&stack[HERE + row->words],
		      "%s: the caller's stack", row->what);
	ck_assert_msg(frame.registers[CHARD_RIP] == stack[HERE + row->words - 1], "%s: the caller",
		      row->what);
	ck_assert_msg(frame.registers[CHARD_RBX] ==
			      (row->rbx == NOWHERE ? CHARD_RBX : stack[HERE + row->rbx]),
		      "%s: rbx", row->what);
	ck_assert_msg(frame.registers[CHARD_R12] == CHARD_R12, "%s: r12 stays", row->what);
}
END_TEST

static const struct {
	const char *what;
	struct bytes rest;
} unknown_rows[] = {
	{ "an expression", BYTES(0, 0x0f, 1, 0) },
	{ "a base that is no register", BYTES(0, 0x0c, 17, 8) },
	{ "another one, by itself", BYTES(0, 0x0d, 0xff, 1) },
	{ "a saved one that is none", BYTES(0, 0x91, 2) },
	{ "a restored one that is none", BYTES(0, 0xd1) },
	{ "nothing at all", { .size = 0 } },
	{ "what else is said does not fit", BYTES(4, 0, 0, 0) },
	{ "it would fit before", BYTES(0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1) },
	{ "an operand is missing", BYTES(0, 0x0e) },
	{ "a number does not end", BYTES(0, 0x0e, 0x90, 0x80) },
	{ "an advance of one is cut off", BYTES(0, 2) },
	{ "an advance of two is cut off", BYTES(0, 3, 1) },
	{ "an advance of four is cut off", BYTES(0, 4, 1, 0) },
	{ "the frame is empty", BYTES(0, 0x0e, 0) },
	{ "the frame is larger than a stack", BYTES(0, 0x0e, 0x88, 0x80, 2) },
	{ "the frame's size has more than 64 bits",
	  BYTES(0, 0x0e, 0x88, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1) },
	{ "the frame ends within a word", BYTES(0, 0x0e, 12) },
	{ "a register is below the frame", BYTES(0, 0x0e, 16, 0x83, 3) },
	{ "a register is above the frame", BYTES(0, 0x0e, 16, 0x83, 0) },
	{ "the caller's place is not saved", BYTES(0, 0x0e, 16, 0x90, 0) },
};

START_TEST(unknown)
{
	const typeof(*unknown_rows) *row = &unknown_rows[_i];

	one_function(&usual, &row->rest);
	ck_assert_msg(!up(0), "%s: it is refused", row->what);
}
END_TEST

static const struct {
	const char *what;
	struct bytes common;
} commons_rows[] = {
	{ "another version", BYTES(3, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1) },
	{ "more is said", BYTES(1, 'z', 'P', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1) },
	{ "another return address",
	  BYTES(1, 'z', 'R', 0, 1, 0x78, 15, 1, 0x1b, 0x0c, 7, 8, 0x90, 1) },
	{ "a longer encoding",
	  BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 2, 0x1b, 0, 0x0c, 7, 8, 0x90, 1) },
	{ "another encoding", BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0, 0x0c, 7, 8, 0x90, 1) },
	{ "an unknown opcode behind all",
	  BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1, 0x0f) },
	{ "an unknown opcode", BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0f, 0x90, 1) },
	{ "it is cut off", BYTES(1, 'z', 'R', 0, 1, 0x78) },
	{ "nothing", { .size = 0 } },
	{ "the caller's place is not saved",
	  BYTES(1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8) },
};

START_TEST(commons)
{
	static const struct bytes rest = BYTES(0);
	const typeof(*commons_rows) *row = &commons_rows[_i];

	one_function(&row->common, &rest);
	ck_assert_msg(!up(0), "%s: it is refused", row->what);
}
END_TEST

START_TEST(scales)
{
	/* Advances in fours, saved registers by sixteens. */
	static const struct bytes common =
		BYTES(1, 'z', 'R', 0, 4, 0x70, 16, 1, 0x1b, 0x0c, 7, 16, 0x90, 1);
	static const struct bytes rest = BYTES(0, 0x42, 0x0e, 32, 0x83, 2);

	one_function(&common, &rest);
	ck_assert(up(7));
	ck_assert_uint_eq(frame.registers[CHARD_RBX], CHARD_RBX);
	ck_assert(up(8));
	ck_assert_uint_eq(frame.registers[CHARD_RBX], stack[HERE]);
	ck_assert_uint_eq(frame.registers[CHARD_RIP], stack[HERE + 2]);
}
END_TEST

START_TEST(several)
{
	static const struct bytes far = BYTES(0, 0x0e, 24), near = BYTES(0, 0x0e, 16);
	unsigned int common;

	begin();
	common = put_common(&usual);
	put_function(common, FIRST + LENGTH, &far);
	put_function(common, FIRST, &near);
	ck_assert(up(0) && frame.registers[CHARD_RSP] == (unsigned long)&stack[HERE + 2]);
	ck_assert(up(LENGTH - 1) && frame.registers[CHARD_RSP] == (unsigned long)&stack[HERE + 2]);
	ck_assert(up(LENGTH) && frame.registers[CHARD_RSP] == (unsigned long)&stack[HERE + 3]);
	/* Of no function. */
	ck_assert(!up(2 * LENGTH));
	ck_assert(!up(-1));
}
END_TEST

START_TEST(no_table)
{
	static const struct bytes rest = BYTES(0);
	unsigned int common;

	table.size = 0;
	ck_assert_msg(!up(0), "no table");
	begin();
	ck_assert_msg(!up(0), "no function");
	put_common(&usual);
	table.size--;
	ck_assert_msg(!up(0), "a table that is cut off");

	begin();
	put_word(0);
	ck_assert_msg(!up(0), "an entry of nothing");
	/* What comes behind it counts. */
	put_function(put_common(&usual), FIRST, &rest);
	ck_assert_msg(up(0), "an entry behind nothing");

	begin();
	common = put_common(&usual);
	put_function(common - 12, FIRST, &rest);
	ck_assert_msg(!up(0), "a common part before the table");

	/* The same function, by one that is not at FIRST. */
	begin();
	common = table.size + 4 + 4 + usual.size;
	put_function(put_common(&usual), FIRST + LENGTH, &rest);
	put_function(common, FIRST, &rest);
	ck_assert_msg(!up(0), "a common part that is a function");
}
END_TEST

#define add_table(tests, test) \
	tcase_add_loop_test(tests, test, 0, sizeof(test##_rows) / sizeof(*test##_rows))

int main(void)
{
	Suite *suite = suite_create("unwinding");
	TCase *tests = tcase_create("unwinding");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_table(tests, known);
	add_table(tests, unknown);
	add_table(tests, commons);
	tcase_add_test(tests, scales);
	tcase_add_test(tests, several);
	tcase_add_test(tests, no_table);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
