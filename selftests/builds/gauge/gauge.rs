// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-gauge: a driver outside of chard's tree that calls C of its own,
//! answers ioctls of the kernel's and depends on crates of others.
#![no_std]
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use core::time::Duration;

use chard::prelude::*;

chard::uapi!();
chard::c!();
use uapi::*;

/// The device: the last number of each kind that C has given elsewhere than in an ioctl.
struct Gauge {
    spin: SpinLock<u64>,
    timer: Timer<Gauge>,
    boot: AtomicU64,
    sum: AtomicU64,
    fill: AtomicI32,
    nap: AtomicI32,
}

/// As `ioctl(2)` has it: a number, or a negative errno.
fn number(result: Result<u32>) -> i32 {
    result.map_or_else(|error| -error.number(), |value| value as i32)
}

impl Handler for Gauge {
    type File = ();
    const NOWAIT: bool = true;

    fn new(call: &Call) -> Result<Self> {
        Ok(Gauge {
            spin: SpinLock::new(lock_class!(c"gauge"), 0)?,
            timer: Timer::new(call, 0)?,
            boot: AtomicU64::new(0),
            sum: AtomicU64::new(0),
            fill: AtomicI32::new(0),
            nap: AtomicI32::new(0),
        })
    }

    fn open(&self, file: &File<'_>) -> Result<()> {
        self.timer.start(file, Duration::from_millis(1))
    }
}

impl Read for Gauge {
    /// Sleeps, and reads the clock behind that.
    fn read(&self, file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        c::gauge_nap(file, 1)?;
        c::msleep(file, 1)?;
        let (boot, mut digits) = (c::gauge_boot(), itoa::Buffer::new());
        to.write_from(digits.format(ring::wrap(boot, u64::MAX)).as_bytes())
    }
}

impl Poll for Gauge {
    /// Others wait behind it: it may take a mutex, and may not wait for longer.
    fn poll(&self, file: &File<'_>, _table: &mut PollTable<'_>) -> Result<Ready> {
        let fill = c::gauge_fill(file, &mut [0; 3], 1, false);
        self.fill.store(number(fill), Ordering::Relaxed);
        self.nap
            .store(number(c::gauge_nap(file, 1)), Ordering::Relaxed);
        Ok(Ready::IN)
    }
}

impl OnTimer for Gauge {
    fn timer(&self, _call: &AtomicCall, _token: usize) -> Option<Duration> {
        self.sum.store(c::gauge_sum(&[1, 2, 3]), Ordering::Relaxed);
        self.boot.store(c::gauge_boot(), Ordering::Relaxed);
        None
    }
}

chard::ioctls! { Gauge:
    CHARD_GAUGE_BOOT => boot() -> u64;
    CHARD_GAUGE_CPUS => cpus() -> u32;
    CHARD_GAUGE_SUM => sum(u64) -> u64;
    CHARD_GAUGE_ERROR => error(value) -> value;
    CHARD_GAUGE_LONG => long(value) -> value;
    CHARD_GAUGE_NICE => nice() -> i32;
    CHARD_GAUGE_FILL => fill(gauge_bytes) -> gauge_bytes;
    CHARD_GAUGE_NAP => nap(value);
    CHARD_GAUGE_NAP_LOCKED => nap_locked();
    CHARD_GAUGE_FILL_LOCKED => fill_locked();
    CHARD_GAUGE_MSLEEP_LOCKED => msleep_locked();
    CHARD_GAUGE_BOOT_LOCKED => boot_locked() -> u64;
    CHARD_GAUGE_TIMER => timer_saw() -> gauge_timer;
    CHARD_GAUGE_POLLED => polled() -> gauge_polled;
    WDIOC_GETSUPPORT => support() -> watchdog_info;
    CHARD_GAUGE_TIMEOUT => set_timeout(i32) -> i32;
    // These say _IOR of an int, and nothing comes back.
    WDIOC_KEEPALIVE as _IO => keepalive();
    WDIOC_SETOPTIONS as _IOW => set_options(i32);
    // And this says an int, of which the handler gives a byte.
    WDIOC_GETTEMP as _IOR(u8) => temperature() -> u8;
    .. => other;
}

