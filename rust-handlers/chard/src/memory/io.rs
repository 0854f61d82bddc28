// SPDX-License-Identifier: GPL-2.0
//! Bytes to and from user space. What user space holds is read once: a reader
//! moves on with what it has read, and there is no way back.
//!
//! A transfer counts two numbers of bytes: those that were moved, which the call returns
//! when the handler returns `Ok`, and those of them that are kept, which it returns when the
//! handler returns an error. If none is kept, the call returns the error.
//!
//! A caller that is killed ends its transfers: each move looks for that, and gives `EINTR`.

use core::cell::Cell;
use core::ffi::{c_long, c_ulong};
use core::mem::MaybeUninit;

use crate::background::object::done;
use crate::bindings::{self, chard_call, chard_call_pause};
use crate::calls::call::sealed::Raw;
use crate::memory::copy::{Memory, read_bytes, read_value, write_bytes, write_value};
use crate::{Call, Errno, Payload, Result, errno};

/// A transfer: what is left of it, at most i32::MAX, and how much is done. The crate alone
/// moves the counts, by what was really copied: a handler can not claim bytes that it has
/// not written.
struct Io<'a> {
    call: &'a Call,
    /// As it was when the transfer began.
    memory: Memory,
    /// The position in the file, but for the bytes that are done.
    start: i64,
    left: c_ulong,
    done: c_ulong,
    /// How much was done before the last move.
    before: c_ulong,
    /// How much of `done` counts even if the handler returns an error.
    kept: Cell<c_ulong>,
    /// The last move was cut short by a fault: nothing may be moved any more.
    short: bool,
    flags: u32,
}

impl<'a> Io<'a> {
    #[inline(always)]
    fn new(call: &'a Call, memory: Memory, start: i64, left: c_ulong, flags: u32) -> Self {
        Self {
            call,
            memory,
            start,
            left,
            done: 0,
            before: 0,
            kept: Cell::new(0),
            short: false,
            flags,
        }
    }

    /// Where it goes on. This and what is left make an `i64` still: the VFS sees to
    /// that, and [`UserReader::set_pos`].
    #[inline(always)]
    fn pos(&self) -> i64 {
        self.start.wrapping_add(self.done as i64)
    }

    /// Where the next byte is.
    #[inline(always)]
    fn memory(&self) -> Memory {
        match self.memory {
            Memory::User(at) => Memory::User(at.wrapping_add(self.done)),
            iter => iter,
        }
    }

    /// What was moved so far counts, whatever the handler returns.
    #[inline(always)]
    fn keep(&self) {
        self.kept.set(self.done);
    }

    /// Another move begins: what was moved before counts.
    #[inline(always)]
    fn next(&mut self) {
        self.before = self.done;
        self.keep();
    }

    /// Moves at most `len` bytes by `copy`, which says how many it were, and counts
    /// them; `KEEPS` says whether what is not cut short is kept. A fault half-way ends the
    /// transfer, so that nothing is moved past a gap.
    #[inline(always)]
    fn advance<const KEEPS: bool>(
        &mut self,
        len: usize,
        copy: impl FnOnce(*mut chard_call, Memory, c_ulong) -> Result<c_ulong>,
    ) -> Result<usize> {
        self.next();
        let len = self.left.min(len as c_ulong);
        let moved = match copy(self.call.raw(), self.memory(), len) {
            Ok(moved) => moved,
            Err(_) => {
                let error = refused(self.call);
                // One that goes on whatever it is told comes to an end, too.
                if error == errno::EINTR {
                    self.left = 0;
                    self.short = true;
                }
                return Err(error);
            }
        };
        // Never more than asked for, nor than there was.
        self.done = self.done.wrapping_add(moved);
        if moved == len {
            self.left = self.left.wrapping_sub(moved);
            if KEEPS {
                self.keep();
            }
        } else {
            core::hint::cold_path();
            self.left = 0;
            self.short = true;
        }
        Ok(moved as usize)
    }

    /// Moves a value of the type `T` by `copy`, as [`whole`](Self::whole).
    #[inline(always)]
    fn value<T>(&mut self, copy: impl FnOnce(*mut chard_call, Memory) -> bool) -> Result {
        const {
            assert!(
                size_of::<T>() <= 1024,
                "a value this large does not belong on the kernel's stack: move it in pieces"
            );
        }
        self.whole(size_of::<T>(), copy)
    }

