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
	+@KERNEL="$(or $(KERNEL),$$($(setup)/kernel.sh --default))" selftests/demo.sh

# The tests, on the kernels of the default run, or every one there is on KERNEL alone.
check:
	@$(setup)/deps.sh check
	+@selftests/check.sh

# The tests of a kernel, on kernels that look for bugs: memory, locks, leaks and
# data races. They are built first, once, which takes minutes for each.
check-debug:
	@$(setup)/deps.sh debug
	+@KERNEL="$(or $(KERNEL),6.1-kasan 6.12-kasan 7.3-kasan 6.1-kcsan 6.12-kcsan 6.12-nopreempt)" selftests/check.sh --kernels

# What of that is soonest done and finds most.
check-smoke: smoke := $(or $(KERNEL),6.12-kasan)
check-smoke:
	@$(setup)/deps.sh debug
	+@SECONDS_OF_STORM=30 selftests/check.sh programs $(foreach s,build faults bound context planted,$(s)-$(smoke))

# The tests of a kernel on those whose locks sleep, Debian's with PREEMPT_RT.
check-rt:
	@$(setup)/deps.sh check
	+@selftests/check.sh programs $(foreach k,$(or $(KERNEL),6.1-rt 6.12-rt),\
		$(foreach s,build objects guest faults removal region module life bound i2c context types operations,$(s)-$(k)))

# What each operation costs beside a driver by hand in C, by counted instructions.
bench:
	@$(setup)/deps.sh check
	+@for k in $(or $(KERNEL),6.1 6.12); do KERNEL=$$k selftests/core/bench/bench.sh || exit 1; done

# Rust in a kernel by every way there is; docs/intree.md. A kernel is built for it, once,
# which takes minutes, and then what has changed.
check-intree:
	@$(setup)/deps.sh debug
	+@selftests/check.sh programs flags three-6.1 three-6.12 cargo builtin modular

# What README and the tutorials say is done as they say it.
check-docs:
	@$(setup)/deps.sh check gdb
	+@selftests/check.sh readme $(addprefix tutorials-,$(or $(KERNEL),$(shell $(setup)/kernel.sh --default)))

# Fresh minimal systems of Debian 12, 13 and sid: make demo and the objects' tests in each.
check-hosts:
	@$(setup)/deps.sh check
	+@selftests/check.sh $(addprefix hosts-,bookworm trixie sid)

# Debian packages, on fresh minimal systems of 12 and 13: made, installed, upgraded and removed; the
# way of a new user, from a clone to a package of one's own driver on another system.
# Prebuilt modules, the same byte by byte; and signed ones, on a machine with Secure Boot.
check-packages:
	@$(setup)/deps.sh check
	+@selftests/check.sh kmods $(addprefix packages-,bookworm trixie) path-trixie $(addprefix signed-,6.12 7.3)

# Plants one bug at a time, and reports which test has caught it.
check-mutants:
	@$(setup)/deps.sh check
	+@selftests/mutants.sh

# A shell in the guest, with the modules and the tests at hand.
vm:
	@$(setup)/deps.sh check
	+@KERNEL="$(or $(KERNEL),$$($(setup)/kernel.sh --default))" selftests/check.sh --shell

# The documentation of the crate, for authors of handlers.
doc:
	@$(setup)/deps.sh demo
	+@export $$($(setup)/toolchain.sh | sed 's/ := /=/') && \
		$(MAKE) -s --no-print-directory -f userspace/host/Makefile OUT=$(CURDIR)/build/host/plain doc
	@echo "chard: file://$(CURDIR)/build/host/plain/cargo/x86_64-unknown-linux-gnu/doc/chard/index.html"

# make new FOLDER=../foo: a driver and its tests in a folder of their own, to begin with.
new:
	@rust-handlers/new/new.sh "$(FOLDER)"

# What was built, for that kernel, and what drivers elsewhere are built with. DESTDIR= and
# PREFIX= as usual; docs/install.md.
install uninstall:
	@userspace/packages/install.sh $@

# Debian packages of chard, to be built for each kernel by dkms; and one of the module itself,
# built for KERNEL or KDIR, for machines that have no compiler.
deb:
	@userspace/packages/deb.sh

kmod-deb:
	@userspace/packages/deb.sh --modules

# The same for each kernel of KERNELS, or for each that Debian's archive has: docs/fleet.md.
kmod-debs:
	@userspace/packages/kmod-debs.sh

clean:
	rm -rf build rust-handlers/Cargo.lock

.PHONY: all demo doc bench check check-debug check-smoke check-rt check-intree check-docs check-hosts \
	check-packages check-mutants vm new install uninstall deb kmod-deb kmod-debs clean
