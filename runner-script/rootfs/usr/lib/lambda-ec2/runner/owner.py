"""Who owns files: the user who builds, the app's, or the runner's."""
from runner.clock import Limit
from runner.commands import Commands
from runner.failure import JobFailure

_SECONDS = 300.0


def give(commands: Commands, limit: Limit, user: int, group: int, *folders: str) -> None:
    """Makes folders, with all that is in them, a user's. By a program, because code from outside may have made them
    deeper than Python can walk; links are not followed.

    :raises JobFailure: when that cannot be done
    """
    ended = commands.run(['chown', '--no-dereference', '--recursive', '%d:%d' % (user, group), '--', *folders],
                         limit.no_later_than(_SECONDS))
    if ended.status != 0:
        raise JobFailure('LOST', 'the files could not be handed over: %s; run the job again (lambda-ec2 rerun)' % ended.last_line())
