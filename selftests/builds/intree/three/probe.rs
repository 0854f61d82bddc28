// SPDX-License-Identifier: GPL-2.0
//! What a compiler that was told too little does wrong, a function for each row of
//! the table in docs/intree.md. It takes the place of three.rs there.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

unsafe extern "C" {
    safe fn three_say(text: *const core::ffi::c_char);
    safe fn three_trace();
    safe static three_word: u64;
}

/// A table on the stack, without a call: in the red zone, where there is one.
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

/// A copy of sixteen bytes.
#[unsafe(no_mangle)]
pub extern "C" fn three_copy(to: &mut [u64; 2], from: &[u64; 2]) {
    *to = *from;
}

/// A copy of more, by memcpy().
#[unsafe(no_mangle)]
pub extern "C" fn three_copy_much(to: &mut [u64; 512], from: &[u64; 512]) {
    *to = *from;
}

/// The address of something static, here and elsewhere.
#[unsafe(no_mangle)]
pub extern "C" fn three_greet() -> u64 {
    three_say(c"three: hello from Rust\n".as_ptr());
    three_word
}

/// A frame that the kernel shows.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn three_stack() -> u32 {
    three_trace();
    0
}

/// A call through a pointer.
#[unsafe(no_mangle)]
pub extern "C" fn three_call(f: extern "C" fn() -> u32) -> u32 {
    f() + 1
}

/// What may panic, where it is asked for: libcore's part comes along.
#[cfg(panics)]
#[unsafe(no_mangle)]
pub extern "C" fn three_index(table: &[u64; 8], x: usize) -> u64 {
    table[x]
}

/// A choice, by a table of addresses to jump to.
#[unsafe(no_mangle)]
pub extern "C" fn three_choose(x: u32, y: u64) -> u64 {
    match x {
        0 => y + 7,
        1 => three_mix(y, 3),
        2 => y.rotate_left(11),
        3 => y * 3,
        4 => y & 0x55,
        5 => three_mix(3, y),
        6 => !y,
        _ => 0,
    }
}
