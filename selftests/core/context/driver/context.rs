// SPDX-License-Identifier: GPL-2.0
//! What each method may do: the armed one tries it all, with nothing held, and with each
//! lock held that keeps it from sleeping.
#![no_std]
#![forbid(unsafe_code)]

mod table;
mod tries;

use core::ops::RangeInclusive;
use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use chard::ioctl::Arg;
use chard::prelude::*;

chard::uapi!();
use table::{ANY, Trial, begin};
use tries::*;
use uapi::*;

chard::params! {
    label: string;
    sizes: array;
}

const HOUR: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(4);

/// What a timer, work or a thread was made for.
const IDLE: usize = 0;
const TRIES: usize = 1;
const HOLDER: usize = 2;

struct Ctx {
    index: u32,
    spin: SpinLock<u32>,
    rw: RwLock<u32>,
    rcu: Rcu<u32>,
    /// Held while all is tried.
    outer_spin: SpinLock<()>,
    outer_rw: RwLock<()>,
    large: SpinLock<Vec<Vec<u8>>>,
    commands: SpinLock<Vec<PendingCommand>>,
    timer: Timer<Ctx>,
    work: Work<Ctx>,
    thread: Thread<Ctx>,
    trying_timer: Timer<Ctx>,
    trying_work: Work<Ctx>,
    trying_thread: Thread<Ctx>,
    holder: Thread<Ctx>,
    noise: WaitQueue,
    waits: WaitQueue,
    polled: WaitQueue,
    /// A command was refused once, so as to come again in a worker.
    refused: AtomicBool,
    done: Completion,
    mutex: Mutex<()>,
    held: Mutex<()>,
    /// A thread has that, and is to give it back for a while.
    holding: AtomicBool,
    wanted: AtomicBool,
    sem: RwSem<()>,
    pages: Pages,
    fresh: Pages,
}

/// Numbers of files, from 1.
static FILES: AtomicU32 = AtomicU32::new(0);

/// A file, which tries once more when it is dropped.
struct Opened {
    number: u32,
    timer: Timer<Ctx>,
    work: Work<Ctx>,
    thread: Thread<Ctx>,
}

type Ofile<'a> = File<'a, Opened>;
type Memory<'m, 'a> = Option<&'m dyn Fn(u64, usize) -> UserBuffer<'a>>;

const HELD: [u32; 5] = [
    CHARD_CONTEXT_SPIN,
    CHARD_CONTEXT_WRITER,
    CHARD_CONTEXT_READER,
    CHARD_CONTEXT_RCU,
    CHARD_CONTEXT_PLAIN,
];

/// Moves a byte of a read or write.
type Move<'m> = &'m mut dyn FnMut() -> Result;

impl Ctx {
    fn make(call: &Call) -> Result<Self> {
        let pages = Pages::new(call, 8192)?;
        pages.store(call, 0, &[0])?;
        Ok(Ctx {
            index: call.device_index(),
            spin: SpinLock::new(lock_class!(c"context spin"), 0)?,
            rw: RwLock::new(lock_class!(c"context rw"), 0)?,
            rcu: Rcu::new(try_box(0)?),
            outer_spin: SpinLock::new(lock_class!(c"context outer spin"), ())?,
            outer_rw: RwLock::new(lock_class!(c"context outer rw"), ())?,
            large: SpinLock::new(lock_class!(c"context large"), Vec::new())?,
            commands: SpinLock::new(lock_class!(c"context commands"), Vec::new())?,
            timer: Timer::new(call, IDLE)?,
            work: Work::new(call, IDLE)?,
            thread: Thread::new(call, IDLE)?,
            trying_timer: Timer::new(call, TRIES)?,
            trying_work: Work::new(call, TRIES)?,
            trying_thread: Thread::new(call, TRIES)?,
            holder: Thread::new(call, HOLDER)?,
            noise: WaitQueue::new(call, lock_class!(c"context noise"))?,
            waits: WaitQueue::new(call, lock_class!(c"context waits"))?,
            polled: WaitQueue::new(call, lock_class!(c"context polled"))?,
            done: Completion::new(call, lock_class!(c"context done"))?,
            mutex: Mutex::new(lock_class!(c"context mutex"), ())?,
            held: Mutex::new(lock_class!(c"context held"), ())?,
            holding: AtomicBool::new(false),
            wanted: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            sem: RwSem::new(lock_class!(c"context sem"), ())?,
            pages,
            fresh: Pages::new(call, 1 << 30)?,
        })
    }

