"""What requests to the job bucket say beside their own words, because its owner demands it: contract/bucket-demands.ts."""
import re
from collections.abc import Mapping
from types import SimpleNamespace

from runner import contract

TAGS = (contract.BUCKET_ENCRYPTION_TAG, contract.REQUEST_PAYER_TAG)

_ENCRYPTION = re.compile(r'AES256|aws:kms|arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9_-]+')


class Demands(SimpleNamespace):
    def __init__(self, encryption: str = '', requester_pays: bool = False) -> None:
        """:param encryption: `AES256`, `aws:kms`, or the ARN of a KMS key; empty: the bucket's default counts"""
        self.encryption = encryption
        self.requester_pays = requester_pays

    @staticmethod
    def of_tags(tags: Mapping[str, str]) -> 'Demands':
        """Something else than an encryption, which somebody may have written by hand, counts as none."""
        encryption = tags.get(contract.BUCKET_ENCRYPTION_TAG, '')
        return Demands(encryption if _ENCRYPTION.fullmatch(encryption) else '',
                       tags.get(contract.REQUEST_PAYER_TAG) == 'true')

    @property
    def _algorithm(self) -> str:
        return 'aws:kms' if self.encryption.startswith('arn:') else self.encryption

    @property
    def request_headers(self) -> dict[str, str]:
        """Of every request."""
        return {'x-amz-request-payer': 'requester'} if self.requester_pays else {}

    @property
    def write_headers(self) -> dict[str, str]:
        """Of a request that writes a whole object, beside those of every request."""
        name = 'x-amz-server-side-encryption'
        headers = {name: self._algorithm} if self.encryption else {}
        if self.encryption.startswith('arn:'):
            headers[name + '-aws-kms-key-id'] = self.encryption
        return headers

    @property
    def request_words(self) -> list[str]:
        """The same for the AWS CLI: `aws s3` and `aws s3api`."""
        return ['--request-payer', 'requester'] if self.requester_pays else []

    @property
    def write_words(self) -> list[str]:
        """The same for `aws s3 cp`."""
        words = ['--sse', self._algorithm] if self.encryption else []
        return [*words, '--sse-kms-key-id', self.encryption] if self.encryption.startswith('arn:') else words
