"""Files below the app's folder, which code from outside can change at any moment.

None is ever opened by its path: each folder on the way is opened from the one before it, and links are followed here
and not by the kernel, as long as they stay within the app. What a check has seen is therefore what is read.
"""
import os
import stat
from typing import Optional

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not blocking, for the case that somebody put a FIFO there.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# As the kernel's own limit (path_resolution(7)).
_MOST_LINKS = 40


class Outside(Exception):
    """The path leads out of the app, or to nothing that could hold a file."""


class AppFiles:
    def __init__(self, folder: str, owner: Optional[int] = None) -> None:
        """:param owner: the user whose files are opened, and no other's, to which a hard link may lead"""
        self._folder = folder
        self._owner = owner

    def open_file(self, path: str, links: bool = False) -> Optional[int]:
        """A descriptor of a regular file, None when there is none, also when a folder is there.

        :param links: whether a link to the file will do, as long as it stays within the app
        :raises Outside: when its folder is not within the app
        """
        for _ in range(_MOST_LINKS if links else 1):
            parent, name = self._parent(path)
            try:
                fd = os.open(name, _FILE, dir_fd=parent)
            except OSError:
                target = _target(name, parent)
                if target is None:
                    return None
                path = os.path.join(os.path.dirname(path), target)
                continue
            finally:
                os.close(parent)
            about = os.fstat(fd)
            if stat.S_ISREG(about.st_mode) and self._owner in (None, about.st_uid):
                return fd
            os.close(fd)
            return None
        return None

    def exists(self, path: str) -> bool:
        """Whether anything is there, be it a link that leads nowhere."""
        try:
            parent, name = self._parent(path)
        except Outside:
            return False
        try:
            os.stat(name, dir_fd=parent, follow_symlinks=False)
        except OSError:
            return False
        finally:
            os.close(parent)
        return True

    def leads_to_file(self, path: str) -> bool:
        """Whether a regular file of the app is there, or a link within the app to one."""
        try:
            fd = self.open_file(path, links=True)
        except Outside:
            return False
        if fd is not None:
            os.close(fd)
        return fd is not None

    def put(self, path: str, source: str) -> None:
        """Moves one of the runner's files there, in the place of any file.

        :raises Outside: when there is no place for a file
        """
        parent, name = self._parent(path, make=True)
        try:
            os.rename(source, name, dst_dir_fd=parent)
        except OSError as error:
            raise Outside(str(error)) from error
        finally:
            os.close(parent)

    def clear(self, path: str) -> None:
        """Takes away whatever is there, and makes the folder of a file that is yet to be written.

        :raises Outside: when there is no place for a file
        """
        parent, name = self._parent(path, make=True)
        try:
            _remove(name, parent)
        except OSError as error:
            raise Outside(str(error)) from error
        finally:
            os.close(parent)

    def _parent(self, path: str, make: bool = False) -> tuple[int, str]:
        """A descriptor of the folder of a file and the file's name in it.

        :param make: whether folders that are missing are made
        """
        folder, name = os.path.split(path)
        try:
            way = _Way(self._folder, make)
            try:
                way.go(folder)
                return way.leave(), name
            finally:
                way.close()
        except OSError as error:
            raise Outside(str(error)) from error


class _Way:
    """The folders from the app's own down to where one stands, each held open."""

    def __init__(self, top: str, make: bool) -> None:
        self._top = os.path.realpath(top)
        self._make = make
        self._links = 0
        self._open = [os.open(self._top, _FOLDER)]

    def go(self, folder: str) -> None:
        """:raises OSError: when it leads out of the app, or nowhere"""
        if folder.startswith('/'):
            if not (folder + '/').startswith(self._top + '/'):
                raise OSError('it leads out of the app')
            while len(self._open) > 1:
                os.close(self._open.pop())
            folder = folder[len(self._top):]
        for name in folder.split('/'):
            if name == '..':
                if len(self._open) == 1:
                    raise OSError('it leads out of the app')
                os.close(self._open.pop())
            elif name not in ('', '.'):
                self._enter(name)

    def _enter(self, name: str) -> None:
        here = self._open[-1]
        try:
            self._open.append(os.open(name, _FOLDER, dir_fd=here))
        except FileNotFoundError:
            if not self._make:
                raise
            os.mkdir(name, 0o755, dir_fd=here)
            self._open.append(os.open(name, _FOLDER, dir_fd=here))
        except OSError:
            # ELOOP or ENOTDIR for a link; another error comes again from readlink.
            self._follow(os.readlink(name, dir_fd=here))

    def _follow(self, target: str) -> None:
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError('too many links')
        self.go(target)

    def leave(self) -> int:
        """The descriptor of where one stands, which the caller closes."""
        return self._open.pop()

    def close(self) -> None:
        for fd in self._open:
            os.close(fd)


def _target(name: str, parent: int) -> Optional[str]:
    """Where a link leads, None when there is none."""
    try:
        return os.readlink(name, dir_fd=parent)
    except OSError:
        return None


def _remove(name: str, parent: int) -> None:
    """A file, a link or a folder with all that is in it. Nothing there is as good.

    A folder in it is moved beside it first: of folders however deep only one is open at a time.
    """
    waiting = [name]
    while waiting:
        try:
            fd = os.open(waiting[-1], _FOLDER, dir_fd=parent)
        except FileNotFoundError:
            waiting.pop()
            continue
        except OSError:
            os.unlink(waiting.pop(), dir_fd=parent)
            continue
        try:
            moved = _empty(fd, parent)
        finally:
            os.close(fd)
        os.rmdir(waiting.pop(), dir_fd=parent)
        waiting += moved


def _empty(fd: int, parent: int) -> list[str]:
    """Removes the files of a folder and moves its folders beside it. Returns their new names."""
    moved: list[str] = []
    for entry in os.listdir(fd):
        if stat.S_ISDIR(os.stat(entry, dir_fd=fd, follow_symlinks=False).st_mode):
            moved.append('.%s' % os.urandom(8).hex())
            os.rename(entry, moved[-1], src_dir_fd=fd, dst_dir_fd=parent)
        else:
            os.unlink(entry, dir_fd=fd)
    return moved
