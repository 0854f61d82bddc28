// SPDX-License-Identifier: GPL-2.0
//! A GPIO chip's lines: consumers in the kernel have one end, by gpiolib, and
//! /dev/chard-lines0 is the other.
#![no_std]
#![forbid(unsafe_code)]

use chard::atomic::{AtomicU32, Ordering};
use chard::prelude::*;

chard::uapi!();
chard::c!();
use uapi::*;

const LINES: usize = CHARD_LINES as usize;

/// A bit for each line: those that are outputs, their levels, and the levels from outside.
#[derive(Default)]
struct Levels {
    outputs: u8,
    driven: u8,
    outside: u8,
}

impl Levels {
    fn now(&self) -> u8 {
        self.driven & self.outputs | self.outside & !self.outputs
    }
}

/// `bits`, with those of `mask` as `on` says.
fn with(bits: u8, mask: u8, on: bool) -> u8 {
    if on { bits | mask } else { bits & !mask }
}

struct Lines {
    levels: SpinLock<Levels>,
    /// How often a level has changed, and one more.
    changes: AtomicU32,
    changed: WaitQueue,
}

impl Lines {
    /// Changes the lines, and wakes the readers where a level is another one then.
    fn change<R>(
        &self,
        call: &impl Context,
        change: impl FnOnce(&mut Levels) -> Result<R>,
    ) -> Result<R> {
        let mut levels = self.levels.lock(call)?;
        let before = levels.now();
        let result = change(&mut levels);
        let changed = levels.now() != before;
        drop(levels);
        if changed {
            self.changes.fetch_add(1, Ordering::Release);
            self.changed.wake(call, Ready::IN);
        }
        result
    }

    /// How many changes there were, where the file has not seen all of them.
    fn news(&self, file: &File<'_, AtomicU32>) -> Option<u32> {
        let changes = self.changes.load(Ordering::Acquire);
        (file.state().load(Ordering::Relaxed) != changes).then_some(changes)
    }
}

impl Handler for Lines {
    /// The changes that the file has seen: none, so that the first read has the levels at once.
    type File = AtomicU32;

    fn new(call: &Call) -> Result<Self> {
        Ok(Lines {
            levels: SpinLock::new(lock_class!(c"lines"), Levels::default())?,
            changes: AtomicU32::new(1),
            changed: WaitQueue::new(call, lock_class!(c"lines changed"))?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<AtomicU32> {
        Ok(AtomicU32::new(0))
    }
}

impl OnEvent for Lines {
    /// A callback of the chip, from wherever a consumer uses the line.
    fn event(&self, call: &AtomicCall, event: u32, message: &mut Message<'_>) -> Result<u32> {
        let it: lines_message = message.take()?;
        let (line, level) = (1_u8.checked_shl(it.line).ok_or(EINVAL)?, it.level != 0);
        self.change(call, |levels| {
            match event {
                LINES_GET => return Ok((levels.now() & line != 0).into()),
                LINES_INPUT => levels.outputs &= !line,
                LINES_OUTPUT => {
                    levels.driven = with(levels.driven, line, level);
                    levels.outputs |= line;
                }
                LINES_SET => levels.driven = with(levels.driven, line, level),
                _ => return Err(EINVAL),
            }
            Ok(0)
        })
    }
}

impl Read for Lines {
    fn read(&self, file: &File<'_, AtomicU32>, to: &mut UserWriter<'_>) -> Result {
        let changes = if file.nonblock() {
            self.news(file).ok_or(EAGAIN)?
        } else {
            self.changed.wait_for(file, || self.news(file))?
        };
        let levels = self.levels.lock(file)?.now();
        file.state().store(changes, Ordering::Relaxed);
        let digits: [u8; LINES] = core::array::from_fn(|line| b'0' + (levels >> line & 1));
        to.write_all(&digits)?;
        to.write_all(b"\n")
    }
}

impl Write for Lines {
    fn write(&self, file: &File<'_, AtomicU32>, from: &mut UserReader<'_>) -> Result {
        let text: [u8; LINES + 1] = from.take()?;
        if text[LINES] != b'\n' {
            return Err(EINVAL);
        }
        self.change(file, |levels| {
            let mut outside = levels.outside;
            for (line, level) in text.into_iter().take(LINES).enumerate() {
                match level {
                    b'0' => outside = with(outside, 1 << line, false),
                    b'1' => outside = with(outside, 1 << line, true),
                    b'-' => (),
                    _ => return Err(EINVAL),
                }
            }
            levels.outside = outside;
            Ok(())
        })
    }
}

impl Poll for Lines {
    fn poll(&self, file: &File<'_, AtomicU32>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.changed);
        let news = self.news(file).map_or(Ready::NONE, |_| Ready::IN);
        Ok(news | Ready::OUT)
    }
}

chard::attributes! { Lines:
    c"requested" 0o444 => show_requested;
}

impl Lines {
    /// The lines that a consumer has, which gpiolib knows.
    fn show_requested(&self, call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{:#04x}", c::lines_requested(call)?)?;
        Ok(())
    }
}

chard::handler!(Lines);
