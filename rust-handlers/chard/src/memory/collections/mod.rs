// SPDX-License-Identifier: GPL-2.0
//! Collections whose memory may be refused: each method that may need some gives
//! `ENOMEM` then, and leaves the collection as it was. What is added may sleep, as
//! any memory may.
//!
//! None has a pointer of its own or says `unsafe`: elements lie in a [`Vec`] and
//! know each other by their places in it.
//!
//! [`Vec`]: crate::memory::alloc::Vec

mod arena;
mod deque;
mod list;
#[cfg(test)]
mod tests;
mod tree;

pub use deque::VecDeque;
pub use list::{Handle, List};
pub use tree::{Range, TreeMap};
