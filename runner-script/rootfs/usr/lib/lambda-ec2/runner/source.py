"""The latest source of the app: one commit, without history. Measured against a clone: 0.4 s where that takes 3."""
import os
import re
from typing import Optional

from runner import credentials
from runner.app_files import AppFiles, Outside
from runner.aws import Aws
from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Ended, last_line
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.paths import Paths
from runner.settings import Settings

_LIMIT_SECONDS = 600.0
_TRIES = 3
# In repositories of either kind, SHA-1 and SHA-256.
_HASH = re.compile('[0-9a-f]{40}|[0-9a-f]{64}')
_LONGEST_HASH = 64
_ABBREVIATED = re.compile('[0-9a-f]{4,39}')
# What a second try would not change.
_FINAL = re.compile(
    "couldn't find remote ref|authentication failed|could not read (username|password)|not found|"
    'does not appear to be a git|permission denied|not our ref', re.IGNORECASE)
# No hook and no monitor: they are code, and nothing of a fetch needs any.
_OPTIONS = ('core.hooksPath=/dev/null', 'core.fsmonitor=false', 'advice.detachedHead=false', 'http.lowSpeedLimit=1',
            'http.lowSpeedTime=60', 'gc.auto=0', 'maintenance.auto=false')
_COMPLAINT = re.compile('^(?:fatal|error|remote|ssh|Permission|Host).*', re.MULTILINE)


class _GitFailed(Exception):
    """git ended with a failure; the argument is what it said."""


class Source:
    def __init__(self, paths: Paths, settings: Settings, aws: Optional[Aws], builder: Builder, stopping: Stopping,
                 limit: Limit, log: Log) -> None:
        """:param aws: only needed for app_credentials"""
        self._paths = paths
        self._settings = settings
        self._aws = aws
        self._builder = builder
        self._stopping = stopping
        self._limit = limit
        self._log = log
        self._options: list[str] = list(_OPTIONS)
        # git refuses submodules by file path unless told otherwise; an app that itself comes from a path may have them.
        if settings['app_url'].startswith('file://'):
            self._options.append('protocol.file.allow=always')

    def fetch(self) -> str:
        """Puts the app's files into its folder. Returns the commit.

        :raises JobFailure:
        """
        url, ref = self._settings['app_url'], self._settings['app_ref']
        try:
            if self._aws is not None:
                credentials.prepare(self._aws, self._settings['app_credentials'], self._paths.git_credential, self._limit,
                                    self._log)
            self._make_repository(url)
            self._fetch_ref(url, ref)
            self._checkout()
            commit = self.commit()
        except _GitFailed as failed:
            raise self._failure(url, ref, str(failed)) from failed
        finally:
            credentials.forget(self._paths.git_credential)
        self._log.info('source: %s %s is commit %s' % (url, ref, commit))
        return commit

    def _make_repository(self, url: str) -> None:
        config = os.path.join(self._paths.app, '.git/config')
        os.makedirs(os.path.dirname(config), exist_ok=True)
        # Submodules with a relative URL and git-lfs look for the remote. Written here, which spares a process.
        with open(config, 'w', encoding='utf-8') as file:
            file.write('[remote "origin"]\n\turl = "%s"\n' % url.replace('\\', r'\\').replace('"', r'\"'))
        if url.startswith('file://') and self._builder.user is not None:
            # git serves no repository of another user's, unless it is told to in a file.
            with open(os.path.join(self._paths.home, '.gitconfig'), 'w', encoding='ascii') as file:
                file.write('[safe]\n\tdirectory = *\n')
        credential = self._paths.git_credential
        folders = [self._paths.home, self._paths.app, *([credential] if os.path.isdir(credential) else [])]
        self._builder.give(self._limit, *folders)
        self._git('init', '--quiet')

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

    def _leave_out_filters(self) -> None:
        """A filter of the image's configuration may run code of the repository, which must not see the credential. git-lfs
        needs the credential, and runs none.
        """
        if not os.path.isdir(self._paths.git_credential):
            return
        command = ['git', 'config', '--name-only', '--get-regexp', r'^filter\..*\.(clean|smudge|process)$']
        found = self._builder.run(command, self._limit.no_later_than(_LIMIT_SECONDS), self._paths.app, self._environment(),
                                  logged=False)
        names = found.said.splitlines() if found.status == 0 else []
        filters = {name.rpartition('.')[0] for name in names} - {'filter.lfs'}
        for name in sorted(filters):
            self._log.warn('%s is not used, because app_credentials is within its reach' % name)
            self._options += [name + '.smudge=', name + '.clean=', name + '.process=', name + '.required=false']

    def _checkout(self) -> None:
        self._leave_out_filters()
        self._git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD')
        if os.path.lexists(os.path.join(self._paths.app, '.gitmodules')):
            self._git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth', '1', '--jobs', '4')

    def commit(self) -> str:
        """The hash that is checked out: a detached HEAD holds it as it is, which spares a process.

        :raises JobFailure: when HEAD holds something else
        """
        try:
            fd = AppFiles(self._paths.app).open_file('.git/HEAD')
        except Outside:
            fd = None
        head = ''
        if fd is not None:
            head = os.read(fd, _LONGEST_HASH + 1).decode('ascii', 'replace').strip()
            os.close(fd)
        if not _HASH.fullmatch(head):
            raise JobFailure('CLONE_FAILED', 'what was fetched of %s is no repository any more: see the log'
                             % self._settings['app_url'])
        return head

    def tree(self) -> str:
        """The hash of all files of the commit that is checked out."""
        return self._git('rev-parse', 'HEAD^{tree}', logged=False).said.strip()

    def _git(self, *arguments: str, logged: bool = True) -> Ended:
        options = [word for option in self._options for word in ('-c', option)]
        limit = self._limit.no_later_than(_LIMIT_SECONDS)
        ended = self._builder.run(['git', *options, *arguments], limit, self._paths.app, self._environment(), logged)
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
            **self._builder.environment,
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
