// SPDX-License-Identifier: GPL-2.0
//! Lines that do not come each time: once in the life of the module, or as often as the
//! kernel lets `pr_err_ratelimited()` have one. What a caller can cause belongs in one of
//! these, or it fills the log.

use core::fmt::{self, Write};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::{Instant, Monotonic};

/// The kernel's own (DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST).
const INTERVAL: u64 = 5_000_000_000;
const BURST: u32 = 10;

/// A place whose line comes once.
#[doc(hidden)]
pub struct Once(AtomicBool);

impl Once {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)] // of a static
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Whether this is the first time. Any context.
    #[doc(hidden)]
    pub fn first(&self) -> bool {
        !self.0.load(Ordering::Relaxed) && !self.0.swap(true, Ordering::Relaxed)
    }
}

/// A place whose line comes ten times in five seconds at most.
#[doc(hidden)]
pub struct Limit {
    /// When these five seconds began, in nanoseconds; 0 for never.
    begin: AtomicU64,
    came: AtomicU32,
    left_out: AtomicU32,
}

impl Limit {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)] // of a static
    pub const fn new() -> Self {
        Self {
            begin: AtomicU64::new(0),
            came: AtomicU32::new(0),
            left_out: AtomicU32::new(0),
        }
    }

    /// Whether the line may come now; says how many did not, and where that is. Any context.
    /// Racy by design: two CPUs may have a line more.
    #[doc(hidden)]
    pub fn passes(&self, file: &str, line: u32) -> bool {
        let now = Instant::<Monotonic>::now().nanoseconds().max(1);
        let begin = self.begin.load(Ordering::Relaxed);
        if (begin == 0 || now.saturating_sub(begin) > INTERVAL)
            && self
                .begin
                .compare_exchange(begin, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            self.came.store(0, Ordering::Relaxed);
            let left_out = self.left_out.swap(0, Ordering::Relaxed);
            if left_out > 0 {
                crate::pr_warn!("{file}:{line}: {left_out} lines suppressed");
            }
        }
        if self.came.load(Ordering::Relaxed) >= BURST {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        self.came.fetch_add(1, Ordering::Relaxed) < BURST
    }
}

/// A text that is one line of the log, whatever is in it: a caller may have chosen a part.
#[doc(hidden)]
pub struct Record<'a>(pub fmt::Arguments<'a>);

/// Bytes of such a line: what is longer becomes two of [`lines`](super::lines).
const RECORD: usize = super::LINE - 4;
/// Stands for what is left out of one.
const CUT: &str = "...";

impl fmt::Display for Record<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = RECORD - CUT.len();
        let cut = false;
        // What is cut is no error of this.
        let _ = Cut { to, left, cut }.write_fmt(self.0);
        Ok(())
    }
}

/// Escapes the ends of lines, and drops what there is no room for.
struct Cut<'a, 'b> {
    to: &'a mut fmt::Formatter<'b>,
    left: usize,
    cut: bool,
}

impl fmt::Write for Cut<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let ends = character == '\n';
            let len = if ends { 2 } else { character.len_utf8() };
            if self.cut || self.left < len {
                if !self.cut {
                    self.to.write_str(CUT)?;
                }
                self.cut = true;
                // It ends the formatting of what would be dropped.
                return Err(fmt::Error);
            }
            self.left -= len;
            match ends {
                true => self.to.write_str("\\n")?,
                false => self.to.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// The arguments of a line that is one.
#[doc(hidden)]
#[macro_export]
macro_rules! print_record {
    ($($arg:tt)*) => { $crate::print::Record($crate::core::format_args!($($arg)*)) };
}

/// Does the line once.
#[doc(hidden)]
#[macro_export]
macro_rules! print_once {
    ($print:ident($($call:expr)?), $($arg:tt)*) => {{
        static ONCE: $crate::print::Once = $crate::print::Once::new();
        if ONCE.first() {
            $crate::$print!($($call,)? "{}", $crate::print_record!($($arg)*));
        }
    }};
}

/// Does the line where it may come now.
#[doc(hidden)]
#[macro_export]
macro_rules! print_ratelimited {
    ($print:ident($($call:expr)?), $($arg:tt)*) => {{
        static LIMIT: $crate::print::Limit = $crate::print::Limit::new();
        if LIMIT.passes($crate::core::file!(), $crate::core::line!()) {
            $crate::$print!($($call,)? "{}", $crate::print_record!($($arg)*));
        }
    }};
}

/// [`pr_emerg!`](crate::pr_emerg), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_emerg_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_emerg(), $($arg)*) };
}

