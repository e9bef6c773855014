"""The source of the app: what git may do on the way, and what the runner reads of it."""
import os
import subprocess
from typing import Optional
from unittest import mock

from runner.builder import Builder
from runner.commands import Commands
from runner.failure import JobFailure
from runner.paths import Paths
from runner.settings import with_defaults
from runner.source import Source
from runner_case import NO_PROXY, S3Case, limit


class SourceTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder + '/root')
        os.makedirs(self.paths.home)
        self.repository = self.path('repository')
        os.makedirs(self.repository)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith('GIT_')}
        self.environment.update(HOME=self.paths.home, GIT_CONFIG_NOSYSTEM='1', GIT_CONFIG_GLOBAL=self.path('gitconfig'))
        self.write('gitconfig', b'[user]\n\tname = test\n\temail = test@localhost\n')
        self.git('init', '--quiet')
        self.commit('main.py', 'print()')

    def git(self, *arguments: str) -> None:
        subprocess.run(['git', '-C', self.repository, *arguments], env=self.environment, check=True)

    def commit(self, name: str, text: str) -> None:
        self.write('repository/' + name, text.encode())
        self.git('add', '--all')
        self.git('commit', '--quiet', '--message', name)

    def source(self) -> Source:
        commands = self.new_commands(self.environment)
        settings = with_defaults({'app_url': 'file://' + self.repository})
        return Source(Builder(self.paths, commands, NO_PROXY), settings, limit(), None)

    def fetched(self, name: str) -> Optional[str]:
        path = os.path.join(self.paths.app, name)
        if not os.path.exists(path):
            return None
        with open(path, encoding='utf-8') as file:
            return file.read()

    def configure(self, text: str) -> None:
        with open(self.path('gitconfig'), 'a', encoding='utf-8') as file:
            file.write(text)

    def with_filter(self) -> None:
        """One that the image's configuration has, and that runs what the repository holds."""
        self.commit('.gitattributes', '*.txt filter=a.b')
        self.commit('smudge.sh', 'cat; echo filtered; cat "%s"/* 2>/dev/null || :' % self.paths.git_credential)
        self.commit('a.txt', 'a')
        self.configure('[filter "a.b"]\n\tsmudge = sh %s/smudge.sh\n\trequired = true\n' % self.repository)

    def test_the_files_and_their_commit(self) -> None:
        commit = self.source().fetch()
        self.assertEqual(self.fetched('main.py'), 'print()')
        self.assertRegex(commit, '^[0-9a-f]{40}$')

    def test_fetch_and_checkout_are_one_command(self) -> None:
        """On an instance each is a unit, which is a round trip with systemd."""
        source = self.source()
        with mock.patch.object(Commands, 'run', autospec=True, side_effect=Commands.run) as run:
            source.fetch()
        self.assertEqual(run.call_count, 1)

    def test_a_filter_that_fails_once_is_tried_again(self) -> None:
        """That of git-lfs asks a server."""
        self.commit('.gitattributes', '*.txt filter=large')
        self.commit('a.txt', 'a')
        self.configure('[filter "large"]\n\tsmudge = "! mkdir %s && cat"\n\trequired = true\n' % self.path('tried'))
        source = self.source()
        with mock.patch.object(Commands, 'sleep'):
            source.fetch()
        self.assertEqual(self.fetched('a.txt'), 'a')
        self.assertIn('fetch 1 of 3 failed', self.logged())

    def test_a_filter_sees_no_credential(self) -> None:
        self.with_filter()
        os.makedirs(self.paths.git_credential)
        self.write('root/run/lambda-ec2-git/password', b'hunter2')
        self.source().fetch()
        self.assertEqual(self.fetched('a.txt'), 'a')
        self.assertIn('filter.a.b is not used', self.logged())

    def test_a_filter_is_used_where_there_is_no_credential(self) -> None:
        self.with_filter()
        self.source().fetch()
        self.assertEqual(self.fetched('a.txt'), 'afiltered\n')

    def test_no_hook_is_run(self) -> None:
        self.write('template/hooks/post-checkout', b'#!/bin/sh\ntouch hooked\n')
        os.chmod(self.path('template/hooks/post-checkout'), 0o755)
        self.configure('[init]\n\ttemplateDir = %s\n' % self.path('template'))
        self.source().fetch()
        self.assertIsNone(self.fetched('hooked'))

    def test_what_is_no_commit_is_not_told(self) -> None:
        """Whatever ran in the repository may have put a link there."""
        source = self.source()
        source.fetch()
        head = os.path.join(self.paths.app, '.git/HEAD')
        self.write('secret', b'a secret of the machine')
        for target in (self.path('secret'), '/dev/zero', 'missing'):
            os.unlink(head)
            os.symlink(target, head)
            with self.assertRaisesRegex(JobFailure, 'is no repository any more'):
                self.ends(source.commit)
        os.unlink(head)
        with open(head, 'w', encoding='ascii') as file:
            file.write('ref: refs/heads/main')
        with self.assertRaises(JobFailure):
            source.commit()

    def test_a_quote_in_the_url_stays_one(self) -> None:
        odd = self.path('a"b\\c')
        os.rename(self.repository, odd)
        self.repository = odd
        self.source().fetch()
        self.assertEqual(self.fetched('main.py'), 'print()')
