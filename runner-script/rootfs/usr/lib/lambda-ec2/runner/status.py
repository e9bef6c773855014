"""{job_id}_status.json.

Every write is conditional on the ETag of what was there before, so that nobody's status is replaced unseen.
"""
import json
import re
import time
from typing import Optional

from runner import clock, disk
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.contract import USAGE_NAMES, Reason, State
from runner.failure import JobFailure
from runner.job_line import JobRun
from runner.log import Log
from runner.memory import Facts, Memory, Phase, Value
from runner.s3 import Bucket
from runner.stored import Stored, order_of

# What a full disk explains.
_BY_A_FULL_DISK = ('CLONE_FAILED', 'REQUIREMENTS_FAILED', 'INPUT_UNREADABLE', 'APP_FAILED')
_RACES = 5


class NotOurs(Exception):
    """The status object is another's now: a newer upload of this job has taken over."""


class Cancelled(NotOurs):
    """Somebody has stopped this job: its record stands already. The argument is its message."""


class NotWritten(Exception):
    """S3 did not take the status."""


class Status:
    """The record of this job. Safe for several threads."""

    def __init__(self, memory: Memory, job: JobRun, work_dir: str, aws: Aws, bucket: Bucket, log: Log) -> None:
        self._memory = memory
        self._job = job
        self._work_dir = work_dir
        self._aws = aws
        self._bucket = bucket
        self._log = log

    def set(self, **fields: Value) -> None:
        with self._memory as facts:
            facts.fields.update(fields)

    def value(self, name: str) -> Value:
        return self._memory.facts.fields.get(name)

    @property
    def failed(self) -> bool:
        return self.value('reason') is not None

    def fail(self, failure: JobFailure) -> None:
        """Says why the job failed. The first reason stands: what follows is its consequence."""
        reason: Reason = failure.reason
        message = failure.message
        full = disk.why_full(message, self._work_dir, reason == 'APP_FAILED') if reason in _BY_A_FULL_DISK else None
        if full is not None:
            self._log.error(str(failure))
            reason, message = 'DISK_FULL', full
        with self._memory as facts:
            if facts.fields.get('reason') is None:
                facts.fields.update(reason=reason, message=message)
        self._log.error('%s: %s' % (reason, message))

    def no_room(self, error: OSError) -> JobFailure:
        """The failure of something of ours that found a file system full."""
        told = disk.why_full(str(error), self._work_dir, by_the_app=False)
        return JobFailure('DISK_FULL', told or str(error))

    def begin_phase(self, name: str, start: str) -> Phase:
        """From now on the record shows the phase, so that one of a job that is stopped in it does too."""
        phase = Phase(name, start)
        with self._memory as facts:
            facts.phases.append(phase)
        return phase

    def end_phase(self, phase: Phase, seconds: float) -> None:
        with self._memory:
            phase.seconds = seconds

    def write(self, state: State, limit: Limit, condition: dict[str, str]) -> Answer:
        """One conditional write, tried once; keeps the new ETag."""
        body = compose(self._memory.facts, state).encode('utf-8', 'replace')
        answer = self._bucket.put(self._job.status_key, body, 'application/json', limit, condition)
        if answer.status == 200:
            with self._memory as facts:
                facts.etag = answer.headers.get('etag', '')
        return answer

    def push(self, state: State, limit: Limit) -> None:
        """Replaces our own object.

        :raises Cancelled: when somebody has stopped this job
        :raises NotOurs: when a newer upload of this job has taken over
        :raises NotWritten: when S3 does not take it
        """
        etag = self._memory.facts.etag
        condition = {'if-match': etag} if etag else {'if-none-match': '*'}
        answer = Answer(0)
        for _ in range(_RACES):
            answer = self._aws.retry(limit, lambda: self.write(state, limit, condition))
            if answer.status == 200:
                return
            if answer.status not in (404, 412):
                break
            condition = self._condition(self.read(limit))
        raise NotWritten('S3 answered %s' % answer)

    def _condition(self, stored: Stored) -> dict[str, str]:
        """On which what is there now may be replaced.

        :raises Cancelled:
        :raises NotOurs:
        :raises NotWritten:
        """
        if stored.status == 404:
            # An object that somebody removed is nobody's.
            return {'if-none-match': '*'}
        if stored.status != 200:
            raise NotWritten('S3 answered %s' % stored)
        if stored.is_cancelled and (stored.is_of(self.value('instance_id')) or order_of(stored, self._job) == 'same'):
            raise Cancelled(stored.text('message'))
        # An answer may have been lost after the write: then the object is ours, with an ETag that we do not know.
        if stored.is_of(self.value('instance_id')):
            return {'if-match': self.adopt(stored)}
        if order_of(stored, self._job) != 'older':
            raise NotOurs
        self._log.warn('something that is no status of this job is in its place: replacing it')
        return {'if-match': stored.etag}

    def stands(self, limit: Limit) -> bool:
        """Whether the object is as we wrote it, which it counts as while S3 does not tell.

        :raises Cancelled: when somebody has stopped this job
        :raises NotOurs: when a newer upload of this job has taken over
        """
        answer = self._bucket.head(self._job.status_key, limit)
        if answer.status != 404 and (answer.status != 200 or answer.headers.get('etag') == self._memory.facts.etag):
            return True
        try:
            self._condition(self.read(limit))
        except NotWritten:
            return True
        return False

    def read(self, limit: Limit) -> Stored:
        """The present object."""
        return Stored(self._bucket.get(self._job.status_key, limit))

    def adopt(self, stored: Stored) -> str:
        """Takes the ETag of an object that we wrote."""
        with self._memory as facts:
            facts.etag = stored.etag
        return stored.etag


def compose(facts: Facts, state: State) -> str:
    """The whole object: contract/status.ts. Fields that are not known yet are null."""
    known = facts.fields
    document = {
        **{name: known.get(name) or None for name in (
            'job_id', 'git_commit', 'python', 'image_id', 'instance_id', 'instance_type', 'template_version',
            'input_key', 'input_version', 'input_sequencer', 'submitted', 'started', 'ended', 'reason')},
        'message': known.get('message') or '',
        'state': state,
        'updated': clock.iso(),
        'attempt': known.get('attempt'),
        'exit_code': known.get('exit_code'),
        'cost_estimate_usd': cost(str(known.get('price_per_hour') or ''), time.time() - facts.launched),
        'usage': {name: known.get(name) for name in USAGE_NAMES} if any(known.get(name) is not None for name in USAGE_NAMES) else None,
        'packages': facts.packages,
        'phases': [vars(phase) for phase in facts.phases],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + '\n'


def cost(price_per_hour: str, seconds: float) -> Optional[float]:
    """What the instance's running time costs in USD by the price that the settings give; None when they give none.

    EC2 bills Linux instances by the second, with a minimum of 60 (https://aws.amazon.com/ec2/pricing/on-demand/).
    """
    if not re.fullmatch(r'[0-9]{1,4}(\.[0-9]{1,6})?', price_per_hour):
        return None
    return round(float(price_per_hour) * max(60.0, seconds) / 3600, 6)
