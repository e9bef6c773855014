"""What the runner must know of a requirements file, which is less than pip knows.

We do not parse what pip parses: only files that are provably simple are known by their text. For everything else an
environment is bound to the commit's tree, because the code behind the same text may change. A needless rebuild is
cheap, a stale environment is silent.
"""
import os
import re

from runner.app_files import AppFiles, Outside
from runner.s3 import read_at

# A name with extras and versions and a marker: PEP 508 without URLs, as pip freeze and pip-compile write it. Runs of
# spaces are one by then, and each can be read in one way only: what is matched here comes from outside.
_VERSION = r' ?(?:===|==|!=|<=|>=|~=|<|>) ?[A-Za-z0-9.*+!_-]+(?: ?,)?'
_REQUIREMENT = re.compile(
    r'[A-Za-z0-9][A-Za-z0-9._-]*(?: ?\[[A-Za-z0-9._, -]*\])?(?: ?\((?:' + _VERSION + r')+ ?\)|(?:' + _VERSION + r')*)'
    r'(?: ?;[^\\$/;]*)?')
_SUM = re.compile(r'[ =][a-z0-9]+:[0-9a-fA-F]+')
# The value of a short option may stand right behind it.
_INCLUDE = re.compile(r'(?:(?:-r|-c) ?|(?:--requirement|--constraint)[ =])([A-Za-z0-9_.][A-Za-z0-9_./-]*)')
# To pip the name of an archive is a file of the app (is_archive_file).
_ARCHIVE = re.compile(r'\.(?:whl|zip|tar|tgz|tbz|txz|tlz)\b', re.IGNORECASE)
_CONTROL = re.compile(r'[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]')
_COMMENT = re.compile(r'(?:^|(?<=\s))#.*')
_SUMS = re.compile(r'(?:^| )--(?:hash[= ]|require-hashes)')
_LONGEST = 1 << 20
# The sums of a package with a wheel for every machine make a long line.
_LONGEST_LINE = 1 << 16
_MOST_FILES = 100


class Requirements:
    """A requirements file with all that it includes."""

    def __init__(self) -> None:
        #: The text of all files, each once, in the order in which they are named.
        self.text = ''
        #: Whether the text says all that decides what pip installs from an index.
        self.simple = True
        #: Whether pip is to check the sums of what it installs.
        self.names_sums = False
        #: Whether a package is to be used from where it lies: its installation writes into the app's own folder.
        self.editable = False
        #: The files that were read, as device and inode: one file may have many names.
        self.files: set[tuple[int, int]] = set()


def read(files: AppFiles, path: str) -> Requirements:
    """:raises Outside: when it is no file of the app"""
    found = Requirements()
    _read(files, path, found)
    return found


def _read(files: AppFiles, path: str, found: Requirements) -> None:
    fd = files.open_file(path, links=True)
    if fd is None:
        raise Outside('%s is not a file of the app' % path)
    try:
        about = os.fstat(fd)
        if (about.st_dev, about.st_ino) in found.files:
            return
        found.files.add((about.st_dev, about.st_ino))
        data = read_at(fd, 0, _LONGEST + 1)
    finally:
        os.close(fd)
    text = data.decode('latin-1')
    found.text += text + '\n'
    # What changes what a line is to pip: a byte order mark, another encoding, code for the terminal.
    if not data.isascii() or len(data) > _LONGEST or _CONTROL.search(text) or 'coding:' in text or 'coding=' in text:
        found.simple = False
    for line in _lines(text, found):
        _read_line(files, path, line, found)


def _lines(text: str, found: Requirements) -> list[str]:
    """The lines as pip sees them, without comments, and with one space for many."""
    lines: list[str] = []
    for line in re.sub(r'\\\r?\n', '\\\n', text).replace('\\\n', '\0').splitlines():
        bare = _COMMENT.sub('', line)
        if '\\' in line:
            found.simple = False
        # A comment that goes on, for us and not for pip, and what is too long to look at: the careful answers.
        if '\0' in line[len(bare):] or len(bare) > _LONGEST_LINE:
            found.simple = False
            found.names_sums = found.editable = True
        else:
            lines.append(' '.join(bare.replace('\0', ' ').split()))
    return lines


def _read_line(files: AppFiles, path: str, line: str, found: Requirements) -> None:
    if _SUMS.search(line):
        found.names_sums = True
    if line.startswith(('-e', '--editable')):
        found.editable = True
    include = _INCLUDE.fullmatch(line)
    if include and len(found.files) < _MOST_FILES:
        try:
            _read(files, os.path.join(os.path.dirname(path), include[1]), found)
        except Outside:
            found.simple = False
    elif line and not _is_requirement(line):
        found.simple = False


def _is_requirement(line: str) -> bool:
    requirement, *sums = line.split(' --hash')
    if not _REQUIREMENT.fullmatch(requirement) or _ARCHIVE.search(requirement.partition(';')[0]):
        return False
    return all(_SUM.fullmatch(text) for text in sums)
