"""A Python of the image."""
import hashlib
import os
from typing import NamedTuple, Optional


class Python(NamedTuple):
    """An interpreter that was seen working."""

    program: str
    #: `3.6.15`
    version: str
    #: What tells its build and machine from every other.
    build: str

    @property
    def minor(self) -> str:
        """`3.6`"""
        return '.'.join(self.version.split('.')[:2])


def remember(path: str, python: Python) -> None:
    """Writes down in an image what an interpreter of it said, so that a job need not start it to know.

    :raises OSError:
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write('%s\n%s' % (_mark(python.program), python.build))


def recall(path: str, program: str) -> Optional[str]:
    """What it said then; None when nobody wrote it down, or another file is in its place now."""
    try:
        with open(path, encoding='utf-8') as file:
            mark, _, said = file.read().partition('\n')
        return said if mark == _mark(program) else None
    except (OSError, ValueError):
        return None


def _mark(program: str) -> str:
    """By what is in it, and no time of it: two bakes of the same give the same image.

    :raises OSError:
    """
    with open(program, 'rb') as file:
        return '%s %s' % (program, hashlib.sha256(file.read()).hexdigest())
