"""The credential of a private repository."""
import json
import os
import stat

from fake_s3 import Reply, error, replies
from runner import credentials
from runner.failure import JobFailure
from runner_case import S3Case

_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----'


class CredentialsTest(S3Case):
    def test_each_form_stands_for_its_files(self) -> None:
        for secret, expected in (
            ('ghp_token', {'username': 'x-access-token', 'password': 'ghp_token'}),
            ('user:pass', {'username': 'user', 'password': 'pass'}),
            ('user:pass:word', {'username': 'user', 'password': 'pass:word'}),
            (':pass', {'username': '', 'password': 'pass'}),
            ('{"username": "u", "password": "p:{}", "more": 1}', {'username': 'u', 'password': 'p:{}'}),
            ('{"password": "p"}', {'username': 'x-access-token', 'password': 'p'}),
            (_KEY, {'ssh-key': _KEY + '\n'}),
        ):
            with self.subTest(secret=secret):
                self.assertEqual(credentials.files_of(secret), expected)

    def test_json_that_is_none_is_no_credential(self) -> None:
        for secret in ('{', '{"username": "u"', '{username: u}'):
            with self.subTest(secret=secret), self.assertRaises(ValueError):
                credentials.files_of(secret)

    def test_json_whose_values_are_no_text_is_no_credential(self) -> None:
        for secret in ('{"username": null, "password": "p"}', '{"username": "u", "password": ["p"]}', '{"username": "u"}',
                       '{"token": "t"}'):
            with self.subTest(secret=secret), self.assertRaises(ValueError):
                credentials.files_of(secret)

    def prepare(self, name: str, reply: Reply) -> dict[str, str]:
        """The files that are made for a secret of this name, which the service answers so."""
        self.s3.always = replies(reply)
        folder = self.path('git-credential')
        credentials.prepare(self.aws, name, folder, self.log)
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        files: dict[str, str] = {}
        for file in os.listdir(folder):
            path = os.path.join(folder, file)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            with open(path, encoding='utf-8') as content:
                files[file] = content.read()
        return files

    def test_a_secret_of_secrets_manager_is_read(self) -> None:
        reply = Reply(200, json.dumps({'SecretString': 'user:päss'}).encode())
        self.assertEqual(self.prepare('git', reply), {'username': 'user', 'password': 'päss'})
        seen = self.s3.seen[0]
        self.assertEqual(seen.headers['x-amz-target'], 'secretsmanager.GetSecretValue')
        self.assertEqual(json.loads(seen.body), {'SecretId': 'git'})

    def test_a_parameter_of_ssm_is_read(self) -> None:
        reply = Reply(200, json.dumps({'Parameter': {'Value': 'token'}}).encode())
        self.assertEqual(self.prepare('ssm:/git/token', reply)['password'], 'token')
        seen = self.s3.seen[0]
        self.assertEqual(seen.headers['x-amz-target'], 'AmazonSSM.GetParameter')
        self.assertEqual(json.loads(seen.body), {'Name': '/git/token', 'WithDecryption': True})

    def test_one_that_cannot_be_read_is_told_with_the_services_words(self) -> None:
        body = b'{"__type": "com.amazonaws#ResourceNotFoundException", "message": "no such secret"}'
        for reply in (Reply(400, body), error(404, 'NotHere'), Reply(200, b'{"SecretBinary": "eA=="}')):
            with self.subTest(reply=reply), self.assertRaises(JobFailure) as caught:
                self.prepare('git', reply)
            self.assertEqual(caught.exception.reason, 'BAD_SETTINGS')
            self.assertIn("app_credentials 'git' cannot be read", caught.exception.message)
        self.assertIn('400 ResourceNotFoundException: no such secret', self.logged())

    def test_one_that_is_none_is_told_without_showing_it(self) -> None:
        reply = Reply(200, json.dumps({'SecretString': '{"hunter2"'}).encode())
        with self.assertRaises(JobFailure) as caught:
            self.prepare('git', reply)
        self.assertIn('is not readable as a credential', caught.exception.message)
        self.assertNotIn('hunter2', caught.exception.message + self.logged())
        # What the failure came from would show a part of it in a traceback.
        self.assertIsNone(caught.exception.__cause__)

    def test_without_a_name_nobody_is_asked(self) -> None:
        credentials.prepare(self.aws, '', self.path('git-credential'), self.log)
        self.assertEqual(self.s3.seen, [])
        self.assertFalse(os.path.exists(self.path('git-credential')))

    def test_what_was_prepared_is_forgotten(self) -> None:
        self.prepare('git', Reply(200, b'{"SecretString": "token"}'))
        for _ in range(2):
            credentials.forget(self.path('git-credential'))
            self.assertFalse(os.path.exists(self.path('git-credential')))
