// SPDX-License-Identifier: GPL-2.0
//! The collections, in the kernel's memory.

use chard::prelude::*;

/// Numbers without a pattern (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// All collections side by side with an array; `EINVAL` where they differ.
pub fn collect(seed: usize) -> Result {
    let mut random = Random(seed as u64 + 1);
    let mut tree = TreeMap::new();
    let mut list = List::new();
    let mut deque = VecDeque::new();
    // At each key its value and its place in the list, or nothing.
    let mut model: Box<[Option<(u64, Handle)>; 256]> = try_box_array(|_| Ok(None))?;
    for step in 0..4000_u64 {
        let key = random.below(256);
        let place = &mut model[key as usize];
        if random.below(2) == 0 {
            let old = tree.try_insert(key, try_box(step)?)?;
            if old.map(|old| *old) != place.map(|(value, _)| value) {
                return Err(EINVAL);
            }
            if let Some((_, handle)) = *place {
                list.remove(handle).ok_or(EINVAL)?;
            }
            *place = Some((step, list.try_push_back(try_box(step)?)?));
        } else {
            let there = place.take();
            if tree.remove(&key).map(|old| *old) != there.map(|(value, _)| value) {
                return Err(EINVAL);
            }
            if let Some((value, handle)) = there
                && (list.remove(handle).map(|old| *old) != Some(value)
                    || list.get(handle).is_some())
            {
                return Err(EINVAL);
            }
        }
        deque.try_push_back(try_box(step)?)?;
        if deque.len() > 20 && deque.pop_front().map(|old| *old) != Some(step - 20) {
            return Err(EINVAL);
        }
    }
    let in_order = model.iter().flatten().map(|(value, _)| value);
    if !tree.iter().map(|(_, value)| &**value).eq(in_order) {
        return Err(EINVAL);
    }
    // The list is in the order of the steps.
    let mut last = None;
    for value in list.iter() {
        if last.replace(**value).is_some_and(|last| last >= **value) {
            return Err(EINVAL);
        }
    }
    let text = try_format!("{} of {:?}", tree.len(), model[0].map(|(value, _)| value))?;
    if !text.starts_with(char::is_numeric) || list.len() != tree.len() {
        return Err(EINVAL);
    }
    Ok(())
}

/// A value that is aligned as a page.
#[derive(Clone)]
#[repr(align(4096))]
#[allow(dead_code)] // never looked at
struct Aligned([u8; 4096]);

/// Sizes that no allocator of the kernel has are refused, and no allocator warns of them:
/// those that are too large once they are rounded up, and those of a call that must not
/// sleep; else `EINVAL`.
fn sizes(call: &Call) -> Result {
    let mut aligned = Vec::<Aligned>::new();
    let rounded = [0x7fff_f000_usize, 0x5000_0000, 0x4000_1000].map(|size| {
        aligned
            .try_reserve_exact(size / size_of::<Aligned>())
            .is_err()
    });
    let spin = SpinLock::new(lock_class!(c"types sizes"), ())?;
    let lock = spin.lock(call)?;
    let mut bytes = Vec::<u8>::new();
    let atomic = [0x7fff_ffff_usize, 0x4000_0000, 0x0400_0001, 0x0080_0000]
        .map(|size| bytes.try_reserve_exact(size).is_err());
    drop(lock);
    // The last two some kernels have.
    if rounded != [true; 3] || atomic[..2] != [true; 2] {
        return Err(EINVAL);
    }
    Ok(())
}

/// What is refused memory is as it was; else `EINVAL`.
pub fn too_large(call: &Call) -> Result {
    const TOO_MANY: usize = 1 << 32;

    let mut deque = VecDeque::new();
    deque.try_push_back(1_u64)?;
    let mut tree = TreeMap::new();
    tree.try_insert(1_u64, 1_u64)?;
    let mut list = List::new();
    list.try_push_back(1_u64)?;
    let refused = [
        deque.try_reserve(TOO_MANY),
        tree.try_reserve(TOO_MANY),
        list.try_reserve(TOO_MANY),
    ];
    sizes(call)?;
    let mut text = String::new();
    text.try_push_str("as it was")?;
    // More than the kernel gives at once.
    let wide = text.try_push_fmt(format_args!("{:1$}", "", 65535));
    for _ in 0..4 {
        let more = try_format!("{}{}", text, text)?;
        text = more;
    }
    let whole = deque.front() == Some(&1)
        && tree.get(&1) == Some(&1)
        && list.iter().eq(&[1])
        && wide.is_ok()
        && text.starts_with("as it was");
    if refused != [Err(ENOMEM); 3] || !whole {
        return Err(EINVAL);
    }
    Ok(())
}
