// SPDX-License-Identifier: GPL-2.0
//! Memory that the CPU and a PCI device both see.

use core::mem::MaybeUninit;

use crate::background::object::done;
use crate::{Context, Payload, Result, bindings};

/// A DMA buffer, made by [`Pci::buffer`](super::pci::Pci::buffer). The PCI device may change it at
/// any time, so it is reached by copies alone, in a call of any kind. What is written here is
/// there before a register is written later, and what the PCI device has written before it
/// interrupts, or says so by a register, is read behind that.
///
/// ```
/// use chard::pci::Buffer;
/// use chard::prelude::*;
///
/// fn second(call: &AtomicCall, buffer: Buffer) -> Result<u32> {
///     buffer.read(call, 4)
/// }
/// ```
///
/// `EINVAL` for bytes that it does not have.
#[derive(Clone, Copy)]
pub struct Buffer {
    number: u32,
    address: u64,
    len: usize,
}

#[allow(clippy::len_without_is_empty)] // it has one byte at least
impl Buffer {
    pub(crate) fn new(number: u32, address: u64, len: usize) -> Self {
        Self {
            number,
            address,
            len,
        }
    }

    /// Its address for the PCI device.
    pub fn address(self) -> u64 {
        self.address
    }

    /// How many bytes it has.
    pub fn len(self) -> usize {
        self.len
    }

    /// Copies from byte `at` on.
    pub fn copy_to(self, call: &impl Context, at: usize, to: &mut [u8]) -> Result {
        // SAFETY: the record of a call that goes on, and so many bytes. C compares the rest with
        // the buffer of the call's device.
        done(unsafe {
            bindings::chard_pci_buffer_read(
                call.raw(),
                self.number,
                at as u64,
                to.as_mut_ptr().cast(),
                to.len() as _,
            )
        })
    }

    /// Copies to byte `at` and behind it.
    pub fn copy_from(self, call: &impl Context, at: usize, from: &[u8]) -> Result {
        // SAFETY: as above.
        done(unsafe {
            bindings::chard_pci_buffer_write(
                call.raw(),
                self.number,
                at as u64,
                from.as_ptr().cast(),
                from.len() as _,
            )
        })
    }

    /// The value at byte `at`.
    pub fn read<T: Payload>(self, call: &impl Context, at: usize) -> Result<T> {
        // SAFETY: a Payload is valid whatever its bits.
        let mut value: T = unsafe { MaybeUninit::zeroed().assume_init() };
        self.copy_to(call, at, value.as_bytes_mut())?;
        Ok(value)
    }

    /// Puts a value at byte `at`.
    pub fn write<T: Payload>(self, call: &impl Context, at: usize, value: T) -> Result {
        self.copy_from(call, at, value.as_bytes())
    }
}
