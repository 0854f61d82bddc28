/* SPDX-License-Identifier: GPL-2.0 */
/* As in upper/syscall_64.tbl and mix/syscall_64.tbl. */
#ifndef INTREE_NUMBERS_H
#define INTREE_NUMBERS_H

#define NR_chard_upper 548
#define NR_chard_mix 549

#endif
