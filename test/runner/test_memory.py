"""What outlives the runner's process."""
import os
import shutil
from unittest import mock

from runner.memory import Facts, Memory, Phase
from runner_case import RunnerCase


class MemoryTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        os.makedirs(self.path('state'))

    def load(self) -> Memory:
        return Memory(self.path('state/memory.json'), self.path('state/status-etag'), self.log)

    def test_before_there_is_a_file_nothing_is_known(self) -> None:
        self.assertEqual(self.load().facts, Facts())

    def test_everything_survives_a_reload(self) -> None:
        with self.load() as facts:
            facts.fields.update(job_id='a/ü\ud800', attempt=2, exit_code=0, git_commit=None)
            facts.packages = ['numpy==1.19.5']
            facts.phases.append(Phase('boot', '2024-01-01T00:00:00Z', 1.5))
            facts.settings = {'app_url': 'file:///a'}
            facts.launched, facts.timeout_at, facts.power_off_at = 1.25, 2.5, 3.5
            facts.claimed = facts.superseded = True
            facts.cancelled = 'Ann stopped the job'
            facts.etag, facts.app_mark, facts.output_version = '"e"', 'mark', ''
            facts.output_begun, facts.output_etag = True, '"o"'
        again = self.load().facts
        self.assertEqual(again, facts)
        self.assertEqual(again.phases[0], Phase('boot', '2024-01-01T00:00:00Z', 1.5))
        # No fact was left at what it is by itself.
        for name, value in vars(Facts()).items():
            self.assertNotEqual(vars(again)[name], value, name)

    def test_the_etag_is_there_for_whoever_cannot_read_the_rest(self) -> None:
        memory = self.load()
        for etag in ('"first"', '"second"'):
            with memory as facts:
                facts.etag = etag
            with open(self.path('state/status-etag'), encoding='ascii') as file:
                self.assertEqual(file.read().rstrip('\n'), etag)

    def test_only_the_runner_can_read_it(self) -> None:
        with self.load():
            pass
        for name in ('memory.json', 'status-etag'):
            self.assertEqual(os.stat(self.path('state/' + name)).st_mode & 0o777, 0o600)

    def test_nothing_is_left_beside_it(self) -> None:
        for _ in range(3):
            with self.load() as facts:
                facts.claimed = True
        self.assertEqual(sorted(os.listdir(self.path('state'))), ['memory.json', 'memory.json.other', 'status-etag'])

    def test_a_write_that_fails_ends_nothing(self) -> None:
        memory = self.load()
        shutil.rmtree(self.path('state'))
        with memory as facts:
            facts.claimed = True
        self.assertTrue(memory.facts.claimed)
        self.assertIn('the state of the job could not be kept', self.logged())
        os.makedirs(self.path('state'))
        # The lock is free again, and what was missed is kept now.
        with memory:
            pass
        self.assertTrue(self.load().facts.claimed)

    def test_a_write_that_fails_on_its_way_leaves_what_was_there(self) -> None:
        with self.load() as facts:
            facts.etag = '"old"'
        full = OSError(28, 'No space left on device')
        for call in ('write_all', 'os.open'):
            memory = self.load()
            with mock.patch('runner.slots.' + call, side_effect=full), memory as facts:
                facts.etag = '"new"'
            self.assertEqual(self.load().facts.etag, '"old"')
            self.assertIn('No space left on device', self.logged())

    def test_a_failure_within_is_not_hidden_and_frees_the_lock(self) -> None:
        memory = self.load()
        with self.assertRaises(KeyError), memory as facts:
            facts.claimed = True
            raise KeyError
        self.assertTrue(self.in_thread(lambda: memory.__enter__() and memory.__exit__()).join().error is None)
        self.assertTrue(self.load().facts.claimed)

    def test_changes_of_several_threads_are_all_kept(self) -> None:
        memory = self.load()

        def add() -> None:
            for _ in range(20):
                with memory as facts:
                    facts.fields['attempt'] = int(facts.fields.get('attempt') or 0) + 1

        for work in [self.in_thread(add) for _ in range(4)]:
            self.assertIsNone(work.join().error)
        self.assertEqual(self.load().facts.fields['attempt'], 80)
