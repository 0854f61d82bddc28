// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-bench0: what the smallest calls cost; devices that come and go.
#![no_std]
#![forbid(unsafe_code)]

use chard::prelude::*;

chard::uapi!();
use uapi::*;

struct Bench;

impl Handler for Bench {
    type File = ();
    const AFTER_PANIC: AfterPanic = AfterPanic::CarryOn;

    fn new(_call: &Call) -> Result<Self> {
        Ok(Bench)
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }
}

chard::ioctls! { Bench:
    CHARD_BENCH_EMPTY => empty();
    CHARD_BENCH_ADD => add(chard_bench_numbers) -> chard_bench_numbers;
    CHARD_BENCH_CREATE => create(value) -> value;
    CHARD_BENCH_REMOVE => remove(value);
    CHARD_BENCH_PANIC => panic();
}

impl Bench {
    fn empty(&self, _file: &File<'_>) -> Result {
        Ok(())
    }

    fn add(
        &self,
        _file: &File<'_>,
        mut numbers: chard_bench_numbers,
    ) -> Result<chard_bench_numbers> {
        for number in &mut numbers.number {
            *number = number.wrapping_add(1);
        }
        Ok(numbers)
    }

    fn create(&self, file: &File<'_>, index: usize) -> Result<u32> {
        file.create_device(Some(u32::try_from(index)?))
    }

    fn remove(&self, file: &File<'_>, index: usize) -> Result {
        file.remove_device_at(u32::try_from(index)?)
    }

    fn panic(&self, _file: &File<'_>) -> Result {
        panic!("asked to");
    }
}

chard::handler!(Bench);
