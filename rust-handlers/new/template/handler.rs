// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-@name@.
#![no_std]
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};

use chard::prelude::*;

chard::uapi!();
use uapi::*;

/// The device.
struct @Name@ {
    opens: AtomicU64,
}

impl Handler for @Name@ {
    type File = ();

    fn new(_call: &Call) -> Result<Self> {
        Ok(@Name@ {
            opens: AtomicU64::new(0),
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        self.opens.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Read for @Name@ {
    fn read(&self, _file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        to.write_from(b"hello from @name@\n")
    }
}

chard::ioctls! { @Name@:
    CHARD_@NAME@_GET_OPENS => opens() -> u64;
}

impl @Name@ {
    fn opens(&self, _file: &File<'_>) -> Result<u64> {
        Ok(self.opens.load(Ordering::Relaxed))
    }
}

chard::handler!(@Name@);