impl Gauge {
    fn boot(&self, _file: &File<'_>) -> Result<u64> {
        Ok(c::gauge_boot())
    }

    fn cpus(&self, _file: &File<'_>) -> Result<u32> {
        Ok(c::gauge_cpus())
    }

    fn sum(&self, _file: &File<'_>, data: u64) -> Result<u64> {
        Ok(c::gauge_sum(&data.to_le_bytes()))
    }

    fn error(&self, _file: &File<'_>, value: usize) -> Result<u32> {
        c::gauge_error(value as i32)
    }

    fn long(&self, _file: &File<'_>, value: usize) -> Result<u32> {
        Ok(c::gauge_long(value as i64)?.try_into()?)
    }

    fn nice(&self, file: &File<'_>) -> Result<i32> {
        Ok(c::gauge_nice(file))
    }

    fn fill(&self, file: &File<'_>, mut it: gauge_bytes) -> Result<gauge_bytes> {
        let filled = c::gauge_fill(file, &mut it.bytes, it.byte, it.skip != 0)?;
        // Nothing is no pointer to anything.
        if filled != 8 || c::gauge_fill(file, &mut [], it.byte, false)? != 0 {
            return Err(EIO);
        }
        Ok(it)
    }

    fn nap(&self, file: &File<'_>, ms: usize) -> Result {
        c::gauge_nap(file, ms.try_into()?).map(drop)
    }

    fn nap_locked(&self, file: &File<'_>) -> Result {
        let _guard = self.spin.lock(file)?;
        c::gauge_nap(file, 1).map(drop)
    }

    fn fill_locked(&self, file: &File<'_>) -> Result {
        let _guard = self.spin.lock(file)?;
        c::gauge_fill(file, &mut [0; 3], 1, false).map(drop)
    }

    fn msleep_locked(&self, file: &File<'_>) -> Result {
        let _guard = self.spin.lock(file)?;
        c::msleep(file, 1)
    }

    fn boot_locked(&self, file: &File<'_>) -> Result<u64> {
        let mut guard = self.spin.lock(file)?;
        *guard = c::gauge_boot();
        Ok(*guard)
    }

    fn timer_saw(&self, _file: &File<'_>) -> Result<gauge_timer> {
        Ok(gauge_timer {
            boot: self.boot.load(Ordering::Relaxed),
            sum: self.sum.load(Ordering::Relaxed),
        })
    }

    fn polled(&self, _file: &File<'_>) -> Result<gauge_polled> {
        Ok(gauge_polled {
            fill: self.fill.load(Ordering::Relaxed),
            nap: self.nap.load(Ordering::Relaxed),
        })
    }
}

/// The watchdog's part.
impl Gauge {
    fn support(&self, _file: &File<'_>) -> Result<watchdog_info> {
        let mut identity = [0; 32];
        identity[..5].copy_from_slice(b"gauge");
        Ok(watchdog_info {
            options: WDIOF_KEEPALIVEPING | CHARD_GAUGE_OPTIONS,
            firmware_version: CHARD_GAUGE_FIRMWARE as u32,
            identity,
        })
    }

    fn set_timeout(&self, _file: &File<'_>, seconds: i32) -> Result<i32> {
        if seconds <= 0 {
            return Err(EINVAL);
        }
        self.nap.store(seconds, Ordering::Relaxed);
        Ok(seconds)
    }

    fn keepalive(&self, _file: &File<'_>) -> Result {
        self.nap.store(0, Ordering::Relaxed);
        Ok(())
    }

    fn set_options(&self, _file: &File<'_>, options: i32) -> Result {
        self.fill.store(options, Ordering::Relaxed);
        Ok(())
    }

    fn temperature(&self, _file: &File<'_>) -> Result<u8> {
        Ok(36)
    }

    fn other(&self, _file: &File<'_>, cmd: u32, arg: chard::ioctl::Arg<'_>) -> Result<u32> {
        match cmd {
            CHARD_GAUGE_OTHER => Ok((cmd & 0xff) + u32::try_from(arg.value())?),
            _ => Err(ENOTTY),
        }
    }
}

chard::handler!(Gauge);
