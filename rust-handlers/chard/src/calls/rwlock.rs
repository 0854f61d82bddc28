// SPDX-License-Identifier: GPL-2.0
//! Locks that many calls share to read the value: one that sleeps and one
//! that spins.
//!
//! A call that ends while it shares one, since it has panicked or forgotten the
//! guard, poisons nothing: it has had the value by `&` alone. What can be changed
//! behind that without a lock is an atomic, which is whole at any time; what has a
//! lock of its own is poisoned by that.

use core::ffi::c_int;

use crate::bindings::{
    chard_call, chard_lock, chard_rwlock_acquire, chard_rwlock_init, chard_rwlock_release,
    chard_rwlock_share, chard_rwlock_unshare, chard_rwsem_acquire, chard_rwsem_init,
    chard_rwsem_release, chard_rwsem_share, chard_rwsem_unshare,
};
use crate::calls::call::sealed::Raw;
use crate::calls::kinds::{Exclusive, Kind, Shared, kind};
use crate::calls::lock::{Guard, Lock, LockError};
use crate::{AtomicCall, Call, Context, Result};

/// The kernel's `struct rw_semaphore`: its waiters sleep.
pub struct SleepingShared;

/// The kernel's `rwlock_t`, with interrupts off.
pub struct SpinningShared;

macro_rules! kind {
    ($kind:ident, $init:ident, $acquire:ident, $release:ident, $share:ident, $unshare:ident) => {
        impl kind::Kind for $kind {
            const INIT: kind::Init = $init;

            unsafe fn acquire(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
                // SAFETY: as the trait says.
                unsafe { $acquire(call, lock) }
            }

            unsafe fn release(call: *mut chard_call, lock: *mut chard_lock) {
                // SAFETY: as the trait says.
                unsafe { $release(call, lock) }
            }
        }

        impl kind::SharedKind for $kind {
            unsafe fn share(call: *mut chard_call, lock: *mut chard_lock) -> c_int {
                // SAFETY: as the trait says.
                unsafe { $share(call, lock) }
            }

            unsafe fn unshare(call: *mut chard_call, lock: *mut chard_lock) {
                // SAFETY: as the trait says.
                unsafe { $unshare(call, lock) }
            }
        }
    };
}

impl Kind for SleepingShared {}
impl Kind for SpinningShared {}

kind!(
    SleepingShared,
    chard_rwsem_init,
    chard_rwsem_acquire,
    chard_rwsem_release,
    chard_rwsem_share,
    chard_rwsem_unshare
);

kind!(
    SpinningShared,
    chard_rwlock_init,
    chard_rwlock_acquire,
    chard_rwlock_release,
    chard_rwlock_share,
    chard_rwlock_unshare
);

// SAFETY: the lock hands the value to one thread at a time, or, by &, to many.
unsafe impl<T: Send + Sync> Sync for Lock<T, SleepingShared> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Lock<T, SpinningShared> {}

/// A lock that readers share, and for which calls sleep: the kernel's
/// `struct rw_semaphore`.
///
/// For what is read often and for long, and changed seldom. A waiting writer
/// goes before readers that come later.
///
/// ```
/// use chard::prelude::*;
///
/// fn rename(name: &RwSem<[u8; 4]>, call: &Call) -> Result<[u8; 4]> {
///     let old = *name.read(call)?; // the guard ends here
///     *name.write(call)? = *b"new ";
///     Ok(old)
/// }
/// # chard::host::call(|call| {
/// #     let name = RwSem::new(lock_class!(c"name"), *b"old ")?;
/// #     assert_eq!(rename(&name, call)?, *b"old ");
/// #     assert_eq!(*name.read(call)?, *b"new ");
/// #     Ok(())
/// # }).unwrap();
/// ```
///
/// A reader only looks:
///
/// ```compile_fail,E0594
/// use chard::prelude::*;
///
/// fn write(name: &RwSem<[u8; 4]>, call: &Call) -> Result {
///     *name.read(call)? = *b"new ";
///     Ok(())
/// }
/// ```
///
/// and what is shared must be fit for it:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<chard::RwSem<core::cell::Cell<u32>>>();
/// ```
pub type RwSem<T> = Lock<T, SleepingShared>;

/// The guard of a reader of an [`RwSem`].
pub type RwSemReadGuard<'a, T> = Guard<'a, T, SleepingShared, Shared>;

/// The guard of the writer of an [`RwSem`].
pub type RwSemWriteGuard<'a, T> = Guard<'a, T, SleepingShared, Exclusive>;

