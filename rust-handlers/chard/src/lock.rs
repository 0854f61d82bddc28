// SPDX-License-Identifier: GPL-2.0
//! A mutex that a call holds.

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use rust_alloc::boxed::Box;

use crate::alloc::try_box;
use crate::bindings::{
    self, CHARD_POISON_PANICKED, chard_class, chard_lock, chard_lock_acquire, chard_lock_destroy,
    chard_lock_init, chard_lock_release,
};
use crate::{Call, Errno, Result, errno};

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
}

/// The lockdep class of the locks that are made here: `lock_class!(c"name")`.
#[macro_export]
macro_rules! lock_class {
    ($name:expr) => {{
        static CLASS: $crate::LockClass = $crate::LockClass::new($name);
        &CLASS
    }};
}

/// Why a lock was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockError {
    /// An earlier call panicked while it held the lock, or forgot to give it
    /// back, so the value may be half changed. [`Mutex::clear_poison`] puts
    /// another in its place.
    Poisoned,
    /// This very call holds it already.
    Deadlock,
}

impl From<LockError> for Errno {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Poisoned => errno::EIO,
            LockError::Deadlock => errno::EDEADLK,
        }
    }
}

struct Inner<T> {
    lock: UnsafeCell<chard_lock>,
    value: UnsafeCell<T>,
}

/// A value that one call at a time may use, behind the kernel's `struct mutex`.
///
/// ```
/// use chard::prelude::*;
///
/// struct Counter {
///     count: Mutex<u32>,
/// }
///
/// impl Handler for Counter {
///     type File = ();
///
///     fn new(_call: &Call) -> Result<Self> {
///         Ok(Counter { count: Mutex::new(lock_class!(c"counter"), 0)? })
///     }
///
///     fn open(&self, file: &File<'_>) -> Result<()> {
///         *self.count.lock(file)? += 1;
///         Ok(())
///     }
/// }
/// ```
///
/// The lock and its value share one allocation, which never moves; the `Mutex`
/// itself may.
///
/// # Invariants
///
/// `inner.lock` has been through `chard_lock_init`. While its `holder` is not
/// null it is linked to the record of a call that goes on.
pub struct Mutex<T> {
    inner: ManuallyDrop<Box<Inner<T>>>,
}

