// SPDX-License-Identifier: GPL-2.0
//! Numbers beyond all bounds, and values that lie about themselves.

use core::cmp;

use core::hint::black_box;

use super::*;

/// Of an order that is none: always less, and never equal, but for once.
#[derive(PartialEq, Eq)]
struct Liar(u32);

impl PartialOrd for Liar {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Liar {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        match (self.0 ^ other.0) % 3 {
            0 => cmp::Ordering::Less,
            1 => cmp::Ordering::Greater,
            _ => cmp::Ordering::Equal,
        }
    }
}

#[repr(align(4096))]
struct Aligned([u8; 4096]);

#[repr(align(8192))]
struct TooAligned(#[allow(dead_code)] u8);

impl Hostile {
    pub fn allocate_too_much(&self, _file: &Opened<'_>) -> Result {
        for len in [
            usize::MAX,
            usize::MAX / 8,
            isize::MAX as usize,
            i32::MAX as usize + 1,
        ] {
            // What nobody looks at the compiler need not allocate.
            check(black_box(Vec::<u64>::try_zeroed(len)).err() == Some(ENOMEM))?;
            check(black_box(Vec::<u8>::try_zeroed(len)).err() == Some(ENOMEM))?;
            let made = black_box(Vec::<u64>::try_from_fn(len, |_| Ok(1)));
            check(made.err() == Some(ENOMEM))?;
            let mut bytes: Vec<u8> = Vec::new();
            check(bytes.try_resize(len, 1) == Err(ENOMEM))?;
            check(black_box(&mut bytes).try_reserve(len).is_err())?;
            let mut list: List<u64> = List::new();
            let mut tree: TreeMap<u64, u64> = TreeMap::new();
            let mut queue: VecDeque<u64> = VecDeque::new();
            check(black_box(&mut list).try_reserve(len) == Err(ENOMEM))?;
            check(black_box(&mut tree).try_reserve(len) == Err(ENOMEM))?;
            check(black_box(&mut queue).try_reserve(len) == Err(ENOMEM))?;
        }
        Ok(())
    }

    pub fn allocate_aligned(&self, _file: &Opened<'_>) -> Result {
        let aligned = try_box_array::<Aligned, 2>(|_| Ok(Aligned([1; 4096])))?;
        check(aligned.as_ptr().addr() % 4096 == 0 && aligned[1].0[4095] == 1)?;
        check(black_box(try_box(TooAligned(1))).err() == Some(ENOMEM))?;
        check(black_box(try_arc(TooAligned(1))).err() == Some(ENOMEM))
    }

    /// As many as there can be of what has no size.
    pub fn allocate_nothing(&self, _file: &Opened<'_>) -> Result {
        let nothing: Vec<[u8; 0]> = Vec::try_zeroed(usize::MAX)?;
        check(nothing.len() == usize::MAX && nothing.last() == Some(&[]))?;
        let mut nothing: Vec<()> = Vec::try_from_fn(9, |_| Ok(()))?;
        check(nothing.try_reserve(usize::MAX).is_err() && nothing.try_push(()).is_ok())?;
        let boxed = try_box_array::<(), 1000>(|_| Ok(()))?;
        check(boxed.len() == 1000)?;
        let empty = try_box_array::<u64, 0>(|_| Err(EIO))?;
        check(empty.is_empty() && Vec::<u64>::try_zeroed(0)?.is_empty())
    }

    pub fn pages_beyond_all(&self, file: &Opened<'_>) -> Result {
        check(Pages::new(file, u64::MAX).err() == Some(ENOMEM))?;
        check(Pages::new(file, i64::MAX as u64).err() == Some(ENOMEM))?;
        let pages = Pages::new(file, i64::MAX as u64 - 4096)?;
        check(pages.set_size(file, u64::MAX) == Err(EINVAL))?;
        for index in [u64::MAX, u64::MAX >> 12, 1 << 52, i64::MAX as u64 >> 12] {
            check(pages.page(file, index).err() == Some(ENXIO))?;
        }
        for pos in [u64::MAX, i64::MAX as u64, u64::MAX - 4095] {
            check(
                pages.store(file, pos, b"x") == Ok(0) && pages.load(file, pos, &mut [0]) == Ok(0),
            )?;
            check(pages.next_data(pos) == Err(ENXIO) && pages.next_hole(pos) == Err(ENXIO))?;
        }
        pages.store(file, i64::MAX as u64 - 4097, b"end")?;
        #[allow(clippy::reversed_empty_ranges)]
        for range in [
            0..u64::MAX,
            u64::MAX..0,
            u64::MAX..u64::MAX,
            1..u64::MAX - 1,
            5..4,
        ] {
            pages.zero(file, range.clone())?;
            pages.punch(file, range)?;
        }
        check(pages.next_data(0) == Err(ENXIO))?;
        pages.set_size(file, 0)?;
        check(pages.page(file, 0).err() == Some(ENXIO))
    }

    pub fn times_beyond_all(&self, file: &Opened<'_>) -> Result {
        let timer: Timer<Hostile> = Timer::new(file, COME)?;
        let work: Work<Hostile> = Work::new(file, COME)?;
        self.came.store(0, Ordering::Relaxed);
        for time in [
            Duration::MAX,
            Duration::from_secs(u64::MAX),
            Duration::from_nanos(u64::MAX),
        ] {
            timer.start(&**file, time)?;
            timer.restart(&**file, time)?;
            work.start(&**file, time)?;
            work.restart(&**file, time)?;
            timer.cancel_sync(file)?;
            work.cancel_sync(file)?;
            let now = self.queue.wait_for_timeout(file, time, || Some(1))?;
            check(now == 1 && Instant::<Boot>::now() + time >= Instant::now())?;
        }
        let mut asked = 0;
        self.queue.wait_for_timeout(file, Duration::MAX, || {
            asked += 1;
            self.queue.wake(&**file, Ready::NONE);
            (asked > 2).then_some(())
        })?;
        check(self.came.load(Ordering::Relaxed) == 0)
    }

    pub fn user_memory_beyond_all(&self, file: &Opened<'_>) -> Result {
        for addr in [
            0,
            1,
            u64::MAX,
            u64::MAX - 7,
            1 << 47,
            1 << 63,
            0xffff_ffff_8100_0000,
        ] {
            for len in [1, 8, i32::MAX as usize, usize::MAX] {
                let mut bytes = [0; 16];
                check(file.user_buffer(addr, len).reader().read(&mut bytes) == Err(EFAULT))?;
                check(file.user_buffer(addr, len).writer().write(b"x") == Err(EFAULT))?;
                check(file.user_buffer(addr, len).writer().put(1_u8) == Err(EFAULT))?;
            }
        }
        check(file.user_buffer(u64::MAX, usize::MAX).writer().left() == i32::MAX as usize)?;
        let mut reader = file.user_buffer(0, 0).reader();
        check(reader.set_pos(u64::MAX) == Err(EINVAL) && reader.read(&mut [0; 4]) == Ok(0))?;
        check(reader.take::<u64>() == Err(EINVAL) && reader.take::<[u64; 0]>() == Ok([]))
    }

    pub fn arg_of_a_kernel_address(&self, file: &Opened<'_>) -> Result {
        let place = 0xffff_ffff_8100_0000_usize;
        for address in [place, self as *const Self as usize, usize::MAX] {
            let arg = chard::ioctl::Arg::new(file, address);
            check(arg.take::<u64>() == Err(EFAULT) && arg.take::<[u8; 64]>() == Err(EFAULT))?;
            check(arg.put(1_u64) == Err(EFAULT) && arg.put([1_u8; 64]) == Err(EFAULT))?;
        }
        Ok(())
    }

    pub fn devices_beyond_all(&self, file: &Opened<'_>) -> Result {
        for index in [8, i32::MAX as u32, u32::MAX - 1, u32::MAX] {
            check(file.create_device(Some(index)) == Err(EINVAL))?;
            check(file.remove_device_at(index) == Err(ENXIO))?;
        }
        check(file.create_device(Some(0)) == Err(EEXIST))
    }

    /// More than the kernel has room for in a uevent.
    pub fn uevent_too_long(&self, file: &Opened<'_>) -> Result {
        let mut text: Vec<u8> = Vec::try_from_fn(4000, |_| Ok(b'x'))?;
        text[1] = b'=';
        text[3999] = 0;
        let text = core::ffi::CStr::from_bytes_with_nul(&text).map_err(|_| EINVAL)?;
        check(file.uevent(&[text]) == Err(E2BIG))?;
        check(file.uevent(&[c"A=1"; 8]) == Ok(()))
    }

    /// Eight that together are more.
    pub fn uevent_without_end(&self, file: &Opened<'_>) -> Result {
        let mut text = [b'y'; 251];
        text[1] = b'=';
        text[250] = 0;
        let text = core::ffi::CStr::from_bytes_with_nul(&text).map_err(|_| EINVAL)?;
        check(file.uevent(&[text; 8]) == Err(E2BIG))?;
        check(file.uevent(&[c"=1"]) == Err(EINVAL) && file.uevent(&[c""]) == Err(EINVAL))
    }

    pub fn answer_too_large(&self, _file: &Opened<'_>) -> Result<u32> {
        Ok(u32::MAX)
    }

    pub fn tree_of_liars(&self, _file: &Opened<'_>) -> Result {
        let mut tree = TreeMap::new();
        for number in 0..200 {
            tree.try_insert(Liar(number), number)?;
        }
        let found = tree.iter().count();
        check(found == tree.len() && tree.range(Liar(5)..Liar(9)).count() <= found)?;
        check(tree.range(Liar(9)..=Liar(5)).rev().count() <= found)?;
        for number in 0..200 {
            tree.remove(&Liar(number));
        }
        while tree.pop_last().is_some() {}
        check(tree.is_empty())
    }

    pub fn handles_of_another_list(&self, _file: &Opened<'_>) -> Result {
        let (mut first, mut second) = (List::new(), List::new());
        let handle = first.try_push_back(1)?;
        check(second.get(handle).is_none() && second.remove(handle) == None)?;
        check(second.try_insert_after(handle, 3).is_err())?;
        second.try_push_back(2)?;
        // Of another list it may find an element, never anything else.
        check(second.get(handle).is_none_or(|value| *value == 2))?;
        first.clear();
        check(first.get(handle).is_none() && first.try_insert_before(handle, 1) == Err(ENOENT))
    }

    pub fn print_odd_texts(&self, file: &Opened<'_>) -> Result {
        let long = Vec::try_from_fn(3000, |_| Ok(b'%'))?;
        let long = core::str::from_utf8(&long).map_err(|_| EINVAL)?;
        pr_info!("{long}");
        dev_info!(
            &**file,
            "\u{1}0 %s %n %pS \0 behind a NUL\r\n\n\nlines {{}}"
        );
        Ok(())
    }

    /// What a caller chooses, in a line that is to come ten times at most.
    pub fn print_many_lines(&self, file: &Opened<'_>) -> Result {
        let ends = Vec::try_from_fn(3000, |_| Ok(b'\n'))?;
        let ends = core::str::from_utf8(&ends).map_err(|_| EINVAL)?;
        pr_warn_ratelimited!("many lines{ends}");
        dev_warn_ratelimited!(&**file, "many lines{ends}");
        pr_warn_once!("many lines{ends}");
        dev_warn_once!(&**file, "many lines{}", ends);
        Ok(())
    }

    pub fn poll_many_queues(&self, _file: &Opened<'_>) -> Result {
        self.answers
            .store(CHARD_HOSTILE_ANSWERS_MORE, Ordering::Relaxed);
        Ok(())
    }

    pub fn random_nothing(&self, _file: &Opened<'_>) -> Result {
        chard::random(&mut []);
        let mut bytes = Vec::try_zeroed(1 << 20)?;
        chard::random(&mut bytes);
        check(bytes.iter().any(|byte| *byte != 0))
    }
}
