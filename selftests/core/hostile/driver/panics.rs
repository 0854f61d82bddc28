// SPDX-License-Identifier: GPL-2.0
//! Panics where a value is half made, half changed or half dropped.

use core::cmp;
use core::fmt;

use super::reenters::Locker;
use super::*;

/// Panics when it is compared, cloned or shown behind so many times.
struct Fuse<'a>(&'a AtomicU32, u32);

impl Fuse<'_> {
    fn burn(&self) {
        let left = self.0.fetch_sub(1, Ordering::Relaxed);
        assert!(left != 0, "a fuse has burnt");
    }
}

impl Clone for Fuse<'_> {
    fn clone(&self) -> Self {
        self.burn();
        Fuse(self.0, self.1)
    }
}

impl PartialEq for Fuse<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.burn();
        self.1 == other.1
    }
}

impl Eq for Fuse<'_> {}

impl PartialOrd for Fuse<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fuse<'_> {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.burn();
        self.1.cmp(&other.1)
    }
}

impl fmt::Display for Fuse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.burn();
        write!(f, "{}", self.1)
    }
}

/// So many, in a lock that the call holds.
fn fuses(left: &AtomicU32) -> Result<Vec<Fuse<'_>>> {
    Vec::try_from_fn(64, |number| {
        Ok(Fuse(left, (number as u32).wrapping_mul(37) % 64))
    })
}

#[repr(align(64))]
struct Aligned([u64; 8]);

#[inline(never)]
fn panic_behind(depth: u32) -> u32 {
    let place = core::hint::black_box([depth; 4]);
    assert!(depth != 0, "the bottom is reached");
    panic_behind(depth - 1) + core::hint::black_box(place)[0]
}

impl Hostile {
    /// With the lock held whose value is replaced.
    pub fn panic_in_drop_of_value(&self, file: &Opened<'_>) -> Result {
        let bombs = Mutex::new(lock_class!(c"hostile bombs"), Bomb::new(true))?;
        let mut bomb = bombs.lock(file)?;
        let _mutex = self.mutex.lock(file)?;
        *bomb = Bomb::new(false);
        Ok(())
    }

    /// The third of a list, while all are dropped.
    pub fn panic_in_drop_of_element(&self, file: &Opened<'_>) -> Result {
        let mut list = List::new();
        let mut tree = TreeMap::new();
        for number in 0..5 {
            list.try_push_back(try_box(Bomb::new(number == 2))?)?;
            tree.try_insert(number, try_box(Bomb::new(false))?)?;
        }
        let _mutex = self.mutex.lock(file)?;
        tree.clear();
        list.clear();
        Ok(())
    }

    /// When the file is closed.
    pub fn panic_in_drop_of_file(&self, file: &Opened<'_>) -> Result {
        file.state().set();
        Ok(())
    }

    /// When the device ends.
    pub fn panic_in_drop_of_device(&self, _file: &Opened<'_>) -> Result {
        self.bomb.set();
        Ok(())
    }

    pub fn panic_in_message(&self, file: &Opened<'_>) -> Result {
        let left = AtomicU32::new(0);
        let _mutex = self.mutex.lock(file)?;
        panic!("a message: {}", Fuse(&left, 1));
    }

    pub fn panic_message_takes_lock(&self, file: &Opened<'_>) -> Result {
        let _spin = self.spin.lock(file)?;
        panic!(
            "taken: {} {}",
            Locker(&self.mutex, file),
            Locker(&self.other, file)
        );
    }

    pub fn panic_in_try_from_fn(&self, _file: &Opened<'_>) -> Result {
        let made: Vec<Box<usize>> = Vec::try_from_fn(9, |index| {
            assert!(index != 5, "the sixth is not made");
            try_box(index)
        })?;
        check(made.is_empty())
    }

    pub fn panic_in_try_box_array(&self, file: &Opened<'_>) -> Result {
        let made = try_box_array::<Mutex<u32>, 9>(|index| {
            assert!(index != 5, "the sixth lock is not made");
            let made = Mutex::new(lock_class!(c"hostile array"), 0)?;
            mem::forget(made.try_lock(file)?);
            Ok(made)
        })?;
        check(made.is_empty())
    }

