// SPDX-License-Identifier: GPL-2.0
//! An ordered map: a tree that is kept balanced (AVL).

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ops::{Bound, RangeBounds};

use super::arena::{Arena, NONE};
use crate::Result;

struct Node<K, V> {
    key: K,
    value: V,
    parent: u32,
    /// With lesser and with greater keys.
    child: [u32; 2],
    /// Of the tree from here, 1 for a leaf.
    height: u8,
}

/// The two sides of a node: an index of `Node::child`.
const LESS: usize = 0;
const GREATER: usize = 1;

/// A map in the order of its keys. Looking up, adding and taking away take
/// logarithmic time in the worst case, and no recursion; but when there must be more
/// room, all elements move. [`try_reserve`](Self::try_reserve) does that beforehand.
///
/// ```
/// use chard::prelude::*;
///
/// let mut holes = TreeMap::new();
/// holes.try_insert(4096_u64, 512_u64)?;
/// holes.try_insert(0, 100)?;
/// holes.try_insert(8192, 1)?;
/// assert_eq!(holes.get(&4096), Some(&512));
/// assert_eq!(holes.first(), Some((&0, &100)));
/// assert_eq!(holes.range(1..).next(), Some((&4096, &512)));
/// assert_eq!(holes.range(..8192).next_back(), Some((&4096, &512)));
/// assert_eq!(holes.try_insert(0, 101)?, Some(100)); // the old value
/// assert_eq!(holes.remove(&4096), Some(512));
/// assert!(holes.iter().eq([(&0, &101), (&8192, &1)]));
/// # Ok::<(), Errno>(())
/// ```
pub struct TreeMap<K, V> {
    nodes: Arena<Node<K, V>>,
    root: u32,
}

