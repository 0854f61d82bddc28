// SPDX-License-Identifier: GPL-2.0
//! Values that are forgotten, or leaked, in place of being dropped.

use super::*;

impl Hostile {
    pub fn forget_mutex_guard(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.mutex.lock(file)?);
        check(self.mutex.lock(file).err() == Some(chard::LockError::Deadlock))
    }

    pub fn forget_try_guard(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.mutex.try_lock(file)?);
        mem::forget(self.spin.try_lock(file)?);
        Ok(())
    }

    pub fn forget_spin_guard(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.spin.lock(file)?);
        check(self.mutex.lock(file).err() == Some(chard::LockError::Deadlock))
    }

    pub fn forget_rwsem_reader(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.rwsem.read(file)?);
        Ok(())
    }

    pub fn forget_rwsem_writer(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.rwsem.write(file)?);
        Ok(())
    }

    pub fn forget_rwlock_reader(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.rwlock.read(file)?);
        Ok(())
    }

    pub fn forget_rwlock_writer(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.rwlock.write(file)?);
        Ok(())
    }

    pub fn forget_rcu_guard(&self, file: &Opened<'_>) -> Result {
        mem::forget(self.rcu.read(file)?);
        let refused = self.rcu.replace(file, try_box(0)?).err();
        check(refused == Some(chard::LockError::Deadlock))
    }

    pub fn forget_every_slot(&self, file: &Opened<'_>) -> Result {
        for _ in 0..8 {
            mem::forget(self.rcu.read(file)?);
        }
        check(self.rcu.read(file).err() == Some(chard::LockError::TooMany))
    }

    /// The guard lies in memory that nobody gives back: the value is there for the call.
    pub fn leak_guard(&self, file: &Opened<'_>) -> Result {
        let value: &mut u32 = &mut **Box::leak(try_box(self.mutex.lock(file)?)?);
        *value = 0;
        let looked: &u32 = &**Box::leak(try_box(self.rcu.read(file)?)?);
        check(*looked == SOUND && *value == 0)?;
        *value = SOUND;
        Ok(())
    }

    pub fn forget_armed_timer(&self, file: &Opened<'_>) -> Result {
        let timer: Timer<Hostile> = Timer::new(file, COME)?;
        timer.start(&**file, MILLISECOND)?;
        mem::forget(timer);
        Ok(())
    }

    pub fn forget_queued_work(&self, file: &Opened<'_>) -> Result {
        let work: Work<Hostile> = Work::new(file, COME)?;
        work.start(&**file, MILLISECOND)?;
        mem::forget(work);
        Ok(())
    }

    /// It runs until its device goes.
    pub fn forget_running_thread(&self, file: &Opened<'_>) -> Result {
        let thread: Thread<Hostile> = Thread::new(file, UNTIL_CANCELLED)?;
        thread.start(file)?;
        mem::forget(thread);
        Ok(())
    }

    pub fn forget_queue(&self, file: &Opened<'_>) -> Result {
        mem::forget(WaitQueue::new(file, lock_class!(c"hostile forgotten"))?);
        mem::forget(Completion::new(file, lock_class!(c"hostile incomplete"))?);
        Ok(())
    }

    pub fn forget_pages(&self, file: &Opened<'_>) -> Result {
        let pages = Pages::new(file, 8192)?;
        pages.store(file, 0, b"forgotten")?;
        mem::forget(pages);
        Ok(())
    }

    pub fn forget_page_often(&self, file: &Opened<'_>) -> Result {
        for _ in 0..100_000 {
            mem::forget(self.pages.page(file, 3)?);
        }
        self.pages.punch(file, 0..u64::MAX)
    }

    pub fn forget_transfers(&self, file: &Opened<'_>) -> Result {
        mem::forget(file.user_buffer(0, 16));
        mem::forget(file.user_buffer(0, 16).reader());
        mem::forget(file.user_buffer(0, 16).writer());
        check(file.user_buffer(0, 16).writer().put(1_u8) == Err(EFAULT))
    }

    /// Three that are counted at rmmod: a box, an `Arc` and a counter.
    pub fn forget_owners(&self, _file: &Opened<'_>) -> Result {
        mem::forget(try_box([1_u64; 8])?);
        let shared = try_arc(2_u32)?;
        mem::forget(Arc::clone(&shared));
        mem::forget(PerCpuCounter::new()?);
        Ok(())
    }

    /// A vector whose drain is forgotten is shorter, and whole.
    pub fn forget_drain(&self, _file: &Opened<'_>) -> Result {
        let mut numbers: Vec<u32> = Vec::new();
        numbers.try_extend(&[1, 2, 3, 4])?;
        mem::forget(numbers.drain(1..3));
        check(numbers.len() <= 2 && numbers.iter().all(|number| *number == 1))?;
        numbers.try_push(5)?;
        check(numbers.last() == Some(&5))
    }

    pub fn forget_iterators(&self, _file: &Opened<'_>) -> Result {
        let mut tree = TreeMap::new();
        let mut queue = VecDeque::new();
        let mut list = List::new();
        for number in 0..9_u32 {
            tree.try_insert(number, number)?;
            queue.try_push_back(number)?;
            list.try_push_back(number)?;
        }
        mem::forget(tree.iter());
        mem::forget(tree.range(2..));
        mem::forget(queue.iter());
        mem::forget(list.iter());
        check(tree.remove(&4) == Some(4) && queue.pop_front() == Some(0) && list.len() == 9)
    }
}
