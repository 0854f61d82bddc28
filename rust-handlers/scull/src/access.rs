// SPDX-License-Identifier: GPL-2.0
//! Which users may open a device: the second half of the book's chapter 6.

use core::sync::atomic::{AtomicU32, Ordering};

use chard::prelude::*;

use crate::store::Store;

/// What a [`Gate`] goes by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// One file at a time, else `EBUSY`: scullsingle.
    Single,
    /// The files of one user at a time, else `EBUSY`: sculluid.
    User,
    /// The same, but the others wait: scullwuid.
    UserWaits,
}

/// Admits the users that may open a device.
///
/// Its numbers change with the lock held, but for a release that does not get the
/// lock any more, behind a panic. So they are good whatever became of the lock, and
/// not within it.
pub struct Gate {
    rule: Rule,
    lock: Mutex<()>,
    files: AtomicU32,
    owner: AtomicU32,
    /// Opens that wait for the last file of another user.
    openers: WaitQueue,
}

impl Gate {
    /// One that nobody is behind.
    pub fn new(call: &Call, rule: Rule) -> Result<Self> {
        Ok(Gate {
            rule,
            lock: Mutex::new(lock_class!(c"scull gate"), ())?,
            files: AtomicU32::new(0),
            owner: AtomicU32::new(0),
            openers: WaitQueue::new(call, lock_class!(c"scull openers"))?,
        })
    }

    fn admits(&self, call: &Call) -> bool {
        if self.files.load(Ordering::Relaxed) == 0 {
            return true;
        }
        let owner = self.owner.load(Ordering::Relaxed);
        let caller = call.credentials();
        // A user that has changed to another (su) can still use what was opened
        // before. Asking for a capability comes last: it is noted as used.
        self.rule != Rule::Single
            && (owner == caller.uid
                || owner == caller.euid
                || call.capable(Capability::DAC_OVERRIDE))
    }

    /// Counts the file in once it may be opened and `then`, with the lock held, has
    /// done the rest of it. The owner is the user of the first open.
    pub fn enter(&self, file: &File<'_>, then: impl FnOnce() -> Result) -> Result {
        let mut lock = self.lock.lock(file)?;
        while !self.admits(file) {
            if self.rule != Rule::UserWaits {
                return Err(EBUSY);
            }
            if file.nonblock() {
                return Err(EAGAIN);
            }
            drop(lock);
            self.openers
                .wait_for(file, || self.admits(file).then_some(()))?;
            lock = self.lock.lock(file)?;
        }
        then()?;
        if self.files.load(Ordering::Relaxed) == 0 {
            self.owner.store(file.credentials().uid, Ordering::Relaxed);
        }
        self.files.fetch_add(1, Ordering::Relaxed);
        drop(lock);
        Ok(())
    }

    /// A file is closed; behind the last one others may come. Without the lock: a close
    /// can not be killed, and an open that has it may wait for a caller that is stalled.
    pub fn leave(&self, call: &Call) {
        if self.files.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.openers.wake(call, Ready::NONE);
        }
    }

    /// After a panic; open files stay open.
    pub fn reset(&self, call: &Call) -> Result {
        self.lock.clear_poison(call, ())?;
        Ok(())
    }
}

/// scullpriv: memory for each terminal, which stays until the module goes.
pub struct Private(Mutex<TreeMap<u32, Arc<Store>>>);

impl Private {
    /// None yet.
    pub fn new() -> Result<Self> {
        let stores = Mutex::new(lock_class!(c"scull terminals"), TreeMap::new())?;
        Ok(Private(stores))
    }

    /// That of the caller's controlling terminal; `EINVAL` where there is none.
    pub fn store(&self, call: &Call) -> Result<Arc<Store>> {
        let terminal = call.tty().map_err(|_| EINVAL)?;
        let mut stores = self.0.lock(call)?;
        if let Some(store) = stores.get(&terminal) {
            return Ok(Arc::clone(store));
        }
        let store = Store::new()?;
        stores.try_insert(terminal, Arc::clone(&store))?;
        Ok(store)
    }

    /// Each terminal's number, and what it has.
    pub fn show(&self, call: &Call, text: &mut Text<'_>) -> Result {
        for (terminal, store) in self.0.lock(call)?.iter() {
            // As stat(1) shows a node's number.
            writeln!(text, "terminal {terminal:#x}")?;
            store.show(call, text)?;
        }
        Ok(())
    }

    /// Behind a panic: what was poisoned is empty.
    pub fn reset(&self, call: &Call) -> Result {
        self.0.clear_poison(call, TreeMap::new())?;
        for (_, store) in self.0.lock(call)?.iter() {
            store.reset(call)?;
        }
        Ok(())
    }
}
