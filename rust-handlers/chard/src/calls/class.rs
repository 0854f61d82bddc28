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
    /// # Safety
    ///
    /// It is the value of a static: lockdep keeps the address of the key, and of the
    /// name, for as long as the module is there, and forgets both with it.
    #[doc(hidden)]
    pub const unsafe fn new(name: &'static CStr) -> Self {
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
///
/// There is no other way to make one, since lockdep wants it in the module:
///
/// ```compile_fail,E0133
/// let class = chard::LockClass::new(c"on the stack");
/// ```
#[macro_export]
macro_rules! lock_class {
    ($name:expr) => {{
        const NAME: &'static $crate::core::ffi::CStr = $name;
        // SAFETY: the value of a static; the name is a constant of the module.
        static CLASS: $crate::LockClass = unsafe { $crate::LockClass::new(NAME) };
        &CLASS
    }};
}