/// A lock that readers share, held for a moment, with interrupts off: the kernel's
/// `rwlock_t`.
///
/// As with a [`SpinLock`](crate::SpinLock), its holder can not sleep. That is the
/// better lock where it is held shortly; [`Rcu`](crate::Rcu) is the better way where
/// much is read and whole values are replaced.
///
/// ```
/// use chard::prelude::*;
///
/// fn raise(limits: &RwLock<[u32; 2]>, call: &AtomicCall) -> Result<u32> {
///     limits.write_with(call, |limits, _call| limits[1] += 1)?;
///     Ok(limits.read_with(call, |limits, _call| limits[1])?)
/// }
/// # chard::host::call(|call| {
/// #     let limits = RwLock::new(lock_class!(c"limits"), [1, 2])?;
/// #     assert_eq!(chard::host::atomic(call, |call| raise(&limits, call))?, 3);
/// #     Ok(())
/// # }).unwrap();
/// ```
///
/// What would sleep inside does not compile:
///
/// ```compile_fail,E0277
/// use chard::prelude::*;
///
/// fn sleep(limits: &RwLock<u32>, total: &Mutex<u32>, call: &Call) -> Result {
///     limits.read_with(call, |limit, _atomic| {
///         *total.lock(call)? += *limit;
///         Ok(())
///     })?
/// }
/// ```
pub type RwLock<T> = Lock<T, SpinningShared>;

/// The guard of a reader of an [`RwLock`].
pub type RwLockReadGuard<'a, T> = Guard<'a, T, SpinningShared, Shared>;

/// The guard of the writer of an [`RwLock`].
pub type RwLockWriteGuard<'a, T> = Guard<'a, T, SpinningShared, Exclusive>;

impl<T> RwSem<T> {
    /// Waits for the lock, however long, and shares it with other readers for the
    /// rest of the call or until the guard is dropped. May sleep; no signal ends
    /// the wait. A guard that is forgotten is given back when the call ends.
    ///
    /// `EDEADLK` when this very call has the lock already, for reading too: a
    /// writer may wait between the two; or when it can not sleep. `EAGAIN` when it
    /// must not sleep, `ENOLCK` when it shares 8 locks already, `EIO` when the lock
    /// is poisoned.
    pub fn read<'a>(&'a self, call: &'a Call) -> Result<RwSemReadGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`, and may sleep.
        unsafe { self.acquire(call.raw()) }
    }

    /// The same, for this call alone; a guard that is forgotten poisons the lock.
    pub fn write<'a>(&'a self, call: &'a Call) -> Result<RwSemWriteGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`, and may sleep.
        unsafe { self.acquire(call.raw()) }
    }

    /// As [`Mutex::clear_poison`](crate::Mutex::clear_poison).
    pub fn clear_poison(&self, call: &Call, value: T) -> Result<(), LockError> {
        // SAFETY: the call goes on, and may sleep.
        unsafe { self.replace_poisoned(call.raw(), value) }
    }
}

impl<T> RwLock<T> {
    /// Does `inside` with the lock shared; in any context. The way to prefer, as
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

    /// The same with the lock for this call alone.
    pub fn write_with<R>(
        &self,
        call: &impl Context,
        inside: impl FnOnce(&mut T, &AtomicCall) -> R + Send,
    ) -> Result<R, LockError> {
        let mut guard = self.write(call)?;
        // SAFETY: the call goes on.
        Ok(inside(&mut guard, unsafe {
            AtomicCall::from_raw(call.raw())
        }))
    }

    /// Shares the lock with other readers, for the rest of the call or until the
    /// guard is dropped; in any context. A guard that is forgotten is given back
    /// when the call ends.
    ///
    /// `EDEADLK` when this very call has the lock already, `ENOLCK` when it shares 8
    /// already, `EIO` when the lock is poisoned.
    pub fn read<'a>(&'a self, call: &'a impl Context) -> Result<RwLockReadGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`.
        unsafe { self.acquire(call.raw()) }
    }

    /// The same, for this call alone; a guard that is forgotten poisons the lock.
    pub fn write<'a>(
        &'a self,
        call: &'a impl Context,
    ) -> Result<RwLockWriteGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`.
        unsafe { self.acquire(call.raw()) }
    }

    /// As [`Mutex::clear_poison`](crate::Mutex::clear_poison).
    pub fn clear_poison(&self, call: &impl Context, value: T) -> Result<(), LockError> {
        // SAFETY: the call goes on.
        unsafe { self.replace_poisoned(call.raw(), value) }
    }
}
