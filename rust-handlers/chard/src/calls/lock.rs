// SPDX-License-Identifier: GPL-2.0
//! Locks that a call holds: what all kinds have in common, a mutex and a spinlock.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicU32, Ordering};
use rust_alloc::boxed::Box;

use crate::bindings::{
    CHARD_POISON_PANICKED, chard_call, chard_lock, chard_lock_busy, chard_lock_destroy,
};
use crate::calls::call::sealed::Raw;
use crate::calls::kinds::{Access, Exclusive, Kind, Sleeping, Spinning, kind};
use crate::memory::alloc::try_box;
use crate::{AtomicCall, Call, Context, Errno, LockClass, Result, errno};

/// Why a lock was not given. Each is the number of the [`Errno`] that it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum LockError {
    /// An earlier call panicked while it held the lock, or forgot to give it
    /// back, so the value may be half changed. [`Mutex::clear_poison`] puts
    /// another in its place.
    Poisoned = errno::EIO.number() as u32,
    /// This very call holds it already, in whichever way, or it can not sleep for
    /// it, since it holds a spinlock or reads by RCU.
    Deadlock = errno::EDEADLK.number() as u32,
    /// Another call holds it, and this one must not wait: by
    /// [`try_lock`](Mutex::try_lock), or since its caller asked not to
    /// ([`Handler::NOWAIT`](crate::Handler::NOWAIT)), or since it is a
    /// [`poll`](crate::Poll) or [`show_fdinfo`](crate::ShowFdinfo), which wait for some 20 ms.
    /// After such a wait in vain they do not wait for a second.
    WouldSleep = errno::EAGAIN.number() as u32,
    /// Another call holds it, and the caller was killed while this one waited, or has cancelled
    /// the request that a worker of an io_uring makes it for.
    Killed = errno::EINTR.number() as u32,
    /// Another call holds it, and the device goes, whose end waits for this one: for an attribute,
    /// [`request`](crate::OnRequest::request), [`registered`](crate::Handler::registered) or
    /// [`reset`](crate::Handler::reset).
    Gone = errno::ENODEV.number() as u32,
    /// The call holds as many locks as it may: 16, of which, and of RCU sections, it
    /// shares 8 at most.
    TooMany = errno::ENOLCK.number() as u32,
}

impl From<LockError> for Errno {
    fn from(error: LockError) -> Self {
        // SAFETY: the numbers of errors, none of which is 0.
        unsafe { Errno::from_number(error as u32) }
    }
}

impl LockError {
    /// What C has refused with. Out of line: a lock is seldom refused.
    #[cold]
    #[inline(never)]
    pub(crate) fn from_c(error: i32) -> Self {
        match Errno::from_c(error.into()) {
            errno::EAGAIN => Self::WouldSleep,
            errno::ENOLCK => Self::TooMany,
            errno::EINTR => Self::Killed,
            errno::ENODEV => Self::Gone,
            _ => Self::Deadlock,
        }
    }
}

/// The lock first, and first of that its node: one address for all.
#[repr(C)]
struct Inner<T> {
    lock: UnsafeCell<chard_lock>,
    value: UnsafeCell<T>,
}

/// A value behind a lock: a [`Mutex`] or a [`SpinLock`], by which one call at a
/// time may use it, an [`RwSem`](crate::RwSem) or an [`RwLock`](crate::RwLock), by
/// which many calls may look at it.
///
/// The lock and its value share one allocation, which never moves; the `Lock`
/// itself may.
///
/// # Invariants
///
/// `inner.lock` has been through `K::INIT`. While it is busy (`chard_lock_busy()`), it
/// is linked to the records of calls that go on.
pub struct Lock<T, K: Kind> {
    inner: ManuallyDrop<Box<Inner<T>>>,
    _kind: PhantomData<K>,
}

