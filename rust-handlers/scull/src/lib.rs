// SPDX-License-Identifier: GPL-2.0
//! The scull devices, as "Linux Device Drivers" (3rd edition) describes them: one
//! driver, whose minors are devices of several kinds. `docs/scull.md` says which
//! chapter is where.
#![no_std]
#![forbid(unsafe_code)]

use chard::prelude::*;

chard::uapi!();

chard::params! {
    scull_nr_devs: uint;
    scull_quantum: uint;
    scull_qset: uint;
    scull_p_nr_devs: uint;
    scull_p_buffer: uint;
}

mod access;
mod pipe;
mod settings;
mod store;

use access::{Gate, Private, Rule};
use pipe::Pipe;
use store::Store;

/// A device of any kind.
enum Scull {
    /// scull0, ...
    Plain(Arc<Store>),
    /// scullpipe0, ...
    Pipe(Pipe),
    /// scullsingle, sculluid, scullwuid.
    Gated(Gate, Arc<Store>),
    /// scullpriv.
    Private(Private),
}

/// The memory that a file has to do with; a pipe's has none.
type Opened = Option<Arc<Store>>;

impl Handler for Scull {
    type File = Opened;

    /// The book's order of minors, that of `scull_names()` in the driver's C.
    fn new(call: &Call) -> Result<Self> {
        settings::begin();
        let mut index = call.device_index();
        if index < params::scull_nr_devs() {
            return Ok(Scull::Plain(Store::new()?));
        }
        index -= params::scull_nr_devs();
        if index < params::scull_p_nr_devs() {
            return Ok(Scull::Pipe(Pipe::new(call)?));
        }
        let rule = match index - params::scull_p_nr_devs() {
            0 => Rule::Single,
            1 => Rule::User,
            2 => Rule::UserWaits,
            _ => return Ok(Scull::Private(Private::new()?)),
        };
        Ok(Scull::Gated(Gate::new(call, rule)?, Store::new()?))
    }

    fn open(&self, file: &File<'_>) -> Result<Opened> {
        let store = match self {
            Scull::Plain(store) => Arc::clone(store),
            Scull::Pipe(pipe) => return pipe.open(file).map(|()| None),
            Scull::Gated(gate, store) => {
                gate.enter(file, || store.opened(file))?;
                return Ok(Some(Arc::clone(store)));
            }
            Scull::Private(private) => private.store(file)?,
        };
        store.opened(file)?;
        Ok(Some(store))
    }

    fn is_stream(&self) -> bool {
        matches!(self, Scull::Pipe(_))
    }

    fn release(&self, file: &File<'_, Opened>) {
        match self {
            Scull::Pipe(pipe) => pipe.release(file),
            Scull::Gated(gate, _) => gate.leave(file),
            Scull::Plain(_) | Scull::Private(_) => {}
        }
    }

    fn reset(&self, call: &Call) -> Result {
        match self {
            Scull::Plain(store) => store.reset(call),
            Scull::Pipe(pipe) => pipe.reset(call),
            Scull::Gated(gate, store) => {
                gate.reset(call)?;
                store.reset(call)
            }
            Scull::Private(private) => private.reset(call),
        }
    }
}

impl Read for Scull {
    fn read(&self, file: &File<'_, Opened>, to: &mut UserWriter<'_>) -> Result {
        match (self, file.state()) {
            (Scull::Pipe(pipe), _) => pipe.read(file, to),
            (_, Some(store)) => store.read(file, to),
            (_, None) => Err(EIO),
        }
    }
}

impl Write for Scull {
    fn write(&self, file: &File<'_, Opened>, from: &mut UserReader<'_>) -> Result {
        match (self, file.state()) {
            (Scull::Pipe(pipe), _) => pipe.write(file, from),
            (_, Some(store)) => store.write(file, from),
            (_, None) => Err(EIO),
        }
    }
}

impl Seek for Scull {
    fn seek(&self, file: &File<'_, Opened>, from: SeekFrom) -> Result<u64> {
        match file.state() {
            Some(store) => store.seek(file, from),
            None => Err(ESPIPE),
        }
    }
}

impl Poll for Scull {
    fn poll(&self, file: &File<'_, Opened>, table: &mut PollTable<'_>) -> Result<Ready> {
        match self {
            Scull::Pipe(pipe) => pipe.poll(file, table),
            // As the kernel says of a device that has no poll.
            _ => Ok(Ready::IN | Ready::OUT),
        }
    }
}

impl Fasync for Scull {}

// Chapter 4: what is for debugging is in debugfs by now, not in /proc.
chard::attributes! { Scull:
    debugfs c"scullmem" 0o400 => show_memory;
}

impl Scull {
    fn show_memory(&self, call: &Call, text: &mut Text<'_>) -> Result {
        match self {
            Scull::Plain(store) | Scull::Gated(_, store) => store.show(call, text),
            Scull::Pipe(pipe) => pipe.show(call, text),
            Scull::Private(private) => private.show(call, text),
        }
    }
}

chard::handler!(Scull);