// SAFETY: the value goes along; the kernel's mutex is used from any thread.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: the lock hands the value to one thread at a time.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A lock around `value`, not held.
    ///
    /// `class` is [`lock_class!`](crate::lock_class) with a name for lockdep.
    /// May sleep. `ENOMEM` when there is no memory.
    pub fn new(class: &'static LockClass, value: T) -> Result<Self> {
        let inner = try_box(Inner {
            // SAFETY: plain words of C's, for which zeros are valid.
            lock: unsafe { MaybeUninit::zeroed().assume_init() },
            value: UnsafeCell::new(value),
        })?;
        // SAFETY: the lock is where it stays, and name and key are static.
        unsafe { chard_lock_init(inner.lock.get(), class.name.as_ptr(), class.key.get()) };
        Ok(Self {
            inner: ManuallyDrop::new(inner),
        })
    }

    /// Waits for the lock, however long, and takes it for the rest of the call
    /// or until the guard is dropped. May sleep; no signal ends the wait.
    ///
    /// A guard that is forgotten is given back when the call ends, and the
    /// lock is poisoned.
    pub fn lock<'a>(&'a self, call: &'a Call) -> Result<MutexGuard<'a, T>, LockError> {
        let lock = self.inner.lock.get();
        // SAFETY: initialised by `new`; the call goes on for all of `'a`.
        if unsafe { chard_lock_acquire(call.raw(), lock) } != 0 {
            return Err(LockError::Deadlock);
        }
        let guard = MutexGuard { mutex: self, call };
        // SAFETY: only who holds the lock writes the flag, but for
        // `clear_poison`, which holds it too.
        if unsafe { (*lock).poisoned } != 0 {
            return Err(LockError::Poisoned);
        }
        Ok(guard)
    }

    /// Puts `value` where the lock is poisoned, and ends the poisoning; drops
    /// `value` where it is not. The old value is lost, without being dropped,
    /// where a call has panicked over it: it may be in pieces.
    pub fn clear_poison(&self, call: &Call, value: T) -> Result<(), LockError> {
        let lock = self.inner.lock.get();
        // SAFETY: as in `lock`.
        if unsafe { chard_lock_acquire(call.raw(), lock) } != 0 {
            return Err(LockError::Deadlock);
        }
        let guard = MutexGuard { mutex: self, call };
        // SAFETY: this call holds the lock.
        let poisoned = unsafe { (*lock).poisoned };
        if poisoned == 0 {
            return Ok(());
        }
        let place = self.inner.value.get();
        let old = if poisoned & CHARD_POISON_PANICKED == 0 {
            // SAFETY: the lock is held, and the value whole.
            Some(unsafe { place.replace(value) })
        } else {
            // SAFETY: the lock is held; the value there is not even read.
            unsafe { place.write(value) };
            None
        };
        // SAFETY: this call holds the lock.
        unsafe { (*lock).poisoned = 0 };
        // First others may go on, then comes what the old value does at its end.
        drop(guard);
        drop(old);
        Ok(())
    }

    /// The value, without locking: who has the lock to itself need not wait.
    pub fn get_mut(&mut self) -> Result<&mut T, LockError> {
        if self.poison() != 0 {
            return Err(LockError::Poisoned);
        }
        Ok(self.inner.value.get_mut())
    }

    fn poison(&self) -> u32 {
        // SAFETY: the lock lives; C may write the flags at the end of a call
        // whose guard was forgotten, and writes them whole.
        unsafe { AtomicU32::from_ptr(&raw mut (*self.inner.lock.get()).poisoned) }
            .load(Ordering::Acquire)
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        let lock = self.inner.lock.get();
        // SAFETY: the lock lives; who else may still use it is C, on behalf of
        // a call whose guard was forgotten, and it writes these whole.
        let (holder, forced) = unsafe {
            (
                AtomicPtr::from_ptr(&raw mut (*lock).holder),
                AtomicU32::from_ptr(&raw mut (*lock).forced),
            )
        };
        // The record of such a call points at the lock, or C is giving it back
        // right now: then it stays, as a leak.
        if !holder.load(Ordering::Acquire).is_null() || forced.load(Ordering::Acquire) != 0 {
            return;
        }
        // A panic may have left the value in pieces: it stays, as a leak.
        if self.poison() & CHARD_POISON_PANICKED != 0 {
            return;
        }
        // SAFETY: nobody holds the lock, and nobody can take it any more.
        unsafe { chard_lock_destroy(lock) };
        // SAFETY: dropped here and nowhere else.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
    }
}

/// The value of a [`Mutex`] while this call holds it.
///
/// It stays with the call: it is neither `Send` nor `Sync`.
///
/// ```compile_fail,E0277
/// fn elsewhere<T: Send>(_: T) {}
/// fn lend(guard: chard::MutexGuard<'static, u32>) {
///     elsewhere(guard);
/// }
/// ```
///
/// The value is reached through it only, and no longer than it lives:
///
/// ```compile_fail,E0597
/// use chard::prelude::*;
///
/// fn escape<'a>(m: &'a Mutex<u32>, call: &'a Call) -> Result<&'a mut u32> {
///     let mut guard = m.lock(call)?;
///     let value: &'a mut u32 = &mut guard;
///     Ok(value)
/// }
/// ```
#[must_use = "the lock is given back at once when the guard is dropped"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    call: &'a Call,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held while the guard lives.
        unsafe { &*self.mutex.inner.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; the guard is borrowed for writing.
        unsafe { &mut *self.mutex.inner.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: a guard exists only while its call holds the lock.
        unsafe { chard_lock_release(self.call.raw(), self.mutex.inner.lock.get()) };
    }
}
