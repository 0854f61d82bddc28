# SPDX-License-Identifier: GPL-2.0
# For the Makefile of a driver in a folder of its own, NAME.c and NAME.rs:
#
#	NAME := foo
#	CHARD := ../chard
#	include $(CHARD)/drivers/outside.mk
#
# make builds build/RELEASE/chard_NAME.ko, and chard.ko in chard's own tree,
# for the running kernel or as KERNEL= and KDIR= say. chard_NAME.h, Cargo.toml
# and Kbuild are heeded where the folder has them.

all:
	+@$(CHARD)/drivers/kbuild.sh $(NAME) $(CURDIR)

clean:
	rm -rf build

.PHONY: all clean
