"""Uploads are bounded and retried: a service that hangs keeps no instance, and one that stumbles loses nothing."""
import base64
import hashlib
import os
import socket
import threading
from typing import Optional

from fake_s3 import Reply, breaks_off, error, hangs, replies
from runner.aws import Answer
from runner.clock import Limit
from runner.contract import WRITER_METADATA
from runner.failure import Stopped
from runner.s3 import SMALL_BYTES, read_at
from runner_case import S3Case, limit

_LARGE = SMALL_BYTES + 1


class RefusedEarlyTest(S3Case):
    """S3 need not read a body that it refuses."""

    def setUp(self) -> None:
        super().setUp()
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        threading.Thread(target=self.refuse_all, args=(listener,), daemon=True).start()
        self.s3.url = 'http://127.0.0.1:%d' % listener.getsockname()[1]
        self.aws = self.new_aws()
        self.bucket = self.new_bucket()

    @staticmethod
    def refuse_all(listener: socket.socket) -> None:
        body = error(403, 'AccessDenied', 'no').body
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                said = b''
                while b'\r\n\r\n' not in said:
                    said += client.recv(100)
                client.sendall(b'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' % (
                    len(body), body))

    def test_its_words_are_heard_whatever_the_size(self) -> None:
        for size in (1000, 300_000, 4 << 20):
            fd = self.open(self.write('file', b'x' * size))
            self.assertEqual(str(self.bucket.send('out/k', fd, 'text/plain', limit())), '403 AccessDenied: no')


