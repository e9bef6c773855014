"""The status object as S3 has it, whoever wrote it, and how its upload stands to ours."""
from typing import Literal

from runner import status_shape
from runner.aws import Answer
from runner.job_line import JobRun

#: What an upload is to ours. Two that were made by hand are ordered by nothing that they say.
Order = Literal['older', 'same', 'newer', 'unknown']


class Stored:
    """One answer to the question for the object."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.etag = answer.headers.get('etag', '') if answer.status == 200 else ''
        self._answer = answer
        self._fields = status_shape.parse(answer.body) if answer.status == 200 else None

    def __str__(self) -> str:
        return str(self._answer)

    @property
    def is_record(self) -> bool:
        """Whether it can be read as the status of a job. What cannot is nobody's, whoever put it there."""
        return self._fields is not None

    @property
    def attempt(self) -> int:
        """From 1; 0 when it is no status."""
        return int(self._fields['attempt']) if self._fields else 0

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has ended the job before it was done."""
        return self.text('state') == 'FAILED' and self.text('reason') == 'CANCELLED'

    def text(self, name: str) -> str:
        """A field that is one, empty when there is none."""
        return (self._fields or {}).get(name) or ''

    def is_of(self, instance_id: 'str | float | None') -> bool:
        return self.etag != '' and self.text('instance_id') == instance_id


def order_of(stored: Stored, job: JobRun) -> Order:
    """How the upload of the present object stands to ours. What is no status is older than every upload.

    Sequencers of one key compare as hexadecimal text after the shorter is padded with zeros on the right
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """
    if not stored.is_record:
        return 'older'
    order = _order_of_uploads(stored, job)
    # That a job was cancelled holds for every attempt at its upload.
    if order != 'same' or stored.is_cancelled:
        return order
    if stored.attempt == job.attempt:
        return 'same'
    return 'older' if stored.attempt < job.attempt else 'newer'


def _order_of_uploads(stored: Stored, job: JobRun) -> Order:
    if not job.version or stored.text('input_version') != job.version:
        theirs, ours = stored.text('input_sequencer').upper(), job.sequencer.upper()
        width = max(len(theirs), len(ours))
        theirs, ours = theirs.ljust(width, '0'), ours.ljust(width, '0')
        if theirs != ours:
            return 'older' if theirs < ours else 'newer'
        if not ours:
            return 'unknown'
    return 'same'
