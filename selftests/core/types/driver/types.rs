// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-types: what a handler may use, step by step as a test says, and by
//! many calls at once.
#![no_std]
#![forbid(unsafe_code)]

use core::mem;
use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU64, Ordering};
use chard::prelude::*;
use chard::{RwLockReadGuard, RwLockWriteGuard, RwSemReadGuard, RwSemWriteGuard};

mod collect;
mod hammer;
mod large;

chard::uapi!();
use uapi::*;

const MILLISECOND: Duration = Duration::from_millis(1);
const STEPS: usize = CHARD_TYPES_STEPS as usize;
const LOCKS: usize = 10;

const NO_VALUE: chard_types_value = chard_types_value {
    number: 0,
    text: [0; 8],
};

/// How many of them there are.
static ALIVE: AtomicU64 = AtomicU64::new(0);

/// A value that can tell whether it was dropped. Atomic, so that a second look sees
/// what has changed against the rules.
struct Alive([AtomicU64; 2]);

impl Alive {
    fn new(number: u64) -> Result<Box<Self>> {
        let new = try_box(Alive([AtomicU64::new(number), AtomicU64::new(number)]))?;
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Ok(new)
    }

    /// Both halves are those of one value.
    fn is_whole(&self) -> bool {
        self.0[0].load(Ordering::Relaxed) == self.0[1].load(Ordering::Relaxed)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0[0].store(0, Ordering::Relaxed);
        self.0[1].store(u64::MAX, Ordering::Relaxed);
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Types {
    mutex: Mutex<u64>,
    spin: SpinLock<u64>,
    sems: [RwSem<[u64; 2]>; LOCKS],
    locks: [RwLock<[u64; 2]>; LOCKS],
    value: Rcu<Alive>,
    shared: Mutex<Arc<Alive>>,
    sleepers: WaitQueue,
    done: Completion,
    count: PerCpuCounter,
    timer: Timer<Types>,
    timer_panics: AtomicBool,
    written: SpinLock<chard_types_value>,
    large: large::Large,
}

/// What a step has taken.
#[allow(dead_code)] // held, that is all
enum Held<'a> {
    Mutex(MutexGuard<'a, u64>),
    Spin(SpinGuard<'a, u64>),
    SemRead(RwSemReadGuard<'a, [u64; 2]>),
    SemWrite(RwSemWriteGuard<'a, [u64; 2]>),
    LockRead(RwLockReadGuard<'a, [u64; 2]>),
    LockWrite(RwLockWriteGuard<'a, [u64; 2]>),
    Section(RcuGuard<'a, Alive>),
}

/// The steps of the next read. As one value, since their order is that of taking
/// locks: half of one call's and half of another's would be a deadlock.
type Armed = SpinLock<chard_types_steps>;

/// Ten locks, each of a class of its own: a call takes several.
macro_rules! locks {
    ($make:ident $($number:literal)*) => {
        [$($make::new(lock_class!($number), [0; 2])?),*]
    };
}

impl Handler for Types {
    type File = Armed;
    const AFTER_PANIC: AfterPanic = AfterPanic::CarryOn;
    const NOWAIT: bool = true;

    fn new(call: &Call) -> Result<Self> {
        Ok(Types {
            mutex: Mutex::new(lock_class!(c"types mutex"), 0)?,
            spin: SpinLock::new(lock_class!(c"types spin"), 0)?,
            sems: locks!(RwSem c"sem 0" c"sem 1" c"sem 2" c"sem 3" c"sem 4" c"sem 5" c"sem 6" c"sem 7" c"sem 8" c"sem 9"),
            locks: locks!(RwLock c"lock 0" c"lock 1" c"lock 2" c"lock 3" c"lock 4" c"lock 5" c"lock 6" c"lock 7" c"lock 8" c"lock 9"),
            value: Rcu::new(Alive::new(0)?),
            shared: Mutex::new(lock_class!(c"types shared"), try_arc(*Alive::new(0)?)?)?,
            sleepers: WaitQueue::new(call, lock_class!(c"types sleepers"))?,
            done: Completion::new(call, lock_class!(c"types done"))?,
            count: PerCpuCounter::new()?,
            timer: Timer::new(call, 0)?,
            timer_panics: AtomicBool::new(false),
            written: SpinLock::new(lock_class!(c"types written"), NO_VALUE)?,
            large: large::Large::new()?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<Armed> {
        let none = chard_types_steps {
            address: 0,
            step: [0; STEPS],
            which: [0; STEPS],
        };
        Ok(SpinLock::new(lock_class!(c"types armed"), none)?)
    }
}

type TypesFile<'a> = File<'a, Armed>;

impl Types {
    fn step<'a>(
        &'a self,
        file: &'a TypesFile<'_>,
        (step, which): (u8, usize),
        address: u64,
        held: &mut [Option<Held<'a>>; STEPS],
    ) -> Result<Option<Held<'a>>> {
        let sem = self.sems.get(which).ok_or(EINVAL);
        let lock = self.locks.get(which).ok_or(EINVAL);
        Ok(match u32::from(step) {
            CHARD_TYPES_END => None,
            CHARD_TYPES_MUTEX => Some(Held::Mutex(self.mutex.lock(file)?)),
            CHARD_TYPES_SPIN => Some(Held::Spin(self.spin.lock(file)?)),
            CHARD_TYPES_SEM_READ => Some(Held::SemRead(sem?.read(file)?)),
            CHARD_TYPES_SEM_WRITE => Some(Held::SemWrite(sem?.write(file)?)),
            CHARD_TYPES_LOCK_READ => Some(Held::LockRead(lock?.read(file)?)),
            CHARD_TYPES_LOCK_WRITE => Some(Held::LockWrite(lock?.write(file)?)),
            CHARD_TYPES_RCU_READ => Some(Held::Section(self.value.read(file)?)),
            CHARD_TYPES_RCU_REPLACE => {
                let old = self.value.replace(file, Alive::new(1)?)?;
                if !old.is_whole() {
                    return Err(EINVAL);
                }
                None
            }
            CHARD_TYPES_DROP => {
                drop(held.get_mut(which).ok_or(EINVAL)?.take().ok_or(EINVAL)?);
                None
            }
            CHARD_TYPES_FORGET => {
                mem::forget(held.get_mut(which).ok_or(EINVAL)?.take().ok_or(EINVAL)?);
                None
            }
            CHARD_TYPES_PANIC => panic!("asked to"),
            CHARD_TYPES_SLEEP => {
                self.sleepers.sleep(file, MILLISECOND)?;
                None
            }
            CHARD_TYPES_AWAIT => {
                self.done.wait(file)?;
                None
            }
            CHARD_TYPES_RCU_OLD => {
                let old = self.value.read(file)?;
                self.done.complete(file);
                let begin = Instant::<Monotonic>::now();
                while core::ptr::eq(&*old, &*self.value.read(file)?) {
                    if begin.elapsed() > Duration::from_secs(10) {
                        return Err(ETIMEDOUT);
                    }
                }
                // Long enough that a replacing call which did not wait would have dropped it.
                let replaced = Instant::<Monotonic>::now();
                while replaced.elapsed() < 300 * MILLISECOND {
                    if !old.is_whole() {
                        return Err(EINVAL);
                    }
                }
                None
            }
            CHARD_TYPES_ALLOC => {
                let mut some = Vec::new();
                // From the page allocator, where one may sleep.
                some.try_resize(3000, 7_u8)?;
                drop(try_box([0_u64; 4])?);
                drop(PerCpuCounter::new()?);
                None
            }
            CHARD_TYPES_COPY => {
                let buffer = file.user_buffer(address, 1);
                match which {
                    0 => buffer.writer().write(b"x")?,
                    _ => buffer.reader().read(&mut [0])?,
                };
                None
            }
            CHARD_TYPES_LOCK_DROPPED => {
                let sem = RwSem::new(lock_class!(c"types own sem"), 0_u32)?;
                mem::forget(sem.read(file)?);
                drop(sem);
                None
            }
            CHARD_TYPES_RCU_DROPPED => {
                let own = Rcu::new(Alive::new(2)?);
                mem::forget(own.read(file)?);
                drop(own);
                None
            }
            _ => return Err(EINVAL),
        })
    }
}

impl Read for Types {
    fn read(&self, file: &TypesFile<'_>, to: &mut UserWriter<'_>) -> Result {
        let armed = file.state().with(file, |steps, _| *steps)?;
        let mut errors = [0_u16; STEPS];
        let mut held = [const { None }; STEPS];
        for index in 0..STEPS {
            let step = (armed.step[index], armed.which[index].into());
            match self.step(file, step, armed.address, &mut held) {
                Ok(taken) => held[index] = taken,
                Err(error) => errors[index] = u16::try_from(error.number())?,
            }
        }
        drop(held);
        to.put(errors)
    }
}

impl Write for Types {
    fn write(&self, file: &TypesFile<'_>, from: &mut UserReader<'_>) -> Result {
        while from.left() > 0 {
            // Where nothing may sleep, no page is fetched for the copy.
            let lock = if from.append() {
                Some(self.spin.lock(file)?)
            } else {
                None
            };
            let value = from.take();
            drop(lock);
            let value = value?;
            self.written.with(file, |written, _| *written = value)?;
        }
        Ok(())
    }
}

impl Fasync for Types {}

impl OnTimer for Types {
    fn timer(&self, call: &AtomicCall, _token: usize) -> Option<Duration> {
        self.tick(call).ok()?;
        if self.timer_panics.swap(false, Ordering::Relaxed) {
            self.done.complete(call);
            let _section = self.value.read(call).ok()?;
            let _lock = self.locks[0].read(call).ok()?;
            let _other = self.locks[1].write(call).ok()?;
            panic!("in a timer");
        }
        self.done.complete(call);
        None
    }
}

impl Types {
    /// All that a timer may use.
    fn tick(&self, call: &AtomicCall) -> Result {
        self.spin.with(call, |spin, _| *spin += 1)?;
        self.locks[0].write_with(call, |both, _| *both = both.map(|half| half + 1))?;
        let whole = self.locks[0].read_with(call, |both, _| both[0] == both[1])?
            && self.value.read_with(call, |value, _| value.is_whole())?;
        self.count.add(0);
        let mut bytes = [0; 4];
        chard::random(&mut bytes);
        if !whole || Instant::<Monotonic>::now().nanoseconds() == 0 {
            return Err(EINVAL);
        }
        Ok(())
    }
}

chard::ioctls! { Types:
    CHARD_TYPES_ARM => arm(chard_types_steps);
    CHARD_TYPES_MEND => mend();
    CHARD_TYPES_HAMMER => hammer(chard_types_hammer);
    CHARD_TYPES_SUM => sum() -> u64;
    CHARD_TYPES_ALIVE => alive() -> u64;
    CHARD_TYPES_WAIT => wait();
    CHARD_TYPES_WAIT_SHORTLY => wait_shortly();
    CHARD_TYPES_COMPLETE => complete();
    CHARD_TYPES_COMPLETE_ALL => complete_all();
    CHARD_TYPES_RESET => reset_done();
    CHARD_TYPES_TIMER => start_timer();
    CHARD_TYPES_TIMER_PANIC => panic_in_timer();
    CHARD_TYPES_WHO => who() -> chard_types_who;
    CHARD_TYPES_CLOCKS => clocks() -> chard_types_clocks;
    CHARD_TYPES_COLLECT => collect(value);
    CHARD_TYPES_TOO_LARGE => too_large();
    CHARD_TYPES_TURN_1 => turn_1(u8) -> u8;
    CHARD_TYPES_TURN_2 => turn_2(u16) -> u16;
    CHARD_TYPES_TURN_4 => turn_4(u32) -> u32;
    CHARD_TYPES_TURN_8 => turn_8(u64) -> u64;
    CHARD_TYPES_WRITTEN => written() -> chard_types_value;
    CHARD_TYPES_LARGE_AT => large(u64) -> u64;
    CHARD_TYPES_LARGE_IN_VAIN => large_in_vain();
}

impl Types {
    fn arm(&self, file: &TypesFile<'_>, steps: chard_types_steps) -> Result {
        Ok(file.state().with(file, |armed, _| *armed = steps)?)
    }

    fn mend(&self, file: &TypesFile<'_>) -> Result {
        self.mutex.clear_poison(file, 0)?;
        self.spin.clear_poison(file, 0)?;
        for (sem, lock) in self.sems.iter().zip(&self.locks) {
            sem.clear_poison(file, [0; 2])?;
            lock.clear_poison(file, [0; 2])?;
        }
        Ok(())
    }

    fn sum(&self, _file: &TypesFile<'_>) -> Result<u64> {
        Ok(self.count.sum() as u64)
    }

    fn turn_1(&self, _file: &TypesFile<'_>, value: u8) -> Result<u8> {
        Ok(!value)
    }

    fn turn_2(&self, _file: &TypesFile<'_>, value: u16) -> Result<u16> {
        Ok(!value)
    }

    fn turn_4(&self, _file: &TypesFile<'_>, value: u32) -> Result<u32> {
        Ok(!value)
    }

    fn turn_8(&self, _file: &TypesFile<'_>, value: u64) -> Result<u64> {
        Ok(!value)
    }

    fn alive(&self, _file: &TypesFile<'_>) -> Result<u64> {
        Ok(ALIVE.load(Ordering::Relaxed))
    }

    fn wait(&self, file: &TypesFile<'_>) -> Result {
        self.done.wait(file)
    }

    fn wait_shortly(&self, file: &TypesFile<'_>) -> Result {
        self.done.wait_timeout(file, MILLISECOND)
    }

    fn complete(&self, file: &TypesFile<'_>) -> Result {
        self.done.complete(file);
        Ok(())
    }

    fn complete_all(&self, file: &TypesFile<'_>) -> Result {
        self.done.complete_all(file);
        Ok(())
    }

    fn reset_done(&self, _file: &TypesFile<'_>) -> Result {
        self.done.reset();
        Ok(())
    }

    fn start_timer(&self, file: &TypesFile<'_>) -> Result {
        self.timer.start(file, MILLISECOND)
    }

    fn panic_in_timer(&self, file: &TypesFile<'_>) -> Result {
        self.timer_panics.store(true, Ordering::Relaxed);
        self.timer.start(file, MILLISECOND)
    }

    fn who(&self, file: &TypesFile<'_>) -> Result<chard_types_who> {
        let (caller, opener, task) = (file.credentials(), file.opener(), file.task());
        let tty = file.tty();
        let asked = [
            (CHARD_TYPES_CAP_DAC_OVERRIDE, Capability::DAC_OVERRIDE),
            (CHARD_TYPES_CAP_SYS_ADMIN, Capability::SYS_ADMIN),
            (
                CHARD_TYPES_CAP_CHECKPOINT_RESTORE,
                Capability::CHECKPOINT_RESTORE,
            ),
        ];
        let mut who = chard_types_who {
            uid: caller.uid,
            euid: caller.euid,
            gid: caller.gid,
            egid: caller.egid,
            opener_uid: opener.uid,
            opener_euid: opener.euid,
            pid: task.pid,
            tgid: task.tgid,
            tty: tty.unwrap_or(0),
            tty_error: tty.err().map_or(0, |error| error.number() as u32),
            capable: 0,
            opener_capable: 0,
            comm: [0; 16],
        };
        for (place, byte) in who.comm.iter_mut().zip(task.comm.as_bytes()) {
            *place = *byte;
        }
        for (bit, capability) in asked {
            if file.capable(capability) {
                who.capable |= bit;
            }
            if file.opener_capable(capability) {
                who.opener_capable |= bit;
            }
        }
        dev_info!(file, "called by {}", task.comm);
        Ok(who)
    }

    fn written(&self, file: &TypesFile<'_>) -> Result<chard_types_value> {
        Ok(self.written.with(file, |written, _| *written)?)
    }

    fn clocks(&self, _file: &TypesFile<'_>) -> Result<chard_types_clocks> {
        let mut bytes = [0; 32];
        chard::random(&mut bytes);
        Ok(chard_types_clocks {
            monotonic: Instant::<Monotonic>::now().nanoseconds(),
            boot: Instant::<Boot>::now().nanoseconds(),
            real: Instant::<Real>::now().nanoseconds(),
            random: bytes,
        })
    }

    fn collect(&self, _file: &TypesFile<'_>, seed: usize) -> Result {
        collect::collect(seed)
    }

    fn large(&self, file: &TypesFile<'_>, index: u64) -> Result<u64> {
        self.large.at(file, index)
    }

    fn large_in_vain(&self, _file: &TypesFile<'_>) -> Result {
        large::in_vain()
    }

    fn too_large(&self, file: &TypesFile<'_>) -> Result {
        collect::too_large(file)
    }
}

chard::handler!(Types);
