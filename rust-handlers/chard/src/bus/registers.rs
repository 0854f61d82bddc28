// SPDX-License-Identifier: GPL-2.0
//! Registers of a PCI device, in BARs of memory and of ports.

use core::marker::PhantomData;
use core::time::Duration;

use crate::background::object::done;
use crate::bindings;
use crate::calls::call::nanoseconds;
use crate::{Context, Instant, Monotonic, Result, errno};

/// Where a BAR is: [`InMemory`] or [`InPorts`].
pub trait Space: sealed::Space {}

/// In memory.
pub struct InMemory;

/// In ports.
pub struct InPorts;

impl Space for InMemory {}
impl Space for InPorts {}

/// What a register of the space `S` holds: `u8`, `u16`, `u32`, and in memory `u64`.
pub trait Value<S: Space>: sealed::Value {}

mod sealed {
    pub trait Space {}
    impl Space for super::InMemory {}
    impl Space for super::InPorts {}

    pub trait Value: Copy {
        fn from_register(value: u64) -> Self;
        fn to_register(self) -> u64;
    }
}

macro_rules! values {
    ($($t:ty: $($space:ty)*;)*) => {
        $(
            $(impl Value<$space> for $t {})*

            impl sealed::Value for $t {
                fn from_register(value: u64) -> Self {
                    value as Self
                }

                fn to_register(self) -> u64 {
                    self.into()
                }
            }
        )*
    };
}

values! {
    u8: InMemory InPorts;
    u16: InMemory InPorts;
    u32: InMemory InPorts;
    u64: InMemory;
}

/// A register `AT` so many bytes from the beginning of its BAR, that holds a `T`.
pub struct Register<T, const AT: usize>(PhantomData<fn() -> T>);

impl<T, const AT: usize> Register<T, AT> {
    /// For a constant.
    #[allow(clippy::new_without_default)] // a register has no other value
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, const AT: usize> Clone for Register<T, AT> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const AT: usize> Copy for Register<T, AT> {}

/// The first `SIZE` bytes of a BAR, of [`Memory`] or of [`Ports`].
///
/// Registers have their low byte first, as PCI has it. An access needs a call of any kind, in any
/// context, and reaches the PCI device of that call. Accesses of one call are in order.
///
/// A register that a `const` names is compared with the size when the handler is built:
///
/// ```compile_fail,E0080
/// use chard::pci::{Memory, Register};
/// use chard::prelude::*;
///
/// fn beyond(call: &Call, registers: Memory<0x10>) -> Result<u32> {
///     registers.read(call, Register::<u32, 0x10>::new())
/// }
/// # fn main() { core::hint::black_box(beyond as fn(&Call, Memory<0x10>) -> Result<u32>); }
/// ```
///
/// nor is a register of ports one of 64 bits:
///
/// ```compile_fail,E0277
/// use chard::pci::{Ports, Register};
/// use chard::prelude::*;
///
/// fn wide(call: &Call, registers: Ports<0x10>) -> Result<u64> {
///     registers.read(call, Register::<u64, 0>::new())
/// }
/// ```
pub struct Bar<S: Space, const SIZE: usize> {
    number: u32,
    _space: PhantomData<fn() -> S>,
}

/// A BAR of memory.
pub type Memory<const SIZE: usize> = Bar<InMemory, SIZE>;

/// A BAR of ports.
pub type Ports<const SIZE: usize> = Bar<InPorts, SIZE>;

impl<S: Space, const SIZE: usize> Clone for Bar<S, SIZE> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Space, const SIZE: usize> Copy for Bar<S, SIZE> {}

/// Whether a value of so many bytes is at this place of so many.
const fn fits(size: usize, at: usize, width: usize) -> bool {
    at.is_multiple_of(width) && at < size && size - at >= width
}

impl<S: Space, const SIZE: usize> Bar<S, SIZE> {
    pub(crate) fn new(number: u32) -> Self {
        Self {
            number,
            _space: PhantomData,
        }
    }

