"""What is read ahead while the machine boots."""
import os
import threading
from unittest import mock

from runner import prefetch
from runner.paths import Paths
from runner_case import RunnerCase


class PrefetchTest(RunnerCase):
    def test_interpreters_and_environments_are_read_and_sources_are_not(self) -> None:
        for name in ('big.so', "it's odd.pyc", 'source.py'):
            self.write('opt/venvs/abc/lib/' + name, b'x')
        self.write('opt/python3.6/bin/python3', b'x')
        lib = 'opt/python3.6/lib/python3.6/'
        for name in ('os.py', 'os.cpython-36.pyc', '__pycache__/os.cpython-36.opt-2.pyc', 'distutils/x.pyc', 'x/Makefile',
                     'ensurepip/_bundled/pip.whl', 'config-3.6m/libpython3.6m.a', '../libpython3.6m.so.1.0'):
            self.write(lib + name, b'x')
        self.write('opt/other/file', b'x')
        self.write('usr/libexec/git-core/git-remote-https', b'x')
        read: list[str] = []
        lock = threading.Lock()

        def note(path: str) -> None:
            with lock:
                read.append(path)
            raise OSError('it went away')

        with mock.patch('runner.prefetch._read', note):
            prefetch.prefetch(Paths(self.folder))
        own = sorted(path[len(self.folder):] for path in read if path.startswith(self.folder))
        self.assertEqual(own, ['/opt/python3.6/bin/python3', '/opt/python3.6/lib/libpython3.6m.so.1.0',
                               '/opt/python3.6/lib/python3.6/os.cpython-36.pyc', '/opt/venvs/abc/lib/big.so',
                               "/opt/venvs/abc/lib/it's odd.pyc",
                               '/usr/libexec/git-core/git-remote-https'])

    def test_what_comes_first_on_a_jobs_way_comes_first(self) -> None:
        for name in ('opt/venvs/abc/lib/big.so', 'opt/python3.6/bin/python3', 'usr/libexec/git-core/git-remote-http'):
            self.write(name, b'x')
        order = [path[len(self.folder):] for path in prefetch.files(Paths(self.folder)) if path.startswith(self.folder)]
        self.assertEqual(order, ['/usr/libexec/git-core/git-remote-http', '/opt/python3.6/bin/python3',
                                 '/opt/venvs/abc/lib/big.so'])

    def test_what_cannot_be_read_holds_nothing_up(self) -> None:
        lib = self.path('opt/venvs/abc/lib')
        os.makedirs(lib)
        os.symlink('missing', os.path.join(lib, 'a-broken-link'))
        os.symlink('a-loop', os.path.join(lib, 'a-loop'))
        os.mkfifo(os.path.join(lib, 'a-fifo'))
        os.symlink('/dev/zero', os.path.join(lib, 'a-file-without-end'))
        big = self.write('opt/venvs/abc/lib/z-big.so', b'x' * (3 << 20))
        position: list[int] = []
        close = os.close

        def note(fd: int) -> None:
            if os.readlink('/proc/self/fd/%d' % fd) == big:
                position.append(os.lseek(fd, 0, os.SEEK_CUR))
            close(fd)

        with mock.patch('runner.prefetch.os.close', note):
            self.ends(lambda: prefetch.prefetch(Paths(self.folder)))
        self.assertEqual(position, [3 << 20])

    def test_an_image_without_anything_is_no_failure(self) -> None:
        prefetch.prefetch(Paths(self.folder))
