// SPDX-License-Identifier: GPL-2.0
//! Memory in quanta and sets of quanta: the book's chapter 3, with the mutex of
//! chapter 5 and the `llseek` of chapter 6.
//!
//! The sets are in a map by their number, where the book has a list of them, empty
//! ones included: here a byte far away costs no more than one at the start.

use core::sync::atomic::{AtomicUsize, Ordering};

use chard::prelude::*;

use crate::settings::{QSET, QUANTUM};
use crate::uapi::SCULL_MEMORY_MAX;

/// A quantum, or, empty, a place where there is none.
type Quantum = Vec<u8>;

/// Bytes that all devices hold; what a panic has lost stays counted, as it is lost.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// What an allocation costs beside what it holds, roughly.
const OVERHEAD: usize = 64;

/// So many of these bytes are one store's; they are given back at its end.
struct Share(usize);

impl Share {
    /// Takes more. `ENOMEM` where all devices together would have too much, as if the
    /// kernel had refused.
    fn grow(&mut self, bytes: usize) -> Result {
        let bytes = bytes + OVERHEAD;
        HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            Some(held + bytes).filter(|&sum| sum <= SCULL_MEMORY_MAX as usize)
        })
        .map_err(|_| ENOMEM)?;
        self.0 += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// What is in a device.
struct Content {
    quantum: usize,
    qset: usize,
    size: u64,
    sets: TreeMap<u64, Vec<Quantum>>,
    share: Share,
}

/// Where a byte is: its set, the quantum in that, the byte in that.
struct Place {
    set: u64,
    quantum: usize,
    byte: usize,
}

impl Content {
    /// None, with the sizes of now.
    fn new() -> Self {
        Content {
            quantum: QUANTUM.get() as usize,
            qset: QSET.get() as usize,
            size: 0,
            sets: TreeMap::new(),
            share: Share(0),
        }
    }

    fn place(&self, pos: u64) -> Place {
        let quantum = pos / self.quantum as u64;
        Place {
            set: quantum / self.qset as u64,
            quantum: (quantum % self.qset as u64) as usize,
            byte: (pos % self.quantum as u64) as usize,
        }
    }

    /// The quantum of a place, made where there is none, of zeros.
    fn quantum_at(&mut self, place: &Place) -> Result<&mut Quantum> {
        if !self.sets.contains_key(&place.set) {
            self.share.grow(self.qset * size_of::<Quantum>())?;
            let mut set = Vec::new();
            set.try_reserve_exact(self.qset)?;
            for _ in 0..self.qset {
                set.try_push(Quantum::new())?;
            }
            self.sets.try_insert(place.set, set)?;
        }
        let set = self.sets.get_mut(&place.set).ok_or(EIO)?;
        let quantum = &mut set[place.quantum];
        if quantum.is_empty() {
            self.share.grow(self.quantum)?;
            *quantum = Vec::try_zeroed(self.quantum)?;
        }
        Ok(quantum)
    }
}

/// A device's memory, shared by all of its files.
pub struct Store(Mutex<Content>);

impl Store {
    /// An empty one.
    pub fn new() -> Result<Arc<Self>> {
        let content = Mutex::new(lock_class!(c"scull store"), Content::new())?;
        try_arc(Store(content))
    }

    /// What `open(2)` does to it: a file that is opened for writing only empties it.
    pub fn opened<S>(&self, file: &File<'_, S>) -> Result {
        if file.writable() && !file.readable() {
            self.trim(file)?;
        }
        Ok(())
    }

    /// Empties it. What was there is given back once the lock is.
    fn trim(&self, call: &Call) -> Result {
        let _old = core::mem::replace(&mut *self.0.lock(call)?, Content::new());
        Ok(())
    }

    /// Moves what is there up to the end of one quantum. Where there is no quantum
    /// that is nothing, as at the end: holes are not filled.
    pub fn read(&self, call: &Call, to: &mut UserWriter<'_>) -> Result {
        let content = self.0.lock(call)?;
        let pos = to.pos();
        if pos >= content.size {
            return Ok(());
        }
        let place = content.place(pos);
        let quantum = content
            .sets
            .get(&place.set)
            .and_then(|set| set.get(place.quantum));
        if let Some(quantum) = quantum
            && let Some(bytes) = quantum.get(place.byte..)
        {
            let left = usize::try_from(content.size - pos).unwrap_or(usize::MAX);
            to.write(&bytes[..bytes.len().min(left)])?;
        }
        Ok(())
    }

    /// Moves in what there is up to the end of one quantum.
    pub fn write(&self, call: &Call, from: &mut UserReader<'_>) -> Result {
        let mut content = self.0.lock(call)?;
        if from.append() {
            from.set_pos(content.size)?;
        }
        if from.left() == 0 {
            return Ok(());
        }
        let place = content.place(from.pos());
        from.read(&mut content.quantum_at(&place)?[place.byte..])?;
        content.size = content.size.max(from.pos());
        Ok(())
    }

    /// `SEEK_SET`, `SEEK_CUR`, `SEEK_END`; beyond the end too.
    pub fn seek(&self, call: &Call, from: SeekFrom) -> Result<u64> {
        // Only from the end on does it matter where that is.
        let size = match from {
            SeekFrom::End(_) => self.0.lock(call)?.size,
            _ => 0,
        };
        from.within(size)
    }

    /// What chapter 4 shows in `/proc/scullmem`: the sizes, each set and how many
    /// quanta it has; of the last one which.
    pub fn show(&self, call: &Call, text: &mut Text<'_>) -> Result {
        let content = self.0.lock(call)?;
        writeln!(
            text,
            "qset {}, q {}, sz {}",
            content.qset, content.quantum, content.size
        )?;
        for (number, set) in content.sets.iter() {
            let count = set.iter().filter(|quantum| !quantum.is_empty()).count();
            writeln!(text, "  set {number}: {count} quanta")?;
        }
        if let Some((_, set)) = content.sets.last() {
            for (number, quantum) in set.iter().enumerate() {
                if !quantum.is_empty() {
                    writeln!(text, "    {number}")?;
                }
            }
        }
        Ok(())
    }

    /// A panic may have left it in pieces: it is empty after it.
    pub fn reset(&self, call: &Call) -> Result {
        self.0.clear_poison(call, Content::new())?;
        Ok(())
    }
}
