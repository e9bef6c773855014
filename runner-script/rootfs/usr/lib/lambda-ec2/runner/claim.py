"""The claim: a conditional write of the status object, before any work, so that two instances that were started for one
upload do the job once. S3 guarantees that of two such writes only one succeeds
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
"""
import os
from typing import NoReturn

from runner import restart
from runner.aws import Answer
from runner.failure import JobFailure
from runner.job_context import JobContext
from runner.stored import Stored, order_of

# A role, a bucket policy or a clock that is not right yet at the instance's start.
_REFUSED_SECONDS = 300.0


class Taken(Exception):
    """The job is another instance's or a newer upload's, or it is done or cancelled."""


class NoClaim(Exception):
    """S3 gave no answer that would tell whose the job is."""


def take(job: JobContext) -> None:
    """Makes the job ours. S3 is asked for as long as the job could still run.

    :raises Taken: when there is nothing to do for us
    :raises JobFailure: when the job is ours and was running before the instance was restarted
    :raises NoClaim: when S3 does not answer for good
    """
    if restart.happened(job.paths.first_boot) and os.path.exists(job.paths.claimed):
        stored = job.status.read(job.limit)
        _next_condition(job, stored)
        # Somebody has taken our record away, or written over it.
        _interrupted(job, stored)
    condition = {'if-none-match': '*'}
    answer = Answer(0)
    while not job.limit.over:
        answer = job.aws.retry(job.limit, lambda: job.status.write('RUNNING', job.limit, condition), _REFUSED_SECONDS)
        if answer.status == 200:
            with job.memory as facts:
                facts.claimed = True
            job.mark(job.paths.claimed)
            return
        if answer.status == 404:
            condition = {'if-none-match': '*'}
        elif answer.status == 412:
            condition = _next_condition(job, job.status.read(job.limit))
        else:
            break
    job.log.error('claiming the job: S3 answered %s for %s' % (answer, job.line.status_key))
    raise NoClaim


def _next_condition(job: JobContext, stored: Stored) -> dict[str, str]:
    """How the object that is there may be replaced."""
    if stored.is_of(job.instance_id):
        if stored.is_cancelled:
            raise Taken
        if restart.happened(job.paths.first_boot):
            _end_after_restart(job, stored)
    elif stored.status == 404:
        return {'if-none-match': '*'}
    elif stored.status == 200:
        # Of two uploads by hand the last one counts, which is ours.
        order = order_of(stored, job.line)
        if order == 'newer' or (order == 'same' and stored.text('state') != 'WAITING'):
            raise Taken
    else:
        raise NoClaim('S3 answered %s' % stored)
    return {'if-match': stored.etag}


def _end_after_restart(job: JobContext, stored: Stored) -> NoReturn:
    """The object is this instance's from before a restart. An upload is never run twice, so the job ends here: with the
    record that is there or, when it was running, with one that says so.
    """
    if stored.text('state') != 'RUNNING':
        raise Taken
    _interrupted(job, stored)


def _interrupted(job: JobContext, stored: Stored) -> NoReturn:
    job.status.adopt(stored)
    with job.memory as facts:
        facts.claimed = True
    raise JobFailure('INTERRUPTED', 'the instance was restarted while the job ran: upload the input again (lambda-ec2 rerun)')
