// SPDX-License-Identifier: GPL-2.0
//! What the driver's own C hands to its handler with an event or a request, and takes back.

use core::ffi::{c_ulong, c_void};
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

use crate::devices::ioctl::Payload;
use crate::{Result, errno};

/// The bytes that go with an event or a request of the driver's C
/// ([`OnEvent`](crate::OnEvent), [`OnRequest`](crate::OnRequest)): what C has there, and gets
/// back. As a value they are a [`Payload`], a struct of the driver's uapi header for instance.
///
/// ```
/// use chard::prelude::*;
///
/// fn doubled(message: &mut Message<'_>) -> Result<u32> {
///     let value: u32 = message.take()?;
///     message.put(value * 2)?;
///     Ok(0)
/// }
/// ```
pub struct Message<'a> {
    bytes: &'a mut [u8],
}

impl Message<'_> {
    /// # Safety
    ///
    /// C's `data` and `len`: so many bytes are there for all of the call, and it alone uses
    /// them.
    pub(crate) unsafe fn new<'a>(data: *mut c_void, len: c_ulong) -> Message<'a> {
        let bytes = match len {
            0 => &mut [],
            // SAFETY: the caller vouches for it.
            len => unsafe { core::slice::from_raw_parts_mut(data.cast(), len as usize) },
        };
        Message { bytes }
    }

    /// The value that C has there. `EINVAL` where that has another size.
    pub fn take<T: Payload>(&self) -> Result<T> {
        // SAFETY: a Payload is valid whatever its bits.
        let mut value: T = unsafe { MaybeUninit::zeroed().assume_init() };
        let bytes = value.as_bytes_mut();
        if self.bytes.len() != bytes.len() {
            return Err(errno::EINVAL);
        }
        bytes.copy_from_slice(self.bytes);
        Ok(value)
    }

    /// Gives C a value in place of its own. `EINVAL` where that has another size.
    pub fn put<T: Payload>(&mut self, value: T) -> Result {
        let bytes = value.as_bytes();
        if self.bytes.len() != bytes.len() {
            return Err(errno::EINVAL);
        }
        self.bytes.copy_from_slice(bytes);
        Ok(())
    }
}

impl Deref for Message<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

impl DerefMut for Message<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.bytes
    }
}
