// SPDX-License-Identifier: GPL-2.0
//! States that have no size, are aligned to a page, and are dropped all the same; and an ioctl
//! that is written by hand.
#![no_std]
#![forbid(unsafe_code)]

use chard::atomic::{AtomicU32, Ordering};
use chard::prelude::*;

/// How many files have been dropped.
static DROPPED: AtomicU32 = AtomicU32::new(0);

#[repr(align(4096))]
struct Odd;

#[repr(align(4096))]
struct Opened;

impl Drop for Odd {
    fn drop(&mut self) {
        pr_info!(
            "the device is dropped, behind {} files",
            DROPPED.load(Ordering::Relaxed)
        );
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

/// How far an address is from what its type asks for.
fn off<T>(value: &T) -> usize {
    core::ptr::from_ref(value).addr() % align_of::<T>()
}

impl Handler for Odd {
    type File = Opened;

    fn new(_call: &Call) -> Result<Self> {
        Ok(Odd)
    }

    fn open(&self, _file: &File<'_>) -> Result<Opened> {
        Ok(Opened)
    }
}

impl Read for Odd {
    fn read(&self, file: &File<'_, Opened>, to: &mut UserWriter<'_>) -> Result {
        let (device, opened) = (off(core::hint::black_box(self)), off(file.state()));
        to.write_from(
            try_format!("{device} {opened} {}", DROPPED.load(Ordering::Relaxed))?.as_bytes(),
        )
    }
}

impl Ioctl for Odd {
    /// Each number is its own answer.
    fn ioctl(
        &self,
        _file: &File<'_, Opened>,
        cmd: u32,
        _arg: chard::ioctl::Arg<'_>,
    ) -> Result<u32> {
        Ok(cmd)
    }
}

chard::handler!(Odd);
