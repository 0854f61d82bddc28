// SPDX-License-Identifier: GPL-2.0
//! What a handler implements: one trait for the device, one for each operation.

use core::ffi::c_long;
use core::marker::PhantomData;
use core::ops::{Deref, RangeInclusive};
use core::ptr::NonNull;
use core::time::Duration;

use crate::bindings::{self, chard_call, chard_file};
use crate::call::sealed::Raw;
use crate::{
    Area, AtomicCall, Call, Context, Errno, Page, PollTable, Ready, Result, Text, UringAnswer,
    UringCommand, UserBuffer, UserReader, UserWriter, errno,
};

/// A device. The value of the type is the device's state, shared by all calls.
///
/// ```compile_fail,E0277
/// use chard::prelude::*;
///
/// struct Counter(core::cell::Cell<u32>); // two calls at once would break it
///
/// impl Handler for Counter {
///     type File = ();
/// #    fn new(_call: &Call) -> Result<Self> { Ok(Counter(core::cell::Cell::new(0))) }
/// #    fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// }
/// ```
pub trait Handler: Send + Sync + Sized + 'static {
    /// The state of each open file, `()` where there is none. Shared by all
    /// calls on the file; dropped after its last.
    type File: Send + Sync + 'static;

    /// What the device does once one of its calls has panicked.
    const AFTER_PANIC: AfterPanic = AfterPanic::Quarantine;

    /// Reads and writes may be asked not to sleep (`RWF_NOWAIT`, io_uring). Such
    /// a call gets `EAGAIN` from what would sleep, a lock or a queue, and passes
    /// it on. Without it, the kernel answers `EOPNOTSUPP` in the device's place.
    const NOWAIT: bool = false;

    /// [`open`](Self::open) may wait. A driver whose handler says so does not load
    /// as a misc device, only on a region.
    const OPEN_WAITS: bool = false;

    /// Makes a device's state, before anybody can open it. An error keeps
    /// the module from loading. Of a driver with many devices,
    /// [`Call::device_index`] says which it is.
    fn new(call: &Call) -> Result<Self>;

    /// `open(2)`: makes the file's state, or refuses.
    ///
    /// Of a misc device this runs under a mutex that all misc devices share: a
    /// [`WaitQueue`](crate::WaitQueue) refuses with `EDEADLK`, since it could keep
    /// all of them closed. On a region, with [`OPEN_WAITS`](Self::OPEN_WAITS), it
    /// may wait for as long as it likes.
    fn open(&self, file: &File<'_>) -> Result<Self::File>;

    /// Whether a file of the device has no position: what is read or written next is
    /// up to the device. Then `lseek(2)`, `pread(2)`, `pwrite(2)` give `ESPIPE`, as of
    /// a pipe. Asked before each open.
    fn is_stream(&self) -> bool {
        false
    }

    /// Makes the device fit to answer again after a panic: the locks that a
    /// panic has poisoned want new values ([`Mutex::clear_poison`]). No other
    /// reset runs, but calls from before may. An error keeps the quarantine.
    ///
    /// [`Mutex::clear_poison`]: crate::Mutex::clear_poison
    fn reset(&self, call: &Call) -> Result {
        let _ = call;
        Ok(())
    }

    /// The last `close(2)` of a file, before its state is dropped.
    fn release(&self, file: &File<'_, Self::File>) {
        let _ = file;
    }
}

/// What becomes of a device when a call of it panics. The call itself ends with
/// `EIO` either way, and the locks that it held are poisoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterPanic {
    /// Calls and opens answer `EIO` until the device is reset, by the attribute
    /// `reset` in sysfs ([`Handler::reset`]); files can be closed, which the
    /// handler's [`release`](Handler::release) still sees, and the module
    /// unloaded.
    Quarantine,
    /// Calls reach the handler as before.
    CarryOn,
    /// A panic is the kernel's `BUG()`: it ends the caller, whose locks stay
    /// taken. A call takes some instructions less; that is all it is good for.
    Bug,
}

/// `read(2)`, `readv(2)`, `pread(2)`: `read_iter` in the driver's list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Read`")]
pub trait Read: Handler {
    /// Moves bytes to user space. How many, and where the position goes, is
    /// what `to` has counted; an error after some bytes is met by the
    /// caller's next read: see [`UserWriter`].
    fn read(&self, file: &File<'_, Self::File>, to: &mut UserWriter<'_>) -> Result;
}

