# SPDX-License-Identifier: GPL-2.0
# All handlers of this tree at once, so that Cargo compiles core, alloc and the
# crate chard once for them all. Read by Kbuild in the build folder's root.

include $(CHARD)/rust-handlers/cargo.mk
include $(CHARD)/rust-handlers/uapi.mk

# rustc's own description of its bare target, changed where no flag can.
quiet_cmd_chard_target = TARGET  $@
      cmd_chard_target = MAKEFLAGS= RUSTC_BOOTSTRAP=1 $(RUSTC) -Zunstable-options --print target-spec-json \
		--target x86_64-unknown-none | \
	sed -e 's/"features": "/&$(subst $(space),$(comma),$(chard-features-y) )/' \
	    -e 's/"plt-by-default": false/"plt-by-default": true/' \
	    -e '/position-independent-executables/d' >$@

targets += rust/chard-x86_64.json
$(obj)/rust/chard-x86_64.json: FORCE
	$(call if_changed,chard_target)

# The drivers that have a uapi header, each with its file for Rust.
chard-uapi := $(foreach d,$(chard-drivers),$(if $(wildcard $(CHARD)/drivers/$(d)/chard_$(d).h),$(d)))
targets += $(chard-uapi:%=uapi/%.rs)
$(foreach d,$(chard-uapi),$(eval $(obj)/uapi/$(d).rs: $(CHARD)/drivers/$(d)/chard_$(d).h))

# Cargo knows what is fresh, and is silent then.
PHONY += $(obj)/rust/handlers
$(obj)/rust/handlers: $(obj)/rust/chard-x86_64.json $(obj)/bindings/contract.rs \
		      $(chard-uapi:%=$(obj)/uapi/%.rs)
	$(if $(wildcard $(obj)/rust/chard-x86_64/release),,@$(kecho) \
		"  CARGO   core and alloc, once for this kernel: about half a minute")
	+$(Q)$(call chard-cargo,build $(if $(filter 1 2,$(KBUILD_VERBOSE)),,-q) --workspace,$(CHARD)/rust-handlers/Cargo.toml,$(obj)/rust)
