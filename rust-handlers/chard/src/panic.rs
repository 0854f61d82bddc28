// SPDX-License-Identifier: GPL-2.0
//! What happens when a handler panics: the message is formatted here, with its
//! place; C writes it to the log and ends the call (`core/panic.c`). Nothing
//! returns to the frames between, and none of their destructors runs.

use core::fmt::{self, Write};
use core::panic::Location;

use crate::bindings;
use crate::entry::this_driver;

struct Report {
    text: [u8; 480],
    len: usize,
}

impl Report {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.len) {
            // One line, whatever the message holds.
            *place = if byte == b'\n' { b' ' } else { byte };
            self.len += 1;
        }
    }

    /// A number and the sign before it; without what formats any number.
    fn push_number(&mut self, sign: u8, number: u32) {
        self.push(sign);
        let mut digits = [0; 10];
        let mut first = digits.len();
        let mut left = number;
        loop {
            first -= 1;
            digits[first] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        for digit in &digits[first..] {
            self.push(*digit);
        }
    }
}

impl fmt::Write for Report {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.push(byte);
        }
        Ok(())
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        self.write_str(char.encode_utf8(&mut [0; 4]))
    }
}

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
    let mut report = Report {
        text: [0; 480],
        len: 0,
    };
    // What does not fit is cut: a panic must not panic.
    let _ = report.write_str("panicked");
    if let Some(place) = place {
        let _ = report.write_str(" at ");
        // Not by {}: padding strings is a kilobyte of code.
        let _ = report.write_str(place.file());
        report.push_number(b':', place.line());
        report.push_number(b':', place.column());
    }
    // A message may panic itself, when it is a handler's that formats it. That
    // comes here again, once: then it is left out.
    // SAFETY: the driver's own address.
    if unsafe { bindings::chard_panicking(this_driver()) } == 0 {
        let _ = write!(report, ": {message}");
    } else {
        let _ = report.write_str(", while the message of a panic was formatted");
    }
    let place = place.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the bytes are there for the time of the call; the place is only
    // compared.
    unsafe {
        bindings::chard_panic(
            this_driver(),
            report.text.as_ptr().cast(),
            report.len as _,
            place.cast(),
        );
    }
    // chard_panic() is declared as if it returned; an instruction that traps
    // behind the call tells objtool that the code ends here.
    // SAFETY: not reached.
    unsafe { core::arch::asm!("ud2", options(noreturn)) }
}
