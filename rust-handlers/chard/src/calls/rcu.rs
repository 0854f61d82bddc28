// SPDX-License-Identifier: GPL-2.0
//! A value that is read without any lock, and replaced as a whole: read, copy,
//! update.

use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};
use rust_alloc::boxed::Box;

use crate::bindings::{
    chard_call, chard_rcu_begin, chard_rcu_end, chard_rcu_wait, chard_rcu_wait_error,
};
use crate::calls::call::sealed::Raw;
use crate::calls::lock::LockError;
use crate::{AtomicCall, Call, Context, Result};

/// A value in a box that many calls read, for a moment and without waiting for
/// anybody, and that is replaced by another box.
///
/// A call that replaces it waits until no reader has the old one, and then owns that:
/// nothing of it is left to a callback that could come when the driver has gone.
///
/// ```
/// use chard::prelude::*;
///
/// fn double(limit: &Rcu<u32>, call: &Call) -> Result {
///     let new = limit.read_with(call, |limit, _call| *limit * 2)?;
///     let old = limit.replace(call, try_box(new)?)?;
///     assert_eq!(*old * 2, new);
///     Ok(())
/// }
/// # chard::host::call(|call| {
/// #     let limit = Rcu::new(try_box(2)?);
/// #     double(&limit, call)?;
/// #     assert_eq!(*limit.read(call)?, 4);
/// #     Ok(())
/// # }).unwrap();
/// ```
///
/// Two calls that read it, change a copy and replace it at once lose one change: a
/// [`Mutex`](crate::Mutex) around that keeps them apart.
///
/// While a call reads it can not sleep, as with a [`SpinLock`](crate::SpinLock); by
/// [`read_with`](Self::read_with), what would does not compile:
///
/// ```compile_fail,E0277
/// use chard::prelude::*;
///
/// fn sleep(limit: &Rcu<u32>, total: &Mutex<u32>, call: &Call) -> Result {
///     limit.read_with(call, |limit, _atomic| {
///         *total.lock(call)? += *limit;
///         Ok(())
///     })?
/// }
/// ```
///
/// The value does not outlive the guard by which it is read:
///
/// ```compile_fail,E0515
/// use chard::prelude::*;
///
/// fn escape<'a>(limit: &'a Rcu<u32>, call: &'a Call) -> Result<&'a u32> {
///     let guard = limit.read(call)?;
///     Ok(&guard)
/// }
/// ```
///
/// # Invariants
///
/// `value` is that of a `Box<T>`, which belongs to this `Rcu` and to its readers.
pub struct Rcu<T> {
    value: AtomicPtr<T>,
    _box: PhantomData<Box<T>>,
}

// SAFETY: the box goes along.
unsafe impl<T: Send> Send for Rcu<T> {}
// SAFETY: many threads read the value by &, and another gets it when it is replaced.
unsafe impl<T: Send + Sync> Sync for Rcu<T> {}

impl<T> Rcu<T> {
    /// Around the value in `value`. Any context.
    pub fn new(value: Box<T>) -> Self {
        Self {
            value: AtomicPtr::new(Box::into_raw(value)),
            _box: PhantomData,
        }
    }

    /// Does `inside` with the value; in any context. The way to prefer, as
    /// [`SpinLock::with`](crate::SpinLock::with).
    pub fn read_with<R>(
        &self,
        call: &impl Context,
        inside: impl FnOnce(&T, &AtomicCall) -> R + Send,
    ) -> Result<R, LockError> {
        let guard = self.read(call)?;
        // SAFETY: the call goes on.
        Ok(inside(&guard, unsafe { AtomicCall::from_raw(call.raw()) }))
    }

    /// The value as it is now, for the rest of the call or until the guard is
    /// dropped; in any context. A guard that is forgotten ends with the call.
    ///
    /// `ENOLCK` when the call shares 8 already; else it can not fail.
    pub fn read<'a>(&'a self, call: &'a impl Context) -> Result<RcuGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`.
        match unsafe { chard_rcu_begin(call.raw()) } {
            0 => Ok(RcuGuard {
                // In the section: a call that replaces it waits for that.
                // SAFETY: by the invariant it points to a value.
                value: unsafe { NonNull::new_unchecked(self.value.load(Ordering::Acquire)) },
                call: call.raw(),
                _thread: PhantomData,
            }),
            error => Err(LockError::from_c(error)),
        }
    }

    /// Puts `value` where the old one is, waits until no call reads that any more,
    /// and returns it. Sleeps, often for milliseconds; no signal ends the wait.
    ///
    /// `EDEADLK` when this very call reads an `Rcu`, forgotten guards included, or
    /// else can not sleep; `EAGAIN` when it must not sleep. Then nothing is
    /// replaced, and `value` is dropped.
    pub fn replace(&self, call: &Call, value: Box<T>) -> Result<Box<T>, LockError> {
        // SAFETY: the call goes on.
        match unsafe { chard_rcu_wait_error(call.raw()) } {
            0 => {}
            error => return Err(LockError::from_c(error)),
        }
        // Release: a reader of the pointer sees what it points to; acquire: the old
        // value is whole here.
        let old = self.value.swap(Box::into_raw(value), Ordering::AcqRel);
        // SAFETY: this call may sleep; a reader that has the old pointer is in a section
        // that began before, so no reader has it after this, and it came from a box.
        unsafe {
            chard_rcu_wait();
            Ok(Box::from_raw(old))
        }
    }

    /// The value, without waiting: an exclusive reference has no readers.
    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: a value of ours; guards borrow the `Rcu`, so there is none.
        unsafe { &mut **self.value.get_mut() }
    }
}

impl<T> Drop for Rcu<T> {
    fn drop(&mut self) {
        // A guard borrows the `Rcu`, so there is no reader any more, and none to
        // wait for. A guard that was forgotten has left a section
        // open, but nothing by which the value could be reached.
        // SAFETY: from a box, by the invariant; dropped here and nowhere else.
        drop(unsafe { Box::from_raw(*self.value.get_mut()) });
    }
}

/// The value of an [`Rcu`] while this call reads it. It stays with the call: it is
/// neither `Send` nor `Sync`.
#[must_use = "the value is given back at once when the guard is dropped"]
pub struct RcuGuard<'a, T> {
    value: NonNull<T>,
    call: *mut chard_call,
    _thread: PhantomData<(&'a Rcu<T>, *mut ())>,
}

impl<T> Deref for RcuGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the section in which it was read goes on while the guard lives.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Drop for RcuGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the call has a section for each guard of it.
        unsafe { chard_rcu_end(self.call) };
    }
}
