"""Files that are written over without letting go of their room, so that a file system that somebody has filled since
refuses nothing. Line ends follow what is in them, which whoever reads the text does not see.
"""
import os

_BESIDE = '.room'


def reserve(path: str, room: int) -> None:
    """Makes the file, with nothing but line ends in it.

    :raises OSError: when there is no room already
    """
    write(path, '', room)


def write(path: str, text: str, room: int) -> None:
    """Puts a short text in the place of what is there.

    :param room: the size of the file in bytes; below that of a page a reader sees the old text or the new one
    :raises OSError: when there is no room and none was reserved
    """
    data = text.encode('utf-8', 'replace').ljust(room, b'\n')
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        write_all(fd, data)
    finally:
        os.close(fd)


def reserve_beside(path: str, room: int) -> None:
    """Room for a file that is yet to appear, whole, under this path.

    :raises OSError: when there is none already
    """
    reserve(path + _BESIDE, room)


def publish(path: str, text: str) -> None:
    """Makes it appear, where there was room reserved for it without needing any.

    :raises OSError:
    """
    write(path + _BESIDE, text, 0)
    os.rename(path + _BESIDE, path)


def write_all(fd: int, data: bytes) -> None:
    """:raises OSError:"""
    offset = 0
    while offset < len(data):
        offset += os.pwrite(fd, data[offset:], offset)
