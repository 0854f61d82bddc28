// SPDX-License-Identifier: GPL-2.0
//! Typed ioctls: the number, from the C header that user space includes, says
//! direction and size; the method says the types; the two must agree or the
//! handler does not compile.

use core::ffi::c_long;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

use crate::calls::call::sealed::Raw;
use crate::memory::copy::{copy_from_user, copy_to_user};
use crate::{Call, Result, errno};

/// A type that crosses to user space whole: every pattern of bits is a valid
/// value, and there is no padding, whose bytes would be the kernel's. The
/// structs of a driver's uapi header get it from [`uapi!`](crate::uapi).
///
/// Without padding on 64 bits the layout is the same for a 32-bit caller.
///
/// A struct with padding is refused,
///
/// ```compile_fail,E0080
/// chard::uapi_items! { // what uapi! makes of the header
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct gap {
///         pub small: u8,
///         pub large: u64,
///     }
/// }
/// ```
///
/// also where a field that would fill it is left out on a condition, as is one with a
/// name that the struct does not have itself:
///
/// ```compile_fail,E0026
/// chard::uapi_items! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct gap {
///         pub small: u32,
///         #[cfg(any())]
///         pub pad: u32,
///         pub large: u64,
///     }
/// }
/// ```
///
/// or listed more than once, to be counted for the gap,
///
/// ```compile_fail,E0025
/// chard::uapi_items! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct gap {
///         pub small: u32,
///         #[cfg(any())]
///         pub small: u32,
///         pub large: u64,
///     }
/// }
/// ```
///
/// and one with a field that not all bits are valid for:
///
/// ```compile_fail,E0277
/// chard::uapi_items! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct flag {
///         pub set: bool,
///     }
/// }
/// ```
///
/// # Safety
///
/// As said: any bits are valid, and all bytes belong to a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the payload of an ioctl",
    note = "a payload is an integer of fixed size, an array of payloads, or a struct of the \
            driver's uapi header made of those, without padding"
)]
pub unsafe trait Payload: Copy + 'static {
    /// Its bytes, as a function of the driver's C takes them ([`c!`](crate::c)).
    ///
    /// ```
    /// use chard::prelude::*;
    ///
    /// let mut pair = [1_u16, 2];
    /// pair.as_bytes_mut()[2] = 3;
    /// assert_eq!((pair, [1_u16].as_bytes()), ([1, 3], &[1, 0][..]));
    /// ```
    fn as_bytes(&self) -> &[u8] {
        // SAFETY: a Payload has no padding.
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), size_of::<Self>()) }
    }

    /// Likewise, to be written to.
    fn as_bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above; and it is valid whatever its bits.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), size_of::<Self>()) }
    }
}

macro_rules! integers {
    ($($t:ty)*) => {
        // SAFETY: integers of the same size everywhere.
        $(unsafe impl Payload for $t {})*
    };
}
integers!(u8 u16 u32 u64 i8 i16 i32 i64);

// SAFETY: elements follow one another without gaps.
unsafe impl<T: Payload, const N: usize> Payload for [T; N] {}

/// The third argument of `ioctl(2)`: a number, or the address of a payload.
pub struct Arg<'a> {
    raw: usize,
    call: &'a Call,
}

impl<'a> Arg<'a> {
    #[doc(hidden)]
    pub fn new(call: &'a Call, raw: usize) -> Self {
        Self { raw, call }
    }

    /// The number itself.
    pub fn value(self) -> usize {
        self.raw
    }

    /// Copies a payload in, once. `EFAULT` unless all of it is there.
    pub fn take<T: Payload>(&self) -> Result<T> {
        let mut payload = MaybeUninit::<T>::uninit();
        // SAFETY: the place is as large as the copy.
        if !unsafe { copy_from_user(self.call.raw(), payload.as_mut_ptr(), self.raw) } {
            core::hint::cold_path();
            return Err(errno::EFAULT);
        }
        // SAFETY: all of it was copied, and a Payload is valid whatever its bits.
        Ok(unsafe { payload.assume_init() })
    }

    /// Copies a payload out. `EFAULT` unless all of it could be.
    pub fn put<T: Payload>(&self, payload: T) -> Result {
        // SAFETY: a Payload has no padding: every byte is the value's own.
        if !unsafe { copy_to_user(self.call.raw(), self.raw, &raw const payload) } {
            core::hint::cold_path();
            return Err(errno::EFAULT);
        }
        Ok(())
    }
}

/// The bytes of a field, whose type is that which the struct really has: `uapi_items!`
/// takes it out by a pattern.
#[doc(hidden)]
pub const fn field_size<S, T: Payload>(_: fn(S) -> T) -> usize {
    size_of::<T>()
}

