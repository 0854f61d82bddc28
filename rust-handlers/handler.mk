# SPDX-License-Identifier: GPL-2.0
# A driver's module with its handler, read by the driver's Kbuild:
#
#	obj-$(or $(CONFIG_CHARD_NAME),m) := chard_NAME.o
#	chard_NAME-y := NAME.o libNAME.o
#	include $(CHARD)/rust-handlers/handler.mk
#
# NAME.c is told its name, and which entries the handler exports.
#
# Of the staticlib that Cargo has made, the linker takes what the driver's
# table reaches, as one object. What is not the contract becomes local, so that
# no name of Rust's meets another's, and objtool sees the object with the
# arguments that the kernel gives it for its own. In the kernel's own tree the
# driver may be built in.

include $(CHARD)/rust-handlers/rustflags.mk

KCOV_INSTRUMENT := y
ccflags-y += -I$(CHARD)/core -I$(CHARD)/bindings -I$(CHARD_BUILD)/bindings -I$(CHARD_BUILD)/core
# No folder of the builder's is named in it (Kbuild).
ccflags-y += -ffile-prefix-map=$(CHARD)/= -ffile-prefix-map=$(CHARD_BUILD)/= -ffile-prefix-map=$(abspath $(obj))/=

chard-in-module = $(filter $@,$(real-obj-m))

# A warning of objtool's stops the build. Kbuild sets the variable anew behind this file.
override objtool := $(CONFIG_SHELL) $(CHARD)/rust-handlers/objtool.sh $(objtree)/tools/objtool/objtool

# With IBT, Kbuild has objtool see the whole module or vmlinux, this object with it; in
# vmlinux its warnings stop nothing, so there it looks at this object before.
chard-objtool-args = $(objtool-args-y) --link $(if $(chard-in-module),--module) $(if $(delay-objtool),--dry-run)
chard-objtool = $(if $(CONFIG_OBJTOOL),$(objtool) $(chard-objtool-args) $@,:)

# What the kernel's own C is warned of; 0 stands for no limit.
chard-frame-warn := $(or $(filter-out 0,$(CONFIG_FRAME_WARN)),2048)

# binutils' own also where Kbuild has LLVM's: handler.sh reads what they print.
chard-tool = $(if $(CONFIG_CC_IS_CLANG),$(1),$(2))
chard-tools = NM=$(call chard-tool,nm,$(NM)) OBJCOPY=$(call chard-tool,objcopy,$(OBJCOPY)) \
	OBJDUMP=$(call chard-tool,objdump,$(OBJDUMP))

chard-name := $(patsubst chard_%.o,%,$(filter chard_%.o,$(obj-m) $(obj-y) $(obj-)))
chard-lib := $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib$(chard-name).a
# An object that they can read, also where the others are bitcode until they are linked.
CFLAGS_REMOVE_$(chard-name).o += $(CC_FLAGS_LTO)
CFLAGS_$(chard-name).o += -DCHARD_NAME=$(chard-name) -include $(obj)/chard_entries.h

filechk_chard_entries = $(chard-tools) $(CONFIG_SHELL) $(CHARD)/rust-handlers/entries.sh $(chard-name) $(chard-lib)

targets += chard_entries.h
$(obj)/chard_entries.h: $(chard-lib) $(CHARD)/rust-handlers/entries.sh FORCE
	$(call filechk,chard_entries)

$(obj)/$(chard-name).o: $(obj)/chard_entries.h

# What the handler may call of the driver's own C, where that has a header for it.
chard-own-c-list = $(or $(patsubst %/rust,%,$(CHARD_RUST)),$(CHARD_BUILD))/uapi/

quiet_cmd_chard_handler = HANDLER $(if $(chard-in-module),[M] )$@
      cmd_chard_handler = $(chard-tools) LD="$(LD) $(ld_flags)" \
		FRAME_WARN=$(chard-frame-warn) OWN_C=$(chard-own-c-list)$*.c.rs \
		DEPS=$(CHARD_BUILD)/cargo/chard-x86_64/release/deps $(CONFIG_SHELL) \
		$(CHARD)/rust-handlers/handler.sh $* $(word 2,$^) $< $@; $(chard-objtool)

$(obj)/lib%.o: $(chard-lib) $(obj)/%.o $(CHARD)/rust-handlers/chard/src/entry.rs \
		$(addprefix $(CHARD)/rust-handlers/,handler.lds handler.sh symbols.sh frames.sh) FORCE
	$(call if_changed,chard_handler)
