// SPDX-License-Identifier: GPL-2.0
//! The record of one call from C, and what such a call may do.

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::marker::PhantomData;
use core::time::Duration;

use crate::background::object::done;
use crate::bindings::{self, chard_call};
use crate::bus::i2c::I2c;
use crate::bus::pci::Pci;
use crate::{Errno, Result, errno};

/// One call from the kernel into the handler, which may sleep.
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

/// A call that must not sleep: that of a timer, or one that holds a spinlock.
///
/// It takes no [`Mutex`](crate::Mutex) and waits for nothing:
///
/// ```compile_fail,E0308
/// use chard::prelude::*;
///
/// fn in_a_timer(m: &Mutex<u32>, call: &AtomicCall) -> Result {
///     *m.lock(call)? += 1; // may sleep
///     Ok(())
/// }
/// ```
#[repr(transparent)]
pub struct AtomicCall {
    raw: UnsafeCell<chard_call>,
    _thread: PhantomData<*mut ()>,
}

/// A call of either kind, [`Call`] or [`AtomicCall`].
pub trait Context: sealed::Raw {}

pub(crate) mod sealed {
    use super::chard_call;

    /// Where the record is.
    pub trait Raw {
        fn raw(&self) -> *mut chard_call;
    }
}

use sealed::Raw;

impl Context for Call {}
impl Context for AtomicCall {}

impl Raw for Call {
    fn raw(&self) -> *mut chard_call {
        self.raw.get()
    }
}

impl Raw for AtomicCall {
    fn raw(&self) -> *mut chard_call {
        self.raw.get()
    }
}

impl Call {
    /// # Safety
    ///
    /// `raw` is the record of a call that goes on for all of `'a` and may
    /// sleep, and only this thread uses it.
    pub(crate) unsafe fn from_raw<'a>(raw: *mut chard_call) -> &'a Self {
        // SAFETY: transparent over the record; the caller vouches for the rest.
        unsafe { &*raw.cast() }
    }

    /// It could never wait, here or with what it holds, whatever its caller asked for.
    pub(crate) fn never_waits(&self) -> bool {
        // SAFETY: the record of a call that goes on, which this thread alone uses.
        let call = unsafe { &*self.raw() };
        call.may & (bindings::CHARD_MAY_WAIT | bindings::CHARD_CALL_NOWAIT) == 0 || call.atomic != 0
    }

    /// It may sleep now: by its entry, and with what it holds.
    pub(crate) fn may_sleep(&self) -> bool {
        // SAFETY: as above.
        let call = unsafe { &*self.raw() };
        call.may & bindings::CHARD_MAY_SLEEP != 0 && call.atomic == 0
    }

    /// Says, by its error, that the device does not answer any more: `ENODEV`
    /// when it is removed, `EIO` when a call has panicked; `ECANCELED` in a
    /// [`Thread`](crate::Thread) that was cancelled; `EINTR` where the caller was killed, or has
    /// cancelled the request that a worker of an io_uring makes the call for.
    ///
    /// For a call that goes on for long without waiting, as a thread's: nothing else ends it,
    /// and on some kernels nothing else lets other tasks run on its processor, which this does
    /// where the call may sleep.
    pub fn check(&self) -> Result {
        // SAFETY: the record of a call that goes on.
        done(unsafe { bindings::chard_call_check(self.raw()) })
    }

    /// The number of the call's device among those of its driver: 0 for the
    /// first, as for the only one. Its minor is that many behind the first.
    pub fn device_index(&self) -> u32 {
        // SAFETY: the record of a call that goes on.
        unsafe { bindings::chard_device_index(self.raw()) }
    }

