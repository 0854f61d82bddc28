// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-armed: every operation there is, each of which panics once when it
//! is armed; and what the core must hold together when values are lost.
#![no_std]
#![forbid(unsafe_code)]

use core::mem;
use core::ops::RangeInclusive;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::time::Duration;

use chard::prelude::*;

chard::uapi!();
use uapi::*;

const MILLISECOND: Duration = Duration::from_millis(1);

struct Armed {
    armed: AtomicU32,
    count: AtomicU64,
    mutex: Mutex<u32>,
    first: SpinLock<u32>,
    second: SpinLock<u32>,
    waiters: WaitQueue,
    timer: Mutex<Option<Timer<Armed>>>,
    work: Work<Armed>,
    thread: Thread<Armed>,
    pages: Pages,
    punches: AtomicU32,
    kept: SpinLock<Option<PendingCommand>>,
}

impl Armed {
    /// Once.
    fn is_armed(&self, what: u32) -> bool {
        self.armed.fetch_and(!what, Ordering::Relaxed) & what != 0
    }

    #[track_caller]
    fn panic_if_armed(&self, what: u32) {
        if self.is_armed(what) {
            panic!("armed for {}", what);
        }
    }

    /// Called with the caller's token; a kept command may wait for an answer to it.
    fn came_back(&self, call: &impl Context, token: usize) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if self.is_armed(CHARD_ARMED_ANSWER)
            && let Ok(mut kept) = self.kept.lock(call)
            && let Some(command) = kept.take()
        {
            command.answer(Ok(token as u32));
        }
    }

    /// Keeps a command in the place of the one before.
    fn keep(&self, file: &File<'_>, command: PendingCommand) -> Result {
        let before = self.kept.lock(file)?.replace(command);
        drop(before);
        Ok(())
    }
}

impl Handler for Armed {
    type File = ();

