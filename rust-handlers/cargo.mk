# SPDX-License-Identifier: GPL-2.0
# One way to call Cargo, for the handlers of this tree (Kbuild) and for one
# outside of it (handler.mk). All that a crate must be built with is given
# here, so that a crate's own Cargo.toml need not know of it.

include $(CHARD)/rust-handlers/rustflags.mk

chard-target := $(CHARD_BUILD)/rust/chard-x86_64.json

# alloc without what aborts when memory is refused; no path of this machine in
# a panic's message.
chard-rustflags-y += --cfg=no_global_oom_handling --check-cfg=cfg(chard_host)
chard-rustflags-y += --remap-path-prefix=$(RUST_LIB_SRC)=rust
chard-rustflags-y += --remap-path-prefix=$(CHARD)=chard

# Sources of the standard library's own dependencies come with it: no network.
chard-cargo-config := source.crates-io.replace-with="library" \
		      source.library.directory="$(RUST_LIB_SRC)/vendor"

chard-cargo-env = RUSTC=$(RUSTC) RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 \
	CARGO_BUILD_BUILD_DIR=$(CHARD_BUILD)/cargo \
	CHARD_BINDINGS=$(CHARD_BUILD)/bindings CHARD_UAPI=$(obj)/uapi \
	CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 \
	CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true \
	RUSTFLAGS='$(chard-rustflags-y)'

# -Z: core and alloc are compiled along, for a target that rustc does not ship.
chard-cargo-args = --release --offline --target=$(chard-target) -Zjson-target-spec \
	-Zbuild-std=core,alloc $(foreach c,$(chard-cargo-config),--config '$(c)')

# $(call chard-cargo,COMMAND,MANIFEST,TARGET DIR)
chard-cargo = env -u CARGO_ENCODED_RUSTFLAGS $(chard-cargo-env) $(CARGO) $(1) $(chard-cargo-args) \
	--manifest-path=$(2) --target-dir=$(3)
