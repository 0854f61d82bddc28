// SPDX-License-Identifier: GPL-2.0
//! What a handler sets going: timers, work, threads. Each comes back to the
//! device by a method, with the token that it was made with.
//!
//! One rule for all three. A value that is dropped cancels: what runs just then goes on to
//! its end, and is the last time. What has ended has given back what it took, and can be
//! started again. What is started in [`Handler::new`](crate::Handler::new) or
//! [`Handler::reset`](crate::Handler::reset) begins behind that. When the device is removed
//! or a call of it has panicked, they come back no more, and the device waits for them
//! before its state ends.

pub(crate) mod object;
pub(crate) mod time;
pub(crate) mod uring;

use core::marker::PhantomData;
use core::time::Duration;

use crate::background::object::{Object, done};
use crate::bindings::{
    chard_background_cancel, chard_background_cancel_sync, chard_background_start,
    chard_thread_new, chard_timer_new, chard_work_new,
};
use crate::calls::call::{nanoseconds, sealed::Raw};
use crate::devices::handler::{OnThread, OnTimer, OnWork};
use crate::{Call, Context, Result};

impl Object {
    fn start(&self, call: &impl Context, time: Duration, again: bool) -> Result {
        let time = nanoseconds(time);
        // SAFETY: the object lives, and the call goes on.
        done(unsafe { chard_background_start(call.raw(), self.raw(), time, again.into()) })
    }
}

macro_rules! cancelled {
    () => {
        /// Lets it not start; if it runs just now that goes on, is the last time, and
        /// learns of it by [`Call::check`]. Any context.
        pub fn cancel(&self) {
            // SAFETY: the object lives.
            unsafe { chard_background_cancel(self.object.raw()) }
        }

        /// The same, and waits until it does not run any more. May sleep. The call must
        /// not hold a lock that what runs wants.
        ///
        /// `EDEADLK` where the call can not wait, or is what it would wait for, `EXDEV`
        /// for that of another device. It is cancelled, but may still run, with `EINTR`,
        /// where the caller was killed, and with `ENODEV`, `EIO` or `ECANCELED`, where
        /// this is itself called by work or a thread that should end.
        pub fn cancel_sync(&self, call: &Call) -> Result {
            // SAFETY: the object lives, and the call goes on.
            done(unsafe { chard_background_cancel_sync(call.raw(), self.object.raw()) })
        }
    };
}

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
///         let timer = Timer::new(call, 0)?;
///         timer.start(call, Duration::from_millis(500))?; // from when there is a Blink
///         Ok(Blink { on: SpinLock::new(lock_class!(c"blink"), false)?, timer })
///     }
///
///     fn open(&self, _file: &File<'_>) -> Result<()> {
///         Ok(())
///     }
///
///     fn reset(&self, call: &Call) -> Result {
///         self.timer.start(call, Duration::from_millis(500))
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

    /// Lets it expire after `time`; one that is armed starts anew. Any context.
    ///
    /// `ENODEV` or `EIO` when the device does not answer any more, `EXDEV` for the
    /// timer of another device.
    pub fn start(&self, call: &impl Context, time: Duration) -> Result {
        self.object.start(call, time, false)
    }

    /// As [`start`](Self::start): a timer has only one way.
    pub fn restart(&self, call: &impl Context, time: Duration) -> Result {
        self.object.start(call, time, true)
    }

    cancelled!();
}

/// Calls [`OnWork::work`] of the device `H` from a thread of the kernel's, on a queue of its
/// driver's own: work that waits has that of the same driver waiting at most.
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
        self.object.start(call, time, false)
    }

    /// The same, but what is queued runs after `time`, too.
    pub fn restart(&self, call: &impl Context, time: Duration) -> Result {
        self.object.start(call, time, true)
    }

    cancelled!();
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

    /// Lets it run. May sleep. `EBUSY` while it runs, `EDEADLK` where the call must not
    /// sleep, `ENOMEM`; else as [`Timer::start`].
    pub fn start(&self, call: &Call) -> Result {
        self.object.start(call, Duration::ZERO, false)
    }

    /// Waits for the end of the present run, by [`cancel_sync`](Self::cancel_sync) and
    /// with its errors, and lets it run anew.
    pub fn restart(&self, call: &Call) -> Result {
        self.object.start(call, Duration::ZERO, true)
    }

    cancelled!();
}
