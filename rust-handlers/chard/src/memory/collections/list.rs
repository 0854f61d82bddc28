// SPDX-License-Identifier: GPL-2.0
//! A list whose elements are reached by handles.

use super::arena::{Arena, NONE};
use crate::{Result, errno};

struct Node<T> {
    value: T,
    /// The one before and the one behind, or `NONE`.
    next: [u32; 2],
}

/// The two ends, and the ways there: an index of `Node::next` and `List::ends`.
const FRONT: usize = 0;
const BACK: usize = 1;

/// An element of a [`List`], as long as it is there. That of an element that is gone
/// finds nothing, even where another has its place by now. Of another list it may
/// find an element, but never anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    number: u32,
    generation: u32,
}

/// A list linked both ways. Each change takes constant time, but for when there must
/// be more room: then all elements move; their handles stay good.
///
/// ```
/// use chard::prelude::*;
///
/// let mut waiting = List::new();
/// let first = waiting.try_push_back("first")?;
/// let second = waiting.try_push_back("second")?;
/// waiting.try_push_back("third")?;
/// assert_eq!(waiting.remove(second), Some("second"));
/// assert_eq!(waiting.remove(second), None); // stale
/// waiting.try_insert_after(first, "other")?;
/// assert!(waiting.iter().eq(&["first", "other", "third"]));
/// # Ok::<(), Errno>(())
/// ```
pub struct List<T> {
    nodes: Arena<Node<T>>,
    ends: [u32; 2],
}

impl<T> List<T> {
    /// An empty one; needs no memory.
    pub const fn new() -> Self {
        Self {
            nodes: Arena::new(),
            ends: [NONE; 2],
        }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for `more` elements, so that adding so many needs no memory.
    pub fn try_reserve(&mut self, more: usize) -> Result {
        self.nodes.try_reserve(more)
    }

    fn handle(&self, number: u32) -> Option<Handle> {
        self.nodes.get(number)?;
        Some(Handle {
            number,
            generation: self.nodes.generation(number),
        })
    }

    /// The number of the element, if it is there.
    fn number(&self, handle: Handle) -> Option<u32> {
        (self.handle(handle.number) == Some(handle)).then_some(handle.number)
    }

    /// The neighbour of a node on one side; of none, the end on the other.
    fn beside(&mut self, number: u32, side: usize) -> &mut u32 {
        match self.nodes.get_mut(number) {
            Some(node) => &mut node.next[side],
            None => &mut self.ends[1 - side],
        }
    }

    /// Adds `value` between two neighbours, either of which may be none.
    fn insert_between(&mut self, front: u32, back: u32, value: T) -> Result<Handle> {
        let number = self.nodes.try_insert(Node {
            value,
            next: [front, back],
        })?;
        *self.beside(front, BACK) = number;
        *self.beside(back, FRONT) = number;
        Ok(Handle {
            number,
            generation: self.nodes.generation(number),
        })
    }

    /// Adds an element before the first.
    pub fn try_push_front(&mut self, value: T) -> Result<Handle> {
        self.insert_between(NONE, self.ends[FRONT], value)
    }

    /// Adds an element behind the last.
    pub fn try_push_back(&mut self, value: T) -> Result<Handle> {
        self.insert_between(self.ends[BACK], NONE, value)
    }

    /// Adds an element before another; `ENOENT` where that is gone.
    pub fn try_insert_before(&mut self, handle: Handle, value: T) -> Result<Handle> {
        let back = self.number(handle).ok_or(errno::ENOENT)?;
        let front = *self.beside(back, FRONT);
        self.insert_between(front, back, value)
    }

    /// Adds an element behind another; `ENOENT` where that is gone.
    pub fn try_insert_after(&mut self, handle: Handle, value: T) -> Result<Handle> {
        let front = self.number(handle).ok_or(errno::ENOENT)?;
        let back = *self.beside(front, BACK);
        self.insert_between(front, back, value)
    }

    /// Takes an element away.
    pub fn remove(&mut self, handle: Handle) -> Option<T> {
        let number = self.number(handle)?;
        let Node { value, next } = self.nodes.remove(number)?;
        *self.beside(next[FRONT], BACK) = next[BACK];
        *self.beside(next[BACK], FRONT) = next[FRONT];
        Some(value)
    }

    /// Takes the first away.
    pub fn pop_front(&mut self) -> Option<T> {
        self.remove(self.front()?)
    }

    /// Takes the last away.
    pub fn pop_back(&mut self) -> Option<T> {
        self.remove(self.back()?)
    }

    /// The first.
    pub fn front(&self) -> Option<Handle> {
        self.handle(self.ends[FRONT])
    }

    /// The last.
    pub fn back(&self) -> Option<Handle> {
        self.handle(self.ends[BACK])
    }

    /// The one behind an element: to go through the list while it changes.
    pub fn next(&self, handle: Handle) -> Option<Handle> {
        self.handle(self.nodes.get(self.number(handle)?)?.next[BACK])
    }

    /// The one before an element.
    pub fn prev(&self, handle: Handle) -> Option<Handle> {
        self.handle(self.nodes.get(self.number(handle)?)?.next[FRONT])
    }

    /// An element.
    pub fn get(&self, handle: Handle) -> Option<&T> {
        Some(&self.nodes.get(self.number(handle)?)?.value)
    }

    /// An element, to be changed.
    pub fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        Some(&mut self.nodes.get_mut(self.number(handle)?)?.value)
    }

    /// All, from the first on.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut number = self.ends[FRONT];
        core::iter::from_fn(move || {
            let node = self.nodes.get(number)?;
            number = node.next[BACK];
            Some(&node.value)
        })
    }

    /// Drops all; the memory stays.
    pub fn clear(&mut self) {
        while self.pop_front().is_some() {}
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new()
    }
}
