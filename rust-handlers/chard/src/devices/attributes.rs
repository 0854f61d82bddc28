// SPDX-License-Identifier: GPL-2.0
//! Files that a device has beside its node: attributes in sysfs, views in
//! debugfs; and the text that they, and `/proc/PID/fdinfo`, show.

use core::ffi::CStr;
use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use crate::bindings::{chard_attribute, chard_text, chard_text_add};
use crate::{Call, Handler, Result, errno};

/// The text that a file shows. [`fmt::Write`] writes to it: `writeln!(text, "{}",
/// value)?`.
///
/// There is room for 4,095 bytes in sysfs, where one value and a newline are the
/// custom: what is more gives `EFBIG`. Elsewhere a method that finds too little room
/// is called again with more, up to a mebibyte: beyond that debugfs gives `EFBIG`, and
/// `/proc/PID/fdinfo` cuts the text.
pub struct Text<'a> {
    raw: &'a mut chard_text,
}

impl<'a> Text<'a> {
    /// # Safety
    ///
    /// `raw` is that of a call that goes on, and is not used otherwise.
    pub(crate) unsafe fn new(raw: *mut chard_text) -> Self {
        // SAFETY: as for this function.
        let raw = unsafe { &mut *raw };
        Self { raw }
    }
}

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the text is C's or the panic handler's, and so is the room that it says
        // there is; these bytes are there for the time of the call.
        unsafe { chard_text_add(self.raw, text.as_ptr().cast(), text.len() as _) };
        if self.raw.cut == 0 {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }

    // As the trait's own, but for a way that is quicker with a text alone: a driver has
    // this once, if only for its panics.
    fn write_fmt(&mut self, args: fmt::Arguments<'_>) -> fmt::Result {
        fmt::write(self, args)
    }
}

/// The text that was written to a file, without the newline that `echo` leaves.
///
/// # Safety
///
/// `raw` is that of a call that goes on for all of `'a`.
pub(crate) unsafe fn stored<'a>(raw: *const chard_text) -> Result<&'a str> {
    // SAFETY: C has copied the bytes in, and leaves them alone while the call goes on.
    let bytes = unsafe {
        core::slice::from_raw_parts((*raw).bytes.cast::<u8>().cast_const(), (*raw).len as usize)
    };
    let text = core::str::from_utf8(bytes).map_err(|_| errno::EINVAL)?;
    Ok(text.strip_suffix('\n').unwrap_or(text))
}

