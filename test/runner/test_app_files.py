"""Files below the app's folder, whatever the app makes of it."""
import os
import stat
import subprocess
import threading
from typing import Optional

from runner.app_files import AppFiles, Outside
from runner_case import RunnerCase


class AppFilesTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.files = self.app_files()

    def link(self, name: str, target: str) -> None:
        os.makedirs(os.path.dirname(self.path('app/' + name)), exist_ok=True)
        os.symlink(target, self.path('app/' + name))

    def read(self, path: str) -> Optional[bytes]:
        fd = self.files.open_file(path)
        if fd is None:
            return None
        with open(fd, 'rb') as file:
            return file.read()

    def assert_outside(self, path: str) -> None:
        with self.assertRaises(Outside):
            self.files.open_file(path)
        self.assertFalse(self.files.exists(path))
        self.assertFalse(self.files.leads_to_file(path))

    def test_a_file_is_read(self) -> None:
        self.write('app/out/a.zip', b'a')
        for path in ('out/a.zip', './out/a.zip', 'out//a.zip', 'out/../out/a.zip'):
            self.assertEqual(self.read(path), b'a')
            self.assertTrue(self.files.exists(path))

    def test_a_file_of_another_user_is_not_the_apps(self) -> None:
        """A hard link needs no right to read."""
        self.write('app/a', b'a')
        self.assertIsNone(AppFiles(self.path('app'), os.getuid() + 1).open_file('a'))
        fd = AppFiles(self.path('app'), os.getuid()).open_file('a')
        assert fd is not None
        os.close(fd)

    def test_links_to_folders_within_the_app_are_followed(self) -> None:
        self.write('app/real/deep/a', b'a')
        self.link('relative', 'real/deep')
        self.link('x/y/up', '../../real/deep')
        self.link('absolute', self.path('app/real'))
        self.link('top', self.path('app'))
        self.link('chain', 'x/y/up')
        for path in ('relative/a', 'x/y/up/a', 'absolute/deep/a', 'top/real/deep/a', 'chain/a', 'relative/../deep/a'):
            with self.subTest(path=path):
                self.assertEqual(self.read(path), b'a')

    def test_the_way_up_from_a_link_leads_from_where_the_link_led(self) -> None:
        self.write('app/real/beside', b'real')
        self.write('app/beside', b'wrong')
        os.makedirs(self.path('app/real/deep'))
        self.link('link', 'real/deep')
        self.assertEqual(self.read('link/../beside'), b'real')

    def test_a_link_out_of_the_app_is_refused(self) -> None:
        self.link('absolute', self.folder)
        self.link('relative', '..')
        self.link('deep/relative', '../..')
        self.link('first', 'second')
        self.link('second', self.folder)
        self.link('beside', self.path('app') + '-not')
        os.makedirs(self.path('app-not'))
        self.write('app-not/secret', b'secret')
        for path in ('absolute/secret', 'relative/secret', 'deep/relative/secret', 'first/secret', 'beside/secret'):
            with self.subTest(path=path):
                self.assert_outside(path)

    def test_a_path_out_of_the_app_is_refused(self) -> None:
        self.write('app/deep/a', b'a')
        for path in ('../secret', 'deep/../../secret', '../app/deep/a', 'deep/../../app/deep/a'):
            with self.subTest(path=path):
                self.assert_outside(path)

    def test_links_that_lead_in_a_circle_are_refused(self) -> None:
        self.link('self', 'self')
        self.link('a', 'b')
        self.link('b', 'a')
        self.link('grows', 'grows/grows')
        for path in ('self/x', 'a/x', 'grows/x'):
            with self.subTest(path=path):
                self.assert_outside(path)

    def test_a_missing_folder_and_a_file_in_a_folders_place_are_outside(self) -> None:
        self.write('app/file', b'')
        self.link('nowhere', 'missing')
        for path in ('missing/a', 'file/a', 'nowhere/a'):
            self.assert_outside(path)

    def test_nothing_stays_open_wherever_a_path_leads(self) -> None:
        self.write('app/real/a', b'a')
        self.link('out', self.folder)
        self.link('loop', 'loop')
        before = len(os.listdir('/proc/self/fd'))
        paths = ('real/a', 'out/secret', 'loop/x', '../secret', 'missing/a', 'real/missing', 'real')
        for path in paths * 50:
            try:
                self.read(path)
            except Outside:
                pass
            self.files.exists(path)
            self.files.leads_to_file(path)
        self.assertLess(len(os.listdir('/proc/self/fd')), before + 10)

    def test_only_a_regular_file_is_a_file(self) -> None:
        self.write('app/file', b'')
        self.link('link', 'file')
        self.link('out', self.path('secret'))
        os.mkfifo(self.path('app/fifo'))
        os.makedirs(self.path('app/folder'))
        self.link('zero', '/dev/zero')
        for path in ('link', 'out', 'fifo', 'folder', 'zero'):
            with self.subTest(path=path):
                self.assertIsNone(self.ends(lambda path=path: self.read(path)))
                self.assertTrue(self.files.exists(path))
        self.assertIsNone(self.read('missing'))
        self.assertFalse(self.files.exists('missing'))

    def test_a_device_is_no_file(self) -> None:
        try:
            os.mknod(self.path('app/null'), stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError:
            self.skipTest('no device can be made here')
        self.assertIsNone(self.read('null'))

    def test_what_is_swapped_meanwhile_never_yields_the_secret(self) -> None:
        """One thread makes a name by turns a file of the app and a link to a secret, as an app may that has all the
        time there is.
        """
        self.write('app/real/file', b'own')
        self.write('other/file', b'secret')
        self.link('spare-file', self.path('secret'))
        self.link('spare-folder', self.path('other'))
        self.write('app/name', b'own')
        self.link('folder', 'real')
        done = threading.Event()
        swaps = [0]

        def swap() -> None:
            secret, file, folder = self.path('secret'), self.path('app/name'), self.path('app/folder')
            ways = [(file, lambda: os.symlink(secret, file + '~')),
                    (file, lambda: self.write('app/name~', b'own')),
                    (folder, lambda: os.symlink(self.path('other'), folder + '~')),
                    (folder, lambda: os.symlink('real', folder + '~'))]
            while not done.is_set():
                for place, make in ways:
                    make()
                    os.replace(place + '~', place)
                    swaps[0] += 1

        work = self.in_thread(swap)
        read: list[Optional[bytes]] = []
        try:
            while (len(read) < 4000 or swaps[0] < 200) and work.error is None:
                for path in ('name', 'folder/file'):
                    try:
                        read.append(self.read(path))
                    except Outside:
                        read.append(None)
        finally:
            done.set()
        self.assertIsNone(work.join().error)
        self.assertEqual(set(read) - {None, b'own'}, set())
        self.assertIn(b'own', read)

    def test_a_file_leads_to_itself(self) -> None:
        self.write('app/src/main.py', b'')
        os.makedirs(self.path('app/folder'))
        os.mkfifo(self.path('app/fifo'))
        self.assertTrue(self.files.leads_to_file('src/main.py'))
        for path in ('missing.py', 'folder', 'fifo', 'src/main.py/x'):
            self.assertFalse(self.files.leads_to_file(path), path)

    def test_a_link_within_the_app_leads_to_its_file(self) -> None:
        self.write('app/src/main.py', b'')
        self.link('main.py', 'src/main.py')
        self.link('bin/main.py', '../main.py')
        self.link('lib', 'src')
        self.link('src/other.py', '../src/main.py')
        for path in ('main.py', 'bin/main.py', 'lib/main.py', 'lib/other.py'):
            with self.subTest(path=path):
                self.assertTrue(self.files.leads_to_file(path))

    def test_an_absolute_link_within_the_app_leads_to_its_file(self) -> None:
        self.write('app/src/main.py', b'')
        self.link('main.py', self.path('app/src/main.py'))
        self.assertTrue(self.files.leads_to_file('main.py'))

    def test_a_link_that_leads_out_or_nowhere_leads_to_no_file(self) -> None:
        self.write('app/src/main.py', b'')
        self.link('out.py', self.path('secret'))
        self.link('up.py', '../secret')
        self.link('nowhere.py', 'missing.py')
        self.link('loop.py', 'loop.py')
        self.link('folder.py', 'src')
        for path in ('out.py', 'up.py', 'nowhere.py', 'loop.py', 'folder.py'):
            with self.subTest(path=path):
                self.assertFalse(self.files.leads_to_file(path))

    def test_an_absolute_link_is_not_taken_for_a_path_within_the_app(self) -> None:
        self.write('app' + self.path('secret'), b'')
        self.link('main.py', self.path('secret'))
        self.assertFalse(self.files.leads_to_file('main.py'))

    def test_a_file_is_put_in_the_place_of_another(self) -> None:
        for place in ('in.zip', 'deep/er/in.zip'):
            self.files.put(place, self.write('new', b'new'))
            self.files.put(place, self.write('newer', b'newer'))
            self.assertEqual(self.read(place), b'newer')
        self.assertFalse(os.path.exists(self.path('new')))

    def test_a_file_is_put_in_the_place_of_a_link_and_not_where_it_leads(self) -> None:
        self.link('in.zip', self.path('secret'))
        self.files.put('in.zip', self.write('new', b'new'))
        self.assertEqual(self.read('in.zip'), b'new')
        with open(self.path('secret'), 'rb') as file:
            self.assertEqual(file.read(), b'secret')

    def test_nothing_is_put_out_of_the_app_or_in_a_folders_place(self) -> None:
        self.link('out', self.folder)
        os.makedirs(self.path('app/folder/in.zip'))
        self.write('app/file', b'')
        for place in ('out/in.zip', '../in.zip', 'out/new/in.zip', 'folder/in.zip', 'file/in.zip'):
            with self.subTest(place=place), self.assertRaises(Outside):
                self.files.put(place, self.write('new', b'new'))
        self.assertEqual(sorted(os.listdir(self.folder)), ['app', 'ec2.log', 'new', 'secret'])

    def test_whatever_is_in_the_way_is_cleared(self) -> None:
        self.write('app/a/file', b'')
        self.write('app/b/folder/deep/file', b'')
        self.link('c/link', self.path('secret'))
        self.link('b/folder/link', self.folder)
        for path in ('a/file', 'b/folder', 'c/link', 'd/e/missing'):
            self.files.clear(path)
            self.assertFalse(os.path.lexists(self.path('app/' + path)))
            self.assertTrue(os.path.isdir(os.path.dirname(self.path('app/' + path))))
        self.assertTrue(os.path.exists(self.path('secret')))

    def test_a_folder_that_is_deeper_than_python_can_walk_is_cleared(self) -> None:
        fd = os.open(self.path('app'), os.O_RDONLY)
        for _ in range(1500):
            os.mkdir('d', dir_fd=fd)
            with open(os.open('f', os.O_CREAT | os.O_WRONLY, dir_fd=fd), 'wb'):
                pass
            inner = os.open('d', os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = inner
        os.close(fd)
        self.addCleanup(subprocess.run, ['rm', '-rf', self.path('app')], check=True)
        self.files.clear('d')
        self.assertEqual(os.listdir(self.path('app')), ['f'])

    def test_nothing_is_cleared_out_of_the_app(self) -> None:
        self.link('out', self.folder)
        for path in ('out/secret', '../secret', 'out/new/x'):
            with self.subTest(path=path), self.assertRaises(Outside):
                self.files.clear(path)
        self.assertEqual(sorted(os.listdir(self.folder)), ['app', 'ec2.log', 'secret'])
