// SPDX-License-Identifier: GPL-2.0
//! Values that are dropped, moved and exchanged when nobody expects it.

use super::*;

/// Each has the next one, and the last the first.
struct Ring {
    next: SpinLock<Option<Arc<Ring>>>,
}

/// Takes a lock when it is dropped, also if another call holds it.
struct Relocker<'a> {
    lock: &'a Mutex<u32>,
    call: &'a Call,
    refused: &'a AtomicU32,
}

impl Drop for Relocker<'_> {
    fn drop(&mut self) {
        if let Err(chard::LockError::Deadlock) = self.lock.lock(self.call) {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Hostile {
    /// Those first that were taken first, sleeping ones under spinning ones.
    pub fn drop_in_order_of_taking(&self, file: &Opened<'_>) -> Result {
        let mutex = self.mutex.lock(file)?;
        let rwsem = self.rwsem.write(file)?;
        let spin = self.spin.lock(file)?;
        let rwlock = self.rwlock.read(file)?;
        let second = self.second.lock(file)?;
        let value = self.rcu.read(file)?;
        drop(mutex);
        drop(rwsem);
        drop(spin);
        drop(rwlock);
        drop(second);
        drop(value);
        // Nothing keeps interrupts off any more, and the mutex is free.
        check(*self.mutex.lock(file)? == SOUND)
    }

    /// A mutex whose guard went under a spinlock is locked until that goes: and is dropped.
    pub fn drop_mutex_given_back_late(&self, file: &Opened<'_>) -> Result {
        let mutex = Mutex::new(lock_class!(c"hostile late"), try_box(1_u32)?)?;
        let guard = mutex.lock(file)?;
        let spin = self.spin.lock(file)?;
        drop(guard);
        drop(mutex);
        drop(spin);
        Ok(())
    }

    pub fn drop_lock_whose_guard_is_forgotten(&self, file: &Opened<'_>) -> Result {
        let mutex = Mutex::new(lock_class!(c"hostile dropped"), try_box(1_u32)?)?;
        let spin = SpinLock::new(lock_class!(c"hostile spun"), try_box(1_u32)?)?;
        let rwsem = RwSem::new(lock_class!(c"hostile shared"), try_box(1_u32)?)?;
        let rcu = Rcu::new(try_box(1_u32)?);
        mem::forget(mutex.lock(file)?);
        mem::forget(rwsem.read(file)?);
        mem::forget(spin.lock(file)?);
        mem::forget(rcu.read(file)?);
        drop((mutex, spin, rwsem, rcu));
        Ok(())
    }

    /// What may sleep as it ends, where nothing may.
    pub fn drop_under_spinlock(&self, file: &Opened<'_>) -> Result {
        let pages = Pages::new(file, 8192)?;
        pages.store(file, 0, b"gone")?;
        let page = pages.page(file, 0)?;
        let large: Box<[u64; 65536]> = try_box_zeroed()?;
        let counter = PerCpuCounter::new()?;
        let queue = WaitQueue::new(file, lock_class!(c"hostile queue"))?;
        let lock = Mutex::new(lock_class!(c"hostile inner"), 1_u32)?;
        let rcu = Rcu::new(try_box(1_u32)?);
        let timer: Timer<Hostile> = Timer::new(file, COME)?;
        let work: Work<Hostile> = Work::new(file, COME)?;
        let thread: Thread<Hostile> = Thread::new(file, UNTIL_CANCELLED)?;
        timer.start(&**file, MILLISECOND)?;
        work.start(&**file, MILLISECOND)?;
        thread.start(file)?;
        self.spin.with(file, |_, _| {
            drop((
                pages, page, large, counter, queue, lock, rcu, timer, work, thread,
            ));
        })?;
        Ok(())
    }

    pub fn drop_timer_in_itself(&self, file: &Opened<'_>) -> Result {
        self.keep_timer(file, DROP_ITSELF)
    }

    pub fn drop_work_in_itself(&self, file: &Opened<'_>) -> Result {
        self.keep_work(file, DROP_ITSELF)
    }

    pub fn drop_own_work(&self, call: &Call) -> Result {
        let this = self.work.lock(call)?.take();
        drop(this);
        // It was cancelled, and learns of it.
        check(call.check() == Err(ECANCELED))
    }

    pub fn drop_thread_in_itself(&self, file: &Opened<'_>) -> Result {
        self.keep_thread(file, DROP_ITSELF)
    }

    /// Each guard gives back what it points to, wherever it lies.
    pub fn swap_guards(&self, file: &Opened<'_>) -> Result {
        let mut first = self.mutex.lock(file)?;
        let mut second = self.other.lock(file)?;
        *second = 1;
        mem::swap(&mut first, &mut second);
        check(*first == 1 && *second == SOUND)?;
        *first = SOUND;
        drop(first);
        check(*self.other.lock(file)? == SOUND)?;
        check(self.mutex.lock(file).is_err())?;
        let mut spun = (self.spin.lock(file)?, self.second.lock(file)?);
        mem::swap(&mut spun.0, &mut spun.1);
        drop(spun.0);
        check(*spun.1 == SOUND)
    }

    /// Two locks, one of them held by a guard that was forgotten, exchange their places.
    pub fn swap_locks_in_a_lock(&self, file: &Opened<'_>) -> Result {
        let new = |value| Mutex::new(lock_class!(c"hostile swapped"), value);
        let outer = Mutex::new(lock_class!(c"hostile outer"), [new(1_u32)?, new(2)?])?;
        let mut locks = outer.lock(file)?;
        mem::forget(locks[0].lock(file)?);
        let [first, second] = &mut *locks;
        mem::swap(first, second);
        check(locks[1].lock(file).is_err() && *locks[0].try_lock(file)? == 2)?;
        check(*locks[1].get_mut()? == 1)
    }

    /// A lock that this call still holds, by a guard that is forgotten, is moved and opened.
    pub fn take_lock_out(&self, file: &Opened<'_>) -> Result {
        let mut place = Some(Mutex::new(lock_class!(c"hostile taken"), 1_u32)?);
        if let Some(lock) = &place {
            mem::forget(lock.lock(file)?);
        }
        let mut taken = place.take().ok_or(EUCLEAN)?;
        *taken.get_mut()? += 1;
        let kept = try_box(taken)?;
        check(kept.lock(file).is_err())
    }

    pub fn swap_transfers(&self, file: &Opened<'_>) -> Result {
        let mut first = file.user_buffer(0, 1).writer();
        let mut second = file.user_buffer(0, 2).writer();
        mem::swap(&mut first, &mut second);
        check(first.left() == 2 && second.left() == 1)?;
        let mut reader = file.user_buffer(0, 1).reader();
        let old = mem::replace(&mut reader, file.user_buffer(0, 9).reader());
        check(old.left() == 1 && reader.left() == 9)
    }

    /// The box that was read comes back to the one that replaces it, and is whole.
    pub fn replace_what_is_read(&self, file: &Opened<'_>) -> Result {
        for number in 0..8 {
            let old = self.rcu.replace(file, try_box(number)?)?;
            check(*old == if number == 0 { SOUND } else { number - 1 })?;
        }
        self.rcu.replace(file, try_box(SOUND)?).map(drop)?;
        Ok(())
    }

    /// Nobody drops them, since each has another: a leak, of two.
    pub fn drop_arcs_in_a_ring(&self, file: &Opened<'_>) -> Result {
        let new = || -> Result<Arc<Ring>> {
            let next = SpinLock::new(lock_class!(c"hostile ring"), None)?;
            try_arc(Ring { next })
        };
        let (first, second) = (new()?, new()?);
        *first.next.lock(file)? = Some(Arc::clone(&second));
        *second.next.lock(file)? = Some(Arc::clone(&first));
        Ok(())
    }

    /// Elements of a list, and a value under a lock, whose drops want a lock that is held.
    pub fn drop_takes_the_lock(&self, file: &Opened<'_>) -> Result {
        let refused = AtomicU32::new(0);
        let (lock, call) = (&self.mutex, &**file);
        let new = || Relocker {
            lock,
            call,
            refused: &refused,
        };
        let mut list = List::new();
        list.try_push_back(new())?;
        list.try_push_back(new())?;
        let inner = Mutex::new(lock_class!(c"hostile relocked"), new())?;
        let mut value = inner.lock(file)?;
        let held = self.mutex.lock(file)?;
        list.clear();
        *value = new();
        drop(held);
        let spin = self.spin.lock(file)?;
        *value = new();
        drop(spin);
        check(refused.load(Ordering::Relaxed) == 4)
    }
}
