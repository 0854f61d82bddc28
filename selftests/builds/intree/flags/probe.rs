// SPDX-License-Identifier: GPL-2.0
//! What each flag of the table in docs/intree.md changes, a function for each. Without
//! a core crate, so that it compiles for any target that rustc knows; what the language
//! wants of one is at the end.
#![feature(no_core, lang_items, rustc_attrs, auto_traits)]
#![no_core]
#![allow(internal_features)]

#[rustc_builtin_macro]
macro_rules! asm {
    () => {};
}

unsafe extern "C" {
    safe fn other(x: u64) -> u64;
    safe fn keep(x: &u64);
    safe static WORD: u64;
}

static OURS: u64 = 42;

/// A local variable in memory, in a function that calls none.
#[unsafe(no_mangle)]
pub extern "C" fn leaf(x: u64) {
    unsafe { asm!("/* {0} */", in(reg) &raw const x, options(nostack)) }
}

/// A copy of more than a register has.
#[unsafe(no_mangle)]
pub extern "C" fn copy(to: &mut [u64; 4], from: &[u64; 4]) {
    *to = *from;
}

/// And of so much that memcpy() is called.
#[unsafe(no_mangle)]
pub extern "C" fn copy_much(to: &mut [u64; 64], from: &[u64; 64]) {
    *to = *from;
}

/// The address of something of ours.
#[unsafe(no_mangle)]
pub extern "C" fn ours() {
    keep(&OURS);
}

/// The value of something of others.
#[unsafe(no_mangle)]
pub extern "C" fn word() -> u64 {
    WORD
}

/// A call, and what comes behind it.
#[unsafe(no_mangle)]
pub extern "C" fn call(x: &mut u64) {
    *x = other(*x);
}

/// A call through a pointer.
#[unsafe(no_mangle)]
pub extern "C" fn pointer(f: extern "C" fn(u64) -> u64, x: &mut u64) {
    *x = f(*x);
}

/// A choice of many.
#[unsafe(no_mangle)]
pub extern "C" fn choose(x: u32, y: &mut u64) {
    match x {
        0 => call(y),
        1 => *y = 17,
        2 => keep(y),
        3 => *y = WORD,
        4 => ours(),
        5 => *y = other(3),
        6 => keep(&WORD),
        7 => keep(&OURS),
        8 => *y = other(8),
        9 => *y = other(9),
        10 => *y = other(10),
        11 => *y = other(11),
        12 => *y = other(12),
        13 => *y = other(13),
        14 => *y = other(14),
        15 => *y = other(15),
        _ => {}
    }
}

#[lang = "pointee_sized"]
pub trait PointeeSized {}
#[lang = "meta_sized"]
pub trait MetaSized: PointeeSized {}
#[lang = "sized"]
pub trait Sized: MetaSized {}
#[lang = "copy"]
pub trait Copy {}
impl Copy for u32 {}
impl Copy for u64 {}
impl<T> Copy for [T; 4] {}
impl<T> Copy for [T; 64] {}
impl<T: PointeeSized> Copy for *const T {}
#[lang = "sync"]
pub trait Sync {}
impl Sync for u64 {}
#[lang = "freeze"]
unsafe auto trait Freeze {}
#[lang = "drop_in_place"]
fn drop_in_place<T: PointeeSized>(_: *mut T) {}
