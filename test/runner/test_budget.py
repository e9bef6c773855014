"""How long the end of a job takes when nobody answers any more:
the time here is one that the tests themselves let pass.
"""
import os
from typing import Any
from unittest import mock

from fake_s3 import breaks_off, error, replies
from job_case import JobCase
from runner import budget, clock, contract
from runner.clock import Limit
from runner.commands import STOP_SECONDS, Ended
from runner.connection import NoAnswer, Response, Server
from runner.ending import Ending
from runner.failure import JobFailure, Stopping
from runner.finish import finish
from runner.job import Job
from test_zip_file import archive

_STATUS = 'app_runner/output/may_status.json'
_SILENCE_SECONDS = 30.0


class BudgetTest(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = clock.uptime()
        self.cut = False
        self.patch(mock.patch('runner.clock.uptime', lambda: self.now))
        self.patch(mock.patch('runner.job_context.Stopping', lambda: Passing(self)))
        request = Server.request

        def asked(server: Server, method: str, target: str, headers: Any, limit: Limit, *more: Any) -> Response:
            if not self.cut or target.startswith('/latest/'):
                return request(server, method, target, headers, Limit.within(60), *more)
            self.now += min(limit.left, _SILENCE_SECONDS)
            raise NoAnswer('no answer in time')

        self.patch(mock.patch.object(Server, 'request', asked))

    def started(self, **tags: str) -> Job:
        """A job whose app has run and left an output."""
        self.set_tags(app_url='file:///app', **tags)
        job = self.claimed_job()
        os.makedirs(self.paths.app)
        for name, data in (('output.zip', archive({'a': b'b'})), ('app.log', b'what the app logged')):
            with open(os.path.join(self.paths.app, name), 'wb') as file:
                file.write(data)
        with open(self.paths.app_result, 'w', encoding='ascii') as file:
            file.write('success exited 0')
        return job

    def end(self, job: Job) -> float:
        """Ends it as systemd does. How many seconds after ec2_timeout that was done."""
        if not Ending(job).finish():
            self.assertFalse(finish(self.paths))
        return self.now - job.limit.at

    def test_in_a_lasting_cut_it_is_over_before_the_power_off(self) -> None:
        for at in (0.0, 10.0, 60.0, 140.0, 170.0):
            job = self.started()
            self.now, self.cut = job.limit.at + at, True
            self.assertLess(self.end(job), contract.GRACE_SECONDS)
            self.cut = False
            self.forget()

    def forget(self) -> None:
        self.forget_job()
        os.unlink(os.path.join(self.paths.app, 'output.zip'))
        os.unlink(os.path.join(self.paths.app, 'app.log'))
        os.rmdir(self.paths.app)
        self.s3.remove(_STATUS)

    def test_large_files_in_a_lasting_cut_change_nothing_about_it(self) -> None:
        """The AWS CLI is asked to end at its limit, and takes its time."""
        def hangs(_commands: object, _argv: object, limit: Limit, **_more: object) -> Ended:
            self.now += limit.left + STOP_SECONDS
            return Ended(-15, 'Connect timeout on endpoint URL')

        job = self.started()
        for path in (self.paths.ec2_log, os.path.join(self.paths.app, 'app.log')):
            os.truncate(path, 33 << 20)
        self.now, self.cut = job.limit.at + 10, True
        with mock.patch('runner.commands.Commands.run', hangs):
            self.assertLess(self.end(job), contract.GRACE_SECONDS)

    def test_a_runner_that_was_killed_at_last_leaves_time_for_its_record(self) -> None:
        job = self.started()
        # When libexec/power-off ends a runner that hangs.
        self.now = job.budget.power_off_at - 25
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['state'], 'FAILED')
        self.assertLess(self.now, job.budget.power_off_at - 10)

    def test_a_machine_that_should_be_off_already_still_has_a_record(self) -> None:
        """libexec/deadline looks every five minutes, and waits so long."""
        job = self.started()
        self.now = job.budget.power_off_at + 200
        before = self.now
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['state'], 'FAILED')
        self.assertLess(self.now - before, 25)
        with open(os.path.join(os.path.dirname(budget.__file__), '../last-resort.sh'), encoding='ascii') as file:
            self.assertIn('readonly LATE_SECONDS=25\n', file.read())

    def test_a_cut_while_there_is_time_is_borne(self) -> None:
        """The job has ended early, and S3 comes back within the time that it had."""
        job = self.started(ec2_timeout='8h')
        self.cut = True
        back = self.now + 4 * 3600
        sleep = Passing.sleep

        def passes(stopping: 'Passing', seconds: float) -> None:
            sleep(stopping, seconds)
            self.cut = self.now < back

        with mock.patch.object(Passing, 'sleep', passes):
            self.assertTrue(Ending(job).finish())
        self.assertEqual(self.record()['state'], 'SUCCEEDED')

    def test_a_refusal_is_not_waited_for(self) -> None:
        job = self.started(ec2_timeout='8h')
        self.s3.always = lambda seen, talk: None if seen.path.startswith('/latest/') else error(403, 'AccessDenied')
        before = self.now
        self.assertFalse(Ending(job).finish())
        self.assertLess(self.now - before, 60)

    def test_whoever_ends_the_instance_waits_once_for_both(self) -> None:
        """systemd gives the runner 150 s, and as long again to what comes after it."""
        job = self.started(ec2_timeout='8h')
        job.status.fail(JobFailure('INTERRUPTED', 'the instance was shut down while the job ran'))
        job.budget.hurry()
        before, self.cut = self.now, True
        self.end(job)
        self.assertLess(self.now - before, 150)
        with open(self.paths.power_off_at, encoding='ascii') as file:
            self.assertLessEqual(int(file.read()), before + 150)

    def test_the_power_off_is_timed_once(self) -> None:
        with mock.patch('runner.system.power_off_at') as timed:
            job = self.started(ec2_timeout='60s')
            self.new_job()
        timed.assert_called_once()
        self.assertEqual(timed.call_args.args[0], job.limit.at + contract.GRACE_SECONDS)
        with open(self.paths.power_off_at, encoding='ascii') as file:
            self.assertEqual(int(file.read()), int(job.limit.at + contract.GRACE_SECONDS))

    def test_answers_that_break_off_end_too(self) -> None:
        job = self.started(ec2_timeout='60s')
        self.s3.always = lambda seen, talk: None if seen.path.startswith('/latest/') else breaks_off(seen, talk)
        self.now = job.limit.at
        self.assertLess(self.end(job), contract.GRACE_SECONDS)
        self.s3.always = replies(error(503, 'SlowDown'))


class Passing(Stopping):
    """Its waits take no time but the test's."""

    def __init__(self, case: BudgetTest) -> None:
        super().__init__()
        self._case = case

    def sleep(self, seconds: float) -> None:
        self.check()
        self._case.now += seconds
