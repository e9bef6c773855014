"""What pip is told of the machine it runs on.

pip takes options from its environment and from files of the machine, among them many that change what it installs and
where to: with `PIP_USER=1`, for one, it ends well and the environment stays empty. It is given what says how packages
are reached, and nothing else.
"""
import configparser
import os
import stat
from collections.abc import Iterator, Mapping

from runner.contract import PIP_HANDED_DOWN
from runner.log import Log

# What changes neither the environment nor anything that a person would miss.
_NOT_MISSED = ('cache-dir', 'config-file', 'disable-pip-version-check', 'help', 'no-cache-dir', 'no-color', 'no-input',
               'progress-bar', 'quiet', 'require-virtualenv', 'verbose', 'version')
# Of all users of the machine; the bake writes it.
MACHINES_FILE = '/etc/pip.conf'
_LONGEST = 1 << 16


def environment_for(verb: str, environment: Mapping[str, str], log: Log) -> dict[str, str]:
    """The environment of a pip that installs or builds. What is not handed down is named in the log, never its value.

    :param verb: pip's, to which a section of its files may belong
    """
    given: dict[str, str] = {}
    used: list[str] = []
    left_out: list[str] = []
    for option, value, place in _options(verb, environment):
        if option in PIP_HANDED_DOWN:
            given['PIP_' + option.upper().replace('-', '_')] = value
            used.append(place)
        elif option not in _NOT_MISSED:
            left_out.append(place)
    if used:
        log.info('pip is given %s' % ', '.join(used))
    if left_out:
        log.warn('pip is not given %s: what is installed, and where to, is the app\'s to say' % ', '.join(left_out))
    return {
        **without_python(environment),
        # An empty one keeps pip from reading any other file.
        'PIP_CONFIG_FILE': os.devnull,
        **given,
    }


def without_python(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what changes where an interpreter, or pip, looks for modules and puts them."""
    return {name: value for name, value in environment.items() if not name.startswith(('PYTHON', 'PIP_'))}


def _options(verb: str, environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Every option as its name, its value and where it was found. A later one of the same name counts.

    Source: pip's user guide, https://pip.pypa.io/en/stable/topics/configuration/
    """
    for path in _files(environment):
        yield from _options_of_file(path, verb)
    for name, value in environment.items():
        if name.startswith('PIP_') and value:
            yield name[len('PIP_'):].lower().replace('_', '-'), value, name


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


def _options_of_file(path: str, verb: str) -> Iterator[tuple[str, str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(_read(path))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return
    for section in ('global', verb):
        for name, value in parser.items(section) if parser.has_section(section) else ():
            option = name.lower().lstrip('-').replace('_', '-')
            # Many values stand on a line each there, and in one line in a variable.
            yield option, ' '.join(value.split()), '%s of %s' % (option, path)


def _read(path: str) -> str:
    # Not blocking, for the case that somebody put a FIFO there.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, encoding='utf-8') as file:
        return file.read(_LONGEST) if stat.S_ISREG(os.fstat(fd).st_mode) else ''
