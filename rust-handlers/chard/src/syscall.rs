// SPDX-License-Identifier: GPL-2.0
//! A system call whose body is a function of a crate's, built into the kernel.

use core::ffi::c_long;

use crate::bindings::{self, chard_call, chard_handler, chard_syscall};
use crate::export::Description;
use crate::{Call, Result, UserBuffer, UserReader, UserWriter};

/// A system call: one buffer of the caller's to be read, one to be written.
///
/// It has no device and no file, so it is no [`Call`](crate::Call): what is linked
/// to one, locks above all, is not for it. State between calls is in
/// [`atomic`](crate::atomic)s.
///
/// ```
/// #![no_std]
/// #![forbid(unsafe_code)]
/// use chard::{Result, Syscall};
///
/// fn first_byte(call: Syscall<'_>) -> Result<usize> {
///     let Syscall { mut from, mut to } = call;
///     let mut byte = [0];
///     from.read(&mut byte)?;
///     to.write(&byte)
/// }
///
/// chard::syscall!(first_byte);
/// # fn main() {}
/// ```
pub struct Syscall<'a> {
    /// The caller's buffer to be read.
    pub from: UserReader<'a>,
    /// The caller's buffer to be written.
    pub to: UserWriter<'a>,
}

/// # Safety
///
/// C's call of `chard_NAME_syscall`, with what the system call came with.
#[doc(hidden)]
pub unsafe fn enter(
    call: *mut chard_call,
    args: *const chard_syscall,
    body: fn(Syscall<'_>) -> Result<usize>,
) -> c_long {
    // SAFETY: C's, for the time of the call.
    let (call, args) = unsafe { (Call::from_raw(call), &*args) };
    // The body is for any lifetime: it can not keep them longer than it runs.
    let buffers = Syscall {
        from: UserBuffer::new(call, args.from, args.from_len as usize).reader(),
        to: UserBuffer::new(call, args.to, args.to_len as usize).writer(),
    };
    match body(buffers) {
        Ok(count) => c_long::try_from(count).unwrap_or(c_long::MAX),
        Err(errno) => errno.to_c(),
    }
}

/// What C learns of a system call's crate.
#[doc(hidden)]
pub const HANDLER: Description = Description(chard_handler {
    contract: bindings::CHARD_CONTRACT,
    device_size: 0,
    device_align: 1,
    file_size: 0,
    file_align: 1,
    after_panic: bindings::CHARD_AFTER_CARRY_ON,
    flags: 0,
    attribute_count: 0,
    attributes: core::ptr::null(),
});

/// Makes a function, `fn(Syscall<'_>) -> Result<usize>`, the body of the system call
/// `sys_chard_NAME`, where the crate is `NAME`. Once in a crate, whose C says
/// `CHARD_SYSCALL(NAME)`.
#[macro_export]
macro_rules! syscall {
    ($body:path) => {
        mod chard_handler {
            use super::*;

            $crate::this_driver!();

            #[unsafe(export_name = $crate::core::concat!("chard_", $crate::driver_name!(), "_handler"))]
            static HANDLER: $crate::export::Description = $crate::syscall::HANDLER;

            #[unsafe(export_name = $crate::core::concat!("chard_", $crate::driver_name!(), "_syscall"))]
            unsafe extern "C" fn syscall(
                call: *mut $crate::bindings::chard_call,
                args: *const $crate::bindings::chard_syscall,
            ) -> $crate::core::ffi::c_long {
                let body: fn($crate::Syscall<'_>) -> $crate::Result<usize> = $body;
                // SAFETY: C's call.
                unsafe { $crate::syscall::enter(call, args, body) }
            }
        }
    };
}
