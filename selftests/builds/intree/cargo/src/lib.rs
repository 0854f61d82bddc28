// SPDX-License-Identifier: GPL-2.0
//! A crate in a module, without chard's: what it has for C, and what C has for it.
#![no_std]

unsafe extern "C" {
    safe fn squares_panics(line: u32);
}

/// Nothing unwinds, and nobody knows how to go on: an oops, which ends the caller.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    squares_panics(info.location().map_or(0, |place| place.line()));
    // SAFETY: nothing comes behind it.
    unsafe { core::arch::asm!("ud2", options(noreturn)) }
}

/// The sum of the first squares; a panic where no u64 holds it.
#[unsafe(no_mangle)]
pub extern "C" fn squares_sum(count: u64) -> u64 {
    (1..=count).map(|number| number * number).sum()
}
