"""What is still owed when the runner has ended before its job had a record: libexec/last-words asks for it."""
import os

from runner.ending import Ending
from runner.failure import JobFailure
from runner.job import Job, NoJob
from runner.paths import Paths


def finish(paths: Paths) -> bool:
    """True when nothing is owed any more."""
    if os.path.exists(paths.done) or not os.path.exists(paths.memory):
        return True
    try:
        job = Job(paths)
    except NoJob:
        return False
    if not job.memory.facts.claimed:
        return True
    job.hurry()
    # Only the final status was missing when the output is up already.
    if job.memory.facts.output_version is None and not job.status.failed:
        ended = os.environ.get('SERVICE_RESULT') or 'unknown'
        job.status.fail(JobFailure('INTERRUPTED', 'the runner was ended from outside (%s): run the job again' % ended))
    Ending(job).finish()
    return os.path.exists(paths.done)
