"""The one line of user data that makes an instance a job's instance:

    lambda-ec2-job: s3://BUCKET/KEY?versionId=V&sequencer=S&attempt=N
"""
import re
from dataclasses import dataclass
from typing import Optional
from urllib.parse import unquote_to_bytes

from runner import contract

_LOCATION = re.compile(r's3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([A-Za-z0-9._~/%-]+)(?:\?(.*))?')
_PAIR = re.compile(r'([a-zA-Z]+)=([A-Za-z0-9._~%-]*)')
# The segment chose the launch template version; it is not part of the job's name.
_TEMPLATE = re.compile(r'template=[0-9]+/(.+)', re.DOTALL)


@dataclass(frozen=True)
class JobRun:
    """One try at one uploaded object: all that an instance is told about its job."""

    bucket: str
    key: str
    job_id: str
    #: The object version, empty when the bucket keeps none.
    version: str
    #: S3's sequencer of the upload, empty when unknown.
    sequencer: str
    #: From 1; an interruption makes a new attempt.
    attempt: int

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
    parameters: dict[str, str] = {}
    for pair in (location[3] or '').split('&'):
        match = _PAIR.fullmatch(pair)
        if match:
            parameters[match[1]] = _decode(match[2])
        elif pair:
            return None
    attempt = parameters.get('attempt', '1')
    key = _decode(location[2])
    job_id = _job_id(key)
    if job_id is None or not re.fullmatch('[1-9][0-9]{0,3}', attempt):
        return None
    version, sequencer = parameters.get('versionId', ''), parameters.get('sequencer', '')
    return JobRun(location[1], key, job_id, version, sequencer, int(attempt))


def _job_id(key: str) -> Optional[str]:
    prefix, suffix = contract.INPUT_PREFIX, contract.OUTPUT_SUFFIX
    if not key.startswith(prefix) or not key.endswith(suffix) or len(key) <= len(prefix) + len(suffix):
        return None
    job_id = key[len(prefix):-len(suffix)]
    segment = _TEMPLATE.fullmatch(job_id)
    return segment[1] if segment else job_id


def _decode(text: str) -> str:
    return unquote_to_bytes(text).decode('utf-8', 'replace')
