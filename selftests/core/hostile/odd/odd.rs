// SPDX-License-Identifier: GPL-2.0
//! States that have no size, are aligned to a page, and are dropped all the same; an ioctl
//! that is written by hand; and a table of attributes that is, with more than anybody needs.
#![no_std]
#![forbid(unsafe_code)]
// Each name is compared with each other one.
#![allow(long_running_const_eval)]

use core::ffi::CStr;

use chard::atomic::{AtomicU32, Ordering};
use chard::attributes::Attribute;
use chard::prelude::*;

/// As in `sizes.c`.
const AGAIN: u32 = 4711;

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
    /// Each number is its own answer, but for the one that asks for its call again.
    fn ioctl(
        &self,
        _file: &File<'_, Opened>,
        cmd: u32,
        _arg: chard::ioctl::Arg<'_>,
    ) -> Result<u32> {
        if cmd == AGAIN {
            return Err(ERESTARTSYS);
        }
        Ok(cmd)
    }
}

/// Of each attribute, from `n000` on: one in sysfs, one in debugfs.
static NAMES: [[u8; 5]; 800] = {
    let mut names = [*b"n000\0"; 800];
    let mut index = 0;
    while index < names.len() {
        names[index][1] += (index / 100) as u8;
        names[index][2] += (index / 10 % 10) as u8;
        names[index][3] += (index % 10) as u8;
        index += 1;
    }
    names
};

const fn one(index: usize) -> Attribute {
    match CStr::from_bytes_with_nul(&NAMES[index]) {
        Ok(name) => Attribute::new(name, 0o444, index % 2 == 1, false),
        Err(_) => panic!("a name without a NUL"),
    }
}

macro_rules! ten {
    ($each:ident($first:expr), $step:expr) => {
        [
            $each($first),
            $each($first + $step),
            $each($first + 2 * $step),
            $each($first + 3 * $step),
            $each($first + 4 * $step),
            $each($first + 5 * $step),
            $each($first + 6 * $step),
            $each($first + 7 * $step),
            $each($first + 8 * $step),
            $each($first + 9 * $step),
        ]
    };
}

const fn row(first: usize) -> [Attribute; 10] {
    ten!(one(first), 1)
}

static ALL: [[[Attribute; 10]; 8]; 10] = {
    const fn block(first: usize) -> [[Attribute; 10]; 8] {
        [
            row(first),
            row(first + 10),
            row(first + 20),
            row(first + 30),
            row(first + 40),
            row(first + 50),
            row(first + 60),
            row(first + 70),
        ]
    }
    ten!(block(0), 80)
};

impl chard::Attributes for Odd {
    const TABLE: &'static [Attribute] = ALL.as_flattened().as_flattened();

    fn show(&self, _call: &Call, index: u32, text: &mut Text<'_>) -> Result {
        Ok(writeln!(text, "{index}")?)
    }

    fn store(&self, _call: &Call, _index: u32, _text: &str) -> Result {
        Err(EIO)
    }
}

chard::handler!(Odd);
