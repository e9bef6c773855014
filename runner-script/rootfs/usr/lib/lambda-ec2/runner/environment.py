"""The app's Python environment.

One that was baked for the same requirements, interpreter and machine is used in place: the instance is used once, so
sharing it with nobody costs nothing. Otherwise it is made,
from the baked wheelhouse first and the package index second.
"""
import hashlib
import os
import re
import shutil
from typing import Optional

from runner import packages, pip_settings, requirements
from runner.app_files import AppFiles, Outside
from runner.builder import Builder
from runner.clock import Limit
from runner.contract import SETTING_DEFAULTS
from runner.failure import JobFailure
from runner.package_list import PackageList
from runner.pip import CONSTRAINT, Pip
from runner.pip_access import PipAccess
from runner.python import Python, recall, remember
from runner.requirements import Requirements
from runner.settings import Settings
from runner.source import Source

_PROBE = 'import os, sys; print("%d.%d.%d" % sys.version_info[:3], os.uname().machine, sys.version)'
_COMPLETE = '.complete'
# Of pip before 20.3 (https://pip.pypa.io/en/stable/user_guide/#changes-to-the-pip-dependency-resolver-in-20-3-2020).
_FROM_PATH = re.compile(r"Could not satisfy constraints for '([^']+)': installation from path or url cannot be constrained")


