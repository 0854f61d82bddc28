// SPDX-License-Identifier: GPL-2.0
//! Memory that a device shares with user space: what is asked of it by `mmap(2)`,
//! and the pages that it gives.

use core::cell::Cell;
use core::ffi::{c_long, c_ulong};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Range;
use core::ptr::NonNull;

use crate::background::object::{Object, done};
use crate::bindings::{
    self, chard_area, chard_page_put, chard_pages_get, chard_pages_load, chard_pages_new,
    chard_pages_punch, chard_pages_read, chard_pages_read_iter, chard_pages_resize,
    chard_pages_seek, chard_pages_size, chard_pages_store, chard_pages_write,
    chard_pages_write_iter, chard_pages_zero,
};
use crate::calls::call::sealed::Raw;
use crate::entry::this_driver;
use crate::memory::copy::Memory;
use crate::{Call, Errno, Result, UserReader, UserWriter, errno};

/// The bytes of a page.
pub const PAGE_SIZE: usize = bindings::CHARD_PAGE_SIZE as usize;

/// What `mmap(2)` asks for: a part of the device, and what the caller may do there.
///
/// `mprotect(2)` may add access later, without the handler being asked: what the mode of
/// the file allows, as for any file. So a handler that refuses an access for as long as the
/// mapping exists calls [`deny_write`](Self::deny_write) or
/// [`deny_exec`](Self::deny_exec); to look at [`writable`](Self::writable) is not enough.
/// A device that must not be written to by `mmap(2)` can also refuse files that are
/// [`writable`](crate::File::writable), in [`open`](crate::Handler::open) or in
/// [`map`](crate::Map::map).
pub struct Area<'a> {
    raw: &'a Cell<chard_area>,
    _call: PhantomData<&'a Call>,
}

impl<'a> Area<'a> {
    pub(crate) fn new(_call: &'a Call, raw: &'a mut chard_area) -> Self {
        Self {
            raw: Cell::from_mut(raw),
            _call: PhantomData,
        }
    }

    /// What C has, for as long as the call goes on.
    pub(crate) fn raw(&self) -> *mut chard_area {
        self.raw.as_ptr()
    }

    /// Where in the device it begins, in bytes: a multiple of [`PAGE_SIZE`].
    pub fn start(&self) -> u64 {
        self.raw.get().offset
    }

    /// Where it ends, in bytes: a multiple of [`PAGE_SIZE`] behind the start.
    pub fn end(&self) -> u64 {
        let area = self.raw.get();
        area.offset.saturating_add(area.length)
    }

    fn has(&self, flag: u32) -> bool {
        self.raw.get().flags & flag != 0
    }

    /// `MAP_SHARED`: what is written there is the device's. A private mapping has
    /// copies of what is written to.
    pub fn shared(&self) -> bool {
        self.has(bindings::CHARD_AREA_SHARED)
    }

    /// `PROT_READ`, as yet: `mprotect(2)` may change this and the other two.
    pub fn readable(&self) -> bool {
        self.has(bindings::CHARD_AREA_READ)
    }

    /// `PROT_WRITE`.
    pub fn writable(&self) -> bool {
        self.has(bindings::CHARD_AREA_WRITE)
    }

    /// `PROT_EXEC`.
    pub fn executable(&self) -> bool {
        self.has(bindings::CHARD_AREA_EXEC)
    }

    fn deny(&self, asked: bool, never: u32) -> Result {
        if asked {
            return Err(errno::EACCES);
        }
        let mut area = self.raw.get();
        area.flags |= never;
        self.raw.set(area);
        Ok(())
    }

    /// Keeps the device from being written to through this mapping, as if the file were
    /// open for reading only: `EACCES`, which [`map`](crate::Map::map) returns, if the
    /// mapping is shared and asks for `PROT_WRITE` now; else `mprotect(2)` refuses to add
    /// it. A private mapping stays as it is: its writes go to copies.
    pub fn deny_write(&self) -> Result {
        if !self.shared() {
            return Ok(());
        }
        self.deny(self.writable(), bindings::CHARD_AREA_NEVER_WRITE)
    }

