"""pip's configuration out of a secret (pip_config). Of it pip is given what it is given of a machine's: what says how
packages are reached, and nothing else.

Signing in goes by a file of its own where that can say it (netrc): pip hands the URL of an index to its own builds in a
command line, which every user of the machine can read.
"""
import configparser
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from runner.contract import PIP_HANDED_DOWN
from runner.pip_settings import Option, options_of
from runner.secret import unusable

SETTING = 'pip_config'
_WITH_URLS = ('index-url', 'pypi-url', 'extra-index-url', 'find-links')
_SHOWN = re.compile('[a-z][a-z-]{1,30}')
# Part of a URL's path that may be a token.
_TOKEN = re.compile(r'(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[^/]{16,}')
_SHORTEST_HIDDEN = 4


class SignIn(NamedTuple):
    host: str
    user: str
    password: str


class PipConfig:
    def __init__(self, reference: str, text: str) -> None:
        """:raises JobFailure: when it says nothing that pip may be given"""
        self._text = text
        try:
            found = [option for verb in ('install', 'wheel') for option in options_of(text, verb, SETTING)]
        except configparser.Error:
            # Without its cause, which would show a line of the secret.
            raise unusable(SETTING, reference, 'is no configuration of pip: begin it with [global], and go on with lines such as'
                           ' index-url = https://user:password@host/simple') from None
        if not any(option.name in PIP_HANDED_DOWN for option in found):
            raise unusable(SETTING, reference, 'says nothing of how packages are reached: set one of %s' % ', '.join(PIP_HANDED_DOWN[:6]))
        if any(option.name == 'proxy' and '@' in option.value for option in found):
            raise unusable(SETTING, reference, 'names a proxy with a password, which would be readable in command lines')

    def options(self, verb: str) -> list[Option]:
        """Those for a command of pip, with their sign-ins."""
        return [Option(option.name, option.value, option.place if _SHOWN.fullmatch(option.name) else 'an option of ' + SETTING)
                for option in options_of(self._text, verb, SETTING)]


class Reached(NamedTuple):
    """How packages are reached, with the sign-ins apart."""

    variables: dict[str, str]
    netrc: str
    #: Parts of what pip says that nobody is to read.
    hidden: tuple[str, ...]


def take_apart(options: Sequence[Option], python: tuple[int, int]) -> Reached:
    """The variables of pip that stand for these options, the sign-ins in the words of that Python's netrc module."""
    signs: dict[str, SignIn] = {}
    hidden: list[str] = []
    variables: dict[str, str] = {}
    for option in options:
        value = option.value
        if option.name in _WITH_URLS:
            value = ' '.join(_bare(url, signs, hidden, python) for url in value.split())
        variables[option.variable] = value
    lines = ['machine %s login %s password %s\n' % (one.host, _word(one.user, python), _word(one.password, python))
             for one in signs.values()]
    return Reached(variables, ''.join(lines), tuple(dict.fromkeys(hidden)))


def _bare(url: str, signs: dict[str, SignIn], hidden: list[str], python: tuple[int, int]) -> str:
    """A URL without its sign-in, where that can stand in a netrc file: a host has one there, whatever the port."""
    scheme, sep, rest = url.partition('://')
    end = min([at for at in (rest.find(mark) for mark in '/?#') if at >= 0], default=len(rest))
    sign, at, server = rest[:end].rpartition('@')
    hidden.extend(_TOKEN.findall(urlsplit('//' + server + rest[end:]).path))
    if not sep or not at:
        return url
    user, _, password = sign.partition(':')
    parts = [sign, unquote(sign), password, unquote(password)] if password else [user, unquote(user)]
    hidden.extend(part for part in parts if len(part) >= _SHORTEST_HIDDEN)
    one = SignIn(server.partition(':')[0], unquote(user), unquote(password))
    if not _fits(one, python) or signs.setdefault(one.host, one) != one:
        return url
    return '%s://%s%s' % (scheme, server, rest[end:])


def _fits(sign: SignIn, python: tuple[int, int]) -> bool:
    """Before Python 3.11 a netrc file holds no empty word; never other characters than those of ASCII that show."""
    least = 0 if python >= (3, 11) else 1
    return all(re.fullmatch('[!-~]{%d,}' % at_least, word) is not None
               for word, at_least in ((sign.host, 1), (sign.user, 1), (sign.password, least))) and '[' not in sign.host


def _word(text: str, python: tuple[int, int]) -> str:
    """Since Python 3.11 quotes and backslashes have a meaning (https://docs.python.org/3/library/netrc.html)."""
    if python < (3, 11):
        return text
    return re.sub(r'(["\\])', r'\\\1', text) if text else '""'
