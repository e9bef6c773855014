"""Why pip failed, out of all that it said: the cause, in its own words or in those of the build that it ran,
as one line.

The first thing that went wrong, because what follows is its consequence: of a package that cannot be built pip says
last that there is no such package. The words are those of pip 21 (the last for Python 3.6) to 25.
"""
import re
from types import SimpleNamespace
from typing import Optional

_MOST = 400
# What pip says of a failure that something else explains.
_GENERIC = re.compile(
    r'Command errored out|Failed building|Could not build wheels|Failed to build|ResolutionImpossible|Exception:'
    r'|No matching distribution|Could not find a version|Ignored the following')
_WRONG_PYTHON = re.compile(r"Packages? (?:'\S+' )?requires? a different Python[:.] .*(?:\n'.*)*")
_HASHES = re.compile(r'ERROR: ((?:THESE PACKAGES DO NOT MATCH THE HASHES|Hashes are required|In --require-hashes mode).*)'
                     r'((?:\n {4,}.*)*)')
_CONFLICT = re.compile(r'(Cannot install .* conflicting dependencies\.)\s+The conflict is caused by:((?:\n    .*)*)')
_MISSING = re.compile(r'No matching distribution found for ([^\n]*)')
_VERSIONS = re.compile(r'\(from versions: ([^)]*)\)')
_UNREACHABLE = re.compile(
    r"after connection broken by '(?P<broken>.*)': /|(?P<fetch>Could not fetch URL .*) - skipping"
    r'|(?P<trust>The repository located at \S+ is not a trusted or secure host)|WARNING: (?P<refused>401 Error, .*)')
_OTHER_PYTHONS = re.compile(r'require a different python version: (.*)')
_OTHER_PYTHON = re.compile(r"Link requires a different Python \(\S+ not in: '([^']*)'\): \S*/([^/#\s]+)")
# The end of what a program said that pip ran; old pip draws a line.
_END_OF_BUILD = re.compile(r'^\s*(?:\[end of output\]|-{40})$', re.MULTILINE)
_BUILDING = re.compile(r'(?:Building \w+ for|Collecting|Processing|Obtaining) (\S+)')
_NO_COMPILER = re.compile(r"unable to execute '|command '\S+' failed: No such file or directory"
                          r'|\b(?:gcc|g\+\+|cc|c\+\+|clang|gfortran|cargo|rustc|cmake|make): (?:command )?not found'
                          r"|can't find Rust compiler|No CMAKE_C(?:XX)?_COMPILER could be found")
_COMPILED = re.compile(r"command '\S+' failed with exit (?:status|code) 1$")
_NO_HEADER = re.compile(r'fatal error: \S+: No such file or directory')
_MEMORY = re.compile(r'Killed signal terminated program|^\s*MemoryError|\bKilled *$')
# Of a line, so much is looked at.
_LOOKED_AT = 2000


class Cause(SimpleNamespace):
    """Why pip failed, and what helps when that is known."""

    def __init__(self, text: str, advice: str = '', missing: str = '') -> None:
        """:param missing: the requirement for which no fitting version is there"""
        self.text = text
        self.advice = advice
        self.missing = missing

    def __str__(self) -> str:
        return '%s; %s' % (self.text, self.advice) if self.advice else self.text


def cause(said: str, python: str, has_compiler: bool = True) -> Cause:
    """:param python: the version of the interpreter
    :param has_compiler: whether there is one where pip ran: old setuptools do not say which of the two failed
    """
    for look in (_wrong_python, _hashes, _conflict, _build, _missing, _first_error):
        found = look(said, python, has_compiler)
        if found is not None:
            return found
    return Cause(_line(said.strip().rpartition('\n')[2]) or 'see the log')


def _wrong_python(said: str, python: str, _: bool) -> Optional[Cause]:
    match = _WRONG_PYTHON.search(said)
    return match and Cause(_line(match[0]), _other_python(python))


def _other_python(python: str) -> str:
    minor = python.rpartition('.')[0]
    return 'name a version for Python %s, or set python_version to one that it takes and bake again' % minor


def _hashes(said: str, _python: str, _compiler: bool) -> Optional[Cause]:
    match = _HASHES.search(said)
    # What is between the first sentence and the packages is advice to whoever sits before the terminal.
    return match and Cause(_line('%s: %s' % (re.split(r'[.,] ', match[1])[0], match[2])))


def _conflict(said: str, _python: str, _compiler: bool) -> Optional[Cause]:
    match = _CONFLICT.search(said)
    if match is None:
        return None
    return Cause(_line('%s %s' % (match[1], '; '.join(line.strip() for line in match[2].strip().splitlines()))))


