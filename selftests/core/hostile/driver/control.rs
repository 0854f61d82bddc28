// SPDX-License-Identifier: GPL-2.0
//! What the tests ask for beside the deeds themselves, and the table of these.

use super::*;

impl Hostile {
    /// Gives all that was poisoned new values, and drops what was kept.
    pub fn mend(&self, call: &Call) -> Result {
        self.mutex.clear_poison(call, SOUND)?;
        self.other.clear_poison(call, SOUND)?;
        self.spin.clear_poison(call, SOUND)?;
        self.second.clear_poison(call, SOUND)?;
        self.rwsem.clear_poison(call, SOUND)?;
        self.rwlock.clear_poison(call, SOUND)?;
        self.timer.clear_poison(call, None)?;
        self.work.clear_poison(call, None)?;
        self.thread.clear_poison(call, None)?;
        self.page.clear_poison(call, None)?;
        self.stock.clear_poison(call, Vec::new())?;
        self.pending.clear_poison(call, None)?;
        Ok(())
    }

    fn mend_all(&self, file: &Opened<'_>) -> Result {
        self.answers.store(0, Ordering::Relaxed);
        self.removes_in.store(0, Ordering::Relaxed);
        NEXT.store(0, Ordering::Relaxed);
        self.mend(file)?;
        drop(self.timer.lock(file)?.take());
        drop(self.work.lock(file)?.take());
        drop(self.thread.lock(file)?.take());
        drop(self.page.lock(file)?.take());
        drop(mem::take(&mut *self.stock.lock(file)?));
        drop(self.pending.lock(file)?.take());
        Ok(())
    }

    fn sound(&self, file: &Opened<'_>) -> Result {
        let mut sound = *self.mutex.lock(file)? == SOUND && *self.other.lock(file)? == SOUND;
        sound &= *self.spin.lock(file)? == SOUND && *self.second.lock(file)? == SOUND;
        sound &= *self.rwsem.write(file)? == SOUND && *self.rwlock.write(file)? == SOUND;
        sound &= *self.rwsem.read(file)? == SOUND && *self.rwlock.read(file)? == SOUND;
        let old = self.rcu.replace(file, try_box(SOUND)?)?;
        sound &= *old == SOUND && *self.rcu.read(file)? == SOUND;
        // What sleeps can be had: nothing is left that keeps interrupts off.
        self.queue.sleep(file, MILLISECOND)?;
        if sound { Ok(()) } else { Err(EUCLEAN) }
    }

    fn take_came(&self, _file: &Opened<'_>) -> Result<u32> {
        Ok(self.came.swap(0, Ordering::Relaxed))
    }

    fn remove_in(&self, file: &Opened<'_>, method: usize) -> Result {
        self.removes_in.store(method as u32, Ordering::Relaxed);
        match method as u32 {
            CHARD_HOSTILE_IN_IOCTL => self.act(file, CHARD_HOSTILE_IN_IOCTL),
            CHARD_HOSTILE_IN_WORK => self.keep_work(file, REMOVE),
            CHARD_HOSTILE_IN_THREAD => self.keep_thread(file, REMOVE),
            _ => Ok(()),
        }
    }

    fn next(&self, _file: &Opened<'_>, method: usize) -> Result {
        NEXT.store(method as u32, Ordering::Relaxed);
        Ok(())
    }

    fn create(&self, file: &Opened<'_>, index: usize) -> Result<u32> {
        file.create_device(Some(index as u32))
    }

    fn remove(&self, file: &Opened<'_>, index: usize) -> Result {
        file.remove_device_at(index as u32)
    }

    fn answer(&self, file: &Opened<'_>, what: usize) -> Result {
        if what as u32 == CHARD_HOSTILE_ANSWERS_STOCK {
            *self.stock.lock(file)? = Vec::try_from_fn(1000, |_| self.pages.page(file, 0))?;
            self.pages.punch(file, 0..u64::MAX)?;
            self.came.store(0, Ordering::Relaxed);
        }
        self.answers.store(what as u32, Ordering::Relaxed);
        Ok(())
    }

    fn seen(&self, _file: &Opened<'_>) -> Result<u32> {
        Ok(SEEN.swap(0, Ordering::Relaxed))
    }

    /// Answers a command that was kept, a second time; the work of another call does so.
    pub fn answer_kept(&self, call: &Call) -> Result {
        let Some(pending) = self.pending.lock(call)?.take() else {
            return Ok(());
        };
        let over = pending.is_over();
        if pending.answer(Ok(9)) == over {
            return Err(EUCLEAN);
        }
        Ok(())
    }
}

