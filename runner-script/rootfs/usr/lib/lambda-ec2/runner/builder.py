"""git and pip run code that comes from outside: filters of a repository, builds of packages. So they are run by a user
who has neither root's rights nor the instance role, each command in a transient unit of which nothing is left when it
ends. That user owns the source and the environment until they are made.
"""
import math
import os
import re
from collections.abc import Mapping, Sequence

from runner import owner
from runner.clock import Limit
from runner.commands import STOP_SECONDS, Commands, Ended
from runner.failure import JobFailure
from runner.paths import Paths
from runner.proxy import Proxy
from runner.system import is_run_by_systemd
from runner.unit import BUILD, SHUTDOWN_SECONDS, Unit, find_user, read_result

# More tasks than parallel compilers need, and less than a machine has.
# What a command leaves behind is not asked to end.
_PROPERTIES = ('TasksMax=4096', 'KillSignal=SIGKILL')
# What systemd gives to each unit, and what tells where the services of AWS are.
_NOT_HANDED_DOWN = re.compile('AWS_|INVOCATION_ID$|JOURNAL_STREAM$|NOTIFY_SOCKET$|SYSTEMD_EXEC_PID$')
_VARIABLE = re.compile('[A-Za-z_][A-Za-z0-9_]*')


class Builder:
    """Runs as the runner itself where there is no such user or no systemd: on the machine of a developer."""

    def __init__(self, paths: Paths, commands: Commands, proxy: Proxy) -> None:
        self.paths = paths
        #: For programs that run no code from outside.
        self.commands = commands
        #: What a program that calls other machines is given.
        self.environment = {**commands.environment, **proxy.environment()}
        # Also for the bake, which systemd has not started itself.
        self.user = find_user(BUILD) if is_run_by_systemd() else None

    def run(self, argv: Sequence[str], limit: Limit, cwd: str, environment: Mapping[str, str], logged: bool = True,
            hidden: Sequence[str] = ()) -> Ended:
        """As `Commands.run`.

        :raises JobFailure: when there is no unit to be had
        :raises Stopped: when the job was stopped
        """
        if self.user is None:
            return self.commands.run(argv, limit, cwd=cwd, environment=environment, logged=logged, hidden=hidden)
        handed_down = {name: value for name, value in environment.items()
                       if _VARIABLE.fullmatch(name) and not _NOT_HANDED_DOWN.match(name)}
        handed_down['HOME'] = self.paths.home
        if os.path.lexists(self.paths.build_result):
            os.unlink(self.paths.build_result)
        unit = Unit(BUILD, self.user, self.paths.build_result, self.paths.libexec)
        command = unit.command(argv, handed_down, cwd, max(1, math.ceil(limit.left)), metadata=False, more=_PROPERTIES)
        # The unit ends at the limit; this is for a systemd that does not.
        ended = self.commands.run(command, Limit(limit.at + 3 * STOP_SECONDS), logged=logged, hidden=hidden)
        if ended.status == 0:
            return ended
        result = read_result(self.paths.build_result)
        if result is None:
            self.commands.sleep(SHUTDOWN_SECONDS)
            raise JobFailure('LOST', 'systemd did not start %s: %s; run the job again (lambda-ec2 rerun)' % (argv[0], ended.last_line()))
        # systemd-run fails too when a daemon that the command has left behind had to be killed.
        status = 0 if (result.code, result.status) == ('exited', '0') else ended.status
        return Ended(status, ended.said, result.result == 'oom-kill')

    def give(self, limit: Limit, *folders: str) -> None:
        """Makes folders, with what is in them, the user's.

        :raises JobFailure: when that cannot be done
        """
        for folder in folders:
            os.makedirs(folder, exist_ok=True)
        if self.user is not None:
            owner.give(self.commands, limit, self.user.pw_uid, self.user.pw_gid, *folders)

    def take(self, limit: Limit, folder: str) -> None:
        """The reverse of `give`: from now on it is the runner's again."""
        if self.user is not None:
            owner.give(self.commands, limit, os.geteuid(), os.getegid(), folder)
