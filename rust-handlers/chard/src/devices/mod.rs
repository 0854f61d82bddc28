// SPDX-License-Identifier: GPL-2.0
//! Devices and their files: what a handler implements, and what it is called with.

#[doc(hidden)]
pub mod attributes;
pub(crate) mod file;
pub(crate) mod handler;
pub mod ioctl;
mod ioctls;
pub(crate) mod message;
#[doc(hidden)]
pub mod params;
mod uapi;
