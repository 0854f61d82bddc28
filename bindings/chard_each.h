/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CHARD_EACH(m, name, a, b) is m(name, a) m(name, b): what is to be done for
 * each operation that a driver names, of which there may be 20.
 */
#ifndef CHARD_EACH_H
#define CHARD_EACH_H

#define CHARD_EACH_0(m, n)
#define CHARD_EACH_1(m, n, op) m(n, op)
#define CHARD_EACH_2(m, n, op, ...) m(n, op) CHARD_EACH_1(m, n, __VA_ARGS__)
#define CHARD_EACH_3(m, n, op, ...) m(n, op) CHARD_EACH_2(m, n, __VA_ARGS__)
#define CHARD_EACH_4(m, n, op, ...) m(n, op) CHARD_EACH_3(m, n, __VA_ARGS__)
#define CHARD_EACH_5(m, n, op, ...) m(n, op) CHARD_EACH_4(m, n, __VA_ARGS__)
#define CHARD_EACH_6(m, n, op, ...) m(n, op) CHARD_EACH_5(m, n, __VA_ARGS__)
#define CHARD_EACH_7(m, n, op, ...) m(n, op) CHARD_EACH_6(m, n, __VA_ARGS__)
#define CHARD_EACH_8(m, n, op, ...) m(n, op) CHARD_EACH_7(m, n, __VA_ARGS__)
#define CHARD_EACH_9(m, n, op, ...) m(n, op) CHARD_EACH_8(m, n, __VA_ARGS__)
#define CHARD_EACH_10(m, n, op, ...) m(n, op) CHARD_EACH_9(m, n, __VA_ARGS__)
#define CHARD_EACH_11(m, n, op, ...) m(n, op) CHARD_EACH_10(m, n, __VA_ARGS__)
#define CHARD_EACH_12(m, n, op, ...) m(n, op) CHARD_EACH_11(m, n, __VA_ARGS__)
#define CHARD_EACH_13(m, n, op, ...) m(n, op) CHARD_EACH_12(m, n, __VA_ARGS__)
#define CHARD_EACH_14(m, n, op, ...) m(n, op) CHARD_EACH_13(m, n, __VA_ARGS__)
#define CHARD_EACH_15(m, n, op, ...) m(n, op) CHARD_EACH_14(m, n, __VA_ARGS__)
#define CHARD_EACH_16(m, n, op, ...) m(n, op) CHARD_EACH_15(m, n, __VA_ARGS__)
#define CHARD_EACH_17(m, n, op, ...) m(n, op) CHARD_EACH_16(m, n, __VA_ARGS__)
#define CHARD_EACH_18(m, n, op, ...) m(n, op) CHARD_EACH_17(m, n, __VA_ARGS__)
#define CHARD_EACH_19(m, n, op, ...) m(n, op) CHARD_EACH_18(m, n, __VA_ARGS__)
#define CHARD_EACH_20(m, n, op, ...) m(n, op) CHARD_EACH_19(m, n, __VA_ARGS__)
#define CHARD_EACH_N(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, \
		     a17, a18, a19, a20, each, ...)                                             \
	each
#define CHARD_EACH(m, n, ...)                                                                   \
	CHARD_EACH_N(dummy, ##__VA_ARGS__, CHARD_EACH_20, CHARD_EACH_19, CHARD_EACH_18,         \
		     CHARD_EACH_17, CHARD_EACH_16, CHARD_EACH_15, CHARD_EACH_14, CHARD_EACH_13, \
		     CHARD_EACH_12, CHARD_EACH_11, CHARD_EACH_10, CHARD_EACH_9, CHARD_EACH_8,   \
		     CHARD_EACH_7, CHARD_EACH_6, CHARD_EACH_5, CHARD_EACH_4, CHARD_EACH_3,      \
		     CHARD_EACH_2, CHARD_EACH_1, CHARD_EACH_0)                                  \
	(m, n, ##__VA_ARGS__)

#endif
