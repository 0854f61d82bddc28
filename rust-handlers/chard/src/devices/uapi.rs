// SPDX-License-Identifier: GPL-2.0
//! What a driver's uapi header has, for its handler.

/// Makes `mod uapi`: the constants, ioctl numbers and structs of the driver's
/// uapi header, `chard_NAME.h`. A struct without padding becomes a [`Payload`](crate::Payload).
///
/// What a header of the kernel's has that this one includes, such as `linux/watchdog.h`, is there
/// as well: its numbers, and its structs as far as Rust can have them. The build refuses
/// bitfields, pointers, arrays without a size and floating point in the driver's own structs.
#[macro_export]
macro_rules! uapi {
    () => {
        #[allow(missing_docs, non_camel_case_types, non_upper_case_globals, dead_code)]
        mod uapi {
            include!(concat!(
                env!("CHARD_UAPI"),
                "/",
                env!("CARGO_PKG_NAME"),
                ".rs"
            ));
        }
    };
}

/// The types of bindgen's that are in `uapi/NAME.rs`; structs become payloads.
#[doc(hidden)]
#[macro_export]
macro_rules! uapi_items {
    () => {};
    (
        $(#[$meta:meta])* pub struct $name:ident {
            $($(#[$doc:meta])* pub $field:ident : $type:ty),* $(,)?
        } $($rest:tt)*
    ) => {
        $(#[$meta])* pub struct $name { $($(#[$doc])* pub $field: $type),* }
        // SAFETY: the assertion says that every field is a payload, and that there is
        // nothing between them: whichever attributes there are, it asks the struct itself.
        unsafe impl $crate::Payload for $name
        where
            $($type: $crate::Payload,)*
        {
        }
        // SAFETY: any bits are a value of a payload, zeros too.
        unsafe impl $crate::alloc::Zeroable for $name where $name: $crate::Payload {}
        const _: () = $crate::core::assert!(
            $crate::core::mem::size_of::<$name>() == 0
                $(+ $crate::ioctl::field_size(|it: $name| {
                    let $name { $field, .. } = it;
                    $field
                }))*,
            $crate::core::concat!(
                "struct ", $crate::core::stringify!($name), " has padding: name the gap as a field"
            ),
        );
        // The list has every field of the struct, once, even where the struct is another
        // one of this name, since an attribute has taken this one away.
        const _: fn($name) = |it| {
            let $name { $($field: _),* } = it;
        };
        $crate::uapi_items! { $($rest)* }
    };
    ($item:item $($rest:tt)*) => { $item $crate::uapi_items! { $($rest)* } };
}

/// The types of headers that the uapi header includes: as [`uapi_items!`], but for a struct with
/// padding or with a field that is no payload, which is refused where it is used as one:
///
/// ```compile_fail,E0277
/// chard::uapi_offers! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct gap {
///         pub small: u8,
///         pub large: u64,
///     }
/// }
/// fn takes<T: chard::Payload>() {}
/// fn carried() {
///     takes::<gap>();
/// }
/// # fn main() {}
/// ```
///
/// It may be there, and one without padding is a payload:
///
/// ```
/// chard::uapi_offers! {
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct gap {
///         pub small: u8,
///         pub large: usize,
///     }
///     #[repr(C)]
///     #[derive(Clone, Copy)]
///     pub struct pair {
///         pub small: u32,
///         pub large: [u8; 4],
///     }
/// }
/// fn takes<T: chard::Payload>() {}
/// fn carried() {
///     takes::<pair>();
/// }
/// # fn main() {}
/// ```
///
/// What is written here by hand is the struct that there is, or does not compile: a type that has
/// no value would be made of zeros else.
///
/// ```compile_fail,E0308
/// pub trait Returns { type Value; }
/// impl<T> Returns for fn() -> T { type Value = T; }
/// type Never = <fn() -> ! as Returns>::Value;
/// chard::uapi_offers! { #[cfg(any())] pub struct Forged { pub x: [u8; 0], pub y: u32 } }
/// #[derive(Clone, Copy)]
/// pub struct Forged { pub x: Never, pub y: u32 }
/// # fn main() {}
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! uapi_offers {
    () => {};
    (
        $(#[$meta:meta])* pub struct $name:ident {
            $($(#[$doc:meta])* pub $field:ident : $type:ty),* $(,)?
        } $($rest:tt)*
    ) => {
        $(#[$meta])* pub struct $name { $($(#[$doc])* pub $field: $type),* }
        // SAFETY: where this holds, every field is a payload, of the type that is asserted
        // below, and there is nothing between them. The lifetime lets it not hold.
        unsafe impl $crate::Payload for $name
        where
            $(for<'a> $type: $crate::Payload,)*
            for<'a> $crate::ioctl::Whole<{
                $crate::core::mem::size_of::<$name>() == 0 $(+ $crate::core::mem::size_of::<$type>())*
            }>: $crate::ioctl::IsWhole,
        {
        }
        // SAFETY: any bits are a value of a payload, zeros too.
        unsafe impl $crate::alloc::Zeroable for $name where for<'a> $name: $crate::Payload {}
        $(const _: () = $crate::ioctl::field_is::<$name, $type>(|it: $name| {
            let $name { $field, .. } = it;
            let found = $crate::ioctl::type_of(&$field);
            found
        });)*
        const _: fn($name) = |it| {
            let $name { $($field: _),* } = it;
        };
        $crate::uapi_offers! { $($rest)* }
    };
    ($item:item $($rest:tt)*) => { $item $crate::uapi_offers! { $($rest)* } };
}
