"""What the app's end means for the job."""
from typing import Optional

from runner.clock import Limit
from runner.failure import JobFailure
from runner.unit import Result, read_result

# What systemd itself could not do, and what an end of the app is said to be (systemd.exec(5),
# SERVICE_RESULT, EXIT_CODE).
_OF_THE_MACHINE = ('resources', 'protocol', 'start-limit-hit')
_ENDS = ('exited', 'killed', 'dumped')


def check(path: str, limit: Limit, timeout: str, last_line: str) -> None:
    """Turns the result into a reason. systemd's word alone is not enough: it takes an end by TERM, HUP, INT or PIPE for
    a clean one (systemd.service(5), SuccessExitStatus=), and says "timeout" too when the app was done long before its
    limit but a daemon that it left behind had to be killed.

    :param path: of the result
    :param limit: when ec2_timeout is over
    :param timeout: ec2_timeout, as it is set
    :param last_line: that was printed, which without a result is systemd-run's
    :raises JobFailure: when the app did not succeed
    """
    outcome = read_result(path)
    if outcome is None or outcome.result in _OF_THE_MACHINE or outcome.code not in _ENDS:
        raise _not_run(outcome, last_line)
    if outcome.result == 'timeout' and limit.over:
        raise JobFailure('TIMED_OUT', 'the app was stopped at ec2_timeout (%s): give it more time or less work' % timeout)
    if outcome.result == 'oom-kill':
        raise JobFailure('OUT_OF_MEMORY', 'the app used up the memory: choose a larger instance type or make it use less')
    if outcome.code != 'exited':
        raise JobFailure('APP_FAILED', 'the app was ended by signal %s: see the log' % outcome.status)
    if outcome.status != '0':
        told = '; its last line: ' + last_line if last_line else ''
        raise JobFailure('APP_FAILED', 'the app ended with exit status %s%s' % (outcome.status, told))


def _not_run(outcome: Optional[Result], last_line: str) -> JobFailure:
    """It was the machine that could not run the app: no connection to systemd, no process, no unit. The app is not to
    blame then, and neither are the settings.
    """
    if outcome is None:
        return JobFailure('LOST', 'systemd could not run the app to its end: %s; upload the input again (lambda-ec2 rerun)' % (
            last_line or 'see the log'))
    words = ' '.join(text for text in (outcome.result, outcome.code, outcome.status) if text)
    return JobFailure('LOST', 'systemd could not run the app to its end (its result is "%s"): upload the input again (lambda-ec2 rerun)' % words)


def exit_code(path: str) -> Optional[int]:
    """What the app itself exited with, None when it did not."""
    outcome = read_result(path)
    if outcome is None or outcome.code != 'exited' or not outcome.status.isdigit():
        return None
    return int(outcome.status)
