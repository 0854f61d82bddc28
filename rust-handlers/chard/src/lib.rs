// SPDX-License-Identifier: GPL-2.0
//! Linux character devices in safe Rust.
//!
//! A handler is a type that implements [`Handler`] and, for each operation
//! that its device knows, the trait of that operation: [`Read`], [`Write`],
//! [`Seek`], [`Ioctl`], [`CompatIoctl`], [`Poll`], [`Fasync`], [`Flush`], [`Fsync`], [`Map`],
//! [`UringCmd`], [`ShowFdinfo`], [`Attributes`], [`OnTimer`], [`OnWork`], [`OnThread`],
//! [`OnEvent`], [`OnRequest`]. The value of the type is the state of the device; [`Handler::File`] is
//! the state of each open file.
//!
//! ```
//! #![no_std]
//! #![forbid(unsafe_code)]
//! use chard::prelude::*;
//!
//! struct Hello;
//!
//! impl Handler for Hello {
//!     type File = ();
//!
//!     fn new(_call: &Call) -> Result<Self> {
//!         Ok(Hello)
//!     }
//!
//!     fn open(&self, _file: &File<'_>) -> Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! impl Read for Hello {
//!     fn read(&self, _file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
//!         to.write_from(b"hello from Rust\n")
//!     }
//! }
//!
//! chard::handler!(Hello);
//! # fn main() {}
//! ```
//!
//! # Context
//!
//! A method runs on behalf of a caller's system call and may sleep, but for a timer's. The
//! kernel polls and closes files, and serves what is mapped, from other tasks as well, so
//! there the caller's memory can not be reached, and its rights are those of the file's
//! opener. `docs/context.md` has the table of what each method may do; what it may not is
//! refused with an error, and the log says why.
//!
//! Any number of calls run at once, on one file too: state is shared, so it is changed
//! through a [`Mutex`].
//!
//! # What stays sound
//!
//! Nothing that the kernel links to lies in a Rust frame, and what a call
//! holds is reachable from its [`Call`]: a value that is forgotten or leaked
//! costs memory, never more.
//!
//! # For the authors of this crate
//!
//! A panic leaves the frames of its call as they are, and runs no destructor of theirs. So
//! does a handler that forgets a value, and it may move, exchange or leak it, too. Each
//! type and function of this crate must stay sound then. In particular:
//!
//! - No closure and no value of a borrowed lifetime is handed to another task, a callback or
//!   a queue. Its frame may be skipped while they still have it. A scoped thread, or work
//!   that borrows from its caller, would break this.
//! - Nothing is seen by others before it is whole. A place is written first and published
//!   then, and nothing is left to do that a frame would have to do later.
//! - No object of the kernel, no list node and no lock lies in a frame of Rust's. A guard is
//!   a pointer to what lies in the lock or in the call's record.
//! - What a call takes is linked to its record by C, in the same step as it is taken
//!   (`core/calls/hold.h`), and C gives it back behind the handler. The destructor of a guard does
//!   so earlier, and nothing relies on it.
//! - Each address that the kernel was handed has a reference of its own, which C gives back
//!   (`core/background/object.c`), and not the destructor of a value. A device stops what runs for it.
//! - `&mut` to what others can reach later is given by locks alone, since a panic poisons
//!   them. A type with `&mut` of its own, or whose destructor keeps other values whole, stands
//!   behind one. What is shared by `&` is an atomic, or has a lock of its own.
//! - No destructor of this crate waits or needs a call: a value is dropped in any context,
//!   with any lock held.
//! - What can be repeated is bounded or saturates: the holds of a call, references, counts. A
//!   handler can forget without an end.
//! - What is public for a macro alone is safe to call by hand, or is an unsafe function. A
//!   macro names nothing of the handler's in an unsafe position: not by `::core`, which the
//!   handler may be itself, and not by a list of fields that it does not check.
//!
//! `docs/hostile.md` lists handlers that try to break this, each with its test: a new type or
//! function has its rows there.
//!
//! # Guards and calls
//!
//! A [`MutexGuard`] borrows the call:
//!
//! ```compile_fail,E0621
//! use chard::prelude::*;
//!
//! fn outlive<'a>(m: &'a Mutex<u32>, call: &Call) -> Option<MutexGuard<'a, u32>> {
//!     m.lock(call).ok()
//! }
//! ```
//!
//! # Panics
//!
//! A panic ends the call with `EIO` and not its caller, and the device answers
//! no more ([`AfterPanic`]). Nothing is unwound: the frames between are left as
//! they are, so what they own is lost, and no destructor runs. Locks are given
//! back and poisoned; what such a lock guards is never looked at again, only
//! replaced ([`Mutex::clear_poison`]), since safe code relies on destructors to
//! keep a value whole: a sort that panics half-way has one element twice.
//!
//! A panic that can not end its call is the kernel's `BUG()`, which ends the
//! caller: in an NMI, with preemption, interrupts or page faults off or
//! in an RCU section, with a probe on the handler's return (kretprobe), or
//! where the stack can not be walked. A stack that overflows and a loop that
//! does not end are no panics.
//!
//! # Large values
//!
//! The kernel's stack is 16 KiB for all that a call goes through, and the build refuses a
//! function that takes more than 2 KiB of it (`CONFIG_FRAME_WARN` of the kernel). A
//! value that is returned or moved passes by the stack, a device's state among them, which
//! [`Handler::new`] returns. So a handler keeps a large table behind a `Box`
//! or a `Vec`, and makes it where it stays:
//!
//! - [`try_box_zeroed`](alloc::try_box_zeroed), [`Vec::try_zeroed`](alloc::VecExt::try_zeroed):
//!   zeros, as the allocator gives them;
//! - [`try_box_array`](alloc::try_box_array), [`Vec::try_from_fn`](alloc::VecExt::try_from_fn):
//!   each element by a function.
//!
//! What calls share goes behind a lock as ever, as in `Mutex<Box<[u64; 1536]>>`, or is
//! atomic, as in `Box<[AtomicU64; 512]>`. Recursion is bounded by its author alone.
#![cfg_attr(not(chard_host), no_std)]
// For Arc::try_new(), without which an Arc can not be made where memory is refused.
#![feature(allocator_api)]

