// SPDX-License-Identifier: GPL-2.0
//! What `chard::pci` does, by an ioctl: `chard_board.h`.
#![no_std]
#![forbid(unsafe_code)]

use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use chard::pci::{Buffer, Memory, Ports, Register};
use chard::prelude::*;

chard::uapi!();
use uapi::*;

chard::params! {
    fail: uint;
}

const IDENTITY: Register<u32, 0x00> = Register::new();
const POLLED: Register<u32, 0x20> = Register::new();
// Of edu.
const INTERRUPTED: Register<u32, 0x24> = Register::new();
const INTERRUPT: Register<u32, 0x60> = Register::new();
const ACKNOWLEDGE: Register<u32, 0x64> = Register::new();
const EDU: u32 = 0x0100_00ed;

/// Of the device that went last.
static REMOVED: AtomicU64 = AtomicU64::new(0);
static RELEASED: AtomicU32 = AtomicU32::new(0);

struct Board {
    memory: Memory<0x100>,
    events: AtomicU32,
    panic: AtomicBool,
    /// The next reset interrupts, when it has acknowledged what came before.
    fires: AtomicBool,
    queue: WaitQueue,
    spin: SpinLock<u32>,
    buffers: Mutex<Vec<Buffer>>,
    timer: Timer<Board>,
    /// What the timer has read: 1 before it, in the high half.
    timed: AtomicU64,
    timer_done: WaitQueue,
    /// The BAR that is mapped.
    mapped: AtomicU32,
}

impl Handler for Board {
    type File = AtomicU32;

    fn new(call: &Call) -> Result<Self> {
        let memory = call.pci().memory(0)?;
        if memory.read(call, IDENTITY)? == EDU {
            call.pci().interrupts(1..=4)?;
            call.pci().dma_mask(28)?;
            call.pci().buffer(100)?.write(call, 0, 1_u32)?;
        } else if call.pci().interrupts(1..=1) != Err(ENOSPC) {
            return Err(EPROTO);
        }
        let board = Board {
            memory,
            events: AtomicU32::new(0),
            panic: AtomicBool::new(false),
            fires: AtomicBool::new(false),
            queue: WaitQueue::new(call, lock_class!(c"board"))?,
            spin: SpinLock::new(lock_class!(c"board spin"), 0)?,
            buffers: Mutex::new(lock_class!(c"board buffers"), Vec::new())?,
            timer: Timer::new(call, 0)?,
            timed: AtomicU64::new(0),
            timer_done: WaitQueue::new(call, lock_class!(c"board timer"))?,
            mapped: AtomicU32::new(0),
        };
        match params::fail() {
            CHARD_BOARD_FAILS => Err(ENOTTY),
            CHARD_BOARD_PANICS => panic!("as the parameter says"),
            _ => Ok(board),
        }
    }

    fn removed(&self, call: &Call) {
        let value = match self.memory.read(call, IDENTITY) {
            Ok(value) => value.into(),
            Err(error) => u64::from(error.number() as u32) << 32,
        };
        REMOVED.store(value, Relaxed);
    }

    fn open(&self, _file: &File<'_>) -> Result<AtomicU32> {
        Ok(AtomicU32::new(self.events.load(Relaxed)))
    }

    fn release(&self, file: &File<'_, AtomicU32>) {
        let error = self.memory.read(file, IDENTITY).err();
        RELEASED.store(error.map_or(0, |error| error.number() as u32), Relaxed);
    }

