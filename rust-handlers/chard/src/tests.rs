// SPDX-License-Identifier: GPL-2.0
//! What calls share, by several threads over the stand-in.

use core::mem;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Barrier;
use std::thread;

use crate::host;
use crate::prelude::*;

const ROUNDS: u64 = 2000;

/// Runs `each` in `threads` threads at once, in a call each.
fn at_once(threads: u64, each: impl Fn(u64, &Call) -> Result + Sync) {
    let begin = Barrier::new(threads as usize);
    thread::scope(|scope| {
        for number in 0..threads {
            let (each, begin) = (&each, &begin);
            scope.spawn(move || {
                begin.wait();
                host::call(|call| each(number, call)).unwrap();
            });
        }
    });
}

#[test]
fn readers_see_what_a_writer_has_finished() {
    let sleeping = RwSem::new(lock_class!(c"test"), [0_u64; 2]).unwrap();
    let spinning = RwLock::new(lock_class!(c"test"), [0_u64; 2]).unwrap();
    at_once(4, |number, call| {
        for _ in 0..ROUNDS {
            if number < 2 {
                sleeping.write(call)?.iter_mut().for_each(|half| *half += 1);
                spinning.write_with(call, |both, _| both.iter_mut().for_each(|half| *half += 1))?;
            } else {
                let both = sleeping.read(call)?;
                assert_eq!(both[0], both[1]);
                spinning.read_with(call, |both, _| assert_eq!(both[0], both[1]))?;
            }
        }
        Ok(())
    });
    host::call(|call| {
        assert_eq!(*sleeping.read(call)?, [2 * ROUNDS; 2]);
        assert_eq!(*spinning.read(call)?, [2 * ROUNDS; 2]);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_call_shares_a_lock_once_and_eight_at_most() {
    let locks: std::vec::Vec<_> = (0..9)
        .map(|_| RwSem::new(lock_class!(c"test"), 0).unwrap())
        .collect();
    host::call(|call| {
        let mut guards: std::vec::Vec<_> = locks[..8]
            .iter()
            .map(|lock| lock.read(call).unwrap())
            .collect();
        assert_eq!(locks[8].read(call).err(), Some(crate::LockError::TooMany));
        assert_eq!(locks[0].read(call).err(), Some(crate::LockError::Deadlock));
        assert_eq!(locks[0].write(call).err(), Some(crate::LockError::Deadlock));
        // A slot that is given back serves again, whichever it was.
        drop(guards.remove(3));
        let last = locks[8].read(call)?;
        drop(last);
        drop(locks[3].write(call)?);
        let own = locks[3].write(call)?;
        assert_eq!(locks[3].read(call).err(), Some(crate::LockError::Deadlock));
        drop(own);
        Ok(())
    })
    .unwrap();
}

#[test]
fn what_must_not_sleep_does_not() {
    let lock = RwSem::new(lock_class!(c"test"), 0).unwrap();
    let fast = RwLock::new(lock_class!(c"test"), 0).unwrap();
    let mutex = Mutex::new(lock_class!(c"test"), 0).unwrap();
    let value = Rcu::new(try_box(0).unwrap());
    host::call(|call| {
        let section = value.read(call)?;
        assert_eq!(lock.read(call).map(|_| ()), Err(crate::LockError::Deadlock));
        assert_eq!(
            mutex.lock(call).map(|_| ()),
            Err(crate::LockError::Deadlock)
        );
        let new = try_box(1)?;
        assert_eq!(
            value.replace(call, new).err(),
            Some(crate::LockError::Deadlock)
        );
        drop(section);
        let reader = fast.read(call)?;
        assert_eq!(
            lock.write(call).map(|_| ()),
            Err(crate::LockError::Deadlock)
        );
        drop(reader);
        assert_eq!(*value.replace(call, try_box(2)?)?, 0);
        host::nowait(call);
        assert_eq!(
            value.replace(call, try_box(3)?).err(),
            Some(crate::LockError::WouldSleep)
        );
        let _mine = lock.write(call)?;
        thread::scope(|scope| {
            scope.spawn(|| {
                host::call(|other| {
                    host::nowait(other);
                    assert_eq!(lock.read(other).err(), Some(crate::LockError::WouldSleep));
                    assert_eq!(lock.write(other).err(), Some(crate::LockError::WouldSleep));
                    Ok(())
                })
                .unwrap();
            });
        });
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_guard_that_is_forgotten_ends_with_its_call() {
    let lock = RwSem::new(lock_class!(c"test"), 1).unwrap();
    let value = Rcu::new(try_box(1).unwrap());
    host::call(|call| {
        mem::forget(lock.read(call)?);
        mem::forget(value.read(call)?);
        Ok(())
    })
    .unwrap();
    host::call(|call| {
        // A reader poisons nothing; a writer does.
        *lock.write(call)? = 2;
        value.replace(call, try_box(2)?)?;
        mem::forget(lock.write(call)?);
        Ok(())
    })
    .unwrap();
    host::call(|call| {
        assert_eq!(lock.read(call).err(), Some(crate::LockError::Poisoned));
        lock.clear_poison(call, 3)?;
        assert_eq!(*lock.read(call)?, 3);
        Ok(())
    })
    .unwrap();
}

/// A value that says when it is dropped.
struct Alive<'a>(AtomicU64, &'a AtomicU64);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
        self.1.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn nobody_reads_what_was_replaced() {
    let alive = AtomicU64::new(0);
    let new = |number| {
        alive.fetch_add(1, Ordering::Relaxed);
        try_box(Alive(AtomicU64::new(number), &alive)).unwrap()
    };
    let value = Rcu::new(new(0));
    at_once(4, |number, call| {
        for round in 0..ROUNDS {
            if number < 2 {
                value.replace(call, new(round))?;
            } else {
                value.read_with(call, |value, _| {
                    for _ in 0..4 {
                        assert_ne!(value.0.load(Ordering::Relaxed), u64::MAX);
                        thread::yield_now();
                    }
                })?;
            }
        }
        Ok(())
    });
    assert_eq!(alive.load(Ordering::Relaxed), 1);
    drop(value);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn each_completion_lets_one_go() {
    let mut done = None;
    host::call(|call| {
        done = Some(Completion::new(call, lock_class!(c"test"))?);
        Ok(())
    })
    .unwrap();
    let done = done.unwrap();
    let went = PerCpuCounter::new().unwrap();
    at_once(4, |number, call| {
        for _ in 0..ROUNDS {
            if number < 2 {
                done.complete(call);
            } else {
                done.wait(call)?;
                went.add(1);
            }
        }
        Ok(())
    });
    assert!(!done.try_wait());
    assert_eq!(went.sum(), 2 * ROUNDS as i64);
}
