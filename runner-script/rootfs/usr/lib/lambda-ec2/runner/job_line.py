"""The one line of user data that makes an instance a job's instance:

    lambda-ec2-job: s3://BUCKET/KEY?versionId=V&sequencer=S&attempt=N
"""
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Optional
from urllib.parse import unquote_to_bytes

from runner import contract

_LOCATION = re.compile(r's3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([A-Za-z0-9._~/%-]+)(?:\?(.*))?')
_PAIR = re.compile(r'([a-zA-Z]+)=([A-Za-z0-9._~%-]*)')
# The segment chose the launch template version; it is not part of the job's name.
_TEMPLATE = re.compile(r'template=[1-9][0-9]{0,8}/(.+)', re.DOTALL)
# What no job id is, as contract/keys.ts has it: the launcher refuses such a key.
_NO_JOB_ID = re.compile(r'template=[^/]*/.*|.*[\x00-\x1f\x7f].*|(.*/)?\.\.?(/.*)?|(.*/)?', re.DOTALL)
# S3's limit on a key, in bytes of UTF-8.
_MAX_KEY_BYTES = 1024
# decodeURIComponent would refuse it as well.
_BROKEN_PERCENT = re.compile('%(?![0-9A-Fa-f]{2})')


class JobRun(SimpleNamespace):
    """One try at one uploaded object: all that an instance is told about its job."""

    def __init__(self, bucket: str, key: str, job_id: str, version: str, sequencer: str, attempt: int) -> None:
        """:param version: of the object, empty when the bucket keeps none
        :param sequencer: S3's of the upload, empty when unknown
        :param attempt: from 1; an interruption makes a new one
        """
        self.bucket = bucket
        self.key = key
        self.job_id = job_id
        self.version = version
        self.sequencer = sequencer
        self.attempt = attempt

    @property
    def output_key(self) -> str:
        return self._key(contract.OUTPUT_SUFFIX)

    @property
    def status_key(self) -> str:
        return self._key(contract.STATUS_SUFFIX)

    @property
    def ec2_log_key(self) -> str:
        return self._key(contract.EC2_LOG_SUFFIX)

    @property
    def app_log_key(self) -> str:
        return self._key(contract.APP_LOG_SUFFIX)

    def _key(self, suffix: str) -> str:
        return contract.OUTPUT_PREFIX + self.job_id + suffix


def parse(user_data: str) -> Optional[JobRun]:
    """The job of this user data, or None when it is not a job line that lambda/launch could have written."""
    line = user_data.partition('\n')[0]
    if not line.startswith(contract.JOB_LINE_PREFIX):
        return None
    location = _LOCATION.fullmatch(line[len(contract.JOB_LINE_PREFIX):])
    if not location:
        return None
    try:
        return _run(location[1], _decode(location[2]), _parameters(location[3] or ''))
    except ValueError:
        return None


def _parameters(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, query.split('&')):
        match = _PAIR.fullmatch(pair)
        if not match:
            raise ValueError(pair)
        found[match[1]] = _decode(match[2])
    return found


def _run(bucket: str, key: str, parameters: Mapping[str, str]) -> Optional[JobRun]:
    attempt = parameters.get('attempt', '1')
    job_id = _job_id(key)
    if job_id is None or not re.fullmatch('[1-9][0-9]{0,3}', attempt):
        return None
    return JobRun(bucket, key, job_id, parameters.get('versionId', ''), parameters.get('sequencer', ''), int(attempt))


def _job_id(key: str) -> Optional[str]:
    prefix, suffix = contract.INPUT_PREFIX, contract.OUTPUT_SUFFIX
    if not key.startswith(prefix) or not key.endswith(suffix) or len(key) <= len(prefix) + len(suffix):
        return None
    job_id = key[len(prefix):-len(suffix)]
    segment = _TEMPLATE.fullmatch(job_id)
    if segment:
        job_id = segment[1]
    longest = contract.OUTPUT_PREFIX + job_id + contract.STATUS_SUFFIX
    return None if _NO_JOB_ID.fullmatch(job_id) or len(longest.encode()) > _MAX_KEY_BYTES else job_id


def _decode(text: str) -> str:
    """:raises ValueError: when it is not percent-encoded UTF-8"""
    if _BROKEN_PERCENT.search(text):
        raise ValueError(text)
    return unquote_to_bytes(text).decode()
