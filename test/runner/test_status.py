"""The status object: what it says, and that nobody's but our own is ever replaced."""
import json
import time
from typing import Any

from fake_s3 import Reply, Seen, Talk, error, etag_of, loses_the_answer, replies
from runner import status
from runner.failure import JobFailure
from runner.memory import Facts, Phase
from runner.status import NotOurs, NotWritten
from runner.stored import Stored
from runner_case import StatusCase, job_run, limit, status_body

_FIELDS = {'job_id', 'state', 'reason', 'message', 'started', 'ended', 'updated', 'attempt', 'exit_code', 'git_commit',
           'python', 'image_id', 'instance_id', 'instance_type', 'template_version', 'input_key', 'input_version',
           'input_sequencer', 'submitted', 'cost_estimate_usd', 'packages', 'phases', 'usage'}


class ComposeTest(StatusCase):
    def composed(self, facts: Facts) -> dict[str, Any]:
        return json.loads(status.compose(facts, 'RUNNING'))

    def test_what_is_not_known_is_null(self) -> None:
        document = self.composed(Facts())
        self.assertEqual(set(document), _FIELDS)
        for name in _FIELDS - {'state', 'message', 'updated', 'packages', 'phases'}:
            self.assertIsNone(document[name], name)
        self.assertEqual((document['state'], document['message']), ('RUNNING', ''))
        self.assertEqual((document['packages'], document['phases']), ([], []))

    def test_an_empty_version_is_null_and_an_exit_status_of_0_is_not(self) -> None:
        facts = Facts(fields={'input_version': '', 'input_sequencer': '', 'exit_code': 0, 'attempt': 1})
        document = self.composed(facts)
        self.assertIsNone(document['input_version'])
        self.assertIsNone(document['input_sequencer'])
        self.assertEqual((document['exit_code'], document['attempt']), (0, 1))

    def test_what_is_known_is_said(self) -> None:
        facts = Facts(fields={'job_id': 'a/ü', 'reason': 'APP_FAILED', 'message': 'because', 'price_per_hour': '3.6'},
                      packages=['numpy==1.19.5'], phases=[Phase('boot', '2024-01-01T00:00:00Z', 1.5)],
                      launched=time.time() - 100)
        document = self.composed(facts)
        self.assertEqual((document['job_id'], document['reason'], document['message']),
                         ('a/ü', 'APP_FAILED', 'because'))
        self.assertEqual(document['packages'], ['numpy==1.19.5'])
        self.assertEqual(document['phases'], [{'name': 'boot', 'start': '2024-01-01T00:00:00Z', 'seconds': 1.5}])
        self.assertGreaterEqual(document['cost_estimate_usd'], 0.1)
        self.assertNotIn('price_per_hour', document)

    def test_what_was_used_is_said_in_one_place_with_null_for_what_was_not_measured(self) -> None:
        document = self.composed(Facts(fields={'cpu_seconds': 0, 'input_bytes': 22, 'exit_code': 0}))
        self.assertEqual(document['usage'], {
            'peak_memory_bytes': None, 'memory_bytes': None, 'memory_limit_bytes': None, 'cpu_seconds': 0,
            'vcpus': None, 'disk_used_bytes': None, 'input_bytes': 22, 'output_bytes': None})
        self.assertNotIn('input_bytes', document)

    def test_it_is_json_in_utf_8_whatever_was_said(self) -> None:
        for said in ('"quotes" \\ and\nlines\t\x00\x1b\x7f', 'ünï 日本 🚀', '\ud800 half a pair', '\u2028', '\udcff',
                     '</script>', 'x' * 300):
            self.status.set(message=said)
            self.assertEqual(self.status.write('RUNNING', limit(), {}).status, 200)
            document = json.loads(self.s3.body(self.job.status_key).decode('utf-8', 'strict'))
            self.assertEqual(document['message'], said.encode('utf-8', 'replace').decode())
        current = self.s3.current(self.job.status_key)
        assert current is not None
        self.assertEqual(current.content_type, 'application/json')

    def test_the_price_gives_the_cost(self) -> None:
        for price, seconds, expected in (('3.6', 100, 0.1), ('0.0416', 3600, 0.0416), ('1', 1, 0.016667),
                                         ('1', -5, 0.016667),
                                         ('0', 100, 0.0), ('', 100, None), ('free', 100, None), ('1e9', 100, None),
                                         ('-1', 100, None), ('1.', 100, None), ('1\n', 100, None), ('nan', 1, None),
                                         ('١', 100, None)):
            with self.subTest(price=price):
                self.assertEqual(status.cost(price, seconds), expected)


