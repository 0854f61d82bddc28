// SPDX-License-Identifier: GPL-2.0
//! A handler that does what it can to do harm, in safe code: `chard_hostile.h` has a number
//! for each deed, which is a method of the same name in the module of its kind. This file
//! has the operations, each of which may remove the device or answer what no caller expects.
#![no_std]
#![forbid(unsafe_code)]

use core::mem;
use core::ops::RangeInclusive;
use core::time::Duration;

use chard::atomic::{AtomicBool, AtomicU32, Ordering};
use chard::prelude::*;

mod control;
mod drops;
mod forgets;
mod panics;
mod reenters;
mod sizes;

chard::uapi!();
use uapi::*;

chard::params! {
    panics: uint;
}

/// In which method the devices that are made from now on remove themselves.
static NEXT: AtomicU32 = AtomicU32::new(0);
/// An error that a method without an answer has met.
static SEEN: AtomicU32 = AtomicU32::new(0);

/// What is good in every lock here.
const SOUND: u32 = 0x736f_756e;
const MILLISECOND: Duration = Duration::from_millis(1);

/// What a timer, work or a thread is to do: its token.
const COME: usize = 0;
const DROP_ITSELF: usize = 1;
const CANCEL_ITSELF: usize = 2;
const RESTART_ITSELF: usize = 3;
const MAKE_ANOTHER: usize = 4;
const REMOVE: usize = 5;
const AT_ONCE: usize = 6;
const UNTIL_CANCELLED: usize = 7;

/// Panics when it is dropped, if it is set.
struct Bomb(AtomicBool);

impl Bomb {
    fn new(set: bool) -> Self {
        Bomb(AtomicBool::new(set))
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!*self.0.get_mut(), "a bomb is dropped");
    }
}

/// What a deed has seen must hold; the log says where it did not.
#[track_caller]
fn check(good: bool) -> Result {
    if !good {
        let place = core::panic::Location::caller();
        pr_err!("{}:{}: it does not hold", place.file(), place.line());
        return Err(EUCLEAN);
    }
    Ok(())
}

/// The number of an error, as an answer that is none.
fn number(result: Result) -> u32 {
    result.map_or_else(|error| error.number() as u32, |()| 0)
}

type Opened<'a> = File<'a, Bomb>;

struct Hostile {
    mutex: Mutex<u32>,
    other: Mutex<u32>,
    spin: SpinLock<u32>,
    second: SpinLock<u32>,
    rwsem: RwSem<u32>,
    rwlock: RwLock<u32>,
    rcu: Rcu<u32>,
    queue: WaitQueue,
    timer: SpinLock<Option<Timer<Hostile>>>,
    work: Mutex<Option<Work<Hostile>>>,
    thread: Mutex<Option<Thread<Hostile>>>,
    pages: Pages,
    page: Mutex<Option<Page>>,
    stock: Mutex<Vec<Page>>,
    pending: SpinLock<Option<PendingCommand>>,
    came: AtomicU32,
    removes_in: AtomicU32,
    answers: AtomicU32,
    bomb: Bomb,
}

impl Hostile {
    /// Removes the device where it was told to do so in this method; what is said then.
    fn act(&self, call: &Call, method: u32) -> Result {
        if self.removes_in.load(Ordering::Relaxed) != method {
            return Ok(());
        }
        self.removes_in.store(0, Ordering::Relaxed);
        call.remove_device_at(call.device_index())
    }

    /// The same in a method that has no answer.
    fn act_unheard(&self, call: &Call, method: u32) {
        let result = self.act(call, method);
        if result.is_err() {
            SEEN.store(number(result), Ordering::Relaxed);
        }
    }

    fn answers(&self, what: u32) -> bool {
        self.answers.load(Ordering::Relaxed) == what
    }

    /// A timer, work or a thread of a token, in the place of the one before.
    fn keep_work(&self, call: &Call, token: usize) -> Result {
        let work = Work::new(call, token)?;
        let before = self.work.lock(call)?.replace(work);
        drop(before);
        // From its place: it may look there at once.
        match self.work.lock(call)?.as_ref() {
            Some(work) => work.start(call, Duration::ZERO),
            None => Ok(()),
        }
    }

