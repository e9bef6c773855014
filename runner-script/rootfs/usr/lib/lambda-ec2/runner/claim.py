"""The claim: a conditional write of the status object, before any work, so that two instances that were started for one
upload do the job once. S3 guarantees that of two such writes only one succeeds
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
"""
from runner import restart
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.failure import JobFailure
from runner.job_line import JobRun
from runner.log import Log
from runner.memory import Memory
from runner.status import Status
from runner.stored import Stored, order_of

# A role, a bucket policy or a clock that is not right yet at the instance's start.
_REFUSED_SECONDS = 300.0


class Taken(Exception):
    """The job is another instance's or a newer upload's, or it is done."""


class NoClaim(Exception):
    """S3 gave no answer that would tell whose the job is."""


def take(status: Status, aws: Aws, memory: Memory, job: JobRun, instance_id: str, first_boot: str, limit: Limit,
         log: Log) -> None:
    """Makes the job ours.

    :param limit: until when S3 is asked: as long as the job could still run
    :raises Taken: when there is nothing to do for us
    :raises JobFailure: when the job is ours and was running before the instance was restarted
    :raises NoClaim: when S3 does not answer for good
    """
    condition = {'if-none-match': '*'}
    answer = Answer(0)
    while not limit.over:
        answer = aws.retry(limit, lambda: status.write('RUNNING', limit, condition), _REFUSED_SECONDS)
        if answer.status == 200:
            with memory as facts:
                facts.claimed = True
            return
        if answer.status == 404:
            condition = {'if-none-match': '*'}
        elif answer.status == 412:
            condition = _next_condition(status, status.read(limit), memory, job, instance_id, first_boot)
        else:
            break
    log.error('claiming the job: S3 answered %s for %s' % (answer, job.status_key))
    raise NoClaim


def _next_condition(status: Status, stored: Stored, memory: Memory, job: JobRun, instance_id: str,
                    first_boot: str) -> dict[str, str]:
    """How the object that is there may be replaced."""
    if stored.is_of(instance_id):
        if restart.happened(first_boot):
            _end_after_restart(status, stored, memory)
    elif stored.status == 404:
        return {'if-none-match': '*'}
    elif stored.status == 200:
        # Of two uploads by hand the last one counts, which is ours.
        order = order_of(stored, job)
        if order == 'newer' or (order == 'same' and stored.text('state') != 'WAITING'):
            raise Taken
    else:
        raise NoClaim('S3 answered %s' % stored)
    return {'if-match': stored.etag}


def _end_after_restart(status: Status, stored: Stored, memory: Memory) -> None:
    """The object is this instance's from before a restart. An upload is never run twice, so the job ends here: with the
    record that is there or, when it was running, with one that says so.
    """
    if stored.text('state') != 'RUNNING':
        raise Taken
    status.adopt(stored)
    with memory as facts:
        facts.claimed = True
    raise JobFailure('INTERRUPTED', 'the instance was restarted while the job ran: upload the input again')
