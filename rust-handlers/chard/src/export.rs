// SPDX-License-Identifier: GPL-2.0
//! What a handler's crate exports to its driver's C: what it says of itself, and its
//! entries, by [`handler!`](crate::handler).

use crate::bindings::{self, chard_handler};
use crate::handler::{AfterPanic, Handler};

/// What C learns of a handler before it calls it.
#[doc(hidden)]
pub const fn describe<H: Handler>() -> chard_handler {
    assert!(
        size_of::<H>() <= 1 << 20 && size_of::<H::File>() <= 1 << 20,
        "a state over 1 MiB: keep what is large in a Box or a Vec"
    );
    chard_handler {
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
    }
}

/// The driver's C side, where `this_driver()` finds it.
#[doc(hidden)]
#[macro_export]
macro_rules! this_driver {
    () => {
        unsafe extern "C" {
            #[link_name = concat!("chard_", env!("CARGO_PKG_NAME"), "_driver")]
            static DRIVER: $crate::bindings::chard_driver;
        }

        #[unsafe(no_mangle)]
        static chard_this_driver: $crate::entry::Driver = $crate::entry::Driver(&raw const DRIVER);

        // Never called: the linker places the handler's code between these two, and C
        // knows by their addresses which code is the handler's.
        #[unsafe(export_name = concat!("chard_text_", env!("CARGO_PKG_NAME")))]
        #[unsafe(link_section = ".chard_text")]
        extern "C" fn begin() {}

        #[unsafe(export_name = concat!("chard_text_end_", env!("CARGO_PKG_NAME")))]
        #[unsafe(link_section = ".chard_text_end")]
        extern "C" fn end() {}
    };
}

/// Makes a type the handler of its driver: exports what the driver's C calls.
///
/// Once in a crate, whose name is the driver's: `handler!(Echo)` in the crate
/// `echo` serves `chard_echo.ko`. An operation whose trait the type does not
/// implement is not exported; that decides the assembler, by a constant, since
/// Rust has no symbol that is there on a condition.
#[macro_export]
macro_rules! handler {
    ($handler:ty) => {
        mod chard_handler {
            #[allow(unused_imports)] // where the type is given by its whole path
            use super::*;
            use $crate::entry::{Handled as _, HandledAlong as _};

            $crate::this_driver!();

            #[unsafe(export_name = concat!("chard_", env!("CARGO_PKG_NAME"), "_handler"))]
            static HANDLER: $crate::bindings::chard_handler =
                $crate::export::describe::<$handler>();

            $crate::handler!(@export "device_init", true, $crate::entry::device_init::<$handler>);
            $crate::handler!(@export "device_exit", true, $crate::entry::device_exit::<$handler>);
            $crate::handler!(@export "device_reset", true, $crate::entry::device_reset::<$handler>);
            $crate::handler!(@export "registered", true, $crate::entry::registered::<$handler>);
            $crate::handler!(@export "removed", true, $crate::entry::removed::<$handler>);
            $crate::handler!(@export "load", true, $crate::entry::load::<$handler>);
            $crate::handler!(@export "unload", true, $crate::entry::unload::<$handler>);
            $crate::handler!(@export "open", true, $crate::entry::open::<$handler>);
            $crate::handler!(@export "release", true, $crate::entry::release::<$handler>);
            $crate::handler!(@operation "read_iter", $handler, READ, read_iter);
            $crate::handler!(@operation "write_iter", $handler, WRITE, write_iter);
            $crate::handler!(@operation "llseek", $handler, SEEK, llseek);
            $crate::handler!(@operation "ioctl", $handler, IOCTL, ioctl);
            $crate::handler!(@operation "compat_ioctl", $handler, COMPAT_IOCTL, compat_ioctl);
            $crate::handler!(@operation "poll", $handler, POLL, poll);
            $crate::handler!(@operation "fasync", $handler, FASYNC, fasync);
            $crate::handler!(@operation "flush", $handler, FLUSH, flush);
            $crate::handler!(@operation "fsync", $handler, FSYNC, fsync);
            $crate::handler!(@operation "mmap", $handler, MAP, mmap);
            $crate::handler!(@operation "fault", $handler, FAULT, fault);
            $crate::handler!(@operation "uring_cmd", $handler, URING_CMD, uring_cmd);
            $crate::handler!(@operation "timer", $handler, TIMER, timer);
            $crate::handler!(@operation "work", $handler, WORK, work);
            $crate::handler!(@operation "thread", $handler, THREAD, thread);
            $crate::handler!(@operation "show_fdinfo", $handler, SHOW_FDINFO, show_fdinfo);
            $crate::handler!(@operation "attributes", $handler, ATTRIBUTES, attributes);
            $crate::handler!(@operation "attribute_show", $handler, ATTRIBUTES, attribute_show);
            $crate::handler!(@operation "attribute_store", $handler, ATTRIBUTES, attribute_store);

            #[cfg(chard_host)]
            #[global_allocator]
            static KERNEL: $crate::alloc::Kernel = $crate::alloc::Kernel;
        }
    };
    (@operation $name:literal, $handler:ty, $has:ident, $entry:ident) => {
        $crate::handler!(
            @export $name, $crate::entry::Has::<$handler>::$has, $crate::entry::Has::<$handler>::$entry
        );
    };
    (@export $name:literal, $has:expr, $entry:expr) => {
        core::arch::global_asm!(
            ".if {has}",
            concat!(".globl chard_", env!("CARGO_PKG_NAME"), "_", $name),
            concat!(".set chard_", env!("CARGO_PKG_NAME"), "_", $name, ", {entry}"),
            ".endif",
            has = const $has as usize,
            entry = sym $entry,
        );
    };
}
