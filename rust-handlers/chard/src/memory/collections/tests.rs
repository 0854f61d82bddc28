// SPDX-License-Identifier: GPL-2.0
//! The collections against those of std: the same, at random, for long.

use std::collections::BTreeMap;
use std::collections::VecDeque as Model;
use std::rc::Rc;
use std::vec::Vec;

use super::{Handle, List, TreeMap, VecDeque};

/// Numbers without a pattern (xorshift), the same ones in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn a_tree_is_a_map() {
    // Few keys meet each other often, many make the tree high.
    for keys in [4, 60, 5000] {
        let mut random = Random(keys + 1);
        let (mut tree, mut model) = (TreeMap::new(), BTreeMap::new());
        for step in 0..20_000_u64 {
            let key = random.below(keys);
            match random.below(8) {
                0..4 => assert_eq!(tree.try_insert(key, step), Ok(model.insert(key, step))),
                4..6 => assert_eq!(tree.remove(&key), model.remove(&key)),
                6 => {
                    assert_eq!(tree.get(&key), model.get(&key));
                    assert_eq!(tree.get_mut(&key), model.get_mut(&key));
                    assert_eq!(tree.contains_key(&key), model.contains_key(&key));
                }
                _ if random.below(50) == 0 => {
                    assert_eq!(tree.pop_first(), model.pop_first());
                    assert_eq!(tree.pop_last(), model.pop_last());
                }
                _ => {
                    assert_eq!(tree.first(), model.first_key_value());
                    assert_eq!(tree.last(), model.last_key_value());
                }
            }
            if step % 64 == 0 {
                tree.check();
                assert!(tree.iter().eq(&model));
            }
        }
        tree.check();
        assert!(tree.iter().rev().eq(model.iter().rev()));
        assert_eq!(tree.len(), model.len());
        while let Some(pair) = tree.pop_first() {
            assert_eq!(Some(pair), model.pop_first());
            tree.check();
        }
        assert!(tree.is_empty() && model.is_empty());
    }
}

