// SPDX-License-Identifier: GPL-2.0
//! What a handler sets going: timers, work, threads. Each comes back to the
//! device by a method, with the token that it was made with.
//!
//! The device stops them before its state ends, whether their values here were
//! dropped or not; when the device is removed or a call of it has panicked, they
//! come back no more. A value that is dropped stops nothing.

use core::marker::PhantomData;
use core::time::Duration;

use crate::bindings::{
    chard_thread_new, chard_thread_start, chard_timer_cancel, chard_timer_new, chard_timer_start,
    chard_work_cancel, chard_work_new, chard_work_start,
};
use crate::call::{nanoseconds, sealed::Raw};
use crate::handler::{OnThread, OnTimer, OnWork};
use crate::object::{Object, done};
use crate::{Call, Context, Result};

/// Calls [`OnTimer::timer`] of the device `H` after a time: an hrtimer.
///
/// ```
/// use chard::prelude::*;
/// use core::time::Duration;
///
/// struct Blink {
///     on: SpinLock<bool>,
///     timer: Timer<Blink>,
/// }
///
/// impl Handler for Blink {
///     type File = ();
///
///     fn new(call: &Call) -> Result<Self> {
///         Ok(Blink {
///             on: SpinLock::new(lock_class!(c"blink"), false)?,
///             timer: Timer::new(call, 0)?,
///         })
///     }
///
///     fn open(&self, file: &File<'_>) -> Result<()> {
///         self.timer.start(file, Duration::from_millis(500))
///     }
/// }
///
/// impl OnTimer for Blink {
///     fn timer(&self, call: &AtomicCall, _token: usize) -> Option<Duration> {
///         let mut on = self.on.lock(call).ok()?;
///         *on = !*on;
///         Some(Duration::from_millis(500))
///     }
/// }
/// ```
pub struct Timer<H> {
    object: Object,
    _device: PhantomData<fn(&H)>,
}

impl<H: OnTimer> Timer<H> {
    /// A timer of the call's device, not started. `ENOMEM` when there is no
    /// memory.
    pub fn new(call: &Call, token: usize) -> Result<Self> {
        Ok(Self {
            // SAFETY: the call goes on.
            object: Object::new(unsafe { chard_timer_new(call.raw(), token as _) })?,
            _device: PhantomData,
        })
    }

    /// Lets it expire after `time`; one that is on starts anew. Any context.
    ///
    /// `ENODEV` or `EIO` when the device does not answer any more, `EXDEV` for the
    /// timer of another device.
    pub fn start(&self, call: &impl Context, time: Duration) -> Result {
        // SAFETY: the timer lives, and the call goes on.
        done(unsafe { chard_timer_start(call.raw(), self.object.raw(), nanoseconds(time)) })
    }

    /// Lets it not expire; if it does so just now, that goes on, and is the last
    /// time. Any context.
    pub fn cancel(&self) {
        // SAFETY: the timer lives.
        unsafe { chard_timer_cancel(self.object.raw()) }
    }
}

/// Calls [`OnWork::work`] of the device `H` from a thread of the kernel's.
pub struct Work<H> {
    object: Object,
    _device: PhantomData<fn(&H)>,
}

impl<H: OnWork> Work<H> {
    /// Work of the call's device, not queued. `ENOMEM` when there is no memory.
    pub fn new(call: &Call, token: usize) -> Result<Self> {
        Ok(Self {
            // SAFETY: the call goes on.
            object: Object::new(unsafe { chard_work_new(call.raw(), token as _) })?,
            _device: PhantomData,
        })
    }

    /// Queues it, to run after `time`; what is queued stays so, and what runs
    /// runs once more. Any context. Errors are those of [`Timer::start`].
    pub fn start(&self, call: &impl Context, time: Duration) -> Result {
        // SAFETY: the work lives, and the call goes on.
        done(unsafe { chard_work_start(call.raw(), self.object.raw(), nanoseconds(time)) })
    }

    /// Takes it off the queue; if it runs, that goes on. Any context.
    pub fn cancel(&self) {
        // SAFETY: the work lives.
        unsafe { chard_work_cancel(self.object.raw()) }
    }
}

/// Calls [`OnThread::thread`] of the device `H` in a thread of its own.
pub struct Thread<H> {
    object: Object,
    _device: PhantomData<fn(&H)>,
}

impl<H: OnThread> Thread<H> {
    /// A thread of the call's device, not started. `ENOMEM` when there is no
    /// memory.
    pub fn new(call: &Call, token: usize) -> Result<Self> {
        Ok(Self {
            // SAFETY: the call goes on.
            object: Object::new(unsafe { chard_thread_new(call.raw(), token as _) })?,
            _device: PhantomData,
        })
    }

    /// Lets it run, once. May sleep. `EBUSY` when it was started before,
    /// `EDEADLK` where the call holds a spinlock, `ENOMEM`; else as
    /// [`Timer::start`].
    pub fn start(&self, call: &Call) -> Result {
        // SAFETY: the thread lives, and the call goes on.
        done(unsafe { chard_thread_start(call.raw(), self.object.raw()) })
    }
}
