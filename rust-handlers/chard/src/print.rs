// SPDX-License-Identifier: GPL-2.0
//! The kernel's log: `pr_info!` and its kin name the driver, `dev_info!` and
//! its kin the device. Any context. Each has a kin of its own that comes once, such as
//! `pr_err_once!`, and one that comes ten times in five seconds at most, such as
//! `pr_err_ratelimited!`: a line that a caller can cause is one of these. It is one line, whatever
//! it is made of: an end of a line is printed as `\n`, and what is longer than a line is cut.
//!
//! Never print an address: it tells an attacker where the kernel lies.

use core::fmt::{self, Write};

use crate::Context;
use crate::bindings;
use crate::entry::this_driver;

mod debug;
mod limited;

#[doc(hidden)]
pub use debug::Site;
#[doc(hidden)]
pub use limited::{Limit, Once, Record};

/// How urgent a line is, as in `syslog(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Level {
    /// The system is unusable.
    Emerg = bindings::CHARD_LEVEL_EMERG,
    /// Something must be done at once.
    Alert = bindings::CHARD_LEVEL_ALERT,
    /// A hard failure.
    Crit = bindings::CHARD_LEVEL_CRIT,
    /// An error.
    Err = bindings::CHARD_LEVEL_ERR,
    /// Something that may become an error.
    Warning = bindings::CHARD_LEVEL_WARNING,
    /// Normal, but worth a line.
    Notice = bindings::CHARD_LEVEL_NOTICE,
    /// For information.
    Info = bindings::CHARD_LEVEL_INFO,
    /// For debugging.
    Debug = bindings::CHARD_LEVEL_DEBUG,
}

/// Bytes of a line, which another character of several bytes does not make longer.
const LINE: usize = 240;

/// Text on its way into the log. Formatting must not allocate, so it goes
/// through a small buffer; what is longer becomes more lines, and none is lost.
struct Lines<F: FnMut(&[u8])> {
    text: [u8; LINE],
    len: usize,
    line: F,
}

impl<F: FnMut(&[u8])> Lines<F> {
    fn flush(&mut self) {
        (self.line)(self.text.get(..self.len).unwrap_or(&[]));
        self.len = 0;
    }
}

impl<F: FnMut(&[u8])> fmt::Write for Lines<F> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            // A character of several bytes stays in one line.
            let full = self.len + 4 > self.text.len() && byte & 0xc0 != 0x80;
            if byte == b'\n' || full {
                self.flush();
            }
            if byte != b'\n'
                && let Some(place) = self.text.get_mut(self.len)
            {
                *place = byte;
                self.len += 1;
            }
        }
        Ok(())
    }
}

fn lines(args: fmt::Arguments<'_>, line: impl FnMut(&[u8])) {
    let mut lines = Lines {
        text: [0; LINE],
        len: 0,
        line,
    };
    // An error could come from a Display of the handler's only; what it has
    // written up to there is printed all the same.
    let _ = lines.write_fmt(args);
    lines.flush();
}

#[doc(hidden)]
pub fn print(level: Level, args: fmt::Arguments<'_>) {
    // SAFETY: the bytes are there for the time of the call.
    lines(args, |line| unsafe {
        bindings::chard_print(
            this_driver(),
            level as u32,
            line.as_ptr().cast(),
            line.len() as _,
        );
    });
}

#[doc(hidden)]
pub fn print_device(call: &impl Context, level: Level, args: fmt::Arguments<'_>) {
    let call = call.raw();
    // SAFETY: as in `print`; the call goes on.
    lines(args, |line| unsafe {
        bindings::chard_print_device(call, level as u32, line.as_ptr().cast(), line.len() as _);
    });
}

/// Writes where the caller is to the log: `dump_stack()`.
pub fn dump_stack() {
    // SAFETY: allowed anywhere.
    unsafe { bindings::chard_dump_stack() }
}