    /// Keeps code from being run in this mapping, shared or private: `EACCES`, which
    /// [`map`](crate::Map::map) returns, if it asks for `PROT_EXEC` now; else `mprotect(2)`
    /// refuses to add it.
    pub fn deny_exec(&self) -> Result {
        self.deny(self.executable(), bindings::CHARD_AREA_NEVER_EXEC)
    }
}

/// A page of memory, held: it is there while it is held or mapped.
///
/// Rust never reads its bytes: user space changes them when it likes.
/// [`Pages`] copies them.
pub struct Page {
    raw: NonNull<bindings::page>,
}

// SAFETY: it is a count that is held, in the kernel's own atomic; nobody looks
// into the page.
unsafe impl Send for Page {}
// SAFETY: as above.
unsafe impl Sync for Page {}

impl Page {
    /// The page with its hold, which goes to C.
    pub(crate) fn into_raw(self) -> *mut bindings::page {
        ManuallyDrop::new(self).raw.as_ptr()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: the hold is this value's, and ends with it.
        unsafe { chard_page_put(this_driver(), self.raw.as_ptr()) };
    }
}

/// An array of pages that can be mapped: bytes that the device and user space
/// share. [`Map::fault`](crate::Map::fault) gives its pages.
///
/// It is sparse: a page is allocated, zeroed, when it is first written to or
/// mapped, and charged to the cgroup of the task that did that. No reference to its
/// bytes exists in Rust, since user space changes them when it likes: they are
/// copied. All methods that take a call may sleep, and say `EDEADLK` where it
/// holds a spinlock, `EXDEV` for the array of another device.
///
/// # Locks
///
/// What a caller hands to `read(2)` may be its mapping of this very device: then
/// the copy ends in [`Map::fault`](crate::Map::fault), in the same thread. So no
/// lock may be held across a copy to or from user space that `fault` or
/// [`map`](crate::Map::map) takes, and best none at all. `Pages` needs none: it
/// can be used, resized and punched by any number of calls at once.
///
/// ```
/// use chard::prelude::*;
///
/// struct Frame {
///     pages: Pages,
/// }
///
/// impl Handler for Frame {
///     type File = ();
///
///     fn new(call: &Call) -> Result<Self> {
///         let pages = Pages::new(call, 65536)?;
///         pages.store(call, 0, b"a frame")?;
///         Ok(Frame { pages })
///     }
///
///     fn open(&self, _file: &File<'_>) -> Result<()> {
///         Ok(())
///     }
/// }
///
/// impl Map for Frame {
///     fn map(&self, _file: &File<'_>, area: &Area<'_>) -> Result {
///         if area.end() > self.pages.size() {
///             return Err(ENXIO);
///         }
///         Ok(())
///     }
///
///     fn fault(&self, file: &File<'_>, index: u64) -> Result<Page> {
///         self.pages.page(file, index)
///     }
/// }
/// ```
pub struct Pages {
    object: Object,
}

/// What C has moved, or why nothing.
fn moved(ret: c_long) -> Result<c_ulong> {
    c_ulong::try_from(ret).map_err(|_| Errno::from_c(ret))
}

impl Pages {
    /// An array of the call's device, all zeros, of `size` bytes. `ENOMEM` when
    /// there is no memory, or no file can be so large.
    pub fn new(call: &Call, size: u64) -> Result<Self> {
        Ok(Self {
            // SAFETY: the call goes on.
            object: Object::new(unsafe { chard_pages_new(call.raw(), size) })?,
        })
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        // SAFETY: the array lives.
        unsafe { chard_pages_size(self.object.raw()) }
    }

    /// Gives it another size. What is cut off is gone at once, private copies of it
    /// too: a task that touches it in a mapping gets `SIGBUS`. What is added is zeros.
    /// `EINVAL` for more bytes than a file can have.
    pub fn set_size(&self, call: &Call, size: u64) -> Result {
        // SAFETY: the array lives, and the call goes on.
        done(unsafe { chard_pages_resize(call.raw(), self.object.raw(), size) })
    }

