// SPDX-License-Identifier: GPL-2.0
//! Module parameters: the driver's C declares them, the handler reads them.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicI32, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering};

use crate::bindings::{chard_param, chard_param_copy};
use crate::{Result, errno};

/// A parameter of one value, in an atomic of the type `T`. It is read here, and written by C
/// alone: the driver's own C relies on its range, and on a `bool` that is one.
#[doc(hidden)]
#[repr(transparent)]
pub struct One<T>(T);

macro_rules! ones {
    ($($atomic:ident $value:ty;)*) => {
        $(impl One<$atomic> {
            #[doc(hidden)]
            pub fn get(&self) -> $value {
                self.0.load(Ordering::Relaxed)
            }
        })*
    };
}

ones! {
    AtomicU8 u8;
    AtomicI32 i32;
    AtomicU32 u32;
    AtomicI64 i64;
    AtomicU64 u64;
}

/// A parameter of more than one value of the type `T`, which C alone looks into.
#[doc(hidden)]
#[repr(transparent)]
pub struct Many<T>(UnsafeCell<chard_param>, PhantomData<T>);

/// A string.
#[doc(hidden)]
pub type Chars = Many<u8>;

/// An array of numbers.
#[doc(hidden)]
pub type Numbers = Many<u32>;

// SAFETY: C reads and writes it under a lock of its own.
unsafe impl<T> Sync for Many<T> {}

impl<T> Many<T> {
    /// Fills `to` as far as there is something; how far.
    fn copy(&'static self, to: &mut [T]) -> Result<usize> {
        let room = u32::try_from(to.len()).unwrap_or(u32::MAX);
        // SAFETY: the parameter is the module's own; what is copied are bytes or
        // numbers of the size of `T`, by the names that `params!` gives.
        let count = unsafe { chard_param_copy(self.0.get(), to.as_mut_ptr().cast(), room) };
        if count > room {
            return Err(errno::ENOSPC);
        }
        Ok(count as usize)
    }
}

impl Many<u8> {
    #[doc(hidden)]
    pub fn text<'a>(&'static self, to: &'a mut [u8]) -> Result<&'a str> {
        let len = self.copy(to)?;
        core::str::from_utf8(&to[..len]).map_err(|_| errno::EINVAL)
    }
}

impl Many<u32> {
    #[doc(hidden)]
    pub fn numbers<'a>(&'static self, to: &'a mut [u32]) -> Result<&'a [u32]> {
        let len = self.copy(to)?;
        Ok(&to[..len])
    }
}

/// Functions that read the module parameters which the driver's C declares, in a
/// module `params`: each with its type, as `CHARD_PARAM` in C has it.
///
/// ```
/// chard::params! {
///     quantum: uint;  // CHARD_PARAM(scull, uint, quantum, 4000, 1, 1048576, 0644, "...")
///     offset: long;   // likewise: int, uint, long and ulong
///     verbose: bool;  // CHARD_PARAM_BOOL
///     label: string;  // CHARD_PARAM_STRING
///     sizes: array;   // CHARD_PARAM_ARRAY
/// }
///
/// fn show() -> chard::Result {
///     let quantum: u32 = params::quantum();
///     let offset: i64 = params::offset();
///     let verbose: bool = params::verbose();
///     let mut bytes = [0; 32];
///     let label: &str = params::label(&mut bytes)?;
///     let mut numbers = [0; 8];
///     let sizes: &[u32] = params::sizes(&mut numbers)?;
///     Ok(())
/// }
/// # struct Scull;
/// # impl chard::Handler for Scull {
/// #     type File = ();
/// #     fn new(_call: &chard::Call) -> chard::Result<Self> { Ok(Scull) }
/// #     fn open(&self, _file: &chard::File<'_>) -> chard::Result<()> { Ok(()) }
/// # }
/// # chard::handler!(Scull);
/// # fn main() { show().unwrap(); }
/// ```
///
/// All are read whole, in any context. A string and an array
/// give `ENOSPC` where there is less room than they need, and a string `EINVAL`
/// where it is no UTF-8. A parameter that C does not declare, or with another
/// type, does not build; nor is there another way to a symbol of C's:
///
/// ```compile_fail
/// let text: &str = chard::params!(@static quantum, "uint", &'static str);
/// ```
#[macro_export]
macro_rules! params {
    ($($name:ident: $type:ident;)+) => {
        #[allow(missing_docs)] // the driver's C says what each is
        mod params {
            $($crate::params!(@$type $name);)+
        }
    };
    (@bool $name:ident) => {
        pub fn $name() -> bool {
            $crate::params!(@load $name, bool) != 0
        }
    };
    (@int $name:ident) => {
        pub fn $name() -> i32 {
            $crate::params!(@load $name, int)
        }
    };
    (@uint $name:ident) => {
        pub fn $name() -> u32 {
            $crate::params!(@load $name, uint)
        }
    };
    (@long $name:ident) => {
        pub fn $name() -> i64 {
            $crate::params!(@load $name, long)
        }
    };
    (@ulong $name:ident) => {
        pub fn $name() -> u64 {
            $crate::params!(@load $name, ulong)
        }
    };
    (@string $name:ident) => {
        pub fn $name(to: &mut [u8]) -> $crate::Result<&str> {
            $crate::params!(@static $name, string).text(to)
        }
    };
    (@array $name:ident) => {
        pub fn $name(to: &mut [u32]) -> $crate::Result<&[u32]> {
            $crate::params!(@static $name, array).numbers(to)
        }
    };
    (@load $name:ident, $type:ident) => {
        $crate::params!(@static $name, $type).get()
    };
    // The type goes by the symbol's name alone: by hand, too, it is the one that C has.
    (@static $name:ident, $type:ident) => {{
        unsafe extern "C" {
            #[link_name = $crate::core::concat!(
                "chard_", $crate::driver_name!(),
                "_param_", $crate::core::stringify!($type), "_", $crate::core::stringify!($name)
            )]
            static VALUE: $crate::params!(@type $type);
        }
        // SAFETY: the driver's C has it, of this type, which its name tells.
        unsafe { &VALUE }
    }};
    (@type bool) => { $crate::params::One<$crate::atomic::AtomicU8> };
    (@type int) => { $crate::params::One<$crate::atomic::AtomicI32> };
    (@type uint) => { $crate::params::One<$crate::atomic::AtomicU32> };
    (@type long) => { $crate::params::One<$crate::atomic::AtomicI64> };
    (@type ulong) => { $crate::params::One<$crate::atomic::AtomicU64> };
    (@type string) => { $crate::params::Chars };
    (@type array) => { $crate::params::Numbers };
}
