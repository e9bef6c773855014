"""Programs that may hang. Each runs in a session of its own, gets TERM at its limit and KILL after that, and leaves
nothing of its process group behind.
"""
import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Mapping, NamedTuple, Optional

from runner.clock import Limit
from runner.failure import Stopped, Stopping
from runner.hidden import Hidden
from runner.log import Log

# Between asking a program to stop (TERM) and making it stop (KILL).
STOP_SECONDS = 10.0
# Of what a program says, so much of the end is kept for a message.
_KEPT_BYTES = 65536
# Whoever is left of an ended program may keep its output open.
_LAST_WORDS_SECONDS = 1.0


class Ended(NamedTuple):
    """`status` is the exit status, or minus the number of the signal that ended it."""

    status: int
    #: The end of what it said on standard output and standard error, at most 64 KiB.
    said: str
    #: Whether it was ended because it took too much memory, where that is known.
    out_of_memory: bool = False

    def last_line(self) -> str:
        return last_line(self.said)


def last_line(said: str) -> str:
    """The last line that is not blank, at most 300 characters. Of a line that was drawn anew, its last state."""
    lines = [line.strip() for line in re.split('[\r\n]+', said) if line.strip()]
    return lines[-1][:300] if lines else ''


class Commands:
    """The programs that run. Safe for several threads."""

    def __init__(self, log: Log, environment: Mapping[str, str], stopping: Stopping) -> None:
        self.log = log
        self._stopping = stopping
        self.environment = dict(environment)
        self._lock = threading.Lock()
        self._running: dict[int, threading.Event] = {}

    def run(self, argv: Sequence[str], limit: Limit, cwd: Optional[str] = None,
            environment: Optional[Mapping[str, str]] = None, pass_fd: Optional[int] = None, logged: bool = True,
            hidden: Sequence[str] = ()) -> Ended:
        """Runs a program to its end, with nothing on its standard input.

        :param environment: its whole environment; the runner's own when there is none
        :param logged: whether what it says goes to the log as well
        :param hidden: what nobody is to read of what it says
        :return: with status 127 when it cannot be started, as a shell says it
        :raises Stopped: when the job was stopped
        """
        with self._lock:
            self._stopping.check()
            try:
                process = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd,
                    env=self.environment if environment is None else environment, start_new_session=True,
                    pass_fds=() if pass_fd is None else (pass_fd,))
            except OSError as error:
                return Ended(127, '%s cannot be started: %s' % (argv[0], error.strerror))
            ended = self._running[process.pid] = threading.Event()
        output = _Output(process, self.log if logged else None, Hidden(hidden))
        timer = threading.Timer(limit.left, end_group, [process.pid, ended])
        timer.daemon = True
        timer.start()
        try:
            status = process.wait()
        finally:
            ended.set()
            timer.cancel()
            _send(process.pid, signal.SIGKILL)
            with self._lock:
                del self._running[process.pid]
        said = output.finish()
        if self._stopping and status < 0:
            raise Stopped
        return Ended(status, said)

    def sleep(self, seconds: float) -> None:
        """:raises Stopped: as soon as the job is being stopped"""
        self._stopping.sleep(seconds)

    def stop_all(self) -> None:
        """Ends whatever runs, TERM first. `stopping` must have begun, so that nothing is started meanwhile."""
        with self._lock:
            running = dict(self._running)
        threads = [threading.Thread(target=end_group, args=(pid, ended)) for pid, ended in running.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def end_group(pid: int, ended: threading.Event) -> None:
    """TERM to the process group, and KILL when `ended` is not set within STOP_SECONDS."""
    _send(pid, signal.SIGTERM)
    if not ended.wait(STOP_SECONDS):
        _send(pid, signal.SIGKILL)


def _send(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


class _Output:
    """Reads what a program says, without end, and keeps the end of it."""

    def __init__(self, process: 'subprocess.Popen[bytes]', log: Optional[Log], hidden: Hidden) -> None:
        assert process.stdout is not None
        self._pipe = process.stdout
        self._log = log
        self._hidden = hidden
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while data := os.read(self._pipe.fileno(), 65536):
            self._take(self._hidden.next(data))
        self._take(self._hidden.end())

    def _take(self, data: bytes) -> None:
        if self._log is not None:
            self._log.write(data)
        self._kept += data
        del self._kept[:-_KEPT_BYTES]

    def finish(self) -> str:
        self._thread.join(_LAST_WORDS_SECONDS)
        # A reader that still waits keeps its end: closing it under him would make his descriptor another file's.
        if not self._thread.is_alive():
            self._pipe.close()
        return bytes(self._kept).decode('utf-8', 'replace')