impl<K, V> TreeMap<K, V> {
    /// An empty one; needs no memory.
    pub const fn new() -> Self {
        Self {
            nodes: Arena::new(),
            root: NONE,
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for `more` keys, so that adding so many needs no memory.
    pub fn try_reserve(&mut self, more: usize) -> Result {
        self.nodes.try_reserve(more)
    }

    fn child(&self, number: u32, side: usize) -> u32 {
        self.nodes.get(number).map_or(NONE, |node| node.child[side])
    }

    fn parent(&self, number: u32) -> u32 {
        self.nodes.get(number).map_or(NONE, |node| node.parent)
    }

    fn height(&self, number: u32) -> u8 {
        self.nodes.get(number).map_or(0, |node| node.height)
    }

    /// Links `child`, or none, to one side of `parent`.
    fn link(&mut self, parent: u32, side: usize, child: u32) {
        if let Some(node) = self.nodes.get_mut(parent) {
            node.child[side] = child;
        }
        if let Some(node) = self.nodes.get_mut(child) {
            node.parent = parent;
        }
    }

    /// Puts `new`, or none, where `old` hangs on its parent.
    fn replace(&mut self, old: u32, new: u32) {
        let parent = self.parent(old);
        if parent == NONE {
            self.root = new;
        }
        let side = usize::from(self.child(parent, GREATER) == old);
        self.link(parent, side, new);
    }

    fn measure(&mut self, number: u32) {
        let below = self
            .height(self.child(number, LESS))
            .max(self.height(self.child(number, GREATER)));
        if let Some(node) = self.nodes.get_mut(number) {
            node.height = below + 1;
        }
    }

    /// Lifts the child on one side to the place of its parent; the child.
    fn lift(&mut self, number: u32, side: usize) -> u32 {
        let up = self.child(number, side);
        let between = self.child(up, 1 - side);
        self.replace(number, up);
        self.link(number, side, between);
        self.link(up, 1 - side, number);
        self.measure(number);
        self.measure(up);
        up
    }

    /// Makes the tree from here balanced, whose sides are and differ by two at most;
    /// what is on top then.
    fn balance(&mut self, number: u32) -> u32 {
        let heights = [LESS, GREATER].map(|side| self.height(self.child(number, side)));
        let side = usize::from(heights[GREATER] > heights[LESS]);
        if heights[side] <= heights[1 - side] + 1 {
            self.measure(number);
            return number;
        }
        let child = self.child(number, side);
        if self.height(self.child(child, 1 - side)) > self.height(self.child(child, side)) {
            self.lift(child, 1 - side);
        }
        self.lift(number, side)
    }

    /// The same upwards, as far as heights change.
    fn balance_up(&mut self, mut number: u32) {
        while number != NONE {
            let before = self.height(number);
            let top = self.balance(number);
            if self.height(top) == before {
                break;
            }
            number = self.parent(top);
        }
    }

    /// The last one on the way down on one side.
    fn outmost(&self, mut number: u32, side: usize) -> u32 {
        loop {
            match self.child(number, side) {
                NONE => return number,
                child => number = child,
            }
        }
    }

    /// The next one in order, on one side.
    fn beside(&self, mut number: u32, side: usize) -> u32 {
        let child = self.child(number, side);
        if child != NONE {
            return self.outmost(child, 1 - side);
        }
        loop {
            let parent = self.parent(number);
            if parent == NONE || self.child(parent, side) != number {
                return parent;
            }
            number = parent;
        }
    }

    /// Takes a node out of the tree, and gives its place back.
    fn take(&mut self, number: u32) -> Option<(K, V)> {
        let [less, greater] = self.nodes.get(number)?.child;
        let changed = if less != NONE && greater != NONE {
            // The next greater one, which has none lesser, comes into its place.
            let next = self.outmost(greater, LESS);
            let mut changed = self.parent(next);
            if changed == number {
                changed = next;
            } else {
                self.replace(next, self.child(next, GREATER));
                self.link(next, GREATER, greater);
            }
            self.link(next, LESS, less);
            self.replace(number, next);
            let height = self.height(number);
            if let Some(node) = self.nodes.get_mut(next) {
                node.height = height;
            }
            changed
        } else {
            let changed = self.parent(number);
            self.replace(number, if less == NONE { greater } else { less });
            changed
        };
        let node = self.nodes.remove(number)?;
        self.balance_up(changed);
        Some((node.key, node.value))
    }

    fn pair(&self, number: u32) -> Option<(&K, &V)> {
        self.nodes.get(number).map(|node| (&node.key, &node.value))
    }

    /// That with the least key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.pair(self.outmost(self.root, LESS))
    }

    /// That with the greatest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.pair(self.outmost(self.root, GREATER))
    }

    /// Takes away that with the least key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.take(self.outmost(self.root, LESS))
    }

    /// Takes away that with the greatest key.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.take(self.outmost(self.root, GREATER))
    }

    /// All, in the order of their keys.
    pub fn iter(&self) -> Range<'_, K, V> {
        Range {
            map: self,
            ends: [LESS, GREATER].map(|side| self.outmost(self.root, side)),
        }
    }

    /// Drops all, in the order of their keys; the memory stays.
    pub fn clear(&mut self) {
        while self.pop_first().is_some() {}
    }
}

impl<K: Ord, V> TreeMap<K, V> {
    /// The node of the key; where there is none, the one that it would hang on, and
    /// on which side.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> (u32, Option<usize>)
    where
        K: Borrow<Q>,
    {
        let (mut number, mut at) = (NONE, (self.root, LESS));
        while let Some(node) = self.nodes.get(at.0) {
            number = at.0;
            let side = match key.cmp(node.key.borrow()) {
                Ordering::Equal => return (number, None),
                Ordering::Less => LESS,
                Ordering::Greater => GREATER,
            };
            at = (node.child[side], side);
        }
        (number, Some(at.1))
    }

