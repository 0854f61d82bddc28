# SPDX-License-Identifier: GPL-2.0
# One way to call Cargo, for the handlers of this tree (handlers.mk) and for one
# outside of it (outside.mk). All that a crate must be built with is given
# here, so that a crate's own Cargo.toml need not know of it.

include $(CHARD)/rust-handlers/rustflags.mk

chard-target := $(CHARD_BUILD)/rust/chard-x86_64.json

# The size of each function's stack frame, for handler.sh.
chard-rustflags-y += -Zemit-stack-sizes
# alloc without what aborts when memory is refused; no path of this machine in
# a panic's message.
chard-rustflags-y += --cfg=no_global_oom_handling --check-cfg=cfg(chard_host)
chard-rustflags-y += --remap-path-prefix=$(RUST_LIB_SRC)=rust
chard-rustflags-y += --remap-path-prefix=$(CHARD)=chard

# Sources of the standard library's own dependencies come with it: no network. Where a handler's
# own Cargo.toml may name crates of others, crates.sh says where these are.
chard-registries := $(RUST_LIB_SRC)/vendor
chard-cargo-config := $(if $(chard-vendor),,source.crates-io.replace-with="library" \
		      source.library.directory="$(chard-registries)")
chard-crates-of-others = $(if $(chard-vendor),set -fe; others=$$(CARGO=$(CARGO) RUSTC=$(RUSTC) \
	$(CHARD)/rust-handlers/crates.sh $(abspath $(obj))/rust/sources $(chard-manifest) \
	$(chard-registries) $(chard-vendor));)

# A handler is safe by what Rust promises of its stable features. The core, alloc and the
# crate chard need others, and so RUSTC_BOOTSTRAP, which would give them to handlers, too.
# chard-map is where a folder outside of this tree is: no panic tells where that was built.
chard-crate-flags := "-Zallow-features="$(if $(chard-map),$(comma)"--remap-path-prefix=$(chard-map)")
chard-cargo-config += $(foreach c,$(chard-crates), \
			profile.release.package.$(c).rustflags=[$(chard-crate-flags)])

chard-cargo-env = RUSTC=$(RUSTC) RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 \
	CARGO_BUILD_BUILD_DIR=$(CHARD_BUILD)/cargo \
	CHARD_BINDINGS=$(CHARD_BUILD)/bindings CHARD_UAPI=$(abspath $(obj))/uapi \
	CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 \
	CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true \
	RUSTFLAGS='$(chard-rustflags-y)'

# -Z: core and alloc are compiled along, for a target that rustc does not ship.
chard-cargo-args = --release --offline --target=$(chard-target) -Zjson-target-spec \
	-Zprofile-rustflags \
	-Zbuild-std=core,alloc $(foreach c,$(chard-cargo-config),--config '$(c)') \
	--target-dir=$(obj)/rust --manifest-path=$(chard-manifest) $(chard-packages)

chard-cargo = env -u CARGO_ENCODED_RUSTFLAGS $(chard-cargo-env) $(CARGO)

# Each driver's uapi header for its handler: uapi/NAME.rs of chard_NAME.h.
chard-uapi-name = $(patsubst chard_%.h,%,$(notdir $(1)))
chard-uapi := $(foreach h,$(chard-uapi-headers),uapi/$(call chard-uapi-name,$(h)).rs)
targets += $(chard-uapi)
$(foreach h,$(chard-uapi-headers),$(eval \
	$(obj)/uapi/$(call chard-uapi-name,$(h)).rs: $(h) $(wildcard $(dir $(h))*.h)))

quiet_cmd_chard_uapi = UAPI    $@
      cmd_chard_uapi = BINDGEN=$(BINDGEN) CC="$(CC)" $(CONFIG_SHELL) \
		$(CHARD)/rust-handlers/uapi.sh $(filter %/chard_$*.h,$^) $@ $(USERINCLUDE)

$(obj)/uapi/%.rs: $(addprefix $(CHARD)/rust-handlers/,uapi.sh uapi-macros.awk uapi-types.awk) FORCE
	$(call if_changed,chard_uapi)

# The functions of each driver's own C for its handler: uapi/NAME.c.rs of NAME_c.h.
chard-own-c-name = $(patsubst %_c.h,%,$(notdir $(1)))
chard-own-c := $(foreach h,$(chard-own-c-headers),uapi/$(call chard-own-c-name,$(h)).c.rs)
targets += $(chard-own-c)
$(foreach h,$(chard-own-c-headers),$(eval \
	$(obj)/uapi/$(call chard-own-c-name,$(h)).c.rs: $(h) $(wildcard $(dir $(h))*.h)))

quiet_cmd_chard_own_c = OWN_C   $@
      cmd_chard_own_c = $(CONFIG_SHELL) $(CHARD)/rust-handlers/own-c.sh $* $(filter %/$*_c.h,$^) $@ \
		$(CC) $(filter-out -Wp$(comma)-MM%,$(c_flags)) -I$(CHARD)/bindings

$(obj)/uapi/%.c.rs: $(CHARD)/rust-handlers/own-c.sh $(CHARD)/rust-handlers/own-c.awk FORCE
	$(call if_changed,chard_own_c)

# Cargo knows what is fresh, and is silent then.
PHONY += $(obj)/rust/handlers
$(obj)/rust/handlers: $(addprefix $(obj)/,$(chard-uapi) $(chard-own-c))
	$(if $(wildcard $(CHARD_BUILD)/rust/chard-x86_64/release),,@$(kecho) \
		"  CARGO   core and alloc, once for this kernel: about half a minute")
	+$(Q)$(chard-crates-of-others) $(chard-cargo) build $(if $(filter 1 2,$(KBUILD_VERBOSE)),,-q) \
		$(chard-cargo-args) $(if $(chard-vendor),$$others)
