"""Whose job it is."""
import json
import os
import threading
from typing import Optional, Union

from fake_s3 import Reply, Script, Seen, Talk, error, loses_the_answer, replies, says_nothing
from runner import claim, restart
from runner.aws import Answer
from runner.clock import Limit
from runner.failure import JobFailure
from runner.job_line import JobRun
from runner.memory import Memory
from runner.paths import Paths
from runner.status import Status
from runner.stored import Stored, order_of
from runner_case import PartialContext, StatusCase, job_run, limit, status_body

_Field = Union[str, float, 'list[int]', None]


def stored(**fields: _Field) -> Stored:
    return Stored(Answer(200, {'etag': '"e"'}, status_body(**fields)))


class OrderTest(StatusCase):
    def assert_order(self, expected: str, job: JobRun, **theirs: _Field) -> None:
        with self.subTest(job=job, theirs=theirs):
            self.assertEqual(order_of(stored(**theirs), job), expected)

    def test_the_same_version_is_the_same_upload(self) -> None:
        for sequencer in ('01', '99', None):
            self.assert_order('same', job_run('v1', '01'), input_version='v1', input_sequencer=sequencer, attempt=1)

    def test_another_version_stands_by_its_sequencer(self) -> None:
        for theirs, expected in (('00', 'older'), ('02', 'newer'), ('01', 'same')):
            self.assert_order(expected, job_run('v1', '01'), input_version='v0', input_sequencer=theirs, attempt=1)

    def test_sequencers_of_different_length_are_padded_on_the_right(self) -> None:
        for theirs, ours, expected in (('0055', '005', 'newer'), ('005', '0055', 'older'),
                                       ('0055AE', '0055AF00', 'older'),
                                       ('0055B0', '0055AF00', 'newer'), ('0055AE00', '0055AE', 'same'),
                                       ('1', '09', 'newer'),
                                       ('9', 'A', 'older'), ('0055ae', '0055AE', 'same'),
                                       ('0055af', '0055AE', 'newer')):
            self.assert_order(expected, job_run('', ours), input_sequencer=theirs, attempt=1)

    def test_attempts_of_one_upload_stand_by_their_number(self) -> None:
        for theirs, ours, expected in ((1, 1, 'same'), (1, 2, 'older'), (2, 1, 'newer'), (9, 10, 'older'),
                                       (10, 9, 'newer'), (2.0, 2, 'same'), (99, 1, 'newer')):
            self.assert_order(expected, job_run('v1', '01', ours), input_version='v1', input_sequencer='01',
                              attempt=theirs)

    def test_that_a_job_was_cancelled_holds_for_every_attempt(self) -> None:
        for sequencer, ours, expected in (('01', 1, 'same'), ('01', 2, 'same'), ('00', 1, 'older'), ('02', 1, 'newer')):
            self.assert_order(expected, job_run('', '01', ours), state='FAILED', reason='CANCELLED',
                              input_sequencer=sequencer, attempt=1)

    def test_uploads_that_say_nothing_are_ordered_by_nothing(self) -> None:
        self.assert_order('unknown', job_run('', ''), attempt=1)
        self.assert_order('unknown', job_run('v1', ''), input_version='v0', attempt=1)
        self.assert_order('newer', job_run('v1', ''), input_version='v0', input_sequencer='01', attempt=1)
        self.assert_order('older', job_run('v1', '01'), input_version='v0', attempt=1)

    def test_what_has_no_attempt_that_could_be_is_no_status(self) -> None:
        for attempt in ('2', '\u00b2', '', None, 0, -1, 1.5, 100, 10**400, True, [1]):
            with self.subTest(attempt=attempt):
                self.assertFalse(stored(input_version='v1', attempt=attempt).is_record)
                self.assertEqual(order_of(stored(input_version='v1', attempt=attempt), job_run()), 'older')

    def test_a_reason_of_a_newer_version_leaves_the_record_to_its_writer(self) -> None:
        self.assert_order('newer', job_run('v1', '01'), state='FAILED', reason='OF_A_NEWER_VERSION', input_sequencer='02')

    def test_a_sequencer_that_would_be_the_newest_for_ever_is_none(self) -> None:
        for sequencer in ('zz', 'FF ', '0' * 65, 'ＦＦ', 7):
            self.assert_order('older', job_run('v1', '01'), input_version='v0', input_sequencer=sequencer)


    def test_what_is_no_status_is_older_than_every_upload(self) -> None:
        for body in (b'', b'garbage', b'[]', b'7', b'{"input_version": "v1", "attempt": 2}', b'{"state": ["RUNNING"]}',
                     b'{"input_sequencer": "FF", "state": "DONE"}', b'{"input_sequencer": "FF", "state": null}'):
            for job in (job_run(), job_run('', ''), job_run('v1', '')):
                with self.subTest(body=body, job=job):
                    self.assertEqual(order_of(Stored(Answer(200, {'etag': '"e"'}, body)), job), 'older')


