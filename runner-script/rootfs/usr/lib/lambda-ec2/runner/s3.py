"""Objects of the job's bucket. Small ones go through one signed request, large ones through the AWS CLI, which splits
and retries them.
"""
import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Optional
from urllib.parse import quote

from runner import disk, s3_refusal
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.commands import Commands
from runner.demands import Demands
from runner.sigv4 import CHECKSUM

# Where one request stops being quicker than the AWS CLI's start-up, which takes a second and reads a hundred MiB of a fresh
# volume, plus its parallel parts. Below 0.6 MB/s so much does not fit into the limit of a request.
SMALL_BYTES = 32 << 20
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
METADATA_PREFIX = 'x-amz-meta-'
LOG_TYPE = 'text/plain; charset=utf-8'
# An app makes its log as long as it likes, also where nothing is on the disk. The first part has room for what
# app_output keeps, and for the runner's own lines, git's and pip's.
_LOG_FIRST_BYTES = 80 << 20
_LOG_LAST_BYTES = 1 << 20
_LONGEST_PAUSE = 60


class Bucket:
    """Every call returns S3's last answer, after retries within its limit."""

    def __init__(self, aws: Aws, name: str, commands: Commands) -> None:
        self._aws = aws
        self.name = name
        self._commands = commands
        #: Of its owner; none until the settings are read.
        self.demands = Demands()

    def request(self, method: str, key: str, version: str = '', headers: Optional[dict[str, str]] = None,
                body: bytes = b'', limit: Optional[Limit] = None, sink: Optional[BinaryIO] = None,
                most: int = 1 << 24) -> Answer:
        """One try, as `Aws.request`."""
        path = '/%s/%s' % (self.name, quote(key, safe='/~'))
        query = 'versionId=' + quote(version, safe='~') if version else ''
        all_headers = {**self.demands.request_headers, **(headers or {})}
        return self._aws.request('s3', method, path, query, all_headers, body, limit, sink, most)

    def head(self, key: str, limit: Limit) -> Answer:
        return self._aws.retry(limit, lambda: self.request('HEAD', key, limit=limit))

    def get(self, key: str, limit: Limit) -> Answer:
        """A small object, its content in the answer's body."""
        return self._aws.retry(limit, lambda: self.request('GET', key, limit=limit))

    def delete(self, key: str, limit: Limit, version: str = '', condition: Optional[dict[str, str]] = None) -> Answer:
        return self._aws.retry(limit, lambda: self.request('DELETE', key, version, condition, limit=limit))

    def put(self, key: str, body: bytes, content_type: str, limit: Limit, more: Optional[dict[str, str]] = None) -> Answer:
        """One try at a whole object. The checksum is what a bucket with Object Lock demands of every upload.

        :param more: headers: a condition, metadata of the object
        """
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {'content-type': content_type, CHECKSUM: checksum, **self.demands.write_headers,
                   **(more or {})}
        return self.request('PUT', key, headers=headers, body=body, limit=limit)

    def upload_log(self, key: str, fd: int, limit: Limit, metadata: Mapping[str, str]) -> bool:
        """Uploads a log, of a very long one the first and the last part. Whether it is up.

        :param metadata: as `send`
        :raises Stopped: when the job is being stopped
        """
        size = os.fstat(fd).st_size
        if size <= _LOG_FIRST_BYTES + _LOG_LAST_BYTES:
            answer = self.send(key, fd, LOG_TYPE, limit, metadata)
        else:
            left_out = '\n(%d bytes are left out here)\n' % (size - _LOG_FIRST_BYTES - _LOG_LAST_BYTES)
            last = read_at(fd, size - _LOG_LAST_BYTES, _LOG_LAST_BYTES)
            body = read_at(fd, 0, _LOG_FIRST_BYTES) + left_out.encode() + last
            answer = self._send_small(key, body, LOG_TYPE, limit, metadata)
        return answer.status == 200

    def send(self, key: str, fd: int, content_type: str, limit: Limit, metadata: Optional[Mapping[str, str]] = None) -> Answer:
        """Uploads a file of any size, as long as it is now. Of a large one the answer has no headers.

        :param fd: of a regular file; only its content is read, whatever becomes of its name
        :param metadata: of the object, without what S3 puts before the names
        :raises Stopped: when the job is being stopped
        """
        size = os.fstat(fd).st_size
        if size <= SMALL_BYTES:
            return self._send_small(key, read_at(fd, 0, size), content_type, limit, metadata or {})
        return self._send_large(key, fd, content_type, limit, metadata or {})

    def _send_small(self, key: str, body: bytes, content_type: str, limit: Limit, metadata: Mapping[str, str]) -> Answer:
        headers = {METADATA_PREFIX + name: value for name, value in metadata.items()}
        answer = self._aws.retry(limit, lambda: self.put(key, body, content_type, limit, headers))
        return answer if answer.status == 200 else self._say_failed(key, answer)

    def _send_large(self, key: str, fd: int, content_type: str, limit: Limit, metadata: Mapping[str, str]) -> Answer:
        about = ['--metadata', ','.join('%s=%s' % pair for pair in metadata.items())] if metadata else []
        answer = self.by_cli('uploading ' + key, [
            's3', 'cp', '--only-show-errors', '--content-type', content_type, *about,
            *self.demands.write_words, *self.demands.request_words, '/proc/self/fd/%d' % fd,
            's3://%s/%s' % (self.name, key)], limit, pass_fd=fd)
        return answer if answer.status == 200 else self._say_failed(key, answer)

    def by_cli(self, what: str, words: Sequence[str], limit: Limit, pass_fd: Optional[int] = None) -> Answer:
        """What the AWS CLI does, tried again for as long as its answer may be another.
        Of a success nothing is known but that.

        :param what: for the log
        """
        answer = Answer(0, message='not done in time')
        attempt = 0
        while not limit.over:
            ended = self._commands.run(['aws', *words], limit, pass_fd=pass_fd, logged=False)
            if ended.status == 0:
                return Answer(200)
            attempt += 1
            answer = s3_refusal.of_cli(ended.said)
            self._commands.log.warn('%s: try %d failed: %s' % (what, attempt, answer))
            if attempt >= s3_refusal.most_tries(answer) or disk.says_full(answer.message) or ended.status == 127:
                break
            self._commands.sleep(min(attempt * attempt, _LONGEST_PAUSE, limit.left))
        return answer

    def _say_failed(self, key: str, answer: Answer) -> Answer:
        self._commands.log.error('uploading %s: %s' % (key, said(answer)))
        return answer


def said(answer: Answer) -> str:
    """How S3 answered, for a sentence."""
    if answer.status or answer.code:
        return 'S3 answered %s' % answer
    return str(answer) or 'S3 gave no answer'


def read_at(fd: int, offset: int, size: int) -> bytes:
    """So many bytes from there, fewer when the file ends before."""
    parts: list[bytes] = []
    while size > 0:
        part = os.pread(fd, min(size, 1 << 20), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
        size -= len(part)
    return b''.join(parts)
