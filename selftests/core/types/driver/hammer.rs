// SPDX-License-Identifier: GPL-2.0
//! What many threads do at once.

use chard::prelude::*;

use crate::uapi::*;
use crate::{Alive, Types, TypesFile};

impl Types {
    /// One of the things, again and again; `EINVAL` where anything is not as it must be.
    pub fn hammer(&self, file: &TypesFile<'_>, hammer: chard_types_hammer) -> Result {
        for round in 0..u64::from(hammer.rounds) {
            if !self.strike(file, hammer.what, round)? {
                return Err(EINVAL);
            }
            // A task that has nothing else to wait for ends with the device.
            file.check()?;
        }
        Ok(())
    }

    /// One round; whether all is as it must be.
    fn strike(&self, file: &TypesFile<'_>, what: u32, round: u64) -> Result<bool> {
        match what {
            CHARD_TYPES_SEM_READS => {
                let both = self.sems[0].read(file)?;
                return Ok(both[0] == both[1]);
            }
            CHARD_TYPES_SEM_WRITES => {
                let mut both = self.sems[0].write(file)?;
                both[0] += 1;
                both[1] += 1;
            }
            CHARD_TYPES_LOCK_READS => {
                return Ok(self.locks[2].read_with(file, |both, _| both[0] == both[1])?);
            }
            CHARD_TYPES_LOCK_WRITES => {
                self.locks[2].write_with(file, |both, _| {
                    both[0] += 1;
                    both[1] += 1;
                })?;
            }
            CHARD_TYPES_RCU_READS => {
                return Ok(self.value.read_with(file, |value, _| value.is_whole())?);
            }
            CHARD_TYPES_RCU_REPLACES => {
                return Ok(self.value.replace(file, Alive::new(round)?)?.is_whole());
            }
            CHARD_TYPES_COUNTS => {
                self.count.add(3);
                self.count.add(-2);
            }
            CHARD_TYPES_ARCS => {
                let mine = Arc::clone(&*self.shared.lock(file)?);
                if round % 16 == 0 {
                    let new = try_arc(*Alive::new(round)?)?;
                    *self.shared.lock(file)? = new;
                }
                return Ok(mine.is_whole());
            }
            CHARD_TYPES_COMPLETES => self.done.complete(file),
            CHARD_TYPES_WAITS => self.done.wait(file)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
