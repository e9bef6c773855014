"""What keeps code from outside from the instance metadata service, and so from the credentials of the instance role:
its units deny the addresses, and libexec/metadata-block has forbidden the route to every user but root. Each holds
without the other, and neither says a word where it does not: so both are tried before the app starts.
"""
import pwd

from runner.clock import Limit
from runner.commands import Commands
from runner.failure import JobFailure
from runner.paths import Paths
from runner.unit import CHECK, METADATA_ADDRESSES, Unit, read_result

# A refusal comes at once; a volume that is read for the first time does not.
_SECONDS = 120
# Behind the rule that forbids (libexec/metadata-block).
_GO_ON = '2'


class MetadataBlock:
    def __init__(self, paths: Paths, commands: Commands, user: pwd.struct_passwd) -> None:
        """:param user: who runs the app"""
        self._paths = paths
        self._commands = commands
        self._user = user
        self._program = paths.libexec + '/metadata-reachable'

    def check(self, limit: Limit) -> None:
        """:raises JobFailure: when nothing holds the app back"""
        limit = limit.no_later_than(_SECONDS)
        by_unit, by_route = self._unit_denies(limit), self._route_is_forbidden(limit)
        if not by_unit and not by_route:
            raise JobFailure('LOST', 'the app of this image could reach the credentials of the instance role, so it was not'
                             ' started: bake again')
        if not by_unit:
            self._commands.log.warn('IPAddressDeny= of a unit does not hold on this machine: the route alone keeps the app'
                                    ' from the instance metadata')
        if not by_route:
            self._commands.log.warn('lambda-ec2-metadata-block.service does not hold on this machine: IPAddressDeny= alone'
                                    ' keeps the app from the instance metadata')

    def _unit_denies(self, limit: Limit) -> bool:
        """As root, to whom the route is open."""
        unit = Unit(CHECK, None, self._paths.check_result, self._paths.libexec)
        self._commands.run(unit.command([self._program], {}, '/', _SECONDS, metadata=False), limit, logged=False)
        result = read_result(self._paths.check_result)
        return result is not None and (result.code, result.status) == ('exited', '1')

    def _route_is_forbidden(self, limit: Limit) -> bool:
        """Outside of any such unit."""
        command = ['setpriv', '--reuid=%d' % self._user.pw_uid, '--regid=%d' % self._user.pw_gid, '--clear-groups',
                   self._program]
        return self._commands.run(command, limit, logged=False).status == 1

    def open(self, limit: Limit) -> None:
        """Lets the app's user through: app_aws_access is true, and its unit does not deny."""
        user = '%d-%d' % (self._user.pw_uid, self._user.pw_uid)
        for family, address in zip(('-4', '-6'), METADATA_ADDRESSES):
            self._commands.run(['ip', family, 'rule', 'add', 'pref', '0', 'to', address, 'uidrange', user, 'goto', _GO_ON,
                                'protocol', 'kernel'], limit.no_later_than(_SECONDS), logged=False)
