// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-selftest: what handlers can do right and wrong, for the tests.
//!
//! `drivers/selftest/chard_selftest.h` says what each ioctl does.
#![no_std]
#![forbid(unsafe_code)]

use core::fmt;
use core::mem;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use core::time::Duration;

use chard::ioctl::Arg;
use chard::prelude::*;

chard::uapi!();
use uapi::*;

/// The device.
struct Selftest {
    lock: Mutex<u32>,
    /// When to remove the device, CHARD_SELFTEST_REMOVE_*.
    remove_at: AtomicU32,
    #[allow(clippy::vec_box)] // a box that is dropped twice is seen
    boxes: Mutex<Vec<Box<u32>>>,
    armed: AtomicU32,
    /// What was written.
    records: Mutex<Vec<Record>>,
    /// What can be mapped, and not be written to by that.
    pages: Pages,
    timer: Timer<Selftest>,
    work: Work<Selftest>,
    later: Work<Selftest>,
    thread: Thread<Selftest>,
    /// How often each has come, by its token.
    came: [AtomicU32; 4],
}

impl Selftest {
    // Each caller is a place of its own, whose report none of the others holds back.
    #[track_caller]
    fn panic_if_armed(&self, what: u32) {
        if self.armed.load(Ordering::Relaxed) & what != 0 {
            panic!("armed for {}", what);
        }
    }
}

impl Drop for Selftest {
    fn drop(&mut self) {
        pr_info!("the device's state is dropped");
        self.panic_if_armed(CHARD_SELFTEST_ARM_DEVICE_DROP);
    }
}

/// An open file.
struct Sum {
    /// In a box that must go with the file.
    sum: Box<AtomicU32>,
    panic_at_end: AtomicBool,
    flushes: AtomicU32,
}

impl Drop for Sum {
    fn drop(&mut self) {
        if self.panic_at_end.load(Ordering::Relaxed) {
            panic!("the file's state is dropped");
        }
    }
}

/// A value whose Display panics.
struct NoMessage;

impl fmt::Display for NoMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as far as here")?;
        panic!("{}", NoMessage)
    }
}

/// More than a panic's message has room for.
const LONG: [u8; 500] = [b'x'; 500];

/// A value whose destructor panics.
struct NoEnd;

impl Drop for NoEnd {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

impl Handler for Selftest {
    type File = Sum;

    fn new(call: &Call) -> Result<Self> {
        Ok(Selftest {
            lock: Mutex::new(lock_class!(c"selftest"), 0)?,
            remove_at: AtomicU32::new(CHARD_SELFTEST_REMOVE_NOW),
            boxes: Mutex::new(lock_class!(c"selftest boxes"), Vec::new())?,
            armed: AtomicU32::new(0),
            records: Mutex::new(lock_class!(c"selftest records"), Vec::new())?,
            pages: Pages::new(call, chard::PAGE_SIZE as u64)?,
            timer: Timer::new(call, CHARD_SELFTEST_TIMER as usize)?,
            work: Work::new(call, CHARD_SELFTEST_WORK as usize)?,
            later: Work::new(call, CHARD_SELFTEST_LATER as usize)?,
            thread: Thread::new(call, CHARD_SELFTEST_THREAD as usize)?,
            came: Default::default(),
        })
    }

    fn open(&self, file: &File<'_>) -> Result<Sum> {
        if self.remove_at.load(Ordering::Relaxed) == CHARD_SELFTEST_REMOVE_OPEN {
            file.remove_device();
        }
        let sum = Sum {
            sum: try_box(AtomicU32::new(0))?,
            panic_at_end: AtomicBool::new(false),
            flushes: AtomicU32::new(0),
        };
        self.panic_if_armed(CHARD_SELFTEST_ARM_OPEN);
        Ok(sum)
    }