/// The line of all the macros below.
#[doc(hidden)]
#[macro_export]
macro_rules! print_at {
    ($level:ident, $($arg:tt)*) => {
        $crate::print::print($crate::print::Level::$level, format_args!($($arg)*))
    };
}

/// The line of all the macros below that name the device.
#[doc(hidden)]
#[macro_export]
macro_rules! print_device_at {
    ($level:ident, $call:expr, $($arg:tt)*) => {
        $crate::print::print_device($call, $crate::print::Level::$level, format_args!($($arg)*))
    };
}

/// A line at [`Level::Emerg`](crate::print::Level::Emerg) that names the driver.
#[macro_export]
macro_rules! pr_emerg {
    ($($arg:tt)*) => { $crate::print_at!(Emerg, $($arg)*) };
}

/// A line at [`Level::Emerg`](crate::print::Level::Emerg) that names the device of
/// a call: `dev_emerg!(file, "...")`.
#[macro_export]
macro_rules! dev_emerg {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Emerg, $call, $($arg)*) };
}

/// A line at [`Level::Alert`](crate::print::Level::Alert) that names the driver.
#[macro_export]
macro_rules! pr_alert {
    ($($arg:tt)*) => { $crate::print_at!(Alert, $($arg)*) };
}

/// A line at [`Level::Alert`](crate::print::Level::Alert) that names the device of
/// a call: `dev_alert!(file, "...")`.
#[macro_export]
macro_rules! dev_alert {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Alert, $call, $($arg)*) };
}

/// A line at [`Level::Crit`](crate::print::Level::Crit) that names the driver.
#[macro_export]
macro_rules! pr_crit {
    ($($arg:tt)*) => { $crate::print_at!(Crit, $($arg)*) };
}

/// A line at [`Level::Crit`](crate::print::Level::Crit) that names the device of
/// a call: `dev_crit!(file, "...")`.
#[macro_export]
macro_rules! dev_crit {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Crit, $call, $($arg)*) };
}

/// A line at [`Level::Err`](crate::print::Level::Err) that names the driver.
#[macro_export]
macro_rules! pr_err {
    ($($arg:tt)*) => { $crate::print_at!(Err, $($arg)*) };
}

/// A line at [`Level::Err`](crate::print::Level::Err) that names the device of
/// a call: `dev_err!(file, "...")`.
#[macro_export]
macro_rules! dev_err {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Err, $call, $($arg)*) };
}

/// A line at [`Level::Warning`](crate::print::Level::Warning) that names the driver.
#[macro_export]
macro_rules! pr_warn {
    ($($arg:tt)*) => { $crate::print_at!(Warning, $($arg)*) };
}

/// A line at [`Level::Warning`](crate::print::Level::Warning) that names the device of
/// a call: `dev_warn!(file, "...")`.
#[macro_export]
macro_rules! dev_warn {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Warning, $call, $($arg)*) };
}

/// A line at [`Level::Notice`](crate::print::Level::Notice) that names the driver.
#[macro_export]
macro_rules! pr_notice {
    ($($arg:tt)*) => { $crate::print_at!(Notice, $($arg)*) };
}

/// A line at [`Level::Notice`](crate::print::Level::Notice) that names the device of
/// a call: `dev_notice!(file, "...")`.
#[macro_export]
macro_rules! dev_notice {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Notice, $call, $($arg)*) };
}

/// A line at [`Level::Info`](crate::print::Level::Info) that names the driver.
#[macro_export]
macro_rules! pr_info {
    ($($arg:tt)*) => { $crate::print_at!(Info, $($arg)*) };
}

/// A line at [`Level::Info`](crate::print::Level::Info) that names the device of
/// a call: `dev_info!(file, "...")`.
#[macro_export]
macro_rules! dev_info {
    ($call:expr, $($arg:tt)*) => { $crate::print_device_at!(Info, $call, $($arg)*) };
}
