"""The machine that the runner has: with a systemd, or a part of some other."""
import os
import subprocess
import threading

from runner import clock
from runner.log import Log

# The record of a runner that hangs is written in these.
_BEFORE_SECONDS = 25


def is_run_by_systemd() -> bool:
    """Whether systemd is the machine's init (sd_booted(3))."""
    return os.path.isdir('/run/systemd/system')


def has_systemd() -> bool:
    """Whether systemd started us: then units and timers are to be had, else process groups must do."""
    return bool(os.environ.get('INVOCATION_ID')) and is_run_by_systemd()


def power_off_at(moment: float, libexec: str, environment: dict[str, str], log: Log) -> None:
    """Makes the machine power off then, whatever becomes of the runner or of a shutdown that is under way.

    :param moment: seconds of uptime
    """
    seconds = max(1, int(moment - clock.uptime()) - _BEFORE_SECONDS)
    program = [libexec + '/power-off', '%d' % moment]
    if has_systemd():
        # Without its default dependencies a unit is not stopped by a shutdown, and may be started during one.
        command = ['systemd-run', '--quiet', '--collect', '--unit=lambda-ec2-power-off', '--on-active=%d' % seconds,
                   '--timer-property=AccuracySec=1s', '--timer-property=DefaultDependencies=no',
                   '--property=DefaultDependencies=no', *program]
    else:
        command = ['sh', '-c', 'sleep "$0"; exec "$@"', str(seconds), *program]
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, env=environment)
    except OSError as error:
        _untimed(log, str(error))
        return
    if has_systemd():
        # The job need not wait for it.
        threading.Thread(target=_check, args=(process, log), daemon=True).start()


def _check(process: 'subprocess.Popen[bytes]', log: Log) -> None:
    try:
        if process.wait(30) != 0:
            _untimed(log, 'systemd-run ended with exit status %d' % process.returncode)
    except subprocess.TimeoutExpired as error:
        _untimed(log, str(error))


def _untimed(log: Log, why: str) -> None:
    log.error('the power-off could not be timed, lambda-ec2-deadline.timer will see to it: %s' % why)
