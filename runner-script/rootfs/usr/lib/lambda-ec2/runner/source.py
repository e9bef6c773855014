"""The latest source of the app: one commit, without history. Measured against a clone: 0.4 s where that takes 3."""
import os
import re
from typing import Optional

from runner import credentials
from runner.aws import Aws
from runner.clock import Limit
from runner.commands import Commands, Ended, last_line
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.paths import Paths
from runner.settings import Settings

_LIMIT_SECONDS = 600.0
_TRIES = 3
_ABBREVIATED = re.compile('[0-9a-f]{4,39}')
# What a second try would not change.
_FINAL = re.compile(
    "couldn't find remote ref|authentication failed|could not read (username|password)|not found|"
    'does not appear to be a git|permission denied|not our ref', re.IGNORECASE)
_COMPLAINT = re.compile('^(?:fatal|error|remote|ssh|Permission|Host).*', re.MULTILINE)


class _GitFailed(Exception):
    """git ended with a failure; the argument is what it said."""


class Source:
    def __init__(self, paths: Paths, settings: Settings, aws: Optional[Aws], commands: Commands, stopping: Stopping,
                 limit: Limit, log: Log) -> None:
        """:param aws: only needed for app_credentials"""
        self._paths = paths
        self._settings = settings
        self._aws = aws
        self._commands = commands
        self._stopping = stopping
        self._limit = limit
        self._log = log

    def fetch(self) -> str:
        """Puts the app's files into its folder. Returns the commit.

        :raises JobFailure:
        """
        url, ref = self._settings['app_url'], self._settings['app_ref']
        try:
            if self._aws is not None:
                credentials.prepare(self._aws, self._settings['app_credentials'], self._paths.git_credential, self._log)
            self._git('init', '--quiet')
            # Submodules with a relative URL and git-lfs look for it.
            self._git('remote', 'add', 'origin', url)
            self._fetch_ref(url, ref)
            self._checkout()
            commit = self.commit()
        except _GitFailed as failed:
            raise self._failure(url, ref, str(failed)) from failed
        finally:
            credentials.forget(self._paths.git_credential)
        self._log.info('source: %s %s is commit %s' % (url, ref, commit))
        return commit

    def _failure(self, url: str, ref: str, said: str) -> JobFailure:
        if self._limit.over:
            return JobFailure('TIMED_OUT', 'fetching %s was not done when ec2_timeout (%s) ended' % (
                url, self._settings['ec2_timeout']))
        complaint = _complaint(said) or 'no answer within %d s' % _LIMIT_SECONDS
        return JobFailure('CLONE_FAILED', 'fetching %s of %s failed: %s; check app_url, app_ref and app_credentials' % (
            ref, url, complaint))

    def _fetch_ref(self, url: str, ref: str) -> None:
        """A name that stands for a commit: branch, tag or full hash in one shallow fetch; an abbreviated hash, which no
        server resolves, through a fetch of all history without file contents.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                self._git('fetch', '--quiet', '--no-tags', '--depth', '1', url, ref)
                return
            except _GitFailed as failed:
                final = _FINAL.search(str(failed)) is not None
                if final or self._limit.over or attempt == _TRIES:
                    if not _ABBREVIATED.fullmatch(ref):
                        raise
                    break
                self._log.warn('fetch %d of %d failed: %s' % (attempt, _TRIES, _complaint(str(failed))))
            self._stopping.sleep(attempt * 2)
        self._find_commit(url, ref)

    def _find_commit(self, url: str, ref: str) -> None:
        self._log.info('%s is no branch or tag: looking for a commit that begins so' % ref)
        self._git('fetch', '--quiet', '--tags', '--filter=blob:none', url, '+refs/heads/*:refs/remotes/origin/*')
        self._git('config', 'extensions.partialClone', 'origin')
        self._git('config', 'remote.origin.promisor', 'true')
        try:
            commit = self._git('rev-parse', '--verify', '--quiet', ref + '^{commit}', logged=False).said.strip()
        except _GitFailed as failed:
            raise _GitFailed("fatal: no commit begins with '%s'" % ref) from failed
        with open(os.path.join(self._paths.app, '.git/FETCH_HEAD'), 'w', encoding='ascii') as file:
            file.write(commit + '\n')

    def _checkout(self) -> None:
        self._git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD')
        if os.path.lexists(os.path.join(self._paths.app, '.gitmodules')):
            self._git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth', '1', '--jobs', '4')

    def commit(self) -> str:
        """The hash that is checked out: a detached HEAD holds it as it is, which spares a process."""
        with open(os.path.join(self._paths.app, '.git/HEAD'), encoding='ascii') as file:
            return file.read().strip()

    def tree(self) -> str:
        """The hash of all files of the commit that is checked out."""
        return self._git('rev-parse', 'HEAD^{tree}', logged=False).said.strip()

    def _git(self, *arguments: str, logged: bool = True) -> Ended:
        options = ['-C', self._paths.app, '-c', 'advice.detachedHead=false', '-c', 'http.lowSpeedLimit=1',
                   '-c', 'http.lowSpeedTime=60', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false']
        # git refuses submodules by file path unless told otherwise; an app that itself comes from a path may have them.
        if self._settings['app_url'].startswith('file://'):
            options += ['-c', 'protocol.file.allow=always']
        limit = self._limit.no_later_than(_LIMIT_SECONDS)
        ended = self._commands.run(['git', *options, *arguments], limit, environment=self._environment(), logged=logged)
        if ended.status != 0:
            raise _GitFailed(ended.said)
        return ended

    def _environment(self) -> dict[str, str]:
        # ssh goes by the password database, not by HOME: a bake would leave the server's key in the image for good.
        ssh = ('ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=20'
               ' -o UserKnownHostsFile=\'"%s/known_hosts"\'' % self._paths.home)
        key = os.path.join(self._paths.git_credential, 'ssh-key')
        if os.path.exists(key):
            ssh += " -o IdentitiesOnly=yes -i '%s'" % key
        return {
            **self._commands.environment,
            'HOME': self._paths.home,
            'GIT_TERMINAL_PROMPT': '0',
            'GIT_ASKPASS': os.path.join(self._paths.libexec, 'git-askpass'),
            'GIT_SECRET_DIR': self._paths.git_credential,
            'GIT_SECRET_URL': self._settings['app_url'],
            'GIT_SSH_COMMAND': ssh,
        }


def _complaint(said: str) -> str:
    """What git complained of, for a message; empty when it said nothing."""
    match = _COMPLAINT.search(said)
    return match[0].strip()[:300] if match else last_line(said)
