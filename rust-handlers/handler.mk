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
      cmd_chard_handler = NM=$(NM) LD="$(LD) $(ld_flags)" OBJCOPY=$(OBJCOPY) OBJDUMP=$(OBJDUMP) $(CONFIG_SHELL) \
		$(CHARD)/rust-handlers/handler.sh $* $(word 2,$^) $< $@; $(chard-objtool)

chard-lib = $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib$*.a

# AfterPanic::Bug: the driver's C then enters the handler by plain calls.
filechk_chard_guard = if $(NM) --defined-only $(chard-lib) 2>/dev/null | \
	grep -q ' chard_$*_unguarded$$'; then echo '\#define CHARD_UNGUARDED'; \
	else echo '/* Panics are contained. */'; fi

$(obj)/%.guard.h: $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib%.a FORCE
	$(call filechk,chard_guard)

chard-names := $(patsubst chard_%.o,%,$(filter chard_%.o,$(obj-m) $(obj-y)))
$(foreach n,$(chard-names),$(eval CFLAGS_$(n).o += -include $(obj)/$(n).guard.h))
$(foreach n,$(chard-names),$(eval $(obj)/$(n).o: $(obj)/$(n).guard.h))
targets += $(addsuffix .guard.h,$(chard-names))

$(obj)/lib%.o: $(or $(CHARD_RUST),$(CHARD_BUILD)/rust)/chard-x86_64/release/lib%.a $(obj)/%.o \
		$(CHARD)/rust-handlers/handler.lds $(CHARD)/rust-handlers/handler.sh FORCE
	$(call if_changed,chard_handler)
