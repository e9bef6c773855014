"""The variables of the app's environment that are its own."""
import json

from fake_s3 import Reply, replies
from runner.failure import JobFailure
from runner.secret import Secrets
from runner.variables import Variables
from runner_case import S3Case, limit


class VariablesTest(S3Case):
    def test_every_problem_is_told_and_no_secret_is_shown(self) -> None:
        found = '; '.join(Variables({
            'app_env.PATH': '/x', 'app_env.a-b': '1', 'app_env.URL': 'redis://:hunter2@cache', 'app_env.BOTH': '1',
            'app_secrets.BOTH': 'db', 'app_secrets.KEY': 'hunter2 with words', 'app_secrets.LINE': 'hunter2\n',
            'app_env.EMPTY': '', 'app_envy.X': '1', 'Name': 'x'}).problems())
        for part in ("app_env 'PATH' is the runner's", "app_env 'a-b' names no variable", 'app_env.URL holds a password',
                     'app_secrets.KEY names no secret', 'app_secrets.LINE holds control characters',
                     'app_env and app_secrets both have BOTH'):
            self.assertIn(part, found)
        self.assertNotIn('hunter2', found)
        self.assertNotIn('EMPTY', found)
        self.assertNotIn('envy', found)

    def failure(self, text: str) -> JobFailure:
        self.s3.always = replies(Reply(200, json.dumps({'SecretString': text}).encode()))
        with self.assertRaises(JobFailure) as caught:
            Variables({'app_secrets.KEY': 'db'}).read_secrets(Secrets(self.aws, limit(), self.log))
        return caught.exception

    def test_a_secret_that_no_variable_can_hold_is_told(self) -> None:
        for text, said in (('', 'is empty'), ('hunter2\0', 'holds characters'), ('hunter2\ud800', 'holds characters')):
            failure = self.failure(text)
            self.assertEqual(failure.reason, 'BAD_SETTINGS')
            self.assertIn("app_secrets.KEY 'db' " + said, failure.message)
            self.assertNotIn('hunter2', failure.message)
