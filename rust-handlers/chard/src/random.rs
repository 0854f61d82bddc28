// SPDX-License-Identifier: GPL-2.0
//! Random bytes.

use crate::bindings::chard_random;

/// Fills `bytes` with random bytes, good enough for keys once the machine has seen
/// enough of the world, which it has soon after booting. Any context.
///
/// ```
/// let mut key = [0; 32];
/// chard::random(&mut key);
/// assert_ne!(key, [0; 32]);
/// ```
pub fn random(bytes: &mut [u8]) {
    // SAFETY: as many bytes are there.
    unsafe { chard_random(bytes.as_mut_ptr().cast(), bytes.len() as _) }
}
