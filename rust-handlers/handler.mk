# SPDX-License-Identifier: GPL-2.0
# A driver's module with its handler, read by the driver's Kbuild:
#
#	obj-$(or $(CONFIG_CHARD_NAME),m) := chard_NAME.o
#	chard_NAME-y := NAME.o libNAME.o
#	include $(CHARD)/rust-handlers/handler.mk
#
# Of the staticlib that Cargo has made, the linker takes what the driver's
# table reaches, as one object. What is not the contract becomes local, so that
# no name of Rust's meets another's, and objtool sees the object with the
# arguments that the kernel gives it for its own. In the kernel's own tree the
# driver may be built in.

include $(CHARD)/rust-handlers/rustflags.mk

KCOV_INSTRUMENT := y
ccflags-y += -I$(CHARD)/core -I$(CHARD)/bindings -I$(CHARD_BUILD)/bindings

chard-in-module = $(filter $@,$(real-obj-m))

# A warning of objtool's stops the build. Kbuild sets the variable anew behind this file.
override objtool := $(CONFIG_SHELL) $(CHARD)/rust-handlers/objtool.sh $(objtree)/tools/objtool/objtool

# With IBT, Kbuild has objtool see the whole module or vmlinux, this object with it; in
# vmlinux its warnings stop nothing, so there it looks at this object before.
chard-objtool-args = $(objtool-args-y) --link $(if $(chard-in-module),--module) $(if $(delay-objtool),--dry-run)
chard-objtool = $(if $(CONFIG_OBJTOOL),$(objtool) $(chard-objtool-args) $@,:)

# What the kernel's own C is warned of; 0 stands for no limit.
chard-frame-warn := $(or $(filter-out 0,$(CONFIG_FRAME_WARN)),2048)

quiet_cmd_chard_handler = HANDLER $(if $(chard-in-module),[M] )$@
      cmd_chard_handler = NM=$(NM) LD="$(LD) $(ld_flags)" OBJCOPY=$(OBJCOPY) OBJDUMP=$(OBJDUMP) \
		FRAME_WARN=$(chard-frame-warn) $(CONFIG_SHELL) \
		$(CHARD)/rust-handlers/handler.sh $* $(word 2,$^) $< $@; $(chard-objtool)

$(obj)/lib%.o: $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib%.a $(obj)/%.o \
		$(addprefix $(CHARD)/rust-handlers/,handler.lds handler.sh frames.sh) FORCE
	$(call if_changed,chard_handler)
