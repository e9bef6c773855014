"""One running service: a process of its own between init and the unit's processes.

Being a child subreaper it plays the part of the unit's control group: whatever the unit forked, however, is below it.
"""
import os
import signal
import time

from . import processes

_WAITED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP)


class Service(object):
    """Runs a unit's commands in order. `result` is systemd's SERVICE_RESULT: success, exit-code, signal or timeout."""

    def __init__(self, unit, resolve):
        """`resolve` maps a program's path in the unit to one of this machine."""
        self.unit = unit
        self._resolve = resolve
        self._stopping = False
        self.result = 'success'
        self._code, self._status = 'exited', '0'

    def run(self):
        """Lives the unit's whole life; the process's exit status says whether the unit succeeded."""
        unit = self.unit
        ended_well = True
        for command in unit.start_pre:
            ended_well = ended_well and self._main(command, unit.pre_limit)
        for command in unit.start:
            ended_well = ended_well and self._main(command, unit.limit)
        self._end_remaining()
        for command in unit.stop_post:
            if not self._stop_post(command):
                break
        self._end_remaining()
        return 0 if self.result == 'success' else 1

    def _main(self, command, limit):
        """One ExecStartPre= or ExecStart= line. Returns whether the next one may run."""
        if self._stopping:
            return False
        pid = self._spawn(command, {})
        status, timed_out = self._wait(pid, limit)
        killed = False
        if status is None:
            only = [pid] if self.unit.kill_mode == 'mixed' else None
            ended, killed = processes.end_all(self.unit.stop_limit, only)
            status = ended[pid]
        self._code, self._status = _describe(status)
        if timed_out or killed:
            self._fail('timeout')
        elif status != 0 and not command.may_fail and not (self._stopping and self._status == 'TERM'):
            self._fail('signal' if self._code == 'killed' else 'exit-code')
        return self.result == 'success' and not self._stopping

    def _end_remaining(self):
        """The main process is gone; the rest of the unit goes too. Needing KILL for it is a failure, as in systemd."""
        grace = 0 if self.unit.kill_mode == 'mixed' else self.unit.stop_limit
        _, killed = processes.end_all(grace)
        if killed and grace:
            self._fail('timeout')

    def _stop_post(self, command):
        outcome = {'SERVICE_RESULT': self.result, 'EXIT_CODE': self._code, 'EXIT_STATUS': self._status}
        pid = self._spawn(command, outcome)
        status, timed_out = self._wait(pid, self.unit.stop_limit, stoppable=False)
        if status is None:
            processes.end_all(min(self.unit.stop_limit or 5, 5))
        if command.may_fail or status == 0:
            return True
        self._fail('timeout' if timed_out else 'exit-code')
        return False

    def _fail(self, result):
        """The first failure names the result."""
        if self.result == 'success':
            self.result = result

    def _spawn(self, command, extra):
        argv = [self._resolve(command.argv[0])] + command.argv[1:]
        environment = dict(os.environ, **self.unit.environment)
        # A unit's own PATH may not lead to the machine's real systemctl.
        environment['PATH'] = _joined_path(os.environ['PATH'], self.unit.environment.get('PATH'))
        environment.update(extra)
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                for number in _WAITED:
                    signal.signal(number, signal.SIG_DFL)
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, [])
                os.execve(argv[0], argv, environment)
            except OSError as error:
                os.write(2, ('%s: %s: %s\n' % (self.unit.name, argv[0], error.strerror)).encode())
            finally:
                # systemd's EXIT_EXEC: the program could not be started.
                os._exit(203)
        return pid

    def _wait(self, pid, limit, stoppable=True):
        """(wait status, False) of the ended command; (None, timed out) when it must be ended first."""
        deadline = None if limit is None else time.monotonic() + limit
        while True:
            ended = processes.reap()
            if pid in ended:
                return ended[pid], False
            left = 3600.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return None, True
            received = signal.sigtimedwait(_WAITED, left)
            if received is None:
                continue
            if received.si_signo == signal.SIGHUP:
                # Init is gone, and with it whoever could want this unit's results.
                processes.end_all(0)
                os._exit(1)
            if received.si_signo == signal.SIGTERM:
                self._stopping = True
                if stoppable:
                    return None, False


def _describe(status):
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return 'killed', name[3:]
    return 'exited', str(os.WEXITSTATUS(status))


def _joined_path(own, wanted):
    return own if not wanted else '%s:%s' % (own.split(':')[0], wanted)


def start(unit, resolve, let_go):
    """Forks the service's process and returns its pid. `let_go` runs in it first and closes what belongs to init."""
    init = os.getpid()
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, _WAITED)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            let_go()
            processes.signal_when_parent_dies(signal.SIGHUP)
            processes.adopt_orphans()
            if os.getppid() == init:
                code = Service(unit, resolve).run()
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_SETMASK, previous)
    return pid
