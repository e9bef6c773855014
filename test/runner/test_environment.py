"""The app's Python environment: under which name it is found, and what is made of it."""
import os
from collections.abc import Sequence
from typing import Mapping, Optional
from unittest import mock

from runner.builder import Builder
from runner.clock import Limit
from runner.commands import Commands, Ended
from runner.environment import Environment
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.package_list import PackageList
from runner.paths import Paths
from runner.python import Python
from runner.settings import with_defaults
from runner.source import Source
from runner_case import NO_PROXY, RunnerCase, limit

_PYTHON = Python('/opt/python3.6/bin/python3', '3.6.15', '3.6.15 x86_64 one')


# Of pip 18.
_UNHELD = ("Could not satisfy constraints for '%s': installation from path or url cannot be constrained to a version\n")


class FakeCommands(Commands):
    """Notes what is run, and makes the folder of a virtual environment."""

    #: A package that pip is given by its path, and holds to no version.
    unheld = ''
    #: Where a link leads that a package puts in the place of the runner's mark.
    planted = ''

    def __init__(self, log: Log, answers: Mapping[str, Ended], holds: Sequence[str] = (),
                 variables: Optional[Mapping[str, str]] = None) -> None:
        super().__init__(log, {'PATH': '/nowhere', 'PIP_CONFIG_FILE': os.devnull, **(variables or {})}, Stopping())
        self.answers = answers
        self.ran: list[list[str]] = []
        self.environments: list[Optional[Mapping[str, str]]] = []
        self.holds = holds

    def run(self, argv: Sequence[str], limit: Limit, cwd: Optional[str] = None,
            environment: Optional[Mapping[str, str]] = None, pass_fd: Optional[int] = None,
            logged: bool = True, hidden: Sequence[str] = ()) -> Ended:
        self.ran.append(list(argv))
        self.environments.append(environment)
        verb = next((word for word in argv if word in ('venv', 'install', 'wheel', '-c')), '')
        ended = self.answers.get(verb, Ended(0, ''))
        if verb == 'install' and self.unheld and '--constraint' in argv:
            with open(argv[list(argv).index('--constraint') + 1], encoding='ascii') as file:
                if self.unheld + '==' in file.read():
                    return Ended(1, _UNHELD % self.unheld)
        if verb == 'install' and self.planted:
            os.symlink(self.planted, os.path.join(os.path.dirname(os.path.dirname(argv[0])), '.complete'))
        if verb == 'venv' and ended.status == 0:
            for name in self.holds or ('',):
                os.makedirs(os.path.join(argv[-1], 'lib/python3.6/site-packages', name), exist_ok=True)
        return ended


class FakeSource(Source):
    def __init__(self, commit_tree: str) -> None:
        self.commit_tree = commit_tree
        self.secrets = None
        self.names_git = False

    def names_packages_of_git(self) -> bool:
        return self.names_git

    def tree(self) -> str:
        return self.commit_tree


class FindPythonTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        self.program = self.paths.python('3.6')
        os.makedirs(os.path.dirname(self.program))
        self.put('one')

    def put(self, text: str) -> None:
        with open(self.program, 'w', encoding='ascii') as file:
            file.write(text)
        os.chmod(self.program, 0o755)

    def find(self, said: str, status: int = 0) -> Python:
        self.commands = FakeCommands(self.log, {'-c': Ended(status, said + '\n')})
        self.environment = Environment(Builder(self.paths, self.commands, NO_PROXY), with_defaults({}), limit(), FakeSource(''))
        return self.environment.find_python()

    def test_an_interpreter_is_asked_for_its_build(self) -> None:
        self.assertEqual(self.find('3.6.15 x86_64 3.6.15 (default)'),
                         Python(self.program, '3.6.15', '3.6.15 x86_64 3.6.15 (default)'))

    def test_one_that_the_bake_has_asked_is_not_started(self) -> None:
        asked = self.find('3.6.15 x86_64 3.6.15 (default)')
        self.environment.remember(asked)
        self.assertEqual(self.find('another'), asked)
        self.assertEqual(self.commands.ran, [])

    def test_another_in_its_place_is_asked_again(self) -> None:
        asked = self.find('3.6.15 x86_64 3.6.15 (default)')
        self.environment.remember(asked)
        self.put('another')
        self.assertEqual(self.find('3.6.9 x86_64 3.6.9 (mine)').version, '3.6.9')

    def test_notes_that_cannot_be_read_count_for_nothing(self) -> None:
        for text in (b'', b'\xff\n3.6.15 x86_64 one', b'3.6.15 x86_64 one'):
            os.makedirs(self.paths.interpreters, exist_ok=True)
            self.write('opt/interpreters/3.6', text)
            self.assertEqual(self.find('3.6.9 x86_64 3.6.9 (mine)').version, '3.6.9')

    def test_one_that_does_not_run_is_no_python(self) -> None:
        for said, status in (('Illegal instruction', -4), ('', 0), ('3.6.15', 0)):
            with self.assertRaisesRegex(JobFailure, 'Python 3.6 of this image does not run: bake again'):
                self.find(said, status)

class EnvironmentTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        os.makedirs(self.paths.app)

    def requirements(self, text: Optional[str], name: str = 'requirements.txt') -> None:
        path = os.path.join(self.paths.app, name)
        if text is None:
            os.unlink(path)
            return
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)

    def prepare(self, tree: str = 'tree', python: Python = _PYTHON, answers: Optional[Mapping[str, Ended]] = None,
                within: Optional[Limit] = None, holds: Sequence[str] = (), variables: Optional[Mapping[str, str]] = None,
                versions: Optional[str] = None, **tags: str) -> str:
        """:param holds: folders of metadata that pip makes"""
        self.commands = FakeCommands(self.log, answers or {}, holds, variables)
        self.environment = Environment(Builder(self.paths, self.commands, NO_PROXY), with_defaults(tags), within or limit(),
                                       FakeSource(tree))
        return self.environment.prepare(python, self.environment.read_requirements(),
                                        None if versions is None else PackageList(versions))[0]

    def verbs(self) -> list[str]:
        return [word for argv in self.commands.ran for word in argv if word in ('venv', 'install', 'wheel')]

    def test_a_simple_file_is_known_by_its_text_alone(self) -> None:
        self.requirements('numpy==1.19.5\n')
        first = self.prepare('one tree')
        self.assertEqual(self.prepare('another tree'), first)
        self.requirements('numpy==1.19.4\n')
        self.assertNotEqual(self.prepare('one tree'), first)

    def test_any_other_file_is_bound_to_the_commits_tree(self) -> None:
        self.requirements('./libs/mypkg\n')
        first = self.prepare('one tree')
        self.assertNotEqual(self.prepare('another tree'), first)
        self.assertEqual(self.prepare('one tree'), first)

    def test_no_requirements_are_known_by_their_absence(self) -> None:
        first = self.prepare('one tree')
        self.assertEqual(self.prepare('another tree'), first)
        self.assertEqual(self.verbs(), [])
        self.requirements('numpy\n')
        self.assertNotEqual(self.prepare('one tree'), first)

    def test_another_interpreter_has_another_environment(self) -> None:
        self.requirements('numpy\n')
        first = self.prepare()
        self.assertNotEqual(self.prepare(python=Python(_PYTHON.program, '3.6.15', '3.6.15 aarch64 one')), first)

    def test_what_an_include_says_counts(self) -> None:
        self.requirements('-r base.txt\n')
        self.requirements('numpy==1.19.5\n', 'base.txt')
        first = self.prepare()
        self.requirements('numpy==1.19.4\n', 'base.txt')
        self.assertNotEqual(self.prepare(), first)

    def test_an_environment_that_was_baked_is_used_as_it_is(self) -> None:
        self.requirements('numpy\n')
        self.prepare()
        self.assertEqual(self.verbs(), ['venv', 'install'])
        self.prepare()
        self.assertEqual(self.verbs(), [])

    def test_one_with_the_versions_that_are_asked_for_is_used_as_it_is(self) -> None:
        self.requirements('numpy\n')
        first = self.prepare(holds=['numpy-1.0.dist-info', 'other_thing-2.dist-info'])
        for versions in ('numpy==1.0\nOther.Thing==2\n', 'numpy==1.0.0\nother-thing==2\nmine\n', ''):
            self.assertEqual(self.prepare(versions=versions), first)
            self.assertEqual(self.verbs(), [])

    def test_one_with_other_versions_is_left_and_another_made(self) -> None:
        self.requirements('numpy\n')
        first = self.prepare(holds=['numpy-1.1.dist-info'])
        second = self.prepare(versions='numpy==1.0\n', holds=['numpy-1.0.dist-info'])
        self.assertNotEqual(second, first)
        install = next(argv for argv in self.commands.ran if 'install' in argv)
        path = install[install.index('--constraint') + 1]
        with open(path, encoding='ascii') as file:
            self.assertEqual(file.read(), 'numpy==1.0\n')
        # Whoever runs pip can read it and not change it.
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o644)
        self.assertIn('is not as app_packages asks for: numpy 1.1 instead of 1.0', self.logged())
        self.assertEqual(self.prepare(), first)

    def test_a_package_from_the_app_is_not_held_where_pip_cannot(self) -> None:
        self.requirements('numpy\n./chart\n')
        FakeCommands.unheld = 'chart'
        self.addCleanup(setattr, FakeCommands, 'unheld', '')
        self.prepare(versions='chart==1.0\nnumpy==1.0\n', holds=['numpy-1.0.dist-info', 'chart-1.0.dist-info'])
        self.assertEqual(self.verbs(), ['venv', 'install', 'install'])
        self.assertIn('chart comes from a path or URL', self.logged())
        with self.assertRaises(JobFailure) as caught:
            self.prepare(versions='chart==2.0\n', holds=['chart-1.0.dist-info'], tree='another')
        self.assertIn('it has chart 1.0 instead of 2.0', str(caught.exception))

    def test_a_version_that_the_result_does_not_have_is_told(self) -> None:
        self.requirements('numpy\n')
        with self.assertRaises(JobFailure) as caught:
            self.prepare(versions='setuptools==58.0\n', holds=['setuptools-59.0.dist-info'])
        self.assertEqual(str(caught.exception), 'REQUIREMENTS_FAILED: the environment cannot be made as app_packages asks'
                         ' for: it has setuptools 59.0 instead of 58.0')

    def test_a_package_that_nothing_asks_for_is_no_failure(self) -> None:
        self.requirements('numpy\n')
        self.prepare(versions='numpy==1.0\nscipy==1.0\n', holds=['numpy-1.0.dist-info'])
        self.assertIn('app_packages names what nothing of requirements.txt asks for: scipy', self.logged())

    def test_a_version_that_is_not_to_be_had_fails_with_the_setting(self) -> None:
        self.requirements('numpy\n')
        said = 'ERROR: No matching distribution found for numpy\n'
        with self.assertRaises(JobFailure) as caught:
            self.prepare(versions='numpy==1.0\n', answers={'install': Ended(1, said)})
        self.assertEqual(str(caught.exception), 'REQUIREMENTS_FAILED: installing requirements.txt with the versions of'
                         ' app_packages failed: No matching distribution found for numpy (from versions: none)')

    def test_one_that_was_not_completed_is_made_anew(self) -> None:
        self.requirements('numpy\n')
        said = 'ERROR: No matching distribution found for numpy\n'
        with self.assertRaises(JobFailure) as caught:
            self.prepare(answers={'install': Ended(1, said)})
        self.assertEqual(str(caught.exception), 'REQUIREMENTS_FAILED: installing requirements.txt failed:'
                         ' No matching distribution found for numpy (from versions: none)')
        self.prepare()
        self.assertEqual(self.verbs(), ['venv', 'install'])

    def test_an_editable_package_is_installed_by_every_job(self) -> None:
        self.requirements('-e .\n')
        first = self.prepare()
        self.assertEqual(self.prepare(), first)
        self.assertEqual(self.verbs(), ['venv', 'install'])

    def test_a_link_of_a_package_is_not_followed(self) -> None:
        self.requirements('numpy\n')
        secret = self.write('secret', b'secret')
        with mock.patch.object(FakeCommands, 'planted', secret):
            venv = self.prepare()
        with open(secret, 'rb') as file:
            self.assertEqual(file.read(), b'secret')
        self.assertFalse(os.path.islink(os.path.join(venv, '.complete')))

    def test_the_wheelhouse_is_left_out_where_pip_checks_sums(self) -> None:
        os.makedirs(self.paths.wheelhouse)
        for text, expected in (('numpy==1.19.5\n', True), ('numpy==1.19.5 --hash=sha256:0a\n', False)):
            self.requirements(text)
            self.prepare()
            self.assertEqual('--find-links' in self.commands.ran[-1], expected)
            needs = self.environment.read_requirements()
            assert needs is not None
            self.environment.make_wheels(needs, _PYTHON)
            self.assertEqual('wheel' in self.verbs(), expected)

    def test_pip_that_does_not_end_in_time_has_timed_out(self) -> None:
        self.requirements('numpy\n')
        with self.assertRaises(JobFailure) as caught:
            self.prepare(answers={'install': Ended(-15, '')}, within=limit(0))
        self.assertEqual(caught.exception.reason, 'TIMED_OUT')

    def test_a_file_of_the_app_is_named_as_the_app_names_it(self) -> None:
        self.requirements('numpy==99\n')
        said = 'ERROR: Invalid requirement: x (from line 1 of %s/requirements.txt)\n' % self.paths.app
        with self.assertRaises(JobFailure) as caught:
            self.prepare(answers={'install': Ended(1, said)})
        self.assertIn('(from line 1 of requirements.txt)', caught.exception.message)

    def test_a_file_that_a_setting_names_must_be_one(self) -> None:
        os.makedirs(os.path.join(self.paths.app, 'folder'))
        os.symlink('/etc/passwd', os.path.join(self.paths.app, 'link.txt'))
        for name, said in (('missing.txt', 'has no file missing.txt'), ('folder', 'is not a '),
                           ('link.txt', 'is not a ')):
            with self.subTest(name=name), self.assertRaises(JobFailure) as caught:
                self.prepare(app_requirements=name)
            self.assertEqual(caught.exception.reason, 'REQUIREMENTS_FAILED')
            self.assertIn(said, caught.exception.message)

    def find(self, said: Ended, **tags: str) -> Python:
        self.script('opt/python3.6/bin/python3', '')
        commands = FakeCommands(self.log, {'-c': said})
        return Environment(Builder(self.paths, commands, NO_PROXY), with_defaults(tags), limit(), FakeSource('')).find_python()

    def test_an_interpreter_is_one_that_was_seen_working(self) -> None:
        found = self.find(Ended(0, '3.6.15 x86_64 3.6.15 (default)\n[GCC 11]\n'))
        self.assertEqual((found.program, found.version), (self.paths.python('3.6'), '3.6.15'))
        self.assertEqual(found.build, '3.6.15 x86_64 3.6.15 (default)\n[GCC 11]')
        self.assertNotIn('but this machine', self.logged())

    def test_another_version_than_was_asked_for_is_told(self) -> None:
        self.assertEqual(self.find(Ended(0, '3.60.1 x86_64 x\n')).version, '3.60.1')
        self.assertIn('asks for Python 3.6, but this machine runs it with Python 3.60.1', self.logged())

    def test_an_interpreter_that_does_not_work_is_none(self) -> None:
        for said in (Ended(127, 'libssl.so: cannot open\n'), Ended(0, ''), Ended(-11, '3.6.15 x86_64 x')):
            with self.assertRaises(JobFailure) as caught:
                self.find(said)
            self.assertIn('does not run: bake again', caught.exception.message)
        with self.assertRaises(JobFailure) as caught:
            self.find(Ended(0, ''), python_version='3.99')
        self.assertIn('has no Python 3.99', caught.exception.message)

    def test_what_was_ended_at_the_limit_is_no_broken_image(self) -> None:
        self.script('opt/python3.6/bin/python3', '')
        commands = FakeCommands(self.log, {'-c': Ended(-15, '')})
        there = Environment(Builder(self.paths, commands, NO_PROXY), with_defaults({}), limit(0), FakeSource(''))
        with self.assertRaises(JobFailure) as caught:
            there.find_python()
        self.assertEqual(caught.exception.reason, 'TIMED_OUT')

    def test_what_stands_in_an_ordinary_environment_stands_in_this_one(self) -> None:
        os.makedirs(self.paths.setuptools)
        venv = self.prepare()
        self.assertEqual(self.commands.ran[-1], ['cp', '-a', self.paths.setuptools + '/.',
                                                 os.path.join(venv, 'lib/python3.6/site-packages')])

    def test_a_package_that_is_not_there_fails_whatever_pip_says(self) -> None:
        self.requirements('one\ntwo-parts\nsix\n')
        for said, absent in (
            ('Successfully installed one-1.0 two-parts-2.0.post1\n', 'one-1.0, two-parts-2.0.post1'),
            ('Would install one-1.0\n', 'one-1.0'),
            ('Requirement already satisfied: six>=1.5 in /usr/lib/python3/dist-packages (from -r x (line 1)) (1.16.0)\n',
             'six>=1.5 (in /usr/lib/python3/dist-packages)'),
        ):
            with self.subTest(said=said), self.assertRaises(JobFailure) as caught:
                self.prepare(answers={'install': Ended(0, said)})
            self.assertEqual(caught.exception.reason, 'REQUIREMENTS_FAILED')
            self.assertIn('nothing into the environment for %s:' % absent, caught.exception.message)
            self.assertEqual(self.complete(), [])

    def test_what_is_there_is_found_under_every_spelling(self) -> None:
        self.requirements('one\n')
        said = 'Successfully installed One.Part-1.0+cu113 two-parts-2\n'
        self.prepare(answers={'install': Ended(0, said)}, holds=['one_part-1.0+cu113.dist-info', 'two_parts-2.dist-info'])
        self.assertEqual(len(self.complete()), 1)

    def test_a_project_without_a_name_fails(self) -> None:
        self.requirements('./libs/mypkg\n')
        said = 'Processing %s/libs/mypkg\nSuccessfully installed UNKNOWN-0.0.0\n' % self.paths.app
        for metadata in ('UNKNOWN-0.0.0.dist-info', 'unknown-0.0.0.dist-info'):
            with self.subTest(metadata=metadata), self.assertRaises(JobFailure) as caught:
                self.prepare(answers={'install': Ended(0, said)}, holds=[metadata])
            self.assertIn('libs/mypkg in requirements.txt was installed as UNKNOWN==0.0.0', caught.exception.message)
            self.assertIn('pyproject.toml', caught.exception.message)
            self.assertEqual(self.complete(), [])

    def complete(self) -> list[str]:
        return [name for name in os.listdir(self.paths.venvs)
                if os.path.exists(os.path.join(self.paths.venvs, name, '.complete'))]

    def test_nothing_of_the_machine_changes_what_is_installed(self) -> None:
        self.requirements('one\n')
        self.prepare(variables={'PIP_USER': '1', 'PIP_INDEX_URL': 'https://index.example/simple', 'PYTHONPATH': '/x'})
        for argv, environment in zip(self.commands.ran, self.commands.environments):
            self.assertEqual({name for name in environment or {} if name.startswith(('PIP_', 'PYTHON'))},
                             {'PIP_CONFIG_FILE', 'PIP_USE_PEP517', 'PIP_INDEX_URL'} if 'install' in argv else set())

    def test_versions_for_other_pythons_are_asked_for_when_pip_says_nothing_of_them(self) -> None:
        self.requirements('one==2.0\n')
        link = "Link requires a different Python (3.6.15 not in: '>=3.8'): /one-2.0-py3-none-any.whl\n"
        with self.assertRaises(JobFailure) as caught:
            self.prepare(answers={'install': Ended(1, 'ERROR: No matching distribution found for one==2.0\n'),
                                  '-c': Ended(0, link)})
        self.assertIn('2.0 Requires-Python >=3.8, and this is Python 3.6.15', caught.exception.message)
        self.assertIn('python_version', caught.exception.message)

    def test_what_was_compiled_here_is_told(self) -> None:
        self.requirements('one\n')
        made = 'Created wheel for %s: filename=%s-1.0-%s.whl size=1 sha256=0\n'
        self.prepare(answers={'install': Ended(0, made % ('one', 'one', 'cp36-cp36m-linux_x86_64') +
                                               made % ('two', 'two', 'py3-none-any'))})
        self.assertIn('one was built from source for this machine', self.logged())
        self.assertNotIn('two was built', self.logged())
