// SPDX-License-Identifier: GPL-2.0
//! A function for the kernel, as an object out of an rlib: of libcore only what
//! is inlined comes along, so nothing in here may panic.
#![no_std]

/// Stirs `x` so many rounds. Its name is the attribute's only danger.
#[unsafe(no_mangle)]
pub extern "C" fn mix(mut x: u64, rounds: u64) -> u64 {
    let mut table = [x; 8];
    for _ in 0..rounds {
        // Below 8, which the compiler sees: there is no check, and no panic.
        let slot = &mut table[(x & 7) as usize];
        *slot ^= x;
        x = x.rotate_left(7).wrapping_add(*slot);
    }
    x
}
