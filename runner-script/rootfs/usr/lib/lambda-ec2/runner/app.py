"""The app itself: an unprivileged process tree with a memory limit below the machine's, stopped at ec2_timeout.

Nothing is left of it when it ends.
"""
import math
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from runner import app_result, in_place, usage, with_variables
from runner.app_output import AppOutput
from runner.commands import STOP_SECONDS, end_group
from runner.job_context import JobContext
from runner.system import has_systemd
from runner.unit import APP, SHUTDOWN_SECONDS, Unit, find_user, read_result
from runner.variables import hand_over

# What passes from the runner's environment to the app's. Credentials are not among it.
_HANDED_DOWN = ('TMPDIR', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL')
# Of three words.
_RESULT_ROOM = 256


class App:
    def __init__(self, job: JobContext) -> None:
        self._job = job
        self._program = job.paths.libexec + '/app'
        #: The user who runs the app, None where the runner's own does: without systemd there is no unit for another.
        self.user = find_user(APP) if has_systemd() else None
        self._runs = False

    def reserve_result(self) -> None:
        """Room for systemd's word on the app's end (libexec/unit-result)."""
        try:
            in_place.reserve_beside(self._job.paths.app_result, _RESULT_ROOM)
        except OSError as error:
            self._job.log.warn('there is no room for the result of the app: %s' % error)

    def run(self, venv: str) -> None:
        """Runs the app to its end.

        :raises JobFailure: when that was no success
        :raises Stopped: when the job was stopped meanwhile
        """
        settings = self._job.settings
        # Rounded up, so that systemd never takes for late what this clock takes for early.
        seconds = max(1, math.ceil(self._job.limit.left))
        what = ' '.join((settings['app_main'], settings['app_args'])).strip()
        self._job.log.info('app: %s begins, %d s are left of ec2_timeout' % (what, seconds))
        self._job.stopping.check()
        environment = self._app_environment(venv)
        output = self._run_in_unit(environment, seconds) if has_systemd() else self._run_in_group(environment)
        if read_result(self._job.paths.app_result) is None:
            self._job.stopping.sleep(SHUTDOWN_SECONDS)
        self._job.stopping.check()
        app_result.check(self._job.paths.app_result, self._job.limit, settings['ec2_timeout'],
                         output.last_line(self._job.variables.hide))

    def _command(self) -> list[str]:
        # No shell sees the words: nothing in them is expanded.
        return [self._program, *shlex.split(self._job.settings['app_args'])]

    def _app_environment(self, venv: str) -> dict[str, str]:
        ours, paths, settings = self._job.commands.environment, self._job.paths, self._job.settings
        names = (*_HANDED_DOWN, 'AWS_EC2_METADATA_SERVICE_ENDPOINT') if self.has_aws_access else _HANDED_DOWN
        return {
            'PATH': '%s/bin:%s' % (venv, ours.get('PATH', '/usr/bin:/bin')),
            'VIRTUAL_ENV': venv,
            'HOME': paths.home,
            'LANG': 'C.UTF-8',
            'PYTHONUNBUFFERED': '1',
            'LAMBDA_EC2_JOB_ID': self._job.line.job_id,
            'LAMBDA_EC2_INPUT': '%s/%s' % (paths.app, settings['app_in_zip']),
            'LAMBDA_EC2_OUTPUT': '%s/%s' % (paths.app, settings['app_out_zip']),
            'LAMBDA_EC2_MAIN': settings['app_main'],
            'LAMBDA_EC2_MARK': self._job.memory.facts.app_mark,
            **self._job.proxy.environment(),
            **({with_variables.FLAG: '1'} if self._job.variables.all() else {}),
            **{name: ours[name] for name in names if ours.get(name)},
        }

    @property
    def has_aws_access(self) -> bool:
        """The instance role may read the repository's credential and every input, so the app gets it only on request.
        """
        return self._job.settings['app_aws_access'] == 'true'

    def _run_in_unit(self, environment: Mapping[str, str], seconds: int) -> AppOutput:
        unit = Unit(APP, self.user, self._job.paths.app_result, self._job.paths.libexec)
        command = unit.command(self._command(), environment, self._job.paths.app, seconds, metadata=self.has_aws_access)
        process = self._start(command)
        output = self._output_of(process)
        process.wait()
        output.finish(STOP_SECONDS)
        return output

    def _run_in_group(self, environment: Mapping[str, str]) -> AppOutput:
        """Without systemd: a session of its own, and a mark in the environment that also finds those who left it."""
        self._job.log.info('left out, because this machine has no systemd for it: the app\'s own user, its memory limit and'
                           ' the block between it and the instance metadata')
        kills, ended = _oom_kills(), threading.Event()
        # From its first moment on: whoever stops it then must leave it to the watch.
        self._runs = True
        process = self._start(self._command(), cwd=self._job.paths.app, env=dict(environment), start_new_session=True)
        output = self._output_of(process)
        watch = threading.Thread(target=self._watch, args=(process.pid, ended), daemon=True)
        watch.start()
        status = self._wait(process)
        late = self._job.limit.over
        ended.set()
        self._runs = False
        self._kill_marked()
        output.finish(STOP_SECONDS)
        if late and status != 0:
            result = 'timeout killed %d' % status
        elif status == -signal.SIGKILL and _oom_kills() != kills:
            result = 'oom-kill killed KILL'
        elif status < 0:
            result = 'signal killed %s' % _signal_name(-status)
        else:
            result = '%s exited %d' % ('exit-code' if status else 'success', status)
        in_place.publish(self._job.paths.app_result, result)
        return output

    def _start(self, command: Sequence[str], **options: Any) -> 'subprocess.Popen[bytes]':
        """With the app's variables on standard input, and nothing when it has none."""
        variables = self._job.variables.all()
        stdin = subprocess.PIPE if variables else subprocess.DEVNULL
        process = subprocess.Popen[bytes](command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        if process.stdin is not None:
            # They may be more than a pipe holds.
            threading.Thread(target=hand_over, args=(variables, process.stdin), daemon=True).start()
        return process

    def _wait(self, process: 'subprocess.Popen[bytes]') -> int:
        """As Popen.wait(), which does not tell what the process used."""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        usage.keep(self._job.paths.app_result, used)
        return process.returncode

    def _output_of(self, process: 'subprocess.Popen[bytes]') -> AppOutput:
        assert process.stdout is not None
        return AppOutput(process.stdout, self._job.log)

    def _watch(self, pid: int, ended: threading.Event) -> None:
        """Ends the group at ec2_timeout, or when the job is stopped."""
        while not ended.wait(min(self._job.limit.left, 0.2)):
            if self._job.limit.over or self._job.stopping:
                end_group(pid, ended)
                return

    def _kill_marked(self) -> None:
        wanted = ('LAMBDA_EC2_MARK=' + self._job.memory.facts.app_mark).encode()
        for name in os.listdir('/proc'):
            if not name.isdigit():
                continue
            try:
                with open('/proc/%s/environ' % name, 'rb') as file:
                    if wanted in file.read().split(b'\0'):
                        os.kill(int(name), signal.SIGKILL)
            except OSError:
                pass

    def stop(self) -> None:
        """Ends the app where it is no unit, whoever started it."""
        # One that runs here is asked first, by its watch.
        if self._job.memory.facts.app_mark and not self._runs:
            self._kill_marked()


def _signal_name(number: int) -> str:
    """As systemd says it: `TERM`. Real-time signals have only their number."""
    try:
        return signal.Signals(number).name[len('SIG'):]
    except ValueError:
        return str(number)


def _oom_kills() -> str:
    """How often the kernel has ended a process for lack of memory, as it reports it."""
    with open('/proc/vmstat', encoding='ascii') as file:
        return next((line for line in file if line.startswith('oom_kill ')), '')
