"""The line that makes an instance a job's."""
import unittest

from runner import job_line
from runner.job_line import JobRun

_KEY = 'app_runner/input/may.zip'


class JobLineTest(unittest.TestCase):
    def test_a_whole_line_is_read(self) -> None:
        line = ('lambda-ec2-job: s3://my-bucket/app_runner/input/a%20b/%C3%BC.zip'
                '?versionId=v%2F1&sequencer=0055AE&attempt=2')
        self.assertEqual(job_line.parse(line),
                         JobRun('my-bucket', 'app_runner/input/a b/ü.zip', 'a b/ü', 'v/1', '0055AE', 2))

    def test_only_the_first_line_counts(self) -> None:
        run = JobRun('jobs', _KEY, 'may', '', '', 1)
        for rest in ('', '\n', '\nlambda-ec2-job: s3://other/%s' % _KEY, '?', '?\nmore', '?&'):
            self.assertEqual(job_line.parse('lambda-ec2-job: s3://jobs/%s%s' % (_KEY, rest)), run)

    def test_the_template_version_is_no_part_of_the_jobs_name(self) -> None:
        for key, job_id in (('template=7/may', 'may'), ('template=7/a/b', 'a/b'),
                            ('a/template=7/may', 'a/template=7/may')):
            parsed = job_line.parse('lambda-ec2-job: s3://jobs/app_runner/input/%s.zip' % key.replace('=', '%3D'))
            assert parsed is not None
            self.assertEqual(parsed.job_id, job_id)
            self.assertEqual(parsed.status_key, 'app_runner/output/%s_status.json' % job_id)

    def test_a_key_that_the_launcher_refuses_is_no_job(self) -> None:
        for key in ('template%3Dx/may', 'template%3D0/may', 'template%3D1234567890/may', 'template%3D7/', 'a/', 'a/../b', '.',
                    'template%3D7/template%3D8/a', 'a%0Ab', 'a%7F', 'x' * 1000, '%FF', '%ED%A0%80', '%ZZ', 'a%'):
            with self.subTest(key=key):
                self.assertIsNone(job_line.parse('lambda-ec2-job: s3://jobs/app_runner/input/%s.zip' % key))

    def test_a_malformed_line_is_no_job(self) -> None:
        for line in (
            '',
            '\n',
            '#!/bin/bash',
            ' lambda-ec2-job: s3://jobs/' + _KEY,
            'lambda-ec2-job:s3://jobs/' + _KEY,
            '\nlambda-ec2-job: s3://jobs/' + _KEY,
            'lambda-ec2-job: ',
            'lambda-ec2-job: s3://',
            'lambda-ec2-job: s3://jobs',
            'lambda-ec2-job: s3://jobs/',
            'lambda-ec2-job: https://jobs/' + _KEY,
            'lambda-ec2-job:  s3://jobs/' + _KEY,
            'lambda-ec2-job: s3://Jobs/' + _KEY,
            'lambda-ec2-job: s3://j/' + _KEY,
            'lambda-ec2-job: s3://-jobs/' + _KEY,
            'lambda-ec2-job: s3://%s/%s' % ('j' * 64, _KEY),
            'lambda-ec2-job: s3://jobs/other/may.zip',
            'lambda-ec2-job: s3://jobs/app_runner/input/may.tar',
            'lambda-ec2-job: s3://jobs/app_runner/input/.zip',
            'lambda-ec2-job: s3://jobs/app_runner/input/a b.zip',
            'lambda-ec2-job: s3://jobs/app_runner/input/ü.zip',
            'lambda-ec2-job: s3://jobs/%s\r' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?versionId' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?versionId=a b' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?versionId=a?b' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?=x' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=0' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=-1' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=1.5' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=10000' % _KEY,
            'lambda-ec2-job: s3://jobs/%s?attempt=%%D9%%A1' % _KEY,
        ):
            with self.subTest(line=line):
                self.assertIsNone(job_line.parse(line))
