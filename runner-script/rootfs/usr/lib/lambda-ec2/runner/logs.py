"""While the job runs its logs are pushed to their final keys whenever they have grown, so that the live log and the
final one are the same object. This thread is also the only writer of the status object until it ends, and therefore the
one that notices when the job is no longer ours.
"""
import os
import threading
import traceback
from typing import Callable, Optional

from runner.clock import Limit
from runner.commands import STOP_SECONDS
from runner.failure import Stopped
from runner.job_context import JobContext
from runner.output import Output
from runner.status import NotOurs, NotWritten

_PUSH_SECONDS = 20.0
# So much is uploaded for a single new line.
_SMALL_BYTES = 1 << 20
# One upload under way may go on: one that arrives after the final log would put an older one in its place. A program
# has STOP_SECONDS more.
_FINISH_SECONDS = _PUSH_SECONDS + STOP_SECONDS + 5.0


class LiveLogs:
    def __init__(self, job: JobContext, output: Output, on_lost: Callable[[NotOurs], None], every: float) -> None:
        """:param on_lost: called in this thread when a newer upload has taken over or somebody has stopped the job"""
        self._job = job
        self._output = output
        self._on_lost = on_lost
        self._every = every
        self._pushed: dict[str, int] = {}
        self._phases = 0
        self._stop = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def stop(self, limit: Limit) -> bool:
        """False when a push goes on even now."""
        self._stop.set()
        if self._thread is None:
            return True
        self._thread.join(limit.no_later_than(_FINISH_SECONDS).left)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while True:
            try:
                self._push_logs()
                if self._stop.wait(self._every):
                    return
                self._look()
            except NotOurs as why:
                self._on_lost(why)
                return
            except Stopped:
                # Whatever else was under way was stopped with the job. This goes on for as long as the job's end takes.
                if self._stop.wait(self._every):
                    return
            except (NotWritten, OSError) as error:
                self._job.log.warn('the live status or log could not be written: %s' % error)
            except Exception:  # A defect: without live logs the job goes on.
                self._job.log.error(traceback.format_exc())
                return

    def _look(self) -> None:
        """:raises NotOurs:"""
        # One that has begun counts once, one that has ended twice.
        phases = sum(1 if phase.seconds is None else 2 for phase in list(self._job.memory.facts.phases))
        limit = Limit.within(_PUSH_SECONDS)
        if phases > self._phases or not self._job.status.stands(limit):
            self._job.status.push('RUNNING', limit)
            self._phases = phases

    def _push_logs(self) -> None:
        self._push(self._job.line.ec2_log_key, self._job.log.fd)
        # What an earlier run left must be gone, and so must what the repository has under that name.
        if self._stop.is_set() or not self._output.has_room:
            return
        fd = self._output.open_app_log()
        if fd is not None:
            try:
                self._push(self._job.line.app_log_key, fd)
            finally:
                os.close(fd)

    def _push(self, key: str, fd: int) -> None:
        """Large logs only once they have grown by a tenth, so that an app that prints without end does not fill the
        network.
        """
        size, before = os.fstat(fd).st_size, self._pushed.get(key, 0)
        if size > before and (size <= _SMALL_BYTES or size - before >= size // 10):
            if self._job.bucket.upload_log(key, fd, Limit.within(_PUSH_SECONDS), self._job.written_by):
                self._pushed[key] = size
