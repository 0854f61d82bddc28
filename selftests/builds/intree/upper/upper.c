// SPDX-License-Identifier: GPL-2.0
/* The system call chard_upper, whose body is upper.rs. */
#include "syscall.h"

CHARD_SYSCALL(upper);