/// `write(2)`, `writev(2)`, `pwrite(2)`: `write_iter` in the driver's list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Write`")]
pub trait Write: Handler {
    /// Moves bytes from user space, which `from` counts. An error says that the handler
    /// refuses what it read last: see [`UserReader`].
    fn write(&self, file: &File<'_, Self::File>, from: &mut UserReader<'_>) -> Result;
}

/// `lseek(2)`: `llseek` in the driver's list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Seek`")]
pub trait Seek: Handler {
    /// The file's new position, in bytes from the start. An error leaves it
    /// where it is. The kernel takes no lock around a device's position.
    fn seek(&self, file: &File<'_, Self::File>, from: SeekFrom) -> Result<u64>;
}

/// `ioctl(2)`: `ioctl` in the driver's list. Usually written by
/// [`ioctls!`](crate::ioctls).
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Ioctl`")]
pub trait Ioctl: Handler {
    /// Answers the number `cmd`; `ENOTTY` for one that the device does not
    /// know. The result is what `ioctl(2)` returns, at most `i32::MAX`.
    fn ioctl(
        &self,
        file: &File<'_, Self::File>,
        cmd: u32,
        arg: crate::ioctl::Arg<'_>,
    ) -> Result<u32>;

    /// What C's entry does. [`ioctls!`](crate::ioctls) writes another, with a function
    /// for each number: a call has the stack frame of its own number only.
    #[doc(hidden)]
    fn ioctl_entry(&self, file: File<'_, Self::File>, cmd: u32, arg: usize) -> c_long {
        crate::ioctl::to_c(self.ioctl(&file, cmd, crate::ioctl::Arg::new(&file, arg)))
    }
}

/// `ioctl(2)` of a 32-bit caller, where its layout differs: `compat_ioctl` in the
/// driver's list, and `unlocked_ioctl` in place of `ioctl`, which sends those of
/// 32-bit callers to [`Ioctl`] as well.
///
/// A number holds its payload's size, so most payloads that differ have numbers
/// that differ, which one [`Ioctl`] can know all of. This is for a number with two
/// meanings. The argument is as it was passed, an address within 4 GiB.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::CompatIoctl`"
)]
pub trait CompatIoctl: Handler {
    /// As [`Ioctl::ioctl`].
    fn compat_ioctl(
        &self,
        file: &File<'_, Self::File>,
        cmd: u32,
        arg: crate::ioctl::Arg<'_>,
    ) -> Result<u32>;

    /// As [`Ioctl::ioctl_entry`].
    #[doc(hidden)]
    fn compat_ioctl_entry(&self, file: File<'_, Self::File>, cmd: u32, arg: usize) -> c_long {
        crate::ioctl::to_c(self.compat_ioctl(&file, cmd, crate::ioctl::Arg::new(&file, arg)))
    }
}

/// `poll(2)`, `select(2)`, epoll: `poll` in the driver's list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Poll`")]
pub trait Poll: Handler {
    /// What the file is ready for. First enters the queues that matter in
    /// `table`, then looks. May take locks, but must not wait for anything that
    /// takes long. An error is `EPOLLERR`.
    fn poll(&self, file: &File<'_, Self::File>, table: &mut PollTable<'_>) -> Result<Ready>;
}

/// `O_ASYNC`, `SIGIO`: `fasync` in the driver's list. Who asks for it has the
/// signal whenever a [`WaitQueue`](crate::WaitQueue) of the device is woken.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Fasync`")]
pub trait Fasync: Handler {
    /// Whether the file may have it.
    fn fasync(&self, file: &File<'_, Self::File>) -> Result {
        let _ = file;
        Ok(())
    }
}

/// Every `close(2)` of a descriptor, not only the last: `flush` in the driver's
/// list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Flush`")]
pub trait Flush: Handler {
    /// What `close(2)` answers; the descriptor is closed either way.
    fn flush(&self, file: &File<'_, Self::File>) -> Result;
}

/// `fsync(2)`, `fdatasync(2)`, `msync(2)`: `fsync` in the driver's list.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Fsync`")]
pub trait Fsync: Handler {
    /// Brings what was written to the bytes of `range` where it lasts;
    /// `datasync` leaves out what only describes them.
    fn fsync(
        &self,
        file: &File<'_, Self::File>,
        range: RangeInclusive<u64>,
        datasync: bool,
    ) -> Result;
}

/// `/proc/PID/fdinfo/FD`: `show_fdinfo` in the driver's list.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::ShowFdinfo`"
)]
pub trait ShowFdinfo: Handler {
    /// Writes lines about the file behind those of the kernel's, by custom as
    /// `name:\tvalue`. An error shows what was written before it.
    fn show_fdinfo(&self, file: &File<'_, Self::File>, text: &mut Text<'_>) -> Result;
}