    /// Moves `len` bytes by `copy`, which says whether it were all of them, and counts
    /// them. Where it were not, the transfer ends with what was moved before.
    #[inline(always)]
    fn whole(&mut self, len: usize, copy: impl FnOnce(*mut chard_call, Memory) -> bool) -> Result {
        self.next();
        let len = len as c_ulong;
        let left = self.left.checked_sub(len).ok_or(errno::EINVAL)?;
        if !copy(self.call.raw(), self.memory()) {
            core::hint::cold_path();
            self.left = 0;
            return Err(refused(self.call));
        }
        self.left = left;
        self.done = self.done.wrapping_add(len);
        Ok(())
    }

    /// What an entry returns: the bytes that count, by which the position moves on, or the
    /// handler's error if there are none.
    #[inline(always)]
    fn finish(&self, pos: &mut i64, result: Result) -> c_long {
        let mut count = self.done as i64;
        if let Err(errno) = result {
            core::hint::cold_path();
            count = self.kept.get() as i64;
            if count == 0 {
                return errno.to_c();
            }
        }
        if count != 0 {
            *pos = self.start.wrapping_add(count);
        }
        count
    }
}

/// Why nothing was copied: `EINTR` where the caller was killed, `EFAULT` else. It takes only the
/// call, so that the compiler can keep [`Io`] in registers.
#[cold]
#[inline(never)]
fn refused(call: &Call) -> Errno {
    // SAFETY: the record of a call that goes on.
    let killed = done(unsafe { chard_call_pause(call.raw()) });
    killed.err().unwrap_or(errno::EFAULT)
}

/// What a copy of user memory has moved; `EFAULT` where that is nothing of something.
#[inline(always)]
fn copied(moved: c_ulong, len: c_ulong) -> Result<c_ulong> {
    if moved == 0 {
        core::hint::cold_path();
        if len != 0 {
            return Err(errno::EFAULT);
        }
    }
    Ok(moved)
}

macro_rules! transfer {
    () => {
        /// Moves bytes between user space and an array of the device's, which has them
        /// then: they count.
        pub(crate) fn advance(
            &mut self,
            len: usize,
            copy: impl FnOnce(Memory, c_ulong) -> Result<c_ulong>,
        ) -> Result<usize> {
            let moved = self.io.advance::<true>(len, |_, memory, len| match len {
                0 => Ok(0),
                len => copy(memory, len),
            })?;
            self.io.keep();
            Ok(moved)
        }

        /// What C has called an entry with.
        #[inline(always)]
        pub(crate) fn entry(
            call: &'a Call,
            memory: Memory,
            len: c_ulong,
            pos: i64,
            flags: u32,
        ) -> Self {
            Self {
                io: Io::new(call, memory, pos, len, flags),
            }
        }

        /// What the entry returns; the position moves by as much.
        #[inline(always)]
        pub(crate) fn finish(self, pos: &mut i64, result: Result) -> c_long {
            self.io.finish(pos, result)
        }

        /// Bytes moved so far.
        pub fn done(&self) -> usize {
            self.io.done as usize
        }

        /// The position in the file, in bytes; it moves with what is moved.
        pub fn pos(&self) -> u64 {
            // The VFS lets no negative position through to a device.
            self.io.pos() as u64
        }

        /// The caller asked not to wait, for this one transfer (`RWF_NOWAIT`).
        pub fn nowait(&self) -> bool {
            self.io.flags & bindings::CHARD_IOCB_NOWAIT != 0
        }
    };
}

/// Writes to user space: where a [`read`](crate::Read::read) puts its bytes.
///
/// What was written has reached the caller, so the call returns how much it was, even if
/// the handler returns an error after it: the caller meets that with its next read. One
/// thing is left out: a [`write`](Self::write) that a fault has cut short, if the handler
/// returns an error.
///
/// Each method that writes gives `EINTR` once the caller was killed.
pub struct UserWriter<'a> {
    io: Io<'a>,
}

