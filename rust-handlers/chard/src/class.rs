// SPDX-License-Identifier: GPL-2.0
//! Classes of locks, by which lockdep tells what is taken in which order.

use core::cell::UnsafeCell;
use core::ffi::CStr;

use crate::bindings::{self, chard_class};

/// A class of locks for lockdep: all that one place in the code makes. See
/// [`lock_class!`](crate::lock_class).
pub struct LockClass {
    key: UnsafeCell<chard_class>,
    name: &'static CStr,
}

// SAFETY: Rust never reads or writes the key; lockdep has locks of its own.
unsafe impl Sync for LockClass {}

impl LockClass {
    #[doc(hidden)]
    pub const fn new(name: &'static CStr) -> Self {
        Self {
            key: UnsafeCell::new(chard_class {
                key: [0; bindings::CHARD_CLASS_WORDS as usize],
            }),
            name,
        }
    }

    pub(crate) fn key(&self) -> *mut chard_class {
        self.key.get()
    }

    pub(crate) fn name(&self) -> *const core::ffi::c_char {
        self.name.as_ptr()
    }
}

/// The lockdep class of the locks that are made here: `lock_class!(c"name")`.
#[macro_export]
macro_rules! lock_class {
    ($name:expr) => {{
        static CLASS: $crate::LockClass = $crate::LockClass::new($name);
        &CLASS
    }};
}
