// SPDX-License-Identifier: GPL-2.0
//! Lines for debugging, by the kernel's dynamic debug: each place in a handler's source is
//! in `/sys/kernel/debug/dynamic_debug/control`, and prints once it is switched on there.
//! Until then it costs a test of a word; nothing is formatted.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};

use super::lines;
use crate::Context;
use crate::bindings;
use crate::entry::this_driver;

/// The words behind the flags: a static key, if the kernel has them.
const WORDS: usize = bindings::CHARD_DEBUG_WORDS as usize;

/// A place, as the kernel has it in the section `__dyndbg`: `struct _ddebug`, whose layout
/// constants.c has looked at.
#[doc(hidden)]
#[repr(C, align(8))]
pub struct Site {
    module: *const c_char,
    function: *const c_char,
    file: *const c_char,
    format: *const c_char,
    /// The line, the class and the flags: 18, 6 and 8 bits, from the lowest on.
    bits: AtomicU32,
    key: UnsafeCell<[u32; WORDS]>,
}

// SAFETY: the texts are static; the kernel writes the flags and the key under a lock of its
// own, and Rust reads the flags alone.
unsafe impl Sync for Site {}

const CLASS: u32 = bindings::CHARD_DEBUG_CLASS << 18;
const PRINT: u32 = bindings::CHARD_DEBUG_PRINT << 24;

/// A text up to its NUL, which is there.
const fn text(bytes: &'static str) -> *const c_char {
    match CStr::from_bytes_until_nul(bytes.as_bytes()) {
        Ok(text) => text.as_ptr(),
        Err(_) => panic!("a text without a NUL"),
    }
}

impl Site {
    /// Off. The texts end with a NUL.
    #[doc(hidden)]
    pub const fn new(
        module: &'static str,
        function: &'static str,
        file: &'static str,
        format: &'static str,
        line: u32,
    ) -> Self {
        Self {
            module: text(module),
            function: text(function),
            file: text(file),
            format: text(format),
            bits: AtomicU32::new((line & 0x3ffff) | CLASS),
            key: UnsafeCell::new([0; WORDS]),
        }
    }

    /// Whether it is switched on; in a process it always is. Any context.
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        cfg!(chard_host)
            || bindings::CHARD_DYNAMIC_DEBUG != 0 && self.bits.load(Ordering::Relaxed) & PRINT != 0
    }

    /// The line of the driver.
    #[doc(hidden)]
    #[cold]
    pub fn print(&'static self, args: fmt::Arguments<'_>) {
        self.lines(core::ptr::null(), args);
    }

    /// The line of a call's device.
    #[doc(hidden)]
    #[cold]
    pub fn print_device(&'static self, call: &impl Context, args: fmt::Arguments<'_>) {
        self.lines(call.raw(), args);
    }

    fn lines(&'static self, call: *const bindings::chard_call, args: fmt::Arguments<'_>) {
        let site = core::ptr::from_ref(self).cast();
        // SAFETY: a `struct _ddebug` that is static; the bytes are there for the time of
        // the call, and so is the record, if there is one.
        lines(args, |line| unsafe {
            let (text, len) = (line.as_ptr().cast(), line.len() as _);
            bindings::chard_print_debug(this_driver(), call, site, text, len);
        });
    }
}

/// The place of a line, as dynamic debug knows it.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_site {
    ($format:literal) => {{
        // Where dynamic debug looks: one after the other, and nothing else.
        #[cfg_attr(not(chard_host), unsafe(link_section = "__dyndbg"))]
        static SITE: $crate::print::Site = $crate::print::Site::new(
            $crate::core::concat!("chard_", $crate::driver_name!(), "\0"),
            $crate::core::concat!($crate::core::module_path!(), "\0"),
            $crate::core::concat!($crate::core::file!(), "\0"),
            $crate::core::concat!($format, "\0"),
            $crate::core::line!(),
        );
        &SITE
    }};
}

/// A line at [`Level::Debug`](crate::print::Level::Debug) that names the driver, once
/// `module chard_NAME +p`, or another query that it meets, was written to
/// `/sys/kernel/debug/dynamic_debug/control`. Until then, and in a kernel without dynamic
/// debug, its arguments are not even evaluated.
#[macro_export]
macro_rules! pr_debug {
    ($format:literal $($arg:tt)*) => {{
        let site = $crate::debug_site!($format);
        if site.is_on() {
            site.print($crate::core::format_args!($format $($arg)*));
        }
    }};
}

/// A line as that of [`pr_debug!`](crate::pr_debug) that names the device of a call:
/// `dev_debug!(file, "...")`.
#[macro_export]
macro_rules! dev_debug {
    ($call:expr, $format:literal $($arg:tt)*) => {{
        let site = $crate::debug_site!($format);
        if site.is_on() {
            site.print_device($call, $crate::core::format_args!($format $($arg)*));
        }
    }};
}

/// [`pr_debug!`](crate::pr_debug), once: the first time that it is reached while it is on.
#[macro_export]
macro_rules! pr_debug_once {
    ($format:literal $($arg:tt)*) => {{
        static ONCE: $crate::print::Once = $crate::print::Once::new();
        let site = $crate::debug_site!($format);
        if site.is_on() && ONCE.first() {
            site.print($crate::core::format_args!("{}", $crate::print_record!($format $($arg)*)));
        }
    }};
}

/// [`pr_debug!`](crate::pr_debug), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_debug_ratelimited {
    ($format:literal $($arg:tt)*) => {{
        static LIMIT: $crate::print::Limit = $crate::print::Limit::new();
        let site = $crate::debug_site!($format);
        if site.is_on() && LIMIT.passes($crate::core::file!(), $crate::core::line!()) {
            site.print($crate::core::format_args!("{}", $crate::print_record!($format $($arg)*)));
        }
    }};
}

/// [`dev_debug!`](crate::dev_debug), once: the first time that it is reached while it is on.
#[macro_export]
macro_rules! dev_debug_once {
    ($call:expr, $format:literal $($arg:tt)*) => {{
        static ONCE: $crate::print::Once = $crate::print::Once::new();
        let site = $crate::debug_site!($format);
        if site.is_on() && ONCE.first() {
            site.print_device($call, $crate::core::format_args!("{}", $crate::print_record!($format $($arg)*)));
        }
    }};
}

/// [`dev_debug!`](crate::dev_debug), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_debug_ratelimited {
    ($call:expr, $format:literal $($arg:tt)*) => {{
        static LIMIT: $crate::print::Limit = $crate::print::Limit::new();
        let site = $crate::debug_site!($format);
        if site.is_on() && LIMIT.passes($crate::core::file!(), $crate::core::line!()) {
            site.print_device($call, $crate::core::format_args!("{}", $crate::print_record!($format $($arg)*)));
        }
    }};
}
