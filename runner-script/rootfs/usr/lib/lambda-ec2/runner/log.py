"""The runner's own log lines.

They go to {job_id}_ec2.log, beside what git, pip and the app print, and to the console, which is all that is left to
read when an instance loses its network.
"""
import os
import threading

from runner import clock


class Log:
    """Thread-safe. A full disk or a console that is gone ends nothing."""

    def __init__(self, fd: int, console: bool = True) -> None:
        """:param console: whether the runner's own lines go to standard error as well"""
        self._fd = fd
        self._console = console
        self._lock = threading.Lock()

    @classmethod
    def to_file(cls, path: str) -> 'Log':
        """Opened for appending, so that several writers never overwrite each other."""
        return cls(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644))

    @property
    def fd(self) -> int:
        """Of the file, for reading what is there."""
        return self._fd

    def info(self, text: str) -> None:
        self._line('INFO', text)

    def warn(self, text: str) -> None:
        self._line('WARN', text)

    def error(self, text: str) -> None:
        self._line('ERROR', text)

    def _line(self, level: str, text: str) -> None:
        line = '%s %-5s %s\n' % (clock.iso(), level, text)
        data = line.encode('utf-8', 'replace')
        self.write(data)
        try:
            if self._console:
                os.write(2, data)
        except OSError:
            pass

    def write(self, data: bytes) -> bool:
        """Appends what somebody else said, as it is. False when it could not be written whole."""
        try:
            with self._lock:
                while data:
                    data = data[os.write(self._fd, data):]
        except OSError:
            return False
        return True
