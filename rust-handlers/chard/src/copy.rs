// SPDX-License-Identifier: GPL-2.0
//! Copies to and from user space, of what is Rust's, by the core's helpers. Each says how
//! many bytes were copied, which are less than asked for where user memory faults, and
//! none where the call may not reach its caller's memory; each may sleep, where its call
//! may.

use core::ffi::{c_ulong, c_void};

use crate::bindings::{
    chard_call, chard_copy_from_iter, chard_copy_from_user, chard_copy_to_iter, chard_copy_to_user,
    iov_iter,
};
use crate::io::Place;

/// # Safety
///
/// `len` bytes, at most i32::MAX, can be read at `from`; the call goes on, and an iov_iter
/// is this call's.
#[inline(always)]
pub(crate) unsafe fn write_bytes(
    call: *const chard_call,
    to: Place,
    from: *const c_void,
    len: c_ulong,
) -> c_ulong {
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if to.user {
            chard_copy_to_user(call, to.at, from, len)
        } else {
            chard_copy_to_iter(call, to.at as *mut iov_iter, from, len)
        }
    }
}

/// The same, in.
///
/// # Safety
///
/// `len` bytes, at most i32::MAX, can be written at `to`; the call goes on, and an
/// iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn read_bytes(
    call: *const chard_call,
    from: Place,
    to: *mut c_void,
    len: c_ulong,
) -> c_ulong {
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if from.user {
            chard_copy_from_user(call, to, from.at, len)
        } else {
            chard_copy_from_iter(call, from.at as *mut iov_iter, to, len)
        }
    }
}

/// A value of the type `T` to where a transfer goes on; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read; the call goes on, and an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn write_value<T>(call: *const chard_call, to: Place, from: *const T) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function.
    unsafe { write_bytes(call, to, from.cast(), size) == size }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written, and is whole where all of it was copied; the call goes on, and an
/// iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn read_value<T>(call: *const chard_call, from: Place, to: *mut T) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function.
    unsafe { read_bytes(call, from, to.cast(), size) == size }
}

/// Of a value of the type `T`; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read, and the call goes on.
#[inline(always)]
pub(crate) unsafe fn copy_to_user<T>(call: *const chard_call, to: usize, from: *const T) -> bool {
    let to = Place {
        at: to as c_ulong,
        user: true,
    };
    // SAFETY: as for this function.
    unsafe { write_value(call, to, from) }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written; it is whole where all of it was copied. The call goes on.
#[inline(always)]
pub(crate) unsafe fn copy_from_user<T>(call: *const chard_call, to: *mut T, from: usize) -> bool {
    let from = Place {
        at: from as c_ulong,
        user: true,
    };
    // SAFETY: as for this function.
    unsafe { read_value(call, from, to) }
}
