// SPDX-License-Identifier: GPL-2.0
//! A range of the caller's memory, which becomes a transfer.

use core::ffi::c_ulong;

use crate::memory::copy::Memory;
use crate::{Call, UserReader, UserWriter};

/// A range of the caller's memory that an ioctl's payload names. It is read or
/// written, once: making it a reader or a writer uses it up.
///
/// ```compile_fail,E0382
/// use chard::prelude::*;
///
/// fn twice(buffer: UserBuffer<'_>, bytes: &mut [u8]) -> Result {
///     buffer.reader().read(bytes)?;
///     buffer.reader().read(bytes)?; // may be other bytes by now
///     Ok(())
/// }
/// ```
///
/// It is of no use behind the call, when another process may run:
///
/// ```compile_fail,E0521
/// use chard::prelude::*;
///
/// fn keep<T: 'static>(_: T) {}
/// fn later(file: &File<'_>) {
///     keep(file.user_buffer(0, 16));
/// }
/// ```
pub struct UserBuffer<'a> {
    addr: u64,
    len: usize,
    call: &'a Call,
}

impl<'a> UserBuffer<'a> {
    pub(crate) fn new(call: &'a Call, addr: u64, len: usize) -> Self {
        Self { addr, len, call }
    }

    /// As read(2) and write(2) have it, for the largest.
    fn most(&self) -> c_ulong {
        self.len.min(i32::MAX as usize) as c_ulong
    }

    /// Reads from it.
    pub fn reader(self) -> UserReader<'a> {
        UserReader::entry(self.call, Memory::User(self.addr), self.most(), 0, 0)
    }

    /// Writes to it.
    pub fn writer(self) -> UserWriter<'a> {
        UserWriter::entry(self.call, Memory::User(self.addr), self.most(), 0, 0)
    }
}