    /// Tries all that this call can, in one variant.
    fn row(&self, call: &Call, trial: &Trial, variant: u32, memory: Memory<'_, '_>) {
        let row = trial.row(variant);
        self.with_any(call, &row);
        self.with_sleep(call, &row);
        self.with_wait(call, &row);
        self.with_others(call, &row);
        if let Some(memory) = memory {
            with_memory(&row, memory);
        }
    }

    /// Does `inside` with one of the locks held that keep a call from sleeping.
    fn hold<C: Context>(&self, call: &C, variant: u32, inside: &mut dyn FnMut(&Self)) -> Result {
        match variant {
            CHARD_CONTEXT_SPIN => {
                let _held = self.outer_spin.lock(call)?;
                inside(self);
            }
            CHARD_CONTEXT_WRITER => {
                let _held = self.outer_rw.write(call)?;
                inside(self);
            }
            CHARD_CONTEXT_READER => {
                let _held = self.outer_rw.read(call)?;
                inside(self);
            }
            CHARD_CONTEXT_RCU => {
                let _held = self.rcu.read(call)?;
                inside(self);
            }
            _ => inside(self),
        }
        Ok(())
    }

    fn tries(
        &self,
        call: &Call,
        trial: &Trial,
        memory: Memory<'_, '_>,
        mut moves: Option<Move<'_>>,
    ) {
        let mut once = |variant| {
            let _ = self.hold(call, variant, &mut |ctx| {
                if let Some(moves) = &mut moves {
                    trial.row(variant).put(CHARD_CONTEXT_MOVE, moves());
                }
                ctx.row(call, trial, variant, memory);
            });
        };
        if trial.signal {
            let _ = self.waits.sleep(call, 2500 * SOON); // which a signal ends
            return once(CHARD_CONTEXT_SIGNAL);
        }
        HELD.into_iter().for_each(once);
    }

    /// The method of a file.
    fn on_file(&self, file: &Ofile<'_>, method: u32) -> bool {
        let Some(trial) = begin(method, file.state().number) else {
            return false;
        };
        let memory = |address, len| file.user_buffer(address, len);
        self.tries(file, &trial, Some(&memory), None);
        true
    }

    /// The method of a device.
    fn on_device(&self, call: &Call, method: u32) {
        if let Some(trial) = begin(method, ANY) {
            let _ = self.spare(call);
            self.tries(call, &trial, None, None);
        }
    }
}

impl Drop for Ctx {
    fn drop(&mut self) {
        if self.index == CHARD_CONTEXT_OWN
            && let Some(trial) = begin(CHARD_CONTEXT_DEVICE_DROP, ANY)
        {
            without_call(&trial.row(CHARD_CONTEXT_PLAIN));
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(trial) = begin(CHARD_CONTEXT_FILE_DROP, self.number) {
            let row = trial.row(CHARD_CONTEXT_PLAIN);
            without_call(&row);
            self.timer.cancel();
            self.work.cancel();
            self.thread.cancel();
            row.put(CHARD_CONTEXT_CANCEL, Ok(()));
        }
    }
}

impl Handler for Ctx {
    type File = Opened;
    const NOWAIT: bool = true;

    fn load() -> Result {
        let arm = chard_context_arm {
            method: CHARD_CONTEXT_LOAD,
            way: 0,
            signal: 0,
            any_file: 1,
            address: 0,
            absent: 0,
        };
        table::arm(&arm, ANY)?;
        let trial = begin(CHARD_CONTEXT_LOAD, ANY).ok_or(EIO)?;
        without_call(&trial.row(CHARD_CONTEXT_PLAIN));
        Ok(())
    }

    fn unload() {
        // Nobody reads the table any more: the log has what is wrong.
        let large = large().map(drop);
        let locks = try_box(0).and_then(|zero| Mutex::new(lock_class!(c"context unload"), zero));
        pr_info!("unload: {:?} {:?}", large, locks.map(drop));
    }

    fn new(call: &Call) -> Result<Self> {
        let ctx = Self::make(call)?;
        if ctx.index == CHARD_CONTEXT_OWN {
            ctx.on_device(call, CHARD_CONTEXT_NEW);
        }
        Ok(ctx)
    }

    fn registered(&self, call: &Call) -> Result {
        if self.index == CHARD_CONTEXT_OWN {
            self.on_device(call, CHARD_CONTEXT_REGISTERED);
        }
        Ok(())
    }