impl<'a> UserWriter<'a> {
    transfer!();

    /// Bytes that may still be moved.
    pub fn left(&self) -> usize {
        self.io.left as usize
    }

    /// Copies `bytes`, as many as still fit, and says how many it were. Less
    /// than that where user memory faults half-way; `EFAULT` where nothing
    /// could be copied.
    #[inline(always)]
    pub fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.io.advance::<true>(bytes.len(), |call, to, len| {
            // SAFETY: `len` is at most the length of `bytes`; an iov_iter is this call's.
            let moved = unsafe { write_bytes(call, to, bytes.as_ptr().cast(), len) };
            copied(moved, len)
        })
    }

    /// Copies all of `bytes`, or nothing: `EINVAL` where less is left, `EFAULT` unless all
    /// could be copied, which ends the transfer. A part may lie in the caller's memory then,
    /// and does not count: a device that hands out records keeps the record.
    #[inline(always)]
    pub fn write_all(&mut self, bytes: &[u8]) -> Result {
        let len = bytes.len();
        self.io.whole(len, |call, to| {
            // SAFETY: `bytes` is so long, and at most what is left; an iov_iter is this call's.
            unsafe { write_bytes(call, to, bytes.as_ptr().cast(), len as _) == len as _ }
        })?;
        self.io.keep();
        Ok(())
    }

    /// Copies a value: one of a uapi header's structs, or a number. All of it, or nothing:
    /// `EINVAL` where less is left, `EFAULT` unless all of it could be copied; a part may
    /// lie in the caller's memory then, and does not count.
    ///
    /// ```
    /// # use chard::prelude::*;
    /// # mod uapi { chard::uapi_items! {
    /// #     #[repr(C)]
    /// #     #[derive(Clone, Copy)]
    /// #     pub struct sample { pub time: u64, pub celsius: i32, pub humidity: u32 }
    /// # } }
    /// fn read_samples(samples: &[uapi::sample], to: &mut UserWriter<'_>) -> Result {
    ///     for sample in samples {
    ///         to.put(*sample)?; // the error of the first, else what went before counts
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// It lies on the stack, and so may have 1,024 bytes:
    ///
    /// ```compile_fail,E0080
    /// fn read(to: &mut chard::UserWriter<'_>) -> chard::Result {
    ///     to.put([0_u8; 1025])
    /// }
    /// # let _: fn(&mut chard::UserWriter<'_>) -> chard::Result = read;
    /// ```
    #[inline(always)]
    pub fn put<T: Payload>(&mut self, value: T) -> Result {
        self.io.value::<T>(|call, to| {
            // SAFETY: a Payload has no padding; an iov_iter is this call's.
            unsafe { write_value(call, to, &raw const value) }
        })?;
        self.io.keep();
        Ok(())
    }

    /// Copies what the caller can take of `bytes` from the file position on:
    /// a whole `read` for a device whose content is at hand.
    pub fn write_from(&mut self, bytes: &[u8]) -> Result {
        let at = usize::try_from(self.pos()).unwrap_or(usize::MAX);
        self.write(&bytes[at.min(bytes.len())..])?;
        Ok(())
    }
}

/// Reads from user space: where a [`write`](crate::Write::write) gets its bytes.
///
/// If the handler returns an error, it has refused what it read last: the call returns how
/// much was read before that, or, if that is nothing, the error. So a device of records
/// returns the error of the first record that it does not store, and a caller that has
/// written several learns how many are stored:
///
/// ```
/// use chard::prelude::*;
///
/// struct Records(Mutex<Vec<[u8; 32]>>);
/// # impl Handler for Records {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> {
/// #         Ok(Records(Mutex::new(chard::lock_class!(c"records"), Vec::new())?))
/// #     }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
///
/// impl Write for Records {
///     fn write(&self, file: &File<'_>, from: &mut UserReader<'_>) -> Result {
///         while from.left() > 0 {
///             let mut record = [0; 32];
///             from.read_exact(&mut record)?; // all of it, else EINVAL or EFAULT
///             if record[0] == 0 {
///                 return Err(EINVAL); // not stored, and so not counted
///             }
///             self.0.lock(file)?.try_push(record)?; // nor if there is no memory
///         }
///         Ok(())
///     }
/// }
/// ```
///
/// A handler that goes on has used what it read: the next [`read`](Self::read),
/// [`read_exact`](Self::read_exact) or [`take`](Self::take), and [`left`](Self::left), the
/// condition of such a loop, make that count, whatever the handler returns. One that has
/// stored what it read, and then may meet an error without any of these, says
/// [`keep`](Self::keep); one that refuses a record after them [`refuse`](Self::refuse).
/// What a fault has cut short counts only if the handler returns `Ok`.
///
/// Each method that reads gives `EINTR` once the caller was killed.
pub struct UserReader<'a> {
    io: Io<'a>,
}

