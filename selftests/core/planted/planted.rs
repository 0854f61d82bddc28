// SPDX-License-Identifier: GPL-2.0
//! Bugs in Rust, one for each ioctl, by which the nets are tried. Not what a
//! handler can do by itself: the use after free, the data race and the call of another
//! type take `unsafe`, the sleep a lock of C's. The lock order and the leak are safe Rust.
#![no_std]

use core::ffi::{c_long, c_uint, c_void};
use core::hint::black_box;

use chard::prelude::*;

chard::uapi!();
use uapi::*;

struct Planted {
    first: Mutex<u32>,
    second: Mutex<u32>,
}

impl Handler for Planted {
    type File = ();

    fn new(_call: &Call) -> Result<Self> {
        Ok(Planted {
            first: Mutex::new(lock_class!(c"planted first"), 0)?,
            second: Mutex::new(lock_class!(c"planted second"), 0)?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }
}

chard::ioctls! { Planted:
    CHARD_PLANTED_USE_AFTER_FREE => use_after_free() -> value;
    CHARD_PLANTED_LOCK_ORDER => lock_order();
    CHARD_PLANTED_LEAK => leak();
    CHARD_PLANTED_DATA_RACE => data_race();
    CHARD_PLANTED_SLEEP => sleep();
    CHARD_PLANTED_CALL_TYPE => call_type() -> value;
    CHARD_PLANTED_CALLS => calls();
}

unsafe extern "C" {
    fn planted_spin_lock();
    fn planted_spin_unlock();
    fn planted_mixed(a: c_uint, b: c_long, c: *mut c_void, d: bool) -> c_long;
    fn planted_call_back(call: Mixed) -> c_long;
}

type Mixed = unsafe extern "C" fn(c_uint, c_long, *mut c_void, bool) -> c_long;

static mut COUNT: u64 = 0;

// The bugs stand in functions of their own, by whose names the reports are
// known.

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_use_after_free(value: Box<[u64; 8]>) -> u32 {
    let freed = &raw const value[0];
    drop(value);
    unsafe { (freed.read_volatile() & 1) as u32 }
}

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_lock_order(planted: &Planted, call: &Call) {
    drop((
        planted.first.lock(call).ok(),
        planted.second.lock(call).ok(),
    ));
    drop((
        planted.second.lock(call).ok(),
        planted.first.lock(call).ok(),
    ));
}

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_leak() {
    // More than one: a stale word somewhere may look like a pointer.
    for value in 0..8 {
        if let Ok(value) = try_box([value; 8]) {
            core::hint::black_box(&value);
            core::mem::forget(value);
        }
    }
}

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_data_race() {
    for _ in 0..1000 {
        unsafe { COUNT = core::hint::black_box(COUNT + 1) };
    }
}

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_sleep(planted: &Planted, call: &Call) {
    unsafe { planted_spin_lock() };
    drop(planted.first.lock(call).ok());
    unsafe { planted_spin_unlock() };
}

#[inline(never)]
fn narrow(value: u32) -> u32 {
    value.wrapping_sub(1)
}

#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_call_type() -> u32 {
    let narrow: fn(u32) -> u32 = black_box(narrow);
    let wide: fn(u64) -> u64 = unsafe { core::mem::transmute(narrow) };
    wide(1) as u32
}

unsafe extern "C" fn mixed(a: c_uint, b: c_long, c: *mut c_void, d: bool) -> c_long {
    c_long::from(a) + b + c_long::from(c.is_null()) + c_long::from(d)
}

/// Rust calls Rust and C through pointers, and C calls Rust.
#[unsafe(no_mangle)]
#[inline(never)]
fn planted_rust_calls() -> bool {
    let narrow: fn(u32) -> u32 = black_box(narrow);
    let there: Mixed = black_box(planted_mixed);
    let null = core::ptr::null_mut();
    unsafe { narrow(1) == 0 && there(1, 2, null, true) == 5 && planted_call_back(mixed) == 5 }
}

impl Planted {
    fn use_after_free(&self, _file: &File<'_>) -> Result<u32> {
        Ok(planted_rust_use_after_free(try_box([0; 8])?))
    }

    fn lock_order(&self, file: &File<'_>) -> Result {
        planted_rust_lock_order(self, file);
        Ok(())
    }

    fn leak(&self, _file: &File<'_>) -> Result {
        planted_rust_leak();
        Ok(())
    }

    fn data_race(&self, _file: &File<'_>) -> Result {
        planted_rust_data_race();
        Ok(())
    }

    fn sleep(&self, file: &File<'_>) -> Result {
        planted_rust_sleep(self, file);
        Ok(())
    }

    fn call_type(&self, _file: &File<'_>) -> Result<u32> {
        Ok(planted_rust_call_type())
    }

    fn calls(&self, _file: &File<'_>) -> Result {
        if planted_rust_calls() {
            Ok(())
        } else {
            Err(EINVAL)
        }
    }
}

chard::handler!(Planted);
