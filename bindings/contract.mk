# SPDX-License-Identifier: GPL-2.0
# The contract for the kernel at hand, read by Kbuild in the build folder's
# root: constants from the target's compiler, then what bindgen reads.

ccflags-y += -I$(CHARD)/bindings -I$(obj)/bindings

# What core, driver and handler must agree on is all that the three include of each
# other; where the kernel has no versions of symbols, nothing else would refuse a module of
# another build.
chard-agreed := $(wildcard $(CHARD)/bindings/*.h) $(filter-out %/core.h,$(wildcard $(CHARD)/core/*.h)) \
	$(CHARD)/core/devices/device.h $(wildcard $(CHARD)/core/arch/*.h)
CFLAGS_bindings/constants.o += -DCHARD_CONTRACT_HASH=0x$(shell cat $(chard-agreed) | sha256sum | cut -c1-7)

targets += bindings/constants.s bindings/chard_constants.h bindings/contract.rs

$(obj)/bindings/chard_constants.h: $(obj)/bindings/constants.s FORCE
	$(call filechk,offsets,CHARD_CONSTANTS_H)

quiet_cmd_chard_bindgen = BINDGEN $(patsubst $(obj)/%,%,$@)
      cmd_chard_bindgen = $(BINDGEN) $< --output $@ --use-core --ctypes-prefix core::ffi \
		--no-layout-tests --no-rustfmt-bindings --no-doc-comments \
		-- $(USERINCLUDE) -I$(obj)/bindings $(chard-contract-flags)

$(obj)/bindings/contract.rs: $(CHARD)/bindings/chard_contract.h \
			     $(CHARD)/bindings/chard_handler.h \
			     $(CHARD)/bindings/chard_bus.h \
			     $(CHARD)/bindings/chard_call.h \
			     $(CHARD)/bindings/chard_needs.h \
			     $(obj)/bindings/chard_constants.h FORCE
	$(call if_changed,chard_bindgen)

$(addprefix $(obj)/,$(chard-y)): $(obj)/bindings/chard_constants.h
