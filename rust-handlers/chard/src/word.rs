// SPDX-License-Identifier: GPL-2.0
//! One word to and from user space: `get_user()` and `put_user()` of the kernel, which
//! take fewer instructions than a copy does. For a value of 1, 2, 4 or 8 bytes, on x86.
//!
//! The kernel has a function for each size, which it calls with arguments of their own:
//! arch/x86/lib/getuser.S and putuser.S, the same from 6.1 on. They check that the
//! address is user space's, and answer 0, or `-EFAULT`. May sleep.

use core::ptr::copy_nonoverlapping;

pub(crate) use by_kernel::{get, put};

/// Whether the kernel has a function for this many bytes.
#[inline(always)]
pub(crate) fn fits(size: u64) -> bool {
    by_kernel::ARE_HAD && matches!(size, 1 | 2 | 4 | 8)
}

/// The value in a word, whose low bytes x86 has first.
///
/// # Safety
///
/// All bytes of `from` can be read, and it [`fits`].
#[inline(always)]
pub(crate) unsafe fn load<T>(from: *const T) -> u64 {
    let mut word = 0_u64;
    // SAFETY: as for this function.
    unsafe { copy_nonoverlapping(from.cast::<u8>(), (&raw mut word).cast(), size_of::<T>()) };
    word
}

/// The reverse.
///
/// # Safety
///
/// `to` can be written, and it [`fits`].
#[inline(always)]
pub(crate) unsafe fn store<T>(to: *mut T, word: u64) {
    // SAFETY: as for this function.
    unsafe { copy_nonoverlapping((&raw const word).cast::<u8>(), to.cast(), size_of::<T>()) };
}

#[cfg(all(target_arch = "x86_64", not(chard_host)))]
mod by_kernel {
    use core::arch::asm;

    use crate::bindings::{
        __get_user_1, __get_user_2, __get_user_4, __get_user_8, __put_user_1, __put_user_2,
        __put_user_4, __put_user_8,
    };

    pub(super) const ARE_HAD: bool = true;

    /// Puts the word there; not 0 where it can not.
    #[inline(always)]
    pub(crate) fn put(to: usize, word: u64, size: u64) -> i32 {
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
        error as i32
    }

    /// The word, behind what is not 0 where it can not be got.
    #[inline(always)]
    pub(crate) fn get(from: usize, size: u64) -> (i32, u64) {
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
        (error as i32, word)
    }
}

#[cfg(not(all(target_arch = "x86_64", not(chard_host))))]
mod by_kernel {
    pub(super) const ARE_HAD: bool = false;

    pub(crate) fn put(_to: usize, _word: u64, _size: u64) -> i32 {
        -1
    }

    pub(crate) fn get(_from: usize, _size: u64) -> (i32, u64) {
        (-1, 0)
    }
}
