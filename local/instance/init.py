#!/usr/bin/env python3
"""PID 1 of a local instance: `init.py ROOT`.

Reads the unit files of ROOT, starts lambda-ec2-boot.service, obeys the commands that the `systemctl` shim writes to
ROOT/run/init/ctl, and ends with nothing left behind. Exit status 0 means powered off. SIGTERM is the power button; the
end of the parent process (or of the pipe on standard input) is a cut of the power. Python 3.6, Linux, no packages.
"""
import os
import select
import signal
import stat
import sys
import time

from pid1 import processes, service, unit_file

BOOT_UNIT = 'lambda-ec2-boot.service'
SHIMS = 'usr/local/sbin'
# EC2 does not wait for ever either before it takes the power from an instance that is to terminate.
STOP_LIMIT = 120.0
GRACE = 5.0
_NEVER = 3600.0


class Init(object):
    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.boot = time.monotonic()
        # {unit name: (pid of its service process, unit, reply files)}
        self.running = {}
        # {unit or action: when it is due}, {unit: seconds until it is due again}
        self.due, self.again = {}, {}
        # None, 'poweroff', 'halt' or 'force'
        self.ending = None
        self.stop_deadline = None
        self.parent_watch = _pipe_on_stdin()

        self.run_dir = os.path.join(self.root, 'run/init')
        os.makedirs(os.path.join(self.run_dir, 'units'), exist_ok=True)
        self.console = os.open(os.path.join(os.path.dirname(self.root), 'console.log'),
                               os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(self.console, 1)
        os.dup2(self.console, 2)
        fifo = os.path.join(self.run_dir, 'ctl')
        if os.path.exists(fifo):
            os.unlink(fifo)
        os.mkfifo(fifo, 0o600)
        # Read and write, so that it never reports an end of file between two writers.
        self.control = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        self.partial = b''
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_read, False)
        os.set_blocking(self.wake_write, False)

    # -- life ---------------------------------------------------------------------------------------------------------

    def main(self):
        parent = os.getppid()
        processes.adopt_orphans()
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self.wake_write)
        processes.signal_when_parent_dies(signal.SIGHUP)
        if os.getppid() != parent:
            self.ending = 'force'
        self.say('Booting from %s' % self.root)
        for timer in unit_file.timers(self.root):
            self.start(timer.name)
        self.start(BOOT_UNIT)
        while not self._finished():
            self._wait_for_something()
            self._reap()
            self._fire_due()
        self._end()

    def _finished(self):
        if self.ending == 'force':
            return True
        return self.ending is not None and (not self.running or time.monotonic() >= self.stop_deadline)

    def _end(self):
        if self.ending != 'force' and self.running:
            self.say('Units still running after %d s: %s' % (STOP_LIMIT, ' '.join(sorted(self.running))))
        self.say('Sending SIGTERM, then SIGKILL to remaining processes' if self.ending != 'force' else 'Forced power off')
        processes.end_all(0 if self.ending == 'force' else GRACE)
        if self.ending == 'halt':
            self.say('System halted. The instance still runs and costs money: halt never terminates an instance')
            while self.ending == 'halt':
                self._wait_for_something()
        self.say('Powered off')

    def power_off(self, how='poweroff'):
        """`poweroff` and `halt` stop the units first, `force` asks nobody."""
        if self.ending == 'force' or (self.ending == 'poweroff' and how != 'force'):
            return
        self.ending = how
        self.stop_deadline = time.monotonic() + STOP_LIMIT
        self.say('Going down: %s' % how)
        if how != 'force':
            processes.send([pid for pid, _, _ in self.running.values()], signal.SIGTERM)

    # -- events -------------------------------------------------------------------------------------------------------

    def _on_signal(self, number, _frame):
        if number == signal.SIGHUP:
            # The parent died: the endpoints are gone, so a unit that still wants to upload would only hang.
            self.power_off('force')
        elif number != signal.SIGCHLD:
            self.power_off('force' if self.ending == 'poweroff' else 'poweroff')

    def _wait_for_something(self):
        now = time.monotonic()
        moments = list(self.due.values()) + ([self.stop_deadline] if self.stop_deadline else [])
        limit = max(0.0, min([moment - now for moment in moments] + [_NEVER]))
        watched = [self.control, self.wake_read] + ([0] if self.parent_watch else [])
        readable = select.select(watched, [], [], limit)[0]
        if self.wake_read in readable:
            os.read(self.wake_read, 4096)
        if 0 in readable and not os.read(0, 4096):
            self.parent_watch = False
            self.power_off('force')
        if self.control in readable:
            *lines, self.partial = (self.partial + os.read(self.control, 65536)).split(b'\n')
            for line in lines:
                self._obey(line.decode('utf-8', 'replace').split())

    def _reap(self):
        for pid, status in processes.reap().items():
            for name, (its_pid, unit, replies) in list(self.running.items()):
                if its_pid == pid:
                    del self.running[name]
                    self._ended(unit, status == 0, replies)

    def _ended(self, unit, success, replies):
        self.say('%s: %s' % (unit.name, 'Succeeded' if success else 'Failed'))
        self._state(unit.name, 'inactive' if success else 'failed')
        for reply in replies:
            _answer(reply, 0 if success else 1)
        action = unit.success_action if success else unit.failure_action
        if action and not self.ending:
            self.say('%s: %s=%s' % (unit.name, 'SuccessAction' if success else 'FailureAction', action))
            self.power_off('poweroff' if action == 'poweroff' else 'force')

    def _fire_due(self):
        now = time.monotonic()
        for name in [name for name, moment in self.due.items() if moment <= now]:
            del self.due[name]
            if name == 'poweroff':
                self.power_off()
            else:
                self.start(name)
                if name in self.again:
                    self.due[name] = now + self.again[name]

    # -- commands -----------------------------------------------------------------------------------------------------

    def _obey(self, words):
        """One line of the control FIFO: VERB ARGUMENT [REPLY FILE], ARGUMENT being `-` where the verb has none."""
        verb, argument, reply = (words + ['', '', ''])[:3]
        if verb == 'start':
            self.start(argument, reply)
        elif verb == 'stop' and argument in self.running:
            pid, _, replies = self.running[argument]
            replies.extend([reply] if reply else [])
            processes.send([pid], signal.SIGTERM)
        elif verb == 'stop':
            self._disarm(argument)
            _answer(reply, 0)
        elif verb in ('poweroff', 'halt', 'force'):
            self.power_off(verb)
        elif verb == 'poweroff-in' and argument.isdigit():
            self.due['poweroff'] = time.monotonic() + int(argument)
        elif verb == 'cancel':
            self.due.pop('poweroff', None)
        else:
            self.say('Unknown command: %s' % ' '.join(words))

    def _disarm(self, name):
        timer = unit_file.load(self.root, name) if name.endswith('.timer') else None
        if timer is not None:
            self.due.pop(timer.target, None)
            self.again.pop(timer.target, None)

    def start(self, name, reply=''):
        if self.ending:
            return _answer(reply, 1)
        try:
            unit = unit_file.load(self.root, name)
        except ValueError as error:
            self.say('%s: bad unit file: %s' % (name, error))
            return _answer(reply, 1)
        if unit is None:
            self.say('Unit %s not found' % name)
            return _answer(reply, 5)
        if name in self.running:
            return _answer(reply, 0)
        if name.endswith('.timer'):
            moments = [start + span for start, span in
                       ((self.boot, unit.on_boot), (time.monotonic(), unit.on_active)) if span is not None]
            if moments:
                self.due[unit.target] = min(moments)
            if unit.on_unit_active is not None:
                self.again[unit.target] = unit.on_unit_active
            return _answer(reply, 0)
        self.say('Starting %s' % name)
        pid = service.start(unit, self._resolve, self._let_go)
        # `systemctl start` waits for the end of a oneshot and for no more than the fork of anything else.
        self.running[name] = (pid, unit, [reply] if reply and unit.oneshot else [])
        self._state(name, 'activating' if unit.oneshot else 'active')
        if not unit.oneshot:
            _answer(reply, 0)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _resolve(self, program):
        """Where a program of a unit file is: a shim, else below the root, else on this machine."""
        shim = os.path.join(self.root, SHIMS, os.path.basename(program))
        inside = os.path.join(self.root, program.lstrip('/'))
        return next((path for path in (shim, inside) if os.access(path, os.X_OK)), program)

    def _let_go(self):
        """In a forked service process: what is init's alone."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        for fd in (self.control, self.wake_read, self.wake_write):
            os.close(fd)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.chdir(self.root)

    def _state(self, name, state):
        with open(os.path.join(self.run_dir, 'units', name), 'w') as file:
            file.write(state + '\n')

    def say(self, text):
        os.write(self.console, ('[%9.3f] %s\n' % (time.monotonic() - self.boot, text)).encode())


def _answer(reply, code):
    if reply:
        try:
            with open(reply, 'w') as file:
                file.write('%d\n' % code)
        except OSError:
            # Whoever asked is gone.
            pass


def _pipe_on_stdin():
    """Whether standard input ends when the parent does."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


if __name__ == '__main__':
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit('usage: init.py ROOT (a directory)')
    if not sys.platform.startswith('linux'):
        sys.exit('a local instance needs Linux, this is %s: run it in a Linux container or virtual machine' % sys.platform)
    try:
        Init(sys.argv[1]).main()
    finally:
        # Also after a fault of init itself.
        processes.end_all(0)
