// SPDX-License-Identifier: GPL-2.0
//! What a handler implements: one trait for the device, one for each operation.

use core::ops::RangeInclusive;
use core::time::Duration;

use crate::devices::ioctl::Answer;
use crate::{
    Area, AtomicCall, Call, File, Message, Page, PollTable, Ready, Result, SeekFrom, Text,
    UringAnswer, UringCommand, UserReader, UserWriter, bindings, errno,
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

    /// Before the driver's first device, while the module is loaded. An error keeps it
    /// from loading. There is no device yet, and so no [`Call`]: what the driver's
    /// devices share is in statics of [`atomic`](crate::atomic)s.
    fn load() -> Result {
        Ok(())
    }

    /// After the driver's last device has gone, while the module is unloaded. What
    /// [`load`](Self::load) has refused is not unloaded.
    fn unload() {}

    /// Makes a device's state, before it can be opened. An error keeps
    /// the module from loading. Of a driver with many devices,
    /// [`Call::device_index`] says which it is.
    ///
    /// A timer, work or thread that is started here begins when the device is whole and
    /// has its node. May sleep; makes no other device (`EDEADLK`).
    fn new(call: &Call) -> Result<Self>;

    /// The device has its node, and what [`new`](Self::new) has started has begun. It can be
    /// opened; one that is made when the driver is loaded can be when that is done. An error
    /// removes the device again, and is what its making answers. May sleep; makes no other
    /// device (`EDEADLK`).
    fn registered(&self, call: &Call) -> Result {
        let _ = call;
        Ok(())
    }

    /// The device's node has gone: the reverse of [`registered`](Self::registered), and
    /// only behind that. Calls are refused from the removal on, and nothing comes back
    /// from timers, work and threads; files may still be open, and calls that came
    /// before may still go on. The state is dropped when the last file is closed. May
    /// sleep; waits end with `ENODEV`.
    fn removed(&self, call: &Call) {
        let _ = call;
    }

    /// `open(2)`: makes the file's state, or refuses. May sleep, and wait for as long
    /// as it likes.
    ///
    /// An open through a node that was opened when there was no such misc device comes
    /// with a mutex held that all misc devices share: there what would wait, for a lock
    /// or in a [`WaitQueue`](crate::WaitQueue), gives `EAGAIN`.
    fn open(&self, file: &File<'_>) -> Result<Self::File>;

    /// Whether a file of the device has no position: what is read or written next is
    /// up to the device. Then `lseek(2)`, `pread(2)`, `pwrite(2)` give `ESPIPE`, as of
    /// a pipe. Asked before each open.
    fn is_stream(&self) -> bool {
        false
    }

    /// Makes the device fit to answer again after a panic: the locks that a
    /// panic has poisoned want new values ([`Mutex::clear_poison`]), and timers, work
    /// and threads start anew: they begin when the device answers. No other reset of
    /// the device runs, but calls from before may. An error keeps the quarantine, and
    /// nothing starts. May sleep and wait; makes no other device (`EDEADLK`).
    ///
    /// [`Mutex::clear_poison`]: crate::Mutex::clear_poison
    fn reset(&self, call: &Call) -> Result {
        let _ = call;
        Ok(())
    }

    /// The last `close(2)` of a file, before its state is dropped. May sleep; no signal
    /// ends its waits for locks.
    ///
    /// The task that closes a file last need not be the one that has opened it, and may
    /// be the kernel's own. So the caller's memory can not be reached here
    /// ([`File::user_buffer`] answers `EFAULT`), and [`Call::credentials`] are those of
    /// the opener.
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
}

/// `read(2)`, `readv(2)`, `pread(2)`.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Read`")]
pub trait Read: Handler {
    /// Moves bytes to user space. How many, and where the position goes, is
    /// what `to` has counted; an error after some bytes is met by the
    /// caller's next read: see [`UserWriter`].
    fn read(&self, file: &File<'_, Self::File>, to: &mut UserWriter<'_>) -> Result;
}

/// `write(2)`, `writev(2)`, `pwrite(2)`.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Write`")]
pub trait Write: Handler {
    /// Moves bytes from user space, which `from` counts. An error says that the handler
    /// refuses what it read last: see [`UserReader`].
    fn write(&self, file: &File<'_, Self::File>, from: &mut UserReader<'_>) -> Result;
}

/// `lseek(2)`.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Seek`")]
pub trait Seek: Handler {
    /// The file's new position, in bytes from the start. An error leaves it
    /// where it is. The kernel takes no lock around a device's position.
    fn seek(&self, file: &File<'_, Self::File>, from: SeekFrom) -> Result<u64>;
}

/// `ioctl(2)`. Usually written by [`ioctls!`](crate::ioctls).
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Ioctl`")]
pub trait Ioctl: Handler {
    /// Answers the number `cmd`; `ENOTTY` for one that the device does not
    /// know. The result is what `ioctl(2)` returns, at most `i32::MAX`.
    fn ioctl(
        &self,
        file: &File<'_, Self::File>,
        cmd: u32,
        arg: crate::devices::ioctl::Arg<'_>,
    ) -> Result<u32>;

    /// What C's entry does. [`ioctls!`](crate::ioctls) writes another, with a function
    /// for each number: a call has the stack frame of its own number only.
    #[doc(hidden)]
    fn ioctl_entry(&self, file: File<'_, Self::File>, cmd: u32, arg: usize) -> Answer {
        crate::devices::ioctl::answer(self.ioctl(
            &file,
            cmd,
            crate::devices::ioctl::Arg::new(&file, arg),
        ))
    }
}

/// `ioctl(2)` of a 32-bit caller, where its layout differs. Without this trait, [`Ioctl`]
/// answers 32-bit callers as well.
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
        arg: crate::devices::ioctl::Arg<'_>,
    ) -> Result<u32>;

    /// As [`Ioctl::ioctl_entry`].
    #[doc(hidden)]
    fn compat_ioctl_entry(&self, file: File<'_, Self::File>, cmd: u32, arg: usize) -> Answer {
        crate::devices::ioctl::answer(self.compat_ioctl(
            &file,
            cmd,
            crate::devices::ioctl::Arg::new(&file, arg),
        ))
    }
}

/// `poll(2)`, `select(2)`, epoll.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Poll`")]
pub trait Poll: Handler {
    /// What the file is ready for. First enters the queues that matter in
    /// `table`, then looks. An error is `EPOLLERR`, but `EAGAIN` is readiness for all that
    /// the file is open for.
    ///
    /// A program that polls does not expect to wait here, and epoll has others wait behind
    /// it: look at [`atomic`](crate::atomic)s, or behind a [`SpinLock`](crate::SpinLock).
    /// May sleep, but not wait. A [`Mutex`](crate::Mutex) that another call keeps for longer
    /// than some 20 ms gives `EAGAIN`, with which the caller is told to try. After such a wait in
    /// vain the driver's polls do not wait for a second. A worker of the
    /// kernel's may poll for the caller, so user memory can not be reached (`EFAULT`),
    /// and [`Call::credentials`] are those of the opener.
    fn poll(&self, file: &File<'_, Self::File>, table: &mut PollTable<'_>) -> Result<Ready>;
}

/// `O_ASYNC`, `SIGIO`. A subscriber gets the
/// signal whenever a [`WaitQueue`](crate::WaitQueue) of the device is woken.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Fasync`")]
pub trait Fasync: Handler {
    /// Whether the file may have it.
    fn fasync(&self, file: &File<'_, Self::File>) -> Result {
        let _ = file;
        Ok(())
    }
}

/// Every `close(2)` of a descriptor, not only the last.
#[diagnostic::on_unimplemented(message = "the handler `{Self}` does not implement `chard::Flush`")]
pub trait Flush: Handler {
    /// What `close(2)` answers; the descriptor is closed either way.
    fn flush(&self, file: &File<'_, Self::File>) -> Result;
}

/// `fsync(2)`, `fdatasync(2)`, `msync(2)`.
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

/// `/proc/PID/fdinfo/FD`.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::ShowFdinfo`"
)]
pub trait ShowFdinfo: Handler {
    /// Writes lines about the file behind those of the kernel's, by custom as
    /// `name:\tvalue`. An error shows what was written before it.
    fn show_fdinfo(&self, file: &File<'_, Self::File>, text: &mut Text<'_>) -> Result;
}

/// Commands of an io_uring, `IORING_OP_URING_CMD`.
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

/// `mmap(2)`, and the faults of what is mapped.
///
/// Both methods run with the caller's address space locked, and on behalf of
/// any task that touches what is mapped, a copy of the kernel's included: see [Locks of
/// `Pages`](crate::Pages#locks). When the device is removed, what is mapped is taken
/// away, private copies too, and a task that touches it gets `SIGBUS`. While it is in
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

    /// A task touches the page at `index` times [`PAGE_SIZE`](crate::PAGE_SIZE) of the
    /// device: gives the page, the one with this index in the device's
    /// [`Pages`](crate::Pages). The task need not be the caller's, so
    /// [`Call::credentials`] are those of the opener.
    /// An error is `SIGBUS`, or `EFAULT` where the kernel itself touches it. It must not wait
    /// for anything that takes long: other threads of the caller may wait for it.
    ///
    /// Without this method the device has no pages: for one that maps a BAR
    /// ([`Pci::map_area`](crate::pci::Pci::map_area)).
    fn fault(&self, file: &File<'_, Self::File>, index: u64) -> Result<Page> {
        let _ = (file, index);
        Err(errno::ENXIO)
    }
}

