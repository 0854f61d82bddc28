// SPDX-License-Identifier: GPL-2.0
//! What a handler's crate exports to its driver's C: what it says of itself, where its code
//! begins and ends, and its entries, by the table in entry.rs.

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

/// Makes the entries of the table in entry.rs, and [`handler!`](crate::handler). `$d` is a
/// `$`, for that macro.
macro_rules! entries {
    (
        ($d:tt)
        life { $($always:ident)* }
        files {
            $($of:ident::$method:ident $has:ident $symbol:ident($($arg:ident: $type:ty),*) $body:expr;)*
        }
        devices {
            $($by:ident::$on:ident $has_event:ident $event:ident($($given:ident: $as:ty),*) $on_event:expr;)*
        }
    ) => {
        $(
            impl<H: $of> Has<H> {
                #[doc(hidden)]
                pub const $has: bool = true;

                /// # Safety
                ///
                /// C's call of the entry of this name, on an open file of an `H`.
                #[doc(hidden)]
                pub unsafe extern "C" fn $symbol(
                    call: *mut chard_call,
                    $($arg: $type,)*
                    place: *mut c_void,
                ) -> c_long {
                    // SAFETY: C's record of a call on an open file of this handler.
                    let (device, file) = unsafe { enter::<H>(call, place) };
                    let body: fn(&H, &File<'_, H::File>, $($type),*) -> Result<c_long> = $body;
                    to_c(body(device, &file, $($arg),*))
                }
            }
        )*

        $(
            impl<H: $by> Has<H> {
                #[doc(hidden)]
                pub const $has_event: bool = true;

                /// # Safety
                ///
                /// C's call of the entry of this name, for a device whose state
                /// is the `H` at `place`.
                #[doc(hidden)]
                pub unsafe extern "C" fn $event(
                    call: *mut chard_call,
                    $($given: $as,)*
                    place: *mut c_void,
                ) -> c_long {
                    let body: fn(&H, *mut chard_call, $($as),*) -> Result<c_long> = $on_event;
                    // SAFETY: the device lives while the call goes on.
                    to_c(body(unsafe { &*place.cast::<H>() }, call, $($given),*))
                }
            }
        )*

        /// What [`Has`] says of an entry that the handler does not have.
        #[doc(hidden)]
        pub trait Handled {
            $(
                #[doc(hidden)]
                const $has: bool = false;

                /// # Safety
                ///
                /// None is needed; it has the shape of an entry.
                #[doc(hidden)]
                unsafe extern "C" fn $symbol(
                    _call: *mut chard_call,
                    $($arg: $type,)*
                    _place: *mut c_void,
                ) -> c_long {
                    $(let _ = $arg;)*
                    errno::ENOSYS.to_c()
                }
            )*
            $(
                #[doc(hidden)]
                const $has_event: bool = false;

                /// # Safety
                ///
                /// None is needed; it has the shape of an entry.
                #[doc(hidden)]
                unsafe extern "C" fn $event(
                    _call: *mut chard_call,
                    $($given: $as,)*
                    _place: *mut c_void,
                ) -> c_long {
                    $(let _ = $given;)*
                    errno::ENOSYS.to_c()
                }
            )*

            #[doc(hidden)]
            const TABLE: &'static [Attribute] = &[];
        }

        impl<H> Handled for Has<H> {}

        impl<H: Attributes> Has<H> {
            #[doc(hidden)]
            pub const TABLE: &'static [Attribute] = H::TABLE;
        }

        /// Makes a type the handler of its driver: exports what the driver's C calls.
        ///
        /// Once in a crate, whose name is the driver's: `handler!(Echo)` in the crate
        /// `echo` serves `chard_echo.ko`. An operation whose trait the type does not
        /// implement is not exported; that decides the assembler, by a constant, since
        /// Rust has no symbol that is there on a condition.
        ///
        /// It takes a type, and nothing else can be exported by it:
        ///
        /// ```compile_fail
        /// chard::handler!(@export "open", true, main);
        /// # fn main() {}
        /// ```
        #[macro_export]
        macro_rules! handler {
            ($d handler:ty) => {
                mod chard_handler {
                    #[allow(unused_imports)] // where the type is given by its whole path
                    use super::*;

                    type ChardHandler = $d handler;

                    // Here no trait of the handler's is in scope, which could hide what
                    // the crate says of an entry.
                    mod entries {
                        use super::ChardHandler;
                        #[allow(unused_imports)] // where the handler has every entry
                        use $crate::entry::Handled as _;

                        $crate::this_driver!();

                        #[unsafe(export_name = $crate::core::concat!(
                            "chard_", $crate::driver_name!(), "_handler"
                        ))]
                        static HANDLER: $crate::export::Description = $crate::export::describe::<ChardHandler>(
                            $crate::entry::Has::<ChardHandler>::TABLE
                        );

                        // rustc compares each entry with the contract here. A process that
                        // stands in for the kernel calls by this table.
                        #[cfg_attr(chard_host, unsafe(export_name = $crate::core::concat!(
                            "chard_", $crate::driver_name!(), "_entries"
                        )))]
                        #[allow(dead_code)] // by the kernel's C, which calls the symbols
                        static ENTRIES: $crate::bindings::chard_entries = $crate::bindings::chard_entries {
                            $($always: $crate::core::option::Option::Some($crate::entry::$always::<ChardHandler>),)*
                            $($symbol: if $crate::entry::Has::<ChardHandler>::$has {
                                $crate::core::option::Option::Some($crate::entry::Has::<ChardHandler>::$symbol)
                            } else {
                                $crate::core::option::Option::None
                            },)*
                            $($event: if $crate::entry::Has::<ChardHandler>::$has_event {
                                $crate::core::option::Option::Some($crate::entry::Has::<ChardHandler>::$event)
                            } else {
                                $crate::core::option::Option::None
                            },)*
                        };

                        // All in one, with nothing to call by hand that exports something else.
                        $crate::core::arch::global_asm!(
                            ".macro chard_export what, there, entry",
                            ".if \\there",
                            $crate::core::concat!(".globl chard_", $crate::driver_name!(), "_\\what"),
                            $crate::core::concat!(
                                ".set chard_", $crate::driver_name!(), "_\\what, \\entry"
                            ),
                            ".endif",
                            ".endm",
                            $($crate::core::concat!(
                                "chard_export ", $crate::core::stringify!($always), ", 1, {",
                                $crate::core::stringify!($always), "}"
                            ),)*
                            $($crate::core::concat!(
                                "chard_export ", $crate::core::stringify!($symbol), ", {",
                                $crate::core::stringify!($has), "}, {", $crate::core::stringify!($symbol), "}"
                            ),)*
                            $($crate::core::concat!(
                                "chard_export ", $crate::core::stringify!($event), ", {",
                                $crate::core::stringify!($has_event), "}, {", $crate::core::stringify!($event), "}"
                            ),)*
                            ".purgem chard_export",
                            $($always = sym $crate::entry::$always::<ChardHandler>,)*
                            $(
                                $has = const $crate::entry::Has::<ChardHandler>::$has as usize,
                                $symbol = sym $crate::entry::Has::<ChardHandler>::$symbol,
                            )*
                            $(
                                $has_event = const $crate::entry::Has::<ChardHandler>::$has_event as usize,
                                $event = sym $crate::entry::Has::<ChardHandler>::$event,
                            )*
                        );

                        #[cfg(chard_host)]
                        #[global_allocator]
                        static KERNEL: $crate::alloc::Kernel = $crate::alloc::Kernel;
                    }
                }
            };
        }
    };
}
