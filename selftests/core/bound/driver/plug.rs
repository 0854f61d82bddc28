// SPDX-License-Identifier: GPL-2.0
//! Devices that are bound to what comes and goes: `chard_plug.h`.
#![no_std]
#![forbid(unsafe_code)]

use core::time::Duration;

use chard::atomic::{AtomicU32, Ordering};
use chard::prelude::*;

chard::uapi!();
chard::c!();
use uapi::*;

chard::params! {
    fail: uint;
}

const OFTEN: Duration = Duration::from_millis(2);
/// What C calls with: `plug.h`.
const ASKS: u32 = 1;
const HAPPENS: u32 = 2;

struct Plug {
    queue: WaitQueue,
    events: AtomicU32,
    spin: SpinLock<u32>,
    lock: Mutex<u32>,
    timer: Timer<Plug>,
    work: Work<Plug>,
    thread: Thread<Plug>,
    sleeper: Thread<Plug>,
}

impl Handler for Plug {
    type File = AtomicU32;

    fn new(call: &Call) -> Result<Self> {
        if params::fail() == 1 {
            return Err(ENOTTY);
        }
        c::plug_set(call, c::plug_level(call)? + 1)?;
        let plug = Plug {
            queue: WaitQueue::new(call, lock_class!(c"plug"))?,
            events: AtomicU32::new(0),
            spin: SpinLock::new(lock_class!(c"plug spin"), 0)?,
            lock: Mutex::new(lock_class!(c"plug lock"), 0)?,
            timer: Timer::new(call, 0)?,
            work: Work::new(call, 0)?,
            thread: Thread::new(call, 0)?,
            sleeper: Thread::new(call, 1)?,
        };
        plug.timer.start(call, OFTEN)?;
        plug.work.start(call, OFTEN)?;
        plug.thread.start(call)?;
        plug.sleeper.start(call)?;
        Ok(plug)
    }

    fn registered(&self, call: &Call) -> Result {
        c::plug_set(call, c::plug_level(call)? + 1)?;
        if params::fail() == 2 {
            return Err(ENOTTY);
        }
        Ok(())
    }

    fn removed(&self, call: &Call) {
        c::plug_removed(c::plug_level(call).is_ok());
    }

    fn open(&self, file: &File<'_>) -> Result<AtomicU32> {
        c::plug_level(file)?;
        Ok(AtomicU32::new(self.events.load(Ordering::Relaxed)))
    }

    fn release(&self, file: &File<'_, AtomicU32>) {
        c::plug_released(c::plug_level(file).is_ok());
    }

    fn reset(&self, call: &Call) -> Result {
        c::plug_level(call)?;
        self.spin.clear_poison(call, 0)?;
        self.lock.clear_poison(call, 0)?;
        self.timer.restart(call, OFTEN)?;
        self.work.restart(call, OFTEN)?;
        self.sleeper.restart(call)?;
        self.thread.restart(call)
    }
}

impl Read for Plug {
    /// Waits for an event that the file has not seen; a text, how many there were.
    fn read(&self, file: &File<'_, AtomicU32>, to: &mut UserWriter<'_>) -> Result {
        let events = self.queue.wait_for(file, || {
            let events = self.events.load(Ordering::Relaxed);
            (file.state().swap(events, Ordering::Relaxed) != events).then_some(events)
        })?;
        to.write_all(try_format!("{events}\n")?.as_bytes())
    }
}

impl Write for Plug {
    /// The level, a word.
    fn write(&self, file: &File<'_, AtomicU32>, from: &mut UserReader<'_>) -> Result {
        c::plug_set(file, from.take()?)
    }
}

impl Poll for Plug {
    fn poll(&self, file: &File<'_, AtomicU32>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.queue);
        c::plug_level(file)?;
        let seen = file.state().load(Ordering::Relaxed) == self.events.load(Ordering::Relaxed);
        Ok(if seen { Ready::NONE } else { Ready::IN })
    }
}

impl Fasync for Plug {}

impl OnTimer for Plug {
    fn timer(&self, call: &AtomicCall, _token: usize) -> Option<Duration> {
        c::plug_level(call).is_ok().then_some(OFTEN)
    }
}

impl OnWork for Plug {
    fn work(&self, call: &Call, _token: usize) {
        if c::plug_level(call).is_ok() {
            let _ = self.work.start(call, OFTEN);
        }
    }
}

impl OnThread for Plug {
    fn thread(&self, call: &Call, token: usize) {
        if token == 1 {
            let _ = self.queue.wait_for(call, || None::<()>);
        }
        while call.check().is_ok() {
            let _ = c::plug_transfer(call, &mut [0; 4], 1);
        }
    }
}

impl OnEvent for Plug {
    fn event(&self, call: &AtomicCall, event: u32, message: &mut Message<'_>) -> Result<u32> {
        if event != HAPPENS {
            return Err(EINVAL);
        }
        let mut it: chard_plug_message = message.take()?;
        let mut last = self.spin.lock(call)?;
        if it.value == CHARD_PLUG_PANIC_LOCKED {
            panic!("an event, with a lock");
        }
        *last = it.value;
        drop(last);
        if it.value == CHARD_PLUG_PANIC {
            panic!("an event");
        }
        it.level = c::plug_level(call)?;
        it.value += 1;
        message.put(it)?;
        self.events.fetch_add(1, Ordering::Relaxed);
        self.queue.wake(call, Ready::IN);
        Ok(it.level)
    }
}