    /// It leaves one element twice, which nobody may see.
    pub fn panic_in_sort(&self, file: &Opened<'_>) -> Result {
        let left = AtomicU32::new(1000);
        let fuses = Mutex::new(lock_class!(c"hostile sort"), fuses(&left)?)?;
        let mut fuses = fuses.lock(file)?;
        left.store(100, Ordering::Relaxed);
        let _mutex = self.mutex.lock(file)?;
        fuses.sort_unstable();
        Ok(())
    }

    pub fn panic_in_ord(&self, file: &Opened<'_>) -> Result {
        let left = AtomicU32::new(9);
        let tree = Mutex::new(lock_class!(c"hostile tree"), TreeMap::new())?;
        let mut tree = tree.lock(file)?;
        let _rwlock = self.rwlock.write(file)?;
        for number in 0..64 {
            tree.try_insert(Fuse(&left, number), number)?;
        }
        Ok(())
    }

    pub fn panic_in_eq(&self, file: &Opened<'_>) -> Result {
        let left = AtomicU32::new(9);
        let mut fuses = fuses(&left)?;
        let _rwsem = self.rwsem.write(file)?;
        fuses.dedup();
        Ok(())
    }

    pub fn panic_in_clone(&self, file: &Opened<'_>) -> Result {
        let left = AtomicU32::new(9);
        let mut fuses = fuses(&left)?;
        let _mutex = self.mutex.lock(file)?;
        fuses.fill(Fuse(&left, 7));
        Ok(())
    }

    pub fn panic_in_with(&self, file: &Opened<'_>) -> Result {
        let second = &self.second;
        self.spin.with(file, |value, call| {
            second.with(call, |other, _| {
                mem::swap(value, other);
                assert!(*value != *other, "both locks have the same");
            })
        })??;
        Ok(())
    }

    pub fn panic_in_rcu(&self, file: &Opened<'_>) -> Result {
        let _outer = self.rcu.read(file)?;
        self.rcu.read_with(file, |value, _| {
            assert!(*value != SOUND, "it is read");
        })?;
        Ok(())
    }

    pub fn panic_in_retain(&self, file: &Opened<'_>) -> Result {
        let boxes = Vec::try_from_fn(9, |index| try_box(index))?;
        let boxes = Mutex::new(lock_class!(c"hostile boxes"), boxes)?;
        let mut boxes = boxes.lock(file)?;
        let _mutex = self.mutex.lock(file)?;
        boxes.retain(|index| {
            assert!(**index != 5, "the sixth is not kept");
            **index % 2 == 0
        });
        Ok(())
    }

    /// With its place in the queue, a lock and a second wait refused.
    pub fn panic_in_wait(&self, file: &Opened<'_>) -> Result {
        let mutex = self.mutex.lock(file)?;
        let mut asked = 0;
        self.queue.wait_for(file, || {
            asked += 1;
            self.queue.wake(&**file, Ready::IN);
            assert!(asked < 3, "asked three times");
            (*mutex != SOUND).then_some(())
        })
    }

    pub fn panic_with_all_held(&self, file: &Opened<'_>) -> Result {
        let _mutex = self.mutex.lock(file)?;
        let _rwsem = self.rwsem.read(file)?;
        let other = self.other.lock(file)?;
        let spin = self.spin.lock(file)?;
        let _rwlock = self.rwlock.read(file)?;
        let _value = self.rcu.read(file)?;
        drop(other);
        let guards = [Some(spin), Some(self.second.lock(file)?), None];
        let third = core::hint::black_box(&guards)[2].as_ref();
        check(**third.expect("there is no third guard") == SOUND)
    }

    /// The frames are aligned to more than a word.
    pub fn panic_in_aligned_frame(&self, file: &Opened<'_>) -> Result {
        let mut aligned = Aligned([1; 8]);
        let place = core::hint::black_box(&mut aligned);
        let _mutex = self.mutex.lock(file)?;
        let index = place.0.iter().sum::<u64>() as usize;
        place.0[index] = 1;
        check(place.0[0] == 1)
    }

    pub fn panic_in_recursion(&self, file: &Opened<'_>) -> Result {
        let _mutex = self.mutex.lock(file)?;
        check(panic_behind(60) == 0)
    }

    /// A guard lies in another lock's value when its call ends.
    pub fn panic_in_guard_within_lock(&self, file: &Opened<'_>) -> Result {
        let outer = Mutex::new(lock_class!(c"hostile guards"), None)?;
        let mut place = outer.lock(file)?;
        *place = Some(self.spin.lock(file)?);
        drop(place);
        check(outer.lock(file).is_err())?;
        panic!("with a guard in a lock");
    }
}
