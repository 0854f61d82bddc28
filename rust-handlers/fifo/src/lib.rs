// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-fifo: a pipe that its openers share. How to wait, and how to say
//! that there is something to wait for no more.
#![no_std]
#![forbid(unsafe_code)]

use chard::atomic::{AtomicU64, Ordering};
use chard::prelude::*;

chard::uapi!();
use uapi::*;

/// The device.
struct Fifo {
    ring: Mutex<Ring>,
    level: Level,
    /// Tasks that wait for bytes.
    readers: WaitQueue,
    /// Tasks that wait for room.
    writers: WaitQueue,
}

/// How full the ring is, for calls that must not wait for its lock: bytes are copied from a
/// caller's memory under that, and the caller may take its time. One word, so that both
/// numbers fit together.
struct Level(AtomicU64);

impl Level {
    /// Says how full the ring is now; the caller then wakes the waiters.
    fn set(&self, ring: &Ring) {
        let level = (ring.bytes.len() as u64) << 32 | ring.fill as u64;
        self.0.store(level, Ordering::Relaxed);
    }

    fn fill(&self) -> u32 {
        self.0.load(Ordering::Relaxed) as u32
    }

    fn size(&self) -> u32 {
        (self.0.load(Ordering::Relaxed) >> 32) as u32
    }
}

/// Bytes in a circle: `fill` of them from `start` on, round the end.
struct Ring {
    bytes: Vec<u8>,
    start: usize,
    fill: usize,
    /// The commands that wait until there are more.
    waits: Vec<Wait>,
}

/// A command of an io_uring that is answered when there are so many bytes.
struct Wait {
    bytes: usize,
    command: PendingCommand,
}

impl Ring {
    fn new(size: usize) -> Result<Self> {
        Ok(Ring {
            bytes: Vec::try_zeroed(size)?,
            start: 0,
            fill: 0,
            waits: Vec::new(),
        })
    }

    fn room(&self) -> usize {
        self.bytes.len() - self.fill
    }

    /// Answers the commands for which there is enough, or never will be, and drops those
    /// whose caller is gone. Apart from what moves bytes, where seldom anybody waits so.
    #[cold]
    fn answer(&mut self) {
        let (fill, size) = (self.fill, self.bytes.len());
        let mut at = 0;
        while let Some(wait) = self.waits.get(at) {
            let answer = match wait.bytes {
                bytes if bytes <= fill => Ok(fill as u32),
                bytes if bytes > size => Err(EINVAL),
                _ if wait.command.is_over() => Err(ECANCELED),
                _ => {
                    at += 1;
                    continue;
                }
            };
            self.waits.swap_remove(at).command.answer(answer);
        }
    }

    /// The place that is `count` bytes behind `at`.
    fn behind(&self, at: usize, count: usize) -> usize {
        let place = at + count;
        if place < self.bytes.len() {
            place
        } else {
            place - self.bytes.len()
        }
    }

    /// Moves bytes out, as many as the caller can take. They come in two pieces
    /// where they go round the end.
    fn take(&mut self, to: &mut UserWriter<'_>) -> Result {
        while self.fill > 0 && to.left() > 0 {
            let piece = self.fill.min(self.bytes.len() - self.start);
            let moved = to.write(&self.bytes[self.start..self.start + piece])?;
            self.start = self.behind(self.start, moved);
            self.fill -= moved;
        }
        Ok(())
    }

    /// Moves bytes in, as many as there is room for.
    fn put(&mut self, from: &mut UserReader<'_>) -> Result {
        while self.room() > 0 && from.left() > 0 {
            let end = self.behind(self.start, self.fill);
            let piece = self.room().min(self.bytes.len() - end);
            self.fill += from.read(&mut self.bytes[end..end + piece])?;
        }
        Ok(())
    }
}

impl Handler for Fifo {
    type File = ();
    const NOWAIT: bool = true;

