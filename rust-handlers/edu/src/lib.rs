// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-edu0 and on: QEMU's educational PCI device. How a handler uses registers, an
//! interrupt and DMA.
#![no_std]
#![forbid(unsafe_code)]

use core::time::Duration;

use chard::atomic::{AtomicU32, Ordering::Relaxed};
use chard::pci::{Buffer, Memory, Register};
use chard::prelude::*;

chard::uapi!();
use uapi::*;

// The registers, of QEMU's docs/specs/edu.
const IDENTITY: Register<u32, 0x00> = Register::new();
const LIVENESS: Register<u32, 0x04> = Register::new();
const FACTORIAL: Register<u32, 0x08> = Register::new();
const STATUS: Register<u32, 0x20> = Register::new();
const INTERRUPTED: Register<u32, 0x24> = Register::new();
const ACKNOWLEDGE: Register<u32, 0x64> = Register::new();
const DMA_FROM: Register<u64, 0x80> = Register::new();
const DMA_TO: Register<u64, 0x88> = Register::new();
const DMA_COUNT: Register<u64, 0x90> = Register::new();
const DMA_COMMAND: Register<u64, 0x98> = Register::new();

/// Of `STATUS`: it works on a factorial; it is to interrupt behind that.
const COMPUTES: u32 = 1;
const INTERRUPTS: u32 = 0x80;
/// Of `INTERRUPTED`: what has come to its end.
const FACTORIAL_DONE: u32 = 1;
const DMA_DONE: u32 = 0x100;
/// Of `DMA_COMMAND`: begin; from its memory to ours; interrupt at the end.
const DMA_RUN: u64 = 1;
const DMA_TO_CPU: u64 = 2;
const DMA_INTERRUPTS: u64 = 4;
/// Where its memory is, as DMA has it.
const MEMORY: u64 = 0x40000;

const SIZE: usize = CHARD_EDU_SIZE as usize;
const LIMIT: Duration = Duration::from_secs(1);

struct Edu {
    registers: Memory<0x100>,
    buffer: Buffer,
    /// The device does one thing at a time.
    turn: Mutex<()>,
    /// Bits of `INTERRUPTED` that have come.
    done: AtomicU32,
    waiters: WaitQueue,
}

impl Handler for Edu {
    type File = ();

