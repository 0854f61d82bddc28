// SPDX-License-Identifier: GPL-2.0
//! Where C enters: the one table of entries, from which [`handler!`](crate::handler) is
//! made, too.
//!
//! An entry makes references of C's pointers, calls the handler's method and
//! turns its result into what C returns. Nothing else in a handler is called
//! from C. What each is called with says the contract (bindings/chard_handler.h).

use core::ffi::{c_int, c_long, c_uint, c_ulong, c_void};
use core::marker::PhantomData;

use crate::background::uring::UringCommand;
use crate::bindings::{
    self, chard_area, chard_call, chard_command, chard_driver, chard_text, iov_iter, page,
    poll_table_struct,
};
use crate::calls::call::{nanoseconds, sealed::Raw};
use crate::devices::attributes::{Attribute, Attributes, Text, stored};
use crate::devices::file::{File, SeekFrom};
use crate::devices::handler::{
    CompatIoctl, Fasync, Flush, Fsync, Handler, Ioctl, Map, OnEvent, OnRequest, OnThread, OnTimer,
    OnWork, Poll, Read, Seek, ShowFdinfo, Sleep, Suspend, UringCmd, Write,
};
use crate::devices::message::Message;
use crate::memory::copy::Memory;
use crate::{Area, AtomicCall, Call, PollTable, Result, UserReader, UserWriter, errno};

/// The driver's C side, whose address [`handler!`](crate::handler) gives.
#[doc(hidden)]
#[repr(transparent)]
pub struct Driver(pub *const chard_driver);

// SAFETY: the address of something static that Rust never looks into.
unsafe impl Sync for Driver {}

unsafe extern "Rust" {
    /// Of the one handler in this module; `handler!` defines it.
    static chard_this_driver: Driver;
}

pub(crate) fn this_driver() -> *const chard_driver {
    // SAFETY: defined once, by `handler!`, and never written.
    unsafe { chard_this_driver.0 }
}

fn to_c(result: Result<c_long>) -> c_long {
    result.unwrap_or_else(|errno| errno.to_c())
}

/// The same, of what makes a device.
fn to_bus(result: Result) -> c_long {
    result.map_or_else(|errno| errno.to_bus(), |()| 0)
}

/// The device and the file of a call, as the handler's types.
///
/// # Safety
///
/// `call` is C's record of a call on an open file, and `place` where the state of its
/// device is; both states are `H`'s, made by [`device_init`] and [`open`].
#[inline(always)]
unsafe fn enter<'a, H: Handler>(
    call: *mut chard_call,
    place: *mut c_void,
) -> (&'a H, File<'a, H::File>) {
    // SAFETY: the device's state lives until no file of the device is left; it is
    // written through cells alone.
    unsafe { (&*place.cast(), File::new(Call::from_raw(call))) }
}

/// # Safety
///
/// C's call of `chard_NAME_device_init`: `place` has room for an `H`.
#[doc(hidden)]
pub unsafe extern "C" fn device_init<H: Handler>(
    call: *mut chard_call,
    place: *mut c_void,
) -> c_long {
    // SAFETY: C's record, and room that is not published yet.
    to_bus(unsafe { H::new(Call::from_raw(call)).map(|state| place.cast::<H>().write(state)) })
}

/// # Safety
///
/// C's call of `chard_NAME_device_exit`: no file of the device is open.
#[doc(hidden)]
pub unsafe extern "C" fn device_exit<H: Handler>(
    _call: *mut chard_call,
    place: *mut c_void,
) -> c_long {
    // SAFETY: `device_init` made it, and this is its end.
    unsafe { place.cast::<H>().drop_in_place() };
    0
}

/// # Safety
///
/// C's call of `chard_NAME_device_reset`: the device's state is there.
#[doc(hidden)]
pub unsafe extern "C" fn device_reset<H: Handler>(
    call: *mut chard_call,
    place: *mut c_void,
) -> c_long {
    // SAFETY: the device lives while the call goes on.
    to_c(unsafe { (*place.cast::<H>()).reset(Call::from_raw(call)) }.map(|()| 0))
}

/// # Safety
///
/// C's call of `chard_NAME_registered`: the device's state is there.
#[doc(hidden)]
pub unsafe extern "C" fn registered<H: Handler>(
    call: *mut chard_call,
    place: *mut c_void,
) -> c_long {
    // SAFETY: the device lives while the call goes on.
    to_bus(unsafe { (*place.cast::<H>()).registered(Call::from_raw(call)) })
}

/// # Safety
///
/// C's call of `chard_NAME_removed`: the device's state is there.
#[doc(hidden)]
pub unsafe extern "C" fn removed<H: Handler>(call: *mut chard_call, place: *mut c_void) -> c_long {
    // SAFETY: the device lives while the call goes on.
    unsafe { (*place.cast::<H>()).removed(Call::from_raw(call)) };
    0
}

/// # Safety
///
/// C's call of `chard_NAME_load`. There is no device, and so no [`Call`] for the handler.
#[doc(hidden)]
pub unsafe extern "C" fn load<H: Handler>(_call: *mut chard_call, _place: *mut c_void) -> c_long {
    #[cfg(chard_host)]
    crate::calls::panic::hook();
    to_c(H::load().map(|()| 0))
}

