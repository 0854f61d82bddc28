// SPDX-License-Identifier: GPL-2.0
//! Copies to and from user space, of what is Rust's, by the core's helpers. Each says how
//! many bytes were copied, which are less than asked for where user memory faults, and
//! none where the call may not reach its caller's memory; each may sleep, where its call
//! may.

use core::ffi::{c_ulong, c_void};
use core::ptr::copy_nonoverlapping;

use crate::bindings::{
    chard_call, chard_copy_from_iter, chard_copy_from_user, chard_copy_to_iter, chard_copy_to_user,
    chard_get_value, chard_put_value, iov_iter,
};

/// The caller's memory that a transfer is about.
#[derive(Clone, Copy)]
pub(crate) enum Memory {
    /// A buffer at this address of user space.
    User(u64),
    /// What the VFS's iov_iter says, which moves on by itself. The call has it for itself.
    Iter(*mut iov_iter),
}

/// # Safety
///
/// `len` bytes, at most i32::MAX, can be read at `from`; the call goes on, and an iov_iter
/// is this call's.
#[inline(always)]
pub(crate) unsafe fn write_bytes(
    call: *mut chard_call,
    to: Memory,
    from: *const c_void,
    len: c_ulong,
) -> c_ulong {
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        match to {
            Memory::User(to) => chard_copy_to_user(call, to, from, len),
            Memory::Iter(to) => chard_copy_to_iter(call, to, from, len),
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
    call: *mut chard_call,
    from: Memory,
    to: *mut c_void,
    len: c_ulong,
) -> c_ulong {
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        match from {
            Memory::User(from) => chard_copy_from_user(call, to, from, len),
            Memory::Iter(from) => chard_copy_from_iter(call, from, to, len),
        }
    }
}

/// A value of the type `T` to where a transfer goes on; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read; the call goes on, and an iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn write_value<T>(call: *mut chard_call, to: Memory, from: *const T) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function.
    unsafe {
        match to {
            Memory::User(to) => copy_to_user(call, to as usize, from),
            Memory::Iter(_) => write_bytes(call, to, from.cast(), size) == size,
        }
    }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written, and is whole where all of it was copied; the call goes on, and an
/// iov_iter is this call's.
#[inline(always)]
pub(crate) unsafe fn read_value<T>(call: *mut chard_call, from: Memory, to: *mut T) -> bool {
    let size = size_of::<T>() as c_ulong;
    // SAFETY: as for this function.
    unsafe {
        match from {
            Memory::User(from) => copy_from_user(call, to, from as usize),
            Memory::Iter(_) => read_bytes(call, from, to.cast(), size) == size,
        }
    }
}

/// A value of the type `T` to an address of the caller's; says whether all of it was copied.
///
/// # Safety
///
/// All bytes of `from` can be read, and the call goes on.
#[inline(always)]
pub(crate) unsafe fn copy_to_user<T>(call: *mut chard_call, to: usize, from: *const T) -> bool {
    let (mut word, size) = (0_u64, size_of::<T>());
    let mut value = from.cast::<u8>();
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        // Of a size of one, a value need not be aligned as a word.
        if size <= size_of::<u64>() {
            copy_nonoverlapping(value, (&raw mut word).cast(), size);
            value = (&raw const word).cast();
        }
        chard_put_value(call, to as u64, value.cast(), size as c_ulong) == 0
    }
}

/// The same, in.
///
/// # Safety
///
/// `to` can be written; it is whole where all of it was copied. The call goes on.
#[inline(always)]
pub(crate) unsafe fn copy_from_user<T>(call: *mut chard_call, to: *mut T, from: usize) -> bool {
    let (mut word, size) = (0_u64, size_of::<T>());
    // SAFETY: as for this function; the address of user space is checked there.
    unsafe {
        if size > size_of::<u64>() {
            return chard_get_value(call, to.cast(), from as u64, size as c_ulong) == 0;
        }
        let got = chard_get_value(call, (&raw mut word).cast(), from as u64, size as c_ulong) == 0;
        copy_nonoverlapping((&raw const word).cast::<u8>(), to.cast(), size);
        got
    }
}
