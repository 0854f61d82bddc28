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

# With IBT, Kbuild has objtool see the whole module or vmlinux, this object with it.
chard-objtool = $(if $(CONFIG_OBJTOOL),$(if $(delay-objtool),:,\
	$(objtool) $(objtool-args-y) --link $(if $(chard-in-module),--module) $@),:)

quiet_cmd_chard_handler = HANDLER $(if $(chard-in-module),[M] )$@
      cmd_chard_handler = NM=$(NM) LD="$(LD) $(ld_flags)" OBJCOPY=$(OBJCOPY) $(CONFIG_SHELL) \
		$(CHARD)/rust-handlers/handler.sh $* $(word 2,$^) $< $@; $(chard-objtool)

$(obj)/lib%.o: $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib%.a $(obj)/%.o \
		$(CHARD)/rust-handlers/handler.lds $(CHARD)/rust-handlers/handler.sh FORCE
	$(call if_changed,chard_handler)
