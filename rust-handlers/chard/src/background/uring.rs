// SPDX-License-Identifier: GPL-2.0
//! Commands of an io_uring, which are answered at once or later.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use crate::background::object::Object;
use crate::bindings::{
    chard_command, chard_command_answer, chard_command_later, chard_command_over,
    chard_command_payload,
};
use crate::calls::call::sealed::Raw;
use crate::{Call, Payload, Result, errno, ioctl};

/// A command, for the time of the call that brings it.
///
/// ```
/// use chard::prelude::*;
///
/// const WAIT: u32 = 1;
///
/// struct Button {
///     waiting: Mutex<Vec<PendingCommand>>,
/// }
/// # impl Handler for Button {
/// #     type File = ();
/// #     fn new(_call: &Call) -> Result<Self> {
/// #         Ok(Button { waiting: Mutex::new(lock_class!(c"button"), Vec::new())? })
/// #     }
/// #     fn open(&self, _file: &File<'_>) -> Result<()> { Ok(()) }
/// # }
///
/// impl UringCmd for Button {
///     fn uring_cmd<'a>(
///         &self,
///         file: &File<'_>,
///         command: UringCommand<'a>,
///     ) -> Result<UringAnswer<'a>> {
///         match command.op() {
///             WAIT => {
///                 let mut waiting = self.waiting.lock(file)?;
///                 waiting.retain(|command| !command.is_over()); // whose caller has gone
///                 let (pending, later) = command.later()?;
///                 waiting.try_push(pending)?;
///                 Ok(later)
///             }
///             _ => Err(EOPNOTSUPP),
///         }
///     }
/// }
///
/// impl Button {
///     fn pressed(&self, call: &Call, key: u32) -> Result {
///         for command in self.waiting.lock(call)?.drain(..) {
///             command.answer(Ok(key));
///         }
///         Ok(())
///     }
/// }
/// ```
///
/// What says that the answer comes later is good for this command alone:
///
/// ```compile_fail
/// use chard::prelude::*;
///
/// fn keep(command: UringCommand<'_>) -> Result<UringAnswer<'static>> {
///     let (pending, later) = command.later()?;
///     pending.answer(Ok(0));
///     Ok(later)
/// }
/// ```
pub struct UringCommand<'a> {
    raw: *mut chard_command,
    call: &'a Call,
}

impl<'a> UringCommand<'a> {
    /// # Safety
    ///
    /// `raw` is C's, for this call, and is not used otherwise for all of `'a`.
    pub(crate) unsafe fn new(call: &'a Call, raw: *mut chard_command) -> Self {
        Self { raw, call }
    }

    fn get(&self) -> &chard_command {
        // SAFETY: as new() says; C alone writes to it, by `later()`, which ends `self`.
        unsafe { &*self.raw }
    }

    /// What it asks for, the entry's `cmd_op`.
    pub fn op(&self) -> u32 {
        self.get().op
    }

    /// Copies what goes with it: the first bytes behind the entry's fields. User space
    /// may change them, so they are taken once. `EINVAL` where there are not so many.
    pub fn take<T: Payload>(&self) -> Result<T> {
        if size_of::<T>() > self.get().size as usize {
            return Err(errno::EINVAL);
        }
        let mut payload = MaybeUninit::<T>::uninit();
        // SAFETY: the place is as large as the copy, and so many bytes are there.
        unsafe {
            chard_command_payload(self.raw, payload.as_mut_ptr().cast(), size_of::<T>() as _);
        }
        // SAFETY: all of it is written; a Payload is valid whatever its bits.
        Ok(unsafe { payload.assume_init() })
    }

    /// The command is answered later, by the first value; the second is for the method
    /// to return. May sleep. `ENOMEM` when there is no memory.
    ///
    /// The answer may come from another call before the method returns.
    pub fn later(self) -> Result<(PendingCommand, UringAnswer<'a>)> {
        // SAFETY: both are this call's; `self` ends here, so it is done once.
        let object = Object::new(unsafe { chard_command_later(self.call.raw(), self.raw) })?;
        let answer = UringAnswer {
            how: How::Later,
            _command: PhantomData,
        };
        Ok((PendingCommand { object }, answer))
    }
}

/// What a command is answered with: a number, `answer.into()`, up to `i32::MAX`, which is
/// the completion's `res`; or that the answer comes later.
pub struct UringAnswer<'a> {
    how: How,
    // Not from one command to another.
    _command: PhantomData<&'a Call>,
}

enum How {
    Now { result: u32, extra: u64 },
    Later,
}

impl From<u32> for UringAnswer<'_> {
    fn from(result: u32) -> Self {
        Self::with_extra(result, 0)
    }
}

impl UringAnswer<'_> {
    /// An answer with a second number, `big_cqe[0]`, which only rings of large
    /// completions (`IORING_SETUP_CQE32`) have room for.
    pub fn with_extra(result: u32, extra: u64) -> Self {
        Self {
            how: How::Now { result, extra },
            _command: PhantomData,
        }
    }

    /// Leaves in C's struct what it wants there; says what the entry returns.
    pub(crate) fn to_c(&self, command: &mut chard_command) -> core::ffi::c_long {
        match self.how {
            How::Later => {
                command.later = 1;
                0
            }
            How::Now { result, extra } => {
                command.extra = extra;
                ioctl::answer(Ok(result)).to_c()
            }
        }
    }
}

/// A command that waits for its answer.
///
/// Others may end it before: the device is removed (`ENODEV`) or panics (`EIO`), or its
/// ring goes, with the caller (`ECANCELED`; before Linux 6.6 up to a second later). It
/// ends once, and the holder of this learns of it by [`is_over`](Self::is_over): a
/// handler that keeps many drops those now and then, since callers can make any number.
///
/// One that is dropped without an answer ends with `ECANCELED`; one that is forgotten
/// waits for one of the above. It keeps its file, and so the device's state and the
/// module, until it has ended.
pub struct PendingCommand {
    object: Object,
}

impl PendingCommand {
    fn end(&self, result: core::ffi::c_long, extra: u64) -> bool {
        // SAFETY: the object lives as long as its handle.
        unsafe { chard_command_answer(self.object.raw(), result, extra) != 0 }
    }

    /// Answers it; says whether that is the answer, and not what had ended it before.
    /// Any context, with any lock held. A number above `i32::MAX` is `EOVERFLOW`.
    pub fn answer(self, answer: Result<u32>) -> bool {
        self.end(ioctl::answer(answer).to_c(), 0)
    }

    /// Answers it with two numbers, as [`UringAnswer::with_extra`].
    pub fn answer_with_extra(self, result: u32, extra: u64) -> bool {
        self.end(ioctl::answer(Ok(result)).to_c(), extra)
    }

    /// Whether it has ended, and wants no answer any more. Any context.
    pub fn is_over(&self) -> bool {
        // SAFETY: the object lives as long as its handle.
        unsafe { chard_command_over(self.object.raw()) != 0 }
    }
}

impl Drop for PendingCommand {
    fn drop(&mut self) {
        self.end(errno::ECANCELED.to_c(), 0);
    }
}