impl OnRequest for Plug {
    /// Twice the value, and the level.
    fn request(&self, call: &Call, request: u32, message: &mut Message<'_>) -> Result<u32> {
        if request != ASKS || message.len() != 8 {
            return Err(EINVAL);
        }
        let it: chard_plug_message = message.take()?;
        let mut lock = self.lock.lock(call)?;
        *lock = it.value;
        if it.value == CHARD_PLUG_PANIC {
            panic!("a request");
        }
        message.put(chard_plug_message {
            value: it.value.checked_mul(2).ok_or(ERANGE)?,
            level: c::plug_level(call)?,
        })?;
        Ok(0)
    }
}

impl Suspend for Plug {
    fn suspend(&self, call: &Call, _why: Sleep) -> Result {
        let mut lock = self.lock.lock(call)?;
        *lock = c::plug_level(call)?;
        // They may wait for the resume, and end without the hardware.
        self.work.cancel_sync(call)?;
        self.thread.cancel_sync(call)?;
        self.timer.restart(call, OFTEN)?;
        match params::fail() {
            6 => Err(ENOTTY),
            7 => panic!("a suspend"),
            _ => Ok(()),
        }
    }

    /// The level that it was suspended with, and one more.
    fn resume(&self, call: &Call, _why: Sleep) -> Result {
        c::plug_set(call, *self.lock.lock(call)? + 1)?;
        self.work.start(call, OFTEN)?;
        self.thread.start(call)?;
        match params::fail() {
            8 => Err(ENOTTY),
            9 => panic!("a resume"),
            _ => Ok(()),
        }
    }
}

chard::attributes! { Plug:
    c"level" 0o444 => show_level;
    c"locked" 0o444 => show_locked;
}

impl Plug {
    fn show_level(&self, call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", c::plug_level(call)?)?;
        Ok(())
    }

    fn show_locked(&self, call: &Call, text: &mut Text<'_>) -> Result {
        writeln!(text, "{}", *self.lock.lock(call)?)?;
        Ok(())
    }
}

chard::ioctls! { Plug:
    CHARD_PLUG_LEVEL => level() -> u32;
    CHARD_PLUG_SET => set(value);
    CHARD_PLUG_TRANSFER => transfer(value) -> value;
    CHARD_PLUG_FIRE => fire(chard_plug_fire);
    CHARD_PLUG_ANSWER => answer() -> i32;
    CHARD_PLUG_EVENTS => events() -> value;
    CHARD_PLUG_STALL => stall(value);
    CHARD_PLUG_STALL_LOCKED => stall_locked(value);
    CHARD_PLUG_LOCK => lock();
    CHARD_PLUG_WAIT => wait();
    CHARD_PLUG_CREATE => create();
    CHARD_PLUG_REMOVE => remove();
    CHARD_PLUG_REMOVE_AT => remove_at();
    CHARD_PLUG_PANICS => panics();
    CHARD_PLUG_EXCHANGE => exchange(chard_plug_message) -> chard_plug_message;
    CHARD_PLUG_WAIT_LOCKED => wait_locked();
}

impl Plug {
    fn level(&self, file: &File<'_, AtomicU32>) -> Result<u32> {
        c::plug_level(file)
    }

    fn set(&self, file: &File<'_, AtomicU32>, level: usize) -> Result {
        c::plug_set(file, level as u32)
    }

    fn transfer(&self, file: &File<'_, AtomicU32>, ms: usize) -> Result<u32> {
        let mut bytes = [0; 4];
        let filled = c::plug_transfer(file, &mut bytes, ms.try_into()?)?;
        Ok(filled << 8 | u32::from(bytes[3]))
    }

    fn fire(&self, file: &File<'_, AtomicU32>, fire: chard_plug_fire) -> Result {
        c::plug_fire(file, fire.from, fire.value).map(drop)
    }

    fn answer(&self, file: &File<'_, AtomicU32>) -> Result<i32> {
        c::plug_answer(file)
    }

    fn exchange(
        &self,
        file: &File<'_, AtomicU32>,
        mut it: chard_plug_message,
    ) -> Result<chard_plug_message> {
        c::plug_exchange(file, it.as_bytes_mut(), 3_u32.as_bytes())?;
        if c::plug_exchange(file, it.as_bytes_mut(), &[]) != Err(EINVAL) {
            return Err(EBADMSG);
        }
        Ok(it)
    }

    fn events(&self, _file: &File<'_, AtomicU32>) -> Result<u32> {
        Ok(self.events.load(Ordering::Relaxed))
    }

    fn stall(&self, file: &File<'_, AtomicU32>, address: usize) -> Result {
        let _byte: u8 = file.user_buffer(address as u64, 1).reader().take()?;
        c::plug_level(file).map(drop)
    }

    fn stall_locked(&self, file: &File<'_, AtomicU32>, address: usize) -> Result {
        let _lock = self.lock.lock(file)?;
        self.stall(file, address)
    }

    fn lock(&self, file: &File<'_, AtomicU32>) -> Result {
        let _lock = self.lock.lock(file)?;
        c::plug_level(file).map(drop)
    }

    fn wait(&self, file: &File<'_, AtomicU32>) -> Result {
        self.queue.wait_for(file, || None)
    }

    fn wait_locked(&self, file: &File<'_, AtomicU32>) -> Result {
        let _lock = self.lock.lock(file)?;
        self.queue.wait_for(file, || None)
    }

    fn create(&self, file: &File<'_, AtomicU32>) -> Result {
        file.create_device(None).map(drop)
    }

    fn remove(&self, file: &File<'_, AtomicU32>) -> Result {
        file.remove_device();
        // It is there until this call ends.
        c::plug_level(file).map(drop)
    }

    fn remove_at(&self, file: &File<'_, AtomicU32>) -> Result {
        file.remove_device_at(file.device_index())?;
        c::plug_level(file).map(drop)
    }

    fn panics(&self, _file: &File<'_, AtomicU32>) -> Result {
        panic!("an ioctl");
    }
}

chard::handler!(Plug);