/// A [`Timer`](crate::Timer) of the device.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnTimer`, where its timers end up"
)]
pub trait OnTimer: Handler {
    /// The timer that was made with `token` has expired. The answer is the time
    /// from this expiry to the next, `None` for no next.
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration>;
}

/// [`Work`](crate::Work) of the device.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnWork`, where its work ends up"
)]
pub trait OnWork: Handler {
    /// Does the work that was made with `token`.
    fn work(&self, call: &Call, token: usize);
}

/// A [`Thread`](crate::Thread) of the device.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnThread`, where its threads end up"
)]
pub trait OnThread: Handler {
    /// The whole life of the thread that was made with `token`, until it is started
    /// again. It returns when the device does not answer any more or the thread is
    /// cancelled, which waiting says, by an error, and [`Call::check`]: the end of the
    /// device waits for that.
    fn thread(&self, call: &Call, token: usize);
}

/// What the driver's own C has to say, from wherever it is: an interrupt, a callback of a
/// subsystem. `docs/bound.md` has an example.
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnEvent`, where the events of its driver's C end up"
)]
pub trait OnEvent: Handler {
    /// C has called `chard_device_event()`: `event` and what is in `message` are a matter
    /// between the driver's C and this method. What it answers C is given, an error too.
    ///
    /// Must not sleep: it may be in an interrupt. What takes longer is for a
    /// [`Work`](crate::Work).
    fn event(&self, call: &AtomicCall, event: u32, message: &mut Message<'_>) -> Result<u32>;
}

/// What the driver's own C asks for where it may sleep. As [`OnEvent`].
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::OnRequest`, where the requests of its driver's C end up"
)]
pub trait OnRequest: Handler {
    /// C has called `chard_device_request()`. May sleep. A signal to the task ends its waits in
    /// queues, and C sees that; those for locks nothing ends.
    fn request(&self, call: &Call, request: u32, message: &mut Message<'_>) -> Result<u32>;
}

/// Why a device sleeps ([`Suspend`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleep {
    /// The machine is suspended. A piece of hardware may lose its power, and its registers
    /// what is in them.
    Suspend,
    /// The machine's memory is copied, for a hibernation. The power stays.
    Freeze,
    /// That copy is written, and the power goes. A resume of this kind follows a
    /// [`Freeze`](Self::Freeze) as a rule: the memory is what it was then, and the hardware has just
    /// been switched on. It follows a suspend of this kind where the machine could not be switched
    /// off.
    PowerOff,
    /// The machine is switched off or starts another kernel. There is no resume.
    Shutdown,
    /// The kernel resets the hardware.
    Reset,
}

