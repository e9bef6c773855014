"""Secrets, as settings name them."""
import json

from fake_s3 import Reply, replies
from runner.failure import JobFailure
from runner.secret import Secrets
from runner_case import S3Case, limit

_DOCUMENT = {'username': 'app', 'password': 'hunter2', 'port': 5432, 'ratio': 1.50, 'tls': True, 'none': None, 'hosts': ['a']}


class SecretTest(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.answer(json.dumps(_DOCUMENT).replace('1.5', '1.50'))
        self.secrets = Secrets(self.aws, limit(), self.log)

    def answer(self, text: str) -> None:
        self.s3.always = replies(Reply(200, json.dumps({'SecretString': text}).encode()))

    def failure(self, reference: str) -> str:
        with self.assertRaises(JobFailure) as caught:
            self.secrets.text('app_secrets.KEY', reference)
        self.assertEqual(caught.exception.reason, 'BAD_SETTINGS')
        self.assertNotIn('hunter2', caught.exception.message + self.logged())
        self.assertIsNone(caught.exception.__cause__)
        return caught.exception.message

    def test_a_field_is_text_or_what_stands_there_for_a_number(self) -> None:
        for field, text in (('password', 'hunter2'), ('port', '5432'), ('ratio', '1.50'), ('tls', 'true')):
            self.assertEqual(self.secrets.text('app_secrets.KEY', 'db#' + field), text)
        self.assertEqual(json.loads(self.s3.seen[0].body), {'SecretId': 'db'})

    def test_a_secret_is_asked_for_once(self) -> None:
        for reference in ('db#username', 'db#password', 'db'):
            self.secrets.text('app_secrets.KEY', reference)
        self.assertEqual(len(self.s3.seen), 1)

    def test_what_has_no_such_field_is_told_without_showing_it(self) -> None:
        self.assertEqual(self.failure('db#pasword'), "app_secrets.KEY 'db#pasword' names the field pasword, which the secret does not have")
        for field in ('none', 'hosts'):
            self.assertIn('which is neither text nor a number', self.failure('db#' + field))
        for text in ('hunter2', '["hunter2"]', '{"hunter2'):
            self.answer(text)
            self.secrets = Secrets(self.aws, limit(), self.log)
            self.assertIn('the secret is no JSON with fields', self.failure('db#password'))

    def test_a_refusal_names_the_setting(self) -> None:
        body = json.dumps({'__type': 'AccessDeniedException', 'Message': 'no policy allows it'}).encode()
        self.s3.always = replies(Reply(400, body))
        self.assertEqual(self.failure('db#password'), "app_secrets.KEY 'db' cannot be read: Secrets Manager answered 400 "
                         'AccessDeniedException: no policy allows it; the instance role may read what settings.yaml names alone:'
                         ' name it there and deploy')