/// [`pr_emerg!`](crate::pr_emerg), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_emerg_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_emerg(), $($arg)*) };
}

/// [`dev_emerg!`](crate::dev_emerg), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_emerg_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_emerg($call), $($arg)*) };
}

/// [`dev_emerg!`](crate::dev_emerg), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_emerg_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_emerg($call), $($arg)*) };
}

/// [`pr_alert!`](crate::pr_alert), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_alert_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_alert(), $($arg)*) };
}

/// [`pr_alert!`](crate::pr_alert), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_alert_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_alert(), $($arg)*) };
}

/// [`dev_alert!`](crate::dev_alert), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_alert_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_alert($call), $($arg)*) };
}

/// [`dev_alert!`](crate::dev_alert), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_alert_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_alert($call), $($arg)*) };
}

/// [`pr_crit!`](crate::pr_crit), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_crit_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_crit(), $($arg)*) };
}

/// [`pr_crit!`](crate::pr_crit), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_crit_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_crit(), $($arg)*) };
}

/// [`dev_crit!`](crate::dev_crit), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_crit_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_crit($call), $($arg)*) };
}

/// [`dev_crit!`](crate::dev_crit), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_crit_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_crit($call), $($arg)*) };
}

/// [`pr_err!`](crate::pr_err), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_err_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_err(), $($arg)*) };
}

/// [`pr_err!`](crate::pr_err), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_err_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_err(), $($arg)*) };
}

/// [`dev_err!`](crate::dev_err), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_err_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_err($call), $($arg)*) };
}

/// [`dev_err!`](crate::dev_err), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_err_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_err($call), $($arg)*) };
}

/// [`pr_warn!`](crate::pr_warn), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_warn_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_warn(), $($arg)*) };
}

/// [`pr_warn!`](crate::pr_warn), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_warn_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_warn(), $($arg)*) };
}

/// [`dev_warn!`](crate::dev_warn), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_warn_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_warn($call), $($arg)*) };
}

/// [`dev_warn!`](crate::dev_warn), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_warn_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_warn($call), $($arg)*) };
}

/// [`pr_notice!`](crate::pr_notice), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_notice_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_notice(), $($arg)*) };
}

/// [`pr_notice!`](crate::pr_notice), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_notice_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_notice(), $($arg)*) };
}

/// [`dev_notice!`](crate::dev_notice), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_notice_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_notice($call), $($arg)*) };
}

/// [`dev_notice!`](crate::dev_notice), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_notice_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_notice($call), $($arg)*) };
}

/// [`pr_info!`](crate::pr_info), once: the first time that it is reached.
#[macro_export]
macro_rules! pr_info_once {
    ($($arg:tt)*) => { $crate::print_once!(pr_info(), $($arg)*) };
}

/// [`pr_info!`](crate::pr_info), ten times in five seconds at most.
#[macro_export]
macro_rules! pr_info_ratelimited {
    ($($arg:tt)*) => { $crate::print_ratelimited!(pr_info(), $($arg)*) };
}

/// [`dev_info!`](crate::dev_info), once: the first time that it is reached.
#[macro_export]
macro_rules! dev_info_once {
    ($call:expr, $($arg:tt)*) => { $crate::print_once!(dev_info($call), $($arg)*) };
}

/// [`dev_info!`](crate::dev_info), ten times in five seconds at most.
#[macro_export]
macro_rules! dev_info_ratelimited {
    ($call:expr, $($arg:tt)*) => { $crate::print_ratelimited!(dev_info($call), $($arg)*) };
}