    /// Makes another device of this driver, with the number `index`, or the first
    /// that is free; says which. [`Handler::new`](crate::Handler::new) runs for it
    /// before this returns, and so may the first opens. May sleep.
    ///
    /// `EINVAL` where the region has no such number, `EEXIST` where there is such
    /// a device, or one that is just going, `ENOSPC` where none is free,
    /// `EOPNOTSUPP` on a misc device, which is alone, `ENODEV` while the module is
    /// being unloaded, `EDEADLK` where the call holds a spinlock, `ENOMEM`; what
    /// `Handler::new` refuses with.
    pub fn create_device(&self, index: Option<u32>) -> Result<u32> {
        // A number that is none is one that there is not.
        if index == Some(bindings::CHARD_ANY) {
            return Err(errno::EINVAL);
        }
        let index = index.unwrap_or(bindings::CHARD_ANY);
        // SAFETY: the record of a call that goes on and may sleep.
        let number = unsafe { bindings::chard_device_create(self.raw(), index) };
        u32::try_from(number).map_err(|_| Errno::from_c(number))
    }

    /// Removes the device `index` of this driver, as
    /// [`File::remove_device`](crate::File::remove_device) does that of a file. In a
    /// method for a file, such as an ioctl, that holds no lock, it waits: the node has
    /// gone when it returns, what the device had set going has ended if no file of it is
    /// open, and its number is free. With a lock held, in a method for a device (work, a
    /// thread, an attribute), in those of `mmap(2)` and where the kernel holds a lock of its
    /// own (`docs/context.md` lists all) this comes a moment later. May sleep.
    ///
    /// `ENXIO` where there is no such device, `ENODEV` where it is being removed
    /// already, `EDEADLK` where the call holds a spinlock.
    pub fn remove_device_at(&self, index: u32) -> Result {
        // SAFETY: the record of a call that goes on and may sleep.
        match unsafe { bindings::chard_device_remove_index(self.raw(), index) } {
            0 => Ok(()),
            error => Err(Errno::from_c(error.into())),
        }
    }
}

impl Call {
    /// Tells udev that the device has changed: a uevent with the action `change`
    /// and, beside what the kernel says itself, these variables, each `KEY=VALUE`.
    /// May sleep.
    ///
    /// ```
    /// use chard::prelude::*;
    ///
    /// fn tell(call: &Call) -> Result {
    ///     call.uevent(&[c"LEVEL=high", c"SENSOR=2"])
    /// }
    /// ```
    ///
    /// `EINVAL` for a variable without a key or a value's sign, for one whose key begins
    /// with `CHARD_`, which is the core's, or for more than eight of them, `E2BIG` for
    /// more than 1,024 bytes of them, `ENODEV` where the device has no node, yet or any
    /// more, `EDEADLK` where the call holds a spinlock, `ENOMEM`.
    pub fn uevent(&self, variables: &[&CStr]) -> Result {
        let mut list = [core::ptr::null(); 9];
        if variables.len() >= list.len() {
            return Err(errno::EINVAL);
        }
        for (place, variable) in list.iter_mut().zip(variables) {
            // A key is there, and a sign behind it.
            match variable.to_bytes().iter().position(|byte| *byte == b'=') {
                None | Some(0) => return Err(errno::EINVAL),
                Some(_) if variable.to_bytes().starts_with(b"CHARD_") => {
                    return Err(errno::EINVAL);
                }
                Some(_) => *place = variable.as_ptr(),
            }
        }
        // SAFETY: the record of a call that goes on; a list with NULL behind the last.
        match unsafe { bindings::chard_device_uevent(self.raw(), list.as_ptr()) } {
            0 => Ok(()),
            error => Err(Errno::from_c(error.into())),
        }
    }
}

impl Call {
    /// The I2C or SMBus chip that the device is bound to (`CHARD_I2C_DRIVER()` in C).
    #[inline]
    pub fn i2c(&self) -> I2c<'_> {
        I2c::new(self)
    }

    /// The PCI device that the device is bound to (`CHARD_PCI_DRIVER()` in C).
    #[inline]
    pub fn pci(&self) -> Pci<'_> {
        Pci::new(self)
    }
}

impl AtomicCall {
    /// # Safety
    ///
    /// As [`Call::from_raw`], but that it may sleep.
    pub(crate) unsafe fn from_raw<'a>(raw: *mut chard_call) -> &'a Self {
        // SAFETY: transparent over the record; the caller vouches for the rest.
        unsafe { &*raw.cast() }
    }
}

/// As C takes times: nanoseconds, as many as fit.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
