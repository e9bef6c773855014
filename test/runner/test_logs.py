"""The live logs, whose thread also watches over the status."""
import json
import os
from unittest import mock

from fake_s3 import etag_of
from job_case import JobCase
from runner.job import Job
from runner_case import limit, status_body

_STATUS = 'app_runner/output/may_status.json'


class LiveLogsTest(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(mock.patch.dict(os.environ, LAMBDA_EC2_LIVE_SECONDS='0.02'))

    def started(self) -> Job:
        job = self.claimed_job()
        job.live_logs.start()
        self.addCleanup(lambda: job.live_logs.stop(limit()))
        return job

    def etag(self) -> str:
        current = self.s3.current(_STATUS)
        return current.etag if current else ''

    def holds(self, key: str, text: str) -> bool:
        current = self.s3.current(key)
        return current is not None and text.encode() in current.body

    def test_garbage_in_the_place_of_the_status_is_replaced_while_the_job_runs(self) -> None:
        job = self.started()
        for garbage in (b'', b'garbage', b'{"instance_id": "i-2"}'):
            self.s3.put(_STATUS, garbage)
            self.wait_for(lambda garbage=garbage: self.etag() != etag_of(garbage), 'a status in the place of garbage')
            self.assertEqual((self.record()['state'], self.record()['instance_id']), ('RUNNING', 'i-1'))
        self.assertFalse(job.memory.facts.superseded)

    def test_a_status_that_somebody_removed_is_written_again(self) -> None:
        self.started()
        self.s3.remove(_STATUS)
        self.wait_for(lambda: self.etag() != '', 'the status')

    def test_a_status_that_says_cancelled_ends_the_job(self) -> None:
        job = self.started()
        theirs = json.dumps({**self.record(), 'state': 'FAILED', 'reason': 'CANCELLED', 'message': 'Ann stopped it'})
        self.s3.put(_STATUS, theirs.encode())
        self.wait_for(lambda: bool(job.stopping), 'the end of the job')
        self.assertEqual(job.memory.facts.cancelled, 'Ann stopped it')
        self.assertEqual(self.s3.body(_STATUS), theirs.encode())

    def test_a_newer_uploads_status_ends_the_job(self) -> None:
        job = self.started()
        theirs = status_body(instance_id='i-2', input_sequencer='02')
        self.s3.put(_STATUS, theirs)
        self.wait_for(lambda: job.memory.facts.superseded and bool(job.stopping), 'the end of the job')
        self.assertEqual(self.s3.body(_STATUS), theirs)

    def test_one_more_line_of_a_quiet_app_is_pushed(self) -> None:
        job = self.started()
        key = job.line.ec2_log_key
        for text in ('x' * 10_000, 'one more line'):
            job.log.info(text)
            self.wait_for(lambda text=text: self.holds(key, text), text[:20])

    def test_a_phase_is_in_the_record_from_its_beginning_on(self) -> None:
        """Whoever stops the job takes over what the record says then."""
        job = self.started()

        def seconds() -> object:
            phases = {phase['name']: phase['seconds'] for phase in self.record()['phases']}
            return phases.get('app', 'not begun')

        def app() -> None:
            self.wait_for(lambda: seconds() is None, 'the phase in the record')

        job.phases.run('app', app)
        self.wait_for(lambda: isinstance(seconds(), float), 'its end in the record')
