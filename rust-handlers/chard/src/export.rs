// SPDX-License-Identifier: GPL-2.0
//! What a handler's crate exports to its driver's C beside its entries: what it says of
//! itself, and where its code begins and ends.

use crate::PAGE_SIZE;
use crate::bindings::{self, chard_handler};
use crate::devices::attributes::{Attribute, distinct};
use crate::devices::handler::{AfterPanic, Handler};

/// What C learns of a handler before it calls it.
#[doc(hidden)]
#[repr(transparent)]
pub struct Description(pub(crate) chard_handler);

// SAFETY: what it points to is static and never changes.
unsafe impl Sync for Description {}

/// The description of a handler with these attributes.
#[doc(hidden)]
pub const fn describe<H: Handler>(attributes: &'static [Attribute]) -> Description {
    assert!(
        size_of::<H>() <= 1 << 20 && size_of::<H::File>() <= 1 << 20,
        "a state over 1 MiB: keep what is large in a Box or a Vec"
    );
    assert!(
        align_of::<H>() <= PAGE_SIZE && align_of::<H::File>() <= PAGE_SIZE,
        "a state that is aligned to more than a page: no allocator has such memory"
    );
    distinct(attributes);
    Description(chard_handler {
        contract: bindings::CHARD_CONTRACT,
        device_size: size_of::<H>() as u32,
        device_align: align_of::<H>() as u32,
        file_size: size_of::<H::File>() as u32,
        file_align: align_of::<H::File>() as u32,
        after_panic: match H::AFTER_PANIC {
            AfterPanic::Quarantine => bindings::CHARD_AFTER_QUARANTINE,
            AfterPanic::CarryOn => bindings::CHARD_AFTER_CARRY_ON,
        },
        flags: if H::NOWAIT {
            bindings::CHARD_HANDLER_NOWAIT
        } else {
            0
        },
        attribute_count: attributes.len() as u32,
        attributes: attributes.as_ptr().cast(),
    })
}

/// The driver's name: that of the handler's crate.
#[doc(hidden)]
#[macro_export]
macro_rules! driver_name {
    () => {
        $crate::core::env!("CARGO_PKG_NAME")
    };
}

/// The driver's C side, where `this_driver()` finds it.
#[doc(hidden)]
#[macro_export]
macro_rules! this_driver {
    () => {
        unsafe extern "C" {
            #[link_name = $crate::core::concat!("chard_", $crate::driver_name!(), "_driver")]
            static DRIVER: $crate::bindings::chard_driver;
        }

        #[unsafe(no_mangle)]
        static chard_this_driver: $crate::entry::Driver = $crate::entry::Driver(&raw const DRIVER);

        // Never called: the linker places the handler's code between these two, and C
        // knows by their addresses which code is the handler's.
        #[unsafe(export_name = $crate::core::concat!("chard_", $crate::driver_name!(), "_text_begin"))]
        #[unsafe(link_section = ".chard_text")]
        extern "C" fn begin() {}

        #[unsafe(export_name = $crate::core::concat!("chard_", $crate::driver_name!(), "_text_end"))]
        #[unsafe(link_section = ".chard_text_end")]
        extern "C" fn end() {}
    };
}
