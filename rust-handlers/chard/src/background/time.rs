// SPDX-License-Identifier: GPL-2.0
//! Points in time, of three clocks.

use core::marker::PhantomData;
use core::time::Duration;

use crate::bindings::{CHARD_CLOCK_BOOT, CHARD_CLOCK_MONOTONIC, CHARD_CLOCK_REAL, chard_clock};

/// A clock of the kernel's.
pub trait Clock: sealed::Clock {}

mod sealed {
    pub trait Clock {
        const NUMBER: u32;
    }
}

macro_rules! clocks {
    ($($(#[$doc:meta])* $name:ident $number:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
            pub struct $name;

            impl Clock for $name {}

            impl sealed::Clock for $name {
                const NUMBER: u32 = $number;
            }
        )*
    };
}

clocks! {
    /// `CLOCK_MONOTONIC`: never set, and stands still while the machine sleeps.
    Monotonic CHARD_CLOCK_MONOTONIC;
    /// `CLOCK_BOOTTIME`: never set, and goes on while the machine sleeps.
    Boot CHARD_CLOCK_BOOT;
    /// `CLOCK_REALTIME`: since 1970; it can be set, backwards too.
    Real CHARD_CLOCK_REAL;
}

/// A point in time of the clock `C`, in nanoseconds from its beginning.
///
/// ```
/// use chard::prelude::*;
/// use core::time::Duration;
///
/// let begin = Instant::<Monotonic>::now();
/// let limit = begin + Duration::from_secs(3600);
/// assert!(Instant::now() < limit);
/// assert!(begin.elapsed() < Duration::from_secs(3600));
/// assert_eq!(limit.since(begin), Duration::from_secs(3600));
/// assert_eq!(begin.since(limit), Duration::ZERO);
/// ```
///
/// Those of two clocks have nothing to say to each other:
///
/// ```compile_fail,E0308
/// use chard::prelude::*;
///
/// Instant::<Monotonic>::now().since(Instant::<Real>::now());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant<C: Clock = Monotonic> {
    nanoseconds: u64,
    _clock: PhantomData<C>,
}

impl<C: Clock> Instant<C> {
    /// Now. Any context.
    pub fn now() -> Self {
        // SAFETY: a clock that there is.
        Self::from_nanoseconds(unsafe { chard_clock(C::NUMBER) })
    }

    /// So many nanoseconds after the clock's beginning.
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self {
            nanoseconds,
            _clock: PhantomData,
        }
    }

    /// Nanoseconds since the clock's beginning.
    pub const fn nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// The time from `earlier` to this; none at all where that is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanoseconds.saturating_sub(earlier.nanoseconds))
    }

    /// The time from this to now; none at all where it is yet to come.
    pub fn elapsed(self) -> Duration {
        Self::now().since(self)
    }
}

/// The point so much later; the last one that there is where it does not fit.
impl<C: Clock> core::ops::Add<Duration> for Instant<C> {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self::from_nanoseconds(
            self.nanoseconds
                .saturating_add(crate::calls::call::nanoseconds(time)),
        )
    }
}
