// SPDX-License-Identifier: GPL-2.0
//! Each method of `chard::i2c`, by ioctl: `chard_chips.h`.
#![no_std]
#![forbid(unsafe_code)]

use chard::i2c::{BLOCK_MAX, Functionality, I2c, Operation};
use chard::prelude::*;

chard::uapi!();
use uapi::*;

struct Chips {
    spin: SpinLock<u32>,
}

impl Handler for Chips {
    type File = ();

    fn new(_call: &Call) -> Result<Self> {
        Ok(Chips {
            spin: SpinLock::new(lock_class!(c"chips"), 0)?,
        })
    }

    /// The last method that reaches the chip.
    fn removed(&self, call: &Call) {
        let _ = call.i2c().write_byte_data(CHARD_CHIPS_REMOVED as u8, 0x5a);
    }

    fn open(&self, _file: &File<'_>) -> Result<()> {
        Ok(())
    }
}

chard::ioctls! { Chips:
    CHARD_CHIPS_TRANSFER => transfer(chard_chips_transfer) -> chard_chips_transfer;
}

fn functionality(chip: I2c<'_>) -> u32 {
    let has = chip.functionality();
    [
        Functionality::I2C,
        Functionality::BYTE,
        Functionality::BYTE_DATA,
        Functionality::WORD_DATA,
        Functionality::BLOCK_DATA,
        Functionality::I2C_BLOCK,
        Functionality::PEC,
    ]
    .into_iter()
    .enumerate()
    .map(|(bit, each)| u32::from(has.has(each)) << bit)
    .sum()
}

/// `N` messages: the command, then a read of a byte for each other.
fn messages<const N: usize>(chip: I2c<'_>, command: u8, to: &mut [u8]) -> Result {
    let command = [command];
    let mut to = to.iter_mut();
    chip.transfer(core::array::from_fn::<_, N, _>(|i| {
        match to.next().filter(|_| i > 0) {
            Some(byte) => Operation::Read(core::slice::from_mut(byte)),
            None => Operation::Write(&command),
        }
    }))
}

impl Chips {
    fn transfer(
        &self,
        file: &File<'_>,
        mut it: chard_chips_transfer,
    ) -> Result<chard_chips_transfer> {
        let chip = match it.pec {
            0 => file.i2c(),
            _ => file.i2c().with_pec(),
        };
        let command = it.command as u8;
        let bytes = it.bytes.get_mut(..it.len as usize).ok_or(E2BIG)?;
        match it.what {
            CHARD_CHIPS_FUNCTIONALITY => it.value = functionality(chip),
            CHARD_CHIPS_READ_BYTE => it.value = chip.read_byte()?.into(),
            CHARD_CHIPS_WRITE_BYTE => chip.write_byte(it.value as u8)?,
            CHARD_CHIPS_READ_BYTE_DATA => it.value = chip.read_byte_data(command)?.into(),
            CHARD_CHIPS_WRITE_BYTE_DATA => chip.write_byte_data(command, it.value as u8)?,
            CHARD_CHIPS_READ_WORD_DATA => it.value = chip.read_word_data(command)?.into(),
            CHARD_CHIPS_WRITE_WORD_DATA => chip.write_word_data(command, it.value as u16)?,
            CHARD_CHIPS_READ_WORD_SWAPPED => it.value = chip.read_word_swapped(command)?.into(),
            CHARD_CHIPS_WRITE_WORD_SWAPPED => chip.write_word_swapped(command, it.value as u16)?,
            CHARD_CHIPS_READ_BLOCK_DATA => {
                let mut block = [0; BLOCK_MAX];
                let len = chip.read_block_data(command, &mut block)?;
                it.bytes[..BLOCK_MAX].copy_from_slice(&block);
                it.value = len as u32;
            }
            CHARD_CHIPS_WRITE_BLOCK_DATA => chip.write_block_data(command, bytes)?,
            CHARD_CHIPS_READ_I2C_BLOCK => it.value = chip.read_i2c_block(command, bytes)? as u32,
            CHARD_CHIPS_WRITE_I2C_BLOCK => chip.write_i2c_block(command, bytes)?,
            CHARD_CHIPS_MESSAGE_READ => chip.transfer([Operation::Read(bytes)])?,
            CHARD_CHIPS_MESSAGE_WRITE => chip.transfer([Operation::Write(bytes)])?,
            CHARD_CHIPS_MESSAGE_BOTH => {
                chip.transfer([Operation::Write(&[command]), Operation::Read(bytes)])?
            }
            CHARD_CHIPS_MESSAGE_NONE => chip.transfer([])?,
            CHARD_CHIPS_MESSAGE_EIGHT => messages::<8>(chip, command, bytes)?,
            CHARD_CHIPS_MESSAGE_NINE => messages::<9>(chip, command, bytes)?,
            CHARD_CHIPS_READ_TWICE => {
                chip.read_byte_data(command)?;
                it.value = match chip.read_byte_data(command) {
                    Ok(_) => 0,
                    Err(error) => error.number() as u32,
                };
            }
            CHARD_CHIPS_READ_LOCKED => {
                let _spin = self.spin.lock(file)?;
                it.value = chip.read_byte()?.into();
            }
            _ => return Err(ENOTTY),
        }
        Ok(it)
    }
}

chard::handler!(Chips);
