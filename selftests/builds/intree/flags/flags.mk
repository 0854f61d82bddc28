# SPDX-License-Identifier: GPL-2.0
# Prints what codegen.mk has for the options that are given as CONFIG_X=y.
comma := ,
include $(CHARD)/rust-handlers/codegen.mk

$(info $(chard-triple))
$(info $(chard-rustflags-y))
$(info $(chard-features-y))
all: ;
