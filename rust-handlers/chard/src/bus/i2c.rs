// SPDX-License-Identifier: GPL-2.0
//! I2C and SMBus: the chip that a device is bound to ([`Call::i2c`](crate::Call::i2c)).
//!
//! The driver's C file names the chips, with `CHARD_I2C_DRIVER()`; `docs/i2c.md` has a driver.
//!
//! Each transfer sleeps until the bus has done it, and needs a method that may wait. Its errors
//! are, beside those of the bus:
//!
//! | error | why |
//! |---|---|
//! | `ENODEV` | the chip was taken away |
//! | `EOPNOTSUPP` | the device is bound to no such chip, or the adapter has no such transfer: see [`I2c::functionality`] |
//! | `EDEADLK` | with a [`SpinLock`](crate::SpinLock) or in a method that must not wait |
//! | `EAGAIN` | the caller asked not to wait |
//! | `EINVAL` | a block without a byte, or of more than 32; no message, or more than 8 |
//!
//! The bus gives `ENXIO` or `EREMOTEIO` where nothing answers, `ETIMEDOUT`, `EBADMSG` for a wrong
//! code, `EPROTO`, `EIO`: which of them is the adapter's choice.

use crate::background::object::done;
use crate::bindings::{self, chard_i2c_message};
use crate::calls::call::sealed::Raw;
use crate::{Call, Result, errno};

/// The most bytes of a block of SMBus's.
pub const BLOCK_MAX: usize = 32;

/// The chip that a call's device is bound to.
///
/// ```
/// use chard::prelude::*;
///
/// /// The temperature of an LM75, in units of 1/256 °C.
/// fn temperature(call: &Call) -> Result<i16> {
///     Ok(call.i2c().read_word_swapped(0)? as i16)
/// }
/// ```
#[derive(Clone, Copy)]
pub struct I2c<'a> {
    call: &'a Call,
    pec: bool,
}

