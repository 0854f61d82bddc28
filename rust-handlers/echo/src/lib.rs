// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-echo: what is written is read back.
//!
//! One buffer of bytes, addressed by file position and shared by all files of
//! the device. `drivers/echo/chard_echo.h` says what its ioctls do.
#![no_std]
#![forbid(unsafe_code)]

use chard::prelude::*;

chard::uapi!();
use uapi::*;

/// The device.
struct Echo {
    buffer: Mutex<Buffer>,
}

struct Buffer {
    bytes: Vec<u8>,
    /// Bytes that it may hold; never less than it holds.
    limit: usize,
}

impl Handler for Echo {
    type File = ();

    fn new(_call: &Call) -> Result<Self> {
        let buffer = Buffer {
            bytes: Vec::new(),
            limit: CHARD_ECHO_LIMIT_DEFAULT as usize,
        };
        Ok(Echo {
            buffer: Mutex::new(lock_class!(c"echo buffer"), buffer)?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }
}

impl Read for Echo {
    fn read(&self, file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        to.write_from(&self.buffer.lock(file)?.bytes)
    }
}

impl Write for Echo {
    fn write(&self, file: &File<'_>, from: &mut UserReader<'_>) -> Result {
        let mut buffer = self.buffer.lock(file)?;
        let size = buffer.bytes.len();
        if from.append() {
            from.set_pos(size as u64)?;
        }
        if from.left() == 0 {
            return Ok(());
        }
        let start = match usize::try_from(from.pos()) {
            Ok(start) if start < buffer.limit => start,
            _ => return Err(ENOSPC),
        };
        let end = start + from.left().min(buffer.limit - start);

        // A hole before the position and what is written both start as zeros.
        if end > size {
            buffer.bytes.try_resize(end, 0)?;
        }
        let copied = from.read(&mut buffer.bytes[start..end]);
        // Where the caller's memory ends early, so does what the buffer gains.
        let covered = copied.map_or(0, |copied| start + copied);
        buffer.bytes.truncate(covered.max(size));
        copied?;
        Ok(())
    }
}

impl Seek for Echo {
    fn seek(&self, file: &File<'_>, from: SeekFrom) -> Result<u64> {
        // Only from the end on does it matter where that is.
        let size = match from {
            SeekFrom::End(_) => self.buffer.lock(file)?.bytes.len(),
            _ => 0,
        };
        from.within(size as u64)
    }
}

chard::ioctls! { Echo:
    CHARD_ECHO_GET_SIZE => size() -> u64;
    CHARD_ECHO_CLEAR => clear();
    CHARD_ECHO_SET_LIMIT => set_limit(u64);
    CHARD_ECHO_SUM => sum(chard_echo_sum) -> chard_echo_sum;
}

impl Echo {
    fn size(&self, file: &File<'_>) -> Result<u64> {
        Ok(self.buffer.lock(file)?.bytes.len() as u64)
    }

    fn clear(&self, file: &File<'_>) -> Result {
        // Gives the memory back too, once the lock is.
        let _old = core::mem::take(&mut self.buffer.lock(file)?.bytes);
        Ok(())
    }

    fn set_limit(&self, file: &File<'_>, limit: u64) -> Result {
        if !(1..=u64::from(CHARD_ECHO_LIMIT_MAX)).contains(&limit) {
            return Err(EINVAL);
        }
        let mut buffer = self.buffer.lock(file)?;
        let limit = limit as usize;
        if limit < buffer.bytes.len() {
            return Err(EBUSY);
        }
        buffer.limit = limit;
        Ok(())
    }

    fn sum(&self, file: &File<'_>, mut range: chard_echo_sum) -> Result<chard_echo_sum> {
        let buffer = self.buffer.lock(file)?;
        let size = buffer.bytes.len() as u64;
        let start = range.offset.min(size);
        let end = range.offset.saturating_add(range.length).min(size);
        let bytes = &buffer.bytes[start as usize..end as usize];
        range.sum = bytes.iter().map(|&byte| u64::from(byte)).sum();
        range.covered = bytes.len() as u64;
        Ok(range)
    }
}

chard::handler!(Echo);
