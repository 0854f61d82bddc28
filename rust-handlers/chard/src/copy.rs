// SPDX-License-Identifier: GPL-2.0
//! Copies to and from user space, of what is Rust's: what the kernel's inline functions
//! do, or a helper where they do more. Each says how many bytes were copied, which are
//! less than asked for where user memory faults; each may sleep.
//!
//! A call that holds what it can not sleep with goes by the helper, which lets a fault
//! fail. What is copied is looked at first, as hardened user copies want it; an object
//! whose size is known when this is compiled the kernel does not look at either.

use core::ffi::{c_ulong, c_void};

use crate::bindings::{
    __check_object_size, _copy_from_iter, _copy_from_user, _copy_to_iter, _copy_to_user,
    CHARD_CHECK_OBJECTS, CHARD_DIRECT_COPY, chard_call, chard_copy_from_iter, chard_copy_from_user,
    chard_copy_to_iter, chard_copy_to_user, chard_fill_from_user, iov_iter,
};
use crate::io::Place;
use crate::word;

/// # Safety
///
/// The call goes on.
#[inline(always)]
unsafe fn direct(call: *const chard_call) -> bool {
    // SAFETY: as for this function; nobody else writes to a call's record.
    CHARD_DIRECT_COPY != 0 && unsafe { (*call).atomic } == 0
}

/// # Safety
///
/// `len` bytes, at most i32::MAX, can be read at `from`; an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn write_bytes(
    call: *const chard_call,
    to: Place,
    from: *const c_void,
    len: c_ulong,
) -> c_ulong {
    let iter = to.at as *mut iov_iter;
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if !direct(call) {
            return if to.user {
                chard_copy_to_user(to.at, from, len)
            } else {
                chard_copy_to_iter(iter, from, len)
            };
        }
        if CHARD_CHECK_OBJECTS != 0 {
            __check_object_size(from, len, true);
        }
        if to.user {
            len.wrapping_sub(_copy_to_user(to.at as *mut c_void, from, len))
        } else {
            _copy_to_iter(from, len, iter)
        }
    }
}

/// The same, in. From an address it is always a helper, as the kernel's function would make
/// zeros of what it can not fill.
///
/// # Safety
///
/// `len` bytes, at most i32::MAX, can be written at `to`; an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn read_bytes(
    call: *const chard_call,
    from: Place,
    to: *mut c_void,
    len: c_ulong,
) -> c_ulong {
    let iter = from.at as *mut iov_iter;
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if !direct(call) {
            return if from.user {
                chard_copy_from_user(to, from.at, len)
            } else {
                chard_copy_from_iter(iter, to, len)
            };
        }
        if from.user {
            return chard_fill_from_user(to, from.at, len);
        }
        if CHARD_CHECK_OBJECTS != 0 {
            __check_object_size(to, len, false);
        }
        _copy_from_iter(to, len, iter)
    }
}

/// A value of the type `T` to where a transfer goes on; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read; an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn write_value<T>(call: *const chard_call, to: Place, from: *const T) -> bool {
    let size = size_of::<T>() as c_ulong;
    let iter = to.at as *mut iov_iter;
    // SAFETY: as for this function.
    unsafe {
        if to.user {
            copy_to_user(call, to.at as usize, from)
        } else if direct(call) {
            _copy_to_iter(from.cast(), size, iter) == size
        } else {
            chard_copy_to_iter(iter, from.cast(), size) == size
        }
    }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written, and is whole where all of it was copied; an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn read_value<T>(call: *const chard_call, from: Place, to: *mut T) -> bool {
    let size = size_of::<T>() as c_ulong;
    let iter = from.at as *mut iov_iter;
    // SAFETY: as for this function.
    unsafe {
        if from.user {
            copy_from_user(call, to, from.at as usize)
        } else if direct(call) {
            _copy_from_iter(to.cast(), size, iter) == size
        } else {
            chard_copy_from_iter(iter, to.cast(), size) == size
        }
    }
}

/// Of a value of the type `T`; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read.
#[inline(always)]
pub(crate) unsafe fn copy_to_user<T>(call: *const chard_call, to: usize, from: *const T) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if word::fits(size) {
            let word = word::load(from);
            let error = if direct(call) {
                word::put(to, word, size)
            } else {
                put_slowly(to, word, size)
            };
            error == 0
        } else if direct(call) {
            _copy_to_user(to as *mut c_void, from.cast(), size) == 0
        } else {
            chard_copy_to_user(to as u64, from.cast(), size) == size
        }
    }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written; it is whole where all of it was copied.
#[inline(always)]
pub(crate) unsafe fn copy_from_user<T>(call: *const chard_call, to: *mut T, from: usize) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if word::fits(size) {
            let (error, word) = if direct(call) {
                word::get(from, size)
            } else {
                get_slowly(from, size)
            };
            word::store(to, word);
            error == 0
        } else if direct(call) {
            _copy_from_user(to.cast(), from as *const c_void, size) == 0
        } else {
            chard_copy_from_user(to.cast(), from as u64, size) == size
        }
    }
}

/// A word of a call that may not sleep, answered as [`word::put`] does; apart, so that
/// others have it in a register.
///
/// # Safety
///
/// `size` is at most that of a word.
#[cold]
#[inline(never)]
unsafe fn put_slowly(to: usize, word: u64, size: c_ulong) -> i32 {
    // SAFETY: as for this function; the address of user space is checked there.
    let copied = unsafe { chard_copy_to_user(to as u64, (&raw const word).cast(), size) };
    (copied != size).into()
}

/// The same, in.
///
/// # Safety
///
/// `size` is at most that of a word.
#[cold]
#[inline(never)]
unsafe fn get_slowly(from: usize, size: c_ulong) -> (i32, u64) {
    let mut word = 0_u64;
    // SAFETY: as for this function; the address of user space is checked there.
    let copied = unsafe { chard_copy_from_user((&raw mut word).cast(), from as u64, size) };
    ((copied != size).into(), word)
}