    /// Acknowledges what has come before the quarantine.
    fn reset(&self, call: &Call) -> Result {
        self.panic.store(false, Relaxed);
        self.spin.clear_poison(call, 0)?;
        let pending = self.memory.read(call, INTERRUPTED)?;
        self.memory.write(call, ACKNOWLEDGE, pending)?;
        if self.fires.swap(false, Relaxed) {
            self.memory.write(call, INTERRUPT, 1)?;
            let _ = self.queue.sleep(call, Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Map for Board {
    fn map(&self, file: &File<'_, AtomicU32>, area: &Area<'_>) -> Result {
        file.pci().map_area(area, self.mapped.load(Relaxed))
    }
}

impl OnEvent for Board {
    fn event(&self, call: &AtomicCall, vector: u32, message: &mut Message<'_>) -> Result<u32> {
        let pending = self.memory.read(call, INTERRUPTED)?;
        if pending == 0 {
            return Ok(0);
        }
        if self.panic.load(Relaxed) || vector != 0 || !message.is_empty() {
            let _spin = self.spin.lock(call)?;
            panic!("in an interrupt");
        }
        self.memory.write(call, ACKNOWLEDGE, pending)?;
        self.events.fetch_add(1, Relaxed);
        self.queue.wake(call, Ready::IN);
        Ok(1)
    }
}

impl OnTimer for Board {
    fn timer(&self, call: &AtomicCall, _token: usize) -> Option<Duration> {
        let value = match self.memory.read(call, IDENTITY) {
            Ok(value) => value.into(),
            Err(error) => error.number() as u64,
        };
        self.timed.store(1 << 32 | value, Relaxed);
        self.timer_done.wake(call, Ready::NONE);
        None
    }
}

impl Poll for Board {
    fn poll(&self, file: &File<'_, AtomicU32>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.queue);
        Ok(Ready::IN.when(file.state().load(Relaxed) != self.events.load(Relaxed)))
    }
}

chard::ioctls! { Board:
    CHARD_BOARD_ACCESS => access(chard_board_access) -> chard_board_access;
}

fn read(call: &Call, memory: Memory<0x100>, at: usize, width: u32) -> Result<u64> {
    Ok(match width {
        1 => memory.read_at::<u8>(call, at)?.into(),
        2 => memory.read_at::<u16>(call, at)?.into(),
        4 => memory.read_at::<u32>(call, at)?.into(),
        _ => memory.read_at::<u64>(call, at)?,
    })
}

fn write(call: &Call, memory: Memory<0x100>, at: usize, width: u32, value: u64) -> Result {
    match width {
        1 => memory.write_at(call, at, value as u8),
        2 => memory.write_at(call, at, value as u16),
        4 => memory.write_at(call, at, value as u32),
        _ => memory.write_at(call, at, value),
    }
}

fn read_ports(call: &Call, ports: Ports<0x100>, at: usize, width: u32) -> Result<u64> {
    Ok(match width {
        1 => ports.read_at::<u8>(call, at)?.into(),
        2 => ports.read_at::<u16>(call, at)?.into(),
        _ => ports.read_at::<u32>(call, at)?.into(),
    })
}

fn write_ports(call: &Call, ports: Ports<0x100>, at: usize, width: u32, value: u64) -> Result {
    match width {
        1 => ports.write_at(call, at, value as u8),
        2 => ports.write_at(call, at, value as u16),
        _ => ports.write_at(call, at, value as u32),
    }
}

impl Board {
    fn poll_register(&self, call: &Call, it: &chard_board_access) -> Result<u64> {
        let limit = Duration::from_micros(it.limit.into());
        let value = self
            .memory
            .read_until(call, POLLED, limit, |value| u64::from(value) == it.value)?;
        Ok(value.into())
    }

    fn timed(&self, call: &Call) -> Result<u64> {
        self.timed.store(0, Relaxed);
        self.timer.start(call, Duration::from_millis(1))?;
        let value = self.timer_done.wait_for(call, || {
            let timed = self.timed.load(Relaxed);
            (timed != 0).then_some(timed)
        })?;
        Ok(value & 0xffff_ffff)
    }

    fn wait(&self, file: &File<'_, AtomicU32>) -> Result<u64> {
        let events = self.queue.wait_for(file, || {
            let events = self.events.load(Relaxed);
            (file.state().swap(events, Relaxed) != events).then_some(events)
        })?;
        Ok(events.into())
    }

    fn last(&self, call: &Call) -> Result<Buffer> {
        self.buffers.lock(call)?.last().copied().ok_or(ENXIO)
    }

    fn access(
        &self,
        file: &File<'_, AtomicU32>,
        mut it: chard_board_access,
    ) -> Result<chard_board_access> {
        let (pci, at, width) = (file.pci(), it.at as usize, it.width);
        match it.what {
            CHARD_BOARD_READ => it.value = read(file, pci.memory(it.bar)?, at, width)?,
            CHARD_BOARD_WRITE => write(file, pci.memory(it.bar)?, at, width, it.value)?,
            CHARD_BOARD_READ_PORTS => it.value = read_ports(file, pci.ports(it.bar)?, at, width)?,
            CHARD_BOARD_WRITE_PORTS => write_ports(file, pci.ports(it.bar)?, at, width, it.value)?,
            CHARD_BOARD_MAP_MORE => drop(pci.memory::<0x200>(it.bar)?),
            CHARD_BOARD_MAP_TOO_MUCH => drop(pci.memory::<0x1000_0000>(it.bar)?),
            CHARD_BOARD_READ_LOCKED => {
                let _spin = self.spin.lock(file)?;
                it.value = read(file, self.memory, at, width)?;
            }
            CHARD_BOARD_READ_TIMER => it.value = self.timed(file)?,
            CHARD_BOARD_MAP_LOCKED => {
                let _spin = self.spin.lock(file)?;
                pci.memory::<0x100>(it.bar)?;
            }
            CHARD_BOARD_POLL => it.value = self.poll_register(file, &it)?,
            CHARD_BOARD_POLL_LOCKED => {
                let _spin = self.spin.lock(file)?;
                it.value = self.poll_register(file, &it)?;
            }
            CHARD_BOARD_INTERRUPTS => it.value = pci.interrupts(it.width..=it.limit)?.into(),
            CHARD_BOARD_EVENTS => it.value = self.events.load(Relaxed).into(),
            CHARD_BOARD_WAIT => it.value = self.wait(file)?,
            CHARD_BOARD_PANIC => {
                self.panic.store(true, Relaxed);
                self.fires.store(it.width != 0, Relaxed);
                if it.width != 0 {
                    panic!("at once");
                }
            }
            CHARD_BOARD_MASK => pci.dma_mask(width)?,
            CHARD_BOARD_BUFFER => {
                let buffer = pci.buffer(at)?;
                it.value = buffer.address();
                self.buffers.lock(file)?.try_push(buffer)?;
            }
            CHARD_BOARD_BUFFER_READ => it.value = self.last(file)?.read(file, at)?,
            CHARD_BOARD_BUFFER_WRITE => self.last(file)?.write(file, at, it.value)?,
            CHARD_BOARD_REMOVED => it.value = REMOVED.load(Relaxed),
            CHARD_BOARD_RELEASED => it.value = RELEASED.load(Relaxed).into(),
            CHARD_BOARD_MAPPED => self.mapped.store(it.bar, Relaxed),
            _ => return Err(ENOTTY),
        }
        Ok(it)
    }
}

chard::handler!(Board);
