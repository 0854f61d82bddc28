// SPDX-License-Identifier: GPL-2.0
//! Devices whose attributes hold what a terminal would obey, and that fail as they are told.
#![no_std]
#![forbid(unsafe_code)]

use chard::atomic::{AtomicU32, Ordering};
use chard::prelude::*;

/// How the next `new()` or `reset()` ends: 0 well, 1 with `EBUSY`, 2 with `ENOTTY`, 3 with a
/// panic.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn next() -> Result {
    match NEXT.swap(0, Ordering::Relaxed) {
        0 => Ok(()),
        1 => Err(EBUSY),
        2 => Err(ENOTTY),
        _ => panic!("as it was told"),
    }
}

struct Weird {
    level: AtomicU32,
}

impl Handler for Weird {
    type File = ();

    fn new(_call: &Call) -> Result<Self> {
        next()?;
        Ok(Weird {
            level: AtomicU32::new(0),
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }

    fn reset(&self, _call: &Call) -> Result {
        next()
    }
}

chard::attributes! { Weird:
    c"absent" 0o444 => show_absent;
    c"control" 0o444 => show_control;
    c"empty" 0o444 => show_empty;
    c"in/side" 0o444 => show_plain;
    c"level" 0o644 => show_level, store_level;
    c"lines" 0o444 => show_lines;
    c"long" 0o444 => show_long;
    c"na\x1bme" 0o444 => show_plain;
    c"next" 0o200 => show_plain, store_next;
    c"secret" 0o400 => show_plain;
    c"tell" 0o200 => show_plain, store_tell;
    debugfs c"view" 0o400 => show_view;
}

impl Weird {
    fn show_absent(&self, _call: &Call, _text: &mut Text<'_>) -> Result {
        Err(ENODATA)
    }

    fn show_control(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        text.write_str("\u{1b}[2J\0\u{9b}1m\u{202e}\u{7f}\t\"\\é\n")?;
        Ok(())
    }

    fn show_empty(&self, _call: &Call, _text: &mut Text<'_>) -> Result {
        Ok(())
    }

    fn show_plain(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "plain")?;
        Ok(())
    }

    fn show_level(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", self.level.load(Ordering::Relaxed))?;
        Ok(())
    }

    /// 99 panics.
    fn store_level(&self, _call: &Call, text: &str) -> Result {
        let level = text.parse().map_err(|_| EINVAL)?;
        assert_ne!(level, 99, "too high");
        self.level.store(level, Ordering::Relaxed);
        Ok(())
    }

    fn show_lines(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "one\n\ntwo\u{7}\nstate: ready\n")?;
        Ok(())
    }

    /// As much as there is room for.
    fn show_long(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        for _ in 0..4000 {
            text.write_char('x')?;
        }
        writeln!(text, " end")?;
        Ok(())
    }

    fn store_next(&self, _call: &Call, text: &str) -> Result {
        NEXT.store(text.parse().map_err(|_| EINVAL)?, Ordering::Relaxed);
        Ok(())
    }

    fn store_tell(&self, call: &Call, _text: &str) -> Result {
        call.uevent(&[c"LEVEL=high\x1b[2J", c"ODD=\xff\"", c"DEVNAME=another"])
    }

    /// More than a page, and more than one read takes.
    fn show_view(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        for line in 0..20000 {
            writeln!(text, "line {line}")?;
        }
        Ok(())
    }
}

chard::handler!(Weird);