/// # Safety
///
/// C's call of `chard_NAME_unload`, as [`load`].
#[doc(hidden)]
pub unsafe extern "C" fn unload<H: Handler>(_call: *mut chard_call, _place: *mut c_void) -> c_long {
    H::unload();
    0
}

/// # Safety
///
/// C's call of `chard_NAME_open`: the device's state is there, and room for the file's.
#[doc(hidden)]
pub unsafe extern "C" fn open<H: Handler>(call: *mut chard_call, place: *mut c_void) -> c_long {
    // SAFETY: as above; `File<()>` has a state of no size.
    let (device, file) = unsafe { (&*place.cast::<H>(), File::<()>::new(Call::from_raw(call))) };
    if device.is_stream() {
        // SAFETY: the file is being opened.
        unsafe { bindings::chard_file_stream(file.filp()) };
    }
    to_c(device.open(&file).map(|state| {
        // SAFETY: as above; from here on the state is there.
        unsafe {
            File::<H::File>::new(Call::from_raw(call))
                .place()
                .write(state)
        };
        0
    }))
}

/// # Safety
///
/// C's call of `chard_NAME_release`: no other call of the file goes on.
#[doc(hidden)]
pub unsafe extern "C" fn release<H: Handler>(call: *mut chard_call, place: *mut c_void) -> c_long {
    // SAFETY: both states are there; the file's ends here.
    unsafe {
        let (device, file) = enter::<H>(call, place);
        device.release(&file);
        file.place().drop_in_place();
    }
    0
}

/// What both entries of a [`Read`] do.
///
/// # Safety
///
/// `pos` is C's position, for this call alone; an iov_iter is this call's.
#[inline(always)]
unsafe fn read<H: Read>(
    device: &H,
    file: &File<'_, H::File>,
    to: Memory,
    len: c_ulong,
    pos: *mut i64,
    flags: u32,
) -> Result<c_long> {
    // SAFETY: the position of this call alone.
    let pos = unsafe { &mut *pos };
    let mut to = UserWriter::entry(file, to, len, *pos, flags);
    let result = device.read(file, &mut to);
    Ok(to.finish(pos, result))
}

/// What both entries of a [`Write`] do.
///
/// # Safety
///
/// As for [`read`].
#[inline(always)]
unsafe fn write<H: Write>(
    device: &H,
    file: &File<'_, H::File>,
    from: Memory,
    len: c_ulong,
    pos: *mut i64,
    flags: u32,
) -> Result<c_long> {
    // SAFETY: the position of this call alone.
    let pos = unsafe { &mut *pos };
    let mut from = UserReader::entry(file, from, len, *pos, flags);
    let result = device.write(file, &mut from);
    Ok(from.finish(pos, result))
}

/// Which entries a handler has: `Has::<H>::READ` is that of the inherent impl where
/// `H: Read`, else that of [`Handled`].
#[doc(hidden)]
pub struct Has<H>(PhantomData<H>);