class ClaimTest(StatusCase):
    def setUp(self) -> None:
        super().setUp()
        self.key = self.job.status_key
        self.paths = Paths(self.folder)
        os.makedirs(self.paths.work)
        restart.note_boot(self.paths.first_boot)

    def claim(self, *scripts: Script, job: Optional[JobRun] = None, until: Optional[Limit] = None) -> None:
        self.s3.scripts = list(scripts)
        self.take(self.status, self.memory, job or self.job, self.instance_id, until)

    def take(self, status: Status, memory: Memory, job: JobRun, instance_id: str,
             until: Optional[Limit] = None) -> None:
        claim.take(PartialContext(
            status=status, aws=self.aws, memory=memory, line=job, instance_id=instance_id, paths=self.paths,
            limit=until or limit(), log=self.log))

    def put(self, **fields: _Field) -> bytes:
        body = status_body(**fields)
        self.s3.put(self.key, body)
        return body

    def assert_claimed(self) -> None:
        self.assertTrue(self.memory.facts.claimed)
        document = json.loads(self.s3.body(self.key))
        self.assertEqual((document['state'], document['instance_id']), ('RUNNING', 'i-1'))
        # Ours, and known to be: the next write needs no look.
        self.s3.seen.clear()
        self.status.push('RUNNING', limit())
        self.assertEqual(self.s3.methods(), ['PUT'])

    def assert_taken(self, body: bytes, *scripts: Script) -> None:
        with self.assertRaises(claim.Taken):
            self.claim(*scripts)
        self.assertFalse(self.memory.facts.claimed)
        self.assertEqual(self.s3.body(self.key), body)

    def test_a_job_without_an_object_is_ours_with_one_request(self) -> None:
        self.claim()
        self.assertEqual(self.s3.methods(), ['PUT'])
        self.assert_claimed()

    def test_an_older_uploads_object_is_replaced(self) -> None:
        for state in ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED'):
            self.put(instance_id='i-2', state=state, input_version='v0', input_sequencer='00', attempt=1)
            self.claim()
            self.assert_claimed()

    def test_a_newer_uploads_object_is_left(self) -> None:
        for state in ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED'):
            self.assert_taken(self.put(instance_id='i-2', state=state, input_version='v2', input_sequencer='02',
                                       attempt=1))

    def test_what_waits_is_taken(self) -> None:
        """The launcher says WAITING of the upload that it could not start yet."""
        self.put(instance_id=None, state='WAITING', input_version='v1', input_sequencer='01', attempt=1)
        self.claim()
        self.assert_claimed()

    def test_the_same_upload_elsewhere_is_left(self) -> None:
        for state in ('RUNNING', 'SUCCEEDED', 'FAILED'):
            self.assert_taken(self.put(instance_id='i-2', state=state, input_version='v1', input_sequencer='01',
                                       attempt=1))

    def test_a_later_attempt_takes_over(self) -> None:
        self.put(instance_id='i-2', state='FAILED', input_version='v1', input_sequencer='01', attempt=1)
        self.claim(job=job_run(attempt=2))
        self.assert_claimed()

    def test_what_somebody_has_cancelled_is_left(self) -> None:
        ended = {'state': 'FAILED', 'reason': 'CANCELLED', 'input_version': 'v1', 'input_sequencer': '01', 'attempt': 1}
        # Waiting; in an earlier attempt; and ours, before we knew that the claim was.
        for instance_id in (None, 'i-0', 'i-1'):
            self.job = job_run(attempt=2 if instance_id == 'i-0' else 1)
            self.assert_taken(self.put(instance_id=instance_id, **ended))

    def test_an_answer_to_our_own_write_may_be_lost(self) -> None:
        self.claim(loses_the_answer)
        self.assert_claimed()

    def test_our_own_record_that_says_running_is_ours(self) -> None:
        self.put(instance_id='i-1', state='RUNNING', input_version='v1', input_sequencer='01', attempt=1)
        self.claim()
        self.assert_claimed()

    def restarted(self) -> None:
        with open(self.paths.first_boot, 'w', encoding='ascii') as file:
            file.write('another boot\n')
        with self.memory as facts:
            facts.claimed, facts.etag = False, ''

    def test_our_own_record_that_says_running_from_before_a_restart_is_interrupted(self) -> None:
        self.restarted()
        self.put(instance_id='i-1', state='RUNNING', input_version='v1', input_sequencer='01', attempt=1)
        with self.assertRaises(JobFailure) as caught:
            self.claim()
        self.assertEqual(caught.exception.reason, 'INTERRUPTED')
        self.assertTrue(self.memory.facts.claimed)
        # The final record goes in its place.
        self.status.push('FAILED', limit())
        self.assertEqual(json.loads(self.s3.body(self.key))['state'], 'FAILED')

    def test_a_job_that_was_ours_before_a_restart_is_not_run_again_whatever_became_of_its_record(self) -> None:
        older = status_body(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)
        for what in (None, b'somebody wrote this', older):
            with self.subTest(what=what):
                self.claim()
                self.assert_claimed()
                self.restarted()
                self.s3.remove(self.key)
                if what is not None:
                    self.s3.put(self.key, what)
                with self.assertRaises(JobFailure) as caught:
                    self.claim()
                self.assertEqual(caught.exception.reason, 'INTERRUPTED')
                self.status.push('FAILED', limit())
                self.assertEqual(json.loads(self.s3.body(self.key))['state'], 'FAILED')
                self.s3.remove(self.key)
                os.unlink(self.paths.first_boot)
                os.unlink(self.paths.claimed)

    def test_a_newer_uploads_record_stands_after_a_restart(self) -> None:
        self.claim()
        self.restarted()
        newer = self.put(instance_id='i-2', state='RUNNING', input_version='v2', input_sequencer='02', attempt=1)
        self.assert_taken(newer)

    def test_our_own_record_of_an_end_from_before_a_restart_stands(self) -> None:
        self.restarted()
        for state in ('SUCCEEDED', 'FAILED'):
            self.assert_taken(self.put(instance_id='i-1', state=state, input_version='v1', attempt=1))

    def test_a_restart_does_not_matter_to_anothers_record(self) -> None:
        self.restarted()
        self.put(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)
        self.claim()
        self.assert_claimed()

    def test_of_two_claimants_exactly_one_wins(self) -> None:
        for turn in range(8):
            job = JobRun('jobs', 'app_runner/input/%d.zip' % turn, str(turn), 'v1', '01', 1)
            together = threading.Barrier(2)

            def claimant(name: str, job: JobRun = job, together: threading.Barrier = together) -> bool:
                memory = self.new_memory('memory-%s-%s' % (name, job.job_id))
                status = self.new_status(memory, job, name)
                together.wait(60)
                try:
                    self.take(status, memory, job, name)
                except claim.Taken:
                    return False
                return memory.facts.claimed

            works = [self.in_thread(lambda name=name, claimant=claimant: claimant(name)) for name in ('i-1', 'i-2')]
            won = [work.join().result for work in works]
            self.assertEqual(sorted(map(str, won)), ['False', 'True'])
            winner = 'i-1' if won[0] else 'i-2'
            self.assertEqual(json.loads(self.s3.body(job.status_key))['instance_id'], winner)

    def test_of_two_claimants_the_newer_upload_wins(self) -> None:
        for turn in range(8):
            job_id = 'other-%d' % turn
            together = threading.Barrier(2)

            def claimant(name: str, sequencer: str, job_id: str = job_id,
                         together: threading.Barrier = together) -> None:
                job = JobRun('jobs', 'app_runner/input/x.zip', job_id, 'v' + sequencer, sequencer, 1)
                memory = self.new_memory('memory-%s-%s' % (name, job_id))
                status = self.new_status(memory, job, name)
                together.wait(60)
                try:
                    self.take(status, memory, job, name)
                except claim.Taken:
                    pass

            works = [self.in_thread(lambda one=one, claimant=claimant: claimant(*one)) 
                     for one in (('i-1', '01'), ('i-2', '02'))]
            for work in works:
                self.assertIsNone(work.join().error)
            body = self.s3.body('app_runner/output/%s_status.json' % job_id)
            self.assertEqual(json.loads(body)['instance_id'], 'i-2')

    def test_faults_at_the_start_are_survived(self) -> None:
        refusal = replies(error(403, 'AccessDenied'))
        for scripts in ([refusal] * 10, [replies(error(503, 'SlowDown'))] * 5,
                        [replies(error(307, 'TemporaryRedirect'))] * 3,
                        [says_nothing] * 3, [replies(error(409, 'ConditionalRequestConflict'))] * 3,
                        [refusal, replies(error(503, 'SlowDown')), refusal, replies(error(307, 'TemporaryRedirect'))]):
            with self.subTest(scripts=len(scripts)):
                self.s3.remove(self.key)
                self.claim(*scripts)
                self.assert_claimed()

    def test_faults_while_it_is_read_whose_the_job_is_are_survived(self) -> None:
        self.put(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)
        fault = replies(error(503, 'SlowDown'))
        self.claim(lambda _seen, _talk: None, fault, says_nothing, fault)
        self.assert_claimed()

    def test_an_object_that_goes_away_meanwhile_is_no_obstacle(self) -> None:
        self.put(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)

        def goes(seen: Seen, _talk: Talk) -> Optional[Reply]:
            self.s3.remove(seen.key)
            return None

        self.claim(lambda _seen, _talk: None, goes)
        self.assert_claimed()
        self.put(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)
        self.claim(lambda _seen, _talk: None, lambda _seen, _talk: None, goes)
        self.assert_claimed()

    def test_an_object_that_a_newer_upload_writes_meanwhile_is_left(self) -> None:
        self.put(instance_id='i-2', state='RUNNING', input_version='v0', input_sequencer='00', attempt=1)
        newer = status_body(instance_id='i-3', input_version='v2', input_sequencer='02')

        def comes(seen: Seen, _talk: Talk) -> None:
            self.s3.put(seen.key, newer)

        self.assert_taken_later(newer, lambda _seen, _talk: None, lambda _seen, _talk: None, comes)

    def assert_taken_later(self, body: bytes, *scripts: Script) -> None:
        with self.assertRaises(claim.Taken):
            self.claim(*scripts)
        self.assertEqual(self.s3.body(self.key), body)

    def test_an_object_that_is_no_status_is_replaced(self) -> None:
        for body in (b'', b'garbage', b'[]', b'"text"', b'null', b'7', b'\xff\xfe', b'{}',
                     b'{"attempt": {}, "state": []}', b'{"input_version": "v1", "attempt": 1}',
                     b'{"input_sequencer": "FFFF", "state": "garbage"}'):
            with self.subTest(body=body):
                self.s3.put(self.key, body)
                self.claim()
                self.assert_claimed()

    def test_of_uploads_by_hand_the_last_one_counts(self) -> None:
        for state in ('RUNNING', 'SUCCEEDED'):
            self.put(instance_id='i-2', state=state, attempt=1)
            self.claim(job=job_run('', ''))
            self.assert_claimed()

    def test_an_object_that_nests_without_end_is_replaced(self) -> None:
        self.s3.put(self.key, b'[' * 200_000)
        self.claim()
        self.assert_claimed()

    def test_a_service_that_never_says_whose_the_job_is_gives_no_claim(self) -> None:
        self.s3.always = replies(error(503, 'SlowDown'))
        with self.assertRaises(claim.NoClaim):
            self.claim(until=limit(10))
        self.assertFalse(self.memory.facts.claimed)
        self.assertIn('S3 answered 503 SlowDown', self.logged())

    def test_what_is_no_fault_gives_no_claim_at_once(self) -> None:
        self.s3.always = replies(error(405, 'MethodNotAllowed'))
        with self.assertRaises(claim.NoClaim):
            self.claim()
        self.assertEqual(len(self.s3.seen), 1)

    def test_an_object_that_may_not_be_read_gives_no_claim(self) -> None:
        self.put(instance_id='i-2', state='RUNNING', input_version='v0')
        self.s3.always = lambda seen, _talk: error(403, 'AccessDenied') if seen.method == 'GET' else None
        with self.assertRaises(claim.NoClaim):
            self.claim()
        self.assertFalse(self.memory.facts.claimed)


class RestartTest(StatusCase):
    def test_a_boot_is_noted_once(self) -> None:
        path = self.path('first-boot')
        self.assertFalse(restart.happened(path))
        restart.note_boot(path)
        self.assertFalse(restart.happened(path))
        self.write('first-boot', b'another boot\n')
        restart.note_boot(path)
        self.assertTrue(restart.happened(path))

    def test_a_note_that_could_not_be_written_tells_no_restart(self) -> None:
        restart.note_boot(self.path('missing/first-boot'))
        self.assertFalse(restart.happened(self.path('missing/first-boot')))
        self.write('first-boot', b'')
        self.assertFalse(restart.happened(self.path('first-boot')))
