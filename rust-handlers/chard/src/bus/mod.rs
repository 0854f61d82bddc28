// SPDX-License-Identifier: GPL-2.0
//! What a device is bound to, by the bus that it is on.

pub mod dma;
pub mod i2c;
pub mod pci;
pub mod registers;
