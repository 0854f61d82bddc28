// SPDX-License-Identifier: GPL-2.0
//! What is done within itself, again and again, or in too many places at once.

use core::fmt;

use super::*;

/// Takes a lock when it is shown.
pub struct Locker<'a>(pub &'a Mutex<u32>, pub &'a Call);

impl fmt::Display for Locker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = self.0.lock(self.1);
        write!(f, "{:?}", taken.as_ref().err())?;
        mem::forget(taken);
        Ok(())
    }
}

/// How deep a call of itself goes, so that no compiler makes a loop of it.
#[inline(never)]
fn deeper(depth: u32, way: &mut [u32; 4]) -> u32 {
    way[depth as usize % 4] += 1;
    if depth == 0 {
        return way.iter().sum();
    }
    let deepest = deeper(depth - 1, way);
    core::hint::black_box(way)[0] -= 0;
    deepest
}

impl Hostile {
    pub fn lock_what_is_locked(&self, file: &Opened<'_>) -> Result {
        let deadlock = Some(chard::LockError::Deadlock);
        let _mutex = self.mutex.lock(file)?;
        check(self.mutex.lock(file).err() == deadlock)?;
        check(self.mutex.try_lock(file).err() == deadlock)?;
        check(self.mutex.clear_poison(file, 0).err() == deadlock)?;
        let _spin = self.spin.lock(file)?;
        check(self.spin.lock(file).err() == deadlock)?;
        check(self.spin.try_lock(file).err() == deadlock)?;
        check(self.spin.clear_poison(file, 0).err() == deadlock)
    }

    pub fn lock_within_with(&self, file: &Opened<'_>) -> Result {
        let (spin, rwlock) = (&self.spin, &self.rwlock);
        spin.with(file, |_, call| {
            check(spin.lock(call).is_err() && spin.with(call, |_, _| ()).is_err())?;
            // What is forgotten in here stays taken for the rest of the call.
            mem::forget(rwlock.read(call)?);
            Ok::<(), Errno>(())
        })??;
        check(rwlock.write(file).is_err() && self.mutex.lock(file).is_err())
    }

    pub fn share_twice(&self, file: &Opened<'_>) -> Result {
        let deadlock = Some(chard::LockError::Deadlock);
        let reader = self.rwsem.read(file)?;
        check(self.rwsem.read(file).err() == deadlock)?;
        check(self.rwsem.write(file).err() == deadlock)?;
        drop(reader);
        let _reader = self.rwlock.read(file)?;
        check(self.rwlock.read(file).err() == deadlock)?;
        check(self.rwlock.write(file).err() == deadlock)
    }

    pub fn wait_within_wait(&self, file: &Opened<'_>) -> Result {
        let inner = self.queue.wait_for_timeout(file, 50 * MILLISECOND, || {
            match self
                .queue
                .wait_for_timeout(file, MILLISECOND, || None::<()>)
            {
                Err(EDEADLK) => Some(self.queue.wait(self.mutex.lock(file).ok()?).err()),
                _ => None,
            }
        })?;
        check(inner == Some(EDEADLK) && *self.mutex.lock(file)? == SOUND)
    }

    pub fn wait_with_spinlock(&self, file: &Opened<'_>) -> Result {
        let _spin = self.spin.lock(file)?;
        check(self.queue.sleep(file, MILLISECOND) == Err(EDEADLK))?;
        let thread: Thread<Hostile> = Thread::new(file, COME)?;
        check(thread.start(file) == Err(EDEADLK))?;
        check(file.create_device(None) == Err(EDEADLK))?;
        check(file.remove_device_at(1) == Err(EDEADLK))?;
        check(file.uevent(&[]) == Err(EDEADLK))?;
        check(self.pages.set_size(file, 0) == Err(EDEADLK))
    }

    /// What is taken while the call looks whether to sleep, it holds when it would.
    pub fn lock_within_wait(&self, file: &Opened<'_>) -> Result {
        let (mut spin, mut rwlock, mut rcu) = (None, None, None);
        for kind in 0..3 {
            let mut looks = 0;
            let waited = self.queue.wait_for_timeout(file, MILLISECOND, || {
                looks += 1;
                // Once the call is in the queue.
                if looks == 2 {
                    match kind {
                        0 => spin = self.spin.lock(file).ok(),
                        1 => rwlock = self.rwlock.write(file).ok(),
                        _ => rcu = self.rcu.read(file).ok(),
                    }
                }
                None::<()>
            });
            check(waited == Err(EDEADLK) && looks == 2)?;
            check([spin.is_some(), rwlock.is_some(), rcu.is_some()][kind])?;
            (spin, rwlock, rcu) = (None, None, None);
        }
        Ok(())
    }

    pub fn replace_within_read(&self, file: &Opened<'_>) -> Result {
        let value = self.rcu.read(file)?;
        let refused = self.rcu.replace(file, try_box(1)?).err();
        check(refused == Some(chard::LockError::Deadlock) && *value == SOUND)
    }

    /// It would make the next one, on the same stack.
    pub fn create_within_new(&self, file: &Opened<'_>) -> Result {
        NEXT.store(CHARD_HOSTILE_IN_NEW, Ordering::Relaxed);
        // new() removes the device that it makes, which there is none of.
        let made = file.create_device(Some(7));
        NEXT.store(0, Ordering::Relaxed);
        check(made == Err(ENXIO))
    }

