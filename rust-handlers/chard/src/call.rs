// SPDX-License-Identifier: GPL-2.0
//! The record of one call from C.

use core::cell::UnsafeCell;
use core::marker::PhantomData;

use crate::bindings::chard_call;

/// One call from the kernel into the handler.
///
/// What the call takes and must give back, locks above all, borrows it and is
/// linked to it, so it can neither outlive the call nor be lost with it.
///
/// ```compile_fail,E0277
/// fn elsewhere<T: Send>(_: T) {}
/// fn lend(call: &'static chard::Call) {
///     elsewhere(call); // a call stays where it came in
/// }
/// ```
#[repr(transparent)]
pub struct Call {
    raw: UnsafeCell<chard_call>,
    // Neither Send nor Sync: it is one thread's.
    _thread: PhantomData<*mut ()>,
}

impl Call {
    /// # Safety
    ///
    /// `raw` is the record of a call that goes on for all of `'a`, and only
    /// this thread uses it.
    pub(crate) unsafe fn from_raw<'a>(raw: *mut chard_call) -> &'a Self {
        // SAFETY: transparent over the record; the caller vouches for the rest.
        unsafe { &*raw.cast() }
    }

    pub(crate) fn raw(&self) -> *mut chard_call {
        self.raw.get()
    }
}