/// A lock that calls sleep for, the kernel's `struct mutex`.
///
/// Where its guard is dropped while the call holds a [`SpinLock`] or an
/// [`RwLock`](crate::RwLock), others get it when the call has given that back, too.
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
pub type Mutex<T> = Lock<T, Sleeping>;

/// The guard of a [`Mutex`].
pub type MutexGuard<'a, T> = Guard<'a, T, Sleeping, Exclusive>;

/// A lock that is held for a moment, with interrupts off: for what a timer uses as
/// well.
///
/// While a call holds one it can not sleep: a [`Mutex`] and a
/// [`WaitQueue`](crate::WaitQueue) refuse with `EDEADLK`, and copies to and from
/// user space may fail with `EFAULT` where the memory is not at hand. Memory is
/// there to be had, or `ENOMEM`.
///
/// ```
/// use chard::prelude::*;
///
/// fn count(ticks: &SpinLock<u64>, call: &AtomicCall) -> Result {
///     ticks.with(call, |ticks, _call| *ticks += 1)?;
///     Ok(())
/// }
/// # chard::host::call(|call| {
/// #     let ticks = SpinLock::new(lock_class!(c"ticks"), 0)?;
/// #     chard::host::atomic(call, |call| count(&ticks, call))?;
/// #     assert_eq!(*ticks.lock(call)?, 1);
/// #     Ok(())
/// # }).unwrap();
/// ```
///
/// By [`with`](Self::with), what would sleep does not compile:
///
/// ```compile_fail,E0277
/// use chard::prelude::*;
///
/// fn sleep(ticks: &SpinLock<u64>, total: &Mutex<u64>, call: &Call) -> Result {
///     ticks.with(call, |ticks, _atomic| {
///         *total.lock(call)? += *ticks; // the call that may sleep does not come along
///         Ok(())
///     })?
/// }
/// ```
///
/// ```compile_fail,E0308
/// use chard::prelude::*;
///
/// fn sleep(ticks: &SpinLock<u64>, total: &Mutex<u64>, call: &Call) -> Result {
///     ticks.with(call, |ticks, atomic| {
///         *total.lock(atomic)? += *ticks; // and this one may not
///         Ok(())
///     })?
/// }
/// ```
pub type SpinLock<T> = Lock<T, Spinning>;

/// The guard of a [`SpinLock`].
pub type SpinGuard<'a, T> = Guard<'a, T, Spinning, Exclusive>;

// SAFETY: the value goes along; the kernel's lock is used from any thread.
unsafe impl<T: Send, K: Kind> Send for Lock<T, K> {}
// SAFETY: the lock hands the value to one thread at a time.
unsafe impl<T: Send> Sync for Lock<T, Sleeping> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Lock<T, Spinning> {}

impl<T> Mutex<T> {
    /// Waits for the lock, and takes it for the rest of the call or until the guard
    /// is dropped. May sleep. Only a signal that kills the caller ends the wait
    /// ([`LockError::Killed`]); nothing ends it in [`release`](crate::Handler::release)
    /// and in calls that come from no caller, which must get through.
    ///
    /// A caller chooses how long a copy to or from its memory takes: a page that no task
    /// brings keeps the copy, and all calls that want a lock that it is made under, waiting
    /// until the caller is killed. [`poll`](crate::Poll::poll) and
    /// [`show_fdinfo`](crate::ShowFdinfo::show_fdinfo) should not need such a lock: keep
    /// what they look at in [`atomic`](crate::atomic)s or behind a [`SpinLock`].
    ///
    /// A guard that is forgotten is given back when the call ends, and the
    /// lock is poisoned.
    pub fn lock<'a>(&'a self, call: &'a Call) -> Result<MutexGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`, and may sleep.
        unsafe { self.acquire(call.raw()) }
    }

    /// Takes the lock if it is free, else [`LockError::WouldSleep`].
    pub fn try_lock<'a>(&'a self, call: &'a Call) -> Result<MutexGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`, and may sleep.
        unsafe { self.try_acquire(call.raw()) }
    }

    /// Puts `value` where the lock is poisoned, and ends the poisoning; drops
    /// `value` where it is not. The old value is lost, without being dropped,
    /// where a call has panicked over it: it may be in pieces.
    pub fn clear_poison(&self, call: &Call, value: T) -> Result<(), LockError> {
        // SAFETY: the call goes on, and may sleep.
        unsafe { self.replace_poisoned(call.raw(), value) }
    }
}

