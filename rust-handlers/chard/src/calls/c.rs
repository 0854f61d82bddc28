// SPDX-License-Identifier: GPL-2.0
//! The driver's own C, called from its handler.

use core::ffi::{c_int, c_long};

use crate::bindings;
use crate::calls::call::sealed::Raw;
use crate::{Call, Context, Errno, Result, errno};

/// Makes `mod c`: a safe function for each function of C that the driver's `NAME_c.h` declares.
///
/// `docs/own-c.md` of chard has what such a header may declare. A declaration begins with the
/// context in which the function may be called, and is the promise of its author that
/// Rust may call it there, with any values of its parameters.
///
/// | in C | in Rust |
/// |---|---|
/// | `CHARD_ANY_CONTEXT __u64 foo_boot(void);` | `c::foo_boot() -> u64` |
/// | `CHARD_ANY_CONTEXT int foo_sum(const __u8 *data, size_t len);` | `c::foo_sum(data: &[u8]) -> Result<u32>` |
/// | `CHARD_TASK_CONTEXT __s32 foo_nice(void);` | `c::foo_nice(call: &Call) -> i32` |
/// | `CHARD_NEEDS(SLEEP) int foo_fill(__u8 *to, size_t len);` | `c::foo_fill(call: &Call, to: &mut [u8]) -> Result<u32>` |
/// | `CHARD_NEEDS(SLEEP, WAIT) int foo_nap(__u32 ms);` | `c::foo_nap(call: &Call, ms: u32) -> Result<u32>` |
///
/// One whose first parameter is a `struct chard_device *` takes a call of any kind in its place,
/// whose device that is, and is refused with `ENODEV` where the device is not bound any more
/// (`docs/bound.md`).
///
/// An `int`, `long` or `ssize_t` that is negative is an error. A function that sleeps is
/// refused, and not called, where the call must not: `EDEADLK` under a
/// [`SpinLock`](crate::SpinLock), `EAGAIN` where the caller asked not to wait; and a timer has
/// no [`Call`] to give.
#[macro_export]
macro_rules! c {
    () => {
        #[allow(missing_docs, dead_code)]
        mod c {
            include!(concat!(
                env!("CHARD_UAPI"),
                "/",
                env!("CARGO_PKG_NAME"),
                ".c.rs"
            ));
        }
    };
}

/// The device of a call, for a function that takes it; `ENODEV` where it is not bound any more.
#[doc(hidden)]
pub fn device<C: Context>(call: &C) -> Result<*mut bindings::chard_device> {
    // SAFETY: the record of a call that goes on.
    let device = unsafe { bindings::chard_bound_device(call.raw()) };
    if device.is_null() {
        return Err(errno::ENODEV);
    }
    Ok(device)
}

/// Whether a call may enter a function that sleeps, or that waits for longer.
#[doc(hidden)]
pub fn ask(call: &Call, waits: bool) -> Result {
    if !waits && call.may_sleep() {
        return Ok(());
    }
    // SAFETY: the record of a call that goes on.
    match unsafe { bindings::chard_rcu_wait_error(call.raw()) } {
        // C refuses each call that may not sleep.
        0 if waits => Ok(()),
        0 => Err(errno::EDEADLK),
        error => Err(Errno::from_c(error.into())),
    }
}

// Bytes, as C takes them. The reference is given up first, so that the two parts of it go
// together.
#[doc(hidden)]
pub fn raw(bytes: &[u8]) -> *const [u8] {
    bytes
}

#[doc(hidden)]
pub fn raw_mut(bytes: &mut [u8]) -> *mut [u8] {
    bytes
}

#[doc(hidden)]
pub fn start(bytes: *const [u8]) -> *const u8 {
    bytes.cast()
}

#[doc(hidden)]
pub fn start_mut(bytes: *mut [u8]) -> *mut u8 {
    bytes.cast()
}

#[doc(hidden)]
pub fn length(bytes: *const [u8]) -> usize {
    bytes.len()
}

