"""The end of a job, also of one whose runner was killed at the worst moment."""
import os
import signal
from typing import Optional
from unittest import mock

from fake_s3 import Seen, Talk, error
from job_case import JobCase
from runner.contract import Reason
from runner.ending import Ending
from runner.failure import JobFailure
from runner.finish import finish
from runner.job import Job
from runner_case import limit, status_body
from test_zip_file import archive

_OUTPUT = 'app_runner/output/may.zip'
_STATUS = 'app_runner/output/may_status.json'
_LOG = 'app_runner/output/may_ec2.log'
_APP_LOG = 'app_runner/output/may_app.log'
#: What somebody who stops the job writes in the place of our status.
_CANCELLED = status_body(instance_id='i-1', state='FAILED', reason='CANCELLED', message='Ann stopped the job',
                         input_version='v1', input_sequencer='01')
#: The status of a newer upload.
_THEIRS = status_body(instance_id='i-2', input_version='v2', input_sequencer='02')


class EndingTest(JobCase):
    def done(self) -> bool:
        return os.path.exists(self.paths.done)

    def output(self, data: bytes, name: str = 'output.zip') -> None:
        """What the app has written, and that it has ended."""
        path = os.path.join(self.paths.app, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)
        with open(self.paths.app_result, 'w', encoding='ascii') as file:
            file.write('success exited 0')

    def test_what_was_known_when_the_runner_was_killed_decides(self) -> None:
        cases: tuple[tuple[Optional[str], Optional[Reason], str, Optional[str]], ...] = (
            (None, None, 'FAILED', 'LOST'),
            ('', None, 'SUCCEEDED', None),
            ('v7', None, 'SUCCEEDED', None),
            (None, 'APP_FAILED', 'FAILED', 'APP_FAILED'),
            ('v7', 'TIMED_OUT', 'FAILED', 'TIMED_OUT'),
        )
        killed = self.claimed_job()
        for version, reason, state, told in cases:
            with self.subTest(version=version, reason=reason):
                with killed.memory as facts:
                    facts.output_version = version
                    facts.fields.update(reason=None, message='the job runs')
                if reason is not None:
                    killed.status.fail(JobFailure(reason, 'because'))
                job = self.new_job()
                self.assertEqual(Ending(job).finish(), state == 'SUCCEEDED')
                record = self.record()
                self.assertEqual((record['state'], record['reason']), (state, told))
                self.assertIsNotNone(record['ended'])
                self.assertTrue(record['message'])
                self.assertTrue(self.done())
                os.unlink(self.paths.done)
                with killed.memory as facts:
                    facts.etag = job.memory.facts.etag

    def test_the_settings_of_a_job_are_known_to_whoever_ends_it_although_nobody_shows_them_any_more(self) -> None:
        self.set_tags(app_url='file:///a', app_out_zip='my.zip')
        self.new_job()
        self.hide_tags()
        settings = self.new_job().settings
        self.assertEqual([settings[name] for name in ('app_url', 'app_out_zip', 'app_main')],
                         ['file:///a', 'my.zip', 'main.py'])

    def test_the_deadline_of_a_job_stays_what_it_was(self) -> None:
        first = self.new_job()
        with open(self.paths.power_off_at, encoding='ascii') as file:
            written = file.read()
        again = self.new_job()
        self.assertEqual(again.limit.at, first.limit.at)
        self.assertEqual(written.rstrip('\n'), '%d' % (first.limit.at + 180))

    def test_without_a_claim_nothing_is_owed(self) -> None:
        self.s3.put(_STATUS, _THEIRS)
        theirs = self.s3.put(_OUTPUT, b'theirs')
        self.new_job()
        self.output(archive({'a': b'b'}))
        self.assertFalse(Ending(self.new_job()).finish())
        self.assertEqual(self.s3.body(_STATUS), _THEIRS)
        self.assertEqual(self.s3.current(_OUTPUT), theirs)
        self.assertIsNone(self.s3.current(_LOG))
        self.assertTrue(finish(self.paths))

    def test_an_output_of_an_app_that_ended_well_is_a_success(self) -> None:
        job = self.claimed_job()
        data = archive({'a': b'b'})
        self.output(data)
        self.assertTrue(Ending(job).finish())
        self.assertEqual(self.s3.body(_OUTPUT), data)
        current = self.s3.current(_OUTPUT)
        assert current is not None
        self.assertEqual(job.memory.facts.output_version, current.name)
        self.assertEqual((self.record()['state'], self.record()['reason']), ('SUCCEEDED', None))
        self.assertIn('output', [phase['name'] for phase in self.record()['phases']])
        self.assertIn(b'job succeeded', self.s3.body(_LOG))
        self.assertFalse(os.path.exists(self.paths.ballast))

    def test_an_app_without_a_whole_output_has_none(self) -> None:
        job = self.claimed_job()
        self.output(archive({'a': b'b'})[:-1])
        self.assertFalse(Ending(job).finish())
        self.assertEqual(self.record()['reason'], 'NO_OUTPUT')
        self.assertIsNone(self.s3.current(_OUTPUT))

    def test_a_failed_job_uploads_what_there_is_and_need_not_have_any(self) -> None:
        for data in (archive({'a': b'b'}), b''):
            job = self.claimed_job()
            job.status.fail(JobFailure('TIMED_OUT', 'first'))
            self.output(data)
            self.assertFalse(Ending(job).finish())
            self.assertEqual((self.record()['state'], self.record()['reason']), ('FAILED', 'TIMED_OUT'))
            self.assertEqual(self.s3.current(_OUTPUT) is not None, data != b'')
            self.forget_job()
            self.s3.remove(_STATUS)
            self.s3.remove(_OUTPUT)

    def test_the_apps_own_log_is_uploaded_and_no_link_is(self) -> None:
        job = self.claimed_job()
        self.output(b'what the app logged', 'app.log')
        Ending(job).finish()
        self.assertEqual(self.s3.body(_APP_LOG), b'what the app logged')
        for path in (self.paths.done, os.path.join(self.paths.app, 'app.log')):
            os.unlink(path)
        os.symlink(self.paths.memory, os.path.join(self.paths.app, 'app.log'))
        Ending(job).finish()
        self.assertIsNone(self.s3.current(_APP_LOG))

    def test_an_output_of_an_earlier_run_does_not_pass_for_a_failed_jobs(self) -> None:
        self.s3.put(_OUTPUT, b'earlier')
        Ending(self.claimed_job()).finish()
        self.assertIsNone(self.s3.current(_OUTPUT))

    def superseded_job(self) -> Job:
        """Ours is up when a newer upload's instance takes over."""
        job = self.claimed_job()
        ours = self.s3.put(_OUTPUT, b'ours')
        with job.memory as facts:
            facts.output_version = ours.name
        self.s3.put(_STATUS, _THEIRS)
        return job

    def test_a_job_that_was_taken_over_withdraws_its_output(self) -> None:
        theirs = self.s3.put(_OUTPUT, b'theirs')
        job = self.superseded_job()
        with job.memory as facts:
            facts.superseded = True
        self.assertFalse(Ending(job).finish())
        self.assertEqual(self.s3.current(_OUTPUT), theirs)
        self.assertEqual(self.s3.body(_STATUS), _THEIRS)
        self.assertIsNone(self.s3.current(_LOG))
        self.assertTrue(self.done())

    def test_an_upload_that_was_stopped_and_got_in_all_the_same_is_withdrawn(self) -> None:
        job = self.claimed_job()
        theirs = self.s3.put(_OUTPUT, b'theirs')
        self.s3.put(_OUTPUT, b'ours', metadata={'x-amz-meta-instance-id': 'i-1'})
        with job.memory as facts:
            facts.superseded = facts.output_begun = True
        Ending(job).finish()
        self.assertEqual(self.s3.current(_OUTPUT), theirs)

    def test_an_output_says_whose_it_is(self) -> None:
        """Two of the same size, or even of the same bytes, may be of two runs."""
        job = self.claimed_job()
        self.output(archive({'a': b'a'}))
        job.output.upload(limit())
        ours = self.s3.current(_OUTPUT)
        assert ours is not None
        self.assertEqual(ours.metadata, {'x-amz-meta-instance-id': 'i-1'})

    def test_what_is_not_known_to_be_ours_is_not_withdrawn(self) -> None:
        for version in (None, ''):
            job = self.claimed_job()
            theirs = self.s3.put(_OUTPUT, b'theirs', metadata={'x-amz-meta-instance-id': 'i-2'})
            with job.memory as facts:
                facts.superseded, facts.output_begun, facts.output_version = True, True, version
            Ending(job).finish()
            self.assertEqual(self.s3.current(_OUTPUT), theirs)
            self.forget_job()
            self.s3.remove(_STATUS)

    def test_without_versions_an_output_that_is_the_newer_ones_by_now_is_not_withdrawn(self) -> None:
        job = self.claimed_job()
        self.output(archive({'a': b'a'}))
        job.output.upload(limit())
        with job.memory as facts:
            facts.superseded, facts.output_begun, facts.output_version = True, True, ''
        theirs = self.s3.put(_OUTPUT, b'theirs', metadata={'x-amz-meta-instance-id': 'i-2'})
        Ending(job).finish()
        self.assertEqual(self.s3.current(_OUTPUT), theirs)

    def test_a_job_that_sees_only_at_its_record_that_it_was_taken_over_withdraws_its_output(self) -> None:
        theirs = self.s3.put(_OUTPUT, b'theirs')
        job = self.superseded_job()
        Ending(job).finish()
        self.assertEqual(self.s3.current(_OUTPUT), theirs)
        self.assertEqual(self.s3.body(_STATUS), _THEIRS)
        self.assertTrue(job.memory.facts.superseded)
        self.assertTrue(self.done())

    def test_what_a_newer_run_has_left_is_not_touched(self) -> None:
        """Not even when nobody has seen yet that it took over."""
        job = self.claimed_job()
        job.status.fail(JobFailure('APP_FAILED', 'because'))
        theirs = [self.s3.put(key, b'theirs') for key in (_OUTPUT, _LOG, _APP_LOG)]
        theirs.insert(0, self.s3.put(_STATUS, _THEIRS))
        Ending(job).finish()
        self.assertEqual([self.s3.current(key) for key in (_STATUS, _OUTPUT, _LOG, _APP_LOG)], theirs)

    def assert_cancelled(self) -> None:
        self.assertEqual(self.s3.body(_STATUS), _CANCELLED)
        self.assertEqual((self.s3.current(_OUTPUT), self.done()), (None, True))
        self.assertIn(b'CANCELLED: Ann stopped the job', self.s3.body(_LOG))

    def test_the_record_of_a_job_that_somebody_stopped_stands_and_its_logs_are_whole(self) -> None:
        for signalled in (False, True):
            with self.subTest(signalled=signalled):
                job = self.claimed_job()
                self.s3.put(_OUTPUT, b'of an earlier run')
                self.output(b'what the app logged', 'app.log')
                self.s3.put(_STATUS, _CANCELLED)
                if signalled:
                    # The instance is being terminated.
                    job.status.fail(JobFailure('INTERRUPTED', 'the instance was shut down while the job ran'))
                self.assertFalse(Ending(job).finish())
                self.assert_cancelled()
                self.assertEqual(self.s3.body(_APP_LOG), b'what the app logged')
                self.forget_job()
                self.s3.remove(_STATUS)

    def test_no_output_stays_beside_it_that_got_in_before(self) -> None:
        job = self.claimed_job()
        self.output(archive({'a': b'b'}))

        def stops(seen: Seen, _talk: Talk) -> None:
            # Between our last look and our last write.
            if seen.method == 'PUT' and seen.key == _LOG and self.s3.current(_OUTPUT):
                self.s3.put(_STATUS, _CANCELLED)

        self.s3.always = stops
        self.assertFalse(Ending(job).finish())
        self.assert_cancelled()

    def test_whoever_has_seen_it_does_as_it_says_although_nobody_tells_it_any_more(self) -> None:
        job = self.claimed_job()
        self.output(archive({'a': b'b'}))
        self.s3.put(_STATUS, _CANCELLED)
        with job.memory as facts:
            facts.cancelled = 'Ann stopped the job'
        self.s3.always = lambda seen, _talk: (
            error(403, 'AccessDenied') if seen.method in ('GET', 'HEAD') and seen.key == _STATUS else None)
        self.assertFalse(Ending(job).finish())
        self.assert_cancelled()

    def test_a_newer_upload_that_follows_at_once_is_not_touched(self) -> None:
        job = self.claimed_job()
        with job.memory as facts:
            facts.cancelled = 'Ann stopped the job'
        theirs = [self.s3.put(_STATUS, _THEIRS), *(self.s3.put(key, b'theirs') for key in (_OUTPUT, _LOG, _APP_LOG))]
        self.assertFalse(Ending(job).finish())
        self.assertEqual([self.s3.current(key) for key in (_STATUS, _OUTPUT, _LOG, _APP_LOG)], theirs)

    def test_garbage_in_the_place_of_the_status_takes_nothing_from_the_job(self) -> None:
        for garbage in (b'', b'garbage', b'{"state": "garbage"}'):
            job = self.claimed_job()
            data = archive({'a': b'b'})
            self.output(data)
            self.s3.put(_STATUS, garbage)
            self.assertTrue(Ending(job).finish())
            self.assertEqual(self.record()['state'], 'SUCCEEDED')
            self.assertEqual(self.s3.body(_OUTPUT), data)
            self.forget_job()
            self.s3.remove(_STATUS)

    def test_a_defect_in_the_upload_of_the_output_does_not_keep_the_record_from_being_written(self) -> None:
        job = self.claimed_job()
        self.output(archive({'a': b'b'}))
        with mock.patch('runner.output.zip_file.is_whole', side_effect=RuntimeError('a defect')):
            self.assertFalse(Ending(job).finish())
        self.assertEqual(self.record()['state'], 'FAILED')
        self.assertIn('RuntimeError: a defect', self.logged())

    def test_a_defect_in_what_comes_before_the_record_does_not_keep_it_from_being_written(self) -> None:
        for part in ('runner.output.Output.clear_rest', 'runner.output.Output.open_app_log', 'runner.s3.Bucket.upload_log',
                     'runner.disk.os.unlink'):
            with self.subTest(part=part):
                job = self.claimed_job()
                with mock.patch(part, side_effect=OSError(30, 'Read-only file system')):
                    self.assertFalse(Ending(job).finish())
                self.assertEqual((self.record()['state'], self.record()['reason']), ('FAILED', 'LOST'))
                self.forget_job()
                self.s3.remove(_STATUS)

    def test_a_log_that_cannot_be_uploaded_does_not_keep_the_record_from_being_written(self) -> None:
        with mock.patch.dict(os.environ, {'PATH': self.path('nowhere')}):
            job = self.claimed_job()
        # Large enough for the AWS CLI, of which there is none.
        os.truncate(self.paths.ec2_log, 33 << 20)
        Ending(job).finish()
        self.assertEqual(self.record()['state'], 'FAILED')
        self.assertTrue(self.done())

    def test_a_record_that_could_not_be_written_is_still_owed(self) -> None:
        job = self.claimed_job()
        with job.memory as facts:
            facts.output_version = 'v7'
        self.s3.always = lambda seen, _talk: (
            error(403, 'AccessDenied') if seen.method == 'PUT' and seen.key == _STATUS else None)
        self.assertFalse(Ending(job).finish())
        self.assertFalse(self.done())
        self.assertIn('the final status could not be written: S3 answered 403', self.logged())
        self.s3.always = None
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['state'], 'SUCCEEDED')

    def test_the_end_is_not_cut_short_by_a_second_signal(self) -> None:
        Ending(self.claimed_job()).finish()
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), number)

    def test_a_program_of_the_end_still_obeys(self) -> None:
        """What is ignored here would be ignored there, up to KILL."""
        job = self.claimed_job()
        Ending(job).finish()
        self.assertEqual(job.commands.run(['sh', '-c', 'kill $$; echo goes on'], limit()).status, -signal.SIGTERM)

    def test_secrets_are_gone_at_the_end(self) -> None:
        job = self.claimed_job()
        os.makedirs(self.paths.git_credential)
        Ending(job).finish()
        self.assertFalse(os.path.exists(self.paths.git_credential))