    fn new(call: &Call) -> Result<Self> {
        Ok(Armed {
            armed: AtomicU32::new(0),
            count: AtomicU64::new(0),
            mutex: Mutex::new(lock_class!(c"armed"), 0)?,
            first: SpinLock::new(lock_class!(c"armed first"), 0)?,
            second: SpinLock::new(lock_class!(c"armed second"), 0)?,
            waiters: WaitQueue::new(call, lock_class!(c"armed waiters"))?,
            timer: Mutex::new(lock_class!(c"armed timer"), Some(Timer::new(call, 1)?))?,
            work: Work::new(call, 2)?,
            thread: Thread::new(call, 3)?,
            pages: Pages::new(call, CHARD_ARMED_BYTES.into())?,
            punches: AtomicU32::new(0),
            kept: SpinLock::new(lock_class!(c"armed kept"), None)?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }

    fn reset(&self, call: &Call) -> Result {
        self.panic_if_armed(CHARD_ARMED_RESET);
        self.first.clear_poison(call, 0)?;
        self.second.clear_poison(call, 0)?;
        self.kept.clear_poison(call, None)?;
        Ok(())
    }
}

impl Read for Armed {
    fn read(&self, _file: &File<'_>, _to: &mut UserWriter<'_>) -> Result {
        self.panic_if_armed(CHARD_ARMED_READ);
        Ok(())
    }
}

impl Write for Armed {
    fn write(&self, _file: &File<'_>, _from: &mut UserReader<'_>) -> Result {
        self.panic_if_armed(CHARD_ARMED_WRITE);
        Ok(())
    }
}

impl Seek for Armed {
    fn seek(&self, _file: &File<'_>, from: SeekFrom) -> Result<u64> {
        self.panic_if_armed(CHARD_ARMED_SEEK);
        from.within(0)
    }
}

impl Poll for Armed {
    fn poll(&self, _file: &File<'_>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.waiters);
        self.panic_if_armed(CHARD_ARMED_POLL);
        Ok(Ready::NONE)
    }
}

impl Fasync for Armed {
    fn fasync(&self, _file: &File<'_>) -> Result {
        self.panic_if_armed(CHARD_ARMED_FASYNC);
        Ok(())
    }
}

impl Flush for Armed {
    fn flush(&self, _file: &File<'_>) -> Result {
        self.panic_if_armed(CHARD_ARMED_FLUSH);
        Ok(())
    }
}

impl Fsync for Armed {
    fn fsync(&self, _file: &File<'_>, _range: RangeInclusive<u64>, _datasync: bool) -> Result {
        self.panic_if_armed(CHARD_ARMED_FSYNC);
        Ok(())
    }
}

impl Map for Armed {
    fn map(&self, _file: &File<'_>, _area: &Area<'_>) -> Result {
        self.panic_if_armed(CHARD_ARMED_MAP);
        Ok(())
    }

    fn fault(&self, file: &File<'_>, index: u64) -> Result<Page> {
        if self.is_armed(CHARD_ARMED_OTHER_PAGE) {
            return self.pages.page(file, index + 1);
        }
        if self.is_armed(CHARD_ARMED_NO_PAGE) {
            return Err(ENOMEM);
        }
        let page = self.pages.page(file, index)?;
        self.panic_if_armed(CHARD_ARMED_FAULT);
        if self.is_armed(CHARD_ARMED_LATE_FAULT) {
            let punched = self.punches.load(Ordering::Relaxed);
            // Whatever has ended it: the page may have no place any more.
            let _ = self.waiters.wait_for(file, || {
                (self.punches.load(Ordering::Relaxed) != punched).then_some(())
            });
        }
        Ok(page)
    }
}

impl UringCmd for Armed {
    fn uring_cmd<'a>(&self, file: &File<'_>, command: UringCommand<'a>) -> Result<UringAnswer<'a>> {
        self.panic_if_armed(CHARD_ARMED_COMMAND);
        match command.op() {
            CHARD_ARMED_CMD_EXTRA => {
                return Ok(UringAnswer::with_extra(1, command.take()?));
            }
            CHARD_ARMED_CMD_LARGE => {
                let words: [u64; 10] = command.take()?;
                let sum = words
                    .iter()
                    .fold(0, |sum: u64, word| sum.wrapping_add(*word));
                return Ok(u32::from(sum as u16).into());
            }
            CHARD_ARMED_CMD_SIGNAL => return Err(ERESTARTSYS),
            CHARD_ARMED_CMD_KEEP..=CHARD_ARMED_CMD_EARLY => (),
            _ => return Err(EOPNOTSUPP),
        }
        let op = command.op();
        let (pending, later) = command.later()?;
        self.panic_if_armed(CHARD_ARMED_COMMAND_LATER);
        match op {
            CHARD_ARMED_CMD_DROP => drop(pending),
            CHARD_ARMED_CMD_FORGET => mem::forget(pending),
            CHARD_ARMED_CMD_EARLY => {
                pending.answer_with_extra(7, 8);
            }
            _ => self.keep(file, pending)?,
        }
        match op {
            CHARD_ARMED_CMD_FAIL => Err(ENOSPC),
            CHARD_ARMED_CMD_NOW => Ok(5.into()),
            _ => Ok(later),
        }
    }
}

impl OnTimer for Armed {
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration> {
        self.came_back(call, token);
        if token == 1 {
            self.panic_if_armed(CHARD_ARMED_TIMER);
            let _guard = self.first.lock(call).ok()?;
            self.panic_if_armed(CHARD_ARMED_TIMER_LOCKED);
        }
        Some(MILLISECOND)
    }
}

impl OnWork for Armed {
    fn work(&self, call: &Call, token: usize) {
        self.came_back(call, token);
        self.panic_if_armed(CHARD_ARMED_WORK);
    }
}

impl OnThread for Armed {
    fn thread(&self, call: &Call, token: usize) {
        loop {
            self.came_back(call, token);
            self.panic_if_armed(CHARD_ARMED_THREAD);
            if self.waiters.sleep(call, MILLISECOND).is_err() {
                return;
            }
        }
    }
}

chard::ioctls! { Armed:
    CHARD_ARMED_ARM => arm(value);
    CHARD_ARMED_START_TIMER => start_timer();
    CHARD_ARMED_START_WORK => start_work();
    CHARD_ARMED_START_THREAD => start_thread();
    CHARD_ARMED_LOCKS => locks();
    CHARD_ARMED_WAIT => wait();
    CHARD_ARMED_SLEEP_LOCKED => sleep_locked();
    CHARD_ARMED_COUNT => count() -> u64;
    CHARD_ARMED_DROP => drop_objects();
    CHARD_ARMED_PUNCH => punch();
    CHARD_ARMED_ANSWER_KEPT => answer_kept(value) -> value;
    CHARD_ARMED_DROP_KEPT => drop_kept();
    CHARD_ARMED_KEPT_OVER => kept_over() -> value;
    CHARD_ARMED_OWN => own();
}

impl Armed {
    fn arm(&self, _file: &File<'_>, value: usize) -> Result {
        self.armed.store(u32::try_from(value)?, Ordering::Relaxed);
        Ok(())
    }

    fn start_timer(&self, file: &File<'_>) -> Result {
        match &*self.timer.lock(file)? {
            Some(timer) => timer.start(file, MILLISECOND),
            None => Err(EINVAL),
        }
    }

    fn start_work(&self, file: &File<'_>) -> Result {
        self.work.start(file, Duration::ZERO)
    }

    fn start_thread(&self, file: &File<'_>) -> Result {
        self.thread.start(file)
    }

    fn locks(&self, file: &File<'_>) -> Result {
        let first = self.first.lock(file)?;
        let second = self.second.lock(file)?;
        self.panic_if_armed(CHARD_ARMED_LOCKED);
        // Not in the order of taking them, reversed.
        drop(first);
        drop(second);
        // With interrupts on again, one may sleep.
        *self.mutex.lock(file)? += 1;
        Ok(())
    }

    fn wait(&self, file: &File<'_>) -> Result {
        self.waiters.wait_for(file, || {
            self.panic_if_armed(CHARD_ARMED_WAITING);
            None
        })
    }

    fn sleep_locked(&self, file: &File<'_>) -> Result {
        let _guard = self.first.lock(file)?;
        let refused = [
            self.mutex.lock(file).err().map(Errno::from),
            self.first.lock(file).err().map(Errno::from),
            self.waiters.sleep(file, MILLISECOND).err(),
            self.thread.start(file).err(),
            self.pages.page(file, 0).err(),
            self.pages.store(file, 0, b"x").err(),
            self.pages.set_size(file, 0).err(),
        ];
        if refused != [Some(EDEADLK); 7] {
            return Err(EINVAL);
        }
        // Memory is to be had, from what is at hand.
        drop(try_box([0_u8; 64])?);
        Ok(())
    }

    fn count(&self, _file: &File<'_>) -> Result<u64> {
        Ok(self.count.load(Ordering::Relaxed))
    }

    fn punch(&self, file: &File<'_>) -> Result {
        self.pages.punch(file, 0..CHARD_ARMED_BYTES.into())?;
        self.punches.fetch_add(1, Ordering::Relaxed);
        self.waiters.wake(file, Ready::NONE);
        Ok(())
    }

    fn answer_kept(&self, file: &File<'_>, value: usize) -> Result<u32> {
        let command = self.kept.lock(file)?.take().ok_or(ENOENT)?;
        Ok(command.answer(Ok(value as u32)).into())
    }

    fn drop_kept(&self, file: &File<'_>) -> Result {
        let command = self.kept.lock(file)?.take().ok_or(ENOENT)?;
        drop(command);
        Ok(())
    }

    fn kept_over(&self, file: &File<'_>) -> Result<u32> {
        let kept = self.kept.lock(file)?;
        Ok(kept.as_ref().ok_or(ENOENT)?.is_over().into())
    }

    fn own(&self, file: &File<'_>) -> Result {
        let pages = Pages::new(file, CHARD_ARMED_BYTES.into())?;
        let mut bytes = [0; 3];
        // On two pages: where the second is refused, the first has its byte.
        if pages.store(file, 4095, b"own")? != 3 {
            return Err(ENOMEM);
        }
        if pages.load(file, 4095, &mut bytes)? != 3 || bytes != *b"own" {
            return Err(EINVAL);
        }
        drop(pages);
        let work = Work::<Armed>::new(file, 5)?;
        work.start(file, Duration::from_secs(3600))?;
        work.cancel();
        Ok(())
    }

    fn drop_objects(&self, file: &File<'_>) -> Result {
        let timer = self.timer.lock(file)?.take();
        drop(timer);
        let other = Timer::<Armed>::new(file, 4)?;
        other.start(file, MILLISECOND)?;
        mem::forget(other);
        drop(WaitQueue::new(file, lock_class!(c"armed dropped"))?);
        Ok(())
    }
}

chard::handler!(Armed);