impl<'a> UserReader<'a> {
    transfer!();

    /// Bytes that may still be moved. If there are some, this is a [`keep`](Self::keep).
    #[inline(always)]
    pub fn left(&self) -> usize {
        if self.io.left != 0 {
            self.io.keep();
        }
        self.io.left as usize
    }

    /// What was read so far is used: it counts even if the handler returns an error. But
    /// for what a fault has cut short.
    #[inline(always)]
    pub fn keep(&self) {
        if !self.io.short {
            self.io.keep();
        }
    }

    /// What was read last is refused, by the error that this returns: `return
    /// Err(from.refuse(EINVAL))`. It does not count, and nothing more can be read.
    pub fn refuse(&mut self, error: Errno) -> Errno {
        self.io.left = 0;
        self.io.short = true;
        self.io.kept.set(self.io.before);
        error
    }

    /// `O_APPEND` or `RWF_APPEND`: the bytes belong at the end, wherever that
    /// is; see [`set_pos`](Self::set_pos).
    pub fn append(&self) -> bool {
        self.io.flags & bindings::CHARD_IOCB_APPEND != 0
    }

    /// Goes on at `pos` in the file. What was read before counts. `EINVAL` where no `off_t`
    /// holds that, or what is left behind it, and where a fault has ended the transfer.
    pub fn set_pos(&mut self, pos: u64) -> Result {
        let end = pos.checked_add(self.io.left).ok_or(errno::EINVAL)?;
        i64::try_from(end)?;
        if self.io.short {
            return Err(errno::EINVAL);
        }
        // What was read belongs to the position before: it must not be taken back.
        self.io.next();
        self.io.start = (pos as i64).wrapping_sub(self.io.done as i64);
        Ok(())
    }

    /// Fills `bytes` as far as the caller's bytes go, and says how far. Less
    /// than that where user memory faults half-way; `EFAULT` where nothing
    /// could be copied. Behind the bytes read, `bytes` stays as it was.
    #[inline(always)]
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        self.io.advance::<false>(bytes.len(), |call, from, len| {
            // SAFETY: `len` is at most the length of `bytes`; an iov_iter is this call's.
            let moved = unsafe { read_bytes(call, from, bytes.as_mut_ptr().cast(), len) };
            copied(moved, len)
        })
    }

    /// Fills all of `bytes`, or uses nothing: `EINVAL` where less is left, `EFAULT` unless
    /// all is there, which ends the transfer. Then `bytes` may have been filled in part.
    #[inline(always)]
    pub fn read_exact(&mut self, bytes: &mut [u8]) -> Result {
        let len = bytes.len();
        self.io.whole(len, |call, from| {
            // SAFETY: `bytes` is so long, and at most what is left; an iov_iter is this call's.
            unsafe { read_bytes(call, from, bytes.as_mut_ptr().cast(), len as _) == len as _ }
        })
    }

    /// Copies a value in, as [`UserWriter::put`] does out. `EINVAL` where less is left,
    /// `EFAULT` unless all of it is there.
    #[inline(always)]
    pub fn take<T: Payload>(&mut self) -> Result<T> {
        let mut value = MaybeUninit::<T>::uninit();
        self.io.value::<T>(|call, from| {
            // SAFETY: the place is as large as the copy; an iov_iter is this call's.
            unsafe { read_value(call, from, value.as_mut_ptr()) }
        })?;
        // SAFETY: all of it was copied, and a Payload is valid whatever its bits.
        Ok(unsafe { value.assume_init() })
    }
}