    fn keep_thread(&self, call: &Call, token: usize) -> Result {
        let thread = Thread::new(call, token)?;
        let before = self.thread.lock(call)?.replace(thread);
        drop(before);
        // From its place: it may look there at once.
        match self.thread.lock(call)?.as_ref() {
            Some(thread) => thread.start(call),
            None => Ok(()),
        }
    }

    fn keep_timer(&self, call: &Call, token: usize) -> Result {
        let timer = Timer::new(call, token)?;
        let before = self.timer.lock(call)?.replace(timer);
        drop(before);
        // From its place: it may look there at once.
        match self.timer.lock(call)?.as_ref() {
            Some(timer) => timer.start(call, MILLISECOND),
            None => Ok(()),
        }
    }

    /// What all do that have come back.
    fn came(&self) {
        self.came.fetch_add(1, Ordering::Relaxed);
    }
}

impl Handler for Hostile {
    type File = Bomb;

    fn load() -> Result {
        assert!(params::panics() != 1, "load() panics");
        Ok(())
    }

    fn new(call: &Call) -> Result<Self> {
        assert!(params::panics() != 2, "new() panics");
        let next = NEXT.load(Ordering::Relaxed);
        if next == CHARD_HOSTILE_IN_NEW {
            NEXT.store(0, Ordering::Relaxed);
            call.remove_device_at(call.device_index())?;
        }
        Ok(Hostile {
            mutex: Mutex::new(lock_class!(c"hostile mutex"), SOUND)?,
            other: Mutex::new(lock_class!(c"hostile other"), SOUND)?,
            spin: SpinLock::new(lock_class!(c"hostile spin"), SOUND)?,
            second: SpinLock::new(lock_class!(c"hostile second"), SOUND)?,
            rwsem: RwSem::new(lock_class!(c"hostile rwsem"), SOUND)?,
            rwlock: RwLock::new(lock_class!(c"hostile rwlock"), SOUND)?,
            rcu: Rcu::new(try_box(SOUND)?),
            queue: WaitQueue::new(call, lock_class!(c"hostile queue"))?,
            timer: SpinLock::new(lock_class!(c"hostile timer"), None)?,
            work: Mutex::new(lock_class!(c"hostile work"), None)?,
            thread: Mutex::new(lock_class!(c"hostile thread"), None)?,
            pages: Pages::new(call, 16384)?,
            page: Mutex::new(lock_class!(c"hostile page"), None)?,
            stock: Mutex::new(lock_class!(c"hostile stock"), Vec::new())?,
            pending: SpinLock::new(lock_class!(c"hostile pending"), None)?,
            came: AtomicU32::new(0),
            removes_in: AtomicU32::new(next),
            answers: AtomicU32::new(0),
            bomb: Bomb::new(false),
        })
    }

    fn registered(&self, call: &Call) -> Result {
        self.act(call, CHARD_HOSTILE_IN_REGISTERED)
    }

    fn removed(&self, call: &Call) {
        self.act_unheard(call, CHARD_HOSTILE_IN_REMOVED);
    }

    fn reset(&self, call: &Call) -> Result {
        self.mend(call)?;
        self.act(call, CHARD_HOSTILE_IN_RESET)
    }

    fn open(&self, file: &File<'_>) -> Result<Bomb> {
        self.act(file, CHARD_HOSTILE_IN_OPEN)?;
        Ok(Bomb::new(false))
    }

    fn release(&self, file: &Opened<'_>) {
        self.act_unheard(file, CHARD_HOSTILE_IN_RELEASE);
    }
}

impl Hostile {
    /// An error of any number, as own C could return it.
    fn kernels_own(&self, number: i32) -> Result {
        if self.answers(CHARD_HOSTILE_ANSWERS_ERRNO) {
            chard::c::int(-number)?;
        }
        Ok(())
    }
}

impl Read for Hostile {
    fn read(&self, file: &Opened<'_>, to: &mut UserWriter<'_>) -> Result {
        self.act(file, CHARD_HOSTILE_IN_READ)?;
        self.kernels_own(529)?;
        if self.answers(CHARD_HOSTILE_ANSWERS_MORE) {
            // More than the caller asks for, and again.
            to.write(&[b'x'; 512])?;
            to.write(&[b'y'; 512])?;
            return Ok(());
        }
        to.write_from(b"hostile")
    }
}