/// A message of [`I2c::transfer`], as `struct i2c_msg`.
pub enum Operation<'a> {
    /// Bytes to the chip.
    Write(&'a [u8]),
    /// As many from it.
    Read(&'a mut [u8]),
}

/// What an adapter can do: `I2C_FUNC_*` of `linux/i2c.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Functionality(u32);

impl Functionality {
    /// Messages as [`I2c::transfer`] has them.
    pub const I2C: Self = Self(bindings::CHARD_I2C_FUNC_I2C);
    /// [`I2c::read_byte`] and [`I2c::write_byte`].
    pub const BYTE: Self = Self(bindings::CHARD_I2C_FUNC_BYTE);
    /// [`I2c::read_byte_data`] and [`I2c::write_byte_data`].
    pub const BYTE_DATA: Self = Self(bindings::CHARD_I2C_FUNC_BYTE_DATA);
    /// [`I2c::read_word_data`] and [`I2c::write_word_data`], and the swapped ones.
    pub const WORD_DATA: Self = Self(bindings::CHARD_I2C_FUNC_WORD_DATA);
    /// [`I2c::read_block_data`] and [`I2c::write_block_data`].
    pub const BLOCK_DATA: Self = Self(bindings::CHARD_I2C_FUNC_BLOCK_DATA);
    /// [`I2c::read_i2c_block`] and [`I2c::write_i2c_block`].
    pub const I2C_BLOCK: Self = Self(bindings::CHARD_I2C_FUNC_I2C_BLOCK);
    /// [`I2c::with_pec`].
    pub const PEC: Self = Self(bindings::CHARD_I2C_FUNC_PEC);

    /// Whether all of `other` is there.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

type Data = [u8; bindings::CHARD_I2C_DATA as usize];

impl<'a> I2c<'a> {
    #[inline]
    pub(crate) fn new(call: &'a Call) -> Self {
        Self { call, pec: false }
    }

    /// The same chip, with an error code behind each transfer of SMBus's (PEC).
    #[inline]
    pub fn with_pec(self) -> Self {
        Self { pec: true, ..self }
    }

    /// `EOPNOTSUPP` unless the adapter can do all of this. For `new`, which refuses a chip that
    /// it could not talk to.
    #[inline]
    pub fn needs(self, functionality: Functionality) -> Result {
        match self.functionality().has(functionality) {
            true => Ok(()),
            false => Err(errno::EOPNOTSUPP),
        }
    }

    /// What the adapter can do; nothing where the chip was taken away.
    #[inline]
    pub fn functionality(self) -> Functionality {
        // SAFETY: the record of a call that goes on and may sleep.
        Functionality(unsafe { bindings::chard_i2c_functionality(self.call.raw()) })
    }

    #[inline]
    fn smbus(self, write: bool, command: u8, size: u32, mut data: Data) -> Result<Data> {
        // SAFETY: the record of a call that goes on; as many bytes as C looks at.
        done(unsafe {
            bindings::chard_i2c_smbus(
                self.call.raw(),
                write.into(),
                command,
                size,
                self.pec.into(),
                data.as_mut_ptr(),
            )
        })?;
        Ok(data)
    }

    // What has room for a transfer is out of line: a method of a handler's that has many does not
    // have the frames of all, which a kernel with KASAN pads. A transfer takes far longer
    // than the call.
    #[inline(never)]
    fn read(self, command: u8, size: u32) -> Result<[u8; 2]> {
        let [low, high, ..] = self.smbus(false, command, size, [0; _])?;
        Ok([low, high])
    }

    #[inline(never)]
    fn write(self, command: u8, size: u32, bytes: &[u8]) -> Result {
        let mut data: Data = [0; _];
        data[..bytes.len()].copy_from_slice(bytes);
        self.smbus(true, command, size, data).map(drop)
    }

    /// A byte, without a command.
    #[inline]
    pub fn read_byte(self) -> Result<u8> {
        Ok(self.read(0, bindings::CHARD_I2C_BYTE)?[0])
    }

    /// A byte, without a command.
    #[inline]
    pub fn write_byte(self, value: u8) -> Result {
        self.write(value, bindings::CHARD_I2C_BYTE, &[])
    }

    /// The byte of a register.
    #[inline]
    pub fn read_byte_data(self, register: u8) -> Result<u8> {
        Ok(self.read(register, bindings::CHARD_I2C_BYTE_DATA)?[0])
    }

    /// The byte of a register.
    #[inline]
    pub fn write_byte_data(self, register: u8, value: u8) -> Result {
        self.write(register, bindings::CHARD_I2C_BYTE_DATA, &[value])
    }

    /// The word of a register, whose low byte comes first, as SMBus has it.
    #[inline]
    pub fn read_word_data(self, register: u8) -> Result<u16> {
        let bytes = self.read(register, bindings::CHARD_I2C_WORD_DATA)?;
        Ok(u16::from_ne_bytes(bytes))
    }

    /// The word of a register, its low byte first.
    #[inline]
    pub fn write_word_data(self, register: u8, value: u16) -> Result {
        self.write(
            register,
            bindings::CHARD_I2C_WORD_DATA,
            &value.to_ne_bytes(),
        )
    }

    /// The word of a register, of a chip that has its high byte first, as many have.
    #[inline]
    pub fn read_word_swapped(self, register: u8) -> Result<u16> {
        Ok(self.read_word_data(register)?.swap_bytes())
    }

    /// The word of a register, its high byte first.
    #[inline]
    pub fn write_word_swapped(self, register: u8, value: u16) -> Result {
        self.write_word_data(register, value.swap_bytes())
    }

    /// A block, whose length the chip says: puts it into `bytes` and returns how many that are.
    #[inline(never)]
    pub fn read_block_data(self, command: u8, bytes: &mut [u8; BLOCK_MAX]) -> Result<usize> {
        let data = self.smbus(false, command, bindings::CHARD_I2C_BLOCK_DATA, [0; _])?;
        block(&data, bytes)
    }

    /// A block of 1 to 32 bytes, whose length the chip is told.
    #[inline]
    pub fn write_block_data(self, command: u8, bytes: &[u8]) -> Result {
        self.write_block(command, bindings::CHARD_I2C_BLOCK_DATA, bytes)
    }

    /// 1 to 32 bytes from a register on: as many as `bytes` has, or as the adapter gives.
    #[inline(never)]
    pub fn read_i2c_block(self, register: u8, bytes: &mut [u8]) -> Result<usize> {
        let mut data: Data = [0; _];
        data[0] = u8::try_from(bytes.len()).map_err(|_| errno::EINVAL)?;
        let data = self.smbus(false, register, bindings::CHARD_I2C_I2C_BLOCK, data)?;
        block(&data, bytes)
    }

    /// 1 to 32 bytes to a register and those behind it.
    #[inline]
    pub fn write_i2c_block(self, register: u8, bytes: &[u8]) -> Result {
        self.write_block(register, bindings::CHARD_I2C_I2C_BLOCK, bytes)
    }

    #[inline(never)]
    fn write_block(self, command: u8, size: u32, bytes: &[u8]) -> Result {
        if bytes.len() > BLOCK_MAX {
            return Err(errno::EINVAL);
        }
        let mut data: Data = [0; _];
        data[0] = bytes.len() as u8;
        data[1..=bytes.len()].copy_from_slice(bytes);
        self.smbus(true, command, size, data).map(drop)
    }

    /// Up to 8 messages in one transfer, with a repeated start between them: all, or an error.
    ///
    /// ```
    /// use chard::i2c::Operation;
    /// use chard::prelude::*;
    ///
    /// /// Reads an EEPROM whose addresses have two bytes.
    /// fn read_at(call: &Call, address: u16, bytes: &mut [u8]) -> Result {
    ///     let at = address.to_be_bytes();
    ///     call.i2c()
    ///         .transfer([Operation::Write(&at), Operation::Read(bytes)])
    /// }
    /// ```
    #[inline(never)]
    pub fn transfer<const N: usize>(self, messages: [Operation<'_>; N]) -> Result {
        let mut sent = [const {
            chard_i2c_message {
                bytes: core::ptr::null_mut(),
                len: 0,
                read: 0,
            }
        }; N];
        for (message, sent) in messages.into_iter().zip(&mut sent) {
            let (bytes, len, read) = match message {
                // C writes to no bytes that are not read.
                Operation::Write(bytes) => (bytes.as_ptr().cast_mut(), bytes.len(), 0),
                Operation::Read(bytes) => (bytes.as_mut_ptr(), bytes.len(), 1),
            };
            let len = u16::try_from(len).map_err(|_| errno::EINVAL)?;
            *sent = chard_i2c_message { bytes, len, read };
        }
        // SAFETY: the record of a call that goes on; so many messages, each with its bytes,
        // which are borrowed until this returns.
        done(unsafe {
            bindings::chard_i2c_transfer(self.call.raw(), sent.as_ptr(), sent.len() as u32)
        })
    }
}

/// What a block has, whose length comes from outside: no more than there is room for.
fn block(data: &Data, bytes: &mut [u8]) -> Result<usize> {
    let len = usize::from(data[0]);
    if len > BLOCK_MAX || len > bytes.len() {
        return Err(errno::EPROTO);
    }
    bytes[..len].copy_from_slice(&data[1..=len]);
    Ok(len)
}
