// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-tick: readers wait for a timer. What a timer may do, and how it and
//! the calls share state: atomics here, a `SpinLock` where there is more.
#![no_std]
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use chard::prelude::*;

chard::uapi!();
use uapi::*;

const HOUR: u64 = 3_600_000_000_000;

/// The device.
struct Tick {
    ticks: AtomicU64,
    /// Nanoseconds.
    period: AtomicU64,
    /// Open files; the timer runs while there are any.
    files: Mutex<u32>,
    timer: Timer<Tick>,
    readers: WaitQueue,
}

/// The ticks that an open file has seen.
type Seen = AtomicU64;

impl Tick {
    fn period(&self) -> Duration {
        Duration::from_nanos(self.period.load(Ordering::Relaxed))
    }

    /// The ticks that a file has not seen yet, which from now on it has.
    fn news(&self, seen: &Seen) -> Option<u64> {
        let now = self.ticks.load(Ordering::Relaxed);
        // Of two reads of one file at once, one gets them.
        match now.saturating_sub(seen.fetch_max(now, Ordering::Relaxed)) {
            0 => None,
            news => Some(news),
        }
    }
}

impl Handler for Tick {
    type File = Seen;

    fn new(call: &Call) -> Result<Self> {
        Ok(Tick {
            ticks: AtomicU64::new(0),
            period: AtomicU64::new(CHARD_TICK_PERIOD_DEFAULT.into()),
            files: Mutex::new(lock_class!(c"tick"), 0)?,
            timer: Timer::new(call, 0)?,
            readers: WaitQueue::new(call, lock_class!(c"tick readers"))?,
        })
    }

    fn open(&self, file: &File<'_>) -> Result<Seen> {
        let mut files = self.files.lock(file)?;
        if *files == 0 {
            self.timer.start(file, self.period())?;
        }
        *files += 1;
        Ok(Seen::new(self.ticks.load(Ordering::Relaxed)))
    }

    fn is_stream(&self) -> bool {
        true
    }

    fn release(&self, file: &File<'_, Seen>) {
        // Poisoned only by a panic, behind which the timer does not come back.
        if let Ok(mut files) = self.files.lock(file) {
            *files -= 1;
            if *files == 0 {
                self.timer.cancel();
            }
        }
    }
}

impl OnTimer for Tick {
    fn timer(&self, call: &AtomicCall, _token: usize) -> Option<Duration> {
        self.ticks.fetch_add(1, Ordering::Relaxed);
        self.readers.wake(call, Ready::IN);
        Some(self.period())
    }
}

impl Read for Tick {
    fn read(&self, file: &File<'_, Seen>, to: &mut UserWriter<'_>) -> Result {
        if to.left() < size_of::<u64>() {
            return Err(EINVAL);
        }
        let news = if file.nonblock() {
            self.news(file.state()).ok_or(EAGAIN)?
        } else {
            self.readers.wait_for(file, || self.news(file.state()))?
        };
        to.put(news)
    }
}

impl Poll for Tick {
    fn poll(&self, file: &File<'_, Seen>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.readers);
        let seen = file.state().load(Ordering::Relaxed);
        Ok(Ready::IN.when(self.ticks.load(Ordering::Relaxed) > seen))
    }
}

impl Fasync for Tick {}

chard::ioctls! { Tick:
    CHARD_TICK_GET_PERIOD => get_period() -> u64;
    CHARD_TICK_SET_PERIOD => set_period(u64);
    CHARD_TICK_GET_COUNT => count() -> u64;
}

impl Tick {
    fn get_period(&self, _file: &File<'_, Seen>) -> Result<u64> {
        Ok(self.period.load(Ordering::Relaxed))
    }

    fn set_period(&self, file: &File<'_, Seen>, period: u64) -> Result {
        if !(u64::from(CHARD_TICK_PERIOD_MIN)..=HOUR).contains(&period) {
            return Err(EINVAL);
        }
        self.period.store(period, Ordering::Relaxed);
        self.timer.start(file, Duration::from_nanos(period))
    }

    fn count(&self, _file: &File<'_, Seen>) -> Result<u64> {
        Ok(self.ticks.load(Ordering::Relaxed))
    }
}

chard::handler!(Tick);
