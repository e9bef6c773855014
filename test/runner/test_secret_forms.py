"""What the text of a secret stands for, in the forms in which people store it."""
import base64
import json
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import Callable

from runner import secret_forms
from runner.private_key import Unusable
from runner_case import RunnerCase

_TOKEN = 'ghp_AbcdEfghIjklMnopQrstUvwxYz0123456789'


def token(text: str = _TOKEN) -> dict[str, str]:
    return {'username': 'x-access-token', 'password': text}


def pair(user: str, password: str) -> dict[str, str]:
    return {'username': user, 'password': password}


class TextTest(unittest.TestCase):
    def assert_files(self, secret: str, expected: dict[str, str]) -> None:
        with self.subTest(secret=secret):
            self.assertEqual(secret_forms.files_of(secret), expected)

    def assert_refused(self, secret: str, *said: str) -> None:
        with self.subTest(secret=secret), self.assertRaises(Unusable) as caught:
            secret_forms.files_of(secret)
        for text in said:
            self.assertIn(text, str(caught.exception))
        self.assertNotIn('hunter2', str(caught.exception))
        # What the failure came from would show a part of the secret in a traceback.
        self.assertIsNone(caught.exception.__cause__)
        self.assertTrue(caught.exception.__suppress_context__ or caught.exception.__context__ is None)

    def test_a_token_stands_for_itself_whatever_is_left_around_it(self) -> None:
        for before, after in (('', ''), ('', '\n'), ('', '\r\n'), ('\ufeff', ''), (' ', '\t'), ('"', '"'), ("'", "'"),
                              ('\ufeff"', '"\r\n'), ('', '\u200b')):
            self.assert_files(before + _TOKEN + after, token())

    def test_a_token_of_bitbucket_goes_with_the_name_that_it_wants(self) -> None:
        self.assert_files('ATCTT3xFf=0A', pair('x-token-auth', 'ATCTT3xFf=0A'))
        self.assert_files('{"token": "ATATT3xFf=0A"}', pair('x-bitbucket-api-token-auth', 'ATATT3xFf=0A'))

    def test_a_user_and_a_password(self) -> None:
        for secret, expected in (
            ('user:pass', pair('user', 'pass')),
            ('user:pass:word', pair('user', 'pass:word')),
            ('user:pä ss\r\n', pair('user', 'pä ss')),
            (':pass', pair('', 'pass')),
            ('token:' + _TOKEN, pair('token', _TOKEN)),
            ('https://user:p%40ss@example.com/team/app.git', pair('user', 'p@ss')),
            ('machine github.com login user password pass', pair('user', 'pass')),
            ('machine github.com\n  login user\n  password pass\n', pair('user', 'pass')),
        ):
            self.assert_files(secret, expected)

    def test_fields_by_the_names_that_tools_give_them(self) -> None:
        for fields, expected in (
            ({'token': _TOKEN}, token()),
            ({'GITHUB_TOKEN': _TOKEN}, token()),
            ({'githubToken': ' %s\n' % _TOKEN}, token()),
            ({'GH_TOKEN': _TOKEN, 'GITLAB_TOKEN': ''}, token()),
            ({'GITLAB_ACCESS_TOKEN': _TOKEN}, token()),
            ({'personal-access-token': _TOKEN}, token()),
            ({'AZURE_DEVOPS_EXT_PAT': _TOKEN}, token()),
            ({'pat': _TOKEN}, token()),
            ({'ServerType': 'GITHUB', 'AuthType': 'PERSONAL_ACCESS_TOKEN', 'Token': _TOKEN}, token()),
            ({'password': _TOKEN}, token()),
            ({'password': _TOKEN, 'token': _TOKEN}, token()),
            ({'username': None, 'password': _TOKEN}, token()),
            ({'username': 'u', 'password': 'p:{}', 'more': 1}, pair('u', 'p:{}')),
            ({'type': 'git', 'url': 'https://x/y', 'username': 'u', 'password': 'p', 'project': 'z'}, pair('u', 'p')),
            ({'BITBUCKET_USERNAME': 'u', 'BITBUCKET_APP_PASSWORD': 'p'}, pair('u', 'p')),
            ({'user': 'u', 'pass': 'p'}, pair('u', 'p')),
            ({'GIT_USER': 'u', 'GIT_TOKEN': 'p'}, pair('u', 'p')),
        ):
            self.assert_files(json.dumps(fields), expected)
            self.assert_files('\ufeff%s\r\n' % json.dumps(fields, indent=2), expected)
            # As the console shows it, and as it is once more in quotes.
            self.assert_files(json.dumps(json.dumps(fields)), expected)

    def test_fields_in_lines(self) -> None:
        for secret, expected in (
            ('GITHUB_TOKEN=' + _TOKEN, token()),
            ('export GITHUB_TOKEN="%s"\n' % _TOKEN, token()),
            ('token: %s\r\n' % _TOKEN, token()),
            ('# of June\nusername=u\npassword=p=q\n', pair('u', 'p=q')),
            ('url: https://x/y\nusername: u\npassword: p\n', pair('u', 'p')),
        ):
            self.assert_files(secret, expected)

    def test_what_may_mean_several_things_is_refused_with_the_names_of_its_fields(self) -> None:
        for fields, said in (
            ({'GITHUB_TOKEN': 'hunter2', 'GITLAB_TOKEN': 'other'}, 'the fields GITHUB_TOKEN, GITLAB_TOKEN, of which only one'),
            ({'username': 'u', 'password': 'hunter2', 'bearerToken': 'x'}, 'the fields password, bearerToken, of which only'),
            ({'password': ['hunter2']}, 'a field password that is no text'),
            ({'token': 7}, 'a field token that is no text'),
            ({'secret': 'hunter2', 'value': 'x'}, 'the fields secret, value, of which none is known'),
            ({'git': {'token': 'hunter2'}}, 'the fields git, of which none is known'),
            ({'username': 'hunter2'}, 'the fields username, of which none is known'),
            ({'token': ''}, 'the fields token, of which none is known'),
            ({}, 'no fields'),
            ({'refresh_token': 'hunter2'}, 'the fields refresh_token,'),
            ({'githubAppID': '1', 'githubAppPrivateKey': 'hunter2'}, 'the fields githubAppID, githubAppPrivateKey'),
            ({'app_id': '1', 'private_key': 'hunter2'}, 'a key of a GitHub App'),
            ({'type': 'service_account', 'client_email': 'x', 'private_key': 'hunter2'}, 'or a service account'),
            ({'private_key': 'hunter2'}, 'a field private_key that holds no private key'),
            ({'field%d' % number: 'hunter2' for number in range(20)}, 'field9 and more'),
        ):
            self.assert_refused(json.dumps(fields), said)

    def test_a_value_in_the_place_of_a_name_is_not_shown(self) -> None:
        for value in (_TOKEN, 'glpat-x1y2z3x1y2z3x1y2z3x1', 'a pass word', 'x' * 100):
            with self.assertRaises(Unusable) as caught:
                secret_forms.files_of(json.dumps({value: ''}))
            self.assertNotIn(value, str(caught.exception))

    def test_what_is_none_is_refused_without_showing_it(self) -> None:
        for secret, said in (
            ('', 'is empty'), (' \n', 'is empty'), ('""', 'is empty'),
            ('{"hunter2"', 'begins like JSON and is none'),
            ('{hunter2: u}', 'begins like JSON and is none'),
            ('{' * 100_000, 'begins like JSON and is none'),
            ('["hunter2"]', 'is a list'),
            ('hunter2\nhunter2', 'several lines'),
            ('the token is hunter2', 'spaces'),
            ('Bearer hunter2', 'spaces'),
            ('hunter2\u2026', 'other characters'),
            ('user:', 'no pair'), ('our user:hunter2', 'no pair'),
            ('"user":"hunter2"', 'quotes'),
            ('https://example.com/app.git', 'is a URL'), ('https://hunter2@example.com', 'is a URL'),
            ('-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----', 'several lines'),
        ):
            self.assert_refused(secret, said)

    def test_a_public_key_is_refused_as_one(self) -> None:
        for key in ('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEhVTlRFUjI me@here', 'ssh-rsa AAAAB3NzaC1yc2E',
                    'ecdsa-sha2-nistp256 AAAAE2Vj', 'sk-ssh-ed25519@openssh.com AAAAGnNr',
                    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
                    '-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----',
                    '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----'):
            for secret in (key, key + '\r\n', json.dumps({'deploy_key': key})):
                self.assert_refused(secret, 'holds a public key: store the private key')

    def test_a_key_of_another_kind_is_refused_as_one(self) -> None:
        self.assert_refused('PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: none\r\n', 'PuTTYgen')
        for label in ('PGP PRIVATE KEY BLOCK', 'SSH2 ENCRYPTED PRIVATE KEY', 'X25519 PRIVATE KEY'):
            self.assert_refused('-----BEGIN %s-----\nAAAA\n-----END %s-----' % (label, label), 'that ssh does not read')