/// One file of a device; [`attributes!`](crate::attributes) makes it.
#[doc(hidden)]
#[repr(transparent)]
pub struct Attribute(chard_attribute, PhantomData<&'static CStr>);

// SAFETY: the name is static, and none of it is written.
unsafe impl Sync for Attribute {}

/// One name, or two with a slash between them in sysfs; none is empty, `.` or `..`, or longer than
/// the name of a file may be.
const fn names_fit(name: &[u8], debugfs: bool) -> bool {
    let (mut at, mut begin, mut slashes) = (0, 0, 0);
    while at <= name.len() {
        if at == name.len() || name[at] == b'/' {
            let len = at - begin;
            if len == 0
                || len > 255
                || name[begin] == b'.' && (len == 1 || len == 2 && name[begin + 1] == b'.')
            {
                return false;
            }
            slashes += (at < name.len()) as u32;
            begin = at + 1;
        }
        at += 1;
    }
    slashes <= !debugfs as u32
}

impl Attribute {
    /// Does not compile with what the kernel would refuse.
    pub const fn new(name: &'static CStr, mode: u32, debugfs: bool, stores: bool) -> Self {
        assert!(
            mode & !0o664 == 0,
            "an attribute's mode has other bits than 0o664: only root and its group may write"
        );
        assert!(
            (mode & 0o222 != 0) == stores,
            "an attribute that may be written needs a method that stores, and the reverse"
        );
        assert!(!name.is_empty(), "an attribute without a name");
        assert!(
            names_fit(name.to_bytes(), debugfs),
            "an attribute's name is NAME, or in sysfs FOLDER/NAME, and none of these is . or .., or has \
             more than 255 bytes"
        );
        Self(
            chard_attribute {
                name: name.as_ptr(),
                mode,
                debugfs: debugfs as u32,
            },
            PhantomData,
        )
    }
}

/// What is in the folder of each device in sysfs anyway: the core's files, and the kernel's.
const TAKEN: [&[u8]; 10] = [
    b"remove",
    b"reset",
    b"panics",
    b"handler",
    b"state",
    b"dev",
    b"device",
    b"power",
    b"subsystem",
    b"uevent",
];

/// How long the name of the folder is, or all of it where there is none.
const fn first(name: &[u8]) -> usize {
    let mut at = 0;
    while at < name.len() && name[at] != b'/' {
        at += 1;
    }
    at
}

/// Whether two names begin with the same `len` bytes.
const fn begin_alike(one: &[u8], other: &[u8], len: usize) -> bool {
    let mut at = 0;
    while at < len {
        if at >= one.len() || at >= other.len() || one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether two names would meet: the same, or one a file and the other a folder.
const fn meet(one: &[u8], other: &[u8]) -> bool {
    let (first_one, first_other) = (first(one), first(other));
    let alike = first_one == first_other && begin_alike(one, other, first_one);
    let folders = first_one != one.len() && first_other != other.len();
    alike && (!folders || one.len() == other.len() && begin_alike(one, other, one.len()))
}

/// Does not compile with two files of one name, which the kernel would refuse when the
/// driver is loaded.
pub(crate) const fn distinct(table: &[Attribute]) {
    let mut at = 0;
    while at < table.len() {
        let Attribute(one, _) = &table[at];
        // SAFETY: the name is that of a `CStr` that is static.
        let name = unsafe { CStr::from_ptr(one.name) }.to_bytes();
        let mut other = 0;
        while other < TAKEN.len() {
            assert!(
                one.debugfs != 0 || !meet(name, TAKEN[other]),
                "an attribute of a name that each device has in sysfs already"
            );
            other += 1;
        }
        other = at + 1;
        while other < table.len() {
            let Attribute(second, _) = &table[other];
            // SAFETY: as above.
            let second_name = unsafe { CStr::from_ptr(second.name) }.to_bytes();
            assert!(
                one.debugfs != second.debugfs || !meet(name, second_name),
                "two attributes of one name, or one with the name of another's folder"
            );
            other += 1;
        }
        at += 1;
    }
}

/// Files that each device has in sysfs and debugfs. Written by
/// [`attributes!`](crate::attributes); one that is written by hand has the files that its
/// table has:
///
/// ```
/// # use chard::prelude::*;
/// # struct Dimmer;
/// # impl Handler for Dimmer {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dimmer) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// use chard::attributes::Attribute;
///
/// impl chard::Attributes for Dimmer {
///     const TABLE: &'static [Attribute] = &[Attribute::new(c"level", 0o444, false, false)];
///     fn show(&self, _: &Call, _: u32, _: &mut Text<'_>) -> Result { Err(EIO) }
///     fn store(&self, _: &Call, _: u32, _: &str) -> Result { Err(EIO) }
/// }
/// # chard::handler!(Dimmer);
/// # unsafe extern "C" {
/// #     #[link_name = concat!("chard_", env!("CARGO_PKG_NAME"), "_handler")]
/// #     static HANDLER: chard::bindings::chard_handler;
/// # }
/// # fn main() {
/// #     let (count, first) = unsafe { (HANDLER.attribute_count, &*HANDLER.attributes) };
/// #     assert_eq!((count, first.mode, first.debugfs), (1, 0o444, 0));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the handler `{Self}` does not implement `chard::Attributes`"
)]
pub trait Attributes: Handler {
    /// C is told how many there are.
    #[doc(hidden)]
    const TABLE: &'static [Attribute];

    /// Shows the file at this place of the table.
    #[doc(hidden)]
    fn show(&self, call: &Call, index: u32, text: &mut Text<'_>) -> Result;

    /// Stores what was written to it.
    #[doc(hidden)]
    fn store(&self, call: &Call, index: u32, text: &str) -> Result;
}

/// What a file shows whose method returns a value.
#[doc(hidden)]
pub fn show<T: fmt::Display>(text: &mut Text<'_>, value: T) -> Result {
    Ok(fmt::Write::write_fmt(text, format_args!("{value}\n"))?)
}

/// What is stored in a file whose method takes a value.
#[doc(hidden)]
pub fn parse<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| errno::EINVAL)
}

