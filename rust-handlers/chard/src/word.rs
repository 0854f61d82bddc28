// SPDX-License-Identifier: GPL-2.0
//! One word to and from user space: `get_user()` and `put_user()` of the kernel, which
//! take fewer instructions than a copy does. For a value of 1, 2, 4 or 8 bytes, on x86;
//! `None` where that is not to be had.
//!
//! The kernel has a function for each size, which it calls with arguments of their own:
//! arch/x86/lib/getuser.S and putuser.S, the same from 6.1 on. They check that the
//! address is user space's, and answer 0, or `-EFAULT`. May sleep.

use core::ptr::copy_nonoverlapping;

/// # Safety
///
/// All bytes of `from` can be read.
#[inline(always)]
pub(crate) unsafe fn put<T>(to: usize, from: *const T) -> Option<bool> {
    let size = size_of::<T>();
    let mut word = 0_u64;
    if !matches!(size, 1 | 2 | 4 | 8) {
        return None;
    }
    // SAFETY: as for this function; a word has room for as much, and x86 has the low
    // bytes first.
    unsafe { copy_nonoverlapping(from.cast::<u8>(), (&raw mut word).cast(), size) };
    by_kernel::put(to, word, size)
}

/// # Safety
///
/// `to` can be written; it is whole where the word was got.
#[inline(always)]
pub(crate) unsafe fn get<T>(to: *mut T, from: usize) -> Option<bool> {
    let size = size_of::<T>();
    if !matches!(size, 1 | 2 | 4 | 8) {
        return None;
    }
    let (got, word) = by_kernel::get(from, size)?;
    // SAFETY: as for this function, and as above.
    unsafe { copy_nonoverlapping((&raw const word).cast::<u8>(), to.cast(), size) };
    Some(got)
}

#[cfg(all(target_arch = "x86_64", not(chard_host)))]
mod by_kernel {
    use core::arch::asm;

    use crate::bindings::{
        __get_user_1, __get_user_2, __get_user_4, __get_user_8, __put_user_1, __put_user_2,
        __put_user_4, __put_user_8,
    };

    /// Whether the word was put there.
    #[inline(always)]
    pub(super) fn put(to: usize, word: u64, size: usize) -> Option<bool> {
        let mut error = to;
        macro_rules! call {
            ($function:ident) => {
                // SAFETY: the kernel's function checks the address, writes there alone,
                // and changes rcx, rbx, which LLVM has for itself, and no other register.
                unsafe {
                    asm!(
                        "mov {kept}, rbx",
                        "call {function}",
                        "mov rbx, {kept}",
                        kept = out(reg) _,
                        function = sym $function,
                        in("rax") word,
                        inout("rcx") error,
                    )
                }
            };
        }
        match size {
            1 => call!(__put_user_1),
            2 => call!(__put_user_2),
            4 => call!(__put_user_4),
            _ => call!(__put_user_8),
        }
        Some(error as u32 == 0)
    }

    /// Whether the word was got, and the word.
    #[inline(always)]
    pub(super) fn get(from: usize, size: usize) -> Option<(bool, u64)> {
        let mut error = from;
        let word: u64;
        macro_rules! call {
            ($function:ident) => {
                // SAFETY: the kernel's function checks the address, and changes rax and
                // rdx and no other register.
                unsafe {
                    asm!(
                        "call {function}",
                        function = sym $function,
                        inout("rax") error,
                        out("rdx") word,
                    )
                }
            };
        }
        match size {
            1 => call!(__get_user_1),
            2 => call!(__get_user_2),
            4 => call!(__get_user_4),
            _ => call!(__get_user_8),
        }
        Some((error as u32 == 0, word))
    }
}

#[cfg(not(all(target_arch = "x86_64", not(chard_host))))]
mod by_kernel {
    pub(super) fn put(_to: usize, _word: u64, _size: usize) -> Option<bool> {
        None
    }

    pub(super) fn get(_from: usize, _size: usize) -> Option<(bool, u64)> {
        None
    }
}
