// SPDX-License-Identifier: GPL-2.0
//! Something that happens once, or so many times, and that others wait for.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use crate::{Call, Context, LockClass, Ready, Result, WaitQueue};

/// Tells waiters that something has happened: one of them, or all
/// there will ever be.
///
/// Waiter and waker may come in any order. A wait ends as in any
/// [`WaitQueue`] when the device does not answer any more.
///
/// ```
/// use chard::prelude::*;
///
/// fn answer(done: &Completion, call: &AtomicCall) {
///     done.complete(call);
/// }
///
/// fn ask(done: &Completion, call: &Call) -> Result {
///     done.wait(call)
/// }
/// # chard::host::call(|call| {
/// #     let done = Completion::new(call, lock_class!(c"done"))?;
/// #     assert!(!done.try_wait());
/// #     chard::host::atomic(call, |call| answer(&done, call));
/// #     ask(&done, call)?;
/// #     let soon = core::time::Duration::from_millis(1);
/// #     assert_eq!(done.wait_timeout(call, soon), Err(ETIMEDOUT));
/// #     done.complete_all(call);
/// #     ask(&done, call)?;
/// #     ask(&done, call)
/// # }).unwrap();
/// ```
pub struct Completion {
    /// For how many waiters it has happened that have not waited yet.
    left: AtomicU32,
    waiters: WaitQueue,
}

/// What `left` is when it has happened for all.
const ALL: u32 = u32::MAX;

impl Completion {
    /// One that has not happened, of the call's device. `class` is
    /// [`lock_class!`](crate::lock_class) with a name for lockdep. `ENOMEM` when
    /// there is no memory.
    pub fn new(call: &Call, class: &'static LockClass) -> Result<Self> {
        Ok(Self {
            left: AtomicU32::new(0),
            waiters: WaitQueue::new(call, class)?,
        })
    }

    /// It has happened, for one waiter, present or future. Any context.
    pub fn complete(&self, call: &impl Context) {
        self.change(|left| Some(left.saturating_add(u32::from(left < ALL - 1))));
        self.waiters.wake(call, Ready::NONE);
    }

    /// It has happened, for all waiters, present and future. Any context.
    pub fn complete_all(&self, call: &impl Context) {
        // Release: a waiter sees what was done before.
        self.left.store(ALL, Ordering::Release);
        self.waiters.wake(call, Ready::NONE);
    }

    /// It has not happened, for waiters that come from now on. Any context.
    pub fn reset(&self) {
        self.left.store(0, Ordering::Release);
    }

    /// Waits until it has happened. Sleeps. Errors are those of
    /// [`WaitQueue::wait_for`], `ERESTARTSYS` for a signal among them.
    pub fn wait(&self, call: &Call) -> Result {
        self.waiters
            .wait_for(call, || self.try_wait().then_some(()))
    }

    /// The same for so long at most, then `ETIMEDOUT`.
    pub fn wait_timeout(&self, call: &Call, limit: Duration) -> Result {
        self.waiters
            .wait_for_timeout(call, limit, || self.try_wait().then_some(()))
    }

    /// Whether it has happened, which then counts as waited for. Any context.
    pub fn try_wait(&self) -> bool {
        self.change(|left| match left {
            ALL => Some(ALL),
            left => left.checked_sub(1),
        })
    }

    /// Acquire and release: a waiter sees what was done before it happened.
    fn change(&self, to: impl FnMut(u32) -> Option<u32>) -> bool {
        self.left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, to)
            .is_ok()
    }
}
