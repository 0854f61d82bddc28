// SPDX-License-Identifier: GPL-2.0
//! Typed ioctls: the number, from the C header that user space includes, says
//! direction and size; the method says the types; the two must agree or the
//! handler does not compile.

use core::ffi::c_long;
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
pub unsafe trait Payload: Copy + 'static {}

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

/// What an entry returns.
#[doc(hidden)]
#[inline(always)]
pub fn to_c(result: Result<u32>) -> c_long {
    result.map_or_else(|errno| errno.to_c(), c_long::from)
}

/// Whether a number fits what a method takes and gives. The layout of numbers
/// is that of asm-generic/ioctl.h: size in bits 16 to 29, direction above.
#[doc(hidden)]
pub const fn check(cmd: u32, takes: usize, gives: usize) {
    let size = ((cmd >> 16) & 0x3fff) as usize;
    assert!(
        (cmd >> 30) & 1 == (takes != 0) as u32,
        "the ioctl's number and its method disagree on whether a payload comes in (_IOW, _IOWR)"
    );
    assert!(
        (cmd >> 30) & 2 == ((gives != 0) as u32) << 1,
        "the ioctl's number and its method disagree on whether a payload goes out (_IOR, _IOWR)"
    );
    assert!(
        size <= 1024,
        "a payload this large does not belong on the kernel's stack: pass its address in a \
         smaller one, and use File::user_buffer"
    );
    assert!(
        (takes == 0 || takes == size) && (gives == 0 || gives == size),
        "the ioctl's number and its method disagree on the payload's size"
    );
}

/// No number is in a table twice: the second method would never be called.
#[doc(hidden)]
pub const fn distinct(table: &[(u32, &str)]) {
    let mut first = 0;
    while first < table.len() {
        let mut second = first + 1;
        while second < table.len() {
            if table[first].0 == table[second].0 {
                let text = SameNumber::of(table[first].1, table[second].1);
                match core::str::from_utf8(text.bytes.split_at(text.len).0) {
                    Ok(text) => panic!("{}", text),
                    Err(_) => panic!("two of the ioctls have the same number"),
                }
            }
            second += 1;
        }
        first += 1;
    }
}

/// What the compiler says of two that are equal, with as much of their names as fits.
struct SameNumber {
    bytes: [u8; 256],
    len: usize,
}

impl SameNumber {
    const fn of(first: &str, second: &str) -> Self {
        let mut text = Self {
            bytes: [0; 256],
            len: 0,
        };
        text.add(first);
        text.add(" and ");
        text.add(second);
        text.add(" are the same number: an ioctl is answered by one method");
        text
    }

    const fn add(&mut self, part: &str) {
        let mut at = 0;
        while at < part.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = part.as_bytes()[at];
            self.len += 1;
            at += 1;
        }
    }
}

/// What `ioctl(2)` returns for a method's result.
#[doc(hidden)]
pub fn answer(value: u32) -> Result<u32> {
    // A negative result would be taken for an error.
    if value > i32::MAX as u32 {
        return Err(errno::EOVERFLOW);
    }
    Ok(value)
}

