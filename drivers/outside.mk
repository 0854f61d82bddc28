# SPDX-License-Identifier: GPL-2.0
# For the Makefile of a driver in a folder of its own, NAME.c and NAME.rs:
#
#	NAME := foo
#	CHARD := ../chard
#	include $(CHARD)/drivers/outside.mk
#
# make builds build/RELEASE/chard_NAME.ko, and the chard.ko that it stands on in
# build/chard/RELEASE, for the running kernel or as KERNEL= and KDIR= say. BUILD names another
# folder for the latter, which several drivers may share. chard_NAME.h, Cargo.toml and Kbuild
# are heeded where the folder has them. docs/outside.md says more.

BUILD ?= $(CURDIR)/build/chard
export BUILD

all:
	+@$(CHARD)/drivers/kbuild.sh "$(NAME)" "$(CURDIR)"

# Lints, the suite in a process, and the tests in a guest, on KERNEL, which may be several.
check:
	@$(CHARD)/drivers/outside.sh check "$(NAME)" "$(CURDIR)"

# A shell in a guest with KERNEL that has loaded the driver.
vm:
	@$(CHARD)/drivers/outside.sh vm "$(NAME)" "$(CURDIR)"

# The documentation of the crate and of the handler.
doc:
	@$(CHARD)/drivers/outside.sh doc "$(NAME)" "$(CURDIR)"

clean:
	rm -rf build

.PHONY: all check vm doc clean
