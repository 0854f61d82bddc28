# SPDX-License-Identifier: GPL-2.0
# The Kbuild of a driver outside this tree includes this, with CHARD_NAME, its
# folder CHARD_DIR and its crate CHARD_CRATE from kbuild.sh.

# The driver's C may include its headers: it is built as a link elsewhere.
ccflags-y += -I$(CHARD_DIR)
chard-uapi-headers := $(wildcard $(CHARD_DIR)/chard_$(CHARD_NAME).h)
chard-own-c-headers := $(wildcard $(CHARD_DIR)/$(CHARD_NAME)_c.h)
chard-manifest := $(CHARD_CRATE)/Cargo.toml
chard-packages := --package $(CHARD_NAME)
chard-crates := $(CHARD_NAME)
# Crates of others, where the folder has a Cargo.toml: its own, and those of Debian's packages.
chard-vendor := $(if $(filter $(CHARD_DIR),$(CHARD_CRATE)),$(CHARD_DIR)/vendor /usr/share/cargo/registry)
chard-map := $(CHARD_DIR)=$(CHARD_NAME)
CHARD_RUST := $(obj)/rust

include $(CHARD)/rust-handlers/handler.mk
include $(CHARD)/rust-handlers/cargo.mk

$(CHARD_RUST)/chard-x86_64/release/lib$(CHARD_NAME).a: $(obj)/rust/handlers ;
