// SPDX-License-Identifier: GPL-2.0
//! Text whose memory may be refused.

use core::fmt::{self, Write};

pub use rust_alloc::string::String;

use crate::memory::alloc::VecExt;
use crate::{Result, errno};

/// What a [`String`] can do when memory may be refused: each method gives `ENOMEM`
/// then, and leaves the text as it was.
///
/// ```
/// use chard::prelude::*;
///
/// let mut line = String::new();
/// line.try_push_str("read ")?;
/// line.try_push_fmt(format_args!("{} bytes", 42))?;
/// line.try_push('\n')?;
/// assert_eq!(line, "read 42 bytes\n");
/// assert_eq!(try_format!("{:>4}|", 7)?, "   7|");
/// # Ok::<(), Errno>(())
/// ```
pub trait StringExt {
    /// Adds a character at the end.
    fn try_push(&mut self, character: char) -> Result;

    /// Adds `text` at the end.
    fn try_push_str(&mut self, text: &str) -> Result;

    /// Adds what `format_args!` has made; `EINVAL` where a value can not be
    /// formatted.
    fn try_push_fmt(&mut self, text: fmt::Arguments<'_>) -> Result;
}

impl StringExt for String {
    fn try_push(&mut self, character: char) -> Result {
        self.try_push_str(character.encode_utf8(&mut [0; 4]))
    }

    fn try_push_str(&mut self, text: &str) -> Result {
        // SAFETY: text behind text is text.
        unsafe { self.as_mut_vec() }.try_extend(text.as_bytes())
    }

    fn try_push_fmt(&mut self, text: fmt::Arguments<'_>) -> Result {
        let len = self.len();
        let mut end = End {
            text: self,
            refused: false,
        };
        if end.write_fmt(text).is_ok() {
            return Ok(());
        }
        let refused = end.refused;
        self.truncate(len);
        Err(if refused {
            errno::ENOMEM
        } else {
            errno::EINVAL
        })
    }
}

/// Where formatted text goes, and whether it found memory.
struct End<'a> {
    text: &'a mut String,
    refused: bool,
}

impl fmt::Write for End<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.try_push_str(text).map_err(|_| {
            self.refused = true;
            fmt::Error
        })
    }
}

/// A new [`String`], as `format!` makes one, but as a `Result`: `try_format!("{}",
/// value)`.
#[macro_export]
macro_rules! try_format {
    ($($arg:tt)*) => {{
        let mut text = $crate::alloc::String::new();
        $crate::alloc::StringExt::try_push_fmt(&mut text, $crate::core::format_args!($($arg)*))
            .map(|()| text)
    }};
}
