"""Programs that may hang."""
import os
import signal
from typing import Callable, Mapping, Optional
from unittest import mock

from runner.clock import Limit
from runner.commands import Commands, Ended
from runner.failure import Stopped
from runner_case import RunnerCase, limit


class Once(Limit):
    """A limit that is over as soon as something has happened."""

    def __init__(self, happened: Callable[[], None]) -> None:
        super().__init__(0.0)
        self._happened = happened

    @property
    def left(self) -> float:
        self._happened()
        return 0.0


class CommandsTest(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.commands = Commands(self.log, os.environ, self.stopping)

    def run_script(self, script: str, until: Optional[Limit] = None, environment: Optional[Mapping[str, str]] = None,
                   logged: bool = True) -> Ended:
        return self.commands.run(['sh', '-c', script, 'sh', self.folder], until or limit(), environment=environment,
                                 logged=logged)

    def pid_in(self, name: str) -> int:
        def written() -> bool:
            try:
                with open(self.path(name), encoding='ascii') as file:
                    return file.read().endswith('\n')
            except FileNotFoundError:
                return False
        self.wait_for(written, name)
        with open(self.path(name), encoding='ascii') as file:
            pid = int(file.read())
        self.addCleanup(kill, pid)
        return pid

    def begun(self, name: str) -> None:
        self.pid_in(name)

    def test_a_program_is_run_to_its_end(self) -> None:
        self.assertEqual(self.run_script('echo out; echo err >&2; exit 3'), Ended(3, 'out\nerr\n'))
        self.assertEqual(self.run_script('kill -KILL $$').status, -signal.SIGKILL)
        self.assertIn('out\nerr\n', self.logged())

    def test_it_has_nothing_on_its_standard_input(self) -> None:
        self.assertEqual(self.run_script('cat; echo end').said, 'end\n')

    def test_what_is_not_for_the_log_is_only_kept(self) -> None:
        self.assertEqual(self.run_script('echo secret', logged=False).said, 'secret\n')
        self.assertEqual(self.logged(), '')

    def test_it_has_the_environment_that_it_is_given(self) -> None:
        path = os.environ['PATH']
        self.assertEqual(self.run_script('echo "$A"', environment={'PATH': path, 'A': 'b'}).said, 'b\n')
        self.commands.environment['A'] = 'own'
        self.assertEqual(self.run_script('echo "$A"').said, 'own\n')

    def test_it_has_the_folder_and_the_descriptor_that_it_is_given(self) -> None:
        fd = self.open(self.write('file', b'content'))
        self.assertEqual(self.commands.run(['cat', '/proc/self/fd/%d' % fd], limit(), pass_fd=fd).said, 'content')
        self.assertEqual(self.commands.run(['pwd', '-P'], limit(), cwd=self.folder).said.strip(),
                         os.path.realpath(self.folder))

    def test_a_program_that_is_not_there_is_told(self) -> None:
        ended = self.commands.run([self.path('missing')], limit())
        self.assertEqual((ended.status, ended.last_line()),
                         (127, '%s cannot be started: No such file or directory' % self.path('missing')))

    def test_the_end_of_what_it_says_is_kept_and_all_of_it_is_logged(self) -> None:
        said = self.run_script('seq 1 100000').said
        whole = ''.join('%d\n' % number for number in range(1, 100_001))
        self.assertEqual(said, whole[-65536:])
        self.assertEqual(self.logged(), whole)

    def test_the_last_line_is_what_it_said_last(self) -> None:
        for said, expected in (('', ''), ('\n \n', ''), ('a\nb\n\n', 'b'), ('1 %\r 2 %\r\n', '2 %'),
                                      ('x' * 999, 'x' * 300)):
            self.assertEqual(Ended(1, said).last_line(), expected)

    def test_broken_utf_8_is_text_all_the_same(self) -> None:
        self.assertEqual(self.run_script(r"printf 'a\377b'").said, 'a\ufffdb')

    def test_a_program_is_asked_to_stop_at_its_limit(self) -> None:
        ended = self.run_script('trap "echo asked; exit 5" TERM; echo $$ >"$1/pid"; while :; do sleep 0.02; done',
                                Once(lambda: self.begun('pid')))
        self.assertEqual(ended.status, 5)
        self.assertTrue(ended.said.endswith('asked\n'), ended.said)

    def test_a_program_that_does_not_stop_is_killed(self) -> None:
        with mock.patch('runner.commands.STOP_SECONDS', 0.1):
            ended = self.run_script('trap "" TERM; echo $$ >"$1/pid"; while :; do sleep 0.02; done',
                                    Once(lambda: self.begun('pid')))
        self.assertEqual(ended.status, -signal.SIGKILL)

    def test_the_children_go_with_it(self) -> None:
        with mock.patch('runner.commands.STOP_SECONDS', 0.1):
            self.run_script('(trap "" TERM; exec sleep 1000) & echo $! >"$1/pid"; wait',
                            Once(lambda: self.begun('pid')))
        self.assert_gone(self.pid_in('pid'))

    def test_children_that_outlive_it_are_ended(self) -> None:
        self.assertEqual(self.run_script('sleep 1000 >/dev/null 2>&1 & echo $! >"$1/pid"').status, 0)
        self.assert_gone(self.pid_in('pid'))

    def assert_gone(self, pid: int) -> None:
        self.wait_for(lambda: not is_running(pid), 'the end of a child')

    def run_beside_daemon(self, daemon: str) -> int:
        """Runs a program that leaves a daemon behind, which has this program's output open and its own session."""
        script = ('setsid sh -c \'echo $$ >"$0/pid"; %s\' "$1" & while [ ! -s "$1/pid" ]; do sleep 0.01; done; '
                  'echo end; '
                  'until grep -q end "$1/ec2.log"; do sleep 0.01; done') % daemon
        with mock.patch('runner.commands._LAST_WORDS_SECONDS', 0.3):
            self.assertEqual(self.ends(lambda: self.run_script(script)).said, 'end\n')
        return self.pid_in('pid')

    def test_a_daemon_that_keeps_the_output_open_holds_nothing_up(self) -> None:
        self.assertTrue(is_running(self.run_beside_daemon('exec sleep 1000')))

    def test_the_output_of_a_daemon_never_becomes_another_files(self) -> None:
        """The reader that still waits must not find another file under its descriptor."""
        pid = self.run_beside_daemon('while [ ! -e "$0/go" ]; do sleep 0.01; done; echo late')
        ours, other = os.pipe()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, other)
        os.write(other, b'x')
        self.write('go')
        self.wait_for(lambda: 'late' in self.logged(), 'what the daemon says')
        self.assert_gone(pid)
        self.assertEqual(os.read(ours, 10), b'x')

    def test_a_stopped_job_stops_its_programs(self) -> None:
        works = [self.in_thread(lambda name=name: self.run_script('echo $$ >"$1/%s"; exec sleep 1000' % name))
                 for name in ('a', 'b')]
        pids = [self.pid_in('a'), self.pid_in('b')]
        self.stopping.begin()
        self.commands.stop_all()
        for work in works:
            self.assertIsInstance(work.join().error, Stopped)
        for pid in pids:
            self.assert_gone(pid)

    def test_a_stopped_jobs_program_that_does_not_stop_is_killed(self) -> None:
        work = self.in_thread(lambda: self.run_script('trap "" TERM; echo $$ >"$1/pid"; while :; do sleep 0.02; done'))
        self.pid_in('pid')
        self.stopping.begin()
        with mock.patch('runner.commands.STOP_SECONDS', 0.1):
            self.commands.stop_all()
        self.assertIsInstance(work.join().error, Stopped)

    def test_a_program_that_was_done_is_done_although_the_job_is_stopped(self) -> None:
        work = self.in_thread(lambda: self.run_script('trap "echo done; exit 0" TERM; echo $$ >"$1/pid"; '
                                                      'while :; do sleep 0.02; done'))
        self.pid_in('pid')
        self.stopping.begin()
        self.commands.stop_all()
        ended = work.join().result
        assert isinstance(ended, Ended)
        self.assertEqual((ended.status, ended.last_line()), (0, 'done'))

    def test_nothing_is_started_while_the_job_is_stopped(self) -> None:
        self.stopping.begin()
        with self.assertRaises(Stopped):
            self.run_script('touch "$1/begun"')
        self.assertFalse(os.path.exists(self.path('begun')))


def is_running(pid: int) -> bool:
    """A zombie that nobody waits for has ended too."""
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as file:
            return file.read().rpartition(')')[2].split()[0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
