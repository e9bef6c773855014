"""The verbs of `python3 -I -S /usr/lib/lambda-ec2 VERB`. Each loads what it needs and nothing else."""
import os
import sys


def main() -> None:
    """Ends the process with the verb's exit status, even when a thread still waits for something."""
    verb, *arguments = sys.argv[1:] or ['']
    status = _VERBS[verb](*arguments) if verb in _VERBS else _refuse(verb)
    sys.stdout.flush()
    os._exit(status)


def _refuse(verb: str) -> int:
    sys.stderr.write("lambda-ec2: '%s' is no verb of the runner: use one of %s\n" % (verb, ', '.join(sorted(_VERBS))))
    return 2


def _run() -> int:
    from runner.job import Job
    from runner.job_context import NoJob
    from runner.paths import Paths
    from runner.run import run
    try:
        job = Job(Paths())
    except NoJob as error:
        sys.stderr.write('%s\n' % error)
        return 1
    return 0 if run(job) else 1


def _finish() -> int:
    """After the runner has ended, also when it was killed. 0 when nothing is owed any more."""
    from runner.finish import finish
    from runner.paths import Paths
    return 0 if finish(Paths()) else 1


def _prefetch() -> int:
    from runner.paths import Paths
    from runner.prefetch import prefetch
    prefetch(Paths())
    return 0


def _bake(why: str) -> int:
    from runner.bake import bake
    from runner.paths import Paths
    return 0 if bake(Paths(), why) else 1


def _askpass(question: str) -> int:
    from runner import askpass
    return askpass.main(question)


def _with_variables(program: str, *arguments: str) -> int:
    from runner import with_variables
    return with_variables.main(program, *arguments)


_VERBS = {'run': _run, 'finish': _finish, 'prefetch': _prefetch, 'bake': _bake, 'askpass': _askpass,
          'with-variables': _with_variables}
