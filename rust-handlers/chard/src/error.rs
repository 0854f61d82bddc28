// SPDX-License-Identifier: GPL-2.0
//! Errors, by the kernel's names.

use core::ffi::c_long;
use core::fmt;
use core::num::{NonZeroU32, TryFromIntError};
use rust_alloc::collections::TryReserveError;

use crate::bindings;

/// An error number of the kernel, such as [`errno::EINVAL`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(NonZeroU32);

/// Error numbers from here on are the kernel's own: no caller is told of them.
const KERNELS_OWN: u32 = 512;

/// What an operation of a handler answers.
pub type Result<T = (), E = Errno> = core::result::Result<T, E>;

impl Errno {
    const fn new(number: u32) -> Self {
        assert!(number < 4096, "the kernel's error numbers end at MAX_ERRNO");
        match NonZeroU32::new(number) {
            Some(number) => Self(number),
            None => panic!("0 is no error"),
        }
    }

    /// The number, positive, as in `errno(3)`.
    pub const fn number(self) -> i32 {
        self.0.get() as i32
    }

    /// The error that C has returned, a negative number; `EIO` for what is none, and for what
    /// means something to the kernel's own callers alone: the VFS takes `EIOCBQUEUED` for a
    /// transfer that goes on.
    pub(crate) fn from_c(error: c_long) -> Self {
        match u32::try_from(error.wrapping_neg())
            .ok()
            .and_then(NonZeroU32::new)
            .map(Self)
        {
            Some(error) if error.0.get() < KERNELS_OWN => error,
            Some(error @ (errno::ERESTARTSYS | errno::EPROBE_DEFER)) => error,
            Some(error) if error.0.get() == bindings::CHARD_ENOTSUPP => errno::EOPNOTSUPP,
            _ => errno::EIO,
        }
    }

    /// # Safety
    ///
    /// `number` is that of an error.
    pub(crate) const unsafe fn from_number(number: u32) -> Self {
        // SAFETY: as for this function.
        Self(unsafe { NonZeroU32::new_unchecked(number) })
    }

    /// What C returns for it to a caller.
    pub(crate) fn to_c(self) -> c_long {
        match self {
            errno::EPROBE_DEFER => errno::EIO.to_bus(),
            error => error.to_bus(),
        }
    }

    /// What C returns for it where a device is made: after `EPROBE_DEFER` a bus tries again.
    pub(crate) fn to_bus(self) -> c_long {
        match self {
            // SAFETY: it has no arguments, and is for any context.
            errno::ERESTARTSYS => unsafe { bindings::chard_task_restart() }.into(),
            error => -(error.0.get() as c_long),
        }
    }
}

impl From<TryReserveError> for Errno {
    fn from(_: TryReserveError) -> Self {
        errno::ENOMEM
    }
}

/// What [`Text`](crate::Text) says where there is no more room.
impl From<core::fmt::Error> for Errno {
    fn from(_: core::fmt::Error) -> Self {
        errno::EFBIG
    }
}

impl From<TryFromIntError> for Errno {
    fn from(_: TryFromIntError) -> Self {
        errno::EINVAL
    }
}

macro_rules! errnos {
    ($($name:ident $text:literal,)*) => {
        /// Every error number that has a name, as values of [`Errno`].
        pub mod errno {
            use super::{bindings, Errno};
            $(#[doc = $text] pub const $name: Errno = Errno::new(bindings::$name);)*
            /// Restart the system call once the signal is handled; `EINTR`
            /// where its handler does not ask for that, and where there is no
            /// signal. The caller never sees the number itself.
            pub const ERESTARTSYS: Errno = Errno::new(bindings::CHARD_ERESTARTSYS);
            /// What the device needs is not there yet: of
            /// [`Handler::new`](crate::Handler::new), for a device of a bus, which tries
            /// again later. A system call's caller sees `EIO`.
            pub const EPROBE_DEFER: Errno = Errno::new(bindings::CHARD_EPROBE_DEFER);
        }

        impl fmt::Debug for Errno {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $(errno::$name => f.write_str(stringify!($name)),)*
                    _ => write!(f, "errno {}", self.0),
                }
            }
        }
    };
}

