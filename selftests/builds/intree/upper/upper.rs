// SPDX-License-Identifier: GPL-2.0
//! The system call chard_upper(from, from_len, to, to_len): the caller's text in
//! capitals. What it returns is how many bytes it has written.
#![no_std]
#![forbid(unsafe_code)]
use chard::prelude::*;
use chard::{Syscall, pr_info};

/// EMSGSIZE where `to` has no room, EINVAL where a byte is not ASCII, EFAULT where
/// memory is not the caller's; up to there `to` has been written.
fn upper(call: Syscall<'_>) -> Result<usize> {
    let Syscall { mut from, mut to } = call;
    if from.left() > to.left() {
        pr_info!("{} bytes do not fit into {}", from.left(), to.left());
        return Err(EMSGSIZE);
    }
    let mut part = [0; 64];
    while from.left() > 0 {
        let len = from.left().min(part.len());
        // A fault half-way ends the transfer: no byte is left, and less was read.
        let got = from.read(&mut part)?;
        let text = &mut part[..got];
        // A promise that the caller can break; see selftests/builds/intree/programs/upper.c.
        assert_ne!(text, b"panic", "asked for it");
        if !text.is_ascii() {
            return Err(EINVAL);
        }
        text.make_ascii_uppercase();
        if got < len || to.write(text)? < got {
            return Err(EFAULT);
        }
    }
    Ok(to.done())
}

chard::syscall!(upper);