chard::ioctls! { Hostile:
    CHARD_HOSTILE_MEND => mend_all();
    CHARD_HOSTILE_SOUND => sound();
    CHARD_HOSTILE_CAME => take_came() -> value;
    CHARD_HOSTILE_REMOVE_IN => remove_in(value);
    CHARD_HOSTILE_NEXT => next(value);
    CHARD_HOSTILE_CREATE => create(value) -> value;
    CHARD_HOSTILE_REMOVE => remove(value);
    CHARD_HOSTILE_ANSWER => answer(value);
    CHARD_HOSTILE_SEEN => seen() -> value;

    CHARD_HOSTILE_FORGET_MUTEX_GUARD => forget_mutex_guard();
    CHARD_HOSTILE_FORGET_TRY_GUARD => forget_try_guard();
    CHARD_HOSTILE_FORGET_SPIN_GUARD => forget_spin_guard();
    CHARD_HOSTILE_FORGET_RWSEM_READER => forget_rwsem_reader();
    CHARD_HOSTILE_FORGET_RWSEM_WRITER => forget_rwsem_writer();
    CHARD_HOSTILE_FORGET_RWLOCK_READER => forget_rwlock_reader();
    CHARD_HOSTILE_FORGET_RWLOCK_WRITER => forget_rwlock_writer();
    CHARD_HOSTILE_FORGET_RCU_GUARD => forget_rcu_guard();
    CHARD_HOSTILE_FORGET_EVERY_SLOT => forget_every_slot();
    CHARD_HOSTILE_LEAK_GUARD => leak_guard();
    CHARD_HOSTILE_FORGET_ARMED_TIMER => forget_armed_timer();
    CHARD_HOSTILE_FORGET_QUEUED_WORK => forget_queued_work();
    CHARD_HOSTILE_FORGET_RUNNING_THREAD => forget_running_thread();
    CHARD_HOSTILE_FORGET_QUEUE => forget_queue();
    CHARD_HOSTILE_FORGET_PAGES => forget_pages();
    CHARD_HOSTILE_FORGET_PAGE_OFTEN => forget_page_often();
    CHARD_HOSTILE_FORGET_TRANSFERS => forget_transfers();
    CHARD_HOSTILE_FORGET_OWNERS => forget_owners();
    CHARD_HOSTILE_FORGET_DRAIN => forget_drain();
    CHARD_HOSTILE_FORGET_ITERATORS => forget_iterators();

    CHARD_HOSTILE_DROP_IN_ORDER_OF_TAKING => drop_in_order_of_taking();
    CHARD_HOSTILE_DROP_MUTEX_GIVEN_BACK_LATE => drop_mutex_given_back_late();
    CHARD_HOSTILE_DROP_LOCK_WHOSE_GUARD_IS_FORGOTTEN => drop_lock_whose_guard_is_forgotten();
    CHARD_HOSTILE_DROP_UNDER_SPINLOCK => drop_under_spinlock();
    CHARD_HOSTILE_DROP_TIMER_IN_ITSELF => drop_timer_in_itself();
    CHARD_HOSTILE_DROP_WORK_IN_ITSELF => drop_work_in_itself();
    CHARD_HOSTILE_DROP_THREAD_IN_ITSELF => drop_thread_in_itself();
    CHARD_HOSTILE_SWAP_GUARDS => swap_guards();
    CHARD_HOSTILE_SWAP_LOCKS_IN_A_LOCK => swap_locks_in_a_lock();
    CHARD_HOSTILE_TAKE_LOCK_OUT => take_lock_out();
    CHARD_HOSTILE_SWAP_TRANSFERS => swap_transfers();
    CHARD_HOSTILE_REPLACE_WHAT_IS_READ => replace_what_is_read();
    CHARD_HOSTILE_DROP_ARCS_IN_A_RING => drop_arcs_in_a_ring();
    CHARD_HOSTILE_DROP_TAKES_THE_LOCK => drop_takes_the_lock();

    CHARD_HOSTILE_PANIC_IN_DROP_OF_VALUE => panic_in_drop_of_value();
    CHARD_HOSTILE_PANIC_IN_DROP_OF_ELEMENT => panic_in_drop_of_element();
    CHARD_HOSTILE_PANIC_IN_DROP_OF_FILE => panic_in_drop_of_file();
    CHARD_HOSTILE_PANIC_IN_DROP_OF_DEVICE => panic_in_drop_of_device();
    CHARD_HOSTILE_PANIC_IN_MESSAGE => panic_in_message();
    CHARD_HOSTILE_PANIC_MESSAGE_TAKES_LOCK => panic_message_takes_lock();
    CHARD_HOSTILE_PANIC_IN_TRY_FROM_FN => panic_in_try_from_fn();
    CHARD_HOSTILE_PANIC_IN_TRY_BOX_ARRAY => panic_in_try_box_array();
    CHARD_HOSTILE_PANIC_IN_SORT => panic_in_sort();
    CHARD_HOSTILE_PANIC_IN_ORD => panic_in_ord();
    CHARD_HOSTILE_PANIC_IN_EQ => panic_in_eq();
    CHARD_HOSTILE_PANIC_IN_CLONE => panic_in_clone();
    CHARD_HOSTILE_PANIC_IN_WITH => panic_in_with();
    CHARD_HOSTILE_PANIC_IN_RCU => panic_in_rcu();
    CHARD_HOSTILE_PANIC_IN_RETAIN => panic_in_retain();
    CHARD_HOSTILE_PANIC_IN_WAIT => panic_in_wait();
    CHARD_HOSTILE_PANIC_WITH_ALL_HELD => panic_with_all_held();
    CHARD_HOSTILE_PANIC_IN_ALIGNED_FRAME => panic_in_aligned_frame();
    CHARD_HOSTILE_PANIC_IN_RECURSION => panic_in_recursion();
    CHARD_HOSTILE_PANIC_IN_GUARD_WITHIN_LOCK => panic_in_guard_within_lock();

    CHARD_HOSTILE_LOCK_WHAT_IS_LOCKED => lock_what_is_locked();
    CHARD_HOSTILE_LOCK_WITHIN_WITH => lock_within_with();
    CHARD_HOSTILE_SHARE_TWICE => share_twice();
    CHARD_HOSTILE_WAIT_WITHIN_WAIT => wait_within_wait();
    CHARD_HOSTILE_WAIT_WITH_SPINLOCK => wait_with_spinlock();
    CHARD_HOSTILE_LOCK_WITHIN_WAIT => lock_within_wait();
    CHARD_HOSTILE_REPLACE_WITHIN_READ => replace_within_read();
    CHARD_HOSTILE_CREATE_WITHIN_NEW => create_within_new();
    CHARD_HOSTILE_CREATE_BY_WORK => create_by_work();
    CHARD_HOSTILE_REMOVE_WITH_LOCK_HELD => remove_with_lock_held();
    CHARD_HOSTILE_CANCEL_ITSELF => cancel_itself();
    CHARD_HOSTILE_RESTART_ITSELF => restart_itself();
    CHARD_HOSTILE_REARM_AT_ONCE => rearm_at_once();
    CHARD_HOSTILE_RECURSE => recurse();
    CHARD_HOSTILE_LOOP_UNTIL_TOLD => loop_until_told();
    CHARD_HOSTILE_WAKE_AS_IT_WAITS => wake_as_it_waits();
    CHARD_HOSTILE_HOLD_MANY_SPINLOCKS => hold_many_spinlocks();
    CHARD_HOSTILE_HOLD_MANY_MUTEXES => hold_many_mutexes();
    CHARD_HOSTILE_RELOCK_IN_MESSAGE => relock_in_message();
    CHARD_HOSTILE_HOLD_MANY_AND_FAULT => hold_many_and_fault(value);

    CHARD_HOSTILE_ALLOCATE_TOO_MUCH => allocate_too_much();
    CHARD_HOSTILE_ALLOCATE_ALIGNED => allocate_aligned();
    CHARD_HOSTILE_ALLOCATE_NOTHING => allocate_nothing();
    CHARD_HOSTILE_PAGES_BEYOND_ALL => pages_beyond_all();
    CHARD_HOSTILE_TIMES_BEYOND_ALL => times_beyond_all();
    CHARD_HOSTILE_USER_MEMORY_BEYOND_ALL => user_memory_beyond_all();
    CHARD_HOSTILE_DEVICES_BEYOND_ALL => devices_beyond_all();
    CHARD_HOSTILE_UEVENT_TOO_LONG => uevent_too_long();
    CHARD_HOSTILE_UEVENT_WITHOUT_END => uevent_without_end();
    CHARD_HOSTILE_ANSWER_TOO_LARGE => answer_too_large() -> value;
    CHARD_HOSTILE_TREE_OF_LIARS => tree_of_liars();
    CHARD_HOSTILE_HANDLES_OF_ANOTHER_LIST => handles_of_another_list();
    CHARD_HOSTILE_ARG_OF_A_KERNEL_ADDRESS => arg_of_a_kernel_address();
    CHARD_HOSTILE_PRINT_ODD_TEXTS => print_odd_texts();
    CHARD_HOSTILE_PRINT_MANY_LINES => print_many_lines();
    CHARD_HOSTILE_POLL_MANY_QUEUES => poll_many_queues();
    CHARD_HOSTILE_RANDOM_NOTHING => random_nothing();
}
