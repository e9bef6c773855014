"""The instance metadata service, and whatever else may answer in its place."""
import json

from fake_s3 import FakeS3, Reply, Seen, Talk, replies
from runner.metadata import Metadata, Unavailable
from runner.sigv4 import Credentials
from runner_case import RunnerCase

_ROLE = 'meta-data/iam/security-credentials/'
_PAGE = Reply(200, b'<html>\nsign in first\n</html>', {'content-type': 'text/html; charset=utf-8'})
_BARE_PAGE = Reply(200, b'<html>\nsign in first\n</html>')
_HALF = Reply(200, b'{"instanceId": "i-')


def _as_it_does(_seen: Seen, _talk: Talk) -> None:
    pass


class MetadataTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.service = FakeS3()
        self.addCleanup(self.service.close)
        self.service.metadata.update({
            'dynamic/instance-identity/document': json.dumps({'instanceId': 'i-1'}),
            'meta-data/services/domain': 'amazonaws.com.cn',
            _ROLE: 'runner',
            _ROLE + 'runner': json.dumps({'AccessKeyId': 'AKID', 'SecretAccessKey': 'secret', 'Token': 'token'}),
        })
        self.metadata = self.new_metadata()

    def new_metadata(self, wait: float = 30.0) -> Metadata:
        return Metadata({'AWS_EC2_METADATA_SERVICE_ENDPOINT': self.service.url}, wait)

    def test_what_is_no_answer_of_it_is_asked_for_again(self) -> None:
        """At each of the requests: for the token, and for what is asked."""
        for wrong in (_PAGE, _BARE_PAGE, _HALF):
            for before in range(3):
                with self.subTest(wrong=wrong, before=before):
                    metadata = self.new_metadata()
                    self.service.scripts = [_as_it_does] * before + [replies(wrong)]
                    self.assertEqual(metadata.identity(), {'instanceId': 'i-1'})
                    self.assertEqual(metadata.credentials(), Credentials('AKID', 'secret', 'token'))
                    self.assertEqual(metadata.domain(), 'amazonaws.com.cn')
                    self.service.scripts = []

    def test_what_never_answers_as_it_does_is_not_there(self) -> None:
        metadata = self.new_metadata(0.0)
        for wrong in (_PAGE, _BARE_PAGE):
            self.service.always = replies(wrong)
            with self.assertRaises(Unavailable):
                metadata.identity()
            with self.assertRaises(Unavailable):
                metadata.credentials()
            self.assertEqual(metadata.domain(), 'amazonaws.com')

    def test_an_instance_without_a_role_has_no_credentials(self) -> None:
        del self.service.metadata[_ROLE]
        with self.assertRaisesRegex(Unavailable, 'has no role'):
            self.metadata.credentials()

    def test_a_role_that_ec2_cannot_assume_is_told_in_its_words(self) -> None:
        self.service.metadata[_ROLE + 'runner'] = json.dumps({'Code': 'AssumeRoleUnauthorizedAccess', 'Message': 'EC2 cannot'})
        with self.assertRaisesRegex(Unavailable, 'EC2 cannot'):
            self.metadata.credentials()
