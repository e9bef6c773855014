"""The latest source of the app: one commit, without history. Measured against a clone: 0.4 s where that takes 3.

A server that gives no commit without its history gives all of it.
"""
import os
import re
import shutil
from collections.abc import Sequence
from typing import Optional

from runner import credentials, git_errors, proxy
from runner.app_files import AppFiles, Outside
from runner.builder import Builder
from runner.clock import Limit
from runner.failure import JobFailure
from runner.git import LIMIT_SECONDS, Git, GitFailed
from runner.secret import Secrets
from runner.settings import Settings

_TRIES = 3
_HASH = re.compile('[0-9a-f]{4,64}')
# In repositories of either kind, SHA-1 and SHA-256.
_WHOLE_HASH = re.compile('[0-9a-f]{40}|[0-9a-f]{64}')
_LONGEST_HASH = 64
_CHECKOUT = ('checkout', '--quiet', '--force', '--detach')
# git's own word for all of it (shallow.h, INFINITE_DEPTH).
_ALL_DEPTH = '2147483647'
# What a second try would not change.
_FINAL = re.compile(
    "couldn't find remote ref|authentication failed|could not read (username|password)|not found|not valid: is this|"
    'does not appear to be a git|permission denied|not our ref|unadvertised object|dumb http|host key verification|'
    'url base from redirection|no space left', re.IGNORECASE)
# A server without programs of its own (gitrepository-layout(5)).
_DUMB = 'dumb http transport does not support'
# A server that gives a commit or a file only as part of a branch's or a tag's history.
_WHOLE_ONLY = re.compile(
    'unadvertised object|not our ref|did not contain|from promisor remote|' + _DUMB)
# An answer that may be a page for people.
_NO_REPOSITORY = re.compile("couldn't find remote ref|not valid: is this|url base from redirection")