impl Write for Hostile {
    fn write(&self, file: &Opened<'_>, from: &mut UserReader<'_>) -> Result {
        self.act(file, CHARD_HOSTILE_IN_WRITE)?;
        self.kernels_own(529)?;
        if self.answers(CHARD_HOSTILE_ANSWERS_BYTES) {
            while from.left() > 0 {
                from.take::<u8>()?;
            }
            return Ok(());
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_FAR) {
            from.set_pos(i64::MAX as u64 - from.left() as u64)?;
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_MORE) {
            from.read(&mut [0; 512])?;
            return from.read_exact(&mut [0; 1]);
        }
        from.read(&mut [0; 16]).map(drop)
    }
}

impl Seek for Hostile {
    fn seek(&self, file: &Opened<'_>, from: SeekFrom) -> Result<u64> {
        self.act(file, CHARD_HOSTILE_IN_SEEK)?;
        if let SeekFrom::Start(number) = from {
            self.kernels_own(number as i32)?;
        }
        match from {
            _ if self.answers(CHARD_HOSTILE_ANSWERS_FAR) => Ok(u64::MAX),
            SeekFrom::Start(position) => Ok(position as u64),
            other => other.within(u64::MAX),
        }
    }
}

impl Poll for Hostile {
    fn poll(&self, file: &Opened<'_>, table: &mut PollTable<'_>) -> Result<Ready> {
        self.act(file, CHARD_HOSTILE_IN_POLL)?;
        table.watch(&self.queue);
        if self.answers(CHARD_HOSTILE_ANSWERS_ALL) {
            let bad = Ready::ERR | Ready::HUP | Ready::RDHUP;
            return Ok(Ready::IN | Ready::OUT | Ready::PRI | bad);
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_MORE) {
            // A queue that ends here, and the same one often.
            let gone = WaitQueue::new(file, lock_class!(c"hostile gone"))?;
            table.watch(&gone);
            for _ in 0..100 {
                table.watch(&self.queue);
            }
            gone.wake(&**file, Ready::IN);
        }
        Ok(Ready::IN)
    }
}

impl Fasync for Hostile {
    fn fasync(&self, file: &Opened<'_>) -> Result {
        self.act(file, CHARD_HOSTILE_IN_FASYNC)
    }
}

impl Flush for Hostile {
    fn flush(&self, file: &Opened<'_>) -> Result {
        self.act(file, CHARD_HOSTILE_IN_FLUSH)
    }
}

impl Fsync for Hostile {
    fn fsync(&self, file: &Opened<'_>, _range: RangeInclusive<u64>, _datasync: bool) -> Result {
        self.act(file, CHARD_HOSTILE_IN_FSYNC)
    }
}

impl ShowFdinfo for Hostile {
    fn show_fdinfo(&self, file: &Opened<'_>, text: &mut Text<'_>) -> Result {
        if self.answers(CHARD_HOSTILE_ANSWERS_ENDLESS) {
            while text.write_str("without an end\n").is_ok() {}
            return Ok(());
        }
        writeln!(text, "hostile:\t1")?;
        self.act(file, CHARD_HOSTILE_IN_FDINFO)
    }
}

impl Map for Hostile {
    fn map(&self, file: &Opened<'_>, _area: &Area<'_>) -> Result {
        self.act(file, CHARD_HOSTILE_IN_MAP)
    }

    fn fault(&self, file: &Opened<'_>, index: u64) -> Result<Page> {
        self.act(file, CHARD_HOSTILE_IN_FAULT)?;
        if self.answers(CHARD_HOSTILE_ANSWERS_HOLDS) {
            self.hold_many_mutexes(file)?;
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_STOCK) {
            self.came();
            return self.stock.lock(file)?.pop().ok_or(EIO);
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_OTHER) {
            return self.pages.page(file, index ^ 1);
        }
        if self.answers(CHARD_HOSTILE_ANSWERS_KEPT) {
            // The page that was there before it was punched, if there was one.
            let mut kept = self.page.lock(file)?;
            let page = match kept.take() {
                Some(page) => page,
                None => self.pages.page(file, index)?,
            };
            *kept = Some(self.pages.page(file, index)?);
            self.pages.punch(file, 0..u64::MAX)?;
            return Ok(page);
        }
        self.pages.page(file, index)
    }
}

