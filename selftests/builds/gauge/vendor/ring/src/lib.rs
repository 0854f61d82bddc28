// SPDX-License-Identifier: GPL-2.0
//! Numbers that begin again at 0.
#![no_std]

/// `value` in a ring of `size`.
pub fn wrap(value: u64, size: u64) -> u64 {
    assert!(size != 0, "a ring of no size");
    value % size
}
