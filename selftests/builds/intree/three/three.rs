// SPDX-License-Identifier: GPL-2.0
//! Rust in a module, by rustc alone; see docs/intree.md.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Stirs `x` so many rounds.
#[unsafe(no_mangle)]
pub extern "C" fn three_mix(mut x: u64, rounds: u64) -> u64 {
    let mut table = [x; 8];
    for _ in 0..rounds {
        let slot = &mut table[(x & 7) as usize];
        *slot ^= x;
        x = x.rotate_left(7).wrapping_add(*slot);
    }
    x
}
