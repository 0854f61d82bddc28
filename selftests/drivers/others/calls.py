# SPDX-License-Identifier: GPL-2.0
"""What Python's library makes of the devices: selectors, mmap, fcntl, os."""

import errno
import fcntl
import mmap
import os
import selectors
import signal
import sys
import threading
import time
import unittest

FIFO = "/dev/chard-fifo"
SHM = "/dev/chard-shm"


def drain():
    """Takes out of the pipe what is there."""
    fd = os.open(FIFO, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while os.read(fd, 65536):
            pass
    except BlockingIOError:
        pass
    os.close(fd)


class Calls(unittest.TestCase):
    def setUp(self):
        drain()

    def open(self, path, flags):
        fd = os.open(path, flags)
        self.addCleanup(os.close, fd)
        return fd

    def refused(self, number, call, *args):
        with self.assertRaises(OSError) as refusal:
            call(*args)
        self.assertEqual(errno.errorcode[number], errno.errorcode[refusal.exception.errno])

    def test_each_selector_wakes(self):
        for kind in (selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector):
            with self.subTest(kind.__name__), kind() as selector:
                reader = self.open(FIFO, os.O_RDONLY | os.O_NONBLOCK)
                writer = self.open(FIFO, os.O_WRONLY)
                selector.register(reader, selectors.EVENT_READ, "readable")
                self.assertEqual([], selector.select(0))
                later = threading.Timer(0.1, os.write, (writer, b"x"))
                later.start()
                (key, events), = selector.select(10)
                later.join()
                self.assertEqual(("readable", selectors.EVENT_READ), (key.data, events))
                self.assertEqual(b"x", os.read(reader, 10))

    def test_files_of_the_library(self):
        with open(FIFO, "wb", buffering=0) as out, open(FIFO, "rb", buffering=0) as into:
            self.assertFalse(out.seekable())
            self.assertEqual(3, out.write(b"abc"))
            self.assertEqual(b"abc", into.read(10))
        with open("/dev/scull2", "wb") as out:
            out.write(b"line\n" * 3000)
        with open("/dev/scull2", "rb") as into:
            self.assertTrue(into.seekable())
            self.assertEqual([b"line\n"] * 3000, into.readlines())

    def test_mmap_shares_bytes(self):
        fd = self.open(SHM, os.O_RDWR)
        with mmap.mmap(fd, 8192) as one, mmap.mmap(fd, 8192) as other:
            one[4090:4100] = b"0123456789"
            self.assertEqual(b"0123456789", other[4090:4100])
            self.assertEqual(b"0123456789", os.pread(fd, 10, 4090))
            os.pwrite(fd, b"again", 4094)
            self.assertEqual(b"0123again9", one[4090:4100])
            self.assertEqual(4094, other.find(b"again"))
            one.flush()
            # It would truncate the file.
            self.refused(errno.EINVAL, other.resize, 4096)
        with mmap.mmap(fd, 4096, mmap.MAP_PRIVATE) as private:
            private[0:4] = b"mine"
            self.assertNotEqual(b"mine", os.pread(fd, 4, 0))
        with mmap.mmap(fd, 4096, prot=mmap.PROT_READ) as shown:
            with self.assertRaises(TypeError):
                shown[0] = 1

    def test_fcntl(self):
        fd = self.open(FIFO, os.O_RDWR)
        self.assertTrue(os.get_blocking(fd))
        os.set_blocking(fd, False)
        self.assertRaises(BlockingIOError, os.read, fd, 1)
        came = []
        signal.signal(signal.SIGIO, lambda number, frame: came.append(number))
        fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_ASYNC)
        os.write(fd, b"x")
        self.assertTrue(came)
        fcntl.fcntl(fd, fcntl.F_SETFL, flags)
        self.assertEqual(b"x", os.read(fd, 1))
        self.refused(errno.ENOTTY, fcntl.ioctl, fd, 0x1234)
        self.assertFalse(os.isatty(fd))

    def test_splice_and_sendfile(self):
        fd = self.open(FIFO, os.O_RDWR)
        out, into = os.pipe()
        os.write(fd, b"through a pipe")
        self.assertEqual(14, os.splice(fd, into, 100))
        self.assertEqual(b"through a pipe", os.read(out, 100))
        os.write(into, b"and back")
        self.assertEqual(8, os.splice(out, fd, 100))
        self.assertEqual(b"and back", os.read(fd, 100))
        store = self.open("/dev/scull3", os.O_WRONLY)
        os.write(store, b"from memory")
        store = self.open("/dev/scull3", os.O_RDONLY)
        self.assertEqual(6, os.sendfile(into, store, 5, 100))
        self.assertEqual(b"memory", os.read(out, 100))
        # What is taken from a stream could be lost on the way, but to a pipe it is a splice.
        os.write(fd, b"x")
        self.refused(errno.EINVAL, os.sendfile, self.open("/dev/scull3", os.O_WRONLY), fd, None, 1)
        self.assertEqual(1, os.sendfile(into, fd, None, 1))
        self.assertEqual(b"x", os.read(out, 100))
        os.close(out)
        os.close(into)

    def test_vectors_and_positions(self):
        fd = self.open(SHM, os.O_RDWR)
        self.assertEqual(6, os.pwritev(fd, [b"ab", b"cdef"], 100))
        bytes_read = [bytearray(3), bytearray(3)]
        self.assertEqual(6, os.preadv(fd, bytes_read, 100))
        self.assertEqual([b"abc", b"def"], bytes_read)
        self.assertEqual(50, os.lseek(fd, 50, os.SEEK_SET))
        self.assertEqual(0, os.lseek(fd, 50, os.SEEK_DATA) % 50)
        self.refused(errno.EINVAL, os.lseek, fd, -1, os.SEEK_SET)
        os.fsync(fd)
        os.fdatasync(fd)
        self.refused(errno.ENODEV, os.posix_fallocate, fd, 0, 4096)
        stream = self.open(FIFO, os.O_RDWR)
        self.refused(errno.ESPIPE, os.lseek, stream, 0, os.SEEK_CUR)
        self.refused(errno.ESPIPE, os.pread, stream, 1, 0)
        self.refused(errno.EINVAL, os.fsync, stream)

    def test_a_signal_handler_that_raises_ends_a_read(self):
        class Enough(Exception):
            pass

        def enough(number, frame):
            raise Enough

        fd = self.open(FIFO, os.O_RDONLY)
        signal.signal(signal.SIGALRM, enough)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        self.assertRaises(Enough, os.read, fd, 1)

    def test_tick_is_read_line_by_line(self):
        with open("/dev/chard-tick", "rb", buffering=0) as ticks:
            first = ticks.read(8)
            time.sleep(0.05)
            self.assertNotEqual(first, ticks.read(8))


class Tap(unittest.TextTestResult):
    """The results, as TAP."""

    def say(self, test, how, why=""):
        for line in why.splitlines():
            print("#", line)
        print(f"{how} {self.testsRun} - {test.id().split('.')[-1]}", flush=True)

    def addSuccess(self, test):
        self.say(test, "ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(test, "not ok", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.say(test, "not ok", self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.say(subtest, "not ok", str(err[1]))


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Calls)
result = unittest.TextTestRunner(sys.stderr, resultclass=Tap, verbosity=0).run(suite)
print(f"1..{result.testsRun}")
sys.exit(not result.wasSuccessful())
