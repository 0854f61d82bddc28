# SPDX-License-Identifier: GPL-2.0
CFLAGS += -O2 -Wall $(KHDR_INCLUDES)
# Static, so that it runs in a VM with nothing but busybox in it.
LDFLAGS += -static
TEST_GEN_PROGS := @name@

include ../lib.mk
