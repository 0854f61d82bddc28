# SPDX-License-Identifier: GPL-2.0
# All handlers of this tree at once, so that Cargo compiles core, alloc and the
# crate chard once for them all. Read by Kbuild in the build folder's root.

# rustc's own description of its bare target, changed where no flag can.
quiet_cmd_chard_target = TARGET  $@
      cmd_chard_target = MAKEFLAGS= RUSTC_BOOTSTRAP=1 $(RUSTC) -Zunstable-options \
		--print target-spec-json --target $(chard-triple) | \
	sed -e 's/"features": "/&$(subst $(space),$(comma),$(chard-features-y) )/' \
	    -e 's/"plt-by-default": false/"plt-by-default": true/' \
	    $(if $(CONFIG_KCSAN),-e 's/"kernel-address"/&$(comma) "thread"/') \
	    -e '/position-independent-executables/d' >$@

targets += rust/chard-x86_64.json
$(obj)/rust/chard-x86_64.json: FORCE
	$(call if_changed,chard_target)

chard-uapi-headers := $(foreach d,$(chard-drivers),$(wildcard $(CHARD)/drivers/$(d)/chard_$(d).h))
chard-own-c-headers := $(foreach d,$(chard-drivers),$(wildcard $(CHARD)/drivers/$(d)/$(d)_c.h))
chard-manifest := $(CHARD)/rust-handlers/Cargo.toml
chard-packages := $(addprefix --package ,$(chard-drivers))
chard-crates := $(chard-drivers)

include $(CHARD)/rust-handlers/cargo.mk

$(obj)/rust/handlers: $(obj)/rust/chard-x86_64.json $(obj)/bindings/contract.rs
