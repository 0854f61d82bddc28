// SPDX-License-Identifier: GPL-2.0
//! The operations, each tried once: with no call, with any, with one that may sleep.

use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use chard::prelude::*;

use crate::table::{ABSENT, ADDRESS, Row};
use crate::uapi::*;
use crate::{Ctx, HOUR, IDLE, SOON, params};

/// More than the kernel allocates in one piece: it sleeps for it, or has none.
const LARGE: usize = 5 << 20;

/// Removals of the victim that have ended; whether the next one is to go on at once.
pub static REMOVED: AtomicU32 = AtomicU32::new(0);
pub static OPENED: AtomicBool = AtomicBool::new(true);
static FRESH: AtomicU64 = AtomicU64::new(1);

pub fn large() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve(LARGE)?;
    Ok(bytes)
}

fn counts() -> Result {
    let counter = PerCpuCounter::new()?;
    counter.add(2);
    if counter.sum() == 2 { Ok(()) } else { Err(EIO) }
}

fn parameters() -> Result {
    let (mut bytes, mut numbers) = ([0; 32], [0; 4]);
    params::label(&mut bytes)?;
    params::sizes(&mut numbers)?;
    Ok(())
}

fn makes_locks() -> Result {
    SpinLock::new(lock_class!(c"context made spin"), 0)?;
    RwLock::new(lock_class!(c"context made rw"), 0)?;
    RwSem::new(lock_class!(c"context made sem"), 0)?;
    Mutex::new(lock_class!(c"context made"), 0)?;
    Rcu::new(try_box(0)?);
    Ok(())
}

fn clocks() -> Result {
    let _ = (
        Instant::<Monotonic>::now(),
        Instant::<Boot>::now(),
        Instant::<Real>::now(),
    );
    Ok(())
}

/// What needs no call: all that a `drop` can do.
#[inline(never)]
pub fn without_call(row: &Row) {
    row.put(CHARD_CONTEXT_BOX, try_box([0_u64; 8]).map(drop));
    row.put(CHARD_CONTEXT_VEC, Vec::<u8>::try_zeroed(3000).map(drop));
    row.put(CHARD_CONTEXT_LARGE, large().map(drop));
    row.put(CHARD_CONTEXT_COUNTER, counts());
    row.put(CHARD_CONTEXT_PARAMETER, parameters());
    row.put(CHARD_CONTEXT_MAKE_LOCK, makes_locks());
    let mut bytes = [0; 40];
    chard::random(&mut bytes);
    row.put(CHARD_CONTEXT_RANDOM, Ok(()));
    row.put(CHARD_CONTEXT_CLOCK, clocks());
    pr_debug!("tries in variant {}", row.variant);
    pr_info_once!("tries");
    row.put(CHARD_CONTEXT_PRINT, Ok(()));
}

impl Ctx {
    /// Memory for DROP_LARGE, which is made where its maker may sleep.
    pub fn spare(&self, call: &Call) -> Result {
        while self.large.with(call, |list, _| list.len())? < CHARD_CONTEXT_VARIANTS as usize {
            let bytes = large()?;
            self.large.with(call, |list, _| list.try_push(bytes))??;
        }
        Ok(())
    }

