// SPDX-License-Identifier: GPL-2.0
//! Handles of what the core makes for a device: timers, work, threads, pages.

use core::ptr::NonNull;

use crate::bindings::{chard_object, chard_object_drop};
use crate::{Errno, Result, errno};

/// A handle of an object of the core's.
pub(crate) struct Object(NonNull<chard_object>);

impl Object {
    /// `ENOMEM` for NULL.
    pub(crate) fn new(raw: *mut chard_object) -> Result<Self> {
        NonNull::new(raw).map(Self).ok_or(errno::ENOMEM)
    }

    pub(crate) fn raw(&self) -> *mut chard_object {
        self.0.as_ptr()
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the handle ends here; the core counts the other references.
        unsafe { chard_object_drop(self.raw()) };
    }
}

// SAFETY: the core's objects are used from any context.
unsafe impl Send for Object {}
// SAFETY: as above.
unsafe impl Sync for Object {}

/// What C has returned: 0, or a negative errno.
pub(crate) fn done(error: i32) -> Result {
    match error {
        0 => Ok(()),
        error => Err(Errno::from_c(error.into())),
    }
}
