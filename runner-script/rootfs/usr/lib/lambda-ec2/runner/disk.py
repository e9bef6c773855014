"""Room on the disk, and which file system had none. A file of ballast is put on the disk first and taken away at the
end, so that the logs can still be written when the app has filled everything else.
"""
import errno
import os
import re
from typing import Optional

_BALLAST_BYTES = 16 << 20
_FULL_BYTES = 1 << 20
_NO_ROOM = os.strerror(errno.ENOSPC)
# Amazon Linux 2023 has these in memory.
_MEMORY_FOLDERS = ('/tmp', '/dev/shm', '/run')
_MEMORY_KINDS = ('tmpfs', 'ramfs', 'devtmpfs', 'hugetlbfs')
_DISK = 'the disk is full: raise volume_size_gib or make the app write less'
# As programs say it: "No space left on device: '/tmp/x'", and "write error on /tmp/x: No space left on device".
_PATH_AFTER = re.compile(r'''\s*:\s*(?:(["'])(.+?)\1|(/\S+))''')
_PATH_BEFORE = re.compile(r'''(?<![\w.-])/[^\s"':,;()]+''')


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
    try:
        os.unlink(path)
    except OSError:
        pass


def occupied_bytes(path: str) -> int:
    """What a file takes of the disk; nothing when there is none."""
    try:
        return os.lstat(path).st_blocks * 512  # (inode(7))
    except OSError:
        return 0


def free_bytes(folder: str) -> int:
    """What an unprivileged user may still write there."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def is_full(folder: str) -> bool:
    return free_bytes(folder) < _FULL_BYTES


def says_full(said: str) -> bool:
    """Whether these words tell that a file system had no room."""
    return _NO_ROOM.lower() in said.lower()


def why_full(said: str, work: str, by_the_app: bool) -> Optional[str]:
    """Which file system was full and what to do about it, in a sentence; None when none was.

    :param said: what failed for it, in its own words
    :param work: the folder on the disk that the app and all that it needs are in
    :param by_the_app: whether it was the app that said so, which writes where it likes;
        everything else writes to the disk
    """
    if is_full(work):
        return _DISK
    if not says_full(said):
        return None
    path = _path_in(said)
    if path is not None:
        mount, kind = _file_system_of(os.path.join(work, path))
        if kind in _MEMORY_KINDS:
            return _in_memory(mount, by_the_app)
        return _DISK if mount == _file_system_of(work)[0] else 'the file system at %s is full' % mount
    full = next((folder for folder in _MEMORY_FOLDERS if _is_full_memory(folder)), None)
    if full is not None:
        return _in_memory(full, by_the_app)
    return 'the app found no space left on a file system that has some again: see the log for which' if by_the_app else _DISK


def _in_memory(mount: str, by_the_app: bool) -> str:
    instead = 'write to the folder in TMPDIR instead, or ' if by_the_app else ''
    return '%s is full, which is memory and not the disk: %schoose an instance type with more memory' % (mount, instead)


def _is_full_memory(folder: str) -> bool:
    mount, kind = _file_system_of(folder)
    return mount == folder and kind in _MEMORY_KINDS and is_full(folder)


def _path_in(said: str) -> Optional[str]:
    """The file that had no room, as it was named; not an absolute path where the app said it from its own folder."""
    at = said.lower().find(_NO_ROOM.lower())
    before, after = said[:at].rpartition('\n')[2], said[at + len(_NO_ROOM):].partition('\n')[0]
    match = _PATH_AFTER.match(after)
    if match:
        return match[2] or match[3]
    paths = _PATH_BEFORE.findall(before)
    return paths[-1] if paths else None


def _file_system_of(path: str) -> tuple[str, str]:
    """Where the file system of a path begins, and its kind (proc(5), mountinfo)."""
    path = os.path.normpath(path)
    found = ('/', '')
    with open('/proc/self/mountinfo', encoding='utf-8', errors='surrogateescape') as file:
        for line in file:
            fields, _, rest = line.partition(' - ')
            mount = re.sub(r'\\([0-7]{3})', lambda match: chr(int(match[1], 8)), fields.split(' ')[4])
            # The last one at a place covers those before it.
            if (path + '/').startswith(mount.rstrip('/') + '/') and len(mount) >= len(found[0]):
                found = (mount, rest.split(' ')[0])
    return found
