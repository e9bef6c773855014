"""What the owner of the bucket demands, as requests and the AWS CLI say it."""
import unittest

from runner.demands import Demands

_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
_SSE = 'x-amz-server-side-encryption'


class DemandsTest(unittest.TestCase):
    def test_nothing_is_said_without_tags(self) -> None:
        demands = Demands.of_tags({'app_url': 'x'})
        self.assertEqual((demands.request_headers, demands.write_headers), ({}, {}))
        self.assertEqual((demands.request_words, demands.write_words), ([], []))

    def test_each_is_said(self) -> None:
        for encryption, headers, words in (
                ('AES256', {_SSE: 'AES256'}, ['--sse', 'AES256']),
                ('aws:kms', {_SSE: 'aws:kms'}, ['--sse', 'aws:kms']),
                (_KEY, {_SSE: 'aws:kms', _SSE + '-aws-kms-key-id': _KEY},
                 ['--sse', 'aws:kms', '--sse-kms-key-id', _KEY])):
            demands = Demands.of_tags({'bucket_encryption': encryption, 'bucket_request_payer': 'true'})
            self.assertEqual((demands.write_headers, demands.write_words), (headers, words))
            self.assertEqual(demands.request_headers, {'x-amz-request-payer': 'requester'})
            self.assertEqual(demands.request_words, ['--request-payer', 'requester'])

    def test_what_is_no_encryption_is_not_said(self) -> None:
        for text in ('aes256', 'AES256\r\nx: y', _KEY + ' --acl', 'alias/x'):
            self.assertEqual(Demands.of_tags({'bucket_encryption': text}), Demands())
