"""What an earlier run of the same job has left, and what this one leaves."""
import os
from typing import Union
from unittest import mock

from fake_s3 import Reply, Script, Seen, Talk, error, hangs
from job_case import JobCase
from runner.ending import Ending
from runner.failure import JobFailure
from runner.fetch import Fetch
from runner.job import Job
from runner_case import limit
from test_zip_file import archive

_INPUT = 'app_runner/input/may.zip'
_OUTPUT = 'app_runner/output/may.zip'
_APP_LOG = 'app_runner/output/may_app.log'


def only(method: str, script: Script) -> Script:
    """For the objects that a run leaves, asked for with this method."""
    def answer(seen: Seen, talk: Talk) -> Union[Reply, None, bool]:
        return script(seen, talk) if seen.method == method and seen.key in (_OUTPUT, _APP_LOG) else None
    return answer


class ClearingTest(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(mock.patch.dict(os.environ, LAMBDA_EC2_LIVE_SECONDS='0.02'))
        self.s3.versions[_INPUT] = []
        self.s3.put(_INPUT, archive({'a': b'b'}))
        self.set_tags(app_url='file:///app')

    def fetched(self) -> Job:
        """A job that has all that the app needs."""
        job = self.claimed_job()
        os.makedirs(self.paths.app)
        with mock.patch.object(Fetch, '_source_and_environment'):
            self.ends(Fetch(job).run)
        return job

    def app_runs(self, job: Job, *files: str) -> bytes:
        """The app leaves an output, and these files."""
        job.output.make_room()
        data = archive({'a': b'of this run'})
        for name, content in (('output.zip', data), *((name, b'of this run') for name in files)):
            with open(os.path.join(self.paths.app, name), 'wb') as file:
                file.write(content)
        with open(self.paths.app_result, 'w', encoding='ascii') as file:
            file.write('success exited 0')
        return data

    def leave_earlier(self) -> None:
        for key in (_OUTPUT, _APP_LOG):
            self.s3.put(key, b'earlier')

    def test_what_an_earlier_run_has_left_is_gone(self) -> None:
        self.leave_earlier()
        self.fetched()
        for key in (_OUTPUT, _APP_LOG):
            self.wait_for(lambda key=key: self.s3.current(key) is None, 'the end of ' + key)

    def test_a_question_that_hangs_does_not_hold_the_app_back(self) -> None:
        self.leave_earlier()
        for method in ('HEAD', 'DELETE'):
            with self.subTest(method=method):
                self.s3.always = only(method, hangs)
                # Less than what any answer is waited for.
                job = self.fetched()
                data = self.app_runs(job)
                self.ends(job.begin_ending)
                self.s3.always = None
                self.assertTrue(self.ends(Ending(job).finish))
                self.assertEqual(self.s3.body(_OUTPUT), data)
                # The app wrote none, and an earlier one must not pass for this run's.
                self.assertIsNone(self.s3.current(_APP_LOG))
                self.start_again()

    def start_again(self) -> None:
        self.forget_job()
        for name in os.listdir(self.paths.app):
            os.unlink(os.path.join(self.paths.app, name))
        os.rmdir(self.paths.app)
        self.s3.remove('app_runner/output/may_status.json')
        self.leave_earlier()

    def test_what_is_newer_is_not_taken_away_however_late_the_removal_is_acted_on(self) -> None:
        self.leave_earlier()

        def overtaken(seen: Seen, _talk: Talk) -> None:
            self.s3.put(seen.key, b'newer')

        self.s3.always = only('DELETE', overtaken)
        job = self.claimed_job()
        job.output.clear([_OUTPUT, _APP_LOG], limit())
        self.assertEqual((self.s3.body(_OUTPUT), self.s3.body(_APP_LOG)), (b'newer', b'newer'))

    def test_a_removal_that_is_refused_is_told(self) -> None:
        self.leave_earlier()
        job = self.claimed_job()
        self.s3.always = only('DELETE', lambda _seen, _talk: error(403, 'AccessDenied', 'no'))
        job.output.clear([_OUTPUT], limit())
        self.assertIn('an earlier %s could not be removed: S3 answered 403 AccessDenied: no' % _OUTPUT, self.logged())

    def test_the_live_log_is_the_apps_own(self) -> None:
        """Not what the repository has under its name, and not before an earlier run's is gone."""
        self.leave_earlier()
        self.s3.always = only('HEAD', hangs)
        job = self.fetched()
        with open(os.path.join(self.paths.app, 'app.log'), 'wb') as file:
            file.write(b'of the repository')
        job.live_logs.start()
        self.addCleanup(lambda: job.live_logs.stop(limit()))
        self.assertFalse(job.output.has_room)
        self.app_runs(job, 'app.log')
        self.assertFalse(job.output.has_room)
        self.s3.always = None
        job.stop_requests()
        job.output.end_clearing()
        job.stopping.end()
        self.wait_for(lambda: self.s3.body(_APP_LOG) == b'of this run', 'the log of the app')
        self.assertNotIn(b'of the repository', [seen.body for seen in self.s3.seen])

    def test_a_log_of_this_run_is_not_taken_away_at_the_end(self) -> None:
        """When the network goes then, the live one is all that there is."""
        job = self.fetched()
        self.app_runs(job, 'app.log')
        os.unlink(os.path.join(self.paths.app, 'output.zip'))
        self.s3.put(_APP_LOG, b'of this')
        Ending(job).finish()
        self.assertNotIn('DELETE', self.s3.methods())
        self.assertEqual(self.s3.body(_APP_LOG), b'of this run')


class UploadTest(JobCase):
    def test_what_s3_refuses_is_told_with_its_words_and_what_fits_them(self) -> None:
        kms = 'User: x is not authorized to perform: kms:GenerateDataKey on resource: y'
        for code, message, advice in (('AccessDenied', kms, 'the KMS key of the bucket'),
                                      ('KMS.DisabledException', 'y is disabled.', 'the KMS key of the bucket'),
                                      ('AccessDenied', 'Access Denied', 'check the policy of the bucket'),
                                      ('InvalidToken', 'The provided token is malformed or otherwise invalid.', '')):
            with self.subTest(code=code, message=message):
                job = self.claimed_job()
                os.makedirs(self.paths.app, exist_ok=True)
                with open(os.path.join(self.paths.app, 'output.zip'), 'wb') as file:
                    file.write(archive({'a': b'b'}))
                self.s3.always = only('PUT', lambda _seen, _talk, code=code, message=message: error(403, code, message))
                with self.assertRaises(JobFailure) as caught:
                    job.output.upload(limit())
                self.assertEqual(caught.exception.reason, 'UPLOAD_FAILED')
                told = 'output.zip could not be uploaded to s3://jobs/%s: S3 answered 403 %s: %s' % (_OUTPUT, code, message)
                self.assertTrue(caught.exception.message.startswith(told), caught.exception.message)
                self.assertIn(advice, caught.exception.message)
                if not advice:
                    self.assertEqual(caught.exception.message, told)
                self.s3.always = None
                self.forget_job()
                self.s3.remove('app_runner/output/may_status.json')
