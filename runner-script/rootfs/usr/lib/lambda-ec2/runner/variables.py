"""The variables of the app's environment that are its own: app_env, and app_secrets with the texts of the secrets.

They reach the app through a pipe (with_variables.py): what stands in a unit's properties or in a command line can be
read by every user of the machine.
"""
import json
from collections.abc import Mapping
from typing import IO, Optional

from runner import settings
from runner.contract import SETTING_MAPS
from runner.secret import Secrets, unusable

# A shorter part of a secret would take half of a sentence with it.
_SHORTEST_HIDDEN = 4


def is_entry(tag: str) -> bool:
    """Whether a tag is that of a variable: `app_env.NAME`."""
    return tag.partition('.')[0] in SETTING_MAPS and '.' in tag


class Variables:
    def __init__(self, tags: Mapping[str, str]) -> None:
        """:param tags: the instance's; an empty value is no variable"""
        self._entries = {tag: value for tag, value in tags.items() if is_entry(tag) and value}
        self._secrets: dict[str, str] = {}

    def problems(self) -> list[str]:
        """What is wrong with them, a sentence each."""
        found = [problem for tag, value in self._entries.items() for problem in (_problem_of(tag, value),) if problem]
        twice = sorted(set(self._map('app_env')) & set(self._map('app_secrets')))
        return found + ['app_env and app_secrets both have %s: leave one of them out' % name for name in twice]

    def read_secrets(self, secrets: Secrets) -> None:
        """:raises JobFailure: when one cannot be read, or be a variable"""
        for name, reference in self._map('app_secrets').items():
            setting = 'app_secrets.' + name
            text = secrets.text(setting, reference)
            if not text or '\0' in text or not _is_encodable(text):
                what = 'holds characters that no variable can' if text else 'is empty'
                raise unusable(setting, reference, '%s: store text' % what)
            self._secrets[name] = text

    def all(self) -> dict[str, str]:
        """Those of both maps, once the secrets have been read."""
        return {**self._map('app_env'), **self._secrets}

    def hide(self, text: str) -> str:
        """A text without the secrets that were read, whole or line by line."""
        hidden = {part for secret in self._secrets.values() for part in (secret, *map(str.strip, secret.splitlines()))}
        for part in sorted(hidden, key=len, reverse=True):
            if len(part) >= _SHORTEST_HIDDEN:
                text = text.replace(part, '***')
        return text

    def _map(self, name: str) -> dict[str, str]:
        prefix = name + '.'
        return {tag[len(prefix):]: value for tag, value in self._entries.items() if tag.startswith(prefix)}


def hand_over(variables: Mapping[str, str], pipe: IO[bytes]) -> None:
    """Writes them for with_variables.py, and closes the pipe. An app that did not start reads nothing."""
    try:
        with pipe:
            pipe.write(json.dumps(variables).encode())
    except OSError:
        pass


def _problem_of(tag: str, value: str) -> Optional[str]:
    name, _, variable = tag.partition('.')
    return settings.judge('variable_name', name, variable) or settings.judge(SETTING_MAPS[name], tag, value)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
