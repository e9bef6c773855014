"""Room on the disk. A file of ballast is put there first and taken away at the end, so that the logs can still be written
when the app has filled everything else.
"""
import os

_BALLAST_BYTES = 16 << 20
_FULL_BYTES = 1 << 20


def add_ballast(path: str) -> None:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return
    try:
        os.posix_fallocate(fd, 0, _BALLAST_BYTES)
    except OSError:
        pass
    finally:
        os.close(fd)


def drop_ballast(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def free_bytes(folder: str) -> int:
    """What an unprivileged user may still write there."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def is_full(folder: str) -> bool:
    return free_bytes(folder) < _FULL_BYTES