class UploadTest(S3Case):
    def upload(self, size: int, until: Optional[Limit] = None) -> Optional[Answer]:
        fd = self.open(self.write('file', b'x' * size))
        answer = self.bucket.send('out/k ü', fd, 'text/plain', until or limit())
        return None if answer.status == 200 else answer

    def with_cli(self, script: str) -> None:
        """An AWS CLI of the test's own, which notes its arguments."""
        self.script('bin/aws', '#!/bin/sh\necho "$@" >>"%s"\n%s\n' % (self.path('calls'), script))
        self.commands = self.new_commands({'PATH': '%s:%s' % (self.path('bin'), os.environ['PATH'])})
        self.bucket = self.new_bucket()

    def calls(self) -> list[str]:
        if not os.path.exists(self.path('calls')):
            return []
        with open(self.path('calls'), encoding='utf-8') as file:
            return file.read().splitlines()

    def test_a_small_file_is_one_request(self) -> None:
        self.assertIsNone(self.upload(100))
        seen = self.s3.seen[0]
        self.assertEqual((seen.method, seen.path), ('PUT', '/jobs/out/k%20%C3%BC'))
        self.assertEqual(seen.headers['content-type'], 'text/plain')
        self.assertEqual(seen.headers['x-amz-checksum-sha256'],
                         base64.b64encode(hashlib.sha256(b'x' * 100).digest()).decode())
        self.assertEqual(self.s3.body('out/k ü'), b'x' * 100)

    def test_an_empty_file_is_uploaded(self) -> None:
        self.assertIsNone(self.upload(0))
        self.assertEqual(self.s3.body('out/k ü'), b'')

    def test_the_largest_small_file_is_one_request(self) -> None:
        self.assertIsNone(self.upload(SMALL_BYTES))
        self.assertEqual(len(self.s3.seen), 1)

    def test_a_small_upload_to_a_server_that_never_answers_ends_within_its_limit(self) -> None:
        self.s3.always = hangs
        refused = self.upload(100, limit(0.5))
        self.assertEqual(str(refused), 'no answer in time')
        self.assertIn('uploading out/k ü: no answer in time', self.logged())

    def test_a_large_upload_to_a_server_that_never_answers_ends_within_its_limit(self) -> None:
        self.with_cli('exec sleep 1000')

        def calls() -> bool:
            return len(self.calls()) > 0

        class OnceCalled(Limit):
            """It is over as soon as the CLI runs."""

            @property
            def over(_self) -> bool:
                return calls()

            @property
            def left(_self) -> float:
                self.wait_for(calls, 'the CLI')
                return 0.0

        refused = self.upload(_LARGE, OnceCalled(0.0))
        self.assertIsNotNone(refused)
        self.assertEqual(len(self.calls()), 1)
        self.assertIn('uploading out/k ü', self.logged())

    def test_a_fault_of_the_service_is_tried_again_until_the_upload_is_there(self) -> None:
        self.s3.scripts = [replies(error(503, 'SlowDown'))] * 2
        self.assertIsNone(self.upload(100))
        self.assertEqual(len(self.s3.seen), 3)

    def test_a_refusal_is_not_tried_again_and_is_told(self) -> None:
        self.s3.always = replies(error(404, 'NoSuchBucket', 'The specified bucket does not exist'))
        refused = self.upload(100)
        self.assertEqual(str(refused), '404 NoSuchBucket: The specified bucket does not exist')
        self.assertEqual(len(self.s3.seen), 1)
        self.assertIn('uploading out/k ü: S3 answered 404 NoSuchBucket', self.logged())

    def test_an_answer_that_breaks_off_is_no_answer(self) -> None:
        self.s3.scripts = [breaks_off]
        self.assertIsNone(self.upload(100))
        self.assertEqual(len(self.s3.seen), 2)

    def test_a_large_file_goes_through_the_cli(self) -> None:
        self.with_cli('for file; do case $file in /proc/*) cp "$file" "%s" ;; esac; done' % self.path('copy'))
        self.assertIsNone(self.upload(_LARGE))
        call = self.calls()[0]
        self.assertTrue(call.startswith('s3 cp --only-show-errors --content-type text/plain /proc/self/fd/'), call)
        self.assertTrue(call.endswith(' s3://jobs/out/k ü'), call)
        self.assertEqual(os.stat(self.path('copy')).st_size, _LARGE)
        self.assertEqual(self.s3.seen, [])

    def test_a_large_file_is_uploaded_whatever_becomes_of_its_name(self) -> None:
        self.with_cli('for file; do case $file in /proc/*) cp "$file" "%s" ;; esac; done' % self.path('copy'))
        fd = self.open(self.write('file', b'x' * _LARGE))
        self.write('secret', b'secret')
        os.unlink(self.path('file'))
        os.symlink('secret', self.path('file'))
        self.assertEqual(self.bucket.send('key', fd, 'text/plain', limit()).status, 200)
        self.assertEqual(os.stat(self.path('copy')).st_size, _LARGE)

    def test_a_large_upload_that_fails_is_tried_again(self) -> None:
        self.with_cli('[ $(wc -l <"%s") -ge 3 ] || { echo "upload failed: SlowDown" >&2; exit 1; }'
                      % self.path('calls'))
        self.assertIsNone(self.upload(_LARGE))
        self.assertEqual(len(self.calls()), 3)
        self.assertIn('uploading out/k ü: try 2 failed: upload failed: SlowDown', self.logged())

    def test_a_large_upload_is_not_tried_without_end(self) -> None:
        self.with_cli('echo "upload failed: AccessDenied" >&2; exit 1')
        self.assertEqual(str(self.upload(_LARGE)), 'upload failed: AccessDenied')
        self.assertEqual(len(self.calls()), 12)

    def test_a_large_upload_is_tried_for_as_long_as_a_fault_may_pass(self) -> None:
        for said in ('An error occurred (SlowDown) when calling the UploadPart operation (reached max retries: 4): Please',
                     'An error occurred (503) when calling the HeadObject operation: Service Unavailable',
                     'Could not connect to the endpoint URL: "https://s3.eu-west-1.amazonaws.com/"',
                     'Connection was closed before we received a valid response from endpoint URL: "x"'):
            with self.subTest(said=said):
                self.with_cli('[ $(wc -l <"%s") -gt 40 ] || { echo \'upload failed: a to b %s\' >&2; exit 1; }'
                              % (self.path('calls'), said))
                self.assertIsNone(self.upload(_LARGE))
                self.assertEqual(len(self.calls()), 41)
                os.unlink(self.path('calls'))

    def test_a_refusal_of_a_large_upload_is_told_in_s3s_words(self) -> None:
        words = 'User: arn:aws:sts::123456789012:assumed-role/%s/i-1 is not authorized to perform: kms:GenerateDataKey' % (
            'x' * 200)
        self.with_cli('echo "upload failed: /proc/self/fd/5 to s3://jobs/k An error occurred (AccessDenied) when calling the'
                      ' PutObject operation: %s" >&2; exit 1' % words)
        refused = self.upload(_LARGE)
        assert refused is not None
        self.assertEqual((refused.code, refused.message), ('AccessDenied', words))
        self.assertEqual(len(self.calls()), 3)
        self.assertIn('uploading out/k ü: S3 answered AccessDenied: User:', self.logged())

    def test_a_large_upload_without_a_cli_is_refused(self) -> None:
        """Whoever uploads has more to do: the final record comes after the logs."""
        self.commands = self.new_commands({'PATH': self.path('nowhere')})
        self.bucket = self.new_bucket()
        self.assertIsInstance(self.upload(_LARGE), Answer)

    def test_a_stopped_job_uploads_nothing_more(self) -> None:
        self.with_cli('echo $$ >"%s"; exec sleep 1000' % self.path('pid'))
        for size in (100, _LARGE):
            self.s3.always = hangs
            before = len(self.s3.seen) + len(self.calls())
            work = self.in_thread(lambda size=size: self.upload(size))
            self.wait_for(lambda before=before: len(self.s3.seen) + len(self.calls()) > before, 'the upload')
            self.stopping.begin()
            self.aws.interrupt()
            self.commands.stop_all()
            self.assertIsInstance(work.join().error, Stopped)
            self.stopping.end()


