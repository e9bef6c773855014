"""Run by test_slots.py as root of a mount namespace: a whole job whose state is on a tmpfs that is full."""
import os
import subprocess
from typing import Optional

from job_case import JobCase
from runner import app_result, in_place
from runner.ending import Ending
from runner.failure import JobFailure
from runner.finish import finish
from runner.job import Job
from runner_case import limit
from test_zip_file import archive

_OUTPUT = 'app_runner/output/may.zip'


class FullTmpfs(JobCase):
    def setUp(self) -> None:
        super().setUp()
        with open(self.paths.job_line, encoding='ascii') as file:
            line = file.read()
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', self.paths.state], check=True)
        self.addCleanup(subprocess.run, ['umount', '--lazy', self.paths.state], check=True)
        with open(self.paths.job_line, 'w', encoding='ascii') as file:
            file.write(line)

    def fill(self) -> None:
        """To the last byte, and again whatever is let go of."""
        with open(os.path.join(self.paths.state, 'filler-%d' % len(os.listdir(self.paths.state))), 'wb', 0) as file:
            try:
                while True:
                    file.write(bytes(1024))
            except OSError:
                pass
        room = os.statvfs(self.paths.state)
        self.assertEqual(room.f_bavail, 0)

    def app_ends(self, result: Optional[str] = 'success exited 0') -> bytes:
        data = archive({'a': b'b'})
        os.makedirs(self.paths.app)
        with open(os.path.join(self.paths.app, 'output.zip'), 'wb') as file:
            file.write(data)
        if result is not None:
            self.fill()
            in_place.publish(self.paths.app_result, result)
        return data

    def test_full(self) -> None:
        """Everything that happens after the claim is kept, whoever is left to write it."""
        job = self.claimed_job()
        job.app.reserve_result()
        self.fill()
        job.status.set(git_commit='f' * 40)
        job.budget.hurry()
        data = self.app_ends()
        self.assertEqual(app_result.exit_code(self.paths.app_result), 0)
        job.status.fail(JobFailure('TIMED_OUT', 'because'))
        self.fill()
        # The runner is killed here.
        self.assertTrue(finish(self.paths))
        record = self.record()
        self.assertEqual((record['reason'], record['message'], record['git_commit']), ('TIMED_OUT', 'because', 'f' * 40))
        self.assertEqual(self.s3.body(_OUTPUT), data)
        with open(self.paths.status_etag, encoding='ascii') as file:
            self.assertEqual(file.read().strip(), job_etag(self))
        with open(self.paths.power_off_at, encoding='ascii') as file:
            self.assertTrue(file.readline().strip().isdigit())
        self.assertNotIn('could not be kept', self.logged())

    def test_full_before_the_claim(self) -> None:
        job = self.new_job()
        self.fill()
        self.assertEqual(job.status.write('RUNNING', limit(), {'if-none-match': '*'}).status, 200)
        with job.memory as facts:
            facts.claimed = True
        self.assertTrue(finish(self.paths))
        self.assertEqual(self.record()['reason'], 'INTERRUPTED')

    def test_full_from_the_beginning(self) -> None:
        """Then nothing outlives the runner, but its own record is whole."""
        self.fill()
        job: Job = self.claimed_job()
        self.app_ends(None)
        with open(os.path.join(self.paths.state, 'app-result'), 'wb'):
            pass
        self.assertTrue(Ending(job).finish())
        self.assertEqual(self.record()['state'], 'SUCCEEDED')
        self.assertIn('the state of the job could not be kept', self.logged())


def job_etag(case: JobCase) -> str:
    current = case.s3.current('app_runner/output/may_status.json')
    assert current is not None
    return current.etag
