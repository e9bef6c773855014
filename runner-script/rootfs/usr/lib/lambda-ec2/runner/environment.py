"""The app's Python environment.

One that was baked for the same requirements, interpreter and machine is used in place: the instance is used once, so
sharing it with nobody costs nothing. Otherwise it is made, from the baked wheelhouse first and the package index second.
"""
import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from typing import Optional

from runner import packages, pip_errors, pip_settings, requirements
from runner.app_files import AppFiles, Outside
from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Ended
from runner.contract import SETTING_DEFAULTS
from runner.failure import JobFailure
from runner.requirements import Requirements
from runner.settings import Settings
from runner.source import Source

_PROBE = 'import os, sys; print("%d.%d.%d" % sys.version_info[:3], os.uname().machine, sys.version)'
_COMPLETE = '.complete'
# What pip says at its end, and what a dry run says instead.
_INSTALLED = re.compile(r'^(?:Successfully installed|Would install) (.+)', re.MULTILINE)
_SATISFIED = re.compile(r'^Requirement already satisfied: (.+?) in (/.+?)(?: \(.*)?$', re.MULTILINE)
# A wheel whose platform has no other name was not made for others' machines.
_COMPILED = re.compile(r'Created wheel for (\S+): filename=\S+-linux_\w+\.whl')
_PROJECTS = re.compile(r'^(?:Processing|Obtaining) (?:file://)?(\S+)', re.MULTILINE)
_EXPLAIN_SECONDS = 120.0
# Runs pip and prints only what its reason is read from: an index has many versions.
_OTHER_PYTHONS = (r'"$@" 2>&1 | sed -nE "s,.*(Link requires a different Python \([^)]*\): )[^ #]*(/[^/# ]*)[# ].*,\1\2,p"')


@dataclass(frozen=True)
class Python:
    """An interpreter that was seen working."""

    program: str
    #: `3.6.15`
    version: str
    #: What tells its build and machine from every other.
    build: str

    @property
    def minor(self) -> str:
        """`3.6`"""
        return '.'.join(self.version.split('.')[:2])


