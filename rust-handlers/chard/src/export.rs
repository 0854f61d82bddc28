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
            #[link_name = ::core::concat!("chard_", ::core::env!("CARGO_PKG_NAME"), "_driver")]
            static DRIVER: $crate::bindings::chard_driver;
        }

        #[unsafe(no_mangle)]
        static chard_this_driver: $crate::entry::Driver = $crate::entry::Driver(&raw const DRIVER);

        // Never called: the linker places the handler's code between these two, and C
        // knows by their addresses which code is the handler's.
        #[unsafe(export_name = ::core::concat!("chard_text_begin_", ::core::env!("CARGO_PKG_NAME")))]
        #[unsafe(link_section = ".chard_text")]
        extern "C" fn begin() {}

        #[unsafe(export_name = ::core::concat!("chard_text_end_", ::core::env!("CARGO_PKG_NAME")))]
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
///
/// It takes a type, and nothing else can be exported by it:
///
/// ```compile_fail
/// chard::handler!(@export "open", true, main);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! handler {
    ($handler:ty) => {
        mod chard_handler {
            #[allow(unused_imports)] // where the type is given by its whole path
            use super::*;
            use $crate::entry::{Handled as _, HandledAlong as _};

            $crate::this_driver!();

            #[unsafe(export_name = ::core::concat!(
                "chard_", ::core::env!("CARGO_PKG_NAME"), "_handler"
            ))]
            static HANDLER: $crate::bindings::chard_handler =
                $crate::export::describe::<$handler>();

            // All in one, with nothing to call by hand that exports something else.
            ::core::arch::global_asm!(
                ".macro chard_export what, there, entry",
                ".if \\there",
                ::core::concat!(".globl chard_", ::core::env!("CARGO_PKG_NAME"), "_\\what"),
                ::core::concat!(".set chard_", ::core::env!("CARGO_PKG_NAME"), "_\\what, \\entry"),
                ".endif",
                ".endm",
                "chard_export device_init, 1, {device_init}",
                "chard_export device_exit, 1, {device_exit}",
                "chard_export device_reset, 1, {device_reset}",
                "chard_export registered, 1, {registered}",
                "chard_export removed, 1, {removed}",
                "chard_export load, 1, {load}",
                "chard_export unload, 1, {unload}",
                "chard_export open, 1, {open}",
                "chard_export release, 1, {release}",
                "chard_export read_iter, {READ}, {read_iter}",
                "chard_export write_iter, {WRITE}, {write_iter}",
                "chard_export llseek, {SEEK}, {llseek}",
                "chard_export ioctl, {IOCTL}, {ioctl}",
                "chard_export compat_ioctl, {COMPAT_IOCTL}, {compat_ioctl}",
                "chard_export poll, {POLL}, {poll}",
                "chard_export fasync, {FASYNC}, {fasync}",
                "chard_export flush, {FLUSH}, {flush}",
                "chard_export fsync, {FSYNC}, {fsync}",
                "chard_export mmap, {MAP}, {mmap}",
                "chard_export fault, {FAULT}, {fault}",
                "chard_export uring_cmd, {URING_CMD}, {uring_cmd}",
                "chard_export timer, {TIMER}, {timer}",
                "chard_export work, {WORK}, {work}",
                "chard_export thread, {THREAD}, {thread}",
                "chard_export show_fdinfo, {SHOW_FDINFO}, {show_fdinfo}",
                "chard_export attributes, {ATTRIBUTES}, {attributes}",
                "chard_export attribute_show, {ATTRIBUTES}, {attribute_show}",
                "chard_export attribute_store, {ATTRIBUTES}, {attribute_store}",
                ".purgem chard_export",
                device_init = sym $crate::entry::device_init::<$handler>,
                device_exit = sym $crate::entry::device_exit::<$handler>,
                device_reset = sym $crate::entry::device_reset::<$handler>,
                registered = sym $crate::entry::registered::<$handler>,
                removed = sym $crate::entry::removed::<$handler>,
                load = sym $crate::entry::load::<$handler>,
                unload = sym $crate::entry::unload::<$handler>,
                open = sym $crate::entry::open::<$handler>,
                release = sym $crate::entry::release::<$handler>,
                READ = const $crate::entry::Has::<$handler>::READ as usize,
                read_iter = sym $crate::entry::Has::<$handler>::read_iter,
                WRITE = const $crate::entry::Has::<$handler>::WRITE as usize,
                write_iter = sym $crate::entry::Has::<$handler>::write_iter,
                SEEK = const $crate::entry::Has::<$handler>::SEEK as usize,
                llseek = sym $crate::entry::Has::<$handler>::llseek,
                IOCTL = const $crate::entry::Has::<$handler>::IOCTL as usize,
                ioctl = sym $crate::entry::Has::<$handler>::ioctl,
                COMPAT_IOCTL = const $crate::entry::Has::<$handler>::COMPAT_IOCTL as usize,
                compat_ioctl = sym $crate::entry::Has::<$handler>::compat_ioctl,
                POLL = const $crate::entry::Has::<$handler>::POLL as usize,
                poll = sym $crate::entry::Has::<$handler>::poll,
                FASYNC = const $crate::entry::Has::<$handler>::FASYNC as usize,
                fasync = sym $crate::entry::Has::<$handler>::fasync,
                FLUSH = const $crate::entry::Has::<$handler>::FLUSH as usize,
                flush = sym $crate::entry::Has::<$handler>::flush,
                FSYNC = const $crate::entry::Has::<$handler>::FSYNC as usize,
                fsync = sym $crate::entry::Has::<$handler>::fsync,
                MAP = const $crate::entry::Has::<$handler>::MAP as usize,
                mmap = sym $crate::entry::Has::<$handler>::mmap,
                FAULT = const $crate::entry::Has::<$handler>::FAULT as usize,
                fault = sym $crate::entry::Has::<$handler>::fault,
                URING_CMD = const $crate::entry::Has::<$handler>::URING_CMD as usize,
                uring_cmd = sym $crate::entry::Has::<$handler>::uring_cmd,
                TIMER = const $crate::entry::Has::<$handler>::TIMER as usize,
                timer = sym $crate::entry::Has::<$handler>::timer,
                WORK = const $crate::entry::Has::<$handler>::WORK as usize,
                work = sym $crate::entry::Has::<$handler>::work,
                THREAD = const $crate::entry::Has::<$handler>::THREAD as usize,
                thread = sym $crate::entry::Has::<$handler>::thread,
                SHOW_FDINFO = const $crate::entry::Has::<$handler>::SHOW_FDINFO as usize,
                show_fdinfo = sym $crate::entry::Has::<$handler>::show_fdinfo,
                ATTRIBUTES = const $crate::entry::Has::<$handler>::ATTRIBUTES as usize,
                attributes = sym $crate::entry::Has::<$handler>::attributes,
                attribute_show = sym $crate::entry::Has::<$handler>::attribute_show,
                attribute_store = sym $crate::entry::Has::<$handler>::attribute_store,
            );

            #[cfg(chard_host)]
            #[global_allocator]
            static KERNEL: $crate::alloc::Kernel = $crate::alloc::Kernel;
        }
    };
}