#[test]
fn a_tree_has_ranges() {
    let mut random = Random(7);
    for keys in [0, 1, 2, 3, 10, 100] {
        let (mut tree, mut model) = (TreeMap::new(), BTreeMap::new());
        for _ in 0..keys {
            let key = random.below(100);
            tree.try_insert(key, ()).unwrap();
            model.insert(key, ());
        }
        for _ in 0..500 {
            let (from, to) = (random.below(102), random.below(102));
            assert_eq!(tree.range(from..from).next(), None);
            if from > to {
                assert_eq!(tree.range(from..to).next(), None);
                continue;
            }
            assert!(tree.range(from..to).eq(model.range(from..to)));
            assert!(tree.range(from..=to).eq(model.range(from..=to)));
            assert!(tree.range(..to).rev().eq(model.range(..to).rev()));
            assert!(tree.range(from..).eq(model.range(from..)));
            if from < to {
                use core::ops::Bound::Excluded;
                let between = (Excluded(from), Excluded(to));
                assert!(tree.range(between).eq(model.range(between)));
            }
            // From both ends at once.
            let (mut range, mut expected) = (tree.range(from..to), model.range(from..to));
            loop {
                let pair = range.next();
                assert_eq!(pair, expected.next());
                assert_eq!(range.next_back(), expected.next_back());
                if pair.is_none() {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_tree_stays_low() {
    let mut tree = TreeMap::new();
    for key in 0..1 << 16 {
        tree.try_insert(key, ()).unwrap();
    }
    // Also checks that no height is wrong.
    tree.check();
    for key in 0..1 << 15 {
        assert_eq!(tree.remove(&key), Some(()));
    }
    tree.check();
    assert!(tree.iter().map(|(key, ())| *key).eq(1 << 15..1 << 16));
}

#[test]
fn a_deque_is_a_queue() {
    let mut random = Random(3);
    let (mut deque, mut model) = (VecDeque::new(), Model::new());
    for step in 0..50_000_u64 {
        // Now it grows, now it shrinks.
        let bias = if step / 500 % 2 == 0 { 2 } else { 4 };
        match random.below(6) {
            kind if kind < bias => match random.below(2) {
                0 => assert_eq!(deque.pop_front(), model.pop_front()),
                _ => assert_eq!(deque.pop_back(), model.pop_back()),
            },
            kind if kind % 2 == 0 => {
                deque.try_push_back(step).unwrap();
                model.push_back(step);
            }
            _ => {
                deque.try_push_front(step).unwrap();
                model.push_front(step);
            }
        }
        let index = random.below(40) as usize;
        assert_eq!(deque.get(index), model.get(index));
        assert_eq!(deque.get_mut(index), model.get_mut(index));
        assert_eq!((deque.front(), deque.back()), (model.front(), model.back()));
        assert_eq!(deque.len(), model.len());
        if step % 64 == 0 {
            assert!(deque.iter().eq(&model));
            assert!(deque.iter().rev().eq(model.iter().rev()));
        }
    }
}

#[test]
fn a_list_keeps_its_order() {
    let mut random = Random(11);
    let mut list = List::new();
    let mut model: Vec<(Handle, u64)> = Vec::new();
    let mut stale: Vec<Handle> = Vec::new();
    for step in 0..20_000_u64 {
        let index = random.below(model.len() as u64 + 1) as usize;
        let there = model.get(index).copied();
        match (random.below(8), there) {
            (0, _) => model.insert(0, (list.try_push_front(step).unwrap(), step)),
            (1, _) => model.push((list.try_push_back(step).unwrap(), step)),
            (2, Some((at, _))) => {
                let handle = list.try_insert_before(at, step).unwrap();
                model.insert(index, (handle, step));
            }
            (3, Some((at, _))) => {
                let handle = list.try_insert_after(at, step).unwrap();
                model.insert(index + 1, (handle, step));
            }
            (4..7, Some((at, value))) => {
                assert_eq!(list.remove(at), Some(value));
                stale.push(at);
                model.remove(index);
            }
            (7, Some((at, value))) => {
                assert_eq!(list.get(at), Some(&value));
                assert_eq!(
                    list.next(at),
                    model.get(index + 1).map(|(handle, _)| *handle)
                );
                let before = index.checked_sub(1).map(|index| model[index].0);
                assert_eq!(list.prev(at), before);
                *list.get_mut(at).unwrap() += 1;
                model[index].1 += 1;
            }
            _ => {
                let ends = (model.first().map(|e| e.0), model.last().map(|e| e.0));
                assert_eq!((list.front(), list.back()), ends);
            }
        }
        if step % 64 == 0 {
            assert!(list.iter().eq(model.iter().map(|(_, value)| value)));
            assert_eq!(list.len(), model.len());
            for &handle in &stale {
                assert_eq!(list.get(handle), None);
                assert_eq!(list.remove(handle), None);
                assert!(list.try_insert_after(handle, 0).is_err());
            }
        }
    }
    while let Some((_, value)) = model.pop() {
        assert_eq!(list.pop_back(), Some(value));
    }
    assert!(list.is_empty() && list.front().is_none());
}

/// What is taken away, replaced or left behind is dropped once.
#[test]
fn nothing_is_lost() {
    let one = Rc::new(());
    let mut tree = TreeMap::new();
    let mut deque = VecDeque::new();
    let mut list = List::new();
    for key in 0..100 {
        tree.try_insert(key % 60, one.clone()).unwrap();
        deque.try_push_front(one.clone()).unwrap();
        list.try_push_back(one.clone()).unwrap();
    }
    assert_eq!(Rc::strong_count(&one), 1 + 60 + 100 + 100);
    tree.remove(&7);
    deque.pop_back();
    list.pop_front();
    assert_eq!(Rc::strong_count(&one), 1 + 59 + 99 + 99);
    tree.clear();
    list.clear();
    assert_eq!(Rc::strong_count(&one), 1 + 99);
    drop(deque);
    assert_eq!(Rc::strong_count(&one), 1);
}

#[test]
fn zeros_are_allocated() {
    use crate::errno;
    use crate::memory::alloc::{Vec, VecExt};

    let mut words = Vec::<u32>::try_zeroed(1000).unwrap();
    assert_eq!(words, [0; 1000]);
    words.try_push(7).unwrap();
    assert_eq!((words.len(), words[1000]), (1001, 7));
    assert!(Vec::<u8>::try_zeroed(0).unwrap().is_empty());
    // Without a size, as many as one likes.
    assert_eq!(
        Vec::<[u8; 0]>::try_zeroed(usize::MAX).unwrap().len(),
        usize::MAX
    );
    assert_eq!(
        Vec::<u64>::try_zeroed(usize::MAX).err(),
        Some(errno::ENOMEM)
    );
}