/// What C returns as an `int`: a number, or an error.
#[doc(hidden)]
pub fn int(value: c_int) -> Result<u32> {
    u32::try_from(value).map_err(|_| Errno::from_c(value.into()))
}

/// Likewise a `long`.
#[doc(hidden)]
pub fn long(value: c_long) -> Result<usize> {
    usize::try_from(value).map_err(|_| Errno::from_c(value))
}

/// What own-c.sh writes for [`c!`](crate::c). Each function of C is declared by a symbol that
/// has its context and its types in it, which handler.sh links with the function where the
/// header declares it so: what is written here by hand is linked with nothing else.
///
/// A type is that of this name in `core`, whatever else the handler calls so:
///
/// ```compile_fail,E0308
/// type u32 = &'static str;
/// chard::c_items! { fn hello_take(it: u32[value]) any -> none; }
/// fn forged() {
///     hello_take("an address");
/// }
/// # fn main() {}
/// ```
///
/// nor is there another type than these:
///
/// ```compile_fail
/// chard::c_items! { fn hello_take(it: str[value]) any -> none; }
/// # fn main() {}
/// ```
///
/// A function that sleeps wants a call that may:
///
/// ```compile_fail,E0308
/// use chard::prelude::*;
/// chard::c_items! { fn hello_nap(ms: u32[value]) sleep_wait -> int; }
/// fn in_a_timer(call: &AtomicCall) {
///     let _ = hello_nap(call, 1);
/// }
/// # fn main() {}
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! c_items {
    // In brackets, how C takes each parameter, which the symbol has as well. In the unsafe
    // block stand names of parameters and what this macro makes of them, and nothing else.
    ($(fn $name:ident($($arg:ident: $kind:ident[$($how:ident)*]),*) $context:ident -> $ret:ident;)*) => {
        $($crate::c_items!(
            @function $context $ret $name [$($arg: $crate::c_items!(@type $kind),)*] {
                $(let $arg = $crate::c_items!(@raw $kind $arg);)*
                // A process is linked by ld alone, with stand-ins for these functions.
                unsafe extern "C" {
                    #[cfg_attr(chard_host, link_name = $crate::core::stringify!($name))]
                    #[cfg_attr(not(chard_host), link_name = $crate::core::concat!(
                        "chard_", $crate::driver_name!(), "_c_", $crate::core::stringify!($name), "__",
                        $crate::core::stringify!($context), "__", $crate::core::stringify!($ret)
                        $(, "__", $crate::core::stringify!($kind) $(, "_", $crate::core::stringify!($how))*)*
                    ))]
                    fn function($($(_: $crate::c_items!(@c $how $kind),)*)*) -> $crate::c_items!(@type $ret);
                }
                // SAFETY: the header declares the function so, of whose author this is a
                // promise; the symbol that is linked says so.
                unsafe { function($($($crate::c_items!(@pass $how $kind $arg),)*)*) }
            }
        );)*
    };

    (@c value $kind:ident) => { $crate::c_items!(@type $kind) };
    (@c start bytes) => { *const $crate::core::primitive::u8 };
    (@c start bytes_mut) => { *mut $crate::core::primitive::u8 };
    (@c length $kind:ident) => { $crate::core::primitive::usize };
    (@raw bytes $arg:ident) => { $crate::c::raw($arg) };
    (@raw bytes_mut $arg:ident) => { $crate::c::raw_mut($arg) };
    (@raw $kind:ident $arg:ident) => { $arg };
    (@pass value $kind:ident $arg:ident) => { $arg };
    (@pass start bytes $arg:ident) => { $crate::c::start($arg) };
    (@pass start bytes_mut $arg:ident) => { $crate::c::start_mut($arg) };
    (@pass length $kind:ident $arg:ident) => { $crate::c::length($arg) };

    (@function any $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name($($take)*) -> $crate::c_items!(@answer $ret) {
            $crate::c_items!(@value $ret $body)
        }
    };
    (@function task $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name(_call: &$crate::Call, $($take)*) -> $crate::c_items!(@answer $ret) {
            $crate::c_items!(@value $ret $body)
        }
    };
    (@function sleep $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        $crate::c_items!(@asks false $ret $name [$($take)*] $body);
    };
    (@function sleep_wait $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        $crate::c_items!(@asks true $ret $name [$($take)*] $body);
    };
    // A function that takes the call's device: it comes first, and is not given by the caller.
    (@function device_any $ret:ident $name:ident [$device:ident: $type:ty, $($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name<C: $crate::Context>(
            call: &C, $($take)*
        ) -> $crate::Result<$crate::c_items!(@number $ret)> {
            let $device = $crate::c::device(call)?;
            $crate::c_items!(@result $ret $body)
        }
    };
    (@function device_task $ret:ident $name:ident [$device:ident: $type:ty, $($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name(
            call: &$crate::Call, $($take)*
        ) -> $crate::Result<$crate::c_items!(@number $ret)> {
            let $device = $crate::c::device(call)?;
            $crate::c_items!(@result $ret $body)
        }
    };
    (@function device_sleep $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        $crate::c_items!(@asks_for_device false $ret $name [$($take)*] $body);
    };
    (@function device_sleep_wait $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        $crate::c_items!(@asks_for_device true $ret $name [$($take)*] $body);
    };
    (@asks_for_device $waits:literal $ret:ident $name:ident [$device:ident: $type:ty, $($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name(
            call: &$crate::Call, $($take)*
        ) -> $crate::Result<$crate::c_items!(@number $ret)> {
            $crate::c::ask(call, $waits)?;
            let $device = $crate::c::device(call)?;
            $crate::c_items!(@result $ret $body)
        }
    };
    (@asks $waits:literal $ret:ident $name:ident [$($take:tt)*] $body:block) => {
        #[inline]
        pub fn $name(
            call: &$crate::Call, $($take)*
        ) -> $crate::Result<$crate::c_items!(@number $ret)> {
            $crate::c::ask(call, $waits)?;
            $crate::c_items!(@result $ret $body)
        }
    };

    // What a function answers that refuses nothing itself, and one that does.
    (@answer int) => { $crate::Result<$crate::core::primitive::u32> };
    (@answer long) => { $crate::Result<$crate::core::primitive::usize> };
    (@answer $ret:ident) => { $crate::c_items!(@type $ret) };
    (@value int $body:block) => { $crate::c::int($body) };
    (@value long $body:block) => { $crate::c::long($body) };
    (@value $ret:ident $body:block) => { $body };
    (@number int) => { $crate::core::primitive::u32 };
    (@number long) => { $crate::core::primitive::usize };
    (@number $ret:ident) => { $crate::c_items!(@type $ret) };
    (@result int $body:block) => { $crate::c::int($body) };
    (@result long $body:block) => { $crate::c::long($body) };
    (@result $ret:ident $body:block) => { $crate::core::result::Result::Ok($body) };

    (@type device) => { *mut $crate::bindings::chard_device };
    (@type bytes) => { &[$crate::core::primitive::u8] };
    (@type bytes_mut) => { &mut [$crate::core::primitive::u8] };
    (@type none) => { () };
    (@type int) => { $crate::core::ffi::c_int };
    (@type long) => { $crate::core::ffi::c_long };
    (@type u8) => { $crate::core::primitive::u8 };
    (@type i8) => { $crate::core::primitive::i8 };
    (@type u16) => { $crate::core::primitive::u16 };
    (@type i16) => { $crate::core::primitive::i16 };
    (@type u32) => { $crate::core::primitive::u32 };
    (@type i32) => { $crate::core::primitive::i32 };
    (@type u64) => { $crate::core::primitive::u64 };
    (@type i64) => { $crate::core::primitive::i64 };
    (@type usize) => { $crate::core::primitive::usize };
    (@type isize) => { $crate::core::primitive::isize };
    (@type bool) => { $crate::core::primitive::bool };
}
