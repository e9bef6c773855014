"""What the app's end tells when it was the machine that could not run it: no connection to systemd, no process, no unit. The
app is not to blame then, and neither are the settings.
"""
from typing import Optional

from runner.failure import JobFailure
from runner.unit import Result

# What systemd itself could not do, and what an end of the app is said to be (systemd.exec(5), SERVICE_RESULT, EXIT_CODE).
_OF_THE_MACHINE = ('resources', 'protocol', 'start-limit-hit')
_ENDS = ('exited', 'killed', 'dumped')


def is_of_the_machine(outcome: Result) -> bool:
    """Whether the app did not come to an end of its own."""
    return outcome.result in _OF_THE_MACHINE or outcome.code not in _ENDS


def failure(outcome: Optional[Result], said: str) -> JobFailure:
    """The failure of a job whose app the machine did not run to its end.

    :param outcome: systemd's word; None without any
    :param said: the last line that was printed, which without a result is systemd-run's
    """
    if outcome is None:
        return JobFailure('LOST', 'systemd could not run the app to its end: %s; upload the input again' % (
            said or 'see the log'))
    words = ' '.join(text for text in (outcome.result, outcome.code, outcome.status) if text)
    return JobFailure('LOST', 'systemd could not run the app to its end (its result is "%s"): upload the input again' % words)
