// SPDX-License-Identifier: GPL-2.0
//! The caller of a method, the opener of a file, and what they may do.

use core::fmt;
use core::mem::MaybeUninit;

use crate::bindings::{
    self, chard_call_capable, chard_call_ids, chard_call_tty, chard_file_capable,
    chard_file_opener, chard_ids, chard_task, chard_task_current,
};
use crate::calls::call::sealed::Raw;
use crate::{Call, File, Result, errno};

/// The ids that rights go by. The numbers are those of the first user namespace:
/// a user that is 0 in a container is not 0 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The real user, as `getuid(2)`.
    pub uid: u32,
    /// The effective user, by which most checks go, as `geteuid(2)`.
    pub euid: u32,
    /// The real group.
    pub gid: u32,
    /// The effective group.
    pub egid: u32,
}

impl Credentials {
    fn new(ids: chard_ids) -> Self {
        Self {
            uid: ids.uid,
            euid: ids.euid,
            gid: ids.gid,
            egid: ids.egid,
        }
    }
}

/// The task that a call comes from. The numbers are those of the first PID
/// namespace.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// Of the thread, as `gettid(2)`.
    pub pid: i32,
    /// Of its process, as `getpid(2)`.
    pub tgid: i32,
    /// Its name, as in `/proc/PID/comm`.
    pub comm: Comm,
}

/// The name of a task: up to 15 bytes, which it chooses itself, whatever they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Comm([u8; 16]);

impl Comm {
    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or(&[])
    }
}

/// Shows what is no plain text by its number, so that no name forges a line
/// of the log.
impl fmt::Display for Comm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().escape_ascii().fmt(f)
    }
}

impl fmt::Debug for Comm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// A right of the superuser's, as `capabilities(7)` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability(u32);

macro_rules! capabilities {
    ($($name:ident $number:ident)*) => {
        impl Capability {
            $(#[doc = concat!("`", stringify!($number), "`.")]
            pub const $name: Self = Self(bindings::$number);)*
        }
    };
}

capabilities! {
    CHOWN CAP_CHOWN
    DAC_OVERRIDE CAP_DAC_OVERRIDE
    DAC_READ_SEARCH CAP_DAC_READ_SEARCH
    FOWNER CAP_FOWNER
    FSETID CAP_FSETID
    KILL CAP_KILL
    SETGID CAP_SETGID
    SETUID CAP_SETUID
    SETPCAP CAP_SETPCAP
    LINUX_IMMUTABLE CAP_LINUX_IMMUTABLE
    NET_BIND_SERVICE CAP_NET_BIND_SERVICE
    NET_BROADCAST CAP_NET_BROADCAST
    NET_ADMIN CAP_NET_ADMIN
    NET_RAW CAP_NET_RAW
    IPC_LOCK CAP_IPC_LOCK
    IPC_OWNER CAP_IPC_OWNER
    SYS_MODULE CAP_SYS_MODULE
    SYS_RAWIO CAP_SYS_RAWIO
    SYS_CHROOT CAP_SYS_CHROOT
    SYS_PTRACE CAP_SYS_PTRACE
    SYS_PACCT CAP_SYS_PACCT
    SYS_ADMIN CAP_SYS_ADMIN
    SYS_BOOT CAP_SYS_BOOT
    SYS_NICE CAP_SYS_NICE
    SYS_RESOURCE CAP_SYS_RESOURCE
    SYS_TIME CAP_SYS_TIME
    SYS_TTY_CONFIG CAP_SYS_TTY_CONFIG
    MKNOD CAP_MKNOD
    LEASE CAP_LEASE
    AUDIT_WRITE CAP_AUDIT_WRITE
    AUDIT_CONTROL CAP_AUDIT_CONTROL
    SETFCAP CAP_SETFCAP
    MAC_OVERRIDE CAP_MAC_OVERRIDE
    MAC_ADMIN CAP_MAC_ADMIN
    SYSLOG CAP_SYSLOG
    WAKE_ALARM CAP_WAKE_ALARM
    BLOCK_SUSPEND CAP_BLOCK_SUSPEND
    AUDIT_READ CAP_AUDIT_READ
    PERFMON CAP_PERFMON
    BPF CAP_BPF
    CHECKPOINT_RESTORE CAP_CHECKPOINT_RESTORE
}