errnos! {
    EPERM "Operation not permitted.",
    ENOENT "No such file or directory.",
    ESRCH "No such process.",
    EINTR "Interrupted system call.",
    EIO "Input/output error.",
    ENXIO "No such device or address.",
    E2BIG "Argument list too long.",
    ENOEXEC "Exec format error.",
    EBADF "Bad file descriptor.",
    ECHILD "No child processes.",
    EAGAIN "Resource temporarily unavailable.",
    ENOMEM "Cannot allocate memory.",
    EACCES "Permission denied.",
    EFAULT "Bad address.",
    ENOTBLK "Block device required.",
    EBUSY "Device or resource busy.",
    EEXIST "File exists.",
    EXDEV "Invalid cross-device link.",
    ENODEV "No such device.",
    ENOTDIR "Not a directory.",
    EISDIR "Is a directory.",
    EINVAL "Invalid argument.",
    ENFILE "Too many open files in system.",
    EMFILE "Too many open files.",
    ENOTTY "Inappropriate ioctl for device.",
    ETXTBSY "Text file busy.",
    EFBIG "File too large.",
    ENOSPC "No space left on device.",
    ESPIPE "Illegal seek.",
    EROFS "Read-only file system.",
    EMLINK "Too many links.",
    EPIPE "Broken pipe.",
    EDOM "Numerical argument out of domain.",
    ERANGE "Numerical result out of range.",
    EDEADLK "Resource deadlock avoided.",
    ENAMETOOLONG "File name too long.",
    ENOLCK "No locks available.",
    ENOSYS "Function not implemented.",
    ENOTEMPTY "Directory not empty.",
    ELOOP "Too many levels of symbolic links.",
    ENOMSG "No message of desired type.",
    EIDRM "Identifier removed.",
    ECHRNG "Channel number out of range.",
    EL2NSYNC "Level 2 not synchronized.",
    EL3HLT "Level 3 halted.",
    EL3RST "Level 3 reset.",
    ELNRNG "Link number out of range.",
    EUNATCH "Protocol driver not attached.",
    ENOCSI "No CSI structure available.",
    EL2HLT "Level 2 halted.",
    EBADE "Invalid exchange.",
    EBADR "Invalid request descriptor.",
    EXFULL "Exchange full.",
    ENOANO "No anode.",
    EBADRQC "Invalid request code.",
    EBADSLT "Invalid slot.",
    EBFONT "Bad font file format.",
    ENOSTR "Device not a stream.",
    ENODATA "No data available.",
    ETIME "Timer expired.",
    ENOSR "Out of streams resources.",
    ENONET "Machine is not on the network.",
    ENOPKG "Package not installed.",
    EREMOTE "Object is remote.",
    ENOLINK "Link has been severed.",
    EADV "Advertise error.",
    ESRMNT "Srmount error.",
    ECOMM "Communication error on send.",
    EPROTO "Protocol error.",
    EMULTIHOP "Multihop attempted.",
    EDOTDOT "RFS specific error.",
    EBADMSG "Bad message.",
    EOVERFLOW "Value too large for defined data type.",
    ENOTUNIQ "Name not unique on network.",
    EBADFD "File descriptor in bad state.",
    EREMCHG "Remote address changed.",
    ELIBACC "Can not access a needed shared library.",
    ELIBBAD "Accessing a corrupted shared library.",
    ELIBSCN ".lib section in a.out corrupted.",
    ELIBMAX "Attempting to link in too many shared libraries.",
    ELIBEXEC "Cannot exec a shared library directly.",
    EILSEQ "Invalid or incomplete multibyte or wide character.",
    ERESTART "Interrupted system call should be restarted.",
    ESTRPIPE "Streams pipe error.",
    EUSERS "Too many users.",
    ENOTSOCK "Socket operation on non-socket.",
    EDESTADDRREQ "Destination address required.",
    EMSGSIZE "Message too long.",
    EPROTOTYPE "Protocol wrong type for socket.",
    ENOPROTOOPT "Protocol not available.",
    EPROTONOSUPPORT "Protocol not supported.",
    ESOCKTNOSUPPORT "Socket type not supported.",
    EOPNOTSUPP "Operation not supported.",
    EPFNOSUPPORT "Protocol family not supported.",
    EAFNOSUPPORT "Address family not supported by protocol.",
    EADDRINUSE "Address already in use.",
    EADDRNOTAVAIL "Cannot assign requested address.",
    ENETDOWN "Network is down.",
    ENETUNREACH "Network is unreachable.",
    ENETRESET "Network dropped connection on reset.",
    ECONNABORTED "Software caused connection abort.",
    ECONNRESET "Connection reset by peer.",
    ENOBUFS "No buffer space available.",
    EISCONN "Transport endpoint is already connected.",
    ENOTCONN "Transport endpoint is not connected.",
    ESHUTDOWN "Cannot send after transport endpoint shutdown.",
    ETOOMANYREFS "Too many references: cannot splice.",
    ETIMEDOUT "Connection timed out.",
    ECONNREFUSED "Connection refused.",
    EHOSTDOWN "Host is down.",
    EHOSTUNREACH "No route to host.",
    EALREADY "Operation already in progress.",
    EINPROGRESS "Operation now in progress.",
    ESTALE "Stale file handle.",
    EUCLEAN "Structure needs cleaning.",
    ENOTNAM "Not a XENIX named type file.",
    ENAVAIL "No XENIX semaphores available.",
    EISNAM "Is a named type file.",
    EREMOTEIO "Remote I/O error.",
    EDQUOT "Disk quota exceeded.",
    ENOMEDIUM "No medium found.",
    EMEDIUMTYPE "Wrong medium type.",
    ECANCELED "Operation canceled.",
    ENOKEY "Required key not available.",
    EKEYEXPIRED "Key has expired.",
    EKEYREVOKED "Key has been revoked.",
    EKEYREJECTED "Key was rejected by service.",
    EOWNERDEAD "Owner died.",
    ENOTRECOVERABLE "State not recoverable.",
    ERFKILL "Operation not possible due to RF-kill.",
    EHWPOISON "Memory page has hardware error.",
}
