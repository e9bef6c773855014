"""What pip is told of the machine it runs on.

pip takes options from its environment and from files of the machine, among them many that change what it installs and
where to: with `PIP_USER=1`, for one, it ends well and the environment stays empty. It is given what says how packages
are reached, and nothing else.
"""
import configparser
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from runner.contract import PIP_HANDED_DOWN
from runner.log import Log

# What changes neither the environment nor anything that a person would miss.
_NOT_MISSED = ('cache-dir', 'config-file', 'disable-pip-version-check', 'help', 'no-cache-dir', 'no-color', 'no-input',
               'progress-bar', 'quiet', 'require-virtualenv', 'verbose', 'version')
# Of all users of the machine; the bake writes it.
MACHINES_FILE = '/etc/pip.conf'
_LONGEST = 1 << 16


class Option(NamedTuple):
    """An option of pip, and where it was found."""

    name: str
    value: str
    place: str

    @property
    def variable(self) -> str:
        """That pip takes for it."""
        return 'PIP_' + self.name.upper().replace('-', '_')


def environment_for(verb: str, environment: Mapping[str, str], log: Log) -> dict[str, str]:
    """The environment of a pip that installs or builds. What is not handed down is named in the log, never its value.

    :param verb: pip's, to which a section of its files may belong
    """
    given = handed_down(_options(verb, environment), log)
    return {
        **without_python(environment),
        # An empty one keeps pip from reading any other file.
        'PIP_CONFIG_FILE': os.devnull,
        **{option.variable: option.value for option in given},
    }


def handed_down(options: Iterable[Option], log: Log) -> list[Option]:
    """Those that pip is given. Which they are is told, and which are not."""
    found = list(options)
    given = [option for option in found if option.name in PIP_HANDED_DOWN]
    left_out = [option.place for option in found if option.name not in (*PIP_HANDED_DOWN, *_NOT_MISSED)]
    if given:
        log.info('pip is given %s' % ', '.join(option.place for option in given))
    if left_out:
        log.warn('pip is not given %s: what is installed, and where to, is the app\'s to say' % ', '.join(left_out))
    return given


def without_python(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what changes where an interpreter, or pip, looks for modules and puts them."""
    return {name: value for name, value in environment.items() if not name.startswith(('PYTHON', 'PIP_'))}


def _options(verb: str, environment: Mapping[str, str]) -> Iterator[Option]:
    """Every option as its name, its value and where it was found. A later one of the same name counts.

    Source: pip's user guide, https://pip.pypa.io/en/stable/topics/configuration/
    """
    for path in _files(environment):
        yield from _options_of_file(path, verb)
    for name, value in environment.items():
        if name.startswith('PIP_') and value:
            yield Option(name[len('PIP_'):].lower().replace('_', '-'), value, name)


def _files(environment: Mapping[str, str]) -> list[str]:
    named = environment.get('PIP_CONFIG_FILE', '')
    if named == os.devnull:
        return []
    folders = [folder for folder in environment.get('XDG_CONFIG_DIRS', '/etc/xdg').split(':') if folder]
    files = [os.path.join(folder, 'pip/pip.conf') for folder in folders] + [MACHINES_FILE]
    if named:
        return [*files, named]
    home = environment.get('HOME', '')
    users = environment.get('XDG_CONFIG_HOME', '') or home and os.path.join(home, '.config')
    if home:
        files.append(os.path.join(home, '.pip/pip.conf'))
    return [*files, os.path.join(users, 'pip/pip.conf')] if users else files


def _options_of_file(path: str, verb: str) -> list[Option]:
    try:
        return options_of(_read(path), verb, path)
    except (OSError, UnicodeDecodeError, configparser.Error):
        return []


def options_of(text: str, verb: str, where: str) -> list[Option]:
    """The options of a configuration file.

    :param where: it stands, for people
    :raises configparser.Error: which holds a part of the text
    """
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    found: list[Option] = []
    for section in ('global', verb):
        for name, value in parser.items(section) if parser.has_section(section) else ():
            option = name.lower().lstrip('-').replace('_', '-')
            # Many values stand on a line each there, and in one line in a variable.
            found.append(Option(option, ' '.join(value.split()), '%s of %s' % (option, where)))
    return found


def _read(path: str) -> str:
    # Not blocking, for the case that somebody put a FIFO there.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, encoding='utf-8') as file:
        return file.read(_LONGEST) if stat.S_ISREG(os.fstat(fd).st_mode) else ''
