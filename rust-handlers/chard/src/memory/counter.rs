// SPDX-License-Identifier: GPL-2.0
//! A counter that many add to at once, and that is seldom looked at.

use core::ptr::NonNull;

use crate::bindings::{
    chard_counter, chard_counter_add, chard_counter_free, chard_counter_new, chard_counter_sum,
};
use crate::entry::this_driver;
use crate::{Result, errno};

/// A counter with a part for each CPU: adding to it never makes CPUs wait for each
/// other, as an atomic would; summing up looks at all parts.
///
/// ```
/// use chard::prelude::*;
///
/// let bytes = PerCpuCounter::new()?;
/// bytes.add(4096);
/// bytes.add(-96);
/// assert_eq!(bytes.sum(), 4000);
/// # Ok::<(), Errno>(())
/// ```
pub struct PerCpuCounter {
    raw: NonNull<chard_counter>,
}

// SAFETY: the counter is made for use by many.
unsafe impl Send for PerCpuCounter {}
// SAFETY: as above.
unsafe impl Sync for PerCpuCounter {}

impl PerCpuCounter {
    /// A counter at 0. Sleeps where that is possible; `ENOMEM` when there is no
    /// memory.
    pub fn new() -> Result<Self> {
        // SAFETY: the driver's own address.
        let raw = unsafe { chard_counter_new(this_driver()) };
        Ok(Self {
            raw: NonNull::new(raw).ok_or(errno::ENOMEM)?,
        })
    }

    /// Adds `by`, which may be negative; wraps where that does not fit. Any context.
    pub fn add(&self, by: i64) {
        // SAFETY: the counter lives.
        unsafe { chard_counter_add(self.raw.as_ptr(), by) }
    }

    /// What was added in all. What others add meanwhile may be in it or not. Any
    /// context; takes the longer the more CPUs there may be.
    pub fn sum(&self) -> i64 {
        // SAFETY: the counter lives.
        unsafe { chard_counter_sum(self.raw.as_ptr()) }
    }
}

impl Drop for PerCpuCounter {
    fn drop(&mut self) {
        // SAFETY: it ends here, and has no other reference.
        unsafe { chard_counter_free(this_driver(), self.raw.as_ptr()) };
    }
}