/// The type of a field. Nothing is coerced into it where the result is bound before it is used:
/// `!` would be any type, and a reference whatever it dereferences to.
#[doc(hidden)]
pub const fn type_of<T>(_: &T) -> PhantomData<T> {
    PhantomData
}

/// A field is of the type `T`.
#[doc(hidden)]
pub const fn field_is<S, T>(_: fn(S) -> PhantomData<T>) {}

/// Whether a struct has nothing between its fields.
#[doc(hidden)]
pub struct Whole<const YES: bool>;

/// A struct without padding.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a struct of a header that the driver's uapi header includes has padding, which \
               would carry bytes of the kernel's to user space",
    note = "give the driver's own header a struct that names the gap as a field"
)]
pub trait IsWhole {}
impl IsWhole for Whole<true> {}

/// What an entry returns: nothing but [`answer`] makes one.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Answer(c_long);

impl Answer {
    #[inline(always)]
    pub(crate) fn to_c(self) -> c_long {
        self.0
    }
}

/// What `ioctl(2)` returns for a method's result: a number above `i32::MAX` would be taken for
/// an error.
#[doc(hidden)]
#[inline(always)]
pub fn answer(result: Result<u32>) -> Answer {
    Answer(match result {
        Ok(value) if value <= i32::MAX as u32 => value.into(),
        Ok(_) => errno::EOVERFLOW.to_c(),
        Err(errno) => errno.to_c(),
    })
}

/// A number as if C had made it by `how`, of a payload of `size` bytes: for one whose direction
/// or size is not what goes in and out.
#[doc(hidden)]
pub const fn like(cmd: u32, how: &str, size: usize) -> u32 {
    let direction = match how.as_bytes() {
        b"_IO" => 0,
        b"_IOW" => 1,
        b"_IOR" => 2,
        b"_IOWR" => 3,
        _ => panic!("ioctls!: behind `as` comes _IO, _IOR, _IOW or _IOWR"),
    };
    assert!(
        size < 1 << 14,
        "ioctls!: no number has room for a payload of this size"
    );
    direction << 30 | (size as u32) << 16 | cmd & 0xffff
}

/// The bytes that a number says its payload has. The layout of numbers is that of
/// asm-generic/ioctl.h: size in bits 16 to 29, direction above.
#[doc(hidden)]
pub const fn size(cmd: u32) -> usize {
    ((cmd >> 16) & 0x3fff) as usize
}

/// Whether a number fits what a method takes and gives; `line` is that of the table.
#[doc(hidden)]
pub const fn check(line: &str, cmd: u32, takes: usize, gives: usize) {
    if (cmd >> 30) & 1 != (takes != 0) as u32 {
        wrong(&[
            line,
            ": the ioctl's number and its method disagree on whether a payload comes in (_IOW, _IOWR)",
        ]);
    }
    if (cmd >> 30) & 2 != ((gives != 0) as u32) << 1 {
        wrong(&[
            line,
            ": the ioctl's number and its method disagree on whether a payload goes out (_IOR, _IOWR)",
        ]);
    }
    if takes > 1024 || gives > 1024 {
        wrong(&[
            line,
            ": a payload this large does not belong on the kernel's stack: pass its address in a \
             smaller one, and use File::user_buffer",
        ]);
    }
    if takes != 0 && takes != size(cmd) || gives != 0 && gives != size(cmd) {
        wrong(&[
            line,
            ": the ioctl's number and its method disagree on the payload's size",
        ]);
    }
}

/// No number is in a table twice: the second method would never be called.
#[doc(hidden)]
pub const fn distinct(table: &[(u32, &str)]) {
    let mut first = 0;
    while first < table.len() {
        let mut second = first + 1;
        while second < table.len() {
            if table[first].0 == table[second].0 {
                wrong(&[
                    table[first].1,
                    " and ",
                    table[second].1,
                    " are the same number: an ioctl is answered by one method",
                ]);
            }
            second += 1;
        }
        first += 1;
    }
}

/// What the compiler says of a table, in parts, with as much of them as fits.
const fn wrong(parts: &[&str]) -> ! {
    let mut bytes = [0; 512];
    let (mut len, mut part) = (0, 0);
    while part < parts.len() {
        let text = parts[part].as_bytes();
        let mut at = 0;
        while at < text.len() && len < bytes.len() {
            bytes[len] = text[at];
            len += 1;
            at += 1;
        }
        part += 1;
    }
    match core::str::from_utf8(bytes.split_at(len).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("a line of ioctls! is wrong"),
    }
}
