"""The uploaded input."""
import contextlib
import errno
import io
import os
from typing import Any, Optional
from unittest import mock

from fake_s3 import Reply, Script, Seen, Talk, breaks_off, error, replies
from runner.clock import Limit
from runner.failure import JobFailure
from runner.input import Input
from runner.paths import Paths
from runner.settings import with_defaults
from runner_case import PartialContext, S3Case, job_run, limit
from test_zip_file import archive

_KEY = 'app_runner/input/may.zip'


class FullDisk(io.FileIO):
    """A file on a disk that has room for so many bytes more."""

    room = 100_000

    def write(self, b: Any) -> int:
        if self.tell() >= self.room:
            raise OSError(28, 'No space left on device')
        return super().write(bytes(b)[:self.room - self.tell()])


class InputTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        os.makedirs(self.paths.app)
        self.data = archive({'a.txt': b'a' * 200_000})

    def input(self, version: str = '', until: Optional[Limit] = None, **tags: str) -> Input:
        return Input(PartialContext(paths=self.paths, line=job_run(version), settings=with_defaults(tags), aws=self.aws,
                                    bucket=self.bucket, limit=until or limit(), log=self.log))

    def failure_of(self, *scripts: Script, until: Optional[Limit] = None) -> str:
        self.s3.scripts = list(scripts)
        with self.assertRaises(JobFailure) as caught:
            self.input(until=until).download()
        return str(caught.exception)

    def content(self, path: str) -> bytes:
        with open(path, 'rb') as file:
            return file.read()

    def large(self, _seen: Seen, talk: Talk) -> bool:
        """The answer for an object that is too large for one request."""
        talk.raw(b'HTTP/1.1 200 OK\r\nLast-Modified: Tue, 24 Nov 2026 03:00:00 GMT\r\n'
                 b'Content-Length: %d\r\n\r\n' % (33 << 20))
        talk.hang_up()
        return False

    def with_cli(self, script: str) -> None:
        self.script('bin/aws', '#!/bin/sh\necho "$@" >>"%s"\nfor file; do :; done\n%s\n' % (self.path('calls'), script))
        self.commands = self.new_commands({'PATH': '%s:%s' % (self.path('bin'), os.environ['PATH'])})
        self.bucket = self.new_bucket()

    def calls(self) -> list[str]:
        with open(self.path('calls'), encoding='utf-8') as file:
            return file.read().splitlines()

    def test_the_version_that_started_the_job_is_asked_for(self) -> None:
        self.s3.put(_KEY, self.data)
        self.input('v/1').download()
        self.assertEqual(self.s3.seen[0].query, 'versionId=v%2F1')
        self.assertEqual(self.content(self.paths.input), self.data)

    def test_the_date_of_the_object_is_when_it_was_submitted(self) -> None:
        for body in (self.data, b'text'):
            self.s3.scripts = [replies(Reply(200, body, {'last-modified': 'Tue, 24 Nov 2026 03:00:00 GMT'}))]
            download = self.input()
            with contextlib.suppress(JobFailure):
                download.download()
            self.assertEqual(download.submitted, '2026-11-24T03:00:00Z')

    def test_without_a_date_nobody_knows_when_it_was_submitted(self) -> None:
        for headers in ({}, {'last-modified': 'yesterday'}):
            self.s3.scripts = [replies(Reply(200, self.data, headers))]
            download = self.input()
            download.download()
            self.assertIsNone(download.submitted)

    def test_a_fault_and_an_answer_that_breaks_off_are_tried_again(self) -> None:
        self.s3.put(_KEY, self.data)
        self.s3.scripts = [replies(error(503, 'SlowDown')), breaks_off, breaks_off]
        self.input().download()
        self.assertEqual(self.content(self.paths.input), self.data)

    def test_an_input_that_is_not_there_is_told(self) -> None:
        self.assertEqual(self.failure_of(), 'INPUT_UNREADABLE: s3://jobs/%s cannot be read (S3 answered 404 NoSuchKey:'
                         ' The specified key does not exist.): upload it again' % _KEY)

    def test_an_input_that_is_no_zip_file_is_told(self) -> None:
        for body in (b'text', b'', b'P'):
            self.assertIn('is not a zip file', self.failure_of(replies(Reply(200, body))))

    def test_a_download_that_is_not_done_in_time_has_timed_out(self) -> None:
        self.s3.always = replies(error(503, 'SlowDown'))
        over = limit(0)
        self.assertTrue(self.failure_of(until=over).startswith('TIMED_OUT: '))

    def test_a_large_input_goes_through_the_cli(self) -> None:
        self.with_cli('printf PK >"$file"')
        self.s3.scripts = [self.large]
        download = self.input('v1')
        download.download()
        self.assertEqual(download.submitted, '2026-11-24T03:00:00Z')
        self.assertEqual(self.calls(), ['s3api get-object --bucket jobs --key %s --version-id v1 %s' % (
            _KEY, self.paths.input)])

    def test_a_large_download_that_fails_is_tried_again(self) -> None:
        self.with_cli('[ $(wc -l <"%s") -ge 3 ] || { echo "fatal error: broken" >&2; exit 1; }\nprintf PK >"$file"'
                      % self.path('calls'))
        self.s3.scripts = [self.large]
        self.input().download()
        self.assertEqual(len(self.calls()), 3)
        self.assertIn('downloading the input: try 2 failed: fatal error: broken', self.logged())

    def test_a_large_download_that_fails_for_good_is_told(self) -> None:
        self.with_cli('echo "An error occurred (AccessDenied) when calling the GetObject operation: no" >&2; exit 254')
        self.assertIn('cannot be read (S3 answered AccessDenied: no): check the policy', self.failure_of(self.large))
        self.assertEqual(len(self.calls()), 3)

    def test_what_s3_refuses_is_told_with_its_words_and_what_fits_them(self) -> None:
        sse_c = ('The object was stored using a form of Server Side Encryption. The correct parameters must be provided to'
                 ' retrieve the object.')
        for status, code, message, advice in (
            (404, 'NoSuchKey', 'The specified key does not exist.', ': upload it again'),
            (404, 'NoSuchVersion', 'The specified version does not exist.', ': upload it again'),
            (405, 'MethodNotAllowed', 'The specified method is not allowed.', ': upload it again'),
            (403, 'InvalidObjectState', "The operation is not valid for the object's storage class", ': restore it from'),
            (403, 'AccessDenied', 'User: x is not authorized to perform: kms:Decrypt on the resource', ': let the instance'),
            (400, 'KMS.DisabledException', 'arn:aws:kms:x is disabled.', ': let the instance role use the KMS key'),
            (400, 'InvalidRequest', sse_c, ': upload it without a key of your own (SSE-C)'),
            (403, 'AccessDenied', 'Access Denied', ': check the policy of the bucket'),
            # Nothing that anybody who uploads could do about it.
            (403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', ''),
            (403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', ''),
            (400, 'InvalidRequest', 'Something else.', ''),
        ):
            with self.subTest(code=code, message=message):
                refusal = replies(error(status, code, message))
                self.assert_told('%d %s: %s' % (status, code, message), advice, self.failure_of(refusal, refusal))
                self.with_cli('echo "An error occurred (%s) when calling the GetObject operation: %s" >&2; exit 254' % (
                    code, message))
                self.assert_told('%s: %s' % (code, message), advice, self.failure_of(self.large))

    def assert_told(self, answer: str, advice: str, told: str) -> None:
        begin = 'INPUT_UNREADABLE: s3://jobs/%s cannot be read (S3 answered %s)' % (_KEY, answer)
        self.assertTrue(told.startswith(begin + advice), told)
        if not advice:
            self.assertEqual(told, begin)

    def test_an_outage_is_survived_for_as_long_as_the_job_may_run(self) -> None:
        self.s3.put(_KEY, self.data)
        self.s3.scripts = [replies(error(503, 'SlowDown'))] * 40
        self.input(until=limit(1e6)).download()
        self.assertEqual(self.content(self.paths.input), self.data)

    def test_an_input_that_drips_is_left_at_ec2_timeout(self) -> None:
        """A byte now and then never lets a read time out."""
        def drips(_seen: Seen, talk: Talk) -> bool:
            talk.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nPK')
            while not talk.s3.closing.wait(0.02):
                talk.raw(b'x')
            talk.hang_up()
            return False

        self.s3.always = drips
        told = self.ends(lambda: self.failure_of(until=limit(0.5)))
        self.assertTrue(told.startswith('TIMED_OUT: '), told)
        self.assertIn('no answer in time', told)

    def test_an_input_for_which_the_disk_has_no_room_is_not_begun(self) -> None:
        self.with_cli('')
        with mock.patch('runner.input.disk.free_bytes', return_value=5 << 20):
            self.assertEqual(self.failure_of(self.large),
                             'DISK_FULL: the input has 33 MiB and the disk has room for 5: raise volume_size_gib')
        self.assertFalse(os.path.exists(self.path('calls')))

    def test_a_disk_that_fills_while_the_input_comes_is_told_at_once(self) -> None:
        self.s3.put(_KEY, self.data)

        def full(path: str, _mode: str) -> io.BufferedRandom:
            return io.BufferedRandom(FullDisk(path, 'w+'))

        with mock.patch('runner.input.open', full, create=True), self.assertRaises(OSError) as caught:
            self.input().download()
        self.assertEqual(caught.exception.errno, errno.ENOSPC)
        self.assertEqual(self.s3.methods(), ['GET'])

    def test_a_disk_that_fills_while_a_large_input_comes_is_told_at_once(self) -> None:
        self.with_cli('echo "[Errno 28] No space left on device" >&2; exit 255')
        self.assertIn('No space left on device', self.failure_of(self.large))
        self.assertEqual(len(self.calls()), 1)

    def test_the_input_is_placed_where_the_app_expects_it(self) -> None:
        self.write('var/lib/lambda-ec2/input.zip', self.data)
        self.input(app_in_zip='deep/in.zip').place()
        self.assertEqual(self.content(os.path.join(self.paths.app, 'deep/in.zip')), self.data)

    def test_a_place_out_of_the_app_is_none(self) -> None:
        self.write('var/lib/lambda-ec2/input.zip', self.data)
        os.symlink(self.folder, os.path.join(self.paths.app, 'out'))
        with self.assertRaises(JobFailure) as caught:
            self.input(app_in_zip='out/in.zip').place()
        self.assertEqual(str(caught.exception),
                         "BAD_SETTINGS: app_in_zip 'out/in.zip' is not a place for a file inside the app")
