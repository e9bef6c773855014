"""Texts that outlive their writers, also on a file system that is full."""
import errno
import os
import signal
import subprocess
import sys
import unittest
from typing import Any, Optional
from unittest import mock

from runner import in_place
from runner.slots import Slots
from runner_case import RunnerCase, can_mount

_ROOM = 4096


class SlotsTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.file = self.path('memory')

    def new(self) -> Slots:
        return Slots(self.file, _ROOM)

    def load(self) -> Optional[str]:
        return self.new().load()

    def test_before_there_is_one_there_is_none(self) -> None:
        self.assertIsNone(self.load())

    def test_the_last_text_is_there(self) -> None:
        slots = self.new()
        for text in ('first', 'a second, longer one', '3', 'ü\n', '', 'x' * 3 * _ROOM, 'short again'):
            slots.save(text)
            self.assertEqual(self.load(), text)
        # Whoever comes after goes on in turn.
        for text in ('another writer', 'and one more'):
            slots = self.new()
            slots.load()
            slots.save(text)
            self.assertEqual(self.load(), text)

    def test_wherever_a_write_breaks_off_one_of_the_last_two_is_there(self) -> None:
        for broken in range(0, 40):
            with self.subTest(broken=broken):
                slots = self.new()
                slots.load()
                slots.save('before')

                def breaks_off(fd: int, data: bytes, broken: int = broken) -> None:
                    in_place.write_all(fd, data[:broken])

                with mock.patch('runner.slots.write_all', breaks_off):
                    slots.save('after, which is longer')
                self.assertEqual(self.load(), 'before')
                slots = self.new()
                slots.load()
                slots.save('later')
                self.assertEqual(self.load(), 'later')

    def test_a_writer_that_is_killed_leaves_one_that_is_whole(self) -> None:
        writer = ('import sys; from runner.slots import Slots\nslots, turn = Slots(sys.argv[1], 65536), 0\nslots.load()\n'
                  'while True:\n    turn += 1; slots.save(("%%d " %% turn) * 20000)\n    print(turn, flush=True)')
        for _ in range(10):
            process = subprocess.Popen([sys.executable, '-c', writer.replace('%%', '%'), self.file], stdout=subprocess.PIPE,
                                       env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)})
            assert process.stdout is not None
            for _ in range(20):
                self.assertTrue(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split()
            process.wait()
            process.stdout.close()
            words = set((self.load() or '').split())
            self.assertEqual(len(words), 1)
            self.assertGreaterEqual(int(words.pop()), int(said[-1]) if said else 20)

    def test_what_is_none_is_passed_over(self) -> None:
        self.new().save('whole')
        for garbage in (b'', b'garbage', b'9 3 0\nabc', b'9\n', b'\n' * 5000, b'9 999 ' + b'0' * 64 + b'\nabc'):
            self.write('memory.other', garbage)
            self.assertEqual(self.load(), 'whole')


class InPlaceTest(RunnerCase):
    def test_a_text_takes_the_place_of_another(self) -> None:
        path = self.path('file')
        in_place.reserve(path, 100)
        for text in ('"etag"', '"a longer etag"', '"e"', ''):
            in_place.write(path, text, 100)
            with open(path, encoding='ascii') as file:
                self.assertEqual(file.read().rstrip('\n'), text)
            self.assertEqual(os.stat(path).st_size, 100)

    def test_a_file_appears_whole(self) -> None:
        path = self.path('file')
        for reserved in (False, True):
            if reserved:
                in_place.reserve_beside(path, 100)
            self.assertFalse(os.path.exists(path))
            in_place.publish(path, 'success exited 0')
            with open(path, encoding='ascii') as file:
                self.assertEqual(file.read().split(), ['success', 'exited', '0'])
            os.unlink(path)

    def test_the_result_of_the_app_is_written_as_systemd_says_it(self) -> None:
        path = self.path('app-result')
        program = os.path.join(os.path.dirname(in_place.__file__), '../../../libexec/lambda-ec2/unit-result')
        for reserved in (False, True):
            if reserved:
                in_place.reserve_beside(path, 100)
            subprocess.run([program, path], check=True, env={
                'PATH': os.environ['PATH'], 'SERVICE_RESULT': 'exit-code', 'EXIT_CODE': 'exited', 'EXIT_STATUS': '3'})
            with open(path, encoding='ascii') as file:
                self.assertEqual(file.read().split(), ['exit-code', 'exited', '3'])
            os.unlink(path)

    def test_a_result_is_written_where_the_kernel_tells_nothing_of_the_group(self) -> None:
        path = self.path('app-result')
        in_place.reserve_beside(path, 100)
        program = os.path.join(os.path.dirname(in_place.__file__), '../../../libexec/lambda-ec2/unit-result')
        # Nobody can put a file there.
        os.mkdir(path + '.usage')
        ended = subprocess.run([program, path], check=True, stderr=subprocess.PIPE, env={
            'PATH': os.environ['PATH'], 'SERVICE_RESULT': 'success', 'EXIT_CODE': 'exited', 'EXIT_STATUS': '0'})
        self.assertEqual(ended.stderr, b'')
        with open(path, encoding='ascii') as file:
            self.assertEqual(file.read().split(), ['success', 'exited', '0'])


@unittest.skipUnless(can_mount(), 'this user may not mount anything')
class FullTmpfsTest(RunnerCase):
    """On a tmpfs of a mount namespace of its own, which is filled to the last byte."""

    def test_a_job_ends_with_its_record(self) -> None:
        for name in ('full', 'full_before_the_claim', 'full_from_the_beginning'):
            with self.subTest(name=name):
                ended = subprocess.run(
                    ['unshare', '--mount', '--map-root-user', sys.executable, '-B', '-m', 'unittest',
                     'full_tmpfs.FullTmpfs.test_' + name], cwd=os.path.dirname(__file__), check=False,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)})
                self.assertEqual(ended.returncode, 0, ended.stdout.decode())


class FullTest(RunnerCase):
    """Wherever nobody may mount: a file system that refuses every new byte."""

    def test_what_was_reserved_is_written_all_the_same(self) -> None:
        slots = Slots(self.path('memory'), _ROOM)
        for text in ('first', 'second'):
            slots.save(text)
        in_place.reserve_beside(self.path('result'), 100)
        pwrite = os.pwrite

        def full(fd: int, data: Any, offset: int) -> int:
            room = os.fstat(fd).st_size - offset
            if room <= 0:
                raise OSError(errno.ENOSPC, 'No space left on device')
            return pwrite(fd, bytes(data)[:room], offset)

        with mock.patch('os.pwrite', full), mock.patch('os.posix_fallocate', side_effect=OSError(errno.ENOSPC, 'full')):
            for text in ('third', 'fourth', 'x' * 1000):
                slots.save(text)
                self.assertEqual(Slots(self.path('memory'), _ROOM).load(), text)
            with self.assertRaises(OSError):
                slots.save('y' * 2 * _ROOM)
            self.assertEqual(Slots(self.path('memory'), _ROOM).load(), 'x' * 1000)
            in_place.publish(self.path('result'), 'success exited 0')
        self.assertTrue(os.path.exists(self.path('result')))