class FinishTest(JobCase):
    """Whoever comes after the runner."""

    def test_where_there_was_no_job_nothing_is_owed(self) -> None:
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.s3.seen, [])

    def test_where_the_record_is_written_nothing_is_owed(self) -> None:
        Ending(self.claimed_job()).finish()
        self.s3.seen.clear()
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.s3.seen, [])

    def test_a_killed_runners_job_was_interrupted_by_what_systemd_says(self) -> None:
        self.claimed_job()
        with mock.patch.dict(os.environ, {'SERVICE_RESULT': 'oom-kill'}):
            self.assertTrue(finish(self.paths))
        record = self.record()
        self.assertEqual((record['state'], record['reason']), ('FAILED', 'INTERRUPTED'))
        self.assertIn('(oom-kill)', record['message'])
        self.assertEqual((record['instance_id'], record['input_version'], record['attempt']), ('i-1', 'v1', 1))

    def test_a_claim_that_the_runner_could_not_keep_any_more_is_seen(self) -> None:
        """It was killed between S3's answer and its own note of it."""
        job = self.new_job()
        job.status.write('RUNNING', limit(), {'if-none-match': '*'})
        with job.memory as facts:
            facts.etag = ''
        self.assertTrue(finish(self.paths))
        self.assertEqual((self.record()['state'], self.record()['reason']), ('FAILED', 'INTERRUPTED'))

    def test_a_job_that_another_instance_runs_is_not_claimed(self) -> None:
        self.new_job()
        theirs = status_body(instance_id='i-2')
        self.s3.put(_STATUS, theirs)
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.s3.body(_STATUS), theirs)

    def test_a_job_whose_output_was_up_has_succeeded(self) -> None:
        job = self.claimed_job()
        with job.memory as facts:
            facts.output_version = ''
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['state'], 'SUCCEEDED')

    def test_a_reason_that_was_said_stands(self) -> None:
        self.claimed_job().status.fail(JobFailure('OUT_OF_MEMORY', 'because'))
        self.assertTrue(finish(self.paths))
        self.assertEqual((self.record()['reason'], self.record()['message']), ('OUT_OF_MEMORY', 'because'))

    def test_a_killed_runners_log_is_whole_although_somebody_has_stopped_the_job(self) -> None:
        self.claimed_job()
        self.s3.put(_STATUS, _CANCELLED)
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.s3.body(_STATUS), _CANCELLED)
        self.assertIn(b'CANCELLED: Ann stopped the job', self.s3.body(_LOG))

    def test_anothers_record_is_left_and_nothing_is_owed(self) -> None:
        self.claimed_job()
        self.s3.put(_STATUS, _THEIRS)
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.s3.body(_STATUS), _THEIRS)

    def test_without_room_for_its_own_mark_the_record_is_written_all_the_same(self) -> None:
        self.claimed_job()
        os.mkdir(self.paths.finish_began)
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['reason'], 'INTERRUPTED')

    def test_an_instance_that_cannot_say_who_it_is_owes_it_still(self) -> None:
        self.claimed_job()
        with open(self.paths.job_line, 'w', encoding='ascii') as file:
            file.write('nothing\n')
        self.assertFalse(finish(self.paths))