// The table: in each line an entry's trait and method, the constant that says whether a
// handler has the entry, the entry with its arguments between the call and the place, and
// what it does. `life` are the entries that each handler has.
//
// `$` is for the macro handler!, which this makes, too (export.rs).
entries! {
    ($)
    life { device_init device_exit device_reset registered removed load unload open release }
    files {
        Read::read READ read(to: u64, len: c_ulong, pos: *mut i64, flags: u32)
            |device, file, to, len, pos, flags| {
                // SAFETY: what C has called with.
                unsafe { read(device, file, Memory::User(to), len, pos, flags) }
            };
        Read::read READ_ITER read_iter(to: *mut iov_iter, len: c_ulong, pos: *mut i64, flags: u32)
            |device, file, to, len, pos, flags| {
                // SAFETY: what C has called with.
                unsafe { read(device, file, Memory::Iter(to), len, pos, flags) }
            };
        Write::write WRITE write(from: u64, len: c_ulong, pos: *mut i64, flags: u32)
            |device, file, from, len, pos, flags| {
                // SAFETY: what C has called with.
                unsafe { write(device, file, Memory::User(from), len, pos, flags) }
            };
        Write::write WRITE_ITER write_iter(from: *mut iov_iter, len: c_ulong, pos: *mut i64, flags: u32)
            |device, file, from, len, pos, flags| {
                // SAFETY: what C has called with.
                unsafe { write(device, file, Memory::Iter(from), len, pos, flags) }
            };
        Seek::seek LLSEEK llseek(offset: i64, whence: c_int, pos: i64)
            |device, file, offset, whence, pos| {
                let pos = device.seek(file, SeekFrom::from_c(whence, offset, pos)?)?;
                c_long::try_from(pos).map_err(|_| errno::EOVERFLOW)
            };
        Ioctl::ioctl UNLOCKED_IOCTL unlocked_ioctl(cmd: c_uint, arg: c_ulong)
            |device, file, cmd, arg| Ok(device.ioctl_entry(file.again(), cmd, arg as usize).to_c());
        CompatIoctl::compat_ioctl COMPAT_IOCTL compat_ioctl(cmd: c_uint, arg: c_ulong)
            |device, file, cmd, arg| Ok(device.compat_ioctl_entry(file.again(), cmd, arg as usize).to_c());
        Poll::poll POLL poll(table: *mut poll_table_struct)
            |device, file, table| {
                // SAFETY: what C has called with.
                let mut table = unsafe { PollTable::new(file.raw(), table) };
                let ready = device.poll(file, &mut table)?;
                table.error()?;
                Ok(ready.to_c().into())
            };
        Fasync::fasync FASYNC fasync() |device, file| device.fasync(file).map(|()| 0);
        Flush::flush FLUSH flush() |device, file| device.flush(file).map(|()| 0);
        Fsync::fsync FSYNC fsync(start: i64, end: i64, datasync: c_int)
            |device, file, start, end, datasync| {
                // The VFS gives a range of positions, none of them negative.
                let range = start as u64..=end as u64;
                device.fsync(file, range, datasync != 0).map(|()| 0)
            };
        ShowFdinfo::show_fdinfo SHOW_FDINFO show_fdinfo(text: *mut chard_text)
            |device, file, text| {
                // SAFETY: what C has called with.
                device.show_fdinfo(file, &mut unsafe { Text::new(text) }).map(|()| 0)
            };
        UringCmd::uring_cmd URING_CMD uring_cmd(command: *mut chard_command)
            |device, file, command| {
                // SAFETY: what C has called with, for this call alone.
                let answer = device.uring_cmd(file, unsafe { UringCommand::new(file, command) })?;
                // SAFETY: as above; the handler's use of it has ended.
                Ok(answer.to_c(unsafe { &mut *command }))
            };
        Map::map MMAP mmap(area: *mut chard_area)
            |device, file, area| {
                // SAFETY: what C has called with, for this call alone.
                device.map(file, &Area::new(file, unsafe { &mut *area })).map(|()| 0)
            };
        Map::fault FAULT fault(index: u64, page: *mut *mut page)
            |device, file, index, page| {
                let given = device.fault(file, index)?;
                // SAFETY: where C wants it; the hold goes along.
                unsafe { page.write(given.into_raw()) };
                Ok(0)
            };
    }
    devices {
        OnTimer::timer TIMER timer(token: c_ulong) |device, call, token| {
            // SAFETY: C's record of a call that goes on.
            let next = device.timer(unsafe { AtomicCall::from_raw(call) }, token as usize);
            // C takes 0 for no next expiry.
            Ok(next.map_or(0, |next| nanoseconds(next).clamp(1, i64::MAX as u64) as c_long))
        };
        OnWork::work WORK work(token: c_ulong) |device, call, token| {
            // SAFETY: C's record of a call that goes on and may sleep.
            device.work(unsafe { Call::from_raw(call) }, token as usize);
            Ok(0)
        };
        OnThread::thread THREAD thread(token: c_ulong) |device, call, token| {
            // SAFETY: C's record of a call that goes on and may sleep.
            device.thread(unsafe { Call::from_raw(call) }, token as usize);
            Ok(0)
        };
        OnEvent::event EVENT event(event: u32, data: *mut c_void, len: c_ulong)
            |device, call, event, data, len| {
                // SAFETY: what C has called with; C's record of a call that goes on.
                let (call, mut message) =
                    unsafe { (AtomicCall::from_raw(call), Message::new(data, len)) };
                device.event(call, event, &mut message).map(c_long::from)
            };
        OnRequest::request REQUEST request(request: u32, data: *mut c_void, len: c_ulong)
            |device, call, request, data, len| {
                // SAFETY: what C has called with; C's record of a call that may sleep.
                let (call, mut message) = unsafe { (Call::from_raw(call), Message::new(data, len)) };
                device.request(call, request, &mut message).map(c_long::from)
            };
        Suspend::suspend SUSPEND suspend(why: u32) |device, call, why| {
            // SAFETY: C's record of a call that goes on and may sleep.
            device.suspend(unsafe { Call::from_raw(call) }, Sleep::from_c(why)).map(|()| 0)
        };
        Suspend::resume RESUME resume(why: u32) |device, call, why| {
            // SAFETY: C's record of a call that goes on and may sleep.
            device.resume(unsafe { Call::from_raw(call) }, Sleep::from_c(why)).map(|()| 0)
        };
        Attributes::show ATTRIBUTE_SHOW attribute_show(index: u32, text: *mut chard_text)
            |device, call, index, text| {
                // SAFETY: what C has called with, in a call that may sleep.
                let (call, mut text) = unsafe { (Call::from_raw(call), Text::new(text)) };
                device.show(call, index, &mut text).map(|()| 0)
            };
        Attributes::store ATTRIBUTE_STORE attribute_store(index: u32, text: *mut chard_text)
            |device, call, index, text| {
                // SAFETY: what C has called with, in a call that may sleep.
                let (call, text) = unsafe { (Call::from_raw(call), stored(text)?) };
                device.store(call, index, text).map(|()| 0)
            };
    }
}