class Source:
    def __init__(self, builder: Builder, settings: Settings, limit: Limit, secrets: Optional[Secrets]) -> None:
        """:param secrets: only needed where the settings name one"""
        self._builder = builder
        self._paths = builder.paths
        self._log = builder.commands.log
        self._settings = settings
        self._url, self._ref = settings['app_url'], settings['app_ref']
        self._limit = limit
        self.secrets = secrets
        self._git = Git(builder, self._url, limit)

    def fetch(self) -> str:
        """Puts the app's files into its folder. Returns the commit.

        :raises JobFailure:
        """
        try:
            if self.secrets is not None:
                credentials.prepare(self.secrets, self._settings['app_credentials'], self._paths.git_credential)
            self._begin()
            self._git.leave_out_filters()
            try:
                self._fetch_ref()
            except GitFailed as failed:
                if not (_HASH.fullmatch(self._ref) and _WHOLE_ONLY.search(str(failed))):
                    raise
                self._log.info('the server does not give %s by itself: fetching all branches and tags' % self._ref)
                self._begin()
                self._git.run(*_CHECKOUT, self._fetch_all())
            self._update_submodules()
            commit = self.commit()
        except GitFailed as failed:
            raise self._failure(str(failed)) from failed
        finally:
            credentials.forget(self._paths.git_credential)
        self._log.info('source: %s %s is commit %s' % (self._url, self._ref, commit))
        return commit

    def _failure(self, said: str) -> JobFailure:
        if self._limit.over:
            return JobFailure('TIMED_OUT', 'fetching %s was not done when ec2_timeout (%s) ended' % (
                self._url, self._settings['ec2_timeout']))
        complaint = git_errors.cause(said) or 'no answer within %d s' % LIMIT_SECONDS
        advice = proxy.ssh_advice(self._settings, said) or git_errors.advice(complaint)
        if _NO_REPOSITORY.search(said) and self._answers_with_page():
            complaint += '; the server answered with a web page and not with a repository'
            advice = 'check app_url, and app_credentials if that is a sign-in'
        return JobFailure('CLONE_FAILED', 'fetching %s of %s failed: %s' % (
            self._ref, self._url, '%s; %s' % (complaint, advice) if advice else complaint))

    def _answers_with_page(self) -> bool:
        """git takes a page without lines for a repository without branches."""
        trace = {'GIT_TRACE_CURL': '1', 'GIT_TRACE_CURL_NO_DATA': '1'}
        try:
            said = self._git.run('ls-remote', self._url, logged=False, more=trace).said
        except GitFailed as failed:
            said = str(failed)
        return 'recv header: content-type: text/html' in said.lower()

    def _begin(self) -> None:
        """An empty repository, whatever an earlier attempt has left."""
        repository = os.path.join(self._paths.app, '.git')
        shutil.rmtree(repository, ignore_errors=True)
        # All that makes a repository (gitrepository-layout(5)). Written here, because each command of git is a unit.
        for folder in ('objects', 'refs'):
            os.makedirs(os.path.join(repository, folder))
        with open(os.path.join(repository, 'HEAD'), 'w', encoding='ascii') as file:
            file.write('ref: refs/heads/main\n')
        # Submodules with a relative URL and git-lfs look for the remote.
        with open(os.path.join(repository, 'config'), 'w', encoding='utf-8') as file:
            file.write('[core]\n\trepositoryformatversion = 0\n\tbare = false\n')
            file.write('[remote "origin"]\n\turl = "%s"\n' % self._url.replace('\\', r'\\').replace('"', r'\"'))
        folders = [self._paths.app, self._paths.home]
        if os.path.isdir(self._paths.git_credential):
            folders.append(self._paths.git_credential)
        if self._url.startswith('file://') and self._builder.user is not None:
            self._trust_every_owner()
        self._builder.give(self._limit, *folders)

    def _trust_every_owner(self) -> None:
        """git serves no repository of another user's from a path, unless a file says so."""
        config = os.path.join(self._paths.home, '.gitconfig')
        if not os.path.lexists(config):
            with open(config, 'w', encoding='ascii') as file:
                file.write('[safe]\n\tdirectory = *\n')

    def _fetch_ref(self) -> None:
        """Checks out a name that stands for a commit: branch, tag or full hash by one shallow fetch; an abbreviated hash,
        which no server resolves, by a fetch of all history without file contents.
        """
        checkout = (*_CHECKOUT, 'FETCH_HEAD')
        try:
            self._fetch('--no-tags', '--depth', '1', self._url, self._ref, then=checkout)
        except GitFailed as failed:
            if _HASH.fullmatch(self._ref) and "couldn't find remote ref" in str(failed):
                self._git.run(*_CHECKOUT, self._find_commit())
            elif _DUMB in str(failed):
                self._fetch('--no-tags', self._url, self._ref, then=checkout)
            else:
                raise

    def _find_commit(self) -> str:
        self._log.info('%s is no branch or tag: looking for a commit that begins so' % self._ref)
        # With a depth a server without programs refuses. Without one git 2.39 starts itself over and over there,
        # because a filter makes it fetch what it did not get.
        commit = self._fetch_all('--filter=blob:none', '--depth', _ALL_DEPTH)
        self._git.run('config', 'extensions.partialClone', 'origin')
        self._git.run('config', 'remote.origin.promisor', 'true')
        return commit

    def _fetch_all(self, *options: str) -> str:
        """The history of all branches and tags, in which a commit is looked for."""
        self._fetch('--tags', *options, self._url, '+refs/heads/*:refs/remotes/origin/*')
        try:
            return self._git.run('rev-parse', '--verify', '--quiet', self._ref + '^{commit}', logged=False).said.strip()
        except GitFailed as failed:
            raise GitFailed("fatal: no commit begins with '%s'" % self._ref) from failed

    def _fetch(self, *arguments: str, then: Sequence[str] = ()) -> None:
        """git fetch and what comes after it, tried again when the network may be to blame: so may a filter's be."""
        for attempt in range(1, _TRIES + 1):
            try:
                self._git.run('fetch', '--quiet', *arguments, then=then)
                return
            except GitFailed as failed:
                if _FINAL.search(str(failed)) or self._limit.over or attempt == _TRIES:
                    raise
                self._log.warn('fetch %d of %d failed: %s' % (attempt, _TRIES, git_errors.cause(str(failed))))
            self._builder.commands.sleep(attempt * 2)

    def _update_submodules(self) -> None:
        if not os.path.lexists(os.path.join(self._paths.app, '.gitmodules')):
            return
        update = ('submodule', '--quiet', 'update', '--init', '--recursive', '--jobs', '4')
        try:
            self._git.run(*update, '--depth', '1')
        except GitFailed as failed:
            if not _WHOLE_ONLY.search(str(failed)):
                raise
            self._log.info('the server of a submodule does not give its commit by itself: fetching all branches and tags')
            self._git.run('submodule', '--quiet', 'deinit', '--all', '--force')
            shutil.rmtree(os.path.join(self._paths.app, '.git/modules'), ignore_errors=True)
            self._git.run(*update)

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
        if not _WHOLE_HASH.fullmatch(head):
            raise JobFailure('CLONE_FAILED', 'what was fetched of %s is no repository any more: see the log'
                             % self._url)
        return head

    def names_packages_of_git(self) -> bool:
        """Whether any file of the commit has a requirement that pip takes from a git server."""
        try:
            self._git.run('grep', '--quiet', '--fixed-strings', '-e', 'git+http', '-e', 'git+ssh://', logged=False)
        except GitFailed:
            return False
        return True

    def tree(self) -> str:
        """The hash of all files of the commit that is checked out."""
        return self._git.run('rev-parse', 'HEAD^{tree}', logged=False).said.strip()