extern crate alloc as rust_alloc;

#[doc(hidden)]
#[macro_use]
pub mod export;

mod absent;
mod background;
mod bus;
mod calls;
mod devices;
#[doc(hidden)]
pub mod entry;
mod error;
#[cfg(chard_host)]
#[doc(hidden)]
pub mod host;
mod memory;
pub mod print;
mod random;
#[doc(hidden)]
pub mod syscall;
#[cfg(test)]
mod tests;

pub use bus::{i2c, pci};
#[doc(hidden)]
pub use calls::c;
pub use devices::ioctl;
#[doc(hidden)]
pub use devices::{attributes, params};
pub use memory::{alloc, collections};

pub use background::time::{Boot, Clock, Instant, Monotonic, Real};
pub use background::uring::{PendingCommand, UringAnswer, UringCommand};
pub use background::{Thread, Timer, Work};
pub use calls::call::{AtomicCall, Call, Context};
pub use calls::class::LockClass;
pub use calls::completion::Completion;
pub use calls::kinds::{Access, Exclusive, Kind, Shared, Sleeping, Spinning};
pub use calls::lock::{Guard, Lock, LockError, Mutex, MutexGuard, SpinGuard, SpinLock};
pub use calls::rcu::{Rcu, RcuGuard};
pub use calls::rwlock::{
    RwLock, RwLockReadGuard, RwLockWriteGuard, RwSem, RwSemReadGuard, RwSemWriteGuard,
    SleepingShared, SpinningShared,
};
pub use calls::task::{Capability, Comm, Credentials, Task};
pub use calls::wait::{PollTable, Ready, WaitQueue};
pub use devices::attributes::{Attributes, Text};
pub use devices::file::{File, SeekFrom};
pub use devices::handler::{
    AfterPanic, CompatIoctl, Fasync, Flush, Fsync, Handler, Ioctl, Map, OnEvent, OnRequest,
    OnThread, OnTimer, OnWork, Poll, Read, Seek, ShowFdinfo, Sleep, Suspend, UringCmd, Write,
};
pub use devices::ioctl::Payload;
pub use devices::message::Message;
pub use error::{Errno, Result, errno};
pub use memory::buffer::UserBuffer;
pub use memory::counter::PerCpuCounter;
pub use memory::io::{UserReader, UserWriter};
pub use memory::map::{Area, PAGE_SIZE, Page, Pages};
pub use random::random;
pub use syscall::Syscall;

