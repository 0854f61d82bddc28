// SPDX-License-Identifier: GPL-2.0
//! /dev/chard-shm: memory that processes share. How pages are given to user space,
//! and why no lock is held while their bytes are copied.
#![no_std]
#![forbid(unsafe_code)]

use core::ops::{Range, RangeInclusive};

use chard::prelude::*;

chard::uapi!();
use uapi::*;

/// The device. A process that maps it writes at any time, so there is nothing for a lock
/// to guard; and a read into a mapping of the device touches that, and so comes to
/// [`Map::fault`], before it is done.
struct Shm {
    pages: Pages,
}

impl Handler for Shm {
    type File = ();

    fn new(call: &Call) -> Result<Self> {
        Ok(Shm {
            pages: Pages::new(call, CHARD_SHM_SIZE_DEFAULT.into())?,
        })
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }
}

impl Read for Shm {
    fn read(&self, file: &File<'_>, to: &mut UserWriter<'_>) -> Result {
        self.pages.read(file, to)?;
        Ok(())
    }
}

impl Write for Shm {
    fn write(&self, file: &File<'_>, from: &mut UserReader<'_>) -> Result {
        if from.append() {
            from.set_pos(self.pages.size())?;
        }
        if from.left() > 0 && self.pages.write(file, from)? == 0 {
            return Err(ENOSPC);
        }
        Ok(())
    }
}

impl Seek for Shm {
    fn seek(&self, _file: &File<'_>, from: SeekFrom) -> Result<u64> {
        match from {
            // A position before the start is as far from any byte as one behind the end.
            SeekFrom::Data(pos) => self.pages.next_data(u64::try_from(pos).or(Err(ENXIO))?),
            SeekFrom::Hole(pos) => self.pages.next_hole(u64::try_from(pos).or(Err(ENXIO))?),
            from => from.within(self.pages.size()),
        }
    }
}

/// What is written is as lasting as it can be: this lets `msync(2)` say so.
impl Fsync for Shm {
    fn fsync(&self, _file: &File<'_>, _range: RangeInclusive<u64>, _datasync: bool) -> Result {
        Ok(())
    }
}

impl Map for Shm {
    fn map(&self, _file: &File<'_>, area: &Area<'_>) -> Result {
        // Not the size: as with a file, that may come later.
        if area.end() > CHARD_SHM_SIZE_MAX.into() {
            return Err(ENXIO);
        }
        Ok(())
    }

    fn fault(&self, file: &File<'_>, index: u64) -> Result<Page> {
        self.pages.page(file, index)
    }
}

chard::ioctls! { Shm:
    CHARD_SHM_GET_SIZE => size() -> u64;
    CHARD_SHM_SET_SIZE => set_size(u64);
    CHARD_SHM_PUNCH => punch(chard_shm_range);
    CHARD_SHM_ZERO => zero(chard_shm_range);
}

/// The range that is meant.
fn range(asked: &chard_shm_range) -> Result<Range<u64>> {
    let end = asked.offset.checked_add(asked.length).ok_or(EINVAL)?;
    Ok(asked.offset..end)
}

impl Shm {
    fn size(&self, _file: &File<'_>) -> Result<u64> {
        Ok(self.pages.size())
    }

    fn set_size(&self, file: &File<'_>, size: u64) -> Result {
        if size > CHARD_SHM_SIZE_MAX.into() {
            return Err(EINVAL);
        }
        self.pages.set_size(file, size)
    }

    fn punch(&self, file: &File<'_>, asked: chard_shm_range) -> Result {
        self.pages.punch(file, range(&asked)?)
    }

    fn zero(&self, file: &File<'_>, asked: chard_shm_range) -> Result {
        self.pages.zero(file, range(&asked)?)
    }
}

chard::handler!(Shm);
