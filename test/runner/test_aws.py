"""Signed requests and their retries."""
import json
import time
from email.utils import formatdate
from typing import Optional
from unittest import mock

from fake_s3 import Reply, Script, Seen, Talk, breaks_off, error, hangs, replies, says_nothing
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.failure import Stopped, Stopping
from runner.metadata import Metadata, Unavailable
from runner.sigv4 import Credentials
from runner_case import FakeMetadata, S3Case, limit


class NoCredentials(FakeMetadata):
    """An instance whose role is not there yet."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def credentials(self, until: Optional[Limit] = None) -> Credentials:
        self.times -= 1
        if self.times >= 0:
            raise Unavailable('the instance has no role')
        return super().credentials(until)


class AwsTest(S3Case):
    def retry(self, *scripts: Script, refused_seconds: float = 0.0) -> Answer:
        """The last answer of a server that does this, and then what it should."""
        self.s3.seen.clear()
        self.s3.scripts = list(scripts)
        self.s3.put('key', b'body')
        return self.aws.retry(limit(), lambda: self.aws.request('s3', 'GET', '/jobs/key'), refused_seconds)

    def test_a_fault_of_the_service_or_the_network_is_tried_again(self) -> None:
        for script in (*(replies(error(status, 'Fault')) for status in (307, 408, 409, 429, 500, 502, 503, 504)),
                       breaks_off, says_nothing):
            answer = self.retry(script, script, script)
            self.assertEqual((answer.status, answer.body), (200, b'body'))
            self.assertEqual(len(self.s3.seen), 4)

    def test_what_is_no_fault_is_told_at_once(self) -> None:
        for status in (404, 405, 411, 412, 416):
            self.assertEqual(self.retry(replies(error(status, 'No'))).status, status)
            self.assertEqual(len(self.s3.seen), 1)

    def test_a_refusal_is_tried_once_more(self) -> None:
        """Credentials that have expired look like one."""
        for status in (400, 401, 403):
            self.assertEqual(self.retry(replies(error(status, 'No'))).status, 200)
            refusal = replies(error(status, 'No'))
            self.assertEqual(self.retry(refusal, refusal, refusal).status, status)
            self.assertEqual(len(self.s3.seen), 2)

    def test_a_refusal_may_be_borne_for_a_while(self) -> None:
        refusals = [replies(error(403, 'AccessDenied'))] * 8
        self.assertEqual(self.retry(*refusals, refused_seconds=300).status, 200)
        self.assertEqual(len(self.s3.seen), 9)

    def test_at_the_limit_the_last_answer_counts(self) -> None:
        self.s3.always = replies(error(503, 'SlowDown', 'Please reduce your request rate.'))
        answer = self.aws.retry(limit(10), lambda: self.aws.request('s3', 'GET', '/jobs/key'))
        self.assertEqual(str(answer), '503 SlowDown: Please reduce your request rate.')

    def test_a_server_that_never_answers_is_no_answer(self) -> None:
        self.s3.always = hangs
        answer = self.aws.retry(limit(0.5), lambda: self.aws.request('s3', 'GET', '/jobs/key', limit=limit(0.2)))
        self.assertEqual((answer.status, str(answer)), (0, 'no answer in time'))

    def test_a_stopped_job_tries_nothing_again(self) -> None:
        def stops(_seen: Seen, _talk: Talk) -> Reply:
            self.stopping.begin()
            return error(503, 'SlowDown')
        with self.assertRaises(Stopped):
            self.retry(stops)

    def test_a_stopped_job_does_not_wait_for_its_next_try(self) -> None:
        self.stopping = Stopping()
        self.aws = self.new_aws()
        self.s3.always = replies(error(503, 'SlowDown'))
        work = self.in_thread(lambda: self.aws.retry(limit(1e6), lambda: self.aws.request('s3', 'GET', '/jobs/key')))
        self.wait_for(lambda: len(self.s3.seen) > 0, 'the first try')
        self.stopping.begin()
        self.assertIsInstance(work.join().error, Stopped)

    def test_interrupt_wakes_the_requests_of_every_service(self) -> None:
        self.s3.always = hangs
        works = [self.in_thread(lambda service=service: self.aws.request(service, 'GET', '/'))
                 for service in ('s3', 'ssm', 'secretsmanager')]
        self.wait_for(lambda: len(self.s3.seen) == 3, 'the requests')
        self.stopping.begin()
        self.aws.interrupt()
        for work in works:
            self.assertIsInstance(work.join().error, Stopped)

    def answer_to(self, reply: Reply) -> Answer:
        self.s3.scripts = [replies(reply)]
        return self.aws.request('s3', 'GET', '/jobs/key')

    def test_the_words_of_s3_are_told(self) -> None:
        answer = self.answer_to(error(403, 'AccessDenied', 'Access Denied by a policy'))
        self.assertEqual((answer.code, answer.message), ('AccessDenied', 'Access Denied by a policy'))
        self.assertEqual(str(answer), '403 AccessDenied: Access Denied by a policy')

    def test_the_words_of_a_json_service_are_told(self) -> None:
        for body in ({'__type': 'com.amazonaws.secretsmanager#ResourceNotFoundException', 'Message': 'no such secret'},
                     {'__type': 'ResourceNotFoundException', 'message': 'no such secret'}):
            answer = self.answer_to(Reply(400, json.dumps(body).encode()))
            self.assertEqual(str(answer), '400 ResourceNotFoundException: no such secret')

    def test_an_answer_without_words_is_told_by_its_status(self) -> None:
        for body in (b'', b'<html>', b'{', b'{"a": 1}', b'\xff\xfe', b'{"__type": "x' + b'x' * 100_000):
            self.assertEqual(str(self.answer_to(Reply(404, body))), '404')
        self.assertLessEqual(len(str(self.answer_to(error(404, 'x' * 1000, 'y' * 1000)))), 400)

    def test_an_answer_that_nests_without_end_has_no_words(self) -> None:
        self.assertEqual(str(self.answer_to(Reply(404, b'{"a":' * 10_000))), '404')

    def test_credentials_are_asked_anew_after_a_refusal(self) -> None:
        self.retry(replies(error(403, 'ExpiredToken')))
        self.assertEqual(self.metadata.asked, 2)
        self.assertIn('Credential=AKID1/', self.s3.seen[0].headers['authorization'])
        self.assertIn('Credential=AKID2/', self.s3.seen[1].headers['authorization'])
        self.retry()
        self.assertEqual(self.metadata.asked, 2)

    def test_a_role_that_comes_late_is_waited_for(self) -> None:
        self.metadata = NoCredentials(3)
        self.aws = self.new_aws()
        self.assertEqual(self.retry().status, 200)
        self.metadata = NoCredentials(1)
        self.aws = self.new_aws()
        self.assertEqual(str(self.aws.request('s3', 'GET', '/jobs/key')), 'the instance has no role')

    def amz_date(self, seen: Seen) -> float:
        return time.mktime(time.strptime(seen.headers['x-amz-date'], '%Y%m%dT%H%M%SZ')) - time.timezone

    def test_a_clock_that_is_wrong_is_set_by_the_services(self) -> None:
        for code in ('RequestTimeTooSkewed', 'RequestExpired', 'InvalidSignatureException'):
            self.aws = self.new_aws()
            truth = time.time() + 3_000_000
            refusal = error(403, code)
            refusal.headers['date'] = formatdate(truth, usegmt=True)

            def dated(_seen: Seen, talk: Talk, refusal: Reply = refusal) -> bool:
                talk.raw(b'HTTP/1.1 403 Forbidden\r\nDate: %s\r\nContent-Length: %d\r\n\r\n%s' % (
                    refusal.headers['date'].encode(), len(refusal.body), refusal.body))
                return False

            self.assertEqual(self.retry(dated).status, 200)
            first, second = self.s3.seen
            self.assertLess(abs(self.amz_date(first) - time.time()), 1000)
            self.assertLess(abs(self.amz_date(second) - truth), 1000)

    def test_a_date_that_is_none_sets_no_clock(self) -> None:
        for date in (b'', b'Date: tomorrow\r\n', b'Date: Mon, 99 Foo 2020 00:00:00 GMT\r\n'):
            def dated(_seen: Seen, talk: Talk, date: bytes = date) -> bool:
                body = error(403, 'RequestTimeTooSkewed').body
                talk.raw(b'HTTP/1.1 403 Forbidden\r\n%sContent-Length: %d\r\n\r\n%s' % (date, len(body), body))
                return False
            self.assertEqual(self.retry(dated).status, 200)
            self.assertLess(abs(self.amz_date(self.s3.seen[-1]) - time.time()), 1000)

    def test_a_service_is_where_the_environment_says(self) -> None:
        def host(service: str, **environment: str) -> str:
            return Aws(self.metadata, 'eu-west-1', 'amazonaws.com.cn', self.stopping, environment).server(service).host

        self.assertEqual(host('s3'), 's3.eu-west-1.amazonaws.com.cn')
        self.assertEqual(host('s3', AWS_ENDPOINT_URL='http://a:1'), 'a:1')
        self.assertEqual(host('s3', AWS_ENDPOINT_URL='http://a:1', AWS_ENDPOINT_URL_S3='http://b:2'), 'b:2')
        self.assertEqual(host('secretsmanager', AWS_ENDPOINT_URL_SECRETS_MANAGER='http://c:3'), 'c:3')

    def test_an_operation_of_a_json_service_is_tried_again(self) -> None:
        self.s3.scripts = [replies(Reply(500)), replies(Reply(200, b'{}'))]
        self.assertEqual(self.aws.json('ssm', 'AmazonSSM.GetParameter', {'Name': 'ü'}, limit()).status, 200)
        seen = self.s3.seen[1]
        self.assertEqual((seen.method, seen.path), ('POST', '/'))
        self.assertEqual(seen.headers['x-amz-target'], 'AmazonSSM.GetParameter')
        self.assertEqual(json.loads(seen.body), {'Name': 'ü'})


class MetadataTest(S3Case):
    """The metadata service itself."""

    def service(self, wait: float = 0.0) -> Metadata:
        return Metadata({'AWS_EC2_METADATA_SERVICE_ENDPOINT': self.s3.url}, wait)

    def role(self, key: str, document: Optional[str] = None) -> None:
        self.s3.metadata['meta-data/iam/security-credentials/'] = 'runner\n'
        self.s3.metadata['meta-data/iam/security-credentials/runner'] = document or json.dumps(
            {'AccessKeyId': key, 'SecretAccessKey': 'secret', 'Token': 'token'})

    def test_credentials_are_kept_until_they_are_expired(self) -> None:
        metadata = self.service()
        self.role('first')
        self.assertEqual(metadata.credentials(), Credentials('first', 'secret', 'token'))
        self.role('second')
        self.assertEqual(metadata.credentials().access_key, 'first')
        metadata.expire_credentials()
        self.assertEqual(metadata.credentials().access_key, 'second')

    def test_a_role_that_cannot_be_assumed_has_no_credentials(self) -> None:
        """So the service says, with 200, as long as the role's trust policy is not right yet."""
        self.role('', '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role runner"}')
        with self.assertRaises(Unavailable):
            self.service().credentials()

    def test_an_instance_without_a_role_has_no_credentials(self) -> None:
        with self.assertRaises(Unavailable):
            self.service().credentials()

    def test_a_token_that_has_expired_is_replaced(self) -> None:
        metadata = self.service(wait=60)
        self.s3.metadata['meta-data/tags/instance/a'] = 'b'
        self.assertEqual(metadata.tag('a'), 'b')
        self.s3.scripts = [replies(Reply(401))]
        with mock.patch('runner.metadata._PAUSE_SECONDS', 0.0):
            self.assertEqual(metadata.tag('a'), 'b')
        self.assertEqual(self.s3.methods(), ['PUT', 'GET', 'GET', 'PUT', 'GET'])

    def test_what_is_not_there_is_none_and_no_answer_is_told(self) -> None:
        metadata = self.service()
        self.assertIsNone(metadata.tag('missing'))
        self.s3.always = replies(Reply(503))
        with self.assertRaises(Unavailable) as caught:
            metadata.tag('a')
        self.assertIn('503', str(caught.exception))

    def test_who_needs_credentials_by_some_time_does_not_wait_for_longer(self) -> None:
        self.s3.always = hangs
        metadata = self.service(wait=1e6)
        first = self.in_thread(lambda: metadata.credentials(limit(1e6)))
        self.wait_for(lambda: len(self.s3.seen) > 0, 'the first request')
        # One who waits for the other, and one who asks himself.
        for one in (metadata, self.service(wait=1e6)):
            with self.assertRaises(Unavailable):
                self.ends(lambda one=one: one.credentials(limit(0.3)))
        self.s3.close()
        self.assertIsNone(first.error)
