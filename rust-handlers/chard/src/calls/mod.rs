// SPDX-License-Identifier: GPL-2.0
//! Calls: locks, waiting, RCU, panics, and the task that runs.

#[doc(hidden)]
pub mod c;
pub(crate) mod call;
pub(crate) mod class;
pub(crate) mod completion;
pub(crate) mod kinds;
pub(crate) mod lock;
pub(crate) mod panic;
pub(crate) mod rcu;
pub(crate) mod rwlock;
pub(crate) mod task;
pub(crate) mod wait;