    /// What any call may do.
    #[inline(never)]
    pub fn with_any(&self, call: &impl Context, row: &Row) {
        without_call(row);
        let count = |number: &mut u32| *number = number.wrapping_add(1);
        let spin = self.spin.with(call, |number, _| count(number));
        row.put(CHARD_CONTEXT_SPIN_LOCK, spin.map_err(Errno::from));
        let spin = self
            .spin
            .try_lock(call)
            .map(|mut number| count(&mut number));
        row.put(CHARD_CONTEXT_SPIN_TRY, spin.map_err(Errno::from));
        let read = self.rw.read(call).map(drop);
        row.put(CHARD_CONTEXT_RW_READ, read.map_err(Errno::from));
        let write = self.rw.write(call).map(|mut number| count(&mut number));
        row.put(CHARD_CONTEXT_RW_WRITE, write.map_err(Errno::from));
        let read = self.rcu.read(call).map(drop);
        row.put(CHARD_CONTEXT_RCU_READ, read.map_err(Errno::from));
        if let Ok(Some(bytes)) = self.large.with(call, |list, _| list.pop()) {
            drop(bytes);
            row.put(CHARD_CONTEXT_DROP_LARGE, Ok(()));
        }
        row.put(CHARD_CONTEXT_START_TIMER, self.timer.start(call, HOUR));
        row.put(CHARD_CONTEXT_START_WORK, self.work.start(call, HOUR));
        self.timer.cancel();
        self.work.cancel();
        self.thread.cancel();
        row.put(CHARD_CONTEXT_CANCEL, Ok(()));
        self.noise.wake(call, Ready::IN);
        self.noise.wake_one(call, Ready::IN | Ready::OUT);
        row.put(CHARD_CONTEXT_WAKE, Ok(()));
        self.done.complete(call);
        self.done.complete_all(call);
        self.done.reset();
        row.put(CHARD_CONTEXT_COMPLETE, Ok(()));
        if let Ok(Some(command)) = self.commands.with(call, |list, _| list.pop()) {
            let answered = command.answer(Ok(1));
            row.put(
                CHARD_CONTEXT_ANSWER,
                if answered { Ok(()) } else { Err(EALREADY) },
            );
        }
    }

    fn makes_objects(&self, call: &Call) -> Result {
        Timer::<Ctx>::new(call, IDLE)?;
        Work::<Ctx>::new(call, IDLE)?;
        Thread::<Ctx>::new(call, IDLE)?;
        WaitQueue::new(call, lock_class!(c"context made queue"))?;
        Completion::new(call, lock_class!(c"context made completion"))?;
        Pages::new(call, 8192)?;
        Ok(())
    }

    /// What sleeps, if only for memory or a lock that nobody has.
    #[inline(never)]
    pub fn with_sleep(&self, call: &Call, row: &Row) {
        let lock = self.mutex.lock(call).map(drop);
        row.put(CHARD_CONTEXT_MUTEX, lock.map_err(Errno::from));
        let lock = self.mutex.try_lock(call).map(drop);
        row.put(CHARD_CONTEXT_MUTEX_TRY, lock.map_err(Errno::from));
        let read = self.sem.read(call).map(drop);
        row.put(CHARD_CONTEXT_SEM_READ, read.map_err(Errno::from));
        let write = self.sem.write(call).map(drop);
        row.put(CHARD_CONTEXT_SEM_WRITE, write.map_err(Errno::from));
        row.put(CHARD_CONTEXT_RESIZE, self.pages.set_size(call, 8192));
        let stored = self.pages.store(call, 0, &[1]).map(drop);
        row.put(CHARD_CONTEXT_STORE_PAGES, stored);
        let thread = Thread::<Ctx>::new(call, IDLE).and_then(|thread| thread.start(call));
        row.put(CHARD_CONTEXT_START_THREAD, thread);
        row.put(CHARD_CONTEXT_MAKE_OBJECTS, self.makes_objects(call));
        row.put(CHARD_CONTEXT_UEVENT, call.uevent(&[c"TRIES=1"]));
        row.put(CHARD_CONTEXT_CHECK, call.check());
    }

