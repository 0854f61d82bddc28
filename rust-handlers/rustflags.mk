# SPDX-License-Identifier: GPL-2.0
# How Rust is compiled for the kernel at hand, and for which ones it can not be.

# What no flag of rustc's can honour.
chard-refused := SHADOW_CALL_STACK X86_32 UML
chard-refused := $(strip $(foreach c,$(chard-refused),$(if $(CONFIG_$(c)),CONFIG_$(c))))
ifneq ($(chard-refused),)
$(error chard: this kernel is configured with $(chard-refused), which Rust objects cannot honour: build for a kernel without)
endif
ifeq ($(CONFIG_X86_64),)
$(error chard: CONFIG_X86_64 is not set in this kernel's .config: chard builds for x86_64 only)
endif

include $(CHARD)/rust-handlers/codegen.mk
