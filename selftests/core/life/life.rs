// SPDX-License-Identifier: GPL-2.0
//! What begins with a device, what ends, and what is waited for: `chard_life.h`.
#![no_std]
#![forbid(unsafe_code)]

use core::ops::RangeInclusive;
use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use chard::prelude::*;

mod masses;

chard::uapi!();
use uapi::*;

chard::params! {
    fail: uint;
}

const HOUR: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(20);
const MAGIC: u64 = 0x6c69_6665;

/// What a timer, work or a thread was made for: its token.
const FIRST: usize = 0;
const DROPPED: usize = 1;
const SLEEPER: usize = 2;
const ITSELF: usize = 3;
const MUTUAL: usize = 4;
const OTHER: usize = 5;
const LATER: usize = 6;
const REMOVER: usize = 7;
const REARMED: usize = 8;
const LOCKS: usize = 9;
const WAITS: usize = 10;

struct Life {
    magic: Box<u64>,
    registered: AtomicBool,
    refuses: AtomicBool,
    counts: [AtomicU32; CHARD_LIFE_EVENTS as usize],
    timer: Timer<Life>,
    work: Work<Life>,
    thread: Thread<Life>,
    sleeper: Thread<Life>,
    itself: Work<Life>,
    mutual: [Work<Life>; 2],
    later: Work<Life>,
    remover: Thread<Life>,
    rearmed: Timer<Life>,
    delay: AtomicU64,
    answer: AtomicU32,
    answered: Completion,
    lock: Mutex<()>,
    waits: WaitQueue,
    woken: AtomicU32,
    polled: Mutex<Option<Arc<WaitQueue>>>,
    address: AtomicU64,
    poll_locks: AtomicBool,
    works: Mutex<Vec<Work<Life>>>,
    spin: SpinLock<()>,
    kept: Mutex<Vec<Box<[u8; CHARD_LIFE_BLOCK as usize]>>>,
}