impl UringCmd for Hostile {
    fn uring_cmd<'a>(
        &self,
        file: &Opened<'_>,
        command: UringCommand<'a>,
    ) -> Result<UringAnswer<'a>> {
        self.act(file, CHARD_HOSTILE_IN_COMMAND)?;
        match self.answers.load(Ordering::Relaxed) {
            CHARD_HOSTILE_ANSWERS_FAR => Ok(UringAnswer::with_extra(u32::MAX, u64::MAX)),
            CHARD_HOSTILE_ANSWERS_ERRNO => self.kernels_own(529).map(|()| 7.into()),
            CHARD_HOSTILE_ANSWERS_FORGOTTEN => {
                let (pending, later) = command.later()?;
                mem::forget(pending);
                Ok(later)
            }
            CHARD_HOSTILE_ANSWERS_TWICE => {
                let (pending, _later) = command.later()?;
                *self.pending.lock(file)? = Some(pending);
                Err(EXDEV)
            }
            CHARD_HOSTILE_ANSWERS_KEPT => {
                let (pending, later) = command.later()?;
                *self.pending.lock(file)? = Some(pending);
                self.keep_work(file, COME)?;
                Ok(later)
            }
            _ => Ok(7.into()),
        }
    }
}

impl OnTimer for Hostile {
    fn timer(&self, call: &AtomicCall, token: usize) -> Option<Duration> {
        self.came();
        match token {
            DROP_ITSELF => drop(self.timer.lock(call).ok()?.take()),
            CANCEL_ITSELF => self.timer.lock(call).ok()?.as_ref()?.cancel(),
            RESTART_ITSELF => {
                let timer = self.timer.lock(call).ok()?;
                timer.as_ref()?.start(call, MILLISECOND).ok()?;
                return Some(2 * MILLISECOND);
            }
            AT_ONCE => return Some(Duration::ZERO),
            _ => (),
        }
        None
    }
}

impl OnWork for Hostile {
    fn work(&self, call: &Call, token: usize) {
        self.came();
        let result = match token {
            DROP_ITSELF => self.drop_own_work(call),
            CANCEL_ITSELF => self.cancel_own_work(call),
            RESTART_ITSELF => self.restart_own_work(call),
            MAKE_ANOTHER => self.make_another(call),
            REMOVE => self.act(call, CHARD_HOSTILE_IN_WORK),
            _ => self.answer_kept(call),
        };
        if result.is_err() {
            SEEN.store(number(result), Ordering::Relaxed);
        }
    }
}

impl OnThread for Hostile {
    fn thread(&self, call: &Call, token: usize) {
        self.came();
        match token {
            DROP_ITSELF => {
                let this = self.thread.lock(call).map(|mut thread| thread.take());
                drop(this);
                let ended = call.check();
                SEEN.store(number(ended), Ordering::Relaxed);
            }
            REMOVE => self.act_unheard(call, CHARD_HOSTILE_IN_THREAD),
            UNTIL_CANCELLED => while self.queue.sleep(call, MILLISECOND).is_ok() {},
            _ => (),
        }
    }
}

chard::attributes! { Hostile:
    c"deed" 0o644 => show, store;
    debugfs c"view" 0o400 => show;
}

impl Hostile {
    fn show(&self, call: &Call, text: &mut Text<'_>) -> Result {
        if self.answers(CHARD_HOSTILE_ANSWERS_ENDLESS) {
            while text.write_str("without an end\n").is_ok() {}
        }
        writeln!(text, "{}", self.answers.load(Ordering::Relaxed))?;
        self.act(call, CHARD_HOSTILE_IN_SHOW)
    }

    fn store(&self, call: &Call, _text: &str) -> Result {
        self.act(call, CHARD_HOSTILE_IN_STORE)
    }
}

chard::handler!(Hostile);
