"""Time that never jumps: chrony may step the wall clock seconds after boot, so limits and durations use the uptime."""
import re
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Optional

_UNITS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}


def uptime() -> float:
    """Seconds since boot, the same clock as /proc/uptime."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def iso(epoch: Optional[float] = None) -> str:
    """Wall-clock time as ISO 8601 in UTC, for people. Now when no time is given."""
    moment = datetime.fromtimestamp(time.time() if epoch is None else epoch, timezone.utc)
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def epoch_of(text: str) -> Optional[float]:
    """The inverse of `iso`, as EC2 writes it in the instance identity document; None for anything else."""
    try:
        return datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None


def iso_of_http_date(text: str) -> Optional[str]:
    """A time in an HTTP header (RFC 9110, section 5.6.7) as ISO 8601 in UTC; None for anything else."""
    try:
        return iso(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError):
        return None


def duration(text: str) -> Optional[int]:
    """`60s`, `15m`, `8h`, `2d` as seconds; None for anything else."""
    match = re.fullmatch(r'([1-9][0-9]{0,6})([smhd])', text)
    return int(match[1]) * _UNITS[match[2]] if match else None


class Limit:
    """A moment of the uptime after which something must not go on."""

    def __init__(self, at: float) -> None:
        self.at = at

    @classmethod
    def within(cls, seconds: float) -> 'Limit':
        return cls(uptime() + seconds)

    @property
    def left(self) -> float:
        """Seconds until then, never below 0."""
        return max(0.0, self.at - uptime())

    @property
    def over(self) -> bool:
        return uptime() >= self.at

    def no_later_than(self, seconds: float) -> 'Limit':
        """This limit or so many seconds from now, whichever comes first."""
        return Limit(min(self.at, uptime() + seconds))
