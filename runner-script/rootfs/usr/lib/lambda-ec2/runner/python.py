"""A Python of the image."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Python:
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