#: What becomes of a key on its way into a secret.
_WAYS: dict[str, Callable[[str], str]] = {
    'as it is': lambda key: key,
    'without its last line end': str.rstrip,
    'other line ends': lambda key: key.replace('\n', '\r\n'),
    'byte order mark': lambda key: '\ufeff' + key,
    'spaces for line ends': lambda key: key.replace('\n', ' '),
    'no line ends at all': lambda key: key.replace('\n', ''),
    '\\n for line ends': lambda key: key.replace('\n', '\\n'),
    '\\r\\n for line ends': lambda key: key.replace('\n', '\\r\\n'),
    '\\\\n for line ends': lambda key: key.replace('\n', '\\\\n'),
    'indented': lambda key: ''.join('    %s\n' % line for line in key.splitlines()),
    'in quotes': lambda key: '"%s"' % key,
    'in quotes, with \\n': json.dumps,
    'base64': lambda key: base64.b64encode(key.encode()).decode(),
    'base64 in lines': lambda key: base64.encodebytes(key.encode()).decode(),
    'with its public half': lambda key: key + 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5vdCByZWFs me@here\n',
    'sshPrivateKey': lambda key: json.dumps({'type': 'git', 'url': 'git@x:y', 'sshPrivateKey': key}),
    'identity': lambda key: json.dumps({'identity': key, 'identity.pub': 'ssh-rsa AAAAB3', 'known_hosts': 'x'}),
    'ssh-privatekey': lambda key: json.dumps({'ssh-privatekey': base64.b64encode(key.encode()).decode()}),
    'id_ed25519': lambda key: json.dumps({'username': 'git', 'id_ed25519': key.replace('\n', ' ')}),
    'private_key_openssh': lambda key: json.dumps({'private_key_openssh': key}),
    'real line ends in JSON': lambda key: '{"SSH_PRIVATE_KEY": "%s"}' % key,
    'variable': lambda key: 'SSH_PRIVATE_KEY="%s"\n' % key.replace('\n', '\\n'),
    'YAML': lambda key: 'sshPrivateKey: |\n' + ''.join('  %s\n' % line for line in key.splitlines()),
}


