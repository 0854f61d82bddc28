// SPDX-License-Identifier: GPL-2.0
//! A queue with two ends.

use crate::memory::alloc::{Vec, VecExt};
use crate::{Result, errno};

/// A queue with two ends, in a ring: `alloc`'s `VecDeque` does not exist where memory
/// is refused.
///
/// Each end takes and gives in constant time, but for when there must be more room:
/// then all elements move.
///
/// ```
/// use chard::prelude::*;
///
/// let mut line = VecDeque::new();
/// line.try_push_back("second")?;
/// line.try_push_back("third")?;
/// line.try_push_front("first")?;
/// assert_eq!(line.pop_front(), Some("first"));
/// assert!(line.iter().eq(&["second", "third"]));
/// # Ok::<(), Errno>(())
/// ```
pub struct VecDeque<T> {
    /// Those from `head` on, `len` of them, are there.
    ring: Vec<Option<T>>,
    head: usize,
    len: usize,
}

impl<T> VecDeque<T> {
    /// An empty one; needs no memory.
    pub const fn new() -> Self {
        Self {
            ring: Vec::new(),
            head: 0,
            len: 0,
        }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where in the ring the element `index` is; `index` is at most the ring's size.
    fn at(&self, index: usize) -> usize {
        let at = self.head + index;
        if at < self.ring.len() {
            at
        } else {
            at - self.ring.len()
        }
    }

    /// Makes room for `more` elements, so that adding so many needs no memory.
    pub fn try_reserve(&mut self, more: usize) -> Result {
        let wanted = self.len.checked_add(more).ok_or(errno::ENOMEM)?;
        if wanted <= self.ring.len() {
            return Ok(());
        }
        let size = wanted.max(self.ring.len().saturating_mul(2)).max(4);
        let mut ring = Vec::new();
        ring.try_reserve_exact(size)?;
        // From here on there is room, so nothing fails.
        let len = self.len;
        while let Some(element) = self.pop_front() {
            ring.try_push(Some(element))?;
        }
        while ring.len() < size {
            ring.try_push(None)?;
        }
        *self = Self { ring, head: 0, len };
        Ok(())
    }

    /// Adds an element behind the last.
    pub fn try_push_back(&mut self, element: T) -> Result {
        self.try_reserve(1)?;
        let at = self.at(self.len);
        self.ring[at] = Some(element);
        self.len += 1;
        Ok(())
    }

    /// Adds an element before the first.
    pub fn try_push_front(&mut self, element: T) -> Result {
        self.try_reserve(1)?;
        self.head = self.at(self.ring.len() - 1);
        self.ring[self.head] = Some(element);
        self.len += 1;
        Ok(())
    }

    /// Takes the first away.
    pub fn pop_front(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let at = self.head;
        self.head = self.at(1);
        self.ring[at].take()
    }

    /// Takes the last away.
    pub fn pop_back(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let at = self.at(self.len);
        self.ring[at].take()
    }

    /// The first.
    pub fn front(&self) -> Option<&T> {
        self.get(0)
    }

    /// The last.
    pub fn back(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// The element `index`, from the first, which is 0.
    pub fn get(&self, index: usize) -> Option<&T> {
        if index >= self.len {
            return None;
        }
        self.ring[self.at(index)].as_ref()
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        if index >= self.len {
            return None;
        }
        let at = self.at(index);
        self.ring[at].as_mut()
    }

    /// All, from the first on.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        (0..self.len).map(|index| self.ring[self.at(index)].as_ref().expect("within len"))
    }

    /// Drops all; the memory stays.
    pub fn clear(&mut self) {
        while self.pop_front().is_some() {}
    }
}

impl<T> Default for VecDeque<T> {
    fn default() -> Self {
        Self::new()
    }
}