/// Numbers that are changed without a lock, each whole at any time: Rust's own. What
/// has to fit together wants a lock, or one word that holds it all.
pub use core::sync::atomic;

/// The names that most handlers need.
pub mod prelude {
    pub use crate::errno::*;
    pub use crate::memory::alloc::{
        Arc, Box, String, StringExt, Vec, VecExt, Zeroable, try_arc, try_box, try_box_array,
        try_box_zeroed,
    };
    pub use crate::memory::collections::{Handle, List, TreeMap, VecDeque};
    pub use crate::{
        AfterPanic, Area, AtomicCall, Call, CompatIoctl, Context, Errno, Fasync, File, Flush,
        Fsync, Handler, Ioctl, Map, Message, Mutex, MutexGuard, OnEvent, OnRequest, OnThread,
        OnTimer, OnWork, Page, Pages, Payload, PendingCommand, Poll, PollTable, Rcu, RcuGuard,
        Read, Ready, Result, RwLock, RwSem, Seek, SeekFrom, ShowFdinfo, Sleep, SpinGuard, SpinLock,
        Suspend, Text, Thread, Timer, UringAnswer, UringCmd, UringCommand, UserBuffer, UserReader,
        UserWriter, WaitQueue, Work, Write, lock_class, try_format,
    };
    pub use crate::{
        Boot, Capability, Completion, Credentials, Instant, Monotonic, PerCpuCounter, Real,
    };
    #[doc(hidden)]
    pub use crate::{dbg, eprint, eprintln, format, print, println, thread_local, vec};
    pub use crate::{
        dev_alert, dev_crit, dev_debug, dev_emerg, dev_err, dev_info, dev_notice, dev_warn,
        pr_alert, pr_crit, pr_debug, pr_emerg, pr_err, pr_info, pr_notice, pr_warn,
    };
    pub use crate::{
        dev_alert_once, dev_crit_once, dev_debug_once, dev_emerg_once, dev_err_once, dev_info_once,
        dev_notice_once, dev_warn_once, pr_alert_once, pr_crit_once, pr_debug_once, pr_emerg_once,
        pr_err_once, pr_info_once, pr_notice_once, pr_warn_once,
    };
    pub use crate::{
        dev_alert_ratelimited, dev_crit_ratelimited, dev_debug_ratelimited, dev_emerg_ratelimited,
        dev_err_ratelimited, dev_info_ratelimited, dev_notice_ratelimited, dev_warn_ratelimited,
        pr_alert_ratelimited, pr_crit_ratelimited, pr_debug_ratelimited, pr_emerg_ratelimited,
        pr_err_ratelimited, pr_info_ratelimited, pr_notice_ratelimited, pr_warn_ratelimited,
    };
    pub use core::fmt::Write as _;
}

/// `core`, for the macros of this crate: in a handler the name `::core` may mean another
/// crate, the handler's own (`extern crate self as core`).
#[doc(hidden)]
pub use ::core;
/// The contract, for the macros of this crate. Not for handlers.
#[doc(hidden)]
pub use chard_bindings as bindings;
