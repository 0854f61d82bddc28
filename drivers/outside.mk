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
# are heeded where the folder has them. GUEST_MODULES := i2c-stub, before the include, has the
# guest find modules of the kernel's own beside the driver's. docs/outside.md says more.

ifeq ($(strip $(NAME)),)
$(error chard: this Makefile does not say which driver it builds: write NAME := foo before its include line)
endif

BUILD ?= $(CURDIR)/build/chard
export BUILD GUEST_MODULES

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

# The module that was built, its uapi header and its settings; DESTDIR= and PREFIX= as usual.
install uninstall:
	@$(CHARD)/userspace/packages/install.sh $@ "$(NAME)" "$(CURDIR)"

# NAME-dkms, a Debian package that dkms builds for each kernel; and NAME-modules-RELEASE, which
# holds the module for KERNEL or KDIR.
deb:
	@$(CHARD)/userspace/packages/deb.sh "$(NAME)" "$(CURDIR)"

kmod-deb:
	@$(CHARD)/userspace/packages/deb.sh --modules "$(NAME)" "$(CURDIR)"

# The same for each kernel of KERNELS, or for each that Debian's archive has.
kmod-debs:
	@$(CHARD)/userspace/packages/kmod-debs.sh "$(NAME)" "$(CURDIR)"

# rust-project.json, by which a language server such as rust-analyzer knows the crates, and what
# it runs to learn what rustc says.
ide:
	@$(CHARD)/drivers/outside.sh ide "$(NAME)" "$(CURDIR)"

ide-check:
	@$(CHARD)/drivers/outside.sh ide-check "$(NAME)" "$(CURDIR)"

clean:
	rm -rf build rust-project.json

.PHONY: all check vm doc install uninstall deb kmod-deb kmod-debs ide ide-check clean
