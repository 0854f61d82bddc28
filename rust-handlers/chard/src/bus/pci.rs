// SPDX-License-Identifier: GPL-2.0
//! PCI: the device on a bus that a device is bound to ([`Call::pci`](crate::Call::pci)).
//!
//! The driver's C file names the PCI devices, with `CHARD_PCI_DRIVER()`; `docs/pci.md` has a
//! driver.
//!
//! ```
//! use chard::pci::{Memory, Register};
//! use chard::prelude::*;
//! use core::time::Duration;
//!
//! const CONTROL: Register<u32, 0x04> = Register::new();
//! const STATUS: Register<u32, 0x08> = Register::new();
//!
//! struct Device {
//!     registers: Memory<0x100>,
//! }
//!
//! impl Device {
//!     fn new(call: &Call) -> Result<Self> {
//!         let registers = call.pci().memory(0)?;
//!         call.pci().interrupts(1..=1)?;
//!         Ok(Device { registers })
//!     }
//!
//!     fn start(&self, call: &Call) -> Result<u32> {
//!         self.registers.write(call, CONTROL, 1)?;
//!         self.registers
//!             .read_until(call, STATUS, Duration::from_millis(10), |status| status & 1 != 0)
//!     }
//! }
//! ```
//!
//! What a handler has of its PCI device, a [`Bar`] or a [`Buffer`], is a number. It may be copied,
//! forgotten and kept in a static: each access is one of the call's device, and is compared
//! with what that has. Errors of all of them are:
//!
//! | error | why |
//! |---|---|
//! | `ENODEV` | the device is not bound any more, or has left its slot |
//! | `EOPNOTSUPP` | the device is bound to no PCI device |
//! | `EINVAL` | there is no such BAR, register or byte; a BAR of ports is asked for as one of memory, or the reverse |
//!
//! and of what is asked for by [`Pci`], which may sleep:
//!
//! | error | why |
//! |---|---|
//! | `EDEADLK` | with a [`SpinLock`](crate::SpinLock) |
//! | `EAGAIN` | the caller asked not to wait |
//! | `ENOMEM` | there is no memory |

use core::ops::RangeInclusive;

use crate::background::object::done;
use crate::bindings;
use crate::calls::call::sealed::Raw;
use crate::{Area, Call, Errno, Result};

pub use super::dma::Buffer;
pub use super::registers::{Bar, InMemory, InPorts, Memory, Ports, Register, Space, Value};

/// The PCI device that a call's device is bound to: what a handler asks for, as a rule in
/// [`Handler::new`](crate::Handler::new). It has all of that until the binding ends.
#[derive(Clone, Copy)]
pub struct Pci<'a> {
    call: &'a Call,
}

impl<'a> Pci<'a> {
    #[inline]
    pub(crate) fn new(call: &'a Call) -> Self {
        Self { call }
    }

    fn map(self, number: u32, len: usize, ports: bool) -> Result {
        // SAFETY: the record of a call that goes on.
        done(unsafe { bindings::chard_pci_map(self.call.raw(), number, len as u64, ports.into()) })
    }

    /// The first `SIZE` bytes of the BAR `number`, which has memory. `EBUSY` where less of it is
    /// mapped already.
    pub fn memory<const SIZE: usize>(self, number: u32) -> Result<Memory<SIZE>> {
        self.map(number, SIZE, false)?;
        Ok(Bar::new(number))
    }

    /// Likewise of a BAR that has ports.
    pub fn ports<const SIZE: usize>(self, number: u32) -> Result<Ports<SIZE>> {
        self.map(number, SIZE, true)?;
        Ok(Bar::new(number))
    }

    /// Maps the BAR `number`, one of memory, to user space, for [`Map::map`](crate::Map::map): the
    /// area begins in the BAR where it begins in the device. It is not cached.
    /// [`fault`](crate::Map::fault) is not called. A task that touches what is mapped when the
    /// device goes, or for the first time while it is in quarantine, gets `SIGBUS`.
    ///
    /// A process that may write there can have the PCI device do anything, DMA to any address too.
    ///
    /// `EINVAL` also for a private mapping, and for one that is not within the whole pages of the
    /// BAR.
    pub fn map_area(self, area: &Area<'_>, number: u32) -> Result {
        // SAFETY: the record of a call that goes on, and what its mmap(2) asks for.
        done(unsafe { bindings::chard_pci_area(self.call.raw(), area.raw(), number) })
    }

    /// Interrupts: as many vectors as there are of `count`, MSI-X, MSI or INTx. Returns how many.
    /// For [`Handler::new`](crate::Handler::new): they come when that has returned, also before
    /// the device has its node.
    ///
    /// Each interrupt is an event ([`OnEvent`](crate::OnEvent)), whose number is the
    /// vector's, from 0, with an empty message. What the method answers is whether the device
    /// has interrupted: `Ok(0)` where it has not, since the line of an INTx may be shared; else
    /// `Ok(1)`. While the device does not answer the interrupt is disabled; a
    /// [`reset`](crate::Handler::reset) enables it.
    ///
    /// `ENOSPC` where there are fewer vectors, `EBUSY` behind `new` or for a second time,
    /// `EINVAL` for more than 32, `EOPNOTSUPP` where the handler has no `OnEvent`.
    pub fn interrupts(self, count: RangeInclusive<u32>) -> Result<u32> {
        let (min, max) = count.into_inner();
        // SAFETY: the record of a call that goes on.
        let count = unsafe { bindings::chard_pci_interrupts(self.call.raw(), min, max) };
        u32::try_from(count).map_err(|_| Errno::from_c(count.into()))
    }

    /// The PCI device reaches memory, by addresses of so many bits: before the first
    /// [`buffer`](Self::buffer). `EBUSY` behind it, `EIO` where the kernel has no such memory.
    pub fn dma_mask(self, bits: u32) -> Result {
        // SAFETY: the record of a call that goes on.
        done(unsafe { bindings::chard_pci_dma_mask(self.call.raw(), bits) })
    }

    /// A DMA buffer of `len` zeros, 4 MiB at most. It stays until the binding has ended, so a
    /// handler allocates it once: there are 16 at most (`ENOSPC`). `EINVAL` before
    /// [`dma_mask`](Self::dma_mask).
    pub fn buffer(self, len: usize) -> Result<Buffer> {
        let mut address = 0;
        // SAFETY: the record of a call that goes on, and the address's place.
        let number =
            unsafe { bindings::chard_pci_buffer(self.call.raw(), len as u64, &mut address) };
        match u32::try_from(number) {
            Ok(number) => Ok(Buffer::new(number, address, len)),
            Err(_) => Err(Errno::from_c(number.into())),
        }
    }
}