    /// What waits for others.
    #[inline(never)]
    pub fn with_wait(&self, call: &Call, row: &Row) {
        let timed_out = |result: Result| match result {
            Err(ETIMEDOUT) => Ok(()),
            Ok(()) => Err(EIO),
            other => other,
        };
        let waited = timed_out(self.waits.wait_for_timeout(call, SOON, || None::<()>));
        row.put(CHARD_CONTEXT_WAIT_LIMIT, waited);
        // For ever, where something ends it.
        if waited.is_err() {
            let for_ever = self.waits.wait_for(call, || None::<()>);
            row.put(CHARD_CONTEXT_WAIT, for_ever);
        }
        let completed = timed_out(self.done.wait_timeout(call, SOON));
        row.put(CHARD_CONTEXT_COMPLETION, completed);
        let replaced = try_box(0)
            .and_then(|new| self.rcu.replace(call, new).map_err(Errno::from))
            .map(drop);
        row.put(CHARD_CONTEXT_RCU_REPLACE, replaced);
        row.put(CHARD_CONTEXT_CANCEL_TIMER, self.timer.cancel_sync(call));
        row.put(CHARD_CONTEXT_CANCEL_WORK, self.work.cancel_sync(call));
        row.put(CHARD_CONTEXT_CANCEL_THREAD, self.thread.cancel_sync(call));
        row.put(CHARD_CONTEXT_RESTART_THREAD, self.thread.restart(call));
        self.thread.cancel();
        let page = self.fresh.page(call, FRESH.fetch_add(1, Relaxed));
        row.put(CHARD_CONTEXT_MAKE_PAGE, page.map(drop));
        self.with_held(call, row, matches!(waited, Ok(()) | Err(EINTR)));
    }

    /// A lock that another has, and gives back only where this call may wait for it.
    fn with_held(&self, call: &Call, row: &Row, waits: bool) {
        if waits {
            let holding = || self.holding.load(Relaxed).then_some(());
            let _ = self.waits.wait_for_timeout(call, 100 * SOON, holding);
        }
        if !self.holding.load(Relaxed) {
            return;
        }
        let lock = self.held.try_lock(call).map(drop);
        row.put(CHARD_CONTEXT_HELD_TRY, lock.map_err(Errno::from));
        if waits {
            self.wanted.store(true, Relaxed);
            self.waits.wake(call, Ready::NONE);
        }
        let lock = self.held.lock(call).map(drop);
        row.put(CHARD_CONTEXT_HELD, lock.map_err(Errno::from));
        self.wanted.store(false, Relaxed);
        self.waits.wake(call, Ready::NONE);
    }

    /// The caller, and other devices.
    #[inline(never)]
    pub fn with_others(&self, call: &Call, row: &Row) {
        row.number(CHARD_CONTEXT_CALLER, call.credentials().euid);
        let capable = call.capable(Capability::SYS_ADMIN);
        row.number(CHARD_CONTEXT_CAPABLE, capable.into());
        row.put(CHARD_CONTEXT_TTY, call.tty().map(drop));
        let named = !call.task().comm.as_bytes().is_empty();
        row.put(CHARD_CONTEXT_TASK, if named { Ok(()) } else { Err(EIO) });

        let made = call.create_device(Some(CHARD_CONTEXT_MADE));
        row.put(CHARD_CONTEXT_CREATE, made.map(drop));
        if made.is_ok() {
            let _ = call.remove_device_at(CHARD_CONTEXT_MADE);
        }
        row.number(CHARD_CONTEXT_REMOVE, removes(call, CHARD_CONTEXT_VICTIM));
    }
}

/// Whether a device had gone when its removal returned.
pub fn removes(call: &Call, index: u32) -> u32 {
    let before = REMOVED.load(Relaxed);
    OPENED.store(false, Relaxed);
    let result = call.remove_device_at(index);
    let later = REMOVED.load(Relaxed) == before;
    OPENED.store(true, Relaxed);
    match result {
        Ok(()) if later => CHARD_CONTEXT_LATER,
        other => other.err().map_or(0, Errno::number) as u32,
    }
}

/// The caller's memory, by an address.
#[inline(never)]
pub fn with_memory<'a>(row: &Row, at: &dyn Fn(u64, usize) -> UserBuffer<'a>) {
    let address = ADDRESS.load(Relaxed);
    let absent = ABSENT.load(Relaxed);
    row.put(CHARD_CONTEXT_COPY_TO, at(address, 1).writer().put(1_u8));
    let taken = at(address, 8).reader().take::<u64>();
    row.put(CHARD_CONTEXT_COPY_FROM, taken.map(drop));
    if absent != 0 {
        let page = absent + 4096 * u64::from(row.variant);
        row.put(CHARD_CONTEXT_COPY_ABSENT, at(page, 1).writer().put(1_u8));
    }
}

pub const MOMENT: Duration = Duration::from_millis(300);
