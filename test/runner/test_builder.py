"""git and pip, as the user who builds: what they are given, and what is known of their end."""
import os
import pwd
from typing import Mapping
from unittest import mock

from runner.builder import Builder
from runner.commands import Ended
from runner.failure import JobFailure, Stopped
from runner.paths import Paths
from runner_case import NO_PROXY, S3Case, limit

_SYSTEMD_RUN = '''#!/bin/sh
printf '%%s\\n' "$@" >"%(arguments)s"
%(end)s
'''


class BuilderTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        os.makedirs(self.paths.state)

    def builder(self, end: str) -> Builder:
        """One with a user and a systemd of the test's own.

        :param end: what happens in the unit, in shell
        """
        self.script('bin/systemd-run', _SYSTEMD_RUN % {'arguments': self.path('arguments'), 'end': end})
        self.commands = self.new_commands({'PATH': '%s:%s' % (self.path('bin'), os.environ['PATH'])})
        builder = Builder(self.paths, self.commands, NO_PROXY)
        builder.user = pwd.getpwuid(os.getuid())
        return builder

    def run_in(self, builder: Builder, *argv: str, environment: Mapping[str, str] = {}) -> Ended:
        return builder.run(argv, limit(), self.folder, environment)

    def arguments(self) -> list[str]:
        with open(self.path('arguments'), encoding='utf-8') as file:
            return file.read().splitlines()

    def test_without_a_user_for_it_commands_run_as_the_runner(self) -> None:
        builder = Builder(self.paths, self.commands, NO_PROXY)
        self.assertIsNone(builder.user)
        ended = self.run_in(builder, 'sh', '-c', 'pwd; echo "$A"', environment={'A': 'b', 'PATH': os.environ['PATH']})
        self.assertEqual(ended, Ended(0, '%s\nb\n' % self.folder))

    def test_a_command_is_a_unit_that_can_reach_no_metadata_and_take_no_more_than_its_share(self) -> None:
        self.run_in(self.builder('exit 0'), 'git', 'fetch')
        arguments = self.arguments()
        self.assertIn('--property=User=' + pwd.getpwuid(os.getuid()).pw_name, arguments)
        self.assertIn('--property=IPAddressDeny=169.254.169.254 fd00:ec2::254', arguments)
        for name in ('MemoryMax', 'TasksMax', 'RuntimeMaxSec', 'KillMode', 'NoNewPrivileges'):
            self.assertEqual(len([text for text in arguments if text.startswith('--property=%s=' % name)]), 1, name)

    def test_what_is_started_is_what_was_asked_for(self) -> None:
        """systemd would put the values of variables in the place of their names."""
        self.run_in(self.builder('exit 0'), 'git', 'fetch', '$HOME', 'a${B}$$')
        self.assertEqual(self.arguments()[-4:], ['git', 'fetch', '$$HOME', 'a$${B}$$$$'])

    def test_the_runners_own_variables_are_not_handed_down(self) -> None:
        self.run_in(self.builder('exit 0'), 'git', environment={
            'PATH': '/bin', 'https_proxy': 'http://proxy', 'AWS_ENDPOINT_URL': 'http://s3', 'INVOCATION_ID': '1',
            'BASH_FUNC_f%%': '() { :; }'})
        given = [text for text in self.arguments() if text.startswith('--setenv=')]
        self.assertEqual(given, ['--setenv=PATH=/bin', '--setenv=https_proxy=http://proxy', '--setenv=HOME=' + self.paths.home])

    def test_an_end_for_want_of_memory_is_known(self) -> None:
        for result, known in (('oom-kill killed KILL', True), ('exit-code exited 1', False), ('timeout killed TERM', False)):
            end = "printf '%s' '%s' >'%s'; echo words; exit 1" % ('%s', result, self.paths.build_result)
            self.assertEqual(self.run_in(self.builder(end), 'pip'), Ended(1, 'words\n', known))

    def test_what_a_command_left_behind_is_not_its_own_end(self) -> None:
        """systemd-run fails too when a daemon of the unit had to be killed."""
        end = "printf 'timeout exited 0' >'%s'; exit 1" % self.paths.build_result
        self.assertEqual(self.run_in(self.builder(end), 'pip').status, 0)

    def test_the_end_of_the_command_before_is_not_this_ones(self) -> None:
        with open(self.paths.build_result, 'w', encoding='ascii') as file:
            file.write('oom-kill killed KILL')
        end = "printf 'exit-code exited 1' >>'%s'; exit 1" % self.paths.build_result
        self.assertFalse(self.run_in(self.builder(end), 'pip').out_of_memory)

    def test_a_machine_that_is_shut_down_meanwhile_says_so_itself(self) -> None:
        builder = self.builder('echo "Transaction is destructive" >&2; exit 1')
        with mock.patch.object(self.stopping, 'sleep', self.begin_to_stop), self.assertRaises(Stopped):
            self.run_in(builder, 'git', 'fetch')

    def begin_to_stop(self, _seconds: float) -> None:
        self.stopping.begin()
        self.stopping.check()

    def test_a_machine_that_starts_no_unit_is_not_the_apps_fault(self) -> None:
        builder = self.builder('echo "Failed to connect to bus: Connection refused" >&2; exit 1')
        with self.assertRaisesRegex(JobFailure, 'LOST: systemd did not start git: Failed to connect to bus: Connection refused'):
            self.run_in(builder, 'git', 'fetch')
