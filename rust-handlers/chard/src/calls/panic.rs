// SPDX-License-Identifier: GPL-2.0
//! What happens when a handler panics: the message is formatted here; C writes it to
//! the log, with its place, and ends the call (`core/calls/panic.c`). Nothing
//! returns to the frames between, and none of their destructors runs.

use core::fmt::{self, Write};
use core::mem::MaybeUninit;
use core::panic::Location;

use crate::Text;
use crate::bindings::{self, chard_place, chard_text};
use crate::entry::this_driver;

/// Bytes of a message; what is more is cut: a panic must not panic.
const ROOM: usize = 400;

#[cfg(not(chard_host))]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    end(info.location(), info.message())
}

/// In a process std has the panic handler; its hook brings a panic to the same
/// end.
#[cfg(chard_host)]
pub(crate) fn hook() {
    std::panic::set_hook(std::boxed::Box::new(|info| {
        end(
            info.location(),
            info.payload_as_str().unwrap_or("no message"),
        )
    }));
}

#[inline(always)]
fn end(place: Option<&Location<'_>>, message: impl fmt::Display) -> ! {
    let mut room = MaybeUninit::<[u8; ROOM]>::uninit();
    let mut said = chard_text {
        bytes: room.as_mut_ptr().cast(),
        size: ROOM as _,
        len: 0,
        cut: 0,
    };
    let file = place.map_or("", Location::file);
    let at = chard_place {
        id: place.map_or(core::ptr::null(), core::ptr::from_ref).cast(),
        file: file.as_ptr().cast(),
        file_len: file.len() as _,
        line: place.map_or(0, Location::line),
        column: place.map_or(0, Location::column),
    };
    // A message may panic itself, when it is a handler's that formats it. That
    // comes here again, once: then it is left out.
    // SAFETY: the driver's own address.
    let again = unsafe { bindings::chard_panicking(this_driver()) } != 0;
    let text = if again {
        core::ptr::null_mut()
    } else {
        // SAFETY: the room is there until the end, and this is the only use of it.
        let mut to = unsafe { Text::new(&raw mut said) };
        let _ = to.write_fmt(format_args!("{message}"));
        &raw mut said
    };
    // SAFETY: the bytes are there for the time of the call; the place's address is
    // only compared.
    unsafe { bindings::chard_panic(this_driver(), text, &raw const at) };
    // chard_panic() is declared as if it returned; an instruction that traps
    // behind the call tells objtool that the code ends here.
    // SAFETY: not reached.
    unsafe { core::arch::asm!("ud2", options(noreturn)) }
}
