"""How a job fails: with a reason that programs act on and a sentence that people act on."""
import threading

from runner.contract import Reason


class JobFailure(Exception):
    """Ends the job. The first one stands: what follows is its consequence."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__('%s: %s' % (reason, message))
        self.reason: Reason = reason
        self.message = message


class Stopped(Exception):
    """Somebody ended the job meanwhile and has said why; whoever sees this just stops."""


class Stopping:
    """Whether the job is being stopped. Everything that waits, waits on this."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def begin(self) -> None:
        self._event.set()

    def end(self) -> None:
        """What the ending itself has to do may begin."""
        self._event.clear()

    def check(self) -> None:
        """:raises Stopped: when the job is being stopped"""
        if self._event.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """:raises Stopped: as soon as the job is being stopped"""
        if self._event.wait(seconds):
            raise Stopped
