// SPDX-License-Identifier: GPL-2.0
//! Bytes to and from user space. What user space holds is read once: a reader
//! moves on with what it has read, and there is no way back.

use core::ffi::c_ulong;
use core::marker::PhantomData;

use crate::bindings::{
    self, chard_copy_from_iter, chard_copy_to_iter, chard_io, chard_iter, chard_iter_init, iov_iter,
};
use crate::{Call, Result, errno};

/// A transfer that C has begun and counts, or one of our own.
enum Io<'a> {
    Entry(&'a mut chard_io),
    Own(chard_io, chard_iter),
}

impl Io<'_> {
    fn get(&self) -> &chard_io {
        match self {
            Self::Entry(io) => io,
            Self::Own(io, _) => io,
        }
    }

    /// The counts, and the kernel's iov_iter.
    fn parts(&mut self) -> (&mut chard_io, *mut iov_iter) {
        match self {
            Self::Entry(io) => {
                let iter = io.iter;
                (io, iter)
            }
            Self::Own(io, iter) => (io, (&raw mut *iter).cast()),
        }
    }

    /// Moves at most `len` bytes by `copy`, which says how many it were, and counts
    /// them. A fault half-way ends the transfer, so that nothing is moved past a gap.
    fn advance(
        &mut self,
        len: usize,
        copy: impl FnOnce(*mut iov_iter, c_ulong) -> Result<c_ulong>,
    ) -> Result<usize> {
        let (io, iter) = self.parts();
        let len = io.left.min(len as c_ulong);
        if len == 0 {
            return Ok(0);
        }
        let moved = copy(iter, len)?;
        io.left = if moved == len { io.left - moved } else { 0 };
        io.done += moved;
        io.pos = io.pos.saturating_add(moved as i64);
        Ok(moved as usize)
    }
}

/// What a copy of user memory has moved; `EFAULT` where that is nothing.
fn copied(moved: c_ulong) -> Result<c_ulong> {
    match moved {
        0 => Err(errno::EFAULT),
        moved => Ok(moved),
    }
}

macro_rules! transfer {
    () => {
        /// Moves bytes that somebody else than Rust has.
        pub(crate) fn advance(
            &mut self,
            len: usize,
            copy: impl FnOnce(*mut iov_iter, c_ulong) -> Result<c_ulong>,
        ) -> Result<usize> {
            self.io.advance(len, copy)
        }

        /// Bytes that may still be moved.
        pub fn left(&self) -> usize {
            self.io.get().left as usize
        }

        /// Bytes moved so far.
        pub fn done(&self) -> usize {
            self.io.get().done as usize
        }

        /// The position in the file, in bytes; it moves with what is moved.
        pub fn pos(&self) -> u64 {
            // The VFS lets no negative position through to a device.
            self.io.get().pos as u64
        }

        /// The caller asked not to wait, for this one transfer (`RWF_NOWAIT`).
        pub fn nowait(&self) -> bool {
            self.io.get().flags & bindings::CHARD_IOCB_NOWAIT != 0
        }
    };
}

/// Writes to user space: where a [`read`](crate::Read::read) puts its bytes.
pub struct UserWriter<'a> {
    io: Io<'a>,
}

impl<'a> UserWriter<'a> {
    pub(crate) fn new(io: &'a mut chard_io) -> Self {
        Self { io: Io::Entry(io) }
    }

    transfer!();

    /// Copies `bytes`, as many as still fit, and says how many it were. Less
    /// than that where user memory faults half-way; `EFAULT` where nothing
    /// could be copied.
    pub fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.io.advance(bytes.len(), |iter, len| {
            // SAFETY: `len` is at most the length of `bytes`; the iov_iter is
            // this call's.
            copied(unsafe { chard_copy_to_iter(iter, bytes.as_ptr().cast(), len) })
        })
    }

    /// Copies what the caller can take of `bytes` from the file position on:
    /// a whole `read` for a device whose content is at hand.
    pub fn write_from(&mut self, bytes: &[u8]) -> Result {
        let at = usize::try_from(self.pos()).unwrap_or(usize::MAX);
        self.write(bytes.get(at..).unwrap_or(&[]))?;
        Ok(())
    }
}

/// Reads from user space: where a [`write`](crate::Write::write) gets its bytes.
pub struct UserReader<'a> {
    io: Io<'a>,
}

impl<'a> UserReader<'a> {
    pub(crate) fn new(io: &'a mut chard_io) -> Self {
        Self { io: Io::Entry(io) }
    }

    transfer!();

    /// `O_APPEND` or `RWF_APPEND`: the bytes belong at the end, wherever that
    /// is; see [`set_pos`](Self::set_pos).
    pub fn append(&self) -> bool {
        self.io.get().flags & bindings::CHARD_IOCB_APPEND != 0
    }

    /// Goes on at `pos` in the file. `EINVAL` where no `off_t` holds it.
    pub fn set_pos(&mut self, pos: u64) -> Result {
        let pos = i64::try_from(pos)?;
        self.io.parts().0.pos = pos;
        Ok(())
    }

    /// Fills `bytes` as far as the caller's bytes go, and says how far. Less
    /// than that where user memory faults half-way; `EFAULT` where nothing
    /// could be copied. Behind the bytes read, `bytes` stays as it was.
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        self.io.advance(bytes.len(), |iter, len| {
            // SAFETY: `len` is at most the length of `bytes`; the iov_iter is
            // this call's.
            copied(unsafe { chard_copy_from_iter(iter, bytes.as_mut_ptr().cast(), len) })
        })
    }
}

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
    _call: PhantomData<&'a Call>,
}

impl<'a> UserBuffer<'a> {
    pub(crate) fn new(_call: &'a Call, addr: u64, len: usize) -> Self {
        Self {
            addr,
            len,
            _call: PhantomData,
        }
    }

    fn io(self, source: bool) -> Io<'a> {
        let mut iter = chard_iter {
            iter: [0; bindings::CHARD_ITER_WORDS as usize],
        };
        // SAFETY: storage for the struct; the address is checked when used.
        unsafe { chard_iter_init(&mut iter, self.addr, self.len as c_ulong, source.into()) };
        let io = chard_io {
            iter: core::ptr::null_mut(),
            left: self.len as c_ulong,
            done: 0,
            pos: 0,
            flags: 0,
        };
        Io::Own(io, iter)
    }

    /// Reads from it.
    pub fn reader(self) -> UserReader<'a> {
        UserReader { io: self.io(true) }
    }

    /// Writes to it.
    pub fn writer(self) -> UserWriter<'a> {
        UserWriter { io: self.io(false) }
    }
}
