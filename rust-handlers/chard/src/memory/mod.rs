// SPDX-License-Identifier: GPL-2.0
//! Memory: the handler's own, the caller's, and what both share.

pub mod alloc;
pub(crate) mod buffer;
pub mod collections;
pub(crate) mod copy;
pub(crate) mod counter;
pub(crate) mod io;
pub(crate) mod map;
pub(crate) mod string;