/// The caller: the ids whose rights count.
///
/// In a method that a system call runs these are the caller's own. The kernel polls and
/// closes a file for any task, and touches what is mapped of it, and does so in tasks
/// of its own that may do anything: in [`poll`](crate::Poll::poll),
/// [`release`](crate::Handler::release) and [`fault`](crate::Map::fault) the rights are
/// those that the file was opened with. In work and threads there is no caller but the
/// kernel itself, user 0, which may do all.
///
/// ```
/// use chard::prelude::*;
///
/// /// One user at a time, as sculluid of Linux Device Drivers has it.
/// fn open(owner: &mut Option<u32>, call: &Call) -> Result {
///     let caller = call.credentials();
///     match *owner {
///         Some(owner)
///             if owner != caller.uid
///                 && owner != caller.euid
///                 && !call.capable(Capability::DAC_OVERRIDE) =>
///         {
///             Err(EBUSY)
///         }
///         _ => {
///             *owner = Some(caller.uid);
///             Ok(())
///         }
///     }
/// }
/// # chard::host::call(|call| {
/// #     let mut owner = None;
/// #     open(&mut owner, call)?;
/// #     assert_eq!(owner, Some(call.credentials().uid));
/// #     open(&mut owner, call)
/// # }).unwrap();
/// ```
impl Call {
    /// The rights that the caller acts with, or has opened the file with.
    pub fn credentials(&self) -> Credentials {
        // SAFETY: a call is in process context; C fills all of it in.
        Credentials::new(unsafe { filled(|ids| chard_call_ids(self.raw(), ids)) })
    }

    /// The thread that runs: the caller's, but where the kernel serves it in one of its
    /// own. For the log; rights go by [`credentials`](Self::credentials).
    pub fn task(&self) -> Task {
        // SAFETY: a call is in process context; C fills all of it in.
        let task: chard_task = unsafe { filled(|task| chard_task_current(task)) };
        Task {
            pid: task.pid,
            tgid: task.tgid,
            comm: Comm(task.comm.map(|byte| byte as u8)),
        }
    }

    /// Whether the caller has a capability, in the first user namespace. Asking
    /// says that it is about to be used: the kernel notes that.
    pub fn capable(&self, capability: Capability) -> bool {
        // SAFETY: a call is in process context.
        unsafe { chard_call_capable(self.raw(), capability.0) != 0 }
    }

    /// The device number of the caller's controlling terminal, as `stat(2)` has it
    /// in `st_rdev`; `ENXIO` where there is none, and where the thread that runs need not
    /// be the caller's.
    pub fn tty(&self) -> Result<u32> {
        // SAFETY: a call is in process context.
        match unsafe { chard_call_tty(self.raw()) } {
            0 => Err(errno::ENXIO),
            number => Ok(number),
        }
    }
}

/// What C fills in.
///
/// # Safety
///
/// `fill` writes all of it.
unsafe fn filled<T>(fill: impl FnOnce(*mut T)) -> T {
    let mut value = MaybeUninit::uninit();
    fill(value.as_mut_ptr());
    // SAFETY: as the caller says.
    unsafe { value.assume_init() }
}

/// The file's opener, which need not be the caller: a file can be inherited or
/// passed on.
impl<S> File<'_, S> {
    /// The rights that it was opened with.
    pub fn opener(&self) -> Credentials {
        // SAFETY: the file is open while the call goes on; C fills all of it in.
        Credentials::new(unsafe { filled(|ids| chard_file_opener(self.filp(), ids)) })
    }

    /// Whether the opener had a capability when it opened the file, in the first user namespace.
    pub fn opener_capable(&self, capability: Capability) -> bool {
        // SAFETY: the file is open while the call goes on.
        unsafe { chard_file_capable(self.filp(), capability.0) != 0 }
    }
}
