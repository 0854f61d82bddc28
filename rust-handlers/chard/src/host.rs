// SPDX-License-Identifier: GPL-2.0
//! Calls for the examples in this documentation, which run in a process.

use core::ffi::c_long;
use core::mem::MaybeUninit;

use crate::bindings::{
    CHARD_MAY_ALL, CHARD_MAY_CREATE, CHARD_MAY_NOWAIT, CHARD_MAY_REMOVE, chard_call,
};
use crate::calls::call::sealed::Raw;
use crate::{AtomicCall, Call, Result};

unsafe extern "C" {
    fn chard_call_release(call: *mut chard_call, ret: c_long) -> c_long;
}

/// Does `inside` in a call of its own, of the stand-in's device.
pub fn call(inside: impl FnOnce(&Call) -> Result) -> Result {
    // SAFETY: plain words and pointers of C's, for which zeros are valid.
    let mut record: chard_call = unsafe { MaybeUninit::zeroed().assume_init() };
    record.may = CHARD_MAY_ALL & !(CHARD_MAY_CREATE | CHARD_MAY_REMOVE);
    // SAFETY: the record of a call that goes on in here, and ends as in C.
    unsafe {
        let result = inside(Call::from_raw(&raw mut record));
        if !record.held.is_null() {
            chard_call_release(&raw mut record, 0);
        }
        result
    }
}

/// The same call, but one that must not sleep.
pub fn atomic<R>(call: &Call, inside: impl FnOnce(&AtomicCall) -> R) -> R {
    // SAFETY: the call goes on.
    inside(unsafe { AtomicCall::from_raw(call.raw()) })
}

/// The same call must not wait from now on, as with `RWF_NOWAIT`.
pub fn nowait(call: &Call) {
    // SAFETY: the record is this thread's alone.
    unsafe { (*call.raw()).may = CHARD_MAY_NOWAIT };
}
