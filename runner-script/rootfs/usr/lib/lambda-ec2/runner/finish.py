"""What is still owed when the runner has ended before its job had a record: libexec/finalize asks for it."""
import os

from runner.ending import Ending
from runner.failure import JobFailure
from runner.job import Job
from runner.job_context import NoJob
from runner.paths import Paths

_LOOK_SECONDS = 30.0
# What comes after the look at the claim.
_REST_SECONDS = 10.0


def finish(paths: Paths) -> bool:
    """True when nothing is owed any more."""
    if os.path.exists(paths.done) or not os.path.exists(paths.memory):
        return True
    try:
        job = Job(paths)
    except NoJob:
        return False
    job.mark(paths.finish_began)
    job.budget.hurry()
    job.budget.is_the_last()
    if not job.memory.facts.claimed and not _claimed_unseen(job):
        return True
    # Only the final status was missing when the output is up already.
    if job.memory.facts.output_version is None and not job.status.failed:
        ended = os.environ.get('SERVICE_RESULT') or 'unknown'
        job.status.fail(JobFailure('INTERRUPTED', 'the runner was ended from outside (%s): run the job again (lambda-ec2 rerun)' % ended))
    Ending(job).finish()
    return os.path.exists(paths.done)


def _claimed_unseen(job: Job) -> bool:
    """Whether the claim was written and the runner killed before it could keep that."""
    stored = job.status.read(job.budget.part(_REST_SECONDS, _LOOK_SECONDS))
    if not stored.is_of(job.instance_id) or stored.text('state') != 'RUNNING':
        return False
    job.status.adopt(stored)
    with job.memory as facts:
        facts.claimed = True
    return True
