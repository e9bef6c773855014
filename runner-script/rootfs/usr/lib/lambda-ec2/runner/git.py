"""git in the app's folder, with nothing of the machine's configuration that would run code beside a credential."""
import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Optional

from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Ended

#: How long one command may take.
LIMIT_SECONDS = 600.0
# No hook and no monitor: they are code, and nothing of a fetch needs any.
_OPTIONS = ('core.hooksPath=/dev/null', 'core.fsmonitor=false', 'advice.detachedHead=false', 'http.lowSpeedLimit=1',
            'http.lowSpeedTime=60', 'gc.auto=0', 'maintenance.auto=false')


class GitFailed(Exception):
    """git ended with a failure; the argument is what it said."""


class Git:
    def __init__(self, builder: Builder, url: str, limit: Limit) -> None:
        """:param url: of the app's repository"""
        self._builder = builder
        self._paths = builder.paths
        self._url = url
        self._limit = limit
        self._options: list[str] = list(_OPTIONS)
        # git refuses submodules by file path unless told otherwise; an app that itself comes from a path may have them.
        if url.startswith('file://'):
            self._options.append('protocol.file.allow=always')

    def leave_out_filters(self) -> None:
        """A filter of the image's configuration may run code of the repository, which must not see the credential.
        git-lfs needs the credential, and runs none.
        """
        if not os.path.isdir(self._paths.git_credential):
            return
        command = ['git', 'config', '--name-only', '--get-regexp', r'^filter\..*\.(clean|smudge|process)$']
        found = self._builder.run(command, self._limit.no_later_than(LIMIT_SECONDS), self._paths.app, self._environment(),
                                  logged=False)
        names = found.said.splitlines() if found.status == 0 else []
        filters = {name.rpartition('.')[0] for name in names} - {'filter.lfs'}
        for name in sorted(filters):
            self._builder.commands.log.warn('%s is not used, because app_credentials is within its reach' % name)
            self._options += [name + '.smudge=', name + '.clean=', name + '.process=', name + '.required=false']

    def run(self, *arguments: str, then: Sequence[str] = (), logged: bool = True,
            more: Optional[Mapping[str, str]] = None) -> Ended:
        """One command of git.

        :param then: another one, when it succeeds; in the same unit, because each unit is a round trip with systemd
        :param more: variables of its environment
        :raises GitFailed: when it ends with a failure
        """
        command = ['git', *(word for option in self._options for word in ('-c', option))]
        argv = [*command, *arguments]
        if then:
            argv = ['sh', '-c', '%s && exec %s' % (shlex.join(argv), shlex.join([*command, *then]))]
        limit = self._limit.no_later_than(LIMIT_SECONDS)
        environment = {**self._environment(), **(more or {})}
        ended = self._builder.run(argv, limit, self._paths.app, environment, logged)
        if ended.status != 0:
            raise GitFailed(ended.said)
        return ended

    def variables(self) -> dict[str, str]:
        """Of a git that somebody else runs: the options stand in them too (git-config(1), GIT_CONFIG_COUNT)."""
        pairs = [option.partition('=') for option in self._options]
        given = {'GIT_CONFIG_COUNT': str(len(pairs))}
        for number, (name, _, value) in enumerate(pairs):
            given['GIT_CONFIG_KEY_%d' % number], given['GIT_CONFIG_VALUE_%d' % number] = name, value
        own = {name: value for name, value in self._environment().items() if name.startswith('GIT_')}
        return {**own, **given}

    def _environment(self) -> dict[str, str]:
        # ssh goes by the password database, not by HOME: a bake would leave the server's key in the image for good.
        ssh = ('ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=20'
               ' -o UserKnownHostsFile=\'"%s/known_hosts"\'' % self._paths.home)
        key = os.path.join(self._paths.git_credential, 'ssh-key')
        if os.path.exists(key):
            ssh += " -o IdentitiesOnly=yes -i '%s'" % key
        return {
            **self._builder.environment,
            'HOME': self._paths.home,
            'GIT_TERMINAL_PROMPT': '0',
            'GIT_ASKPASS': os.path.join(self._paths.libexec, 'git-askpass'),
            'GIT_SECRET_DIR': self._paths.git_credential,
            'GIT_SECRET_URL': self._url,
            'GIT_SSH_COMMAND': ssh,
        }
