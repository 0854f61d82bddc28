// SPDX-License-Identifier: GPL-2.0
//! Waiting: calls that sleep, and files that are polled, until the device has
//! something for them.

use core::marker::PhantomData;
use core::ops::{BitOr, BitOrAssign};
use core::time::Duration;

use crate::background::object::{Object, done};
use crate::bindings::{
    self, chard_call, chard_queue_new, chard_queue_wake, chard_queue_watch, chard_wait_begin,
    chard_wait_end, chard_wait_sleep, poll_table_struct,
};
use crate::calls::call::{nanoseconds, sealed::Raw};
use crate::{Call, Context, LockClass, MutexGuard, Result, errno};

/// What a device is ready for: the answer of [`Poll`](crate::Poll), and what a
/// [`WaitQueue`] is woken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready(u32);

impl Ready {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// A read does not wait (`EPOLLIN | EPOLLRDNORM`).
    pub const IN: Self = Self(bindings::CHARD_EPOLLIN);
    /// A write does not wait (`EPOLLOUT | EPOLLWRNORM`).
    pub const OUT: Self = Self(bindings::CHARD_EPOLLOUT);
    /// Something out of the ordinary is there to be read (`EPOLLPRI`).
    pub const PRI: Self = Self(bindings::CHARD_EPOLLPRI);
    /// Something is wrong (`EPOLLERR`).
    pub const ERR: Self = Self(bindings::CHARD_EPOLLERR);
    /// Nothing more will come (`EPOLLHUP`).
    pub const HUP: Self = Self(bindings::CHARD_EPOLLHUP);
    /// The other side writes no more (`EPOLLRDHUP`).
    pub const RDHUP: Self = Self(bindings::CHARD_EPOLLRDHUP);

    /// This where `holds` is true, else [`Ready::NONE`].
    ///
    /// ```
    /// use chard::prelude::*;
    ///
    /// assert_eq!(Ready::IN | Ready::PRI.when(false), Ready::IN);
    /// assert_eq!(Ready::IN | Ready::PRI.when(true) | Ready::IN, Ready::PRI | Ready::IN);
    /// ```
    pub fn when(self, holds: bool) -> Self {
        if holds { self } else { Self::NONE }
    }

    pub(crate) fn to_c(self) -> u32 {
        self.0
    }
}

impl BitOr for Ready {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Tasks that wait for something of a device: asleep in a call, by `poll(2)`, or for
/// `SIGIO`.
///
/// A method changes the state that others wait for first, and then calls
/// [`wake`](Self::wake). No wake-up is lost: a waiter is in the queue before it
/// looks. When the device is removed, or a call of it panics, all waiters are
/// woken, and get `ENODEV` or `EIO`.
///
/// ```
/// use chard::prelude::*;
///
/// struct Mailbox {
///     letters: Mutex<Vec<u8>>,
///     readers: WaitQueue,
/// }
///
/// impl Mailbox {
///     fn take(&self, file: &File<'_>) -> Result<u8> {
///         let mut letters = self.letters.lock(file)?;
///         loop {
///             if let Some(letter) = letters.pop() {
///                 return Ok(letter);
///             }
///             if file.nonblock() {
///                 return Err(EAGAIN);
///             }
///             letters = self.readers.wait(letters)?;
///         }
///     }
///
///     fn put(&self, file: &File<'_>, letter: u8) -> Result {
///         self.letters.lock(file)?.try_push(letter)?;
///         self.readers.wake(file, Ready::IN);
///         Ok(())
///     }
/// }
/// ```
pub struct WaitQueue {
    object: Object,
}

/// A call's stay in a queue; it ends with the value.
struct Stay<'a> {
    call: &'a Call,
}

impl<'a> Stay<'a> {
    fn begin(queue: &WaitQueue, call: &'a Call, limit: Option<Duration>) -> Result<Self> {
        // No time at all is not no limit.
        let limit = limit.map_or(0, |limit| nanoseconds(limit).max(1));
        // SAFETY: the queue lives, and the call goes on.
        done(unsafe { chard_wait_begin(call.raw(), queue.object.raw(), limit) })?;
        Ok(Self { call })
    }

    fn sleep(&self) -> Result {
        // SAFETY: the call is in a queue.
        done(unsafe { chard_wait_sleep(self.call.raw()) })
    }
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        // SAFETY: the call is in a queue, since `begin`.
        unsafe { chard_wait_end(self.call.raw()) };
    }
}

impl WaitQueue {
    /// A queue of the call's device.
    ///
    /// `class` is [`lock_class!`](crate::lock_class) with a name for lockdep.
    /// `ENOMEM` when there is no memory.
    pub fn new(call: &Call, class: &'static LockClass) -> Result<Self> {
        // SAFETY: the call goes on; name and key are static.
        let raw = unsafe { chard_queue_new(call.raw(), class.name(), class.key()) };
        Ok(Self {
            object: Object::new(raw)?,
        })
    }

