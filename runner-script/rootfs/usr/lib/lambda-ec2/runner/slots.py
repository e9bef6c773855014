"""A text that outlives its writer, in two files that are written in turn: one of them is whole at any moment, wherever
the writer is killed. Their room is reserved, so that neither needs any later.
"""
import hashlib
import os
from typing import Optional

from runner.in_place import write_all


class Slots:
    def __init__(self, path: str, room: int) -> None:
        """:param room: what each of the two files takes from the beginning, in bytes"""
        self._paths = (path, path + '.other')
        self._room = room
        self._turn = 0

    def load(self) -> Optional[str]:
        """The newest text that is whole, None when there is none."""
        newest: Optional[str] = None
        for path in self._paths:
            turn, text = _read(path)
            if turn > self._turn:
                self._turn, newest = turn, text
        return newest

    def save(self, text: str) -> None:
        """:raises OSError: when it could not be written; then the one before is still there"""
        turn = self._turn + 1
        data = text.encode('utf-8', 'replace')
        head = '%d %d %s\n' % (turn, len(data), _digest(turn, data))
        fd = os.open(self._paths[(turn + 1) % 2], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(fd).st_size < self._room:
                _reserve(fd, self._room)
            write_all(fd, head.encode('ascii') + data)
        finally:
            os.close(fd)
        self._turn = turn


def _read(path: str) -> tuple[int, str]:
    """Which turn's text it is, and the text. 0 for a file that is missing or not whole."""
    try:
        with open(path, 'rb') as file:
            turn, size, digest = file.readline().split()
            data = file.read(int(size))
        whole = _digest(int(turn), data).encode() == digest
    except (OSError, ValueError):
        return 0, ''
    return (int(turn), data.decode('utf-8')) if whole else (0, '')


def _digest(turn: int, data: bytes) -> str:
    """Of both: a write that broke off after the turn has left the text of the turn before."""
    return hashlib.sha256(b'%d ' % turn + data).hexdigest()


def _reserve(fd: int, room: int) -> None:
    """Where there is none the write itself may still find enough."""
    try:
        os.posix_fallocate(fd, 0, room)
    except OSError:
        pass
