"""What pip may read for one command: the sign-ins of pip_config, and app_credentials for packages from the app's git server.

They stand in files on tmpfs that the user who runs pip can read, for as long as pip runs: neither in its unit, nor in a
command line of the runner's, nor in what is left of the command.
"""
import os
import shlex
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Optional

from runner import credentials, pip_config, pip_settings
from runner.builder import Builder
from runner.clock import Limit
from runner.git import Git
from runner.pip_config import PipConfig
from runner.python import Python
from runner.secret import Secrets
from runner.settings import Settings

# Makes the variables of a file those of a program.
_START = 'eval "$(cat "$0")"; exec "$@"'


class Given(NamedTuple):
    """To one command of pip."""

    #: The words in front of it.
    start: Sequence[str] = ()
    variables: Mapping[str, str] = {}
    #: Parts of what it says that nobody is to read.
    hidden: tuple[str, ...] = ()


class PipAccess:
    def __init__(self, builder: Builder, settings: Settings, limit: Limit, secrets: Optional[Secrets]) -> None:
        """:param secrets: only needed where the settings name one"""
        self._builder = builder
        self._settings = settings
        self._limit = limit
        self._secrets = secrets
        #: Whether app_credentials may be needed as well.
        self.from_git = False

    @contextmanager
    def given(self, verb: str, python: Python) -> Generator[Given, None, None]:
        """:raises JobFailure: when a secret cannot be read, or is none of this kind"""
        paths = self._builder.paths
        try:
            variables = {**self._of_machine(verb), **self._of_git()}
            config = self._config()
            if config is None:
                yield Given(variables=variables)
            else:
                yield self._private(config, verb, python, variables)
        finally:
            shutil.rmtree(paths.pip_secrets, ignore_errors=True)
            credentials.forget(paths.git_credential)

    def _config(self) -> Optional[PipConfig]:
        reference = self._settings['pip_config']
        if not reference or self._secrets is None:
            return None
        return PipConfig(reference, self._secrets.text(pip_config.SETTING, reference))

    def _of_machine(self, verb: str) -> dict[str, str]:
        return pip_settings.environment_for(verb, self._builder.environment, self._builder.commands.log)

    def _private(self, config: PipConfig, verb: str, python: Python, variables: Mapping[str, str]) -> Given:
        folder = self._builder.paths.pip_secrets
        options = pip_settings.handed_down(config.options(verb), self._builder.commands.log)
        major, minor = (int(part) for part in python.minor.split('.'))
        reached = pip_config.take_apart(options, (major, minor))
        netrc = os.path.join(folder, 'netrc')
        # Pages of the index, which may hold its secrets, are not kept in the home that the app is given.
        own = {**reached.variables, 'PIP_NO_CACHE_DIR': '1', 'NETRC': netrc}
        os.makedirs(folder, 0o700, exist_ok=True)
        _write(netrc, reached.netrc)
        exports = os.path.join(folder, 'variables')
        _write(exports, ''.join('export %s=%s\n' % (name, shlex.quote(value)) for name, value in own.items()))
        self._builder.give(self._limit, folder)
        return Given(['sh', '-c', _START, exports], variables, reached.hidden)

    def _of_git(self) -> dict[str, str]:
        """Of the git that pip runs, so that it asks as the app's own does."""
        if not self.from_git or self._secrets is None or not self._settings['app_credentials']:
            return {}
        folder = self._builder.paths.git_credential
        credentials.prepare(self._secrets, self._settings['app_credentials'], folder)
        self._builder.give(self._limit, folder)
        git = Git(self._builder, self._settings['app_url'], self._limit)
        git.leave_out_filters()
        return git.variables()


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(fd, 'w', encoding='utf-8') as file:
        file.write(text)
