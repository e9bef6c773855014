"""Handing folders over to another user."""
import os
import subprocess

from runner import owner
from runner.failure import JobFailure
from runner_case import S3Case, limit


class OwnerTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        # Only root can give anything to somebody else; for others this is less of a test.
        self.user = 65534 if os.getuid() == 0 else os.getuid()
        os.makedirs(self.path('app'))

    def give(self, *names: str) -> None:
        owner.give(self.commands, limit(), self.user, os.getgid(), *[self.path(name) for name in names])

    def owner_of(self, name: str) -> int:
        return os.lstat(self.path(name)).st_uid

    def test_folders_are_given_with_all_that_is_in_them_and_nothing_that_a_link_leads_to(self) -> None:
        self.write('app/deep/file')
        self.write('home/file')
        self.write('beside/file')
        os.symlink(self.path('beside'), self.path('app/out'))
        os.symlink(self.path('beside/file'), self.path('app/deep/out'))
        self.give('app', 'home')
        for name in ('app', 'app/deep', 'app/deep/file', 'app/out', 'app/deep/out', 'home', 'home/file'):
            self.assertEqual(self.owner_of(name), self.user, name)
        for name in ('beside', 'beside/file'):
            self.assertEqual(self.owner_of(name), os.getuid(), name)

    def test_folders_may_be_deeper_than_python_can_walk(self) -> None:
        fd = os.open(self.path('app'), os.O_RDONLY)
        for _ in range(1500):
            os.mkdir('d', dir_fd=fd)
            inner = os.open('d', os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = inner
        os.close(fd)
        self.addCleanup(subprocess.run, ['rm', '-rf', self.path('app')], check=True)
        self.give('app')
        self.assertEqual(self.owner_of('app' + '/d' * 1000), self.user)

    def test_what_cannot_be_given_is_said(self) -> None:
        with self.assertRaisesRegex(JobFailure, 'LOST: the files could not be handed over: .*No such file'):
            self.give('missing')
