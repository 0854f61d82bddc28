// SPDX-License-Identifier: GPL-2.0
//! The contract, `chard_contract.h`, as bindgen reads it. Only the crate
//! `chard` uses it.
#![no_std]
// The names are C's, and what C has and Rust does not use stays out of the way.
#![allow(non_camel_case_types, non_upper_case_globals, dead_code)]

include!(concat!(env!("CHARD_BINDINGS"), "/contract.rs"));
