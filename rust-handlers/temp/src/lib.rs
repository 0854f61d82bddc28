// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-temp0 and on: temperature sensors, LM75 and TMP102. How a handler talks to a
//! chip, and how it watches one without an interrupt.
#![no_std]
#![forbid(unsafe_code)]

use core::time::Duration;

use chard::atomic::{AtomicI32, Ordering::Relaxed};
use chard::i2c::Functionality;
use chard::prelude::*;

chard::uapi!();
use uapi::*;

const INTERVAL: Duration = Duration::from_millis(CHARD_TEMP_INTERVAL as u64);
/// The register of the temperature.
const TEMPERATURE: u8 = 0;

/// The device. Temperatures are in millidegrees.
struct Temp {
    /// What was measured last: `poll` must not wait for the bus.
    last: AtomicI32,
    limit: AtomicI32,
    pollers: WaitQueue,
    work: Work<Temp>,
}

impl Handler for Temp {
    /// What the read at the start of the file has measured.
    type File = AtomicI32;

    fn new(call: &Call) -> Result<Self> {
        call.i2c().needs(Functionality::WORD_DATA)?;
        let temp = Temp {
            last: AtomicI32::new(0),
            limit: AtomicI32::new(CHARD_TEMP_LIMIT_DEFAULT as i32),
            pollers: WaitQueue::new(call, lock_class!(c"temp pollers"))?,
            work: Work::new(call, 0)?,
        };
        temp.measure(call)?;
        temp.work.start(call, INTERVAL)?;
        Ok(temp)
    }

    fn open(&self, _file: &File<'_>) -> Result<AtomicI32> {
        Ok(AtomicI32::new(self.last.load(Relaxed)))
    }

    fn reset(&self, call: &Call) -> Result {
        self.work.start(call, INTERVAL)
    }
}

impl OnWork for Temp {
    fn work(&self, call: &Call, _token: usize) {
        // A chip that does not answer now may do so the next time. That the work does not start
        // says that the device goes.
        let _ = self.measure(call);
        let _ = self.work.start(call, INTERVAL);
    }
}

impl Read for Temp {
    fn read(&self, file: &File<'_, AtomicI32>, to: &mut UserWriter<'_>) -> Result {
        if to.pos() == 0 {
            file.state().store(self.measure(file)?, Relaxed);
        }
        to.write_from(try_format!("{}\n", file.state().load(Relaxed))?.as_bytes())
    }
}

impl Poll for Temp {
    fn poll(&self, _file: &File<'_, AtomicI32>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.pollers);
        Ok(Ready::IN | Ready::PRI.when(self.last.load(Relaxed) >= self.limit.load(Relaxed)))
    }
}

chard::ioctls! { Temp:
    CHARD_TEMP_GET_LIMIT => limit() -> i32;
    CHARD_TEMP_SET_LIMIT => set_limit(i32), writable;
}

chard::attributes! { Temp:
    c"temp1_input" 0o444 => measure() -> i32;
    c"temp1_max"   0o644 => limit() -> i32, set_limit(i32);
}

impl Temp {
    /// Asks the chip. The 9 bits that both kinds of chip have are units of half a degree.
    fn measure(&self, call: &Call) -> Result<i32> {
        let word = call.i2c().read_word_swapped(TEMPERATURE)? as i16;
        let now = i32::from(word >> 7) * 500;
        self.last.store(now, Relaxed);
        if now >= self.limit.load(Relaxed) {
            self.pollers.wake(call, Ready::PRI);
        }
        Ok(now)
    }

    fn limit(&self, _call: &Call) -> Result<i32> {
        Ok(self.limit.load(Relaxed))
    }

    fn set_limit(&self, call: &Call, limit: i32) -> Result {
        self.limit.store(limit, Relaxed);
        self.pollers.wake(call, Ready::PRI);
        Ok(())
    }
}

chard::handler!(Temp);