    fn release(&self, file: &SumFile<'_>) {
        self.panic_if_armed(CHARD_SELFTEST_ARM_RELEASE);
        if self.armed.load(Ordering::Relaxed) & CHARD_SELFTEST_ARM_FILE_DROP != 0 {
            file.state().panic_at_end.store(true, Ordering::Relaxed);
        }
        if self.remove_at.load(Ordering::Relaxed) == CHARD_SELFTEST_REMOVE_RELEASE {
            file.remove_device();
            // Behind the removal, the log still has a name for the device.
            dev_warn!(file, "removed by its last close");
        }
    }
}

const RECORD: usize = CHARD_SELFTEST_RECORD as usize;

/// What is written, all of it or nothing.
type Record = [u8; RECORD];

impl Write for Selftest {
    fn write(&self, file: &SumFile<'_>, from: &mut UserReader<'_>) -> Result {
        let mut record = [0; RECORD];
        while from.left() > 0 {
            if self.armed.load(Ordering::Relaxed) & CHARD_SELFTEST_ARM_PIECES == 0 {
                from.read_exact(&mut record)?;
            } else if from.read(&mut record)? < RECORD {
                return Err(EFAULT);
            }
            match u32::from(record[0]) {
                CHARD_SELFTEST_RECORD_BAD => return Err(EINVAL),
                CHARD_SELFTEST_RECORD_REFUSED => {
                    from.left();
                    return Err(from.refuse(ENOMEM));
                }
                _ => self.store(file, record)?,
            }
            if u32::from(record[0]) == CHARD_SELFTEST_RECORD_KEPT {
                from.keep();
                return Err(EIO);
            }
        }
        Ok(())
    }
}

impl Map for Selftest {
    fn map(&self, _file: &SumFile<'_>, area: &Area<'_>) -> Result {
        area.deny_write()?;
        area.deny_exec()
    }

    fn fault(&self, file: &SumFile<'_>, index: u64) -> Result<Page> {
        self.pages.page(file, index)
    }
}

impl Read for Selftest {
    fn read(&self, file: &File<'_, Sum>, to: &mut UserWriter<'_>) -> Result {
        if self.armed.load(Ordering::Relaxed) & CHARD_SELFTEST_ARM_RECORDS != 0 {
            return self.hand_out(file, to);
        }
        // In two pieces, so that a fault can come between them.
        to.write(b"self")?;
        self.panic_if_armed(CHARD_SELFTEST_ARM_READ);
        to.write(b"test\n")?;
        Ok(())
    }
}

impl Flush for Selftest {
    fn flush(&self, file: &SumFile<'_>) -> Result {
        file.state().flushes.fetch_add(1, Ordering::Relaxed);
        if self.armed.load(Ordering::Relaxed) & CHARD_SELFTEST_ARM_FLUSH != 0 {
            return Err(ENOSPC);
        }
        Ok(())
    }
}

impl OnTimer for Selftest {
    fn timer(&self, _call: &AtomicCall, token: usize) -> Option<Duration> {
        self.came[token].fetch_add(1, Ordering::Relaxed);
        self.panic_if_armed(CHARD_SELFTEST_ARM_TIMER);
        None
    }
}

impl OnWork for Selftest {
    fn work(&self, _call: &Call, token: usize) {
        self.came[token].fetch_add(1, Ordering::Relaxed);
    }
}

impl OnThread for Selftest {
    fn thread(&self, _call: &Call, token: usize) {
        self.came[token].fetch_add(1, Ordering::Relaxed);
    }
}

chard::ioctls! { Selftest:
    CHARD_SELFTEST_ADD => add(value) -> value;
    CHARD_SELFTEST_REVERSE => reverse(chard_selftest_reverse) -> value;
    CHARD_SELFTEST_FLAGS => flags() -> value;
    CHARD_SELFTEST_LOCK => lock();
    CHARD_SELFTEST_LOCK_TWICE => lock_twice();
    CHARD_SELFTEST_FORGET => forget();
    CHARD_SELFTEST_MEND => mend();
    CHARD_SELFTEST_FORGET_DROP => forget_drop();
    CHARD_SELFTEST_LEAK => leak();
    CHARD_SELFTEST_PRINT => print();
    CHARD_SELFTEST_DUMP => dump();
    CHARD_SELFTEST_PANIC => panic(value);
    CHARD_SELFTEST_ALLOC => alloc(value);
    CHARD_SELFTEST_RETURN => give_back(value) -> value;
    CHARD_SELFTEST_REMOVE => remove(value);
    CHARD_SELFTEST_PANIC_LOCKED => panic_locked();
    CHARD_SELFTEST_ARM => arm(value);
    CHARD_SELFTEST_WORDS => words(value) -> value;
    CHARD_SELFTEST_FLUSHES => flushes() -> value;
    CHARD_SELFTEST_START => start(value);
    CHARD_SELFTEST_CAME => came(value) -> value;
    CHARD_SELFTEST_RECORDS => records() -> value;
    CHARD_SELFTEST_DEBUG => debug();
}

// What has no other layout there is answered in the same way.
impl CompatIoctl for Selftest {
    fn compat_ioctl(&self, file: &SumFile<'_>, cmd: u32, arg: Arg<'_>) -> Result<u32> {
        if cmd != CHARD_SELFTEST_WORDS {
            return self.ioctl(file, cmd, arg);
        }
        let mut words: chard_selftest_words32 = arg.take()?;
        words.pointer = !words.pointer;
        words.word = !words.word;
        arg.put(words)?;
        Ok(size_of_val(&words) as u32)
    }
}

/// What every method of this handler has as its file.
type SumFile<'a> = File<'a, Sum>;

impl Selftest {
    fn words(&self, file: &SumFile<'_>, addr: usize) -> Result<u32> {
        let size = size_of::<chard_selftest_words>();
        let buffer = || file.user_buffer(addr as u64, size);
        let mut words: chard_selftest_words = buffer().reader().take()?;
        words.pointer = !words.pointer;
        words.word = !words.word;
        buffer().writer().put(words)?;
        Ok(size as u32)
    }