    fn find_exactly<Q: Ord + ?Sized>(&self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            (number, None) => Some(number),
            _ => None,
        }
    }

    /// Adds a key, or gives it another value; the old value, where it was there.
    /// On an error both are dropped.
    pub fn try_insert(&mut self, key: K, value: V) -> Result<Option<V>> {
        let (parent, side) = self.find(&key);
        let Some(side) = side else {
            return Ok(self
                .nodes
                .get_mut(parent)
                .map(|node| core::mem::replace(&mut node.value, value)));
        };
        let number = self.nodes.try_insert(Node {
            key,
            value,
            parent,
            child: [NONE; 2],
            height: 1,
        })?;
        if parent == NONE {
            self.root = number;
        }
        self.link(parent, side, number);
        self.balance_up(parent);
        Ok(None)
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        Some(&self.nodes.get(self.find_exactly(key)?)?.value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let number = self.find_exactly(key)?;
        Some(&mut self.nodes.get_mut(number)?.value)
    }

    /// The key is there.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find_exactly(key).is_some()
    }

    /// Takes a key away; its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let number = self.find_exactly(key)?;
        self.take(number).map(|(_, value)| value)
    }

    /// The outmost one on one side that is within `bound`.
    fn bounded<Q: Ord + ?Sized>(&self, bound: Bound<&Q>, side: usize) -> u32
    where
        K: Borrow<Q>,
    {
        let (key, included) = match bound {
            Bound::Unbounded => return self.outmost(self.root, side),
            Bound::Included(key) => (key, true),
            Bound::Excluded(key) => (key, false),
        };
        match self.find(key) {
            (number, None) if included => number,
            (number, None) => self.beside(number, 1 - side),
            // The key would hang on the other side of one that is within.
            (number, Some(of)) if of == side => number,
            (number, Some(_)) => self.beside(number, 1 - side),
        }
    }

    /// Those with a key within `keys`, in order; none where that ends before it
    /// begins.
    pub fn range<Q: Ord + ?Sized>(&self, keys: impl RangeBounds<Q>) -> Range<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let mut ends = [
            self.bounded(keys.start_bound(), LESS),
            self.bounded(keys.end_bound(), GREATER),
        ];
        match ends.map(|number| self.nodes.get(number)) {
            [Some(least), Some(greatest)] if least.key <= greatest.key => {}
            _ => ends = [NONE; 2],
        }
        Range { map: self, ends }
    }
}

impl<K, V> Default for TreeMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Keys of a [`TreeMap`] and their values, in order, from either end.
pub struct Range<'a, K, V> {
    map: &'a TreeMap<K, V>,
    /// The first and the last of those to come, or `NONE` twice.
    ends: [u32; 2],
}

impl<'a, K, V> Range<'a, K, V> {
    fn step(&mut self, from: usize) -> Option<(&'a K, &'a V)> {
        let number = self.ends[from];
        if number == self.ends[1 - from] {
            self.ends = [NONE; 2];
        } else {
            self.ends[from] = self.map.beside(number, 1 - from);
        }
        self.map.pair(number)
    }
}

impl<'a, K, V> Iterator for Range<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.step(LESS)
    }
}

impl<K, V> DoubleEndedIterator for Range<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(GREATER)
    }
}

#[cfg(test)]
impl<K: Ord, V> TreeMap<K, V> {
    /// Panics where the tree is none, or not balanced.
    pub(super) fn check(&self) {
        assert_eq!(self.parent(self.root), NONE);
        let mut seen = 0;
        let mut number = self.outmost(self.root, LESS);
        while let Some(node) = self.nodes.get(number) {
            seen += 1;
            let heights = node.child.map(|child| self.height(child));
            assert!(heights[0].abs_diff(heights[1]) <= 1, "not balanced");
            assert_eq!(node.height, heights[0].max(heights[1]) + 1);
            for child in node.child.into_iter().filter(|&child| child != NONE) {
                assert_eq!(self.parent(child), number);
            }
            let next = self.beside(number, GREATER);
            assert!(self.nodes.get(next).is_none_or(|next| next.key > node.key));
            number = next;
        }
        assert_eq!(seen, self.len());
    }
}
