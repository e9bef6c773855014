"""The uploaded input: exactly the version that started this job, even when the same key was uploaded again since."""
import os
from typing import BinaryIO, Mapping, Optional

from runner import clock, disk, s3_refusal
from runner.app_files import AppFiles, Outside
from runner.aws import Answer
from runner.connection import NotKept, TooLarge
from runner.failure import JobFailure
from runner.job_context import JobContext
from runner.s3 import SMALL_BYTES, said


class Input:
    def __init__(self, job: JobContext) -> None:
        self._job = job
        #: When it was uploaded, in ISO 8601, once S3 has told: the object's own date.
        self.submitted: Optional[str] = None
        #: In bytes, once it is there.
        self.size: Optional[int] = None

    def download(self) -> None:
        """Puts the input beside the app.

        :raises JobFailure: when it cannot be had or is no zip file
        """
        with open(self._job.paths.input, 'w+b') as file:
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
        with open(self._job.paths.input, 'rb') as file:
            if file.read(2) != b'PK':
                raise JobFailure('INPUT_UNREADABLE', '%s is not a zip file: upload one' % self._url())
            self.size = os.fstat(file.fileno()).st_size
            self._job.log.info('input: %d bytes' % self.size)

    def _read_date(self, headers: Mapping[str, str]) -> None:
        self.submitted = clock.iso_of_http_date(headers.get('last-modified', ''))

    def _get_small(self, file: BinaryIO) -> Answer:
        """For as long as the job may run: a fault of S3 or the network loses no job that has time left."""
        return self._job.aws.retry(self._job.limit, lambda: self._job.bucket.request(
            'GET', self._job.line.key, self._job.line.version, limit=self._job.limit, sink=file, most=SMALL_BYTES))

    def _get_large(self) -> Answer:
        line = self._job.line
        version = ['--version-id', line.version] if line.version else []
        return self._job.bucket.by_cli('downloading the input', [
            's3api', 'get-object', '--bucket', line.bucket, '--key', line.key, *version,
            *self._job.bucket.demands.request_words, self._job.paths.input], self._job.limit)

    def _check_room(self, size: int) -> None:
        """Whether the disk has room is better known before the download than after it."""
        free = disk.free_bytes(self._job.paths.work)
        if size > free:
            raise JobFailure('DISK_FULL', 'the input has %d MiB and the disk has room for %d: raise volume_size_gib' % (
                size >> 20, free >> 20))

    def _failure(self, answer: Answer) -> JobFailure:
        if self._job.limit.over:
            return JobFailure('TIMED_OUT', 'downloading the input was not done when ec2_timeout (%s) ended: %s' % (
                self._job.settings['ec2_timeout'], said(answer)))
        told = '%s cannot be read (%s)' % (self._url(), said(answer))
        advice = s3_refusal.reading(answer)
        return JobFailure('INPUT_UNREADABLE', '%s: %s' % (told, advice) if advice else told)

    def _url(self) -> str:
        return 's3://%s/%s' % (self._job.line.bucket, self._job.line.key)

    def place(self) -> None:
        """Moves the input to where the app expects it.

        :raises JobFailure: when the setting names no place for a file
        """
        name = self._job.settings['app_in_zip']
        try:
            AppFiles(self._job.paths.app).put(name, self._job.paths.input)
        except Outside as error:
            raise JobFailure('BAD_SETTINGS', "app_in_zip '%s' is not a place for a file inside the app" % name) from error