def _build(said: str, python: str, has_compiler: bool) -> Optional[Cause]:
    """Of the first program that failed among those that pip ran."""
    end = _END_OF_BUILD.search(said)
    if end is None:
        return None
    before = said[:end.start()]
    last = _line(before.rstrip().rpartition('\n')[2])
    names = _BUILDING.findall(before)
    name = names[-1].rpartition('/')[2] if names else 'a package'
    # pip itself, for what the build needs.
    missing = _missing(before, python, has_compiler) if _MISSING.search(last) else None
    if missing is not None:
        return Cause('building %s failed: %s' % (name, missing.text), missing.advice, missing.missing)
    wheel = 'an instance has no compiler: name a version of %s that has a wheel for Python %s' % (
        name, python.rpartition('.')[0])
    words, advice = last, ''
    memory, header, compiler = (_line_with(pattern, before) for pattern in (_MEMORY, _NO_HEADER, _NO_COMPILER))
    if memory:
        words, advice = memory, 'the build needs more memory: choose a larger instance type'
    elif compiler or _COMPILED.search(last) and not has_compiler:
        words, advice = compiler or last, wheel
    elif header:
        words, advice = header, wheel
    return Cause(_line('building %s failed: %s' % (name, words)), advice)


def _line_with(pattern: 're.Pattern[str]', text: str) -> str:
    """The first line with that in it, empty when there is none."""
    return next((line.strip() for line in text.splitlines() if pattern.search(line[:_LOOKED_AT])), '')


def _missing(said: str, python: str, _compiler: bool) -> Optional[Cause]:
    match = _MISSING.search(said)
    if match is None:
        return None
    wanted = match[1].strip()
    versions = _VERSIONS.search(said)
    there = versions[1].split(', ') if versions and versions[1] != 'none' else []
    if not there:
        unreachable = _unreachable(said)
        if unreachable:
            return Cause(_line('%s could not be looked up: %s' % (wanted, unreachable)))
    told = ', '.join(['...', *there[-5:]] if len(there) > 5 else there) or 'none'
    text = _line('No matching distribution found for %s (from versions: %s)' % (wanted, told))
    others = _needs(said, wanted)
    if others:
        return Cause('%s: %s, and this is Python %s' % (text, others, python), _other_python(python), wanted)
    return Cause(text, '', wanted)


def _unreachable(said: str) -> str:
    match = _UNREACHABLE.search(said)
    if match is None:
        return ''
    words = next(text for text in match.groups() if text)
    return re.sub(r'<[^<>]* object at 0x[0-9a-f]+>: ', '', words)


def _needs(said: str, wanted: str) -> str:
    """Which versions of what is wanted are there for other Pythons, empty when pip names none."""
    name, version = _name_of(wanted), re.search(r'===?\s*([^\s,;*]+)', wanted)
    found: dict[str, str] = {}
    for text in _OTHER_PYTHONS.findall(said):
        found.update(re.findall(r'(\S+) Requires-Python ([^;]+)', text))
    for needed, file in _OTHER_PYTHON.findall(said):
        # The version is the second part of a wheel's name and what is left of an archive's.
        stem = re.sub(r'\.(?:whl|zip|tar\.\w+|tgz)$', '', file)
        parts = stem.split('-') if file.endswith('.whl') else stem.rpartition('-')[::2]
        if len(parts) > 1 and normal(parts[0]) == name:
            found[parts[1]] = needed
    if version:
        found = {known: needed for known, needed in found.items() if known == version[1]}
    if not found:
        return ''
    known, needed = list(found.items())[-1]
    return '%s Requires-Python %s' % (known, needed.strip())


def _name_of(requirement: str) -> str:
    match = re.match(r'[A-Za-z0-9._-]+', requirement)
    return normal(match[0]) if match else ''


def normal(name: str) -> str:
    """As packages are compared: https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r'[-_.]+', '-', name).lower()


def _first_error(said: str, _python: str, _compiler: bool) -> Optional[Cause]:
    lines = re.findall(r'^ *(?:ERROR: *|fatal: )(.*(?:\n {4,}.*)?)', said, re.MULTILINE)
    telling = [line for line in lines if not _GENERIC.match(line.strip())]
    if telling:
        return Cause(_line(telling[0]))
    return Cause(_line(lines[0])) if lines and not lines[0].startswith('Exception') else None


def _line(text: str) -> str:
    """As one bounded line without control characters."""
    line = ' '.join(re.sub(r'[\x00-\x1f\x7f-\x9f\u2500-\u257f]', ' ', text).split())
    return line if len(line) <= _MOST else line[:_MOST - 3] + '...'