class Environment:
    def __init__(self, builder: Builder, settings: Settings, limit: Limit, source: Source) -> None:
        self._builder = builder
        self._paths = builder.paths
        self._log = builder.commands.log
        self._settings = settings
        self._limit = limit
        self._source = source
        self._name = settings['app_requirements']

    def find_python(self) -> Python:
        """The interpreter of the setting python_version.

        :raises JobFailure: when the image has none that works
        """
        wanted = self._settings['python_version']
        program = self._paths.python(wanted)
        if not os.access(program, os.X_OK):
            found = shutil.which('python' + wanted, path=self._builder.commands.environment.get('PATH'))
            if found is None:
                raise JobFailure('BAD_SETTINGS', 'this image has no Python %s: set python_version to the one that was'
                                 ' baked, or bake again' % wanted)
            program = found
        ended = self._builder.commands.run([program, '-c', _PROBE], self._limit.no_later_than(60),
                                           environment=self._python_environment(), logged=False)
        self._check_limit()
        version, _, build = ended.said.strip().partition(' ')
        if ended.status != 0 or not build:
            self._log.error('%s: %s' % (program, ended.said.strip()))
            raise JobFailure('BAD_SETTINGS', 'Python %s of this image does not run: bake again' % wanted)
        if version != wanted and not version.startswith(wanted + '.'):
            self._log.warn('the app asks for Python %s, but this machine runs it with Python %s' % (wanted, version))
        return Python(program, version, version + ' ' + build)

    def read_requirements(self) -> Optional[Requirements]:
        """None when the app has none.

        :raises JobFailure: when the file that a setting names is no file of the app
        """
        files = AppFiles(self._paths.app)
        try:
            return requirements.read(files, self._name)
        except Outside:
            if files.exists(self._name):
                raise JobFailure('REQUIREMENTS_FAILED', '%s is not a file within the app: check app_requirements'
                                 % self._name) from None
            if self._name != SETTING_DEFAULTS['app_requirements']:
                raise JobFailure('REQUIREMENTS_FAILED', 'the app has no file %s: check app_requirements'
                                 % self._name) from None
            self._log.info('the app has no requirements')
            return None

    def prepare(self, python: Python, needs: Optional[Requirements]) -> tuple[str, list[str]]:
        """The folder of an environment with the app's requirements in it, and its packages (`packages.installed`).

        :raises JobFailure:
        """
        key = self._key(needs, python)
        venv = os.path.join(self._paths.venvs, key)
        if os.path.exists(os.path.join(venv, _COMPLETE)):
            self._log.info('environment %s is baked' % key[:12])
            return venv, packages.installed(venv, self._paths.app)
        shutil.rmtree(venv, ignore_errors=True)
        self._builder.give(self._limit, venv)
        self._make(venv, python)
        said = self._install(venv, needs, python) if needs else ''
        there = packages.installed(venv, self._paths.app)
        self._check_installed(venv, there, said)
        self._builder.take(self._limit, venv)
        # An editable package is used from the app's own folder, which the next fetch makes anew.
        if not (needs and needs.editable):
            _mark_complete(venv)
        return venv, there

    def _key(self, needs: Optional[Requirements], python: Python) -> str:
        """The name of the environment for these requirements."""
        text = needs.text if needs else ''
        if needs and not needs.simple:
            text += self._source.tree()
        return hashlib.sha256(('%s\n%s\n' % (text, python.build)).encode()).hexdigest()

    def make_wheels(self, needs: Requirements, python: Python) -> None:
        """Puts wheels of everything that the app needs into the wheelhouse, for jobs that make their environment. None of
        those that pip is to check: nobody knows the sums of wheels that were built here.

        :raises JobFailure:
        """
        if needs.names_sums:
            return
        wheels = self._paths.wheelhouse
        self._builder.give(self._limit, wheels)
        self._pip(python, python.program, 'wheel', '--find-links', wheels, '--wheel-dir', wheels,
                  '-r', self._requirements_path())
        self._builder.take(self._limit, wheels)

    def _make(self, venv: str, python: Python) -> None:
        # Python looks for modules in the current folder first.
        folder, variables = self._paths.venvs, self._python_environment()
        made = self._builder.run([python.program, '-m', 'venv', '--without-pip', venv], self._limit, folder, variables)
        if made.status == 0 and os.path.isdir(self._paths.setuptools):
            # As Python's own venv has them before 3.12. With their times, by which Python knows its compiled files.
            made = self._builder.run(['cp', '-a', self._paths.setuptools + '/.', _packages_folder(venv, python)],
                                     self._limit, folder, variables)
        if made.status != 0:
            self._check_limit()
            raise JobFailure('REQUIREMENTS_FAILED', 'a virtual environment cannot be made: see the log')

    def _install(self, venv: str, needs: Requirements, python: Python) -> str:
        """:return: what pip said"""
        find_links: list[str] = []
        if os.path.isdir(self._paths.wheelhouse) and not needs.names_sums:
            find_links = ['--find-links', self._paths.wheelhouse]
        self._log.info('installing %s' % self._name)
        return self._pip(python, os.path.join(venv, 'bin/python'), 'install', '--no-warn-script-location', *find_links,
                         '-r', self._requirements_path())

    def _requirements_path(self) -> str:
        return os.path.join(self._paths.app, self._name)

    def _pip(self, python: Python, program: str, verb: str, *arguments: str) -> str:
        """Runs pip where it reads the relative paths of a requirements file. By its path, not as a module: those are looked
        for in the current folder first, and the app may have one of that name. A package without pyproject.toml needs an
        isolated build like every other, because the environment holds no wheel.

        :return: what it said
        :raises JobFailure: with pip's reason
        """
        command = [program, os.path.join(self._paths.pip, 'pip'), verb, *arguments,
                   '--no-input', '--disable-pip-version-check', '--progress-bar', 'off']
        machines = self._builder.commands.environment
        environment = {**pip_settings.environment_for(verb, machines, self._log), 'PIP_USE_PEP517': '1'}
        ended = self._builder.run(command, self._limit, self._paths.app, environment)
        if ended.status != 0:
            self._check_limit()
            if ended.out_of_memory:
                raise JobFailure('OUT_OF_MEMORY', 'installing %s used up the memory: choose a larger instance type, or'
                                 ' requirements that have wheels' % self._name)
            # pip names the files of the app by their whole path, which says nothing to a person.
            why = str(self._why(python, ended, command, environment)).replace(self._paths.app + os.sep, '')
            raise JobFailure('REQUIREMENTS_FAILED', 'installing %s failed: %s' % (self._name, why))
        for name in _COMPILED.findall(ended.said):
            self._log.warn('%s was built from source for this machine, most likely by its compiler: an instance has none,'
                           ' so a job needs it in the image, or a version that has a wheel for Python %s' % (
                               name, python.minor))
        return ended.said

    def _why(self, python: Python, ended: Ended, command: list[str], environment: dict[str, str]) -> pip_errors.Cause:
        if ended.status < 0:
            return pip_errors.Cause('pip was ended by signal %d' % -ended.status)
        has_compiler = any(shutil.which(name, path=environment.get('PATH')) for name in ('cc', 'gcc'))
        why = pip_errors.cause(ended.said, python.version, has_compiler)
        if not why.missing:
            return why
        # Of versions for other Pythons old pip says something only when it is asked to say more.
        again = self._builder.run(['sh', '-c', _OTHER_PYTHONS, 'sh', *command], self._limit.no_later_than(_EXPLAIN_SECONDS),
                                  self._paths.app, {**environment, 'PIP_VERBOSE': '1'}, logged=False)
        return pip_errors.cause(ended.said + '\n' + again.said, python.version, has_compiler)

    def _check_installed(self, venv: str, there: list[str], said: str) -> None:
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

    def _python_environment(self) -> dict[str, str]:
        return pip_settings.without_python(self._builder.commands.environment)

    def _check_limit(self) -> None:
        """A program that was ended at the limit is no sign of anything else."""
        if self._limit.over:
            raise JobFailure('TIMED_OUT', 'installing %s was not done when ec2_timeout (%s) ended' % (
                self._name, self._settings['ec2_timeout']))


def _mark_complete(venv: str) -> None:
    """A package may have put a link there."""
    AppFiles(venv).clear(_COMPLETE)
    os.close(os.open(os.path.join(venv, _COMPLETE), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644))


def _packages_folder(venv: str, python: Python) -> str:
    return os.path.join(venv, 'lib/python%s/site-packages' % python.minor)
