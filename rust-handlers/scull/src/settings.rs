// SPDX-License-Identifier: GPL-2.0
//! The sizes, which all devices have in common, and the ioctls that change them: the
//! book's chapter 6. They begin as the module's parameters say (chapter 2).

use core::sync::atomic::{AtomicU32, Ordering};

use chard::prelude::*;

use crate::uapi::*;
use crate::{Scull, params};

/// A size that ioctls change.
pub struct Setting {
    /// 0 until it is begun.
    value: AtomicU32,
    max: u32,
}

/// Bytes of a quantum.
pub static QUANTUM: Setting = Setting::new(SCULL_QUANTUM_MAX);
/// Quanta of a set.
pub static QSET: Setting = Setting::new(SCULL_QSET_MAX);
/// Bytes of a pipe's buffer.
pub static P_BUFFER: Setting = Setting::new(SCULL_P_BUFFER_MAX);

impl Setting {
    const fn new(max: u32) -> Self {
        Setting {
            value: AtomicU32::new(0),
            max,
        }
    }

    /// Takes a module parameter's value, the first time.
    fn begin(&self, value: u32) {
        let _ = self
            .value
            .compare_exchange(0, value, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The size.
    pub fn get(&self) -> u32 {
        self.value.load(Ordering::Relaxed)
    }

    /// Sets it, and gives the old one. `EPERM` if the caller may not, `EINVAL` for a size
    /// that is none.
    fn change(&self, call: &Call, value: impl TryInto<u32>) -> Result<u32> {
        may_change(call)?;
        let value = value.try_into().map_err(|_| EINVAL)?;
        if !(1..=self.max).contains(&value) {
            return Err(EINVAL);
        }
        Ok(self.value.swap(value, Ordering::Relaxed))
    }
}

/// Everybody may ask; changing is for the administrator.
fn may_change(call: &Call) -> Result {
    if call.capable(Capability::SYS_ADMIN) {
        Ok(())
    } else {
        Err(EPERM)
    }
}

/// Before a device is made: all begin with what the module was loaded with.
pub fn begin() {
    QUANTUM.begin(params::scull_quantum());
    QSET.begin(params::scull_qset());
    P_BUFFER.begin(params::scull_p_buffer());
}

chard::ioctls! { Scull:
    SCULL_IOCRESET => reset_sizes();
    SCULL_IOCSQUANTUM => set_quantum(i32);
    SCULL_IOCSQSET => set_qset(i32);
    SCULL_IOCTQUANTUM => tell_quantum(value);
    SCULL_IOCTQSET => tell_qset(value);
    SCULL_IOCGQUANTUM => get_quantum() -> i32;
    SCULL_IOCGQSET => get_qset() -> i32;
    SCULL_IOCQQUANTUM => query_quantum() -> value;
    SCULL_IOCQQSET => query_qset() -> value;
    SCULL_IOCXQUANTUM => exchange_quantum(i32) -> i32;
    SCULL_IOCXQSET => exchange_qset(i32) -> i32;
    SCULL_IOCHQUANTUM => shift_quantum(value) -> value;
    SCULL_IOCHQSET => shift_qset(value) -> value;
    SCULL_P_IOCTSIZE => tell_pipe(value);
    SCULL_P_IOCQSIZE => query_pipe() -> value;
}

type File<'a> = chard::File<'a, <Scull as Handler>::File>;

// No size is beyond what an int holds.
impl Scull {
    fn reset_sizes(&self, file: &File<'_>) -> Result {
        QUANTUM.change(file, SCULL_QUANTUM)?;
        QSET.change(file, SCULL_QSET)?;
        Ok(())
    }

    fn set_quantum(&self, file: &File<'_>, value: i32) -> Result {
        QUANTUM.change(file, value).map(drop)
    }

    fn set_qset(&self, file: &File<'_>, value: i32) -> Result {
        QSET.change(file, value).map(drop)
    }

    fn tell_quantum(&self, file: &File<'_>, value: usize) -> Result {
        QUANTUM.change(file, value).map(drop)
    }

    fn tell_qset(&self, file: &File<'_>, value: usize) -> Result {
        QSET.change(file, value).map(drop)
    }

    fn get_quantum(&self, _file: &File<'_>) -> Result<i32> {
        Ok(QUANTUM.get() as i32)
    }

    fn get_qset(&self, _file: &File<'_>) -> Result<i32> {
        Ok(QSET.get() as i32)
    }

    fn query_quantum(&self, _file: &File<'_>) -> Result<u32> {
        Ok(QUANTUM.get())
    }

    fn query_qset(&self, _file: &File<'_>) -> Result<u32> {
        Ok(QSET.get())
    }

    fn exchange_quantum(&self, file: &File<'_>, value: i32) -> Result<i32> {
        Ok(QUANTUM.change(file, value)? as i32)
    }

    fn exchange_qset(&self, file: &File<'_>, value: i32) -> Result<i32> {
        Ok(QSET.change(file, value)? as i32)
    }

    fn shift_quantum(&self, file: &File<'_>, value: usize) -> Result<u32> {
        QUANTUM.change(file, value)
    }

    fn shift_qset(&self, file: &File<'_>, value: usize) -> Result<u32> {
        QSET.change(file, value)
    }

    fn tell_pipe(&self, file: &File<'_>, value: usize) -> Result {
        P_BUFFER.change(file, value).map(drop)
    }

    fn query_pipe(&self, _file: &File<'_>) -> Result<u32> {
        Ok(P_BUFFER.get())
    }
}
