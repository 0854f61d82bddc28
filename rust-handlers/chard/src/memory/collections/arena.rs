// SPDX-License-Identifier: GPL-2.0
//! Places for elements that know each other by number.

use crate::memory::alloc::{Vec, VecExt};
use crate::{Result, errno};

/// The number of no place.
pub(super) const NONE: u32 = u32::MAX;

/// A place: how often it was given back, and what is there.
struct Place<T> {
    generation: u32,
    content: Content<T>,
}

enum Content<T> {
    Taken(T),
    /// And the next one that is free, or `NONE`.
    Free(u32),
}

/// Places that are taken and given back one at a time, each in constant time but for
/// when there must be more of them: then all move.
pub(super) struct Arena<T> {
    places: Vec<Place<T>>,
    free: u32,
    taken: usize,
}

impl<T> Arena<T> {
    pub(super) const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: NONE,
            taken: 0,
        }
    }

    /// How many places are taken.
    pub(super) fn len(&self) -> usize {
        self.taken
    }

    /// Makes room for so many more.
    pub(super) fn try_reserve(&mut self, more: usize) -> Result {
        let free = self.places.len() - self.taken;
        self.places.try_reserve(more.saturating_sub(free))?;
        Ok(())
    }

    /// Takes a place for `value`; its number.
    pub(super) fn try_insert(&mut self, value: T) -> Result<u32> {
        let number = self.free;
        if let Some(place) = self.places.get_mut(number as usize) {
            if let Content::Free(next) = place.content {
                self.free = next;
            }
            place.content = Content::Taken(value);
            self.taken += 1;
            return Ok(number);
        }
        let number = u32::try_from(self.places.len()).map_err(|_| errno::ENOMEM)?;
        if number == NONE {
            return Err(errno::ENOMEM);
        }
        self.places.try_push(Place {
            generation: 0,
            content: Content::Taken(value),
        })?;
        self.taken += 1;
        Ok(number)
    }

    /// Gives a place back; what was there.
    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let place = self.places.get_mut(number as usize)?;
        if let Content::Free(_) = place.content {
            return None;
        }
        let mut content = Content::Free(NONE);
        // A place whose generations are used up is not given out again: an old
        // handle of it would fit.
        if let Some(next) = place.generation.checked_add(1) {
            place.generation = next;
            content = Content::Free(self.free);
            self.free = number;
        }
        self.taken -= 1;
        match core::mem::replace(&mut place.content, content) {
            Content::Taken(value) => Some(value),
            Content::Free(_) => None,
        }
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        match &self.places.get(number as usize)?.content {
            Content::Taken(value) => Some(value),
            Content::Free(_) => None,
        }
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        match &mut self.places.get_mut(number as usize)?.content {
            Content::Taken(value) => Some(value),
            Content::Free(_) => None,
        }
    }

    /// How often the place was given back before; of one that was never there 0.
    pub(super) fn generation(&self, number: u32) -> u32 {
        self.places
            .get(number as usize)
            .map_or(0, |place| place.generation)
    }
}
