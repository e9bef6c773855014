"""The uploaded input: exactly the version that started this job, even when the same key was uploaded again since."""
import os
from typing import BinaryIO, Mapping, Optional

from runner import clock, disk, s3_refusal
from runner.app_files import AppFiles, Outside
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.connection import NotKept, TooLarge
from runner.failure import JobFailure
from runner.job_line import JobRun
from runner.log import Log
from runner.paths import Paths
from runner.s3 import SMALL_BYTES, Bucket, said
from runner.settings import Settings



class Input:
    def __init__(self, paths: Paths, job: JobRun, settings: Settings, aws: Aws, bucket: Bucket, limit: Limit,
                 log: Log) -> None:
        self._paths = paths
        self._job = job
        self._settings = settings
        self._aws = aws
        self._bucket = bucket
        self._limit = limit
        self._log = log
        #: When it was uploaded, in ISO 8601, once S3 has told: the object's own date.
        self.submitted: Optional[str] = None

    def download(self) -> None:
        """Puts the input beside the app.

        :raises JobFailure: when it cannot be had or is no zip file
        """
        with open(self._paths.input, 'w+b') as file:
            try:
                answer = self._get_small(file)
                self._read_date(answer.headers)
            except NotKept as failed:
                raise failed.error from failed
            except TooLarge as large:
                self._read_date(large.headers)
                self._check_room(large.size)
                answer = self._get_large()
        if answer.status != 200:
            raise self._failure(answer)
        with open(self._paths.input, 'rb') as file:
            if file.read(2) != b'PK':
                raise JobFailure('INPUT_UNREADABLE', '%s is not a zip file: upload one' % self._url())
            self._log.info('input: %d bytes' % os.fstat(file.fileno()).st_size)

    def _read_date(self, headers: Mapping[str, str]) -> None:
        self.submitted = clock.iso_of_http_date(headers.get('last-modified', ''))

    def _get_small(self, file: BinaryIO) -> Answer:
        """For as long as the job may run: a fault of S3 or the network loses no job that has time left."""
        return self._aws.retry(self._limit, lambda: self._bucket.request(
            'GET', self._job.key, self._job.version, limit=self._limit, sink=file, most=SMALL_BYTES))

    def _get_large(self) -> Answer:
        version = ['--version-id', self._job.version] if self._job.version else []
        return self._bucket.by_cli('downloading the input', [
            's3api', 'get-object', '--bucket', self._job.bucket, '--key', self._job.key, *version, self._paths.input],
            self._limit)

    def _check_room(self, size: int) -> None:
        """Whether the disk has room is better known before the download than after it."""
        free = disk.free_bytes(self._paths.work)
        if size > free:
            raise JobFailure('DISK_FULL', 'the input has %d MiB and the disk has room for %d: raise volume_size_gib' % (
                size >> 20, free >> 20))

    def _failure(self, answer: Answer) -> JobFailure:
        if self._limit.over:
            return JobFailure('TIMED_OUT', 'downloading the input was not done when ec2_timeout (%s) ended: %s' % (
                self._settings['ec2_timeout'], said(answer)))
        told = '%s cannot be read (%s)' % (self._url(), said(answer))
        advice = s3_refusal.reading(answer)
        return JobFailure('INPUT_UNREADABLE', '%s: %s' % (told, advice) if advice else told)

    def _url(self) -> str:
        return 's3://%s/%s' % (self._job.bucket, self._job.key)

    def place(self) -> None:
        """Moves the input to where the app expects it.

        :raises JobFailure: when the setting names no place for a file
        """
        name = self._settings['app_in_zip']
        try:
            AppFiles(self._paths.app).put(name, self._paths.input)
        except Outside as error:
            raise JobFailure('BAD_SETTINGS', "app_in_zip '%s' is not a place for a file inside the app" % name) from error
