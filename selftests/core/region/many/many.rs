// SPDX-License-Identifier: GPL-2.0
//! Devices on a region, which make and remove one another.
#![no_std]
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use core::time::Duration;

use chard::prelude::*;

chard::uapi!();
use uapi::*;

chard::params! {
    quantum: uint;
    shift: int;
    offset: long;
    verbose: bool;
    label: string;
    sizes: array;
}

/// What is to become of the next device: see CHARD_MANY_SPOIL.
static SPOIL: AtomicU32 = AtomicU32::new(0);

struct Many {
    index: u32,
    held: AtomicBool,
    openers: WaitQueue,
    level: AtomicU32,
    spin: SpinLock<()>,
    lock: Mutex<u32>,
}

impl Handler for Many {
    type File = u32;

    fn new(call: &Call) -> Result<Self> {
        match SPOIL.swap(0, Ordering::Relaxed) {
            1 => panic!("spoilt"),
            2 => return Err(ENOTTY),
            3 => return Err(ERESTARTSYS),
            _ => {}
        }
        Ok(Many {
            index: call.device_index(),
            held: AtomicBool::new(false),
            openers: WaitQueue::new(call, lock_class!(c"many openers"))?,
            level: AtomicU32::new(0),
            spin: SpinLock::new(lock_class!(c"many spin"), ())?,
            lock: Mutex::new(lock_class!(c"many lock"), call.device_index())?,
        })
    }

    fn registered(&self, call: &Call) -> Result {
        if params::shift() != CHARD_MANY_LATE as i32 {
            return Ok(());
        }
        let _ = self.openers.sleep(call, Duration::from_millis(300));
        Err(ENOTTY)
    }

    fn open(&self, file: &File<'_>) -> Result<u32> {
        self.openers.wait_for(file, || {
            (!self.held.load(Ordering::Relaxed)).then_some(self.index)
        })
    }
}

impl Read for Many {
    fn read(&self, file: &File<'_, u32>, to: &mut UserWriter<'_>) -> Result {
        let mut text = [0; 4];
        for (place, digit) in text.iter_mut().rev().zip(0..) {
            *place = b'0' + (file.state() / 10u32.pow(digit) % 10) as u8;
        }
        // So who maps waits for nobody who wants the lock: see by_who_holds_something().
        let _guard = self.lock.lock(file)?;
        to.write_from(&text)
    }
}

/// Removes the device, which then has nothing to be mapped.
impl Map for Many {
    fn map(&self, file: &File<'_, u32>, _area: &Area<'_>) -> Result {
        file.remove_device_at(self.index)
    }

    fn fault(&self, _file: &File<'_, u32>, _index: u64) -> Result<Page> {
        Err(EIO)
    }
}

chard::ioctls! { Many:
    CHARD_MANY_CREATE => create(value) -> value;
    CHARD_MANY_REMOVE => remove(value);
    CHARD_MANY_HOLD => hold(value);
    CHARD_MANY_TELL => tell(value);
    CHARD_MANY_SPOIL => spoil(value);
    CHARD_MANY_LOCKED => locked();
    CHARD_MANY_REMOVE_LOCKED => remove_locked();
    CHARD_MANY_PARAMS => params() -> chard_many_params;
}

impl Many {
    fn create(&self, file: &File<'_, u32>, index: usize) -> Result<u32> {
        let index = (index != CHARD_MANY_ANY as usize).then_some(index as u32);
        file.create_device(index)
    }

    fn remove(&self, file: &File<'_, u32>, index: usize) -> Result {
        file.remove_device_at(index as u32)
    }

    fn remove_locked(&self, file: &File<'_, u32>) -> Result {
        let index = self.lock.lock(file)?;
        file.remove_device_at(*index)
    }

    fn hold(&self, file: &File<'_, u32>, held: usize) -> Result {
        self.held.store(held != 0, Ordering::Relaxed);
        self.openers.wake(file, Ready::OUT);
        Ok(())
    }

    fn tell(&self, file: &File<'_, u32>, what: usize) -> Result {
        match what {
            0 => file.uevent(&[c"LEVEL=high", c"SENSOR="]),
            1 => file.uevent(&[c"LEVEL"]),
            2 => file.uevent(&[c"A=1"; 9]),
            _ => file.uevent(&[c"CHARD_STATE=ready"]),
        }
    }

    fn spoil(&self, _file: &File<'_, u32>, how: usize) -> Result {
        SPOIL.store(how as u32, Ordering::Relaxed);
        Ok(())
    }

    fn locked(&self, file: &File<'_, u32>) -> Result {
        let _spin = self.spin.lock(file)?;
        let refused = [
            file.create_device(None).err(),
            file.remove_device_at(self.index).err(),
            file.uevent(&[]).err(),
        ];
        if refused != [Some(EDEADLK); 3] {
            return Err(EINVAL);
        }
        Ok(())
    }

    fn params(&self, _file: &File<'_, u32>) -> Result<chard_many_params> {
        let mut bytes = [0; 32];
        let length = params::label(&mut bytes)?.len() as u32;
        let mut sizes = [0; 4];
        let count = params::sizes(&mut sizes)?.len() as u32;
        Ok(chard_many_params {
            offset: params::offset(),
            quantum: params::quantum(),
            shift: params::shift(),
            verbose: params::verbose().into(),
            sizes,
            count,
            length,
            unused: 0,
            label: bytes.map(|byte| byte as _),
        })
    }
}

impl ShowFdinfo for Many {
    fn show_fdinfo(&self, file: &File<'_, u32>, text: &mut Text<'_>) -> Result {
        writeln!(text, "many:\t{}", file.state())?;
        Ok(())
    }
}

chard::attributes! { Many:
    c"level" 0o644 => show_level, store_level;
    c"about/index" 0o444 => show_index;
    c"about/nothing" 0o444 => show_nothing;
    c"endless" 0o444 => show_endless;
    c"bytes" 0o444 => show_bytes;
    c"locked" 0o444 => show_locked;
    debugfs c"lines" 0o400 => show_lines;
    debugfs c"level" 0o600 => show_level, store_level;
}

impl Many {
    fn show_locked(&self, call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", *self.lock.lock(call)?)?;
        Ok(())
    }

    fn show_level(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", self.level.load(Ordering::Relaxed))?;
        Ok(())
    }

    /// 99 panics.
    fn store_level(&self, _call: &Call, text: &str) -> Result {
        let level = text.parse().map_err(|_| EINVAL)?;
        assert_ne!(level, 99);
        self.level.store(level, Ordering::Relaxed);
        Ok(())
    }

    fn show_index(&self, call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", call.device_index())?;
        Ok(())
    }

    fn show_nothing(&self, _call: &Call, _text: &mut Text<'_>) -> Result {
        Err(ENODATA)
    }

    fn show_endless(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        loop {
            text.write_str("and so on ")?;
        }
    }

    /// As many as the level says.
    fn show_bytes(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        for _ in 0..self.level.load(Ordering::Relaxed) {
            text.write_char('x')?;
        }
        Ok(())
    }

    /// More than a page.
    fn show_lines(&self, _call: &Call, text: &mut Text<'_>) -> Result {
        for line in 0..2000 {
            writeln!(text, "{line}")?;
        }
        Ok(())
    }
}

chard::handler!(Many);