@unittest.skipUnless(shutil.which('ssh-keygen'), 'there is no ssh-keygen')
class KeyTest(RunnerCase):
    """With keys of its own, judged by ssh."""

    def make(self, *arguments: str) -> str:
        """The path of a new private key."""
        path = self.path('key-' + '-'.join(arguments).replace(' ', ''))
        subprocess.run(['ssh-keygen', '-q', '-C', 'a comment', '-f', path, *arguments], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return path

    def public_of(self, path: str) -> str:
        """The public key that ssh makes of a private one."""
        ended = subprocess.run(['ssh-keygen', '-y', '-P', '', '-f', path], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(ended.returncode, 0, ended.stdout.decode())
        return ' '.join(ended.stdout.decode().split()[:2])

    def test_ssh_reads_every_key_whatever_became_of_its_lines(self) -> None:
        for kind in (['-t', 'ed25519'], ['-t', 'rsa', '-b', '2048'], ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
                     ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'], ['-t', 'ecdsa', '-m', 'PEM'], ['-t', 'ecdsa']):
            path = self.make(*kind, '-N', '')
            key, public = Path(path).read_text('ascii'), self.public_of(path)
            for name, way in _WAYS.items():
                with self.subTest(kind=kind, way=name):
                    files = secret_forms.files_of(way(key))
                    self.assertEqual(list(files), ['ssh-key'])
                    restored = self.write('restored', files['ssh-key'].encode())
                    Path(restored).chmod(0o600)
                    self.assertEqual(self.public_of(restored), public)

    def assert_refused(self, secret: str, said: str) -> None:
        with self.assertRaises(Unusable) as caught:
            secret_forms.files_of(secret)
        self.assertIn(said, str(caught.exception))
        for line in secret.split()[1:]:
            if len(line) > 20:
                self.assertNotIn(line, str(caught.exception))

    def test_a_key_that_asks_for_a_passphrase_is_refused(self) -> None:
        for kind in (['-t', 'ed25519'], ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'],
                     ['-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com']):
            key = Path(self.make(*kind, '-N', 'hunter2')).read_text('ascii')
            for name, way in _WAYS.items():
                with self.subTest(kind=kind, way=name):
                    self.assert_refused(way(key), 'protected by a passphrase')

    def test_a_key_that_is_not_whole_is_refused(self) -> None:
        for kind in (['-t', 'ed25519'], ['-t', 'rsa', '-b', '2048', '-m', 'PEM']):
            key = Path(self.make(*kind, '-N', '')).read_text('ascii')
            lines = key.splitlines()
            for broken in ('\n'.join(lines[:-1]), '\n'.join(lines[1:]), '\n'.join(lines[:2] + lines[3:]),
                           '\n'.join([*lines[:-2], lines[-1]]), '\n'.join([lines[0], lines[-1]]),
                           key.replace('\n', 'n'), key.replace(lines[2], lines[2][:-1]),
                           key.replace(lines[2], lines[2].replace(lines[2][5], '\u2026'))):
                with self.subTest(broken=broken):
                    self.assert_refused(broken, 'that is not whole')

    def test_two_keys_are_one_too_many(self) -> None:
        keys = [Path(self.make('-t', 'ed25519', '-N', '', *more)).read_text('ascii') for more in ([], ['-a', '1'])]
        self.assert_refused(''.join(keys), 'more than one private key')
        self.assert_refused(json.dumps({'identity': keys[0], 'deploy_key': keys[1]}), 'the fields identity, deploy_key')

    def test_a_key_beside_a_password_serves_ssh_and_https(self) -> None:
        key = Path(self.make('-t', 'ed25519', '-N', '')).read_text('ascii')
        files = secret_forms.files_of(json.dumps({'identity': key, 'username': 'u', 'password': 'p'}))
        self.assertEqual({name: text for name, text in files.items() if name != 'ssh-key'}, pair('u', 'p'))
        self.assertIn('PRIVATE KEY', files['ssh-key'])


