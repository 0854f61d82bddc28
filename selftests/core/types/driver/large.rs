// SPDX-License-Identifier: GPL-2.0
//! A state that is larger than the stack.

use chard::atomic::{AtomicU64, Ordering};
use chard::prelude::*;

use super::{ALIVE, Alive};

const LEN: usize = super::CHARD_TYPES_LARGE as usize;

/// Three tables of 64 KiB.
pub struct Large {
    seen: Box<[AtomicU64; LEN]>,
    squares: Mutex<Box<[u64; LEN]>>,
    zeros: Mutex<Vec<Option<Box<u64>>>>,
}

impl Large {
    pub fn new() -> Result<Self> {
        let squares = try_box_array(|index| Ok(index as u64 * index as u64))?;
        Ok(Large {
            seen: try_box_zeroed()?,
            squares: Mutex::new(lock_class!(c"types squares"), squares)?,
            zeros: Mutex::new(lock_class!(c"types zeros"), Vec::try_zeroed(LEN)?)?,
        })
    }

    /// The square of the index, and how often it was asked for before.
    pub fn at(&self, call: &Call, index: u64) -> Result<u64> {
        let at = usize::try_from(index)?;
        let seen = self.seen.get(at).ok_or(EINVAL)?;
        let square = self.squares.lock(call)?[at];
        if self.zeros.lock(call)?[at].is_some() {
            return Err(EIO);
        }
        Ok(square + seen.fetch_add(1, Ordering::Relaxed))
    }
}

/// An error half-way: what was made before is dropped.
pub fn in_vain() -> Result {
    let before = ALIVE.load(Ordering::Relaxed);
    let table: Result<Box<[Box<Alive>; 64]>> = try_box_array(|index| match index {
        50 => Err(ENOSPC),
        _ => Alive::new(1),
    });
    if table.err() != Some(ENOSPC) || ALIVE.load(Ordering::Relaxed) != before {
        return Err(EIO);
    }
    Ok(())
}
