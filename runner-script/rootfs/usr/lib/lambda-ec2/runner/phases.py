"""The named parts of a job and how long each took."""
import errno
from typing import Callable, TypeVar

from runner import clock
from runner.failure import JobFailure, Stopped
from runner.log import Log
from runner.status import Status

_Result = TypeVar('_Result')


class Phases:
    def __init__(self, status: Status, log: Log) -> None:
        self._status = status
        self._log = log

    def run(self, name: str, work: Callable[[], _Result], needed: bool = False) -> _Result:
        """Does the work as this phase.

        :param needed: for the record, also of a job that has failed already
        :raises Stopped: when the job has failed already
        """
        if self._status.failed and not needed:
            raise Stopped
        began = clock.uptime()
        phase = self._status.begin_phase(name, clock.iso())
        self._log.info('%s: begins' % name)
        outcome = 'failed after'
        try:
            result = work()
            outcome = 'done in'
            return result
        except Stopped:
            outcome = 'stopped after'
            raise
        except JobFailure as failure:
            # Said before the phase is shown as ended, so that nobody sees one without the other.
            self._status.fail(failure)
            raise
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            self._log.error(str(error))
            failure = self._status.no_room(error)
            self._status.fail(failure)
            raise failure from error
        finally:
            took = round(clock.uptime() - began, 2)
            self._status.end_phase(phase, took)
            say = self._log.info if outcome == 'done in' else self._log.error
            say('%s: %s %.2f s' % (name, outcome, took))
