"""The time of a job and of its end. One budget for whoever writes its record: the runner, or `finish` after a runner
that was killed, and libexec/finalize after that. Each takes what is left of it, so that the machine is off
GRACE_SECONDS after ec2_timeout at the latest, however often a network that is gone is tried.
"""
from runner import clock, contract, in_place
from runner.clock import Limit
from runner.log import Log
from runner.memory import Memory

# Before the power-off: what `finish` needs after a runner that did not end by itself (system.py kills it 25 s before),
# and what libexec/finalize and the shutdown need.
_FOR_FINISH = 30.0
_FOR_SHUTDOWN = 10.0
# systemd waits for 150 s (TimeoutStopSec) for a unit that it stops, and for as long again for what comes after it.
_STOP_SECONDS = 140.0
_LATE_SECONDS = 25.0
# Of the file.
_ROOM = 32


class Budget:
    def __init__(self, memory: Memory, path: str, log: Log) -> None:
        """:param path: of the file that tells the moment of the power-off to whoever cannot read the memory"""
        self._memory = memory
        self._path = path
        self._log = log
        self._reserve = _FOR_FINISH

    @property
    def is_set(self) -> bool:
        return self._memory.facts.timeout_at is not None

    def set(self, seconds: float) -> None:
        """Begins the job's time: ec2_timeout is so many seconds from now."""
        with self._memory as facts:
            facts.timeout_at = clock.uptime() + seconds
        self._power_off_at(facts.timeout_at + contract.GRACE_SECONDS)

    @property
    def timeout(self) -> Limit:
        """When ec2_timeout is over."""
        assert self._memory.facts.timeout_at is not None
        return Limit(self._memory.facts.timeout_at)

    @property
    def power_off_at(self) -> float:
        """Seconds of uptime at which the machine is to be off."""
        return self._memory.facts.power_off_at

    def _power_off_at(self, moment: float) -> None:
        with self._memory as facts:
            facts.power_off_at = moment
        try:
            in_place.write(self._path, '%d\n' % moment, _ROOM)
        except OSError as error:
            self._log.warn('the deadline could not be written down: %s' % error)

    def hurry(self) -> None:
        """Somebody else ends this instance or the service: systemd waits for us only for so long. So does
        libexec/deadline, when the machine should be off already.
        """
        left = self.power_off_at - clock.uptime()
        self._power_off_at(clock.uptime() + (min(left, _STOP_SECONDS) if left > 0 else _LATE_SECONDS))

    def is_the_last(self) -> None:
        """Nobody comes after us who would try again."""
        self._reserve = _FOR_SHUTDOWN

    def part(self, rest: float, most: float = float('inf')) -> Limit:
        """For one part of the end: all that is left but for what the parts after it need, and something at any rate.

        :param rest: seconds that the parts after it need
        :param most: seconds
        """
        left = max(0.0, self.power_off_at - self._reserve - clock.uptime())
        return Limit.within(min(max(left - rest, left / 4), most))
