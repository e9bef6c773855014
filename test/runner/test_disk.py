"""Which file system had no room."""
import errno
import io
import os
import subprocess
import sys
import unittest
from unittest import mock

from runner import disk
from runner.failure import JobFailure
from runner.phases import Phases
from runner_case import RunnerCase, StatusCase, can_mount

_WORK = '/var/lib/lambda-ec2'
# As Amazon Linux 2023 has them, and a volume that an app has mounted.
_MOUNTS = r'''21 26 0:20 / /proc rw,nosuid - proc proc rw
26 1 259:1 / / rw,noatime shared:1 - xfs /dev/nvme0n1p1 rw,attr2
23 26 0:5 / /dev rw,nosuid shared:2 - devtmpfs devtmpfs rw,size=4096k
27 23 0:22 / /dev/shm rw,nosuid,nodev shared:4 - tmpfs tmpfs rw
30 26 0:24 / /run rw,nosuid,nodev shared:12 - tmpfs tmpfs rw,size=1580000k
44 26 0:36 / /tmp rw,nosuid,nodev shared:20 - tmpfs tmpfs rw
50 26 0:40 / /data\040of\040June rw - nfs4 fs-1.efs.eu-west-1.amazonaws.com:/ rw
'''
_NO_ROOM = 'No space left on device'


class WhyFullTest(unittest.TestCase):
    def why(self, said: str, *full: str, by_the_app: bool = True) -> str:
        """What is told when these file systems are full."""
        def mounts(_path: str, **_more: str) -> io.StringIO:
            return io.StringIO(_MOUNTS)

        def is_full(folder: str) -> bool:
            return folder in full

        with mock.patch('runner.disk.open', mounts, create=True), mock.patch('runner.disk.is_full', is_full):
            return disk.why_full(said, _WORK, by_the_app) or ''

    def test_a_disk_that_is_full_is_told_whatever_was_said(self) -> None:
        for said in ('exit status 1', _NO_ROOM, "[Errno 28] %s: '/tmp/x'" % _NO_ROOM):
            self.assertEqual(self.why(said, _WORK), 'the disk is full: raise volume_size_gib or make the app write less')

    def test_nothing_is_full_when_nobody_says_so(self) -> None:
        for said in ('', 'exit status 1', 'no space', '/tmp/x: Permission denied'):
            self.assertEqual(self.why(said, '/tmp', '/dev/shm'), '')

    def test_the_file_that_had_no_room_tells_which_it_is(self) -> None:
        for said, expected in (
            ("OSError: [Errno 28] No space left on device: '/dev/shm/part-1'", '/dev/shm is full, which is memory'),
            ('OSError: [Errno 28] No space left on device: "/tmp/it\'s"', '/tmp is full, which is memory'),
            ("cp: error writing '/tmp/a': No space left on device", '/tmp is full, which is memory'),
            ('write /dev/shm/a: no space left on device', '/dev/shm is full, which is memory'),
            ('the app ended with exit status 1; its last line: tar: /tmp/x: No space left on device', '/tmp is full'),
            ("/usr/bin/dd: error writing '/run/x': No space left on device", '/run is full, which is memory'),
            ('No space left on device: /tmp/a', '/tmp is full'),
            ("No space left on device: '/var/lib/lambda-ec2/tmp/x'", 'raise volume_size_gib'),
            ("No space left on device: '/tmpfs/x'", 'raise volume_size_gib'),
            ("No space left on device: '/dev/shm/../../var/x'", 'raise volume_size_gib'),
            # Relative to the app's own folder.
            ("OSError: [Errno 28] No space left on device: 'out/a.csv'", 'raise volume_size_gib'),
            ("OSError: [Errno 28] No space left on device: '/data of June/x'", 'the file system at /data of June is full'),
        ):
            with self.subTest(said=said):
                self.assertIn(expected, self.why(said))
                self.assertEqual('volume_size_gib' in expected, 'volume_size_gib' in self.why(said))

    def test_without_a_file_the_one_that_is_full_tells(self) -> None:
        self.assertIn('/dev/shm is full', self.why('OSError: [Errno 28] ' + _NO_ROOM, '/dev/shm'))
        self.assertIn('/tmp is full', self.why('gzip: stdout: ' + _NO_ROOM, '/tmp'))

    def test_what_nobody_knows_is_not_told(self) -> None:
        """The app has taken away what filled it before it ended."""
        told = self.why('OSError: [Errno 28] ' + _NO_ROOM)
        self.assertNotIn('volume_size_gib', told)
        self.assertIn('see the log for which', told)

    def test_only_an_app_can_write_elsewhere(self) -> None:
        said = "[Errno 28] %s: '/run/lambda-ec2/git-credential/ssh-key'" % _NO_ROOM
        self.assertEqual(self.why(said, by_the_app=False),
                         '/run is full, which is memory and not the disk: choose an instance type with more memory')
        self.assertIn('TMPDIR', self.why(said))

    def test_what_is_not_the_apps_writes_to_the_disk(self) -> None:
        self.assertIn('raise volume_size_gib', self.why('ERROR: [Errno 28] ' + _NO_ROOM, by_the_app=False))


@unittest.skipUnless(can_mount(), 'this user may not mount anything')
class FullMemoryTest(RunnerCase):
    def test_a_full_dev_shm_is_seen(self) -> None:
        """On one of a mount namespace of its own."""
        script = ('import os\nfrom runner import disk\nfile = open("/dev/shm/filler", "wb", 0)\ntry:\n    while file.write(bytes('
                  '4096)): pass\nexcept OSError as error:\n    print(disk.why_full(str(error), "/", True))')
        command = 'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$0" -B -c "$1"'
        ended = subprocess.run(['unshare', '--mount', '--map-root-user', 'sh', '-c', command, sys.executable, script],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                               env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)})
        self.assertTrue(ended.stdout.decode().startswith('/dev/shm is full, which is memory'), ended.stdout)


class NoRoomTest(StatusCase):
    """A part of the job that itself finds no room."""

    def test_it_has_failed_for_a_full_disk(self) -> None:
        def full() -> None:
            raise OSError(errno.ENOSPC, _NO_ROOM, os.path.join(self.folder, 'x'))

        with mock.patch('runner.disk.is_full', return_value=True), self.assertRaises(JobFailure):
            Phases(self.status, self.log).run('source', full)
        self.assertEqual(self.status.value('reason'), 'DISK_FULL')
        self.assertIn('raise volume_size_gib', str(self.status.value('message')))
        self.assertIn(self.folder, self.logged())

    def test_another_fault_is_a_defect(self) -> None:
        def broken() -> None:
            raise OSError(errno.EIO, 'Input/output error')

        with self.assertRaises(OSError):
            Phases(self.status, self.log).run('source', broken)
        self.assertFalse(self.status.failed)
