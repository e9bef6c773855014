"""pip's configuration out of a secret."""
import glob
import json
import os
import subprocess
import sys

from runner.failure import JobFailure
from runner.pip_config import PipConfig, Reached, take_apart
from runner_case import RunnerCase

_INDEX = 'https://ci:hunter2@index.example:8443/simple'
_READ = 'import json, netrc, sys; print(json.dumps(netrc.netrc(sys.argv[1]).authenticators("index.example")))'


class PipConfigTest(RunnerCase):
    def reached(self, text: str, verb: str = 'install', python: tuple[int, int] = (3, 6)) -> Reached:
        return take_apart(PipConfig('pip', text).options(verb), python)

    def failure(self, text: str) -> str:
        with self.assertRaises(JobFailure) as caught:
            PipConfig('pip', text)
        self.assertEqual(caught.exception.reason, 'BAD_SETTINGS')
        self.assertNotIn('hunter2', caught.exception.message)
        self.assertIsNone(caught.exception.__cause__)
        return caught.exception.message

    def test_sign_ins_are_in_no_variable(self) -> None:
        found = self.reached('[global]\nindex-url = %s\nextra-index-url =\n  https://index.example/b\n  https://u:p%%40ss@other/c\n'
                             'trusted-host = index.example\n[install]\ntimeout = 5\n[wheel]\ntimeout = 6\n' % _INDEX)
        self.assertEqual(found.variables, {
            'PIP_INDEX_URL': 'https://index.example:8443/simple', 'PIP_TIMEOUT': '5', 'PIP_TRUSTED_HOST': 'index.example',
            'PIP_EXTRA_INDEX_URL': 'https://index.example/b https://other/c'})
        self.assertEqual(found.netrc, 'machine index.example login ci password hunter2\nmachine other login u password p@ss\n')
        for part in ('ci:hunter2', 'hunter2', 'p@ss', 'p%40ss'):
            self.assertIn(part, found.hidden)

    def test_what_a_netrc_file_cannot_say_stays_in_the_url(self) -> None:
        for url in ('https://token123@index.example/simple', 'https://ci:a%20b@index.example/simple', 'https://ci:p%C3%A4ss@index.example/simple',
                    'https://ci:hunter2@[::1]:80/simple'):
            found = self.reached('[global]\nindex-url = ' + url)
            self.assertEqual((found.variables['PIP_INDEX_URL'], found.netrc), (url, ''))
            self.assertTrue(any(part in url for part in found.hidden))
        two = self.reached('[global]\nindex-url = %s\nextra-index-url = https://other:pass@index.example/b' % _INDEX)
        self.assertEqual(two.variables['PIP_EXTRA_INDEX_URL'], 'https://other:pass@index.example/b')
        self.assertEqual(self.reached('[global]\nindex-url = https://token123@h/simple', python=(3, 11)).netrc,
                         'machine h login token123 password ""\n')

    def test_a_token_in_a_path_is_hidden(self) -> None:
        hidden = self.reached('[global]\nindex-url = https://dl.example/aB3dE5gH7jK9mN1p/team/python/simple/').hidden
        self.assertEqual(hidden, ('aB3dE5gH7jK9mN1p',))

    def test_every_python_reads_what_is_written_for_it(self) -> None:
        for python in {sys.executable, *glob.glob(os.path.expanduser('~/.pyenv/versions/3.*/bin/python3'))}:
            version = json.loads(subprocess.check_output([python, '-c', 'import sys; print(list(sys.version_info[:2]))']))
            for password in ('hunter2', '"x', "a'b", 'a"b', 'a\\b', '#x', 'x#y', '$(x)`', '{x}', 'machine', 'p@s:s/', '%41'):
                url = 'https://ci:%s@index.example/' % ''.join('%%%02X' % ord(c) for c in password)
                found = self.reached('[global]\nindex-url = ' + url, python=(version[0], version[1]))
                path = self.write('netrc', found.netrc.encode())
                user, _, read = json.loads(subprocess.check_output([python, '-c', _READ, path]))
                self.assertEqual((user, read), ('ci', password), python)

    def test_what_is_no_configuration_is_told_without_showing_it(self) -> None:
        for text in ('https://ci:hunter2@index.example/simple', '{"index-url": "hunter2"}', '[global]\nhunter2', 'hunter2'):
            self.assertIn("pip_config 'pip' is no configuration of pip: begin it with [global]", self.failure(text))
        for text in ('[global]\nuser = hunter2', '[list]\nindex-url = hunter2', '[global]\nhttps://u:hunter2@h', ''):
            self.assertIn('says nothing of how packages are reached: set one of index-url', self.failure(text))
        self.assertIn('names a proxy with a password', self.failure('[global]\nproxy = http://u:hunter2@proxy:3128'))
