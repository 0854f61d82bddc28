// SPDX-License-Identifier: GPL-2.0
//! Memory, which the kernel may refuse: `alloc` without what aborts then.
//!
//! Allocating may sleep, and is charged to the cgroup of the caller whose call
//! it serves. The methods of [`Vec`] that would abort when memory is refused,
//! `push` among them, do not exist here; [`VecExt`] has them with a `Result`.

use core::alloc::{GlobalAlloc, Layout};
use core::mem::ManuallyDrop;
use core::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16,
    AtomicU32, AtomicU64, AtomicUsize,
};

pub use rust_alloc::boxed::Box;
pub use rust_alloc::sync::{Arc, Weak};
pub use rust_alloc::vec::Vec;

pub use crate::memory::string::{String, StringExt};

use crate::bindings::{chard_alloc, chard_free};
use crate::entry::this_driver;
use crate::{Errno, Result, errno};

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

/// A type for which bytes of zero are a value: numbers, [`atomic`](crate::atomic)s,
/// arrays of those, structs of the driver's uapi header, and an [`Option`] of a box,
/// which is `None`.
///
/// ```compile_fail,E0277
/// use chard::prelude::*;
///
/// let never: Box<[&u32; 4]> = try_box_zeroed()?; // a reference is never zero
/// # Ok::<(), Errno>(())
/// ```
///
/// # Safety
///
/// As said.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may not be made of zeros",
    note = "numbers, atomics and arrays of those may; make another one with `try_box_array()` \
            or `Vec::try_from_fn()`, which call a function for each element"
)]
pub unsafe trait Zeroable {}

macro_rules! zeroable {
    ($($t:ty)*) => {
        // SAFETY: numbers, of which zero is one; `false`; and the character NUL.
        $(unsafe impl Zeroable for $t {})*
    };
}
zeroable!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char);
zeroable!(AtomicBool AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize);
zeroable!(AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize);

// SAFETY: zeros are a value of each element.
unsafe impl<T: Zeroable, const N: usize> Zeroable for [T; N] {}
// SAFETY: Rust says of an option of a box that `None` is a null pointer.
unsafe impl<T> Zeroable for Option<Box<T>> {}

/// Memory for what this layout is of, not null: none, for a type without a size.
fn room<T>(layout: Layout, zeroed: bool) -> Result<*mut T> {
    let at = match (layout.size(), zeroed) {
        (0, _) => core::ptr::NonNull::<T>::dangling().as_ptr(),
        // SAFETY: the size is not zero.
        (_, false) => unsafe { rust_alloc::alloc::alloc(layout) }.cast(),
        // SAFETY: as above.
        (_, true) => unsafe { rust_alloc::alloc::alloc_zeroed(layout) }.cast(),
    };
    if at.is_null() {
        return Err(errno::ENOMEM);
    }
    Ok(at)
}

/// A box around `value`; `ENOMEM` when there is no memory. May sleep, where its call may.
///
/// The value comes by the stack: make a large one by [`try_box_zeroed`] or
/// [`try_box_array`].
pub fn try_box<T>(value: T) -> Result<Box<T>> {
    let place = room::<T>(Layout::new::<T>(), false)?;
    // SAFETY: room for the type, from the allocator that Box gives it back to.
    unsafe {
        place.write(value);
        Ok(Box::from_raw(place))
    }
}

/// A box of zeros, made where it stays, so that it may be larger than the stack; `ENOMEM`
/// when there is no memory. May sleep, where its call may.
///
/// ```
/// use chard::prelude::*;
/// use chard::atomic::AtomicU64;
///
/// let counts: Box<[AtomicU64; 8192]> = try_box_zeroed()?; // 64 KiB
/// # assert_eq!(counts[8191].load(chard::atomic::Ordering::Relaxed), 0);
/// # Ok::<(), Errno>(())
/// ```
pub fn try_box_zeroed<T: Zeroable>() -> Result<Box<T>> {
    let place = room::<T>(Layout::new::<T>(), true)?;
    // SAFETY: zeros are a value of the type, and the allocator is that which Box gives
    // it back to.
    Ok(unsafe { Box::from_raw(place) })
}

/// A box of an array, each element made by `make` of its index where it stays, so that the
/// array may be larger than the stack.
///
/// `ENOMEM` when there is no memory, else the first error of `make`'s, which ends it: the
/// elements before are dropped. May sleep, where its call may.
///
/// ```
/// use chard::prelude::*;
///
/// struct Table {
///     rows: Mutex<Box<[u64; 1536]>>, // 12 KiB
/// }
///
/// fn table(seed: u64) -> Result<Table> {
///     let rows = try_box_array(|row| Ok(seed + row as u64))?;
///     Ok(Table { rows: Mutex::new(lock_class!(c"rows"), rows)? })
/// }
/// # assert_eq!(table(7)?.rows.get_mut()?[1535], 7 + 1535);
/// # Ok::<(), Errno>(())
/// ```
pub fn try_box_array<T, const N: usize>(
    make: impl FnMut(usize) -> Result<T>,
) -> Result<Box<[T; N]>> {
    let mut elements = ManuallyDrop::new(Vec::try_from_fn(N, make)?);
    // SAFETY: N elements in memory of the array's layout, which the vector gives up.
    Ok(unsafe { Box::from_raw(elements.as_mut_ptr().cast()) })
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
        T: Zeroable,
        Self: Sized;

    /// A vector of `len` elements, each made by `make` of its index. The first error of
    /// `make`'s ends it, and the elements before are dropped.
    ///
    /// ```
    /// use chard::prelude::*;
    ///
    /// let locks: Vec<Mutex<u32>> =
    ///     Vec::try_from_fn(8, |_| Ok(Mutex::new(lock_class!(c"slot"), 0)?))?;
    /// assert_eq!(locks.len(), 8);
    /// # Ok::<(), Errno>(())
    /// ```
    fn try_from_fn(len: usize, make: impl FnMut(usize) -> Result<T>) -> Result<Self>
    where
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
        T: Zeroable,
    {
        let layout = Layout::array::<T>(len).map_err(|_| errno::ENOMEM)?;
        let zeros = room::<T>(layout, true)?;
        // SAFETY: `len` elements of zeros, which are values, in memory of the layout that
        // Vec gives back.
        Ok(unsafe { Vec::from_raw_parts(zeros, len, len) })
    }

    fn try_from_fn(len: usize, mut make: impl FnMut(usize) -> Result<T>) -> Result<Self> {
        let layout = Layout::array::<T>(len).map_err(|_| errno::ENOMEM)?;
        let place = room::<T>(layout, false)?;
        // SAFETY: room for `len` elements, of which there is none yet.
        let mut elements = unsafe { Vec::from_raw_parts(place, 0, len) };
        for index in 0..len {
            let element = make(index)?;
            // SAFETY: there is room for it behind the `index` elements that are there.
            unsafe {
                place.add(index).write(element);
                elements.set_len(index + 1);
            }
        }
        Ok(elements)
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