/// Files of each device: in sysfs, beside `remove` and `reset`, or, with the word
/// `debugfs`, in `/sys/kernel/debug/chard/NODE`.
///
/// ```
/// use chard::prelude::*;
/// use core::sync::atomic::{AtomicU32, Ordering};
///
/// struct Dimmer {
///     level: AtomicU32,
/// }
/// # impl Handler for Dimmer {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dimmer { level: AtomicU32::new(0) }) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
///
/// chard::attributes! { Dimmer:
///     c"level"         0o644 => show_level, store_level;
///     c"limits/most"   0o444 => show_most;
///     debugfs c"state" 0o400 => show_state;
/// }
///
/// impl Dimmer {
///     fn show_level(&self, _call: &Call, text: &mut Text<'_>) -> Result {
///         writeln!(text, "{}", self.level.load(Ordering::Relaxed))?;
///         Ok(())
///     }
///
///     fn store_level(&self, _call: &Call, text: &str) -> Result {
///         let level = text.parse().map_err(|_| EINVAL)?;
///         self.level.store(level, Ordering::Relaxed);
///         Ok(())
///     }
///
///     fn show_most(&self, _call: &Call, text: &mut Text<'_>) -> Result {
///         writeln!(text, "100")?;
///         Ok(())
///     }
///
///     fn show_state(&self, _call: &Call, text: &mut Text<'_>) -> Result {
///         writeln!(text, "level {}", self.level.load(Ordering::Relaxed))?;
///         Ok(())
///     }
/// }
/// ```
///
/// A method may return the value itself, and take one: as in [`ioctls!`](crate::ioctls), with
/// which it may share them. The value is shown with a newline behind it. A text that is none
/// of that type is refused with `EINVAL`:
///
/// ```
/// # use chard::prelude::*;
/// # use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// # const DIMMER_GET_LEVEL: u32 = 0x8004ee01;
/// # struct Dimmer { level: AtomicU32 }
/// # impl Handler for Dimmer {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dimmer { level: AtomicU32::new(0) }) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::attributes! { Dimmer:
///     c"level" 0o644 => level() -> u32, set_level(u32);
/// }
/// chard::ioctls! { Dimmer:
///     DIMMER_GET_LEVEL => level() -> u32;
/// }
///
/// impl Dimmer {
///     fn level(&self, _call: &Call) -> Result<u32> {
///         Ok(self.level.load(Relaxed))
///     }
///
///     fn set_level(&self, _call: &Call, level: u32) -> Result {
///         self.level.store(level, Relaxed);
///         Ok(())
///     }
/// }
/// ```
///
/// In sysfs `FOLDER/NAME` is in a folder of its own. The methods run in process
/// context and may sleep; a removal waits for them, and later callers
/// get `ENODEV`. What is stored is UTF-8, else `EINVAL`, and loses the newline
/// at its end.
///
/// Each has a name of its own, and none of those that each device has anyway, as `remove`
/// and `uevent`. A file that may be written has a method to store it, and is written by its
/// owner and its group at most:
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Dimmer;
/// # impl Handler for Dimmer {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dimmer) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::attributes! { Dimmer:
///     c"level" 0o644 => show_level;
/// }
/// # impl Dimmer {
/// #     fn show_level(&self, _call: &Call, _text: &mut Text<'_>) -> Result { Ok(()) }
/// # }
/// # chard::handler!(Dimmer);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! attributes {
    ($handler:ty: $($rest:tt)*) => {
        $crate::attributes!(@collect $handler, [] $($rest)*);
    };
    (@collect $handler:ty, [$($done:tt)*]
        debugfs $name:literal $mode:literal => $show:ident $(() -> $out:ty)?
        $(, $store:ident $(($in:ty))?)?; $($rest:tt)*
    ) => {
        $crate::attributes!(
            @collect $handler,
            [$($done)* {true $name $mode $show [$($out)?] $($store [$($in)?])?}] $($rest)*
        );
    };
    (@collect $handler:ty, [$($done:tt)*]
        $name:literal $mode:literal => $show:ident $(() -> $out:ty)?
        $(, $store:ident $(($in:ty))?)?; $($rest:tt)*
    ) => {
        $crate::attributes!(
            @collect $handler,
            [$($done)* {false $name $mode $show [$($out)?] $($store [$($in)?])?}] $($rest)*
        );
    };
    (@collect $handler:ty,
        [$({$debugfs:literal $name:literal $mode:literal
            $show:ident [$($out:tt)*] $($store:ident [$($in:tt)*])?})*]
    ) => {
        impl $crate::Attributes for $handler {
            const TABLE: &'static [$crate::attributes::Attribute] = &[
                $($crate::attributes::Attribute::new(
                    $name, $mode, $debugfs, false $(|| { let _ = Self::$store; true })?
                ),)*
            ];

            fn show(
                &self, call: &$crate::Call, index: u32, text: &mut $crate::Text<'_>,
            ) -> $crate::Result {
                let mut at = 0..;
                $(if at.next() == Some(index) {
                    return $crate::attributes!(@show (self, $show, call, text) $($out)*);
                })*
                Err($crate::errno::EIO)
            }

            fn store(&self, call: &$crate::Call, index: u32, text: &str) -> $crate::Result {
                let mut at = 0..;
                $(if at.next() == Some(index) {
                    $(return $crate::attributes!(@store (self, $store, call, text) $($in)*);)?
                })*
                let _ = (call, text);
                Err($crate::errno::EIO)
            }
        }
    };
    (@show ($this:expr, $method:ident, $call:ident, $text:ident)) => {
        $this.$method($call, $text)
    };
    (@show ($this:expr, $method:ident, $call:ident, $text:ident) $out:ty) => {
        $crate::attributes::show::<$out>($text, $this.$method($call)?)
    };
    (@store ($this:expr, $method:ident, $call:ident, $text:ident)) => {
        $this.$method($call, $text)
    };
    (@store ($this:expr, $method:ident, $call:ident, $text:ident) $in:ty) => {
        $this.$method($call, $crate::attributes::parse::<$in>($text)?)
    };
}