    fn new(call: &Call) -> Result<Self> {
        let registers = call.pci().memory(0)?;
        registers.write(call, LIVENESS, 1)?;
        if registers.read(call, IDENTITY)? & 0xff != 0xed || registers.read(call, LIVENESS)? != !1 {
            return Err(ENODEV);
        }
        // What came before is not ours.
        registers.write(call, ACKNOWLEDGE, u32::MAX)?;
        call.pci().interrupts(1..=1)?;
        call.pci().dma_mask(28)?;
        Ok(Edu {
            registers,
            buffer: call.pci().buffer(SIZE)?,
            turn: Mutex::new(lock_class!(c"edu"), ())?,
            done: AtomicU32::new(0),
            waiters: WaitQueue::new(call, lock_class!(c"edu waiters"))?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }

    /// The buffer goes behind this: no DMA may go on.
    fn removed(&self, call: &Call) {
        let _ = self.rests(call);
    }

    fn reset(&self, call: &Call) -> Result {
        self.turn.clear_poison(call, ())?;
        self.registers.write(call, ACKNOWLEDGE, u32::MAX)
    }
}

impl OnEvent for Edu {
    fn event(&self, call: &AtomicCall, _vector: u32, _message: &mut Message<'_>) -> Result<u32> {
        let done = self.registers.read(call, INTERRUPTED)?;
        // Before it is acknowledged: see begin().
        self.done.fetch_or(done, Relaxed);
        self.registers.write(call, ACKNOWLEDGE, done)?;
        self.waiters.wake(call, Ready::NONE);
        Ok((done != 0).into())
    }
}

/// Its memory goes with the power: the buffer keeps it, since no call is in progress. Interrupts do
/// not come meanwhile.
impl Suspend for Edu {
    fn suspend(&self, call: &Call, _why: Sleep) -> Result {
        let _turn = self.turn.lock(call)?;
        self.rests(call)?;
        self.start(
            call,
            MEMORY,
            self.buffer.address(),
            SIZE,
            DMA_RUN | DMA_TO_CPU,
        )?;
        self.rests(call).map(drop)
    }

    fn resume(&self, call: &Call, _why: Sleep) -> Result {
        let _turn = self.turn.lock(call)?;
        self.registers.write(call, ACKNOWLEDGE, u32::MAX)?;
        self.start(call, self.buffer.address(), MEMORY, SIZE, DMA_RUN)?;
        self.rests(call).map(drop)
    }
}

impl Read for Edu {
    fn read(&self, file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        let (at, mut bytes) = self.part(to.pos(), to.left())?;
        {
            let _turn = self.begin(file)?;
            self.transfer(file, at, self.buffer.address(), bytes.len(), DMA_TO_CPU)?;
            self.buffer.copy_to(file, 0, &mut bytes)?;
        }
        to.write_all(&bytes)
    }
}

impl Write for Edu {
    fn write(&self, file: &File<'_>, from: &mut UserReader<'_>) -> Result {
        let (at, mut bytes) = self.part(from.pos(), from.left())?;
        from.read_exact(&mut bytes)?;
        if bytes.is_empty() {
            return Err(ENOSPC);
        }
        let _turn = self.begin(file)?;
        self.buffer.copy_from(file, 0, &bytes)?;
        self.transfer(file, self.buffer.address(), at, bytes.len(), 0)
    }
}

chard::ioctls! { Edu:
    CHARD_EDU_FACTORIAL => factorial(u32) -> u32;
}

impl Edu {
    /// What a file has from `pos` on, as the device's address, with as many zeros.
    fn part(&self, pos: u64, len: usize) -> Result<(u64, Vec<u8>)> {
        let left = SIZE.saturating_sub(usize::try_from(pos)?);
        Ok((MEMORY + pos, Vec::try_zeroed(len.min(left))?))
    }

    fn factorial(&self, file: &File<'_>, number: u32) -> Result<u32> {
        let _turn = self.begin(file)?;
        self.registers.write(file, STATUS, INTERRUPTS)?;
        self.registers.write(file, FACTORIAL, number)?;
        self.wait(file, FACTORIAL_DONE)?;
        self.registers.read(file, FACTORIAL)
    }

    /// DMA of `len` bytes, with the turn.
    fn transfer(&self, call: &Call, from: u64, to: u64, len: usize, command: u64) -> Result {
        if len == 0 {
            return Ok(());
        }
        self.start(call, from, to, len, command | DMA_RUN | DMA_INTERRUPTS)?;
        self.wait(call, DMA_DONE)
    }

    fn start(&self, call: &Call, from: u64, to: u64, len: usize, command: u64) -> Result {
        self.registers.write(call, DMA_FROM, from)?;
        self.registers.write(call, DMA_TO, to)?;
        self.registers.write(call, DMA_COUNT, len as u64)?;
        self.registers.write(call, DMA_COMMAND, command)
    }

    /// Waits for the end of a DMA.
    fn rests(&self, call: &Call) -> Result<u64> {
        self.registers
            .read_until(call, DMA_COMMAND, LIMIT, |command| command & 1 == 0)
    }

    /// Takes the turn. A caller that had a signal has left the device at work, perhaps with the
    /// buffer.
    fn begin<'a>(&'a self, call: &'a Call) -> Result<MutexGuard<'a, ()>> {
        let turn = self.turn.lock(call)?;
        self.rests(call)?;
        self.registers
            .read_until(call, STATUS, LIMIT, |status| status & COMPUTES == 0)?;
        self.registers
            .read_until(call, INTERRUPTED, LIMIT, |done| done == 0)?;
        self.done.store(0, Relaxed);
        Ok(turn)
    }

    /// Waits for the interrupt that says that this is done.
    fn wait(&self, call: &Call, what: u32) -> Result {
        self.waiters
            .wait_for(call, || (self.done.load(Relaxed) & what != 0).then_some(()))
    }
}

chard::handler!(Edu);