impl Life {
    fn count(&self, event: u32) {
        self.counts[event as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn came(&self, event: u32, token: usize) {
        if *self.magic != MAGIC {
            self.count(CHARD_LIFE_BROKEN);
        }
        match token {
            FIRST => self.count(event),
            _ => self.count(CHARD_LIFE_CAME),
        }
    }

    /// Whether the caller's memory can be written to.
    fn reaches(&self, file: &File<'_>) -> bool {
        let address = self.address.load(Ordering::Relaxed);
        address != 0 && file.user_buffer(address, 1).writer().put(1_u8).is_ok()
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        pr_info!("the state is dropped");
    }
}

impl Handler for Life {
    type File = ();

    fn load() -> Result {
        if params::fail() == CHARD_LIFE_FAIL_LOAD {
            return Err(ENOTTY);
        }
        pr_info!("loaded");
        Ok(())
    }

    fn unload() {
        pr_info!("unloaded");
    }

    fn new(call: &Call) -> Result<Self> {
        let timer = Timer::new(call, FIRST)?;
        let work = Work::new(call, FIRST)?;
        let thread = Thread::new(call, FIRST)?;
        timer.start(call, Duration::ZERO)?;
        work.start(call, Duration::ZERO)?;
        thread.start(call)?;
        // Something that takes a while, with all of them on their way.
        WaitQueue::new(call, lock_class!(c"life new"))?.sleep(call, 2 * SOON)?;
        if call.create_device(None) != Err(EDEADLK) {
            return Err(EINVAL);
        }
        if params::fail() == CHARD_LIFE_FAIL_NEW {
            return Err(ENOTTY);
        }
        Ok(Life {
            magic: try_box(MAGIC)?,
            registered: AtomicBool::new(false),
            refuses: AtomicBool::new(false),
            counts: Default::default(),
            timer,
            work,
            thread,
            sleeper: Thread::new(call, SLEEPER)?,
            itself: Work::new(call, ITSELF)?,
            mutual: [Work::new(call, MUTUAL)?, Work::new(call, OTHER)?],
            later: Work::new(call, LATER)?,
            remover: Thread::new(call, REMOVER)?,
            rearmed: Timer::new(call, REARMED)?,
            delay: AtomicU64::new(0),
            answer: AtomicU32::new(0),
            answered: Completion::new(call, lock_class!(c"life answered"))?,
            lock: Mutex::new(lock_class!(c"life"), ())?,
            waits: WaitQueue::new(call, lock_class!(c"life waits"))?,
            woken: AtomicU32::new(0),
            polled: Mutex::new(lock_class!(c"life polled"), None)?,
            address: AtomicU64::new(0),
            poll_locks: AtomicBool::new(false),
            works: Mutex::new(lock_class!(c"life works"), Vec::new())?,
            spin: SpinLock::new(lock_class!(c"life spin"), ())?,
            kept: Mutex::new(lock_class!(c"life kept"), Vec::new())?,
        })
    }

    fn registered(&self, call: &Call) -> Result {
        if params::fail() == CHARD_LIFE_FAIL_REGISTERED && call.device_index() == 1 {
            return Err(ENOTTY);
        }
        self.registered.store(true, Ordering::Relaxed);
        self.count(CHARD_LIFE_REGISTERED);
        Ok(())
    }

    fn removed(&self, call: &Call) {
        let waits = self.waits.sleep(call, SOON);
        pr_info!("device {} is removed: {:?}", call.device_index(), waits);
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }

    fn release(&self, file: &File<'_>) {
        if self.reaches(file) {
            self.count(CHARD_LIFE_CLOSE_REACHED);
        }
    }

    fn reset(&self, call: &Call) -> Result {
        self.lock.clear_poison(call, ())?;
        self.polled.clear_poison(call, None)?;
        self.waits.sleep(call, SOON)?;
        self.timer.restart(call, Duration::ZERO)?;
        self.work.restart(call, Duration::ZERO)?;
        self.thread.restart(call)?;
        if self.refuses.swap(false, Ordering::Relaxed) {
            return Err(ENOTTY);
        }
        Ok(())
    }
}

impl OnTimer for Life {
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration> {
        self.came(CHARD_LIFE_TIMER, token);
        if token == REARMED {
            let armed = self.rearmed.start(call, HOUR);
            self.rearmed.cancel();
            self.answer.store(armed.is_ok().into(), Ordering::Relaxed);
            self.answered.complete(call);
        }
        None
    }
}

impl OnWork for Life {
    fn work(&self, call: &Call, token: usize) {
        self.came(CHARD_LIFE_WORK, token);
        match token {
            ITSELF => {
                let error = self.itself.cancel_sync(call).err();
                self.answer
                    .store(error.map_or(0, Errno::number) as u32, Ordering::Relaxed);
                self.answered.complete(call);
            }
            MUTUAL | OTHER => {
                let _ = self.waits.sleep(call, SOON);
                let error = self.mutual[usize::from(token == MUTUAL)].cancel_sync(call);
                pr_info!("one of two that wait for each other: {:?}", error);
            }
            LOCKS => drop(self.lock.lock(call)),
            WAITS => {
                self.answered.complete(call);
                if self.waits.sleep(call, HOUR) == Err(ECANCELED) {
                    self.count(CHARD_LIFE_CANCELLED);
                }
            }
            _ => {}
        }
    }
}

impl OnThread for Life {
    fn thread(&self, call: &Call, token: usize) {
        self.came(CHARD_LIFE_THREAD, token);
        match token {
            DROPPED | SLEEPER => {
                if self.waits.sleep(call, HOUR) == Err(ECANCELED) && call.check() == Err(ECANCELED)
                {
                    self.count(CHARD_LIFE_CANCELLED);
                }
            }
            REMOVER => {
                let begin = Instant::<Monotonic>::now();
                let delay = Duration::from_micros(self.delay.load(Ordering::Relaxed));
                while begin.elapsed() < delay {}
                let _ = call.remove_device_at(call.device_index());
            }
            _ => {}
        }
    }
}

impl Read for Life {
    fn read(&self, _file: &File<'_>, _to: &mut UserWriter<'_>) -> Result {
        Ok(())
    }
}

impl Fsync for Life {
    fn fsync(&self, file: &File<'_>, _range: RangeInclusive<u64>, _datasync: bool) -> Result {
        drop(self.lock.lock(file)?);
        Ok(())
    }
}

impl Poll for Life {
    fn poll(&self, file: &File<'_>, table: &mut PollTable<'_>) -> Result<Ready> {
        if self.poll_locks.load(Ordering::Relaxed) {
            drop(self.lock.lock(file)?);
        }
        let queue = {
            let mut polled = self.polled.lock(file)?;
            match &*polled {
                Some(queue) => Arc::clone(queue),
                None => {
                    let queue = try_arc(WaitQueue::new(file, lock_class!(c"life polled queue"))?)?;
                    *polled = Some(Arc::clone(&queue));
                    queue
                }
            }
        };
        table.watch(&queue);
        drop(queue);
        if file.task().comm.as_bytes().starts_with(b"kworker") {
            self.count(CHARD_LIFE_POLLED);
            if file.credentials().euid == 0 || file.capable(Capability::SYS_ADMIN) {
                self.count(CHARD_LIFE_POLLED_AS_ROOT);
            }
        }
        if self.reaches(file) {
            self.count(CHARD_LIFE_POLL_REACHED);
        }
        Ok(Ready::NONE)
    }
}

impl ShowFdinfo for Life {
    fn show_fdinfo(&self, file: &File<'_>, text: &mut Text<'_>) -> Result {
        let _lock = self.lock.lock(file)?;
        writeln!(text, "lock:\tfree")?;
        Ok(())
    }
}

chard::attributes! { Life:
    c"locked" 0o444 => show_locked;
}

impl Life {
    /// Waits for the lock, which a caller may keep for long.
    fn show_locked(&self, call: &Call, text: &mut Text<'_>) -> Result {
        let _lock = self.lock.lock(call)?;
        writeln!(text, "no")?;
        Ok(())
    }
}

chard::ioctls! { Life:
    CHARD_LIFE_COUNT => counted(value) -> value;
    CHARD_LIFE_PANIC => panics();
    CHARD_LIFE_REFUSE_RESET => refuse_reset();
    CHARD_LIFE_DROP => drop_started(value);
    CHARD_LIFE_THREAD_START => thread_start();
    CHARD_LIFE_THREAD_CANCEL => thread_cancel();
    CHARD_LIFE_THREAD_RESTART => thread_restart();
    CHARD_LIFE_WORK_ITSELF => work_itself() -> value;
    CHARD_LIFE_WORK_MUTUAL => work_mutual();
    CHARD_LIFE_WORK_RESTART => work_restart();
    CHARD_LIFE_REMOVE_SELF => remove_self(value);
    CHARD_LIFE_TIMER_REARMED => timer_rearmed();
    CHARD_LIFE_WAIT => wait(value);
    CHARD_LIFE_WAKE_ONE => wake_one();
    CHARD_LIFE_WAKE_ALL => wake_all();
    CHARD_LIFE_STALL => stall(value);
    CHARD_LIFE_LOCK => lock();
    CHARD_LIFE_TRY_LOCK => try_lock();
    CHARD_LIFE_DROP_QUEUE => drop_queue() -> value;
    CHARD_LIFE_ADDRESS => address(value);
    CHARD_LIFE_WORK_CANCEL => work_cancel();
    CHARD_LIFE_POLL_LOCKS => poll_locks();
    CHARD_LIFE_WORKS => works(value);
    CHARD_LIFE_KEEP => keep(value);
}

impl Life {
    fn counted(&self, _file: &File<'_>, event: usize) -> Result<u32> {
        let count = self.counts.get(event).ok_or(EINVAL)?;
        Ok(count.load(Ordering::Relaxed))
    }

    fn panics(&self, _file: &File<'_>) -> Result {
        panic!("asked to")
    }

    fn refuse_reset(&self, _file: &File<'_>) -> Result {
        self.refuses.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn thread_start(&self, file: &File<'_>) -> Result {
        self.sleeper.start(file)
    }

    fn thread_cancel(&self, file: &File<'_>) -> Result {
        self.sleeper.cancel_sync(file)
    }

    fn thread_restart(&self, file: &File<'_>) -> Result {
        self.sleeper.restart(file)
    }

    fn work_itself(&self, file: &File<'_>) -> Result<u32> {
        self.itself.start(file, Duration::ZERO)?;
        self.answered.wait(file)?;
        Ok(self.answer.load(Ordering::Relaxed))
    }

    fn work_mutual(&self, file: &File<'_>) -> Result {
        self.mutual[0].start(file, Duration::ZERO)?;
        self.mutual[1].start(file, Duration::ZERO)
    }

    fn work_cancel(&self, file: &File<'_>) -> Result {
        let work: Work<Life> = Work::new(file, WAITS)?;
        work.start(file, Duration::ZERO)?;
        self.answered.wait(file)?;
        work.cancel_sync(file)
    }

    fn work_restart(&self, file: &File<'_>) -> Result {
        self.later.start(file, HOUR)?;
        self.later.start(file, Duration::ZERO)?; // it is queued already
        self.later.restart(file, SOON)
    }

    fn remove_self(&self, file: &File<'_>, delay: usize) -> Result {
        self.delay.store(delay as u64, Ordering::Relaxed);
        self.remover.start(file)
    }

    fn timer_rearmed(&self, file: &File<'_>) -> Result {
        self.rearmed.start(file, Duration::ZERO)?;
        self.answered.wait(file)?;
        if self.answer.load(Ordering::Relaxed) != 1 {
            return Err(EINVAL);
        }
        self.rearmed.cancel_sync(file)
    }

    fn wait(&self, file: &File<'_>, limit: usize) -> Result {
        let take = || {
            let woken = &self.woken;
            woken
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    left.checked_sub(1)
                })
                .ok()
        };
        match limit {
            0 => self.waits.wait_for(file, take)?,
            limit => {
                let limit = Duration::from_millis(limit as u64);
                self.waits.wait_for_timeout(file, limit, take)?
            }
        };
        Ok(())
    }

    fn wake_one(&self, file: &File<'_>) -> Result {
        self.woken.fetch_add(1, Ordering::Relaxed);
        self.waits.wake_one(file, Ready::NONE);
        Ok(())
    }

    fn wake_all(&self, file: &File<'_>) -> Result {
        self.woken.fetch_add(1000, Ordering::Relaxed);
        self.waits.wake(file, Ready::NONE);
        Ok(())
    }

    fn stall(&self, file: &File<'_>, address: usize) -> Result {
        let _lock = self.lock.lock(file)?;
        let mut byte = [0];
        file.user_buffer(address as u64, 1)
            .reader()
            .read(&mut byte)?;
        Ok(())
    }

    fn lock(&self, file: &File<'_>) -> Result {
        drop(self.lock.lock(file)?);
        Ok(())
    }

    fn try_lock(&self, file: &File<'_>) -> Result {
        drop(self.lock.try_lock(file)?);
        Ok(())
    }

    fn drop_queue(&self, file: &File<'_>) -> Result<u32> {
        match self.polled.lock(file)?.take() {
            Some(queue) => {
                queue.wake(file, Ready::NONE); // so that a worker looks for aio
                Ok(1)
            }
            None => Ok(0),
        }
    }

    fn poll_locks(&self, _file: &File<'_>) -> Result {
        self.poll_locks.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn address(&self, _file: &File<'_>, address: usize) -> Result {
        self.address.store(address as u64, Ordering::Relaxed);
        Ok(())
    }
}

chard::handler!(Life);