    fn store(&self, file: &SumFile<'_>, record: Record) -> Result {
        let mut records = self.records.lock(file)?;
        if records.len() == CHARD_SELFTEST_RECORDS_MAX as usize {
            return Err(ENOSPC);
        }
        records.try_push(record)?;
        Ok(())
    }

    /// A read of the records, each of which goes once it is with the caller.
    fn hand_out(&self, file: &SumFile<'_>, to: &mut UserWriter<'_>) -> Result {
        let mut records = self.records.lock(file)?;
        while let Some(record) = records.first()
            && to.left() > 0
        {
            if self.armed.load(Ordering::Relaxed) & CHARD_SELFTEST_ARM_PIECES == 0 {
                to.write_all(record)?;
            } else if to.write(record)? < RECORD {
                return Err(EFAULT);
            }
            records.remove(0);
        }
        Ok(())
    }

    fn records(&self, file: &SumFile<'_>) -> Result<u32> {
        let records = core::mem::take(&mut *self.records.lock(file)?);
        Ok(u32::try_from(records.len())?)
    }

    fn add(&self, file: &SumFile<'_>, value: usize) -> Result<u32> {
        let sum = &file.state().sum;
        let value = u32::try_from(value)?;
        Ok(sum.fetch_add(value, Ordering::Relaxed).wrapping_add(value))
    }

    fn reverse(&self, file: &SumFile<'_>, request: chard_selftest_reverse) -> Result<u32> {
        let length = usize::try_from(request.length)?;
        if length > 4096 {
            return Err(EINVAL);
        }
        let mut bytes = Vec::try_zeroed(length)?;
        file.user_buffer(request.from, length)
            .reader()
            .read_exact(&mut bytes)?;
        bytes.reverse();
        file.user_buffer(request.to, length)
            .writer()
            .write_all(&bytes)?;
        Ok(u32::try_from(length)?)
    }

    fn flags(&self, file: &SumFile<'_>) -> Result<u32> {
        let mut flags = 0;
        if file.readable() {
            flags |= CHARD_SELFTEST_READABLE;
        }
        if file.writable() {
            flags |= CHARD_SELFTEST_WRITABLE;
        }
        if file.nonblock() {
            flags |= CHARD_SELFTEST_NONBLOCK;
        }
        Ok(flags)
    }

    fn lock(&self, file: &SumFile<'_>) -> Result {
        *self.lock.lock(file)? += 1;
        Ok(())
    }

    fn lock_twice(&self, file: &SumFile<'_>) -> Result {
        let _first = self.lock.lock(file)?;
        self.lock(file)
    }

    fn forget(&self, file: &SumFile<'_>) -> Result {
        mem::forget(self.lock.lock(file)?);
        Ok(())
    }

    fn mend(&self, file: &SumFile<'_>) -> Result {
        self.lock.clear_poison(file, 0)?;
        self.boxes.clear_poison(file, Vec::new())?;
        Ok(())
    }

    fn forget_drop(&self, file: &SumFile<'_>) -> Result {
        let own = Mutex::new(lock_class!(c"selftest own"), 0)?;
        mem::forget(own.lock(file)?);
        Ok(())
    }

    fn leak(&self, _file: &SumFile<'_>) -> Result {
        // Seen by nobody, it would not even be allocated.
        core::hint::black_box(Box::leak(try_box(0_u64)?));
        Ok(())
    }

    fn print(&self, file: &SumFile<'_>) -> Result {
        pr_info!("a line with a number, {}", 42);
        pr_notice!("{:a>300}|{:b>300}|", "", "");
        dev_warn!(file, "a line of the device's");
        Ok(())
    }

    fn debug(&self, file: &SumFile<'_>) -> Result {
        pr_debug!("the driver's, for debugging: {}", 7);
        dev_debug!(file, "the device's, for debugging: {}", 8);
        pr_info_once!("comes once");
        dev_debug_once!(file, "comes once while it is on");
        pr_debug_ratelimited!("is limited while it is on: {}", 9);
        for number in 0..50 {
            dev_info_ratelimited!(file, "is limited: {number}");
        }
        Ok(())
    }