/// Writes [`Ioctl`](crate::Ioctl) for a handler: each number of the uapi
/// header with the method that answers it, and what goes in and comes out.
///
/// ```
/// # use chard::prelude::*;
/// # mod uapi {
/// #     pub const CHARD_ECHO_GET_SIZE: u32 = 0x8008ec01;
/// #     pub const CHARD_ECHO_CLEAR: u32 = 0xec02;
/// #     pub const CHARD_ECHO_SET_LIMIT: u32 = 0x4008ec03;
/// #     pub const CHARD_ECHO_SUM: u32 = 0xc010ec04;
/// #     pub const CHARD_ECHO_WAIT: u32 = 0xec05;
/// #     chard::uapi_items! {
/// #         #[repr(C)]
/// #         #[derive(Clone, Copy)]
/// #         pub struct chard_echo_sum { pub offset: u64, pub sum: u64 }
/// #     }
/// # }
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::ioctls! { Echo:
///     uapi::CHARD_ECHO_CLEAR     => clear();
///     uapi::CHARD_ECHO_GET_SIZE  => get_size() -> u64;
///     uapi::CHARD_ECHO_SET_LIMIT => set_limit(u64);
///     uapi::CHARD_ECHO_SUM       => sum(uapi::chard_echo_sum) -> uapi::chard_echo_sum;
///     uapi::CHARD_ECHO_WAIT      => wait(value) -> value;
/// }
/// # impl Echo {
/// #     fn clear(&self, _: &File<'_>) -> Result { Ok(()) }
/// #     fn get_size(&self, _: &File<'_>) -> Result<u64> { Ok(0) }
/// #     fn set_limit(&self, _: &File<'_>, _: u64) -> Result { Ok(()) }
/// #     fn sum(&self, _: &File<'_>, it: uapi::chard_echo_sum) -> Result<uapi::chard_echo_sum> { Ok(it) }
/// #     fn wait(&self, _: &File<'_>, _: usize) -> Result<u32> { Ok(0) }
/// # }
/// ```
///
/// Every method has the file as its first argument: `fn set_limit(&self, file:
/// &File<'_, Self::File>, limit: u64) -> Result`. The word `value` as the
/// argument stands for the number that was passed in place of a pointer, a
/// `usize`; as the result, for what `ioctl(2)` returns, a `u32` up to
/// `i32::MAX`. Any other number is answered with `ENOTTY`, before anything is
/// read.
///
/// `ioctls! { Echo as CompatIoctl: ... }` writes [`CompatIoctl`](crate::CompatIoctl)
/// in the same way.
///
/// A number that says another size than the method's type does not compile,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const SET_LIMIT: u32 = 0x4008ec03; // _IOW(0xec, 3, __u64)
/// chard::ioctls! { Echo:
///     SET_LIMIT => set_limit(u32);
/// }
/// # impl Echo {
/// #     fn set_limit(&self, _: &File<'_>, _: u32) -> Result { Ok(()) }
/// # }
/// ```
///
/// nor does one that says another direction,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const GET_SIZE: u32 = 0x4008ec01; // _IOW for what goes out
/// chard::ioctls! { Echo:
///     GET_SIZE => get_size() -> u64;
/// }
/// # impl Echo {
/// #     fn get_size(&self, _: &File<'_>) -> Result<u64> { Ok(0) }
/// # }
/// ```
///
/// nor the same number twice,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const CLEAR: u32 = 0xec02;
/// const RESET: u32 = 0xec02;
/// chard::ioctls! { Echo:
///     CLEAR => clear();
///     RESET => reset_all(); // "CLEAR and RESET are the same number"
/// }
/// # impl Echo {
/// #     fn clear(&self, _: &File<'_>) -> Result { Ok(()) }
/// #     fn reset_all(&self, _: &File<'_>) -> Result { Ok(()) }
/// # }
/// ```
///
/// nor a payload that may not cross:
///
/// ```compile_fail,E0277
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const GET_SIZE: u32 = 0x8008ec01;
/// chard::ioctls! { Echo:
///     GET_SIZE => get_size() -> usize; // another size for a 32-bit caller
/// }
/// # impl Echo {
/// #     fn get_size(&self, _: &File<'_>) -> Result<usize> { Ok(0) }
/// # }
/// ```
#[macro_export]
macro_rules! ioctls {
    ($handler:ty: $($table:tt)*) => {
        $crate::ioctls!(@impl $handler, Ioctl, ioctl, ioctl_entry; $($table)*);
    };
    ($handler:ty as CompatIoctl: $($table:tt)*) => {
        $crate::ioctls!(
            @impl $handler, CompatIoctl, compat_ioctl, compat_ioctl_entry; $($table)*
        );
    };
    (@impl $handler:ty, $trait:ident, $method_of_trait:ident, $entry:ident;
        $($cmd:path => $method:ident($($in:tt)*) $(-> $($out:ident)::+)?;)*
    ) => {
        const _: () = $crate::ioctl::distinct(&[$(($cmd, $crate::core::stringify!($cmd))),*]);

        impl $crate::$trait for $handler {
            fn $method_of_trait(
                &self,
                file: &$crate::File<'_, <$handler as $crate::Handler>::File>,
                cmd: u32,
                arg: $crate::ioctl::Arg<'_>,
            ) -> $crate::Result<u32> {
                match cmd {
                    $($cmd => $crate::ioctls!(
                        @arm $cmd, arg, (self, $method, file), [$($in)*], [$($($out)::+)?]
                    ),)*
                    _ => Err($crate::errno::ENOTTY),
                }
            }

            fn $entry(
                &self,
                file: $crate::File<'_, <$handler as $crate::Handler>::File>,
                cmd: u32,
                arg: usize,
            ) -> $crate::core::ffi::c_long {
                match cmd {
                    $($cmd => {
                        // A stack dump names the number's method. The arguments come in
                        // the order in which the entry has them, in their registers.
                        #[inline(never)]
                        fn $method(
                            file: $crate::File<'_, <$handler as $crate::Handler>::File>,
                            this: &$handler,
                            arg: usize,
                        ) -> $crate::core::ffi::c_long {
                            let (file, arg) = (&file, $crate::ioctl::Arg::new(&file, arg));
                            let answer = || -> $crate::Result<u32> {
                                $crate::ioctls!(
                                    @arm $cmd, arg, (this, $method, file), [$($in)*], [$($($out)::+)?]
                                )
                            };
                            $crate::ioctl::to_c(answer())
                        }
                        $method(file, self, arg)
                    })*
                    _ => $crate::ioctl::to_c(Err($crate::errno::ENOTTY)),
                }
            }
        }
    };
    (@arm $cmd:path, $arg:ident, ($($call:tt)*), [$($in:tt)*], [value]) => {{
        const _: () = $crate::ioctl::check($cmd, $crate::ioctls!(@size $($in)*), 0);
        $crate::ioctl::answer($crate::ioctls!(@call ($($call)*), $arg, $($in)*)?)
    }};
    (@arm $cmd:path, $arg:ident, ($($call:tt)*), [$($in:tt)*], []) => {{
        const _: () = $crate::ioctl::check($cmd, $crate::ioctls!(@size $($in)*), 0);
        let () = $crate::ioctls!(@call ($($call)*), $arg, $($in)*)?;
        Ok(0)
    }};
    (@arm $cmd:path, $arg:ident, ($($call:tt)*), [$($in:tt)*], [$out:path]) => {{
        const _: () = $crate::ioctl::check(
            $cmd, $crate::ioctls!(@size $($in)*), $crate::core::mem::size_of::<$out>()
        );
        let out: $out = $crate::ioctls!(@call ($($call)*), $arg, $($in)*)?;
        $arg.put(out)?;
        Ok(0)
    }};
    (@size) => { 0 };
    (@size value) => { 0 };
    (@size $in:ty) => { $crate::core::mem::size_of::<$in>() };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident,) => { $this.$method($file) };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident, value) => {
        $this.$method($file, $arg.value())
    };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident, $in:ty) => {
        $this.$method($file, $arg.take::<$in>()?)
    };
}
