// SPDX-License-Identifier: GPL-2.0
//! Macros of Rust's library that a handler has none of: each says which to take.

#[doc(hidden)]
#[macro_export]
macro_rules! format {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "format!() cannot say that memory is refused: use try_format!(), which gives a Result"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! vec {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "vec![] cannot say that memory is refused: use Vec::new() and try_push() or try_extend(), \
             Vec::try_zeroed() or Vec::try_from_fn(), each of which gives a Result"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! print {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no standard output: use pr_info!(), which writes to the kernel's log"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! println {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no standard output: use pr_info!(), which writes to the kernel's log"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! eprint {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no standard error: use pr_err!(), which writes to the kernel's log"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! eprintln {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no standard error: use pr_err!(), which writes to the kernel's log"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! dbg {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no standard error: use pr_debug!(), which writes to the kernel's log"
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! thread_local {
    ($($any:tt)*) => {
        $crate::core::compile_error!(
            "a handler has no threads of its own: keep what a file needs in Handler::File, and what \
             all share in the handler's type, behind a lock"
        )
    };
}