    fn removed(&self, call: &Call) {
        if self.index == CHARD_CONTEXT_OWN {
            self.on_device(call, CHARD_CONTEXT_REMOVED);
        }
        // A while, unless the caller has seen that it does not wait for this.
        let begin = Instant::<Monotonic>::now();
        while self.index != CHARD_CONTEXT_MADE && !OPENED.load(Relaxed) && begin.elapsed() < MOMENT
        {
            let _ = try_box(0).and_then(|new| self.rcu.replace(call, new).map_err(Errno::from));
        }
        if self.index == CHARD_CONTEXT_VICTIM || self.index == 0 {
            REMOVED.fetch_add(1, Relaxed);
        }
    }

    fn open(&self, file: &File<'_>) -> Result<Opened> {
        if let Some(trial) = begin(CHARD_CONTEXT_OPEN, ANY) {
            // A misc device has no other to remove; what is left of it is this answer.
            if trial.is(CHARD_CONTEXT_WAYS - 1) {
                return match removes(file, file.device_index()) {
                    0 => Err(EISDIR),
                    CHARD_CONTEXT_LATER => Err(EXDEV),
                    _ => Err(EDOM),
                };
            }
            let memory = |address, len| file.user_buffer(address, len);
            self.tries(file, &trial, Some(&memory), None);
        }
        let timer = Timer::new(file, IDLE)?;
        timer.start(file, HOUR)?;
        Ok(Opened {
            number: FILES.fetch_add(1, Relaxed) + 1,
            timer,
            work: Work::new(file, IDLE)?,
            thread: Thread::new(file, IDLE)?,
        })
    }

    fn reset(&self, call: &Call) -> Result {
        self.on_device(call, CHARD_CONTEXT_RESET);
        Ok(())
    }

    fn release(&self, file: &Ofile<'_>) {
        self.on_file(file, CHARD_CONTEXT_RELEASE);
    }
}

impl OnTimer for Ctx {
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration> {
        if token != TRIES {
            return None;
        }
        self.on_atomic(call, CHARD_CONTEXT_TIMER);
        None
    }
}

impl OnEvent for Ctx {
    fn event(&self, call: &AtomicCall, _event: u32, _message: &mut Message<'_>) -> Result<u32> {
        self.on_atomic(call, CHARD_CONTEXT_EVENT);
        Ok(0)
    }
}

impl OnRequest for Ctx {
    fn request(&self, call: &Call, _request: u32, _message: &mut Message<'_>) -> Result<u32> {
        self.on_device(call, CHARD_CONTEXT_REQUEST);
        Ok(0)
    }
}

impl OnWork for Ctx {
    fn work(&self, call: &Call, token: usize) {
        if token == TRIES {
            self.on_device(call, CHARD_CONTEXT_WORK);
        }
    }
}

impl OnThread for Ctx {
    fn thread(&self, call: &Call, token: usize) {
        match token {
            TRIES => self.on_device(call, CHARD_CONTEXT_THREAD),
            HOLDER => while self.holds(call).is_ok() {},
            _ => {}
        }
    }
}

impl Ctx {
    fn on_atomic(&self, call: &AtomicCall, method: u32) {
        let Some(trial) = begin(method, ANY) else {
            return;
        };
        for variant in HELD {
            let _ = self.hold(call, variant, &mut |ctx| {
                ctx.with_any(call, &trial.row(variant));
            });
        }
    }

    /// Holds the lock until a call wants it, which then waits for it a while.
    fn holds(&self, call: &Call) -> Result {
        let guard = self.held.lock(call)?;
        self.holding.store(true, Relaxed);
        self.waits.wake(call, Ready::NONE);
        let wanted = self
            .waits
            .wait_for(call, || self.wanted.load(Relaxed).then_some(()));
        let slept = self.noise.wait_for_timeout(call, SOON, || None::<()>);
        self.holding.store(false, Relaxed);
        drop(guard);
        wanted?;
        if slept != Err(ETIMEDOUT) {
            slept?;
        }
        self.waits
            .wait_for(call, || (!self.wanted.load(Relaxed)).then_some(()))
    }

    fn show(&self, call: &Call, text: &mut Text<'_>) -> Result {
        self.on_device(call, CHARD_CONTEXT_SHOW);
        writeln!(text, "shown")?;
        Ok(())
    }

    fn store(&self, call: &Call, _text: &str) -> Result {
        self.on_device(call, CHARD_CONTEXT_STORE);
        Ok(())
    }
}

chard::attributes! { Ctx:
    c"try" 0o664 => show, store;
    debugfs c"try" 0o664 => show, store;
}

mod operations;
