// SPDX-License-Identifier: GPL-2.0
//! The table of a handler's ioctls.

/// Writes [`Ioctl`](crate::Ioctl) for a handler: each number of the uapi
/// header with the method that answers it, and what goes in and comes out.
///
/// ```
/// # use chard::prelude::*;
/// # mod uapi {
/// #     pub const CHARD_ECHO_GET_SIZE: u32 = 0x8008ec01;
/// #     pub const CHARD_ECHO_CLEAR: u32 = 0xec02;
/// #     pub const CHARD_ECHO_SET_LIMIT: u32 = 0x4008ec03;
/// #     pub const CHARD_ECHO_SUM: u32 = 0xc010ec04;
/// #     pub const CHARD_ECHO_WAIT: u32 = 0xec05;
/// #     chard::uapi_items! {
/// #         #[repr(C)]
/// #         #[derive(Clone, Copy)]
/// #         pub struct chard_echo_sum { pub offset: u64, pub sum: u64 }
/// #     }
/// # }
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::ioctls! { Echo:
///     uapi::CHARD_ECHO_CLEAR     => clear();
///     uapi::CHARD_ECHO_GET_SIZE  => get_size() -> u64;
///     uapi::CHARD_ECHO_SET_LIMIT => set_limit(u64);
///     uapi::CHARD_ECHO_SUM       => sum(uapi::chard_echo_sum) -> uapi::chard_echo_sum;
///     uapi::CHARD_ECHO_WAIT      => wait(value) -> value;
/// }
/// # impl Echo {
/// #     fn clear(&self, _: &File<'_>) -> Result { Ok(()) }
/// #     fn get_size(&self, _: &File<'_>) -> Result<u64> { Ok(0) }
/// #     fn set_limit(&self, _: &File<'_>, _: u64) -> Result { Ok(()) }
/// #     fn sum(&self, _: &File<'_>, it: uapi::chard_echo_sum) -> Result<uapi::chard_echo_sum> { Ok(it) }
/// #     fn wait(&self, _: &File<'_>, _: usize) -> Result<u32> { Ok(0) }
/// # }
/// ```
///
/// Every method has the file as its first argument: `fn set_limit(&self, file:
/// &File<'_, Self::File>, limit: u64) -> Result`. The word `value` as the
/// argument stands for the number that was passed in place of a pointer, a
/// `usize`; as the result, for what `ioctl(2)` returns, a `u32` up to
/// `i32::MAX`. Any other number is answered with `ENOTTY`, before anything is
/// read.
///
/// The word `writable` behind a method refuses a file that is not open for writing with `EBADF`,
/// before anything is read: for what changes a device that everybody may open.
///
/// ```
/// # use chard::prelude::*;
/// # const GET_LEVEL: u32 = 0x8004ee01;
/// # const SET_LEVEL: u32 = 0x4004ee02;
/// # struct Dimmer;
/// # impl Handler for Dimmer {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dimmer) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::ioctls! { Dimmer:
///     GET_LEVEL => level() -> u32;
///     SET_LEVEL => set_level(u32), writable;
/// }
/// # impl Dimmer {
/// #     fn level(&self, _: &File<'_>) -> Result<u32> { Ok(0) }
/// #     fn set_level(&self, _: &File<'_>, _: u32) -> Result { Ok(()) }
/// # }
/// ```
///
/// A number may lie: the kernel's `WDIOC_KEEPALIVE` is an `_IOR` of an `int`, and carries nothing.
/// It is taken as if another macro had made it, with a size of its own where that lies, too:
///
/// ```
/// # use chard::prelude::*;
/// # const WDIOC_KEEPALIVE: u32 = 0x80045705;
/// # const WDIOC_SETOPTIONS: u32 = 0x80045704;
/// # const FS_IOC_GETFLAGS: u32 = 0x80086601;
/// # struct Dog;
/// # impl Handler for Dog {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Dog) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// chard::ioctls! { Dog:
///     WDIOC_KEEPALIVE as _IO => keepalive();
///     WDIOC_SETOPTIONS as _IOW => set_options(i32);
///     FS_IOC_GETFLAGS as _IOR(u32) => get_flags() -> u32; // C says long
///     .. => others;
/// }
///
/// impl Dog {
///     /// Any other number: what a table cannot say, by hand.
///     fn others(&self, _file: &File<'_>, cmd: u32, arg: chard::ioctl::Arg<'_>) -> Result<u32> {
///         match cmd & 0xff00 {
///             0x4500 => arg.put(cmd).map(|()| 0),
///             _ => Err(ENOTTY),
///         }
///     }
/// #   fn keepalive(&self, _: &File<'_>) -> Result { Ok(()) }
/// #   fn set_options(&self, _: &File<'_>, _: i32) -> Result { Ok(()) }
/// #   fn get_flags(&self, _: &File<'_>) -> Result<u32> { Ok(0) }
/// }
/// ```
///
/// The last line of a table may be `.. => method;`: that method answers each number that the
/// table does not have.
///
/// `ioctls! { Echo as CompatIoctl: ... }` writes [`CompatIoctl`](crate::CompatIoctl)
/// in the same way.
///
/// A number that says another size than the method's type does not compile,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const SET_LIMIT: u32 = 0x4008ec03; // _IOW(0xec, 3, __u64)
/// chard::ioctls! { Echo:
///     SET_LIMIT => set_limit(u32);
/// }
/// # impl Echo {
/// #     fn set_limit(&self, _: &File<'_>, _: u32) -> Result { Ok(()) }
/// # }
/// ```
///
/// nor does one that says another direction,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const GET_SIZE: u32 = 0x4008ec01; // _IOW for what goes out
/// chard::ioctls! { Echo:
///     GET_SIZE => get_size() -> u64;
/// }
/// # impl Echo {
/// #     fn get_size(&self, _: &File<'_>) -> Result<u64> { Ok(0) }
/// # }
/// ```
///
/// nor the same number twice,
///
/// ```compile_fail,E0080
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const CLEAR: u32 = 0xec02;
/// const RESET: u32 = 0xec02;
/// chard::ioctls! { Echo:
///     CLEAR => clear();
///     RESET => reset_all(); // "CLEAR and RESET are the same number"
/// }
/// # impl Echo {
/// #     fn clear(&self, _: &File<'_>) -> Result { Ok(()) }
/// #     fn reset_all(&self, _: &File<'_>) -> Result { Ok(()) }
/// # }
/// ```
///
/// nor a payload that may not cross:
///
/// ```compile_fail,E0277
/// # use chard::prelude::*;
/// # struct Echo;
/// # impl Handler for Echo {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> { Ok(Echo) }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
/// const GET_SIZE: u32 = 0x8008ec01;
/// chard::ioctls! { Echo:
///     GET_SIZE => get_size() -> usize; // another size for a 32-bit caller
/// }
/// # impl Echo {
/// #     fn get_size(&self, _: &File<'_>) -> Result<usize> { Ok(0) }
/// # }
/// ```
#[macro_export]
macro_rules! ioctls {
    ($handler:ty: $($table:tt)*) => {
        $crate::ioctls!(@impl $handler, Ioctl, ioctl, ioctl_entry; $($table)*);
    };
    ($handler:ty as CompatIoctl: $($table:tt)*) => {
        $crate::ioctls!(
            @impl $handler, CompatIoctl, compat_ioctl, compat_ioctl_entry; $($table)*
        );
    };
    (@impl $handler:ty, $trait:ident, $method_of_trait:ident, $entry:ident;
        $($cmd:path $(as $how:ident $(($as:ty))?)? => $method:ident($($in:tt)*) $(-> $($out:ident)::+)?
            $(, $mode:ident)?;)*
        $(.. => $others:ident;)?
    ) => {
        const _: () = $crate::ioctl::distinct(&[$(($cmd, $crate::core::stringify!($cmd))),*]);
        $(const _: () = $crate::ioctl::check(
            $crate::core::concat!($crate::core::stringify!($cmd), " => ", $crate::core::stringify!($method)),
            $crate::ioctls!(@number $cmd $(, $how $($as)?)?),
            $crate::ioctls!(@size $($in)*),
            $crate::ioctls!(@size $($($out)::+)?),
        );)*

        impl $crate::$trait for $handler {
            fn $method_of_trait(
                &self,
                file: &$crate::File<'_, <$handler as $crate::Handler>::File>,
                cmd: u32,
                arg: $crate::ioctl::Arg<'_>,
            ) -> $crate::Result<u32> {
                match cmd {
                    $($cmd => {
                        $($crate::ioctls!(@mode file, $mode);)?
                        $crate::ioctls!(
                            @arm arg, (self, $method, file), [$($in)*], [$($($out)::+)?]
                        )
                    })*
                    _ => $crate::ioctls!(@others (self, file, cmd, arg) $($others)?),
                }
            }

            fn $entry(
                &self,
                file: $crate::File<'_, <$handler as $crate::Handler>::File>,
                cmd: u32,
                arg: usize,
            ) -> $crate::ioctl::Answer {
                match cmd {
                    $($cmd => {
                        // A stack dump names the number's method. The arguments come in
                        // the order in which the entry has them, in their registers.
                        #[inline(never)]
                        fn $method(
                            file: $crate::File<'_, <$handler as $crate::Handler>::File>,
                            this: &$handler,
                            arg: usize,
                        ) -> $crate::ioctl::Answer {
                            let (file, arg) = (&file, $crate::ioctl::Arg::new(&file, arg));
                            let answer = || -> $crate::Result<u32> {
                                $($crate::ioctls!(@mode file, $mode);)?
                                $crate::ioctls!(
                                    @arm arg, (this, $method, file), [$($in)*], [$($($out)::+)?]
                                )
                            };
                            $crate::ioctl::answer(answer())
                        }
                        $method(file, self, arg)
                    })*
                    _ => $crate::ioctl::answer($crate::ioctls!(
                        @others (self, &file, cmd, $crate::ioctl::Arg::new(&file, arg)) $($others)?
                    )),
                }
            }
        }
    };
    // No table: says which line is none of one.
    (@impl $handler:ty, $trait:ident, $method_of_trait:ident, $entry:ident; $($table:tt)*) => {
        $crate::ioctls!(@wrong $($table)*);
    };
    (@wrong
        $cmd:path $(as $how:ident $(($as:ty))?)? => $method:ident($($in:tt)*) $(-> $($out:ident)::+)?
        $(, $mode:ident)?; $($rest:tt)*
    ) => {
        $crate::ioctls!(@wrong $($rest)*);
    };
    (@wrong .. => $others:ident; $($rest:tt)+) => {
        $crate::core::compile_error!($crate::core::concat!(
            "ioctls!: `.. => ", $crate::core::stringify!($others), ";` is the last line of a table"
        ));
    };
    (@wrong $($rest:tt)*) => { $crate::ioctls!(@line [] $($rest)*); };
    (@line [$($seen:tt)*] ; $($rest:tt)*) => {
        $crate::core::compile_error!($crate::core::concat!(
            "ioctls!: `", $crate::core::stringify!($($seen)*), "` is no line of a table: write \
             NUMBER => method(TYPE) -> TYPE; where either TYPE may be missing, or be the word value"
        ));
    };
    (@line [$($seen:tt)*] $next:tt $($rest:tt)*) => {
        $crate::ioctls!(@line [$($seen)* $next] $($rest)*);
    };
    (@line [$($seen:tt)*]) => {
        $crate::core::compile_error!($crate::core::concat!(
            "ioctls!: `", $crate::core::stringify!($($seen)*), "` has no semicolon behind it"
        ));
    };

    (@mode $file:ident, writable) => {
        if !$file.writable() {
            return Err($crate::errno::EBADF);
        }
    };
    (@mode $file:ident, $other:ident) => {
        $crate::core::compile_error!($crate::core::concat!(
            "ioctls!: `", $crate::core::stringify!($other), "` behind a method: it can be writable"
        ));
    };
    (@number $cmd:path) => { $cmd };
    (@number $cmd:path, $how:ident) => {
        $crate::ioctl::like($cmd, $crate::core::stringify!($how), $crate::ioctl::size($cmd))
    };
    (@number $cmd:path, $how:ident $as:ty) => {
        $crate::ioctl::like($cmd, $crate::core::stringify!($how), $crate::core::mem::size_of::<$as>())
    };
    (@others ($($call:tt)*)) => { Err($crate::errno::ENOTTY) };
    (@others ($this:expr, $file:expr, $cmd:expr, $arg:expr) $others:ident) => {
        $this.$others($file, $cmd, $arg)
    };
    (@arm $arg:ident, ($($call:tt)*), [$($in:tt)*], [value]) => {
        $crate::ioctls!(@call ($($call)*), $arg, $($in)*)
    };
    (@arm $arg:ident, ($($call:tt)*), [$($in:tt)*], []) => {{
        let () = $crate::ioctls!(@call ($($call)*), $arg, $($in)*)?;
        Ok(0)
    }};
    (@arm $arg:ident, ($($call:tt)*), [$($in:tt)*], [$out:path]) => {{
        let out: $out = $crate::ioctls!(@call ($($call)*), $arg, $($in)*)?;
        $arg.put(out)?;
        Ok(0)
    }};
    (@size) => { 0 };
    (@size value) => { 0 };
    (@size $in:ty) => { $crate::core::mem::size_of::<$in>() };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident,) => { $this.$method($file) };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident, value) => {
        $this.$method($file, $arg.value())
    };
    (@call ($this:expr, $method:ident, $file:ident), $arg:ident, $in:ty) => {
        $this.$method($file, $arg.take::<$in>()?)
    };
}
