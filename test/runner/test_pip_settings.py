"""What pip is told of the machine it runs on."""
import os
from typing import Mapping
from unittest import mock

from runner.pip_settings import environment_for
from runner_case import RunnerCase


class PipSettingsTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        # Not that of the machine that the test runs on.
        patch = mock.patch('runner.pip_settings.MACHINES_FILE', self.path('machines.conf'))
        patch.start()
        self.addCleanup(patch.stop)

    def given(self, variables: Mapping[str, str], verb: str = 'install') -> dict[str, str]:
        return environment_for(verb, {'PATH': '/bin', 'XDG_CONFIG_DIRS': self.folder, **variables}, self.log)

    def file(self, text: str) -> dict[str, str]:
        return {'PIP_CONFIG_FILE': self.write('pip.conf', text.encode())}

    def test_indexes_proxies_and_certificates_are_handed_down(self) -> None:
        variables = {
            'PIP_INDEX_URL': 'https://user:hunter2@index.example/simple', 'PIP_EXTRA_INDEX_URL': 'https://a https://b',
            'PIP_FIND_LINKS': '/wheels', 'PIP_CERT': '/ca.pem', 'PIP_CLIENT_CERT': '/me.pem', 'PIP_PROXY': 'http://p',
            'PIP_TRUSTED_HOST': 'index.example', 'PIP_NO_INDEX': '1', 'PIP_RETRIES': '2', 'PIP_TIMEOUT': '60',
            'HTTPS_PROXY': 'http://proxy', 'no_proxy': 'localhost', 'SSL_CERT_FILE': '/ca.pem', 'HOME': '/home/me',
        }
        given = self.given(variables)
        self.assertEqual({name: given[name] for name in variables}, variables)
        self.assertIn('pip is given PIP_INDEX_URL, PIP_EXTRA_INDEX_URL,', self.logged())
        self.assertNotIn('hunter2', self.logged())
        self.assertNotIn('WARN', self.logged())

    def test_nothing_is_that_changes_what_pip_installs_or_where_to(self) -> None:
        for name in ('PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_NO_DEPS', 'PIP_DRY_RUN', 'PIP_CONSTRAINT',
                     'PIP_REQUIREMENT', 'PIP_EDITABLE', 'PIP_PRE', 'PIP_NO_BINARY', 'PIP_PLATFORM', 'PIP_SRC', 'PIP_PYTHON',
                     'PIP_INSTALL_OPTION', 'PIP_NO_BUILD_ISOLATION', 'PIP_IGNORE_INSTALLED', 'PIP_NO_SUCH_OPTION'):
            with self.subTest(name=name):
                self.assertNotIn(name, self.given({name: 'hunter2'}))
                self.assertRegex(self.logged(), r'WARN  pip is not given (.*, )?%s[:,]' % name)
        self.assertNotIn('hunter2', self.logged())

    def test_what_nobody_would_miss_is_left_out_without_a_word(self) -> None:
        for name in ('PIP_REQUIRE_VIRTUALENV', 'PIP_QUIET', 'PIP_DISABLE_PIP_VERSION_CHECK', 'PIP_CACHE_DIR'):
            self.assertNotIn(name, self.given({name: '1'}))
        self.assertEqual(self.logged(), '')

    def test_no_variable_tells_python_where_to_look(self) -> None:
        given = self.given({'PYTHONPATH': '/x', 'PYTHONHOME': '/x', 'PYTHONUSERBASE': '/x', 'PYTHONSTARTUP': '/x'})
        self.assertEqual(given, {**self.given({}), 'PIP_CONFIG_FILE': os.devnull})

    def test_a_file_says_as_much_as_the_variables(self) -> None:
        given = self.given(self.file(
            '[global]\nindex-url = https://index.example/simple\nuser = true\ndisable-pip-version-check = true\n'
            '[install]\nfind_links =\n    /a\n    /b\ntarget = /x\nindex-url = https://install.example/simple\n'
            '[wheel]\ncert = /wheels-only.pem\n[list]\nproxy = http://no\n'))
        self.assertEqual(given, {**self.given({}), 'PIP_CONFIG_FILE': os.devnull, 'PIP_FIND_LINKS': '/a /b',
                                 'PIP_INDEX_URL': 'https://install.example/simple'})
        self.assertIn('pip is not given user of %s, target of ' % self.path('pip.conf'), self.logged())
        self.assertIn('index-url of %s' % self.path('pip.conf'), self.logged())

    def test_a_variable_counts_more_than_a_file(self) -> None:
        given = self.given({**self.file('[global]\nproxy = http://file\n'), 'PIP_PROXY': 'http://variable'})
        self.assertEqual(given['PIP_PROXY'], 'http://variable')

    def test_the_machines_own_file_counts_least_and_not_at_all_where_none_is_to(self) -> None:
        self.write('machines.conf', b'[global]\ncert = /ca.pem\nproxy = http://machine\n')
        given = self.given(self.file('[global]\nproxy = http://file\n'))
        self.assertEqual((given['PIP_CERT'], given['PIP_PROXY']), ('/ca.pem', 'http://file'))
        self.assertNotIn('PIP_CERT', self.given({'PIP_CONFIG_FILE': os.devnull}))

    def test_a_persons_own_files_are_read_as_pip_does(self) -> None:
        self.write('.pip/pip.conf', b'[global]\nproxy = http://old\nretries = 7\n')
        self.write('.config/pip/pip.conf', b'[global]\nproxy = http://new\n')
        given = environment_for('install', {'HOME': self.folder, 'XDG_CONFIG_DIRS': self.path('none')}, self.log)
        self.assertEqual((given['PIP_PROXY'], given['PIP_RETRIES']), ('http://new', '7'))

    def test_what_is_no_configuration_ends_nothing(self) -> None:
        for text in (b'no section', b'\xff\xfe', b'[global\n'):
            given = self.given({'PIP_CONFIG_FILE': self.write('pip.conf', text)})
            self.assertEqual(given, {**self.given({}), 'PIP_CONFIG_FILE': os.devnull})
        os.mkfifo(self.path('fifo'))
        self.ends(lambda: self.given({'PIP_CONFIG_FILE': self.path('fifo')}))
