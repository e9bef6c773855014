"""What keeps the app from the instance metadata is tried before the app starts, each part alone."""
import os
import pwd

from runner.failure import JobFailure
from runner.metadata_block import MetadataBlock
from runner.paths import Paths
from runner_case import S3Case, limit

_HOLDS, _LETS_THROUGH = 1, 0


class MetadataBlockTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        os.makedirs(self.paths.state)

    def check(self, unit: str, route: int) -> None:
        """:param unit: what systemd says of the end of the unit, empty when it was not started"""
        word = "printf '%s' >'%s'" % (unit, self.paths.check_result) if unit else 'exit 1'
        self.script('bin/systemd-run', '#!/bin/sh\n%s\n' % word)
        self.script('bin/setpriv', '#!/bin/sh\nexit %d\n' % route)
        commands = self.new_commands({'PATH': '%s:%s' % (self.path('bin'), os.environ['PATH'])})
        MetadataBlock(self.paths, commands, pwd.getpwuid(os.getuid())).check(limit())

    def test_two_that_hold_are_not_spoken_of(self) -> None:
        self.check('exit-code exited 1', _HOLDS)
        self.assertEqual(self.logged(), '')

    def test_one_that_holds_will_do_and_is_named(self) -> None:
        self.check('success exited 0', _HOLDS)
        self.assertIn('IPAddressDeny= of a unit does not hold', self.logged())

    def test_the_other_one_will_do_too(self) -> None:
        self.check('exit-code exited 1', _LETS_THROUGH)
        self.assertIn('lambda-ec2-metadata-block.service does not hold', self.logged())

    def test_an_app_that_nothing_holds_back_is_not_started(self) -> None:
        with self.assertRaisesRegex(JobFailure, 'LOST: the app of this image could reach the credentials'):
            self.check('success exited 0', _LETS_THROUGH)

    def test_what_could_not_be_tried_does_not_hold(self) -> None:
        for unit, route in (('', _LETS_THROUGH), ('exec exited 203', 127), ('success exited 0', 127), ('', 126)):
            with self.subTest(unit=unit, route=route), self.assertRaises(JobFailure):
                self.check(unit, route)
            if os.path.exists(self.paths.check_result):
                os.unlink(self.paths.check_result)
