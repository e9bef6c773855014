"""The one job that this instance was started for. lambda-ec2-runner.service powers the instance off when this ends,
however it ends; nothing here can keep it alive.
"""
import traceback

from runner import app_result, claim, owner, settings
from runner.ending import Ending
from runner.failure import JobFailure, Stopped
from runner.fetch import Fetch
from runner.job import Job


def run(job: Job) -> bool:
    """From the claim to the last upload. True when the job succeeded."""
    ending = Ending(job)
    job.catch_signals()
    try:
        _run_phases(job)
    except claim.Taken:
        job.log.info('this upload is already done or cancelled, or being done by another instance: nothing to do')
        ending.leave_alone()
        return True
    except JobFailure as failure:
        # A phase has said so already.
        if not job.status.failed:
            job.status.fail(failure)
    except (Stopped, claim.NoClaim):
        pass
    except Exception:  # A defect: the record is owed all the same.
        job.log.error(traceback.format_exc())
    return ending.finish()


def _run_phases(job: Job) -> None:
    job.phases.run('claim', lambda: claim.take(job), needed=True)
    job.live_logs.start()
    if job.status.failed:
        raise Stopped
    settings.check(job.settings, job.variables.problems())
    fetch = Fetch(job)
    fetch.run()
    job.phases.run('app', lambda: _run_app(job, fetch))


def _run_app(job: Job, fetch: Fetch) -> None:
    # What was installed may have changed it.
    job.check_main()
    fetch.input.place()
    job.output.make_room()
    user = job.app.user
    if user is not None:
        owner.give(job.commands, job.limit, user.pw_uid, user.pw_gid, job.paths.app, job.paths.home)
    if job.metadata_block is not None and job.app.has_aws_access:
        job.metadata_block.open(job.limit)
    job.app.reserve_result()
    try:
        job.app.run(fetch.venv)
    finally:
        job.status.set(exit_code=app_result.exit_code(job.paths.app_result))
