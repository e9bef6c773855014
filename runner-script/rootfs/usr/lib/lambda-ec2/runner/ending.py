"""The end of every job, however it came: output, logs, final status. Each upload is bounded in time, and the instance
is powered off whatever happens here.
"""
import os
import signal
import traceback
from typing import Callable

from runner import clock, credentials, disk, usage
from runner.contract import State
from runner.failure import JobFailure, Stopped
from runner.job import Job
from runner.status import Cancelled, NotOurs, NotWritten
from runner.system import has_systemd

# What each part leaves to those after it, in seconds. A program may take 10 s more to end (STOP_SECONDS).
_AFTER_OUTPUT = 35.0
_AFTER_LOOK = 30.0
_AFTER_CLEARING = 27.0
_AFTER_APP_LOG = 24.0
_AFTER_LOG = 13.0
_AFTER_STATUS = 0.0
# Enough for a log of many gigabytes, and not all of what is left: the status comes after it.
_LOG_SECONDS = 600.0
# Whose the status is, before anything is written beside it.
_LOOK_SECONDS = 30.0


def _ignore(_number: int, _frame: object) -> None:
    pass


class Ending:
    def __init__(self, job: Job) -> None:
        self._job = job

    def finish(self) -> bool:
        """Writes what the job owes. True when it succeeded, False also when the record could not be written."""
        job = self._job
        # The end is bounded by the deadline; a second TERM must not cut it short.
        # Not SIG_IGN, which every program that is started would inherit.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _ignore)
        job.begin_ending()
        for secrets in (job.paths.git_credential, job.paths.pip_secrets):
            credentials.forget(secrets)
        if self._owed():
            self._try(self._note_usage)
            disk.drop_ballast(job.paths.ballast)
            # The live logs go on beside it: they see when a newer upload takes over, and stop what would overwrite its
            # output.
            facts = job.memory.facts
            if os.path.exists(job.paths.app_result) and facts.output_version is None and facts.cancelled is None:
                self._upload_output()
        if not job.live_logs.stop(job.budget.part(_AFTER_LOOK)):
            job.stop_requests()
        job.stopping.end()
        if job.memory.facts.superseded:
            self._give_way()
        if not self._owed():
            return False
        try:
            return self._write_record()
        except Cancelled as cancelled:
            self._end_cancelled(str(cancelled))
        except NotOurs:
            self._give_way()
        return False

    def _note_usage(self) -> None:
        """Before anything is taken away. A machine without systemd is not the job's alone."""
        paths, status = self._job.paths, self._job.status
        machine = usage.of_machine(paths.work, paths.ballast) if has_systemd() else {}
        status.set(**usage.of_unit(paths.app_result), **machine)

    def _owed(self) -> bool:
        """Whether the record is ours to write, and not written yet."""
        facts = self._job.memory.facts
        return facts.claimed and not facts.superseded and not os.path.exists(self._job.paths.done)

    def _upload_output(self) -> None:
        job = self._job
        failed_before = job.status.failed
        try:
            self._try(lambda: job.phases.run('output', lambda: self._output_or_failure(failed_before), needed=True))
        except Stopped:
            pass

    def _output_or_failure(self, failed_before: bool) -> None:
        try:
            self._job.output.upload(self._job.budget.part(_AFTER_OUTPUT))
        except JobFailure:
            # A job that has failed for another reason need not have an output.
            if not failed_before:
                raise

    def _write_record(self) -> bool:
        """:raises NotOurs: also Cancelled, when the record is not ours to write"""
        job = self._job
        job.status.stands(job.budget.part(_AFTER_LOOK, _LOOK_SECONDS))
        if job.memory.facts.cancelled is not None:
            raise Cancelled(job.memory.facts.cancelled)
        succeeded = job.memory.facts.output_version is not None and not job.status.failed
        self._try(lambda: job.output.clear_rest(job.budget.part(_AFTER_CLEARING, _LOOK_SECONDS)))
        state: State = 'SUCCEEDED' if succeeded else 'FAILED'
        job.status.set(ended=clock.iso())
        if succeeded:
            job.status.set(message='the app ran and its output was uploaded')
            job.log.info('job succeeded')
        else:
            # Only what is known to have gone well counts: a runner that ended early left no reason either.
            if not job.status.failed:
                job.status.fail(JobFailure('LOST', 'the runner ended before the app had a result: see the log'))
            job.log.error('job failed: %s: %s' % (job.status.value('reason'), job.status.value('message')))
        self._try(self._push_app_log)
        self._try(self._push_ec2_log)
        try:
            job.status.push(state, job.budget.part(_AFTER_STATUS))
        except NotWritten as error:
            job.log.error('the final status could not be written: %s' % error)
            return False
        self.leave_alone()
        return succeeded

    def _give_way(self) -> None:
        """The status is another's now: what we uploaded under the job's names is not its."""
        with self._job.memory as facts:
            facts.superseded = True
        self._job.log.warn('a newer upload of this job has taken over: its outputs stand')
        self._job.output.withdraw(self._job.budget.part(_AFTER_STATUS))
        self.leave_alone()

    def _end_cancelled(self, message: str) -> None:
        """The record stands already. The logs are written to their end all the same, and no output stays beside it."""
        job = self._job
        with job.memory as facts:
            facts.cancelled, facts.output_version = message, None
        # As lambda/guard looks for it.
        job.log.warn('CANCELLED: %s' % message)
        self._try(lambda: job.output.clear_rest(job.budget.part(_AFTER_CLEARING, _LOOK_SECONDS)))
        self._try(self._push_app_log)
        self._try(self._push_ec2_log)
        self.leave_alone()

    def _try(self, work: Callable[[], None]) -> None:
        """One of the parts without which the record is owed all the same."""
        try:
            work()
        except Stopped:
            raise
        except JobFailure:
            # Its phase has said so.
            pass
        except Exception:  # A defect.
            self._job.log.error(traceback.format_exc())

    def _push_app_log(self) -> None:
        job = self._job
        fd = job.output.open_app_log()
        if fd is not None:
            try:
                limit = job.budget.part(_AFTER_APP_LOG, _LOG_SECONDS)
                if not job.bucket.upload_log(job.line.app_log_key, fd, limit, job.written_by):
                    job.log.warn('the app log could not be uploaded')
            finally:
                os.close(fd)

    def _push_ec2_log(self) -> None:
        job = self._job
        limit = job.budget.part(_AFTER_LOG, _LOG_SECONDS)
        job.bucket.upload_log(job.line.ec2_log_key, job.log.fd, limit, job.written_by)

    def leave_alone(self) -> None:
        """Tells `finish` and libexec/finalize that there is nothing left to write."""
        self._job.mark(self._job.paths.done)
