"""How the app ended, and what is left of it."""
import json
import os
import signal
import sys
import threading
import uuid
from typing import Optional
from unittest import mock

from fake_s3 import Reply, replies
from runner import app_result, usage
from runner.app import App
from runner.app_output import AppOutput
from runner.clock import Limit
from runner.failure import JobFailure, Stopped
from runner.paths import Paths
from runner.proxy import Proxy
from runner.secret import Secrets
from runner.settings import with_defaults
from runner.variables import Variables
from runner_case import TIMEOUT, PartialContext, StatusCase, job_run, limit

_ROOTFS = os.path.join(os.path.dirname(__file__), '../../runner-script/rootfs')
# Nobody else's: one test looks at every process of the machine.
_WORD = 'word-' + uuid.uuid4().hex
_SECRET = "%s 'x'\n-----END-----\n" % _WORD
_MARK = 'mark-of-a-test-%d' % os.getpid()


class AppCase(StatusCase):
    def setUp(self) -> None:
        super().setUp()
        self.paths = Paths(self.folder)
        for folder in (self.paths.state, self.paths.app, self.paths.home):
            os.makedirs(folder)
        without = mock.patch('runner.app.has_systemd', return_value=False)
        without.start()
        self.addCleanup(without.stop)

    def app(self, until: Optional[Limit] = None, variables: Optional[Variables] = None, **tags: str) -> App:
        settings = with_defaults({'ec2_timeout': '1m', **tags})
        environment = {'PATH': os.environ['PATH'], 'AWS_SECRET_ACCESS_KEY': 'hunter2', 'TMPDIR': self.folder,
                       'AWS_REGION': 'eu-west-1',
                       'AWS_EC2_METADATA_SERVICE_ENDPOINT': 'http://metadata'}
        with self.memory as facts:
            facts.app_mark = _MARK
        return App(PartialContext(
            paths=self.paths, line=job_run(), settings=settings, variables=variables or Variables({}),
            commands=self.new_commands(environment), memory=self.memory, stopping=self.stopping, limit=until or limit(),
            log=self.log, proxy=Proxy(settings)))


