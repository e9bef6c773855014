"""What is installed in an environment, read off the files there: `pip list` would cost a second.

The files are those of whoever installed: none is opened by a path that leads out of the environment or the app.
"""
import glob
import os
import re
from typing import Optional

from runner.app_files import AppFiles, Outside
from runner.s3 import read_at

_LONGEST = 1 << 16
_VERSION = re.compile(r'^Version: *(\S+)', re.MULTILINE)
# `pip install` without a wheel, as old options make it.
_EGG = re.compile(r'(.+)-py[0-9.]+$')


def installed(venv: str, app: str) -> list[str]:
    """NAME==VERSION of each package; NAME alone of an editable one whose version the app does not tell."""
    found: list[str] = []
    for folder in glob.glob(os.path.join(glob.escape(venv), 'lib/python*/site-packages')):
        for entry in os.listdir(folder):
            name, kind = os.path.splitext(entry)
            egg = _EGG.match(name) if kind == '.egg-info' else None
            if kind == '.dist-info' or egg:
                name, _, version = (egg[1] if egg else name).rpartition('-')
                found.append('%s==%s' % (name, version))
            elif kind == '.egg-link':
                version = _editable_version(venv, app, os.path.join(os.path.relpath(folder, venv), entry), name)
                found.append('%s==%s' % (name, version) if version else name)
    return sorted(found)


def _editable_version(venv: str, app: str, link: str, name: str) -> Optional[str]:
    """Of what `setup.py develop` has installed: a file that names the folder in which the package's metadata lie."""
    where = _read(venv, link).partition('\n')[0].strip()
    about = os.path.join('/', where, name.replace('-', '_') + '.egg-info', 'PKG-INFO')
    version = _VERSION.search(_read(app, about) or _read(venv, about))
    return version and version[1]


def _read(root: str, path: str) -> str:
    """The beginning of a file below a folder, empty when there is no such file."""
    try:
        fd = AppFiles(root).open_file(path)
    # A path of somebody else's may hold any character.
    except (Outside, ValueError):
        return ''
    if fd is None:
        return ''
    try:
        return read_at(fd, 0, _LONGEST).decode('utf-8', 'replace')
    finally:
        os.close(fd)
