// SPDX-License-Identifier: GPL-2.0
//! Memory, which the kernel may refuse: `alloc` without what aborts then.
//!
//! Allocating may sleep, and is charged to the cgroup of the caller whose call
//! it serves. The methods of [`Vec`] that would abort when memory is refused,
//! `push` among them, do not exist here; [`VecExt`] has them with a `Result`.

use core::alloc::{GlobalAlloc, Layout};

pub use rust_alloc::boxed::Box;
pub use rust_alloc::sync::{Arc, Weak};
pub use rust_alloc::vec::Vec;

pub use crate::string::{String, StringExt};

use crate::bindings::{chard_alloc, chard_free};
use crate::entry::this_driver;
use crate::{Errno, Payload, Result, errno};

/// The kernel's allocator. In a process, where other code than a handler's may
/// be linked to this crate, [`handler!`](crate::handler) puts it in place.
#[doc(hidden)]
pub struct Kernel;

#[cfg(not(chard_host))]
#[global_allocator]
static KERNEL: Kernel = Kernel;

// SAFETY: chard_alloc keeps the size and the alignment asked for, or gives
// null; alignments beyond a page it refuses.
unsafe impl GlobalAlloc for Kernel {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: alignments of a Layout are powers of two.
        unsafe { chard_alloc(this_driver(), layout.size() as _, layout.align() as _, 0) }.cast()
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { chard_alloc(this_driver(), layout.size() as _, layout.align() as _, 1) }.cast()
    }

    unsafe fn dealloc(&self, ptr: *mut u8, _: Layout) {
        // SAFETY: the caller passes what `alloc` gave.
        unsafe { chard_free(this_driver(), ptr.cast()) }
    }
}

/// A box around `value`; `ENOMEM` when there is no memory.
pub fn try_box<T>(value: T) -> Result<Box<T>> {
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        // SAFETY: a box of a type without a size needs no memory, only a
        // pointer that is aligned and not null. The value counts as moved.
        let empty = unsafe { Box::from_raw(core::ptr::NonNull::<T>::dangling().as_ptr()) };
        core::mem::forget(value);
        return Ok(empty);
    }
    // SAFETY: the size is not zero.
    let place = unsafe { rust_alloc::alloc::alloc(layout) }.cast::<T>();
    if place.is_null() {
        return Err(errno::ENOMEM);
    }
    // SAFETY: fresh memory of the type's layout, from the allocator that Box
    // gives it back to.
    unsafe {
        place.write(value);
        Ok(Box::from_raw(place))
    }
}

/// A value that is shared and counted; `ENOMEM` when there is no memory.
///
/// ```
/// use chard::prelude::*;
///
/// let name = try_arc(*b"shared")?;
/// let other = Arc::clone(&name); // needs no memory
/// drop(name);
/// assert_eq!(&*other, b"shared");
/// # Ok::<(), Errno>(())
/// ```
pub fn try_arc<T>(value: T) -> Result<Arc<T>> {
    Arc::try_new(value).map_err(|_| errno::ENOMEM)
}

/// What a [`Vec`] can do when memory may be refused: each method gives
/// `ENOMEM` then, and leaves the vector as it was.
pub trait VecExt<T> {
    /// Adds a value at the end.
    fn try_push(&mut self, value: T) -> Result;

    /// Adds copies of `values` at the end.
    fn try_extend(&mut self, values: &[T]) -> Result
    where
        T: Copy;

    /// A vector of `len` zeros, which the kernel makes where it allocates them, as
    /// `kcalloc()` does: cheaper than to write them.
    ///
    /// ```
    /// use chard::prelude::*;
    ///
    /// let bytes: Vec<u8> = Vec::try_zeroed(4096)?;
    /// assert_eq!(bytes, [0; 4096]);
    /// # Ok::<(), Errno>(())
    /// ```
    fn try_zeroed(len: usize) -> Result<Self>
    where
        T: Payload,
        Self: Sized;

    /// Makes it `len` long: cuts what is beyond, or adds copies of `value`.
    fn try_resize(&mut self, len: usize, value: T) -> Result
    where
        T: Copy;
}

impl<T> VecExt<T> for Vec<T> {
    fn try_push(&mut self, value: T) -> Result {
        self.try_reserve(1).map_err(Errno::from)?;
        self.spare_capacity_mut()[0].write(value);
        // SAFETY: the element behind the last was written just now.
        unsafe { self.set_len(self.len() + 1) };
        Ok(())
    }

    fn try_extend(&mut self, values: &[T]) -> Result
    where
        T: Copy,
    {
        self.try_reserve(values.len())?;
        for (place, value) in self.spare_capacity_mut().iter_mut().zip(values) {
            place.write(*value);
        }
        // SAFETY: as many elements as were reserved have been written.
        unsafe { self.set_len(self.len() + values.len()) };
        Ok(())
    }

    fn try_zeroed(len: usize) -> Result<Self>
    where
        T: Payload,
    {
        let layout = Layout::array::<T>(len).map_err(|_| errno::ENOMEM)?;
        let zeros = if layout.size() == 0 {
            core::ptr::NonNull::<T>::dangling().as_ptr()
        } else {
            // SAFETY: the size is not zero.
            unsafe { rust_alloc::alloc::alloc_zeroed(layout) }.cast()
        };
        if zeros.is_null() {
            return Err(errno::ENOMEM);
        }
        // SAFETY: `len` elements of zeros, which are valid, in memory of the layout that
        // Vec gives back, or in none where that needs none.
        Ok(unsafe { Vec::from_raw_parts(zeros, len, len) })
    }

    fn try_resize(&mut self, len: usize, value: T) -> Result
    where
        T: Copy,
    {
        let Some(more) = len.checked_sub(self.len()) else {
            self.truncate(len);
            return Ok(());
        };
        self.try_reserve(more)?;
        for place in &mut self.spare_capacity_mut()[..more] {
            place.write(value);
        }
        // SAFETY: all elements up to `len` have been written.
        unsafe { self.set_len(len) };
        Ok(())
    }
}