    fn new(call: &Call) -> Result<Self> {
        let ring = Ring::new(CHARD_FIFO_SIZE_DEFAULT as usize)?;
        let level = Level(AtomicU64::new(0));
        level.set(&ring);
        Ok(Fifo {
            level,
            ring: Mutex::new(lock_class!(c"fifo"), ring)?,
            readers: WaitQueue::new(call, lock_class!(c"fifo readers"))?,
            writers: WaitQueue::new(call, lock_class!(c"fifo writers"))?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }

    fn is_stream(&self) -> bool {
        true
    }

    /// A panic may have left bytes half moved: the pipe is empty after it.
    fn reset(&self, call: &Call) -> Result {
        self.ring
            .clear_poison(call, Ring::new(CHARD_FIFO_SIZE_DEFAULT as usize)?)?;
        self.level.set(&*self.ring.lock(call)?);
        Ok(())
    }
}

impl Read for Fifo {
    fn read(&self, file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        let mut ring = self.ring.lock(file)?;
        while ring.fill == 0 && to.left() > 0 {
            if file.nonblock() {
                return Err(EAGAIN);
            }
            ring = self.readers.wait(ring)?;
        }
        let taken = ring.take(to);
        self.level.set(&ring);
        drop(ring);
        if to.done() > 0 {
            self.writers.wake(file, Ready::OUT);
        }
        taken
    }
}

impl Write for Fifo {
    fn write(&self, file: &File<'_>, from: &mut UserReader<'_>) -> Result {
        while from.left() > 0 {
            let mut ring = self.ring.lock(file)?;
            while ring.room() == 0 {
                if file.nonblock() {
                    return Err(EAGAIN);
                }
                ring = self.writers.wait(ring)?;
            }
            let put = ring.put(from);
            self.level.set(&ring);
            if !ring.waits.is_empty() {
                ring.answer();
            }
            drop(ring);
            if from.done() > 0 {
                self.readers.wake(file, Ready::IN);
            }
            put?;
        }
        Ok(())
    }
}

/// Of the directions that the file is open for, as of any FIFO.
impl Poll for Fifo {
    fn poll(&self, file: &File<'_>, table: &mut PollTable<'_>) -> Result<Ready> {
        let (reads, writes) = (file.readable(), file.writable());
        if reads {
            table.watch(&self.readers);
        }
        if writes {
            table.watch(&self.writers);
        }
        let mut ready = Ready::NONE;
        let fill = self.level.fill();
        if reads && fill > 0 {
            ready |= Ready::IN;
        }
        if writes && fill < self.level.size() {
            ready |= Ready::OUT;
        }
        Ok(ready)
    }
}

impl Fasync for Fifo {}

/// Tells an administrator why a process waits.
impl ShowFdinfo for Fifo {
    fn show_fdinfo(&self, _file: &File<'_>, text: &mut Text<'_>) -> Result {
        writeln!(text, "fifo-fill:\t{}", self.level.fill())?;
        writeln!(text, "fifo-size:\t{}", self.level.size())?;
        Ok(())
    }
}

impl UringCmd for Fifo {
    fn uring_cmd<'a>(&self, file: &File<'_>, command: UringCommand<'a>) -> Result<UringAnswer<'a>> {
        let mut ring = self.ring.lock(file)?;
        let fill = ring.fill as u32;
        match command.op() {
            CHARD_FIFO_CMD_FILL => Ok(fill.into()),
            CHARD_FIFO_CMD_WAIT => {
                let bytes = usize::try_from(command.take::<chard_fifo_wait>()?.bytes)?;
                if bytes <= ring.fill {
                    return Ok(fill.into());
                }
                if bytes > ring.bytes.len() {
                    return Err(EINVAL);
                }
                ring.answer();
                if ring.waits.len() >= CHARD_FIFO_WAITS_MAX as usize {
                    return Err(EBUSY);
                }
                let (command, later) = command.later()?;
                ring.waits.try_push(Wait { bytes, command })?;
                Ok(later)
            }
            _ => Err(EOPNOTSUPP),
        }
    }
}

chard::ioctls! { Fifo:
    CHARD_FIFO_GET_FILL => fill() -> u64;
    CHARD_FIFO_GET_SIZE => size() -> u64;
    CHARD_FIFO_SET_SIZE => set_size(u64);
}

impl Fifo {
    fn fill(&self, _file: &File<'_>) -> Result<u64> {
        Ok(self.level.fill().into())
    }

    fn size(&self, _file: &File<'_>) -> Result<u64> {
        Ok(self.level.size().into())
    }

    fn set_size(&self, file: &File<'_>, size: u64) -> Result {
        if !(1..=u64::from(CHARD_FIFO_SIZE_MAX)).contains(&size) {
            return Err(EINVAL);
        }
        let mut next = Ring::new(size as usize)?;
        let mut ring = self.ring.lock(file)?;
        if ring.fill > next.bytes.len() {
            return Err(EBUSY);
        }
        for at in 0..ring.fill {
            next.bytes[at] = ring.bytes[ring.behind(ring.start, at)];
        }
        next.fill = ring.fill;
        next.waits = core::mem::take(&mut ring.waits);
        next.answer();
        let old = core::mem::replace(&mut *ring, next);
        self.level.set(&ring);
        drop(ring);
        // Its memory goes back once the lock has.
        drop(old);
        self.writers.wake(file, Ready::OUT);
        Ok(())
    }
}

chard::handler!(Fifo);