class Environment:
    def __init__(self, builder: Builder, settings: Settings, limit: Limit, source: Source) -> None:
        self._builder = builder
        self._paths = builder.paths
        self._log = builder.commands.log
        self._settings = settings
        self._limit = limit
        self._source = source
        self._name = settings['app_requirements']
        self._access = PipAccess(builder, settings, limit, source.secrets)
        self._pip = Pip(builder, settings, limit, self._access)

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
        build = recall(self._seen(wanted), program) or self._ask(program, wanted)
        version = build.partition(' ')[0]
        if version != wanted and not version.startswith(wanted + '.'):
            self._log.warn('the app asks for Python %s, but this machine runs it with Python %s' % (wanted, version))
        return Python(program, version, build)

    def _ask(self, program: str, wanted: str) -> str:
        ended = self._builder.commands.run([program, '-c', _PROBE], self._limit.no_later_than(60),
                                           environment=self._python_environment(), logged=False)
        self._pip.check_limit()
        said = ended.said.strip()
        if ended.status != 0 or ' ' not in said:
            self._log.error('%s: %s' % (program, said))
            raise JobFailure('BAD_SETTINGS', 'Python %s of this image does not run: bake again' % wanted)
        return said

    def remember(self, python: Python) -> None:
        """For the jobs of this image.

        :raises OSError:
        """
        remember(self._seen(self._settings['python_version']), python)

    def _seen(self, wanted: str) -> str:
        return os.path.join(self._paths.interpreters, wanted)

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

    def prepare(self, python: Python, needs: Optional[Requirements],
                versions: Optional[PackageList] = None) -> tuple[str, list[str]]:
        """The folder of an environment with the app's requirements in it, and its packages (`packages.installed`).

        :param versions: that the packages are to have
        :raises JobFailure:
        """
        key = self._key(needs, python)
        venv = os.path.join(self._paths.venvs, key)
        if os.path.exists(os.path.join(venv, _COMPLETE)):
            there = packages.installed(venv, self._paths.app)
            if self._suit(there, versions, key):
                self._log.info('environment %s is baked' % key[:12])
                return venv, there
            venv += '-pinned'
        return self._build(venv, python, needs, versions)

    def _suit(self, there: list[str], versions: Optional[PackageList], key: str) -> bool:
        if versions is None:
            return True
        others = versions.differing(there) + ['no ' + name for name in versions.missing(there)]
        if others:
            self._log.info('environment %s is not as app_packages asks for: %s' % (key[:12], ', '.join(others[:5])))
        return not others

    def _build(self, venv: str, python: Python, needs: Optional[Requirements],
               versions: Optional[PackageList]) -> tuple[str, list[str]]:
        shutil.rmtree(venv, ignore_errors=True)
        self._builder.give(self._limit, venv)
        self._make(venv, python)
        self._allow_git(needs)
        said = self._install(venv, needs, python, versions) if needs else ''
        there = packages.installed(venv, self._paths.app)
        self._pip.check_installed(venv, there, said)
        if versions is not None:
            self._check_versions(there, versions)
        self._builder.take(self._limit, venv)
        # An editable package is used from the app's own folder, which the next fetch makes anew.
        if not (needs and needs.editable):
            _mark_complete(venv)
        return venv, there

    def _check_versions(self, there: list[str], versions: PackageList) -> None:
        """pip looks at what it installs, and at nothing that was there before.

        :raises JobFailure:
        """
        others = versions.differing(there)
        if others:
            raise JobFailure('REQUIREMENTS_FAILED', 'the environment cannot be made as app_packages asks for: it has %s'
                             % ', '.join(others[:5]))
        missing = versions.missing(there)
        if missing:
            self._log.warn('app_packages names what nothing of %s asks for: %s' % (self._name, ', '.join(missing[:5])))

    def _key(self, needs: Optional[Requirements], python: Python) -> str:
        """The name of the environment for these requirements."""
        # With other packages behind the same names.
        text = (needs.text if needs else '') + self._settings['pip_config']
        if needs and not needs.simple:
            text += self._source.tree()
        return hashlib.sha256(('%s\n%s\n' % (text, python.build)).encode()).hexdigest()

    def make_wheels(self, needs: Requirements, python: Python) -> None:
        """Puts wheels of everything that the app needs into the wheelhouse, for jobs that make their environment. None
        of those that pip is to check: nobody knows the sums of wheels that were built here.

        :raises JobFailure:
        """
        if needs.names_sums:
            return
        wheels = self._paths.wheelhouse
        self._builder.give(self._limit, wheels)
        self._allow_git(needs)
        self._pip.run(python, python.program, 'wheel', '--find-links', wheels, '--wheel-dir', wheels)
        self._builder.take(self._limit, wheels)

    def _allow_git(self, needs: Optional[Requirements]) -> None:
        """pip has app_credentials where something asks for it: what builds a package could read it too."""
        self._access.from_git = bool(needs and not needs.simple and self._settings['app_credentials']
                                     and self._source.names_packages_of_git())

    def _make(self, venv: str, python: Python) -> None:
        """An environment without the app's requirements."""
        # Python looks for modules in the current folder first.
        folder, variables = self._paths.venvs, self._python_environment()
        made = self._builder.run([python.program, '-m', 'venv', '--without-pip', venv], self._limit, folder, variables)
        if made.status == 0 and os.path.isdir(self._paths.setuptools):
            # As Python's own venv has them before 3.12. With their times, by which Python knows its compiled files.
            target = os.path.join(venv, 'lib/python%s/site-packages' % python.minor)
            made = self._builder.run(['cp', '-a', self._paths.setuptools + '/.', target], self._limit, folder, variables)
        if made.status != 0:
            self._pip.check_limit()
            raise JobFailure('REQUIREMENTS_FAILED', 'a virtual environment cannot be made: see the log')

    def _install(self, venv: str, needs: Requirements, python: Python, versions: Optional[PackageList]) -> str:
        """:return: what pip said"""
        options: list[str] = []
        if os.path.isdir(self._paths.wheelhouse) and not needs.names_sums:
            options = ['--find-links', self._paths.wheelhouse]
        self._log.info('installing %s' % self._name)
        program = os.path.join(venv, 'bin/python')
        if versions is None:
            return self._pip.run(python, program, 'install', '--no-warn-script-location', *options)
        options += [CONSTRAINT, self._paths.constraints]
        free: list[str] = []
        while True:
            # Out of reach of the user who reads it.
            with open(self._paths.constraints, 'w', encoding='ascii') as file:
                file.write(versions.constraints(free))
            try:
                return self._pip.run(python, program, 'install', '--no-warn-script-location', *options)
            except JobFailure as failure:
                held = _FROM_PATH.search(str(failure))
                if held is None or held[1] in free:
                    raise
                # What it is comes with the app, and its version is compared afterwards.
                self._log.info('%s comes from a path or URL, which this pip holds to no version' % held[1])
                free.append(held[1])

    def _python_environment(self) -> dict[str, str]:
        return pip_settings.without_python(self._builder.environment)


def _mark_complete(venv: str) -> None:
    """A package may have put a link there."""
    AppFiles(venv).clear(_COMPLETE)
    os.close(os.open(os.path.join(venv, _COMPLETE), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644))
