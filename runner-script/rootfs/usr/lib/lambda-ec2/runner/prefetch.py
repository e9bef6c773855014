"""Reads what a job will need into the page cache while the machine still boots. Each 512-KiB block of a fresh volume is
fetched from S3 at its first touch, which an app's imports would otherwise wait for one after the other
(https://docs.aws.amazon.com/ebs/latest/userguide/initalize-volume.html).
"""
import glob
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterator

from runner.paths import Paths

_READERS = 16
_BLOCK = 1 << 20
_MOST_BYTES = 1 << 30
# What an interpreter loads of itself: programs, libraries and bytecode of the usual kind. Sources only tell their age.
_LOADED = re.compile(r'python3[\d.m]*|.*\.so[\d.]*|.*(?<!\.opt-\d)\.pyc')
# Of it too, but for people and for installing packages.
_NOT_BY_APPS = ('ensurepip', 'distutils', 'pydoc_data', 'site-packages', 'test', 'idlelib', 'lib2to3', 'tkinter')


def files(paths: Paths) -> Iterator[str]:
    """What comes first on a job's way comes first here: git, then the interpreter, then its environments."""
    git = shutil.which('git')
    if git is not None:
        yield os.path.realpath(git)
    yield from glob.iglob(glob.escape(paths.root) + '/usr/libexec/git-core/git-remote-http*')
    for top in glob.iglob(glob.escape(paths.root) + '/opt/python*'):
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in _NOT_BY_APPS]
            yield from (os.path.join(folder, name) for name in names if _LOADED.fullmatch(name))
    for folder, _, names in os.walk(paths.venvs):
        # A package may read whatever it brings.
        yield from (os.path.join(folder, name) for name in names if not name.endswith('.py'))


def prefetch(paths: Paths) -> None:
    """A file that goes away meanwhile is no failure."""
    waiting, lock = files(paths), threading.Lock()

    def read() -> None:
        while True:
            with lock:
                path = next(waiting, None)
            if path is None:
                return
            try:
                _read(path)
            except OSError:
                pass

    readers = [threading.Thread(target=read) for _ in range(_READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()


def _read(path: str) -> None:
    """A regular file, to its end or _MOST_BYTES: a package may have put anything there."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            for _ in range(_MOST_BYTES // _BLOCK):
                if not os.read(fd, _BLOCK):
                    break
    finally:
        os.close(fd)
