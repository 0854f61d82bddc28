// SPDX-License-Identifier: GPL-2.0
//! What a caller asks for in masses.
use core::time::Duration;

use chard::prelude::*;

use crate::uapi::*;
use crate::{DROPPED, LOCKS, Life, SOON};

impl Life {
    pub fn drop_started(&self, file: &File<'_>, count: usize) -> Result {
        for _ in 0..count {
            Timer::<Life>::new(file, DROPPED)?.start(file, SOON)?;
            Work::<Life>::new(file, DROPPED)?.start(file, SOON)?;
            Thread::<Life>::new(file, DROPPED)?.start(file)?;
        }
        Ok(())
    }

    pub fn works(&self, file: &File<'_>, count: usize) -> Result {
        let mut works = self.works.lock(file)?;
        works.clear();
        for _ in 0..count {
            let work = Work::new(file, LOCKS)?;
            work.start(file, Duration::ZERO)?;
            works.try_push(work)?;
        }
        Ok(())
    }

    pub fn keep(&self, file: &File<'_>, count: usize) -> Result {
        let mut kept = self.kept.lock(file)?;
        kept.clear();
        kept.try_reserve(count)?;
        for _ in 0..count {
            let spin = self.spin.lock(file)?;
            let block = try_box([0; CHARD_LIFE_BLOCK as usize]);
            drop(spin);
            if block.is_err() {
                kept.clear();
            }
            kept.try_push(block?)?;
        }
        Ok(())
    }
}