    /// Reads a register.
    ///
    /// All ones are what a PCI device reads as that has left its slot. So the core looks whether
    /// it is there then: `ENODEV` if not, from now on without an access.
    #[inline]
    pub fn read<T: Value<S>, const AT: usize>(
        self,
        call: &impl Context,
        _register: Register<T, AT>,
    ) -> Result<T> {
        const {
            assert!(
                fits(SIZE, AT, size_of::<T>()),
                "the BAR has no such register"
            )
        };
        self.get(call, AT)
    }

    /// Writes a register. That the PCI device has left its slot shows with a read alone.
    #[inline]
    pub fn write<T: Value<S>, const AT: usize>(
        self,
        call: &impl Context,
        _register: Register<T, AT>,
        value: T,
    ) -> Result {
        const {
            assert!(
                fits(SIZE, AT, size_of::<T>()),
                "the BAR has no such register"
            )
        };
        self.set(call, AT, value)
    }

    /// Reads the register `at` so many bytes from the beginning. `EINVAL` where there is none.
    #[inline]
    pub fn read_at<T: Value<S>>(self, call: &impl Context, at: usize) -> Result<T> {
        if !fits(SIZE, at, size_of::<T>()) {
            return Err(errno::EINVAL);
        }
        self.get(call, at)
    }

    /// Writes it. `EINVAL` where there is none.
    #[inline]
    pub fn write_at<T: Value<S>>(self, call: &impl Context, at: usize, value: T) -> Result {
        if !fits(SIZE, at, size_of::<T>()) {
            return Err(errno::EINVAL);
        }
        self.set(call, at, value)
    }

    /// Reads a register until `good` holds of its value, which is returned; `ETIMEDOUT` where that
    /// does not come within `limit`.
    ///
    /// A call that may sleep does so in between. One that must not, that of a timer or with a
    /// spinlock held, keeps its processor busy, for one millisecond at most: `EDEADLK` for a
    /// longer limit, `EAGAIN` where the caller asked not to wait.
    ///
    /// `EINTR` where the caller is killed, or cancels its request of an io_uring, and what [`Call::check`](crate::Call::check) gives: the
    /// end of the binding ends it with `ENODEV`, but for that of
    /// [`removed`](crate::Handler::removed).
    pub fn read_until<T: Value<S>, const AT: usize>(
        self,
        call: &impl Context,
        register: Register<T, AT>,
        limit: Duration,
        mut good: impl FnMut(T) -> bool,
    ) -> Result<T> {
        // SAFETY: the record of a call that goes on.
        done(unsafe { bindings::chard_poll_error(call.raw(), nanoseconds(limit)) })?;
        let end = Instant::<Monotonic>::now() + limit;
        loop {
            // Before the look: the last one is behind the limit, however long a pause takes.
            let late = Instant::now() > end;
            let value = self.read(call, register)?;
            if good(value) {
                return Ok(value);
            }
            if late {
                return Err(errno::ETIMEDOUT);
            }
            // SAFETY: as above.
            done(unsafe { bindings::chard_poll_pause(call.raw(), nanoseconds(limit)) })?;
        }
    }

    #[inline]
    fn get<T: Value<S>>(self, call: &impl Context, at: usize) -> Result<T> {
        let mut value = 0;
        // SAFETY: the record of a call that goes on, and the value's place. C compares the rest
        // with what is mapped of the call's device.
        done(unsafe {
            bindings::chard_pci_read(
                call.raw(),
                self.number,
                at as u64,
                size_of::<T>() as u32,
                &mut value,
            )
        })?;
        Ok(T::from_register(value))
    }

    #[inline]
    fn set<T: Value<S>>(self, call: &impl Context, at: usize, value: T) -> Result {
        // SAFETY: as above.
        done(unsafe {
            bindings::chard_pci_write(
                call.raw(),
                self.number,
                at as u64,
                size_of::<T>() as u32,
                value.to_register(),
            )
        })
    }
}
