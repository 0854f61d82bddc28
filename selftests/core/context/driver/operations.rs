// SPDX-License-Identifier: GPL-2.0
//! The methods for files.

use super::*;

/// The next poll is to find something.
static POKED: AtomicBool = AtomicBool::new(false);

/// All of a byte, or EFAULT.
fn moved(result: Result<usize>) -> Result {
    match result? {
        1 => Ok(()),
        _ => Err(EFAULT),
    }
}

impl Read for Ctx {
    fn read(&self, file: &Ofile<'_>, to: &mut UserWriter<'_>) -> Result {
        if let Some(trial) = begin(CHARD_CONTEXT_READ, file.state().number) {
            let memory = |address, len| file.user_buffer(address, len);
            self.tries(
                file,
                &trial,
                Some(&memory),
                Some(&mut || moved(to.write(&[7]))),
            );
        }
        Ok(())
    }
}

impl Write for Ctx {
    fn write(&self, file: &Ofile<'_>, from: &mut UserReader<'_>) -> Result {
        if let Some(trial) = begin(CHARD_CONTEXT_WRITE, file.state().number) {
            let memory = |address, len| file.user_buffer(address, len);
            let mut moves = || moved(from.read(&mut [0]));
            self.tries(file, &trial, Some(&memory), Some(&mut moves));
        }
        Ok(())
    }
}

impl Seek for Ctx {
    fn seek(&self, file: &Ofile<'_>, _from: SeekFrom) -> Result<u64> {
        self.on_file(file, CHARD_CONTEXT_SEEK);
        Ok(0)
    }
}

impl Poll for Ctx {
    fn poll(&self, file: &Ofile<'_>, table: &mut PollTable<'_>) -> Result<Ready> {
        table.watch(&self.polled);
        let tried = self.on_file(file, CHARD_CONTEXT_POLL);
        let ready = POKED.swap(false, Relaxed) || tried;
        Ok(if ready { Ready::IN } else { Ready::NONE })
    }
}

impl Fasync for Ctx {
    fn fasync(&self, file: &Ofile<'_>) -> Result {
        self.on_file(file, CHARD_CONTEXT_FASYNC);
        Ok(())
    }
}

impl Flush for Ctx {
    fn flush(&self, file: &Ofile<'_>) -> Result {
        self.on_file(file, CHARD_CONTEXT_FLUSH);
        Ok(())
    }
}

impl Fsync for Ctx {
    fn fsync(&self, file: &Ofile<'_>, _range: RangeInclusive<u64>, _datasync: bool) -> Result {
        self.on_file(file, CHARD_CONTEXT_FSYNC);
        Ok(())
    }
}

impl ShowFdinfo for Ctx {
    fn show_fdinfo(&self, file: &Ofile<'_>, text: &mut Text<'_>) -> Result {
        self.on_file(file, CHARD_CONTEXT_FDINFO);
        writeln!(text, "tried:\tyes")?;
        Ok(())
    }
}

impl Map for Ctx {
    fn map(&self, file: &Ofile<'_>, _area: &Area<'_>) -> Result {
        self.on_file(file, CHARD_CONTEXT_MAP);
        Ok(())
    }

    fn fault(&self, file: &Ofile<'_>, index: u64) -> Result<Page> {
        self.on_file(file, CHARD_CONTEXT_FAULT);
        self.pages.page(file, index)
    }
}

impl UringCmd for Ctx {
    fn uring_cmd<'a>(
        &self,
        file: &Ofile<'_>,
        command: UringCommand<'a>,
    ) -> Result<UringAnswer<'a>> {
        if command.op() == CHARD_CONTEXT_CMD_LATER {
            let (pending, later) = command.later()?;
            self.commands
                .with(file, |list, _| list.try_push(pending))??;
            return Ok(later);
        }
        let worker = command.op() == CHARD_CONTEXT_CMD_TRY_WORKER;
        if worker && !self.refused.fetch_xor(true, Relaxed) {
            return Err(EAGAIN);
        }
        self.on_file(file, CHARD_CONTEXT_URING_CMD);
        Ok(0.into())
    }
}

impl Ioctl for Ctx {
    fn ioctl(&self, file: &Ofile<'_>, cmd: u32, arg: Arg<'_>) -> Result<u32> {
        match cmd {
            CHARD_CONTEXT_ARM => table::arm(&arg.take()?, file.state().number)?,
            CHARD_CONTEXT_ROW => {
                let mut row = arg.take()?;
                table::read(&mut row)?;
                arg.put(row)?;
            }
            CHARD_CONTEXT_IDLE => return Ok(table::idle().into()),
            CHARD_CONTEXT_TRY => return Ok(self.on_file(file, CHARD_CONTEXT_IOCTL).into()),
            CHARD_CONTEXT_START => match arg.value() as u32 {
                CHARD_CONTEXT_TIMER => self.trying_timer.start(file, SOON)?,
                CHARD_CONTEXT_WORK => self.trying_work.start(file, SOON)?,
                _ => self.trying_thread.start(file)?,
            },
            CHARD_CONTEXT_POKE => {
                POKED.store(true, Relaxed);
                self.polled.wake(file, Ready::NONE); // so that a worker looks for aio
            }
            CHARD_CONTEXT_PANIC => panic!("asked to"),
            CHARD_CONTEXT_PREPARE => {
                self.spare(file)?;
                if !self.holding.load(Relaxed) {
                    let _ = self.holder.start(file); // EBUSY: it is on its way
                }
                return Ok(self.holding.load(Relaxed).into());
            }
            _ => return Err(ENOTTY),
        }
        Ok(0)
    }
}

impl CompatIoctl for Ctx {
    fn compat_ioctl(&self, file: &Ofile<'_>, _cmd: u32, _arg: Arg<'_>) -> Result<u32> {
        Ok(self.on_file(file, CHARD_CONTEXT_COMPAT_IOCTL).into())
    }
}

chard::handler!(Ctx);
