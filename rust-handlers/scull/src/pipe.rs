// SPDX-License-Identifier: GPL-2.0
//! A pipe: the book's chapter 6, blocking I/O, `poll` and `fasync`.
//!
//! Its buffer is there from the first open to the last close, when what is in it is
//! lost. The book keeps one byte of it free to tell full from empty; here a count
//! does.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use chard::prelude::*;

use crate::settings::P_BUFFER;

/// The device.
pub struct Pipe {
    ring: Mutex<Ring>,
    /// How full that is, for poll, which must not wait for the lock: bytes are copied from
    /// a caller's memory under it. The size above, the fill below.
    level: AtomicU64,
    /// Open files: changed with the lock held, but also by a release that does not
    /// get it any more, behind a panic.
    files: AtomicU32,
    /// Readers that wait for bytes.
    readers: WaitQueue,
    /// Writers that wait for room.
    writers: WaitQueue,
}

/// Bytes in a circle: `fill` of them from `start` on, round the end.
struct Ring {
    bytes: Vec<u8>,
    start: usize,
    fill: usize,
}

impl Ring {
    fn new(size: usize) -> Result<Self> {
        Ok(Ring {
            bytes: Vec::try_zeroed(size)?,
            start: 0,
            fill: 0,
        })
    }

    fn room(&self) -> usize {
        self.bytes.len() - self.fill
    }

    fn take(&mut self, to: &mut UserWriter<'_>) -> Result {
        while self.fill > 0 && to.left() > 0 {
            let end = self.bytes.len().min(self.start + self.fill);
            let moved = to.write(&self.bytes[self.start..end])?;
            self.start = (self.start + moved) % self.bytes.len();
            self.fill -= moved;
        }
        Ok(())
    }

    fn put(&mut self, from: &mut UserReader<'_>) -> Result {
        while self.room() > 0 && from.left() > 0 {
            let size = self.bytes.len();
            let at = (self.start + self.fill) % size;
            let end = size.min(at + self.room());
            self.fill += from.read(&mut self.bytes[at..end])?;
        }
        Ok(())
    }
}

impl Pipe {
    /// One that nobody has open.
    pub fn new(call: &Call) -> Result<Self> {
        Ok(Pipe {
            ring: Mutex::new(lock_class!(c"scull pipe"), Ring::new(0)?)?,
            level: AtomicU64::new(0),
            files: AtomicU32::new(0),
            readers: WaitQueue::new(call, lock_class!(c"scull readers"))?,
            writers: WaitQueue::new(call, lock_class!(c"scull writers"))?,
        })
    }

    /// Publishes how full the ring is, and wakes the callers that wait for that.
    fn set_level(&self, ring: &Ring) {
        let level = (ring.bytes.len() as u64) << 32 | ring.fill as u64;
        self.level.store(level, Ordering::Relaxed);
    }

    /// The first open brings the buffer along.
    pub fn open(&self, call: &Call) -> Result {
        let mut ring = self.ring.lock(call)?;
        if self.files.load(Ordering::Relaxed) == 0 {
            *ring = Ring::new(P_BUFFER.get() as usize)?;
            self.set_level(&ring);
        }
        self.files.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The last close takes the buffer along. It does not wait for the lock, with which a
    /// caller may be stalled that has opened the pipe meanwhile; then that one has the buffer.
    pub fn release(&self, call: &Call) {
        if self.files.fetch_sub(1, Ordering::Relaxed) == 1
            && let Ok(mut ring) = self.ring.try_lock(call)
            && self.files.load(Ordering::Relaxed) == 0
        {
            ring.bytes = Vec::new();
            ring.fill = 0;
            self.set_level(&ring);
        }
    }

    /// Waits for the first byte, and takes what is there then.
    pub fn read<S>(&self, file: &File<'_, S>, to: &mut UserWriter<'_>) -> Result {
        let mut ring = self.ring.lock(file)?;
        while ring.fill == 0 && to.left() > 0 {
            if file.nonblock() {
                return Err(EAGAIN);
            }
            ring = self.readers.wait(ring)?;
        }
        let taken = ring.take(to);
        self.set_level(&ring);
        drop(ring);
        if to.done() > 0 {
            // Wakes all writers and sends no signal: SIGIO is for readers.
            self.writers.wake(file, Ready::NONE);
        }
        taken
    }

    /// Waits for room, and puts in what there is room for then.
    pub fn write<S>(&self, file: &File<'_, S>, from: &mut UserReader<'_>) -> Result {
        let mut ring = self.ring.lock(file)?;
        while ring.room() == 0 && from.left() > 0 {
            if file.nonblock() {
                return Err(EAGAIN);
            }
            ring = self.writers.wait(ring)?;
        }
        let put = ring.put(from);
        self.set_level(&ring);
        drop(ring);
        if from.done() > 0 {
            self.readers.wake(file, Ready::IN);
        }
        put
    }

    /// Which of the next read and write, as far as the file is open for it, would not wait.
    pub fn poll<S>(&self, file: &File<'_, S>, table: &mut PollTable<'_>) -> Result<Ready> {
        let (reads, writes) = (file.readable(), file.writable());
        if reads {
            table.watch(&self.readers);
        }
        if writes {
            table.watch(&self.writers);
        }
        let level = self.level.load(Ordering::Relaxed);
        let (size, fill) = (level >> 32, level & u64::from(u32::MAX));
        let mut ready = Ready::NONE;
        if reads && fill > 0 {
            ready |= Ready::IN;
        }
        if writes && fill < size {
            ready |= Ready::OUT;
        }
        Ok(ready)
    }

    /// A line about the buffer.
    pub fn show(&self, call: &Call, text: &mut Text<'_>) -> Result {
        let ring = self.ring.lock(call)?;
        let files = self.files.load(Ordering::Relaxed);
        writeln!(
            text,
            "buffer {}, bytes {}, files {files}",
            ring.bytes.len(),
            ring.fill
        )?;
        Ok(())
    }

    /// A panic may have left bytes half moved: it is empty after it.
    pub fn reset(&self, call: &Call) -> Result {
        let ring = Ring::new(P_BUFFER.get() as usize)?;
        self.ring.clear_poison(call, ring)?;
        self.set_level(&*self.ring.lock(call)?);
        Ok(())
    }
}