/// Commands of an io_uring, `IORING_OP_URING_CMD`: `uring_cmd` in the driver's list.
///
/// A command is a number and up to 16 bytes, 80 in a ring of large entries. It is
/// answered once: at once, or [later](UringCommand::later), from wherever the answer
/// comes. It may be asked not to sleep, and then has `EAGAIN` from what would, a lock
/// or a queue, which is passed on: it comes again in a worker that may.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::UringCmd`"
)]
pub trait UringCmd: Handler {
    /// Answers what `command` asks for; `EOPNOTSUPP`, as the kernel's own have it, for
    /// a number that the device does not know. An error is the answer, whatever was
    /// prepared for later.
    fn uring_cmd<'a>(
        &self,
        file: &File<'_, Self::File>,
        command: UringCommand<'a>,
    ) -> Result<UringAnswer<'a>>;
}

/// `mmap(2)`, and the faults of what is mapped: `mmap` in the driver's list.
///
/// Both methods run with the caller's address space locked, and on behalf of
/// whoever touches what is mapped, a copy of the kernel's included: see [Locks of
/// `Pages`](crate::Pages#locks). When the device is removed, what is mapped is taken
/// away, private copies too, and whoever touches it has `SIGBUS`. While it is in
/// quarantine, what is mapped stays, and what is touched for the first time is
/// `SIGBUS`.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Map`")]
pub trait Map: Handler {
    /// Whether `area` may be mapped; its error is that of `mmap(2)`. Nothing is
    /// allocated yet. `mprotect(2)` may add any access later that the mode of the file
    /// allows, without this method being called, unless it is denied here: see
    /// [`Area`](crate::Area). An area may grow later (`mremap(2)`), without this method
    /// being asked: what is beyond the device is refused by
    /// [`fault`](Self::fault).
    fn map(&self, file: &File<'_, Self::File>, area: &Area<'_>) -> Result;

    /// The page at `index` times [`PAGE_SIZE`](crate::PAGE_SIZE) of the device is
    /// touched: gives it, that with this index in its [`Pages`](crate::Pages).
    /// `ENOMEM` lets the kernel look for memory and try again; any other error is
    /// `SIGBUS`, or `EFAULT` where the kernel itself touches it. It must not wait
    /// for anything that takes long: other threads of the caller may wait for it.
    fn fault(&self, file: &File<'_, Self::File>, index: u64) -> Result<Page>;
}

/// A [`Timer`](crate::Timer) of the device: `timer` in the driver's list.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnTimer`, where its timers end up"
)]
pub trait OnTimer: Handler {
    /// The timer that was made with `token` has expired. The answer is the time
    /// from this expiry to the next, `None` for no next.
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration>;
}

/// [`Work`](crate::Work) of the device: `work` in the driver's list.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnWork`, where its work ends up"
)]
pub trait OnWork: Handler {
    /// Does the work that was made with `token`.
    fn work(&self, call: &Call, token: usize);
}

/// A [`Thread`](crate::Thread) of the device: `thread` in the driver's list.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnThread`, where its threads end up"
)]
pub trait OnThread: Handler {
    /// The whole life of the thread that was made with `token`. It returns when
    /// the device does not answer any more, which waiting says, by an error, and
    /// [`Call::check`]: whoever removes the device waits for that.
    fn thread(&self, call: &Call, token: usize);
}

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

    /// The state that [`Handler::open`] has made.
    pub fn state(&self) -> &'a S {
        // SAFETY: the state outlives the call; nobody writes it but through cells.
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
    /// `ENODEV`, on all its files; its node goes a moment later, without
    /// anybody waiting for it here. What the driver's `remove` attribute does,
    /// from any method and with any lock held; again is no mistake.
    ///
    /// Calls that go on end as ever. Files are closed, and
    /// [`release`](Handler::release)d, as usual, and the last one drops the
    /// device's state.
    pub fn remove_device(&self) {
        // SAFETY: the file is open, or being opened, while the call goes on.
        unsafe { bindings::chard_device_remove(self.raw_file()) }
    }

    /// The caller's memory at `addr`, `len` bytes, as an ioctl's payload names
    /// it. Nothing is read or checked before it is used.
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