impl<T> SpinLock<T> {
    /// Does `inside` with the lock taken; in any context. The way to prefer: what
    /// `inside` gets is a call that must not sleep, and it can bring no other along,
    /// since a [`Call`] and what belongs to one is not `Send`.
    pub fn with<R>(
        &self,
        call: &impl Context,
        inside: impl FnOnce(&mut T, &AtomicCall) -> R + Send,
    ) -> Result<R, LockError> {
        let mut guard = self.lock(call)?;
        // SAFETY: the call goes on.
        Ok(inside(&mut guard, unsafe {
            AtomicCall::from_raw(call.raw())
        }))
    }

    /// Takes the lock, for the rest of the call or until the guard is dropped;
    /// in any context. A forgotten guard is as with [`Mutex::lock`]. That nothing
    /// sleeps meanwhile is seen when it is tried, by `EDEADLK`; [`with`](Self::with)
    /// lets the compiler see it.
    pub fn lock<'a>(&'a self, call: &'a impl Context) -> Result<SpinGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`.
        unsafe { self.acquire(call.raw()) }
    }

    /// Takes the lock if it is free, else [`LockError::WouldSleep`]; in any context.
    pub fn try_lock<'a>(&'a self, call: &'a impl Context) -> Result<SpinGuard<'a, T>, LockError> {
        // SAFETY: the call goes on for all of `'a`.
        unsafe { self.try_acquire(call.raw()) }
    }

    /// As [`Mutex::clear_poison`].
    pub fn clear_poison(&self, call: &impl Context, value: T) -> Result<(), LockError> {
        // SAFETY: the call goes on.
        unsafe { self.replace_poisoned(call.raw(), value) }
    }
}

