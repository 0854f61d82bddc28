// SPDX-License-Identifier: GPL-2.0
//! What kinds of locks there are: how each is taken and given back.

use core::ffi::c_int;

use crate::bindings::{
    chard_call, chard_lock, chard_lock_acquire, chard_lock_init, chard_lock_release,
    chard_lock_try, chard_spin_acquire, chard_spin_init, chard_spin_release, chard_spin_try,
};

/// What kind of lock a [`Lock`](crate::Lock) is.
pub trait Kind: kind::Kind {}

/// How a [`Guard`](crate::Guard) has its lock: for itself, or with others.
pub trait Access<K: Kind>: kind::Access<K> {}

pub(crate) mod kind {
    use crate::bindings::{chard_call, chard_class, chard_lock};
    use core::ffi::{c_char, c_int};

    pub type Init = unsafe extern "C" fn(*mut chard_lock, *const c_char, *mut chard_class);

    /// The core's functions for it. All but `INIT` are for a lock that was through
    /// that, on behalf of a call that goes on; `release` for one that the call has.
    pub trait Kind {
        const INIT: Init;
        unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int;
        unsafe fn release(call: *mut chard_call, lock: *mut chard_lock);
    }

    /// Locks that can be taken without waiting, if they are free.
    pub trait TryKind: Kind {
        unsafe fn try_acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int;
    }

    /// Those for what many calls share.
    pub trait SharedKind: Kind {
        unsafe fn share(call: *mut chard_call, lock: *mut chard_lock) -> c_int;
        unsafe fn unshare(call: *mut chard_call, lock: *mut chard_lock);
    }

    /// Those of the two that fit.
    pub trait Access<K> {
        unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int;
        unsafe fn release(call: *mut chard_call, lock: *mut chard_lock);
    }
}

/// The kernel's `struct mutex`: its waiters sleep.
pub struct Sleeping;

/// The kernel's `spinlock_t`, with interrupts off.
pub struct Spinning;

impl Kind for Sleeping {}
impl Kind for Spinning {}

impl kind::Kind for Sleeping {
    const INIT: kind::Init = chard_lock_init;

    unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { chard_lock_acquire(call, lock) }
    }

    unsafe fn release(call: *mut chard_call, lock: *mut chard_lock) {
        // SAFETY: as the trait says.
        unsafe { chard_lock_release(call, lock) }
    }
}

impl kind::TryKind for Sleeping {
    unsafe fn try_acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { chard_lock_try(call, lock) }
    }
}

impl kind::TryKind for Spinning {
    unsafe fn try_acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { chard_spin_try(call, lock) }
    }
}

impl kind::Kind for Spinning {
    const INIT: kind::Init = chard_spin_init;

    unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { chard_spin_acquire(call, lock) }
    }

    unsafe fn release(call: *mut chard_call, lock: *mut chard_lock) {
        // SAFETY: as the trait says.
        unsafe { chard_spin_release(call, lock) }
    }
}

/// The call has the lock to itself, and may change the value.
pub struct Exclusive;

/// The call shares the lock with others, which all only read the value.
pub struct Shared;

impl<K: Kind> Access<K> for Exclusive {}
impl<K: Kind + kind::SharedKind> Access<K> for Shared {}

impl<K: kind::Kind> kind::Access<K> for Exclusive {
    #[inline(always)]
    unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { K::acquire(call, lock) }
    }

    #[inline(always)]
    unsafe fn release(call: *mut chard_call, lock: *mut chard_lock) {
        // SAFETY: as the trait says.
        unsafe { K::release(call, lock) }
    }
}

impl<K: kind::SharedKind> kind::Access<K> for Shared {
    #[inline(always)]
    unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
        // SAFETY: as the trait says.
        unsafe { K::share(call, lock) }
    }

    #[inline(always)]
    unsafe fn release(call: *mut chard_call, lock: *mut chard_lock) {
        // SAFETY: as the trait says.
        unsafe { K::unshare(call, lock) }
    }
}