    /// Work makes a device whose number is the next, and starts itself, until none is free.
    pub fn create_by_work(&self, file: &Opened<'_>) -> Result {
        self.keep_work(file, MAKE_ANOTHER)
    }

    pub fn make_another(&self, call: &Call) -> Result {
        call.create_device(None)?;
        match self.work.lock(call)?.as_ref() {
            Some(work) => work.start(call, Duration::ZERO),
            None => Ok(()),
        }
    }

    /// It is not waited for: others may want the lock for their end.
    pub fn remove_with_lock_held(&self, file: &Opened<'_>) -> Result {
        file.create_device(Some(4))?;
        let _held = self.mutex.lock(file)?;
        file.remove_device_at(4)?;
        check(matches!(file.remove_device_at(4), Err(ENODEV | ENXIO)))
    }

    pub fn cancel_itself(&self, file: &Opened<'_>) -> Result {
        self.keep_timer(file, CANCEL_ITSELF)?;
        self.keep_work(file, CANCEL_ITSELF)
    }

    pub fn cancel_own_work(&self, call: &Call) -> Result {
        let this = self.work.lock(call)?.take().ok_or(EUCLEAN)?;
        check(this.cancel_sync(call) == Err(EDEADLK))
    }

    pub fn restart_itself(&self, file: &Opened<'_>) -> Result {
        self.keep_timer(file, RESTART_ITSELF)?;
        self.keep_work(file, RESTART_ITSELF)
    }

    pub fn restart_own_work(&self, call: &Call) -> Result {
        match self.work.lock(call)?.as_ref() {
            Some(work) => work.restart(call, MILLISECOND),
            None => Ok(()),
        }
    }

    /// A timer whose next time is now, each time.
    pub fn rearm_at_once(&self, file: &Opened<'_>) -> Result {
        self.keep_timer(file, AT_ONCE)
    }

    pub fn recurse(&self, _file: &Opened<'_>) -> Result {
        check(deeper(100, &mut [0; 4]) == 101)
    }

    /// Computes until it is told not to go on, or for eight seconds.
    pub fn loop_until_told(&self, file: &Opened<'_>) -> Result {
        let begin = Instant::<Monotonic>::now();
        while begin.elapsed() < Duration::from_secs(8) {
            if let Err(error) = file.check() {
                SEEN.store(error.number() as u32, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Waits for what does not come, in a queue that it wakes itself each time that it looks.
    pub fn wake_as_it_waits(&self, file: &Opened<'_>) -> Result {
        let begin = Instant::<Monotonic>::now();
        self.queue.wait_for(file, || {
            self.queue.wake(&**file, Ready::NONE);
            (begin.elapsed() > Duration::from_secs(4)).then_some(())
        })
    }

    /// Tried, since lockdep is right that locks of one class may wait for each other.
    ///
    /// The count of what keeps a task from sleeping has few bits.
    pub fn hold_many_spinlocks(&self, file: &Opened<'_>) -> Result {
        let locks: Vec<SpinLock<u32>> =
            Vec::try_from_fn(300, |_| Ok(SpinLock::new(lock_class!(c"hostile many"), 0)?))?;
        let mut held = 0;
        for lock in &locks {
            match lock.try_lock(file) {
                Ok(guard) => mem::forget(guard),
                Err(chard::LockError::TooMany) => break,
                Err(other) => return Err(other.into()),
            }
            held += 1;
        }
        check(held < 48 && self.mutex.lock(file).is_err())
    }

    pub fn hold_many_mutexes(&self, file: &Opened<'_>) -> Result {
        self.behind_many_mutexes(file, || Ok(()))
    }

    /// The memory at this address is a mapping of the device, whose fault holds as many again.
    pub fn hold_many_and_fault(&self, file: &Opened<'_>, address: usize) -> Result {
        self.behind_many_mutexes(file, || {
            file.user_buffer(address as u64, 1).writer().write_all(b"x")
        })
    }

    fn behind_many_mutexes(&self, file: &Opened<'_>, inside: impl FnOnce() -> Result) -> Result {
        let locks: Vec<Mutex<u32>> =
            Vec::try_from_fn(300, |_| Ok(Mutex::new(lock_class!(c"hostile more"), 0)?))?;
        let mut held: Vec<MutexGuard<'_, u32>> = Vec::new();
        for lock in &locks {
            match lock.try_lock(file) {
                Ok(guard) => held.try_push(guard)?,
                Err(chard::LockError::TooMany) => break,
                Err(other) => return Err(other.into()),
            }
        }
        inside()?;
        check(held.len() < 48)
    }

    /// A line of the log whose text takes the lock that is held, and forgets it.
    pub fn relock_in_message(&self, file: &Opened<'_>) -> Result {
        pr_info!("{}", Locker(&self.mutex, file));
        check(self.mutex.lock(file).is_err())?;
        dev_info!(
            &**file,
            "{} {}",
            Locker(&self.mutex, file),
            Locker(&self.other, file)
        );
        check(self.other.lock(file).is_err())
    }
}