    /// Copies to user space, from the position of `to` on, what the caller can take
    /// and the array has.
    pub fn read(&self, call: &Call, to: &mut UserWriter<'_>) -> Result<usize> {
        let pos = to.pos();
        let (call, pages) = (call.raw(), self.object.raw());
        to.advance(usize::MAX, |to, len| {
            // SAFETY: the array lives, the call goes on, and an iov_iter is its own.
            moved(unsafe {
                match to {
                    Memory::User(to) => chard_pages_read(call, pages, to, pos, len),
                    Memory::Iter(to) => chard_pages_read_iter(call, pages, to, pos, len),
                }
            })
        })
    }

    /// Copies from user space, to the position of `from` on, as far as the array
    /// goes: nothing at its end. `ENOMEM` where there is no memory for the first
    /// page.
    pub fn write(&self, call: &Call, from: &mut UserReader<'_>) -> Result<usize> {
        let pos = from.pos();
        let (call, pages) = (call.raw(), self.object.raw());
        from.advance(usize::MAX, |from, len| {
            // SAFETY: the array lives, the call goes on, and an iov_iter is its own.
            moved(unsafe {
                match from {
                    Memory::User(from) => chard_pages_write(call, pages, from, pos, len),
                    Memory::Iter(from) => chard_pages_write_iter(call, pages, from, pos, len),
                }
            })
        })
    }

    /// Copies to `bytes` what is at `pos`, as far as the array goes; says how much.
    pub fn load(&self, call: &Call, pos: u64, bytes: &mut [u8]) -> Result<usize> {
        let (to, len) = (bytes.as_mut_ptr().cast(), bytes.len() as c_ulong);
        // SAFETY: the array lives, the call goes on, and there is room for so much.
        moved(unsafe { chard_pages_load(call.raw(), self.object.raw(), to, pos, len) })
            .map(|count| count as usize)
    }

    /// Copies `bytes` to `pos`, as far as the array goes; says how much. `ENOMEM`
    /// as for [`write`](Self::write).
    pub fn store(&self, call: &Call, pos: u64, bytes: &[u8]) -> Result<usize> {
        let (from, len) = (bytes.as_ptr().cast(), bytes.len() as c_ulong);
        // SAFETY: the array lives, the call goes on, and the bytes are so many.
        moved(unsafe { chard_pages_store(call.raw(), self.object.raw(), from, pos, len) })
            .map(|count| count as usize)
    }

    /// Makes a range zeros. Its pages stay, and so do holes.
    pub fn zero(&self, call: &Call, range: Range<u64>) -> Result {
        let (start, end) = (range.start, range.end);
        // SAFETY: the array lives, and the call goes on.
        done(unsafe { chard_pages_zero(call.raw(), self.object.raw(), start, end) })
    }

    /// Makes a range zeros and gives its whole pages back: a hole. A mapping
    /// of them has zeros from then on; private copies stay.
    pub fn punch(&self, call: &Call, range: Range<u64>) -> Result {
        let (start, end) = (range.start, range.end);
        // SAFETY: the array lives, and the call goes on.
        done(unsafe { chard_pages_punch(call.raw(), self.object.raw(), start, end) })
    }

    fn seek(&self, pos: u64, hole: bool) -> Result<u64> {
        // SAFETY: the array lives.
        let found = unsafe { chard_pages_seek(self.object.raw(), pos, hole.into()) };
        u64::try_from(found).map_err(|_| Errno::from_c(found as c_long))
    }

    /// The first byte from `pos` on that is in a page, for `SEEK_DATA`; `ENXIO`
    /// where there is none.
    pub fn next_data(&self, pos: u64) -> Result<u64> {
        self.seek(pos, false)
    }

    /// The first byte from `pos` on that is in a hole, for `SEEK_HOLE`: at the
    /// latest the end. `ENXIO` from the end on.
    pub fn next_hole(&self, pos: u64) -> Result<u64> {
        self.seek(pos, true)
    }

    /// The page that begins at `index` times [`PAGE_SIZE`], allocated where there is
    /// none. `ENXIO` beyond the array, `ENOMEM`, `EAGAIN` where the call must not
    /// sleep.
    pub fn page(&self, call: &Call, index: u64) -> Result<Page> {
        let mut page = core::ptr::null_mut();
        // SAFETY: the array lives, and the call goes on.
        done(unsafe { chard_pages_get(call.raw(), self.object.raw(), index, &mut page) })?;
        Ok(Page {
            raw: NonNull::new(page).ok_or(errno::ENXIO)?,
        })
    }
}
