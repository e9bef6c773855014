"""The machine that the runner has: with a systemd, or a part of some other."""
import os
import subprocess

from runner.log import Log


def has_systemd() -> bool:
    """Whether systemd started us: then units and timers are to be had, else process groups must do."""
    return bool(os.environ.get('INVOCATION_ID')) and os.path.isdir('/run/systemd/system')


def power_off_in(seconds: int, environment: dict[str, str], log: Log) -> None:
    """Makes the machine power off then, whatever becomes of the runner."""
    if has_systemd():
        command = ['systemd-run', '--quiet', '--collect', '--unit=lambda-ec2-power-off', '--on-active=%d' % seconds,
                   '--timer-property=AccuracySec=1s', 'systemctl', '--no-block', 'poweroff']
    else:
        command = ['sh', '-c', 'sleep "$0"; exec systemctl --no-block poweroff', str(seconds)]
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, env=environment)
        if has_systemd() and process.wait(30) != 0:
            raise OSError('systemd-run ended with exit status %d' % process.returncode)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error('the power-off could not be timed, lambda-ec2-deadline.timer will see to it: %s' % error)
