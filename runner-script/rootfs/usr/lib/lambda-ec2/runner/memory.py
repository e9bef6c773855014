"""What the job has come to, in small files on tmpfs whose room is reserved: whoever comes after a killed runner still
writes the record.
"""
import json
import threading
from types import SimpleNamespace
from typing import Any, Optional, Union

from runner import in_place
from runner.log import Log
from runner.slots import Slots

# Enough for the names of a thousand packages.
_ROOM = 128 << 10
_ETAG_ROOM = 256

#: A value of a field of the status, or of its usage.
Value = Union[str, float, None]


class Phase(SimpleNamespace):
    """A part of the job's way. `start` is ISO 8601 in UTC; `seconds` None while it goes on, and when nobody ended it."""

    def __init__(self, name: str, start: str, seconds: Optional[float] = None) -> None:
        self.name = name
        self.start = start
        self.seconds = seconds


class Facts(SimpleNamespace):
    """Everything that outlives the runner's process."""

    def __init__(self, fields: Optional[dict[str, Value]] = None, packages: Optional[list[str]] = None,
                 phases: Optional[list[Phase]] = None, **others: Any) -> None:
        #: The fields of the status that do not change from write to write, as they are known.
        self.fields = fields or {}
        self.packages = packages or []
        self.phases = phases or []
        #: The settings as their tags said.
        self.settings: dict[str, str] = {}
        #: When EC2 accepted the launch, in seconds since 1970.
        self.launched = 0.0
        #: Seconds of uptime at which ec2_timeout is over; None until it is known.
        self.timeout_at: Optional[float] = None
        #: Seconds of uptime at which the machine is to be off.
        self.power_off_at = 0.0
        self.claimed = False
        self.etag = ''
        self.superseded = False
        #: What the record says of who has stopped the job; None while nobody has.
        self.cancelled: Optional[str] = None
        #: Tells the processes of an app that runs without systemd.
        self.app_mark = ''
        #: Whether the upload of the output has begun.
        self.output_begun = False
        #: The version that the output's upload became, empty in a bucket without versions; None while it is not up.
        self.output_version: Optional[str] = None
        #: The ETag under which our output was last seen at its key; empty when it was not.
        self.output_etag = ''
        vars(self).update(others)


class Memory:
    """The facts, and their file. Safe for several threads, as long as each changes facts in one `with` block."""

    def __init__(self, path: str, etag_path: str, log: Log) -> None:
        self._slots = Slots(path, _ROOM)
        self._etag_path = etag_path
        self._log = log
        self._lock = threading.RLock()
        self.facts = _facts_of(self._slots.load())

    def __enter__(self) -> Facts:
        self._lock.acquire()
        return self.facts

    def __exit__(self, *_: object) -> None:
        """Keeps what was changed. Without room on tmpfs the job goes on, and only a killed runner's end knows less."""
        try:
            self._slots.save(json.dumps(vars(self.facts), default=vars))
            in_place.write(self._etag_path, self.facts.etag, _ETAG_ROOM)
        except OSError as error:
            self._log.warn('the state of the job could not be kept: %s' % error)
        finally:
            self._lock.release()


def _facts_of(text: Optional[str]) -> Facts:
    if text is None:
        return Facts()
    values = json.loads(text)
    values['phases'] = [Phase(**phase) for phase in values['phases']]
    return Facts(**values)