impl Sleep {
    pub(crate) fn from_c(why: u32) -> Self {
        match why {
            bindings::CHARD_SLEEP_SUSPEND => Self::Suspend,
            bindings::CHARD_SLEEP_FREEZE => Self::Freeze,
            bindings::CHARD_SLEEP_POWEROFF => Self::PowerOff,
            bindings::CHARD_SLEEP_SHUTDOWN => Self::Shutdown,
            _ => Self::Reset,
        }
    }
}

/// The hardware that a device is bound to sleeps, and wakes up.
///
/// In between no call reaches it. Those that come wait, and so do sleepers in a
/// [`WaitQueue`](crate::WaitQueue), work and threads; a timer that expires is called behind the
/// resume. A call that must not wait (`RWF_NOWAIT`) has `EAGAIN`; for `poll`, which is called
/// without the hardware, nothing is ready.
/// Interrupts are disabled, and come behind the resume or are lost, as the hardware has it.
///
/// Without this trait the same happens, and the handler is not told. `docs/bound.md` has more.
///
/// ```
/// use chard::pci::{Memory, Register};
/// use chard::prelude::*;
///
/// const ENABLE: Register<u32, 0x10> = Register::new();
///
/// struct Board {
///     registers: Memory<0x100>,
/// }
/// # impl Handler for Board {
/// #     type File = ();
/// #     fn new(call: &Call) -> Result<Self> { Ok(Board { registers: call.pci().memory(0)? }) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
///
/// impl Suspend for Board {
///     fn suspend(&self, call: &Call, _why: Sleep) -> Result {
///         self.registers.write(call, ENABLE, 0)
///     }
///
///     fn resume(&self, call: &Call, _why: Sleep) -> Result {
///         self.registers.write(call, ENABLE, 1)
///     }
/// }
/// ```
pub trait Suspend: Handler {
    /// Makes the hardware quiet. No other call is in progress. An error, or a panic, keeps the
    /// device awake, and the machine, too. May sleep. A lock that another call has, which
    /// waits for the resume with it, is `EAGAIN`.
    fn suspend(&self, call: &Call, why: Sleep) -> Result;

    /// Makes the hardware what it was, which may have lost all that was in its registers.
    /// Calls go on behind this. An error puts the device into quarantine, as a panic does: the
    /// attribute `reset` calls [`Handler::reset`]. May sleep, as above.
    fn resume(&self, call: &Call, why: Sleep) -> Result;
}
