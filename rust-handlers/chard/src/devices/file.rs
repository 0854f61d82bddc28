// SPDX-License-Identifier: GPL-2.0
//! An open file, for the time of one call, and where its position is to go.

use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::bindings::{self, chard_call, chard_file};
use crate::calls::call::sealed::Raw;
use crate::{Call, Context, Errno, Result, UserBuffer, errno};

/// Where `lseek(2)` is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekFrom {
    /// `SEEK_SET`: this position.
    Start(i64),
    /// `SEEK_CUR`: so far from `pos`, the present one.
    Current {
        /// The present position.
        pos: i64,
        /// The way from there.
        offset: i64,
    },
    /// `SEEK_END`: so far from the end.
    End(i64),
    /// `SEEK_DATA`: where bytes begin, from this position on.
    Data(i64),
    /// `SEEK_HOLE`: where a hole begins, from this position on.
    Hole(i64),
}

impl SeekFrom {
    pub(crate) fn from_c(whence: i32, offset: i64, pos: i64) -> Result<Self> {
        // SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE: the same everywhere.
        match whence {
            0 => Ok(Self::Start(offset)),
            1 => Ok(Self::Current { pos, offset }),
            2 => Ok(Self::End(offset)),
            3 => Ok(Self::Data(offset)),
            4 => Ok(Self::Hole(offset)),
            _ => Err(errno::EINVAL),
        }
    }

    /// The position meant, for a device that is `size` bytes long. Positions
    /// past the end are fine, as with a regular file. `EINVAL` for one before
    /// the start, `EOVERFLOW` for one that no `off_t` holds; `EINVAL` for
    /// [`Data`](Self::Data) and [`Hole`](Self::Hole), which a device that has holes
    /// looks at itself ([`Pages::next_data`](crate::Pages::next_data)).
    pub fn within(self, size: u64) -> Result<u64> {
        let (base, offset) = match self {
            Self::Start(offset) => (0, offset),
            Self::Current { pos, offset } => (pos, offset),
            Self::End(offset) => (i64::try_from(size).map_err(|_| errno::EOVERFLOW)?, offset),
            Self::Data(_) | Self::Hole(_) => return Err(errno::EINVAL),
        };
        let pos = base.checked_add(offset).ok_or(errno::EOVERFLOW)?;
        u64::try_from(pos).map_err(Errno::from)
    }
}

/// An open file, for the time of one call. It is also that [`Call`].
///
/// # Invariants
///
/// `call` is one on an open file, whose state is there and an `S`.
pub struct File<'a, S = ()> {
    call: &'a Call,
    _state: PhantomData<&'a S>,
}

impl<'a, S> File<'a, S> {
    /// # Safety
    ///
    /// As the invariants say.
    #[inline(always)]
    pub(crate) unsafe fn new(call: &'a Call) -> Self {
        Self {
            call,
            _state: PhantomData,
        }
    }

    /// The same, for one more of the call's functions.
    #[inline(always)]
    pub(crate) fn again(&self) -> Self {
        Self {
            call: self.call,
            _state: PhantomData,
        }
    }

    /// The state that [`Handler::open`](crate::Handler::open) has made.
    pub fn state(&self) -> &'a S {
        // SAFETY: the state outlives the call; it is written through cells alone.
        unsafe { self.place().as_ref() }
    }

    /// Where the state is.
    #[inline(always)]
    pub(crate) fn place(&self) -> NonNull<S> {
        if size_of::<S>() == 0 {
            // Anywhere that is aligned: the file itself is not even looked at.
            return NonNull::dangling();
        }
        // SAFETY: the file outlives the call, and C has put its state somewhere.
        unsafe { NonNull::new_unchecked((*self.raw_file()).state.cast()) }
    }

    fn raw_file(&self) -> *const chard_file {
        // SAFETY: the record of a call that goes on.
        unsafe { (*self.call.raw()).file }
    }

    /// The VFS's file.
    pub(crate) fn filp(&self) -> *mut bindings::file {
        // SAFETY: the record of a call that goes on, on a file.
        unsafe { (*self.call.raw()).filp }
    }

    fn has_flag(&self, flag: u32) -> bool {
        // SAFETY: the file is open while the call goes on.
        unsafe { bindings::chard_file_flags(self.filp()) & flag != 0 }
    }

    fn has_mode(&self, mode: u32) -> bool {
        // SAFETY: the file is open while the call goes on.
        unsafe { bindings::chard_file_mode(self.filp()) & mode != 0 }
    }

    /// `O_NONBLOCK` is set: the caller does not want to wait.
    pub fn nonblock(&self) -> bool {
        self.has_flag(bindings::CHARD_O_NONBLOCK)
    }

    /// It was opened for reading.
    pub fn readable(&self) -> bool {
        self.has_mode(bindings::CHARD_FMODE_READ)
    }

    /// It was opened for writing.
    pub fn writable(&self) -> bool {
        self.has_mode(bindings::CHARD_FMODE_WRITE)
    }

    /// Removes the device: from now on it refuses opens and calls with
    /// `ENODEV`, on all its files; its node goes a moment later, and
    /// the call does not wait for that. What the driver's `remove` attribute does,
    /// from any method and with any lock held; again is no mistake.
    ///
    /// Calls that go on end as ever. Files are closed, and
    /// [`release`](crate::Handler::release)d, as usual, and the last one drops the
    /// device's state.
    pub fn remove_device(&self) {
        // SAFETY: the file is open, or being opened, while the call goes on.
        unsafe { bindings::chard_device_remove(self.raw_file()) }
    }

    /// The caller's memory at `addr`, `len` bytes, as an ioctl's payload names
    /// it. Nothing is read or checked before it is used.
    ///
    /// It can be reached in the methods that a system call on the file itself runs, and
    /// not where the kernel may serve the caller from another task, or has the caller's
    /// address space locked: in [`poll`](crate::Poll::poll),
    /// [`release`](crate::Handler::release), [`map`](crate::Map::map),
    /// [`fault`](crate::Map::fault), [`show_fdinfo`](crate::ShowFdinfo::show_fdinfo), and
    /// in a [`flush`](crate::Flush::flush) by an exit and an
    /// [`fsync`](crate::Fsync::fsync) by a worker of the kernel's, it answers `EFAULT`.
    pub fn user_buffer(&self, addr: u64, len: usize) -> UserBuffer<'a> {
        UserBuffer::new(self.call, addr, len)
    }
}

impl<S> Context for File<'_, S> {}

impl<S> Raw for File<'_, S> {
    fn raw(&self) -> *mut chard_call {
        self.call.raw()
    }
}

impl<S> Deref for File<'_, S> {
    type Target = Call;

    fn deref(&self) -> &Call {
        self.call
    }
}