class BucketTest(S3Case):
    def test_an_object_is_written_read_and_removed(self) -> None:
        self.assertEqual(self.bucket.put('a b', b'body', 'text/plain', limit()).status, 200)
        self.assertEqual(self.bucket.get('a b', limit()).body, b'body')
        answer = self.bucket.head('a b', limit())
        self.assertEqual((answer.status, answer.headers['content-length']), (200, '4'))
        self.assertEqual(self.bucket.delete('a b', limit()).status, 204)
        self.assertEqual(self.bucket.head('a b', limit()).status, 404)

    def test_a_version_is_removed_by_its_name(self) -> None:
        old = self.s3.put('key', b'old')
        new = self.s3.put('key', b'new')
        self.bucket.delete('key', limit(), new.name)
        self.assertEqual(self.s3.current('key'), old)
        self.bucket.delete('key', limit(), 'a/b+c=')
        self.assertEqual(self.s3.seen[-1].query, 'versionId=a%2Fb%2Bc%3D')

    def test_a_write_on_a_condition_is_tried_once(self) -> None:
        self.s3.put('key', b'old')
        self.assertEqual(self.bucket.put('key', b'new', 'text/plain', limit(), {'if-none-match': '*'}).status, 412)
        self.s3.scripts = [replies(Reply(503))]
        self.assertEqual(self.bucket.put('key', b'new', 'text/plain', limit()).status, 503)
        self.assertEqual(len(self.s3.seen), 2)

    def test_a_part_of_a_file_is_read(self) -> None:
        fd = self.open(self.write('file', b'0123456789'))
        for offset, size, expected in ((0, 10, b'0123456789'), (3, 2, b'34'), (8, 10, b'89'),
                                        (20, 5, b''), (0, 0, b'')):
            self.assertEqual(read_at(fd, offset, size), expected)
        self.assertEqual(os.lseek(fd, 0, os.SEEK_CUR), 0)


class LogTest(S3Case):
    def test_a_log_is_uploaded_as_it_is(self) -> None:
        fd = self.open(self.write('log', b'all of it'))
        self.assertTrue(self.bucket.upload_log('k_app.log', fd, limit(), {WRITER_METADATA: 'i-1'}))
        self.assertEqual(self.s3.body('k_app.log'), b'all of it')
        stored = self.s3.versions['k_app.log'][-1]
        assert stored is not None
        self.assertEqual(stored.metadata, {'x-amz-meta-instance-id': 'i-1'})

    def test_of_a_log_without_end_the_first_and_the_last_part_are_uploaded(self) -> None:
        """A file of many gigabytes of which nothing is on the disk costs the app nothing, and would cost the job hours.
        """
        path = self.write('log', b'first line\n')
        with open(path, 'r+b') as file:
            file.seek(1 << 40)
            file.write(b'\nlast line\n')
        self.assertTrue(self.ends(lambda: self.bucket.upload_log('k_app.log', self.open(path), limit(), {WRITER_METADATA: 'i-1'}), 60))
        body = self.s3.body('k_app.log')
        self.assertLess(len(body), 100 << 20)
        self.assertTrue(body.startswith(b'first line\n'))
        self.assertTrue(body.endswith(b'\nlast line\n'))
        self.assertIn(b'bytes are left out here', body)