class PushTest(StatusCase):
    def setUp(self) -> None:
        super().setUp()
        self.key = self.job.status_key
        self.assertEqual(self.status.write('RUNNING', limit(), {'if-none-match': '*'}).status, 200)
        self.s3.seen.clear()

    def state(self) -> str:
        return json.loads(self.s3.body(self.key))['state']

    def put_theirs(self) -> bytes:
        theirs = status_body(instance_id='i-2', input_sequencer='02')
        self.s3.put(self.key, theirs)
        return theirs

    def test_our_own_object_is_replaced_with_one_request(self) -> None:
        for message in ('a', 'b', 'c'):
            self.status.set(message=message)
            self.status.push('RUNNING', limit())
            self.assertEqual(json.loads(self.s3.body(self.key))['message'], message)
        self.assertEqual(self.s3.methods(), ['PUT'] * 3)

    def test_an_answer_that_was_lost_after_the_write_is_borne(self) -> None:
        self.s3.scripts = [loses_the_answer]
        self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.state(), 'SUCCEEDED')
        self.assertIn('GET', self.s3.methods())
        self.status.push('FAILED', limit())
        self.assertEqual(self.state(), 'FAILED')

    def test_a_lost_answer_leaves_us_the_owner(self) -> None:
        self.status.set(message='new')
        self.s3.scripts = [loses_the_answer]
        # One try, as the live logs' thread that is stopped meanwhile.
        self.assertIn(self.status.write('RUNNING', limit(), {'if-match': self.memory.facts.etag}).status, (0, 412))
        self.status.stands(limit())
        self.assertTrue(self.status.stands(limit()))
        self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.state(), 'SUCCEEDED')

    def test_an_object_that_somebody_removed_is_written_again(self) -> None:
        self.s3.remove(self.key)
        self.assertFalse(self.status.stands(limit()))
        self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.state(), 'SUCCEEDED')

    def assert_not_ours(self, body: bytes) -> None:
        self.s3.put(self.key, body)
        with self.subTest(body=body):
            with self.assertRaises(NotOurs):
                self.status.stands(limit())
            with self.assertRaises(NotOurs):
                self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.s3.body(self.key), body)

    def test_a_newer_uploads_object_is_left_as_it_is(self) -> None:
        for fields in ({'input_sequencer': '02'}, {'input_version': 'v1', 'attempt': 2},
                       {'input_sequencer': '02', 'instance_id': None, 'state': 'WAITING'},
                       # Another instance of the same upload: one of the two must give way.
                       {'input_version': 'v1', 'input_sequencer': '01', 'attempt': 1}):
            self.assert_not_ours(status_body(**{'instance_id': 'i-2', **fields}))

    def test_of_uploads_by_hand_the_last_one_counts(self) -> None:
        self.status = self.new_status(self.memory, job_run('', ''), 'i-1')
        self.assert_not_ours(status_body(instance_id='i-2'))

    def test_an_object_that_becomes_anothers_meanwhile_is_left_as_it_is(self) -> None:
        theirs: list[bytes] = []

        def takes_over(_seen: Seen, _talk: Talk) -> None:
            theirs.append(self.put_theirs())

        def removed_and_taken(_seen: Seen, _talk: Talk) -> Reply:
            # Seen as missing, and another's when it is to be written again.
            theirs.append(self.put_theirs())
            return error(404, 'NoSuchKey')

        self.s3.scripts = [takes_over]
        with self.assertRaises(NotOurs):
            self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.s3.body(self.key), theirs[-1])
        self.s3.remove(self.key)
        self.s3.scripts = [lambda _seen, _talk: None, removed_and_taken]
        with self.assertRaises(NotOurs):
            self.status.push('SUCCEEDED', limit())
        self.assertEqual(self.s3.body(self.key), theirs[-1])

    def test_every_write_is_conditional(self) -> None:
        self.s3.scripts = [loses_the_answer, replies(error(503, 'SlowDown'))]
        self.status.push('RUNNING', limit())
        self.s3.remove(self.key)
        self.status.push('SUCCEEDED', limit())
        writes = [seen for seen in self.s3.seen if seen.method == 'PUT']
        for seen in writes:
            self.assertTrue('if-match' in seen.headers or 'if-none-match' in seen.headers)
            self.assertNotEqual(seen.headers.get('if-match'), '')

    def assert_replaced(self, body: bytes) -> None:
        with self.subTest(body=body[:40]):
            self.s3.put(self.key, body)
            self.assertFalse(self.status.stands(limit()))
            self.status.push('FAILED', limit())
            self.assertEqual(self.state(), 'FAILED')
            # With the ETag of what it replaced, so that nothing else is.
            self.assertEqual(self.s3.seen[-1].headers['if-match'], etag_of(body))
            self.assertTrue(self.status.stands(limit()))

    def test_an_object_that_is_no_status_is_replaced(self) -> None:
        for body in (b'', b'garbage', b'[]', b'"text"', b'null', b'\xff\xfe', b'{"instance_id": 7}', b'[' * 200_000,
                     b'{"instance_id": null}', b'{"instance_id": "i-2", "input_sequencer": "FF", "state": "garbage"}'):
            self.assert_replaced(body)

    def test_an_older_uploads_object_is_replaced(self) -> None:
        for fields in ({'input_sequencer': '00'}, {'input_version': 'v0', 'input_sequencer': None}):
            self.assert_replaced(status_body(instance_id='i-2', **fields))

    def test_a_service_that_does_not_answer_is_told(self) -> None:
        self.s3.always = replies(error(503, 'SlowDown'))
        with self.assertRaises(NotWritten) as caught:
            self.status.push('FAILED', limit(10))
        self.assertIn('503', str(caught.exception))
        # Nobody knows whose it is, so it is ours until somebody says otherwise.
        self.assertTrue(self.status.stands(limit(10)))

    def test_a_refusal_is_told(self) -> None:
        self.s3.always = replies(error(403, 'AccessDenied'))
        with self.assertRaises(NotWritten):
            self.status.push('FAILED', limit())
        self.assertEqual(len(self.s3.seen), 2)

    def test_races_end(self) -> None:
        self.s3.always = lambda seen, _talk: error(412, 'PreconditionFailed') if seen.method == 'PUT' else None
        with self.assertRaises(NotWritten):
            self.status.push('FAILED', limit())

    def test_whose_it_is_costs_one_request_as_long_as_it_is_ours(self) -> None:
        self.assertTrue(self.status.stands(limit()))
        self.assertEqual(self.s3.methods(), ['HEAD'])

    def test_whoever_comes_after_a_killed_runner_is_the_owner_too(self) -> None:
        memory = self.new_memory('memory')
        self.assertEqual(memory.facts.etag, self.memory.facts.etag)
        self.new_status(memory, job_run(), 'i-1').push('FAILED', limit())
        self.assertEqual(self.s3.methods(), ['PUT'])

    def test_what_is_stored_is_told_as_text(self) -> None:
        self.s3.put(self.key, status_body(message='because', input_version=None))
        stored = self.status.read(limit())
        self.assertEqual([stored.text(name) for name in ('message', 'input_version', 'python')], ['because', '', ''])
        self.assertIsInstance(stored, Stored)
        self.assertFalse(stored.is_of(None))

    def test_a_failure_is_logged_and_kept(self) -> None:
        self.status.fail(JobFailure('NO_OUTPUT', 'the app wrote nothing'))
        self.assertTrue(self.status.failed)
        self.assertIn('ERROR NO_OUTPUT: the app wrote nothing', self.logged())
        self.assertEqual(self.new_memory('memory').facts.fields['reason'], 'NO_OUTPUT')