    /// Sleeps until `ready` gives a value, and returns that. It is asked at once,
    /// and then whenever the queue is woken; it may sleep, on a lock for instance.
    ///
    /// Where it has to wait: `ERESTARTSYS` for a signal, `EAGAIN` where the call must not sleep,
    /// `ENODEV` or `EIO` when the device does not answer any more; `EDEADLK`
    /// where the call holds a spinlock or is in a queue already, `EXDEV` for the
    /// queue of another device.
    pub fn wait_for<R>(&self, call: &Call, ready: impl FnMut() -> Option<R>) -> Result<R> {
        self.wait_within(call, None, ready)
    }

    /// [`wait_for`](Self::wait_for) for so long at most, then `ETIMEDOUT`. A signal ends
    /// it with `EINTR`: a call that is restarted would wait for the whole time again.
    pub fn wait_for_timeout<R>(
        &self,
        call: &Call,
        limit: Duration,
        ready: impl FnMut() -> Option<R>,
    ) -> Result<R> {
        self.wait_within(call, Some(limit), ready)
    }

    fn wait_within<R>(
        &self,
        call: &Call,
        limit: Option<Duration>,
        mut ready: impl FnMut() -> Option<R>,
    ) -> Result<R> {
        // A caller that need not wait need not enter the queue; one that must never wait is told
        // so each time, and not only when there is something to wait for.
        if !call.never_waits()
            && let Some(value) = ready()
        {
            return Ok(value);
        }
        let stay = Stay::begin(self, call, limit)?;
        loop {
            if let Some(value) = ready() {
                return Ok(value);
            }
            stay.sleep()?;
        }
    }

    /// Gives the lock back, sleeps until the queue is woken, and takes the lock
    /// again, like `std`'s `Condvar`. It may have been woken for another waiter:
    /// look again, in a loop. Errors are those of [`wait_for`](Self::wait_for)
    /// and of [`lock`](crate::Mutex::lock).
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> Result<MutexGuard<'a, T>> {
        let (lock, call) = guard.parts();
        let stay = Stay::begin(self, call, None)?;
        drop(guard);
        stay.sleep()?;
        drop(stay);
        Ok(lock.lock(call)?)
    }

    /// Sleeps for `time`. Ends early as [`wait_for`](Self::wait_for) does.
    pub fn sleep(&self, call: &Call, time: Duration) -> Result {
        match self.wait_for_timeout(call, time, || None::<()>) {
            Err(errno::ETIMEDOUT) => Ok(()),
            other => other,
        }
    }

    /// Wakes all calls that wait, and sends `SIGIO` to the files that have asked the
    /// device for it; in any context. `ready` is what the device is ready for now:
    /// programs that poll for something else are left alone; with [`Ready::NONE`] there
    /// is no signal.
    pub fn wake(&self, call: &impl Context, ready: Ready) {
        // SAFETY: the queue lives, and the call goes on.
        unsafe { chard_queue_wake(call.raw(), self.object.raw(), ready.to_c(), 0) };
    }

    /// Wakes one of the calls that wait, the one that has waited longest, and those that
    /// poll as [`wake`](Self::wake) does; in any context. For what only one can have: a
    /// call that is woken and ends for another reason, as by a signal, wakes the next.
    pub fn wake_one(&self, call: &impl Context, ready: Ready) {
        // SAFETY: the queue lives, and the call goes on.
        unsafe { chard_queue_wake(call.raw(), self.object.raw(), ready.to_c(), 1) };
    }
}

/// The queues that `poll(2)`, `select(2)` or an epoll is to be woken by.
pub struct PollTable<'a> {
    raw: *mut poll_table_struct,
    call: *mut chard_call,
    watched: Result,
    _call: PhantomData<&'a Call>,
}

impl PollTable<'_> {
    /// # Safety
    ///
    /// Both are those of a call of the entry poll, which goes on.
    pub(crate) unsafe fn new(call: *mut chard_call, raw: *mut poll_table_struct) -> Self {
        Self {
            raw,
            call,
            watched: Ok(()),
            _call: PhantomData,
        }
    }

    /// The caller is to be woken by `queue`, one of this device. First say so,
    /// then look what the device is ready for, or a wake-up between is lost. May sleep.
    ///
    /// Watch the queues of the directions that the file is open for
    /// ([`File::readable`](crate::File::readable),
    /// [`File::writable`](crate::File::writable)), and report no other readiness, as a FIFO
    /// does. A second queue keeps the file from being polled by `IOCB_CMD_POLL`, which the
    /// kernel then refuses with `EINVAL`.
    ///
    /// The file keeps the queue until it is closed, whatever becomes of `queue`.
    ///
    /// Where it can not be watched the poll ends with `EPOLLERR`, whatever the method
    /// answers, since nothing would wake the caller: `EDEADLK` with a spinlock held,
    /// `EXDEV` for the queue of another device, `ENOSPC` behind the 64th of a file, `ENOMEM`.
    pub fn watch(&mut self, queue: &WaitQueue) {
        // Null where the caller does not wait.
        if self.raw.is_null() {
            return;
        }
        // SAFETY: the queue lives; the core keeps it while the file is open.
        let watched = done(unsafe { chard_queue_watch(self.call, queue.object.raw(), self.raw) });
        self.watched = self.watched.and(watched);
    }

    /// Why a queue could not be watched.
    pub(crate) fn error(&self) -> Result {
        self.watched
    }
}