class JudgeTest(AppCase):
    """What systemd says of the app's end, and what it means for the job. The pairs are those of systemd.service(5), and
    were seen with systemd 252.
    """

    def judge(self, result: str, last_line: str = '', late: bool = False) -> Optional[JobFailure]:
        """The failure that a result leads to, None for a success."""
        with open(self.paths.app_result, 'w', encoding='ascii') as file:
            file.write(result)
        try:
            app_result.check(self.paths.app_result, limit(0 if late else TIMEOUT), '1m', last_line)
        except JobFailure as failure:
            return failure
        return None

    def assert_failed(self, failure: Optional[JobFailure], reason: str, message: str = '') -> None:
        assert failure is not None, 'no failure'
        self.assertEqual(failure.reason, reason)
        self.assertIn(message, failure.message)

    def exit_code(self) -> Optional[int]:
        return app_result.exit_code(self.paths.app_result)

    def test_an_end_with_0_is_a_success(self) -> None:
        """Also when a daemon that stayed behind had to be killed."""
        for result in ('success exited 0', 'timeout exited 0', 'success exited 0\n'):
            self.assertIsNone(self.judge(result))
            self.assertEqual(self.exit_code(), 0)

    def test_an_end_by_a_signal_is_a_failure_although_systemd_calls_it_clean(self) -> None:
        for name in ('TERM', 'HUP', 'INT', 'PIPE'):
            self.assert_failed(self.judge('success killed ' + name), 'APP_FAILED', 'signal ' + name)
            self.assertIsNone(self.exit_code())
        self.assert_failed(self.judge('core-dump dumped SEGV'), 'APP_FAILED', 'signal SEGV')
        self.assertIsNone(self.exit_code())

    def test_an_exit_status_is_told_with_the_last_line(self) -> None:
        for last, ending in (('last words', '; its last line: last words'), ('', '')):
            failure = self.judge('exit-code exited 3', last)
            self.assert_failed(failure, 'APP_FAILED')
            assert failure is not None
            self.assertEqual(failure.message, 'the app ended with exit status 3' + ending)
            self.assertEqual(self.exit_code(), 3)

    def test_at_the_limit_the_job_has_timed_out_however_the_app_took_it(self) -> None:
        for result in ('timeout killed TERM', 'timeout killed KILL', 'timeout exited 0', 'timeout exited 3'):
            self.assert_failed(self.judge(result, late=True), 'TIMED_OUT', 'ec2_timeout (1m)')

    def test_an_app_that_was_done_before_the_limit_has_not_timed_out(self) -> None:
        self.assert_failed(self.judge('timeout killed TERM'), 'APP_FAILED', 'signal TERM')
        self.assert_failed(self.judge('timeout exited 3'), 'APP_FAILED', 'exit status 3')
        self.assertIsNone(self.judge('success exited 0', late=True))

    def test_an_app_that_the_kernel_killed_for_its_memory_is_out_of_memory(self) -> None:
        for late in (False, True):
            self.assert_failed(self.judge('oom-kill killed KILL', late=late), 'OUT_OF_MEMORY')
            self.assertIsNone(self.exit_code())

    def test_without_a_result_the_machine_could_not_run_the_app(self) -> None:
        """A bus without a daemon, a unit that systemd cannot make."""
        for last, why in (('Failed to connect to bus: Connection refused', 'Failed to connect to bus: Connection refused'),
                          ('', 'see the log')):
            with self.assertRaises(JobFailure) as caught:
                app_result.check(self.paths.app_result, limit(), '1m', last)
            self.assert_failed(caught.exception, 'LOST', 'systemd could not run the app to its end: ' + why)
        self.assertIsNone(self.exit_code())

    def test_a_result_that_is_not_of_the_app_is_the_machines_failure(self) -> None:
        for result in ('', 'success', 'success  0', 'resources', 'resources exited 0', 'start-limit-hit'):
            self.assert_failed(self.judge(result), 'LOST', 'its result is "%s"' % ' '.join(result.split()))
            self.assertIn(self.exit_code(), (None, 0))

    def test_a_result_that_was_not_written_whole_is_a_failure(self) -> None:
        self.assert_failed(self.judge('success exited'), 'APP_FAILED')
        self.assertIsNone(self.exit_code())

    def test_an_app_that_failed_for_want_of_room_is_disk_full(self) -> None:
        failure = self.judge('exit-code exited 1', "OSError: [Errno 28] No space left on device: 'out/a.csv'")
        assert failure is not None
        self.status.fail(failure)
        self.assertEqual(self.status.value('reason'), 'DISK_FULL')
        self.assertNotEqual(self.status.value('message'), failure.message)
        self.assertIn(failure.message, self.logged())

    def test_any_failure_on_a_full_disk_is_disk_full_but_for_those_that_it_does_not_explain(self) -> None:
        for result, reason in (('exit-code exited 1', 'DISK_FULL'), ('oom-kill killed KILL', 'OUT_OF_MEMORY')):
            failure = self.judge(result)
            assert failure is not None
            status = self.new_status(self.new_memory(reason), self.job, 'i-1')
            with mock.patch('runner.status.disk.is_full', return_value=True):
                status.fail(failure)
            self.assertEqual(status.value('reason'), reason)

    def test_the_first_reason_stands(self) -> None:
        self.status.fail(JobFailure('OUT_OF_MEMORY', 'first'))
        self.status.fail(JobFailure('NO_OUTPUT', 'second'))
        self.assertEqual((self.status.value('reason'), self.status.value('message')), ('OUT_OF_MEMORY', 'first'))