    fn dump(&self, _file: &SumFile<'_>) -> Result {
        chard::print::dump_stack();
        Ok(())
    }

    #[allow(clippy::unnecessary_literal_unwrap)] // the mistake is the purpose
    fn panic(&self, file: &SumFile<'_>, value: usize) -> Result {
        let Ok(how) = u32::try_from(value) else {
            return Err(EINVAL);
        };
        match how {
            CHARD_SELFTEST_PANIC_EXPLICIT => panic!("asked to, by {}", how),
            CHARD_SELFTEST_PANIC_BOUNDS => pr_info!("{}", [1, 2, 3][value + 8]),
            CHARD_SELFTEST_PANIC_OVERFLOW => pr_info!("{}", usize::MAX - 1 + value),
            CHARD_SELFTEST_PANIC_UNWRAP => Err::<(), Errno>(EIO).unwrap(),
            CHARD_SELFTEST_PANIC_DIVIDE => {
                pr_info!("{}", 1 / (value - CHARD_SELFTEST_PANIC_DIVIDE as usize))
            }
            CHARD_SELFTEST_PANIC_MESSAGE => panic!("{}", NoMessage),
            CHARD_SELFTEST_PANIC_DROP => drop(NoEnd),
            CHARD_SELFTEST_PANIC_HOLDING => {
                let _guard = self.lock.lock(file)?;
                panic!("holds the lock");
            }
            CHARD_SELFTEST_PANIC_LONG => {
                panic!("two\nlines, {}", str::from_utf8(&LONG).map_err(|_| EINVAL)?)
            }
            _ => return Err(EINVAL),
        }
        Ok(())
    }

    fn alloc(&self, _file: &SumFile<'_>, size: usize) -> Result {
        // Seen by nobody, it would not even be allocated.
        core::hint::black_box(Vec::<u8>::try_zeroed(size)?);
        Ok(())
    }

    fn give_back(&self, _file: &SumFile<'_>, value: usize) -> Result<u32> {
        Ok(value as u32)
    }

    fn remove(&self, file: &SumFile<'_>, value: usize) -> Result {
        match u32::try_from(value)? {
            CHARD_SELFTEST_REMOVE_NOW => file.remove_device(),
            CHARD_SELFTEST_REMOVE_LOCKED => {
                let _lock = self.lock.lock(file)?;
                file.remove_device();
            }
            when @ (CHARD_SELFTEST_REMOVE_OPEN | CHARD_SELFTEST_REMOVE_RELEASE) => {
                self.remove_at.store(when, Ordering::Relaxed);
            }
            _ => return Err(EINVAL),
        }
        Ok(())
    }

    fn panic_locked(&self, file: &SumFile<'_>) -> Result {
        let mut count = self.lock.lock(file)?;
        let mut boxes = self.boxes.lock(file)?;
        *count += 1;
        while boxes.len() < 8 {
            let value = u32::try_from(8 - boxes.len())?;
            boxes.try_push(try_box(value)?)?;
        }
        // Downwards: the last is on its way to the front, and its place is
        // taken by the one before it.
        boxes.sort_unstable_by(|a, b| {
            if **a == 1 && **b == 4 || **a == 4 && **b == 1 {
                panic!("half sorted");
            }
            a.cmp(b)
        });
        Ok(())
    }

    fn start(&self, file: &SumFile<'_>, value: usize) -> Result {
        const SOON: Duration = Duration::from_millis(10);
        match u32::try_from(value)? {
            CHARD_SELFTEST_TIMER => self.timer.start(file, SOON),
            CHARD_SELFTEST_WORK => self.work.start(file, Duration::ZERO),
            CHARD_SELFTEST_LATER => self.later.start(file, SOON),
            CHARD_SELFTEST_THREAD => self.thread.start(file),
            _ => Err(EINVAL),
        }
    }

    fn came(&self, _file: &SumFile<'_>, value: usize) -> Result<u32> {
        let came = self.came.get(value).ok_or(EINVAL)?;
        Ok(came.load(Ordering::Relaxed))
    }

    fn flushes(&self, file: &SumFile<'_>) -> Result<u32> {
        Ok(file.state().flushes.load(Ordering::Relaxed))
    }

    fn arm(&self, _file: &SumFile<'_>, value: usize) -> Result {
        self.armed.store(u32::try_from(value)?, Ordering::Relaxed);
        Ok(())
    }
}

chard::handler!(Selftest);