impl<T, K: Kind> Lock<T, K> {
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
        unsafe { K::INIT(inner.lock.get(), class.name(), class.key()) };
        Ok(Self {
            inner: ManuallyDrop::new(inner),
            _kind: PhantomData,
        })
    }

    /// Takes the lock; an error leaves it as it was.
    ///
    /// # Safety
    ///
    /// The call goes on for all of `'a`, and may sleep where the lock does.
    #[inline(always)]
    pub(crate) unsafe fn acquire<'a, A: Access<K>>(
        &'a self,
        call: *mut chard_call,
    ) -> Result<Guard<'a, T, K, A>, LockError> {
        // SAFETY: as for this function.
        unsafe { self.take(call)? }.unless_poisoned()
    }

    /// The same, if it is free.
    ///
    /// # Safety
    ///
    /// As `acquire`.
    unsafe fn try_acquire<'a>(
        &'a self,
        call: *mut chard_call,
    ) -> Result<Guard<'a, T, K, Exclusive>, LockError>
    where
        K: kind::TryKind,
    {
        // SAFETY: initialised by `new`; the caller vouches for the call.
        let taken = unsafe { K::try_acquire(call, self.inner.lock.get()) };
        self.guard(call, taken)?.unless_poisoned()
    }

    /// The guard of a lock that C has given, or why it has not.
    #[inline(always)]
    fn guard<'a, A: Access<K>>(
        &'a self,
        call: *mut chard_call,
        taken: i32,
    ) -> Result<Guard<'a, T, K, A>, LockError> {
        match taken {
            0 => Ok(Guard {
                lock: self,
                call,
                _access: PhantomData,
                _thread: PhantomData,
            }),
            error => Err(LockError::from_c(error)),
        }
    }

    /// The same, whether it is poisoned or not.
    ///
    /// # Safety
    ///
    /// As `acquire`; of a poisoned lock the guard is not dereferenced.
    #[inline(always)]
    unsafe fn take<'a, A: Access<K>>(
        &'a self,
        call: *mut chard_call,
    ) -> Result<Guard<'a, T, K, A>, LockError> {
        // SAFETY: initialised by `new`; the caller vouches for the call.
        let taken = unsafe { A::acquire(call, self.inner.lock.get()) };
        self.guard(call, taken)
    }

    /// `clear_poison` of either kind.
    ///
    /// # Safety
    ///
    /// As `acquire`.
    pub(crate) unsafe fn replace_poisoned(
        &self,
        call: *mut chard_call,
        value: T,
    ) -> Result<(), LockError> {
        let lock = self.inner.lock.get();
        // SAFETY: as for this function; the guard is only dropped.
        let guard: Guard<'_, T, K, Exclusive> = unsafe { self.take(call)? };
        // SAFETY: this call holds the lock.
        let poisoned = unsafe { (*lock).poisoned };
        if poisoned == 0 {
            drop(guard);
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

    /// The value, without locking: an exclusive reference needs no lock.
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

impl<T, K: Kind> Drop for Lock<T, K> {
    fn drop(&mut self) {
        let lock = self.inner.lock.get();
        // The record of a call whose guard was forgotten points at the lock, or C is
        // giving it back right now: then it stays, as a leak.
        // SAFETY: the lock lives.
        if unsafe { chard_lock_busy(lock) } != 0 {
            return;
        }
        // A panic may have left the value in pieces: it stays, as a leak.
        if self.poison() & CHARD_POISON_PANICKED != 0 {
            return;
        }
        // SAFETY: no call holds the lock, and none can take it any more.
        unsafe { chard_lock_destroy(lock) };
        // SAFETY: dropped here and nowhere else.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
    }
}

/// The value of a [`Lock`] while this call holds it, for itself or with others.
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
pub struct Guard<'a, T, K: Kind, A: Access<K>> {
    lock: &'a Lock<T, K>,
    call: *mut chard_call,
    _access: PhantomData<A>,
    _thread: PhantomData<(&'a Call, *mut ())>,
}

impl<'a, T> MutexGuard<'a, T> {
    /// The lock and the call that holds it, which may sleep.
    pub(crate) fn parts(&self) -> (&'a Mutex<T>, &'a Call) {
        // SAFETY: a mutex is taken by calls that may sleep, for all of `'a`.
        (self.lock, unsafe { Call::from_raw(self.call) })
    }
}

impl<T, K: Kind, A: Access<K>> Guard<'_, T, K, A> {
    /// The guard, but for a lock that is poisoned, which is given back.
    #[inline(always)]
    fn unless_poisoned(self) -> Result<Self, LockError> {
        // SAFETY: only a call that has the lock to itself writes the flag, and this call
        // has it.
        if unsafe { (*self.lock.inner.lock.get()).poisoned } != 0 {
            return Err(self.refuse());
        }
        Ok(self)
    }

    /// Gives a lock back that is poisoned.
    #[cold]
    #[inline(never)]
    fn refuse(self) -> LockError {
        LockError::Poisoned
    }
}

impl<T, K: Kind, A: Access<K>> Deref for Guard<'_, T, K, A> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held while the guard lives, and what shares it only
        // looks.
        unsafe { &*self.lock.inner.value.get() }
    }
}

impl<T, K: Kind> DerefMut for Guard<'_, T, K, Exclusive> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, by this call alone; the guard is borrowed for
        // writing.
        unsafe { &mut *self.lock.inner.value.get() }
    }
}

impl<T, K: Kind, A: Access<K>> Drop for Guard<'_, T, K, A> {
    fn drop(&mut self) {
        // SAFETY: a guard exists only while its call holds the lock.
        unsafe { A::release(self.call, self.lock.inner.lock.get()) };
    }
}
