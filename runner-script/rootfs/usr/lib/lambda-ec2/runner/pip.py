"""pip, and whether it did what it says."""
import os
import re
import shutil
from collections.abc import Sequence

from runner import pip_errors, proxy
from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Ended
from runner.failure import JobFailure
from runner.pip_access import Given, PipAccess
from runner.python import Python
from runner.settings import Settings

#: The option that names the versions of app_packages.
CONSTRAINT = '--constraint'
# What pip says at its end, and what a dry run says instead.
_INSTALLED = re.compile(r'^(?:Successfully installed|Would install) (.+)', re.MULTILINE)
_SATISFIED = re.compile(r'^Requirement already satisfied: (.+?) in (/.+?)(?: \(.*)?$', re.MULTILINE)
# A wheel whose platform has no other name was not made for others' machines.
_COMPILED = re.compile(r'Created wheel for (\S+): filename=\S+-linux_\w+\.whl')
_PROJECTS = re.compile(r'^(?:Processing|Obtaining) (?:file://)?(\S+)', re.MULTILINE)
_EXPLAIN_SECONDS = 120.0
# Runs pip and prints only what its reason is read from: an index has many versions.
_OTHER_PYTHONS = (r'"$@" 2>&1 | sed -nE "s,.*(Link requires a different Python \([^)]*\): )[^ #]*(/[^/# ]*)[# ].*,\1\2,p"')


class Pip:
    def __init__(self, builder: Builder, settings: Settings, limit: Limit, access: PipAccess) -> None:
        self._builder = builder
        self._paths = builder.paths
        self._log = builder.commands.log
        self._settings = settings
        self._limit = limit
        self._access = access
        self._name = settings['app_requirements']

    def run(self, python: Python, program: str, verb: str, *arguments: str) -> str:
        """Runs it for the app's requirements, in the folder that their relative paths start from. By its path, not as a
        module: those are looked for in the current folder first, and the app may have one of that name. A package
        without pyproject.toml needs an isolated build like every other, because the environment holds no wheel.

        :return: what it said
        :raises JobFailure: with pip's reason
        """
        with self._access.given(verb, python) as given:
            return self._run(python, given, program, verb, arguments)

    def _run(self, python: Python, given: Given, program: str, verb: str, arguments: Sequence[str]) -> str:
        command = [*given.start, program, os.path.join(self._paths.pip, 'pip'), verb, *arguments,
                   '-r', os.path.join(self._paths.app, self._name),
                   '--no-input', '--disable-pip-version-check', '--progress-bar', 'off']
        environment = {**given.variables, 'PIP_USE_PEP517': '1'}
        ended = self._builder.run(command, self._limit, self._paths.app, environment, hidden=given.hidden)
        if ended.status != 0:
            self.check_limit()
            if ended.out_of_memory:
                raise JobFailure('OUT_OF_MEMORY', 'installing %s used up the memory: choose a larger instance type, or'
                                 ' requirements that have wheels' % self._name)
            # pip names the files of the app by their whole path, which says nothing to a person.
            why = str(self._why(python, ended, command, environment, given)).replace(self._paths.app + os.sep, '')
            why = '; '.join(text for text in (why, proxy.ssh_advice(self._settings, ended.said)) if text)
            what = self._name + (' with the versions of app_packages' if CONSTRAINT in arguments else '')
            raise JobFailure('REQUIREMENTS_FAILED', 'installing %s failed: %s' % (what, why))
        for name in _COMPILED.findall(ended.said):
            self._log.warn('%s was built from source for this machine, most likely by its compiler: an instance has none,'
                           ' so a job needs it in the image, or a version that has a wheel for Python %s' % (
                               name, python.minor))
        return ended.said

    def _why(self, python: Python, ended: Ended, command: list[str], environment: dict[str, str],
             given: Given) -> pip_errors.Cause:
        if ended.status < 0:
            return pip_errors.Cause('pip was ended by signal %d' % -ended.status)
        has_compiler = any(shutil.which(name, path=environment.get('PATH')) for name in ('cc', 'gcc'))
        why = pip_errors.cause(ended.said, python.version, has_compiler)
        if not why.missing:
            return why
        # Of versions for other Pythons old pip says something only when it is asked to say more.
        again = self._builder.run(['sh', '-c', _OTHER_PYTHONS, 'sh', *command], self._limit.no_later_than(_EXPLAIN_SECONDS),
                                  self._paths.app, {**environment, 'PIP_VERBOSE': '1'}, logged=False, hidden=given.hidden)
        return pip_errors.cause(ended.said + '\n' + again.said, python.version, has_compiler)

    def check_installed(self, venv: str, there: list[str], said: str) -> None:
        """Whether pip did in this environment what it says: other folders can be meant by a setup.cfg beside the
        requirements or by an option in them.

        :raises JobFailure:
        """
        if any(package.upper() == 'UNKNOWN==0.0.0' for package in there):
            projects = {os.path.relpath(path, self._paths.app) for path in _PROJECTS.findall(said)}
            raise JobFailure(
                'REQUIREMENTS_FAILED', '%s in %s was installed as UNKNOWN==0.0.0: the setuptools that built it read no name'
                ' (before version 61, and so for Python 3.6, they read none from pyproject.toml); give it a setup.cfg with'
                ' its name, version and packages' % (projects.pop() if len(projects) == 1 else 'a project', self._name))
        names = {pip_errors.normal(package.partition('==')[0]) for package in there}
        wanted = [text for line in _INSTALLED.findall(said) for text in line.split()]
        absent = [text for text in wanted if pip_errors.normal(text.rpartition('-')[0]) not in names]
        inside = os.path.realpath(venv) + os.sep
        absent += ['%s (in %s)' % (name, folder) for name, folder in _SATISFIED.findall(said)
                   if not os.path.realpath(folder).startswith(inside)]
        if absent:
            raise JobFailure('REQUIREMENTS_FAILED', 'installing %s put nothing into the environment for %s: take out what'
                             ' names another folder (a setup.cfg with [install], an --install-option)' % (
                                 self._name, ', '.join(absent[:5])))

    def check_limit(self) -> None:
        """A program that was ended at the limit is no sign of anything else.

        :raises JobFailure: when it is over
        """
        if self._limit.over:
            raise JobFailure('TIMED_OUT', 'installing %s was not done when ec2_timeout (%s) ended' % (
                self._name, self._settings['ec2_timeout']))
