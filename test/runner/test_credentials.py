"""The credential of a private repository."""
import base64
import json
import os
import stat

from fake_s3 import Reply, error, replies
from runner import credentials
from runner.failure import JobFailure
from runner.secret import Secrets
from runner_case import S3Case, limit


class CredentialsTest(S3Case):
    def prepare(self, name: str, reply: Reply) -> dict[str, str]:
        """The files that are made for a secret of this name, which the service answers so."""
        self.s3.always = replies(reply)
        folder = self.path('git-credential')
        credentials.prepare(Secrets(self.aws, limit(), self.log), name, folder)
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

    def test_a_secret_of_bytes_is_read_as_the_text_that_it_is(self) -> None:
        for data in ('user:päss'.encode(), '\ufeffuser:päss'.encode(), 'user:päss\r\n'.encode('utf-16')):
            body = json.dumps({'SecretBinary': base64.b64encode(data).decode()}).encode()
            self.assertEqual(self.prepare('git', Reply(200, body)), {'username': 'user', 'password': 'päss'})

    def failure(self, name: str, *replied: Reply, until: float = 60) -> JobFailure:
        self.s3.always = replies(replied[0])
        with self.assertRaises(JobFailure) as caught:
            credentials.prepare(Secrets(self.aws, limit(until), self.log), name, self.path('git-credential'))
        return caught.exception

    def test_one_that_may_not_be_read_is_told_with_the_services_words_and_what_fits_them(self) -> None:
        for code, message, advice in (
            ('ResourceNotFoundException', "Secrets Manager can't find the specified secret.", 'check its name'),
            ('AccessDeniedException', 'no policy allows secretsmanager:GetSecretValue', 'name it there and deploy'),
            ('AccessDeniedException', 'Access to KMS is not allowed', 'let the instance role use its KMS key'),
            ('InvalidRequestException', 'it was marked for deletion.', 'it was marked for deletion.'),
        ):
            body = json.dumps({'__type': 'com.amazonaws#' + code, 'Message': message}).encode()
            failure = self.failure('git', Reply(400, body))
            self.assertEqual(failure.reason, 'BAD_SETTINGS')
            self.assertIn("app_credentials 'git' cannot be read: Secrets Manager answered 400 %s: %s" % (code, message),
                          failure.message)
            self.assertTrue(advice in failure.message)
            self.assertIn('400 %s: %s' % (code, message), self.logged())
        body = b'{"__type": "ParameterNotFound"}'
        self.assertIn('Parameter Store answered 400 ParameterNotFound; check its name',
                      self.failure('ssm:/git', Reply(400, body)).message)

    def test_a_service_that_does_not_answer_is_no_fault_of_the_settings(self) -> None:
        failure = self.failure('git', error(503, 'ServiceUnavailable'), until=5)
        self.assertEqual(failure.reason, 'LOST')
        self.assertIn('Secrets Manager answered 503', failure.message)
        self.s3.close()
        self.assertEqual(self.failure('git', error(503, ''), until=5).reason, 'LOST')

    def test_an_outage_of_minutes_is_survived(self) -> None:
        self.s3.scripts = [replies(error(503, 'ServiceUnavailable'))] * 12
        self.assertEqual(self.prepare('git', Reply(200, b'{"SecretString": "token"}'))['password'], 'token')

    def test_one_that_is_none_is_told_without_showing_it(self) -> None:
        for document, said in (({'SecretString': '{"hunter2"'}, 'begins like JSON and is none'),
                               ({'SecretString': '{"hunter": "hunter2"}'}, 'has the fields hunter, of which none is known'),
                               ({'SecretBinary': base64.b64encode(b'\xffhunter2').decode()}, 'holds bytes that are no text'),
                               ({'SecretString': ''}, 'is empty'), ({}, 'is empty')):
            failure = self.failure('git', Reply(200, json.dumps(document).encode()))
            self.assertEqual(failure.reason, 'BAD_SETTINGS')
            self.assertIn("app_credentials 'git' " + said, failure.message)
            self.assertNotIn('hunter2', failure.message + self.logged())
            # What the failure came from would show a part of it in a traceback.
            self.assertIsNone(failure.__cause__)
        self.assertFalse(os.path.exists(self.path('git-credential')))

    def test_without_a_name_nobody_is_asked(self) -> None:
        credentials.prepare(Secrets(self.aws, limit(), self.log), '', self.path('git-credential'))
        self.assertEqual(self.s3.seen, [])
        self.assertFalse(os.path.exists(self.path('git-credential')))

    def test_what_was_prepared_is_forgotten(self) -> None:
        self.prepare('git', Reply(200, b'{"SecretString": "token"}'))
        for _ in range(2):
            credentials.forget(self.path('git-credential'))
            self.assertFalse(os.path.exists(self.path('git-credential')))
