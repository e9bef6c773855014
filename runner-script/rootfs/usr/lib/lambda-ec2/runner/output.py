"""What the job leaves behind: the output and the app's own log."""
import os
import threading
import traceback
from collections.abc import Sequence
from typing import Optional

from runner import contract, s3_refusal, zip_file
from runner.app_files import AppFiles, Outside
from runner.aws import Answer
from runner.clock import Limit
from runner.failure import JobFailure, Stopped
from runner.job_context import JobContext
from runner.s3 import METADATA_PREFIX, said

_REQUEST_SECONDS = 30.0
_CLEARING_SECONDS = 300.0
# A request that was ended is over by then.
_JOIN_SECONDS = 5.0


class Output:
    def __init__(self, job: JobContext, files: AppFiles) -> None:
        """:param files: those that the app has written"""
        self._job = job
        self._files = files
        self._clearing: Optional[threading.Thread] = None
        self._cleared: set[str] = set()
        self._room_made = False

    def begin_clearing(self) -> None:
        """Takes away what an earlier run of the same job id left, beside everything else: an app must not wait for it.
        """
        self._clearing = threading.Thread(target=self._clear_beside, daemon=True)
        self._clearing.start()

    def end_clearing(self) -> None:
        """Waits for it. The requests under way must have been ended, so that nothing is taken away that is newer."""
        if self._clearing is not None:
            self._clearing.join(_JOIN_SECONDS)

    def _clear_beside(self) -> None:
        try:
            self.clear([self._job.line.output_key, self._job.line.app_log_key], Limit.within(_CLEARING_SECONDS))
        except Stopped:
            pass
        except Exception:  # A defect: what is left is seen to at the end.
            self._job.log.error(traceback.format_exc())

    def clear_rest(self, limit: Limit) -> None:
        """What is still there at the end, for which this run has nothing to put in its place. An upload that was taken
        over from may have put its own there after we cleared it.
        """
        keys: list[str] = []
        if self._job.memory.facts.output_version is None:
            keys.append(self._job.line.output_key)
        if not self._wrote_log() and (keys or self._job.line.app_log_key not in self._cleared):
            keys.append(self._job.line.app_log_key)
        self.clear(keys, limit)

    def _wrote_log(self) -> bool:
        fd = self.open_app_log()
        if fd is not None:
            os.close(fd)
        return fd is not None

    def clear(self, keys: Sequence[str], limit: Limit) -> None:
        """Takes these objects away, so that none passes for this run's.
        In a versioned bucket each stays as an older version.

        :raises Stopped: when the job is being stopped
        """
        for key in keys:
            found = self._job.bucket.head(key, limit)
            if found.status == 200:
                # Only that one, however late S3 acts on it
                # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html).
                answer = self._job.bucket.delete(key, limit, condition={'if-match': found.headers.get('etag', '*')})
                if answer.status not in (200, 204, 404, 412):
                    self._job.log.warn('an earlier %s could not be removed: S3 answered %s' % (key, answer))
                    continue
            elif found.status != 404:
                self._job.log.warn('whether there is an earlier %s is not to be known: S3 answered %s' % (key, found))
                continue
            self._cleared.add(key)

    @property
    def has_room(self) -> bool:
        """Whether what is under the names of the job's files is the app's own, on the disk and in the bucket."""
        return self._room_made and (self._clearing is None or not self._clearing.is_alive())

    def make_room(self) -> None:
        """What was in the repository under the names of the output and the log is not this job's.

        :raises JobFailure: when a setting names no place for a file
        """
        for name in ('app_out_zip', 'app_log'):
            try:
                self._files.clear(self._job.settings[name])
            except Outside as error:
                raise JobFailure('BAD_SETTINGS', "%s '%s' is not a place for a file inside the app" % (
                    name, self._job.settings[name])) from error
        self._room_made = True

    def upload(self, limit: Limit) -> None:
        """Uploads the output if the app made a whole one.

        :raises JobFailure: NO_OUTPUT when it did not
        """
        name = self._job.settings['app_out_zip']
        fd = self._open(name)
        try:
            size = os.fstat(fd).st_size
            if size == 0:
                raise JobFailure('NO_OUTPUT', 'the app wrote an empty %s' % name)
            if not zip_file.is_whole(fd, size):
                raise JobFailure('NO_OUTPUT', '%s is not a whole zip file' % name)
            url = 's3://%s/%s' % (self._job.line.bucket, self._job.line.output_key)
            with self._job.memory as facts:
                facts.output_begun = True
            answer = self._job.bucket.send(self._job.line.output_key, fd, 'application/zip', limit, self._job.written_by)
            if answer.status != 200:
                told = '%s could not be uploaded to %s: %s' % (name, url, said(answer))
                advice = s3_refusal.writing(answer)
                raise JobFailure('UPLOAD_FAILED', '%s; %s' % (told, advice) if advice else told)
            self._job.log.info('output: %d bytes are at %s' % (size, url))
            self._job.status.set(output_bytes=size)
            self._keep_version(answer, limit)
        finally:
            os.close(fd)

    def _open(self, name: str) -> int:
        try:
            fd = self._files.open_file(name)
        except Outside:
            fd = None
        if fd is not None:
            return fd
        if self._files.exists(name):
            raise JobFailure('NO_OUTPUT', '%s is not a regular file: the app must write a zip file there' % name)
        raise JobFailure('NO_OUTPUT', 'the app wrote no %s: write it there, or set app_out_zip to where it is written'
                         % name)

    def _keep_version(self, answer: Answer, limit: Limit) -> None:
        """The AWS CLI does not say which version an upload became, so the object is asked."""
        if not answer.headers:
            # It is up, whatever comes of the question.
            with self._job.memory as facts:
                facts.output_version = ''
            self._look_for_ours(limit)
            return
        self._keep_seen(answer)

    def _keep_seen(self, answer: Answer) -> None:
        with self._job.memory as facts:
            facts.output_version = answer.headers.get('x-amz-version-id', '')
            facts.output_etag = answer.headers.get('etag', '*')

    def _look_for_ours(self, limit: Limit) -> None:
        """Keeps the version of what is under the output's key, if that is what we have uploaded."""
        answer = self._job.bucket.head(self._job.line.output_key, limit.no_later_than(_REQUEST_SECONDS))
        if answer.status == 200 and answer.headers.get(METADATA_PREFIX + contract.WRITER_METADATA) == self._job.instance_id:
            self._keep_seen(answer)

    def withdraw(self, limit: Limit) -> None:
        """A newer upload has taken over. If our output got in before we saw it, our version goes, and the newer run's
        is the current one again; in a bucket without versions there is none under it, and an old output must not pass
        for a new one.
        """
        # An upload that was stopped may have got in all the same.
        if self._job.memory.facts.output_begun and not self._job.memory.facts.output_etag:
            self._look_for_ours(limit)
        facts = self._job.memory.facts
        if facts.output_version is None or not (facts.output_version or facts.output_etag):
            return
        # Without versions it may be the newer run's by now.
        condition = None if facts.output_version else {'if-match': facts.output_etag}
        answer = self._job.bucket.delete(
            self._job.line.output_key, limit.no_later_than(_REQUEST_SECONDS), facts.output_version, condition)
        if answer.status not in (200, 204, 404, 412):
            # A bucket with Object Lock lets no version go.
            self._job.log.error('the output of this run could not be taken away, and lies over the newer one: S3 answered %s'
                                % answer)
        with self._job.memory as facts:
            facts.output_version = None

    def open_app_log(self) -> Optional[int]:
        """A descriptor of the app's own log file, which the caller closes; None when it wrote none."""
        try:
            return self._files.open_file(self._job.settings['app_log'])
        except Outside:
            return None
