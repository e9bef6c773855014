"""What the app prints, on its way into {job_id}_ec2.log. The app holds the other end of a pipe and no file, so that it
can neither rewrite the runner's log nor make it larger than the disk.
"""
import os
import threading
from typing import IO, Callable, Union

from runner.commands import last_line
from runner.log import Log

# The first part is kept whole as it comes, the last part when the app has ended.
_FIRST_BYTES = 64 << 20
_LAST_BYTES = 1 << 20


class AppOutput:
    """Reads until the other end is closed, whether or not there is room for it: an app must not wait for a full disk.
    """

    def __init__(self, pipe: Union[int, IO[bytes]], log: Log, first_bytes: int = _FIRST_BYTES) -> None:
        """:param pipe: kept as long as somebody may write to it, so that its descriptor never becomes another file's"""
        self._pipe = pipe
        self._fd = pipe if isinstance(pipe, int) else pipe.fileno()
        self._log = log
        self._room = first_bytes
        self._left_out = 0
        self._last = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while data := os.read(self._fd, 1 << 16):
            written, over = data[:self._room], data[self._room:]
            self._room -= len(written)
            self._log.write(written)
            self._left_out += len(over)
            self._last += data
            del self._last[:-_LAST_BYTES]

    def finish(self, seconds: float) -> None:
        """Waits for what is still on its way, for so long at most, and writes the last part if any was left out."""
        self._thread.join(seconds)
        last = bytes(self._last)[-self._left_out:] if self._left_out else b''
        if self._left_out > len(last):
            self._log.write(b'\n')
            self._log.warn('%d bytes of what the app printed are left out here' % (self._left_out - len(last)))
        self._log.write(last)
        if self._last and not self._last.endswith(b'\n'):
            self._log.write(b'\n')

    def last_line(self, hide: Callable[[str], str] = str) -> str:
        """:param hide: takes out of a text what a record must not hold"""
        return last_line(hide(bytes(self._last).decode('utf-8', 'replace')))
