# SPDX-License-Identifier: GPL-2.0
# chard's targets. What is built lies in build/, a folder for each kernel.

setup := selftests/setup

# For the running kernel, or KERNEL=6.12 (one of Debian's, downloaded), or
# KDIR=... (any configured tree). V=1 shows the commands.
all:
	+@drivers/kbuild.sh

# Builds, boots a Debian kernel in QEMU and shows what echo does there.
demo:
	@$(setup)/deps.sh demo
	+@KERNEL="$(or $(KERNEL),6.1)" selftests/demo.sh

# Every test there is, on the kernels of the default run or on KERNEL alone.
check:
	@$(setup)/deps.sh check
	+@selftests/check.sh

# Plants one bug at a time, and reports which test has caught it.
check-mutants:
	@$(setup)/deps.sh check
	+@selftests/mutants.sh

# A shell in the guest, with the modules and the tests at hand.
vm:
	@$(setup)/deps.sh check
	+@KERNEL="$(or $(KERNEL),6.1)" selftests/check.sh --shell

# make new-handler NAME=foo: a crate, its driver and its tests, to begin with.
new-handler:
	@rust-handlers/new/new-handler.sh "$(NAME)"

clean:
	rm -rf build rust-handlers/Cargo.lock

.PHONY: all demo check check-mutants vm new-handler clean