class RunTest(AppCase):
    """The app without systemd: a process group and a mark."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.end_daemons)

    def end_daemons(self) -> None:
        self.app().stop()
        try:
            with open(self.path('pid'), encoding='ascii') as file:
                os.kill(int(file.read()), signal.SIGKILL)
        except (OSError, ValueError):
            pass

    def run_app(self, script: str, until: Optional[Limit] = None, variables: Optional[Variables] = None, **tags: str) -> None:
        path = self.script('usr/libexec/lambda-ec2/app', '#!/bin/sh\nhere=%s\n%s\n' % (self.folder, script))
        assert path == self.paths.libexec + '/app'
        # As the job does, which has its app for as long as it lives.
        self.kept = self.app(until, variables, **tags)
        self.kept.run('/venv')

    def failure_of(self, script: str, until: Optional[Limit] = None) -> str:
        with self.assertRaises(JobFailure) as caught:
            self.run_app(script, until)
        return str(caught.exception)

    def test_an_app_that_ends_well_is_a_success(self) -> None:
        self.run_app('echo hello; pwd -P; exit 0')
        self.assertIn('hello\n%s\n' % os.path.realpath(self.paths.app), self.logged())
        self.assertEqual(app_result.exit_code(self.paths.app_result), 0)

    def test_it_has_what_it_needs_and_none_of_the_runners_secrets(self) -> None:
        self.run_app('env')
        said = self.logged()
        for line in ('VIRTUAL_ENV=/venv', 'LAMBDA_EC2_JOB_ID=may', 'LAMBDA_EC2_MAIN=main.py', 'AWS_REGION=eu-west-1',
                     'LAMBDA_EC2_INPUT=%s/input.zip' % self.paths.app, 'HOME=' + self.paths.home,
                     'TMPDIR=' + self.folder):
            self.assertIn(line + '\n', said)
        self.assertIn('PATH=/venv/bin:', said)
        self.assertNotIn('hunter2', said)
        self.assertNotIn('http://metadata', said)
        self.run_app('env', app_aws_access='true')
        self.assertIn('AWS_EC2_METADATA_SERVICE_ENDPOINT=http://metadata', self.logged())

    def test_what_it_used_is_kept_with_that_of_what_it_waited_for(self) -> None:
        hungry = 'x = bytearray(64 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\nimport time\nwhile time.process_time() < 0.3: pass'
        self.run_app("python3 -c '%s'; exit 0" % hungry)
        used = usage.of_unit(self.paths.app_result)
        self.assertGreater(used['peak_memory_bytes'], 64 << 20)
        self.assertGreaterEqual(used['cpu_seconds'], 0.3)

    def test_a_failure_is_told_with_the_last_line(self) -> None:
        self.assertEqual(self.failure_of('echo one; echo two; echo; exit 3'),
                         'APP_FAILED: the app ended with exit status 3; its last line: two')

    def test_an_end_by_a_signal_is_told(self) -> None:
        self.assertIn('signal SEGV', self.failure_of('kill -SEGV $$'))

    def test_an_end_by_a_signal_without_a_name_is_told(self) -> None:
        self.assertIn('APP_FAILED: the app was ended by signal', self.failure_of('kill -40 $$'))

    def test_at_the_limit_it_is_ended(self) -> None:
        self.assertTrue(self.failure_of('exec sleep 1000', limit(0.3)).startswith('TIMED_OUT: '))

    def test_a_stopped_job_ends_its_app(self) -> None:
        work = self.in_thread(lambda: self.run_app('echo $$ >"$here/pid"; exec sleep 1000'))
        self.wait_for(lambda: os.path.exists(self.path('pid')), 'the app')
        self.stopping.begin()
        self.assertIsInstance(work.join().error, Stopped)

    def test_an_app_that_is_stopped_is_asked_first(self) -> None:
        work = self.in_thread(lambda: self.run_app(
            'trap "echo asked; exit 0" TERM; echo $$ >"$here/pid"; while :; do sleep 0.01; done'))
        self.wait_for(lambda: os.path.exists(self.path('pid')), 'the app')
        self.stopping.begin()
        self.kept.stop()
        self.assertIsInstance(work.join().error, Stopped)
        self.assertIn('asked\n', self.logged())

    def test_nothing_of_it_is_left_when_it_ends(self) -> None:
        """Nor of what has left its session, as long as it bears the mark."""
        self.run_app('setsid sh -c \'echo $$ >"$0/pid"; exec sleep 1000\' "$here" & '
                     'while [ ! -s "$here/pid" ]; do sleep 0.01; done')
        with open(self.path('pid'), encoding='ascii') as file:
            pid = int(file.read())
        self.wait_for(lambda: state_of(pid) in ('', 'Z'), 'the end of the daemon')

    def test_a_daemon_that_keeps_the_output_open_holds_nothing_up(self) -> None:
        """It has taken off its mark. The reader that still waits must not find another file under its descriptor."""
        before = set(threading.enumerate())
        daemon = 'echo $$ >"$0/pid"; while [ ! -e "$0/go" ]; do sleep 0.01; done; echo late'
        hook = mock.patch('threading.excepthook')
        failed = hook.start()
        self.addCleanup(hook.stop)
        with mock.patch('runner.app.STOP_SECONDS', 0.05):
            self.ends(lambda: self.run_app('env -i setsid sh -c \'%s\' "$here" & '
                                           'while [ ! -s "$here/pid" ]; do sleep 0.01; done; echo end' % daemon))
        ours, other = os.pipe()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, other)
        os.write(other, b'x')
        self.write('go')
        self.wait_for(lambda: 'late' in self.logged(), 'what the daemon says')
        for thread in set(threading.enumerate()) - before:
            thread.join(10)
            self.assertFalse(thread.is_alive(), 'a reader waits for something else')
        self.assertEqual(failed.call_args_list, [])
        self.assertEqual(os.read(ours, 10), b'x')


class WithVariablesTest(AppCase):
    """Variables of the app's own, through the very files of the image."""

    def setUp(self) -> None:
        super().setUp()
        libexec = self.path('usr/libexec')
        os.makedirs(libexec)
        for name in ('usr/lib', 'usr/libexec/lambda-ec2'):
            os.symlink(os.path.join(_ROOTFS, name), self.path(name))
        os.makedirs(self.path('usr/bin'))
        os.symlink(sys.executable, self.path('usr/bin/python3'))
        self.script('venv/bin/python', '#!/bin/sh\nexec %s -I "$@"\n' % sys.executable)
        self.variables = Variables({'app_env.LEVEL': 'a "b" $HOME', 'app_env.NONE': '', 'app_secrets.KEY': 'ssm:/key',
                                    'app_main': 'main.py'})
        self.s3.always = replies(Reply(200, json.dumps({'Parameter': {'Value': _SECRET}}).encode()))
        self.variables.read_secrets(Secrets(self.aws, limit(), self.log))

    def run_main(self, program: str) -> App:
        with open(os.path.join(self.paths.app, 'main.py'), 'w', encoding='utf-8') as file:
            file.write(program)
        app = self.app(variables=self.variables)
        app.run(self.path('venv'))
        return app

    def test_the_app_has_them_whatever_is_in_them_and_nothing_on_standard_input(self) -> None:
        self.run_main('import json, os, sys\n'
                      'names = ("LEVEL", "KEY", "NONE", "LAMBDA_EC2_VARIABLES", "LAMBDA_EC2_JOB_ID")\n'
                      'with open("seen", "w") as file: json.dump([os.environ.get(name) for name in names], file)\n'
                      'assert sys.stdin.read() == ""\n')
        with open(os.path.join(self.paths.app, 'seen'), encoding='utf-8') as file:
            self.assertEqual(json.load(file), ['a "b" $HOME', _SECRET, None, None, 'may'])
        self.assertNotIn(_WORD, self.logged())

    def test_they_are_in_nobody_elses_environment_and_in_no_command_line(self) -> None:
        """Those of the processes that the runner has started, the app's own apart."""
        self.run_main('word = "%s"[::-1].encode()\n' % _WORD[::-1] +
                      'import os\n'
                      'def texts(pid):\n'
                      '    for name in ("environ", "cmdline"):\n'
                      '        try: yield open("/proc/%s/%s" % (pid, name), "rb").read()\n'
                      '        except OSError: pass\n'
                      'pids = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid()]\n'
                      'found = [text for pid in pids for text in texts(pid) if word in text]\n'
                      'own = b"".join(texts(os.getpid()))\n'
                      'assert word in own\n'
                      'assert found == [], "somebody else has it"\n')

    def test_a_secret_in_the_apps_last_words_is_not_in_the_record(self) -> None:
        for words in ('os.environ["KEY"]', '"x" * 250 + os.environ["KEY"].replace(chr(10), "")', 'os.environ["KEY"].splitlines()[0]'):
            with self.assertRaises(JobFailure) as caught:
                self.run_main('import os\nprint("refused:", %s)\nraise SystemExit(3)\n' % words)
            self.assertIn('***', caught.exception.message)
            self.assertNotIn(_WORD, caught.exception.message)

    def test_a_unit_is_given_them_on_standard_input_alone(self) -> None:
        self.script('bin/systemd-run', '#!/bin/sh\nprintf "%%s\\n" "$@" >%s\nenv >>%s\ncat >%s\nprintf "success exited 0" >%s\n' % (
            self.path('arguments'), self.path('arguments'), self.path('input'), self.paths.app_result))
        path = '%s:%s' % (self.path('bin'), os.environ['PATH'])
        with mock.patch('runner.app.has_systemd', return_value=True), mock.patch.dict(os.environ, {'PATH': path}):
            self.run_main('')
        with open(self.path('arguments'), encoding='utf-8') as file:
            said = file.read()
        self.assertIn('--setenv=LAMBDA_EC2_VARIABLES=1', said)
        for part in (_WORD, 'LEVEL', 'a "b"'):
            self.assertNotIn(part, said)
        with open(self.path('input'), encoding='utf-8') as file:
            self.assertEqual(json.load(file), {'LEVEL': 'a "b" $HOME', 'KEY': _SECRET})


class OutputOfTest(AppCase):
    def test_a_last_line_that_is_no_text_does_not_spoil_the_status(self) -> None:
        pipe, end = os.pipe()
        self.addCleanup(os.close, pipe)
        output = AppOutput(pipe, self.log)
        with open(end, 'wb') as file:
            file.write(b'x' * 299 + 'ü'.encode() + b'\xff\xfe\n')
        output.finish(TIMEOUT)
        with open(self.paths.app_result, 'w', encoding='ascii') as file:
            file.write('exit-code exited 1')
        with self.assertRaises(JobFailure) as caught:
            app_result.check(self.paths.app_result, limit(), '1m', output.last_line())
        self.status.fail(caught.exception)
        self.assertEqual(self.status.write('FAILED', limit(), {}).status, 200)
        self.assertIn('x' * 299 + 'ü', self.s3.body(self.job.status_key).decode('utf-8'))


def state_of(pid: int) -> str:
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as file:
            return file.read().rpartition(')')[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ''
