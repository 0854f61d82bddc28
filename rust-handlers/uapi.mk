# SPDX-License-Identifier: GPL-2.0
# A driver's uapi header for its handler: uapi/NAME.rs of chard_NAME.h, which
# is a prerequisite given elsewhere. bindgen cannot see ioctl numbers, which
# are casts in macros: it gets a constant of each.

quiet_cmd_chard_uapi = UAPI    $@
      cmd_chard_uapi = { \
	echo '\#include "$(notdir $(filter %.h,$^))"'; \
	sed -n 's/^\#define[ \t]\+\([A-Za-z_0-9]\+\)[ \t]\+_IO[RWC]*(.*/static const unsigned int chard_uapi_\1 = \1;/p' \
		$(filter %.h,$^); \
	} >$(@:.rs=.h) && { \
	$(chard-uapi-bindgen) --generate vars -- $(chard-uapi-clang) | sed 's/\<chard_uapi_//g' && \
	echo 'chard::uapi_items! {' && \
	$(chard-uapi-bindgen) --generate types -- $(chard-uapi-clang) && \
	echo '}'; \
	} >$@

chard-uapi-bindgen = $(BINDGEN) $(@:.rs=.h) --use-core --ctypes-prefix core::ffi \
	--no-layout-tests --no-rustfmt-bindings --no-derive-debug --no-prepend-enum-name \
	--disable-header-comment --allowlist-file '.*/$(notdir $(filter %.h,$^))' \
	--allowlist-var 'chard_uapi_.*'
chard-uapi-clang = $(USERINCLUDE) -I$(dir $(filter %.h,$^))

$(obj)/uapi/%.rs: FORCE
	$(call if_changed,chard_uapi)
