// SPDX-License-Identifier: GPL-2.0
//! What was found: a cell for each operation, by method, way and what the call held. It is
//! the module's and not a device's, since devices come and go with what is tried.

use chard::atomic::{AtomicBool, AtomicI32, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};
use chard::prelude::*;

use crate::uapi::*;

const WAYS: usize = CHARD_CONTEXT_WAYS as usize;
const VARIANTS: usize = CHARD_CONTEXT_VARIANTS as usize;
const OPS: usize = CHARD_CONTEXT_OPS as usize;
const CELLS: usize = CHARD_CONTEXT_METHODS as usize * WAYS * VARIANTS * OPS;

static TABLE: [AtomicU16; CELLS] = [const { AtomicU16::new(0) }; CELLS];

/// Which method is to try, in which way; 0 for none. And what it needs for that.
static METHOD: AtomicU32 = AtomicU32::new(0);
static WAY: AtomicU32 = AtomicU32::new(0);
static FILE: AtomicU32 = AtomicU32::new(0);
static SIGNAL: AtomicBool = AtomicBool::new(false);
static TRYING: AtomicI32 = AtomicI32::new(0);
pub static ADDRESS: AtomicU64 = AtomicU64::new(0);
pub static ABSENT: AtomicU64 = AtomicU64::new(0);

/// A call that tries, until this is dropped.
pub struct Trial {
    method: u32,
    way: u32,
    pub signal: bool,
}

/// A row of the table.
pub struct Row {
    base: usize,
    pub variant: u32,
}

/// Any file, where a method has none.
pub const ANY: u32 = 0;

pub fn arm(arm: &chard_context_arm, file: u32) -> Result {
    if arm.method >= CHARD_CONTEXT_METHODS || arm.way >= CHARD_CONTEXT_WAYS {
        return Err(EINVAL);
    }
    WAY.store(arm.way, Relaxed);
    FILE.store(if arm.any_file != 0 { ANY } else { file }, Relaxed);
    SIGNAL.store(arm.signal != 0, Relaxed);
    ADDRESS.store(arm.address, Relaxed);
    ABSENT.store(arm.absent, Relaxed);
    METHOD.store(arm.method, Relaxed);
    Ok(())
}

pub fn idle() -> bool {
    METHOD.load(Relaxed) == 0 && TRYING.load(Relaxed) == 0
}

/// The armed call of this method, once.
pub fn begin(method: u32, file: u32) -> Option<Trial> {
    let wanted = FILE.load(Relaxed);
    if wanted != ANY && wanted != file {
        return None;
    }
    TRYING.fetch_add(1, Relaxed);
    if METHOD
        .compare_exchange(method, 0, Relaxed, Relaxed)
        .is_err()
    {
        TRYING.fetch_sub(1, Relaxed);
        return None;
    }
    Some(Trial {
        method,
        way: WAY.load(Relaxed),
        signal: SIGNAL.load(Relaxed),
    })
}

impl Trial {
    pub fn row(&self, variant: u32) -> Row {
        let row = (self.method as usize * WAYS + self.way as usize) * VARIANTS;
        Row {
            base: (row + variant as usize) * OPS,
            variant,
        }
    }

    pub fn is(&self, way: u32) -> bool {
        self.way == way
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        TRYING.fetch_sub(1, Relaxed);
    }
}

impl Row {
    pub fn number(&self, op: u32, number: u32) {
        TABLE[self.base + op as usize].store(number as u16 + 1, Relaxed);
    }

    pub fn put(&self, op: u32, result: Result) {
        self.number(op, result.err().map_or(0, Errno::number) as u32);
    }
}

pub fn read(row: &mut chard_context_row) -> Result {
    let method = (row.method < CHARD_CONTEXT_METHODS).then_some(row.method as usize);
    let fits = row.way < CHARD_CONTEXT_WAYS && row.variant < CHARD_CONTEXT_VARIANTS;
    let method = method.filter(|_| fits).ok_or(EINVAL)?;
    let base = (method * WAYS + row.way as usize) * VARIANTS + row.variant as usize;
    for (op, cell) in row.cells.iter_mut().enumerate() {
        *cell = TABLE[base * OPS + op].load(Relaxed);
    }
    Ok(())
}
